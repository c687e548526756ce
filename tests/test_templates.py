import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.templates import visible

FRAGMENTS = [
    "Prose stays.", "{{< note >}}", "{{< /note >}}", "{% if x %}", "{% raw %}", "{% endraw %}", "{{ x }}", "{# c #}",
    "{#id}", "{: .a}", "{%", "{{", "}}", "%}", "`", "``", "```", "~~~", "<!--", "-->", "<script>", "</script>", "<A",
    "<B x={1}>", "</B>", "<", ">", "{", "}", "[^1]", "[^1]: ", ":::note", "import a from 'b'", "export const a = {",
    "[a](", "/x", ")", "[a]: ", "- ", "> ", "    ", "\t", "\\", '"', "'", "\n", "\n\n", "\r\n", "\r", "é", "\u2028",
]  # fmt: skip


def plain(text: str, **options: bool) -> str:
    """What stays, with runs of blanks made one."""
    return re.sub(r"[ \u00a0]+", " ", visible(text, **options)).strip()


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{< note >}}Call us.{{< /note >}}", "Call us."),
        ('{{% alert title="A > B" %}}Call us.{{% /alert %}}', "Call us."),
        ("{{</* note */>}}Call us.", "Call us."),
        ("{% if a %}Call{% else %}Write{% endif %} us.", "Call Write us."),
        ('{% callout "a %} b" %}Call us.{% endcallout %}', "Call us."),
        ("{%- include 'a' -%} Call us.", "Call us."),
        ("Call {{ name | upper }} {{ '}}' }}now.", "Call now."),
        ("{{{ html }}}Call us.", "Call us."),
        ("{# a\nb #}Call us.", "Call us."),
        ("{% comment %}\nno\n{% endcomment %}\nCall us.", "Call us."),
        ("{% set a %}no{% endset %}{% set b = 1 %}Call us.", "Call us."),
        ("<!-- no\nno -->Call us.<!---->", "Call us."),
        ("<script>\nno()\n</script>Call us.<STYLE>p {}</STYLE>", "Call us."),
        ('<script src="a" />Call us.<script src="b"></script>', "Call us."),
        ('<Tabs items={["a > b"]} on="x > y">Call us.</Tabs><Tab.Item {...all}/>', "Call us."),
        ('import A, { b } from "./a"\n\nCall us.', "Call us."),
        ("export const a = {\n\n  b: [1],\n}\nCall us.", "Call us."),
        ("{/* no */}Call us.", "Call us."),
        ("Call us.\n{: .note #id }", "Call us."),
        ('Call [us](/a){:target="_blank"}.', "Call [us](/a) ."),
        (":::tip Title\nCall us.\n:::", "Call us."),
        ("> [!NOTE]\n> Call us.", "> \n> Call us."),
        ("Call us.[^1]\n\n[^1]: By day.", "Call us. \n\n By day."),
        ("<% no %>Call us.", "Call us."),
        ("[[toc]]\nCall us.", "Call us."),
    ],
)
def test_template_code_goes_and_prose_stays(source, shown):
    assert plain(source) == shown


@pytest.mark.parametrize(
    "source",
    [
        "Write `{{ x }}` and ``{% `y` %}``.",
        "```jinja\n{% if x %}\n<Foo/>\n<!-- a -->\n```",
        "1. Step\n\n   ~~~\n   {{ x }}\n   ~~~\n",
        "````md\n```\n{{ x }}\n```\n````",
        "```\n{{ never closed }}",
        "Code:\n\n    Set<String> a = {b};\n    import a from 'b'\n",
        "# A heading {#custom-id}",
        "Import duties rose. export is a noun.\nexport default settings to a file",
        "Two < three, a <b>bold</b> word, <https://example.com> and <me@Example.com>",
        "Use <YOUR_ID> and [^a-z] and {x} and {:uri=>1} and 5 {% of 10",
        r"Escaped \<Foo> and \`{ticks\`.",
        "An emphasis: a ::: b",
    ],
)
def test_what_is_no_template_code_is_left_alone(source):
    assert visible(source) == source


def test_code_behind_a_fence_is_found_again():
    assert visible("```\n{{ a }}\n```\n{{ b }}") == "```\n{{ a }}\n```\n       "


def test_a_fence_in_code_does_not_close_a_fence_of_less_indentation():
    source = "```md\n    ```\n    {{ a }}\n    ```\n```\n"
    assert visible(source + "{{ b }}") == source + " " * 7


def test_raw_text_is_shown_as_it_is_written():
    assert plain("{% raw %}Write {{ x }}{% endraw %} {{ y }}") == "Write {{ x }}"


def test_highlighted_code_is_left_alone():
    source = "{% highlight js %}{% raw %}\n{{ x }} <Foo/>\n{% endraw %}{% endhighlight %}"
    assert visible(source).split() == ["{{", "x", "}}", "<Foo/>"]
    assert visible("{{< highlight go >}}\n{{ x }}\n{{< /highlight >}}").split() == ["{{", "x", "}}"]


def test_expressions_in_prose_are_code_in_mdx_alone():
    source = "Call {props.name} <>now</> {/* no */}\n\n## Then {#then}"
    assert plain(source, mdx=True) == "Call now \n\n## Then {#then}"
    assert plain(source) == "Call {props.name} <>now</> \n\n## Then {#then}"


def test_links_stay_links():
    assert visible("[a]({{ url }}/b/{{ c }}?d) e").startswith("[a](")
    assert visible("[a](/x/{% y %}/z)") == "[a](" + " " * 12 + ")"
    definition = visible("[a]: {% post_url 2024-07-13-b %}\n")
    assert re.fullmatch(r"\[a\]: +[\w-]+ +\n", definition)


def test_words_behind_template_code_do_not_become_an_indented_code_block():
    for source in ("{% note %}Call us.", "- {% note %}Call us.", "> {{< note >}}Call us."):
        masked = visible(source)
        assert not re.match(r"(?:[->] )? {4}", masked)
        assert masked.endswith("Call us.")


@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=40).map("".join), st.booleans())
@settings(max_examples=400, deadline=None)
def test_nothing_moves(text, mdx):
    masked = visible(text, mdx=mdx)
    assert len(masked) == len(text)
    changed = {after for before, after in zip(text, masked, strict=True) if before != after}
    assert changed <= {" ", "\u00a0"}
    assert [(place, end) for place, end in enumerate(text) if end in "\r\n"] == [
        (place, end) for place, end in enumerate(masked) if end in "\r\n"
    ]


@given(st.lists(st.sampled_from(FRAGMENTS).filter(lambda part: "~~~" not in part), max_size=12).map("".join))
@settings(max_examples=150, deadline=None)
def test_fenced_code_is_never_touched(code):
    fence = f"~~~\n{code}\n~~~\n"
    before, after = "Prose with {{ x }}.\n\n", "\nMore <Foo>prose</Foo>.\n"
    masked = visible(before + fence + after)
    assert masked[len(before) : len(before + fence)] == fence


@pytest.mark.parametrize(
    "unit",
    ["{{", "{%", "{% raw %}", "{#", "<", "<A ", "<A {", '<A a="', "`", "``` `` ", "[^a]", "](", "](/{{x}}", "<!--",
     "<script>", "import a\n", "export const a = {\n", '{{ "}}" ', "{ ", "\n    x", "    ```\n", "> ", "{:"],
)  # fmt: skip
def test_hostile_text_takes_no_more_than_linear_time(unit):
    text = unit * (100_000 // len(unit))
    begin = time.perf_counter()
    assert len(visible(text, mdx=True)) == len(text)
    assert time.perf_counter() - begin < 10
