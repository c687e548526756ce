import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.inline import render
from chatbot.plaintext import plain_text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("plain words", "plain words"),
        ("**bold**, *em*, ~~gone~~, `code`", "bold, em, gone, code"),
        ("a [link *text*](https://x.org 'title') <https://y.org>", "a link text https://y.org"),
        ("[text][ref], [text][] and [alone]", "text, text and [alone]"),
        ("![alt](a.png) seen ![alt][ref]", "seen"),
        ("a fact.[^1]", "a fact."),
        ("[^1]: a note", "a note"),
        ("R&amp;D &copy; \\*star\\*", "R&D © *star*"),
        ("one  \ntwo\\\nthree\nfour", "one\ntwo\nthree four"),
        ("one\r\ntwo\rthree", "one two three"),
        ("in a quote\n> that goes\n>   on", "in a quote that goes on"),
        ("in an item\n      that goes on", "in an item that goes on"),
        ("a <b>bold</b><br>line<!-- note --> <span\nid=x\n>end</span>", "a bold\nline end"),
        ("`` the quote '' and `` another ''", "`` the quote '' and `` another ''"),
        ("``a ` tick``", "a ` tick"),
        ("| a | **b** | x \\| y |", "a | b | x | y"),
        ("```py\nx = 1\n  y\n```", "x = 1\n  y"),
        ("~~~\n> quoted\n~~~", "> quoted"),
        ("```\n> quoted\n> ```", "quoted"),
        ("    indented\n      code", "indented\n  code"),
        ("\n  cut from\n    a fence", "cut from\n  a fence"),
        ("snake_case * 2 * 3", "snake_case * 2 * 3"),
        ("zero\u200bwidth \u202eleft\u202c", "zero\u200bwidth \u202eleft\u202c"),
        ("nul\0", "nul\ufffd"),
        ("", ""),
    ],
)
def test_renders(markdown: str, text: str) -> None:
    assert plain_text(markdown) == text


def test_places_point_at_the_source_of_each_character() -> None:
    source = "See **this**\n> [one](x) &amp; `that`."
    rendered = render(source)
    assert rendered.text == "See this one & that."
    assert [source[rendered.starts[rendered.text.index(character)]] for character in "Sh&."] == ["S", "h", "&", "."]
    assert source[rendered.starts[rendered.text.index("one")] :].startswith("[one](x)")
    assert [rendered.free[rendered.text.index(part)] for part in ("this", "his", "one", "ne", "that", "hat")] == [
        True, False, True, False, True, False,
    ]  # fmt: skip


@given(st.text(alphabet="ab *_`[]()<>!&;\\~|\n\r#\"' \t:/^\xa0\u200b", max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_renders_with_a_place_for_every_character(source: str) -> None:
    rendered = render(source)
    assert len(rendered.text) == len(rendered.starts) == len(rendered.free)
    assert all(0 <= start < len(source) for start in rendered.starts)
    assert rendered.text == rendered.text.strip()
    assert isinstance(plain_text(source), str)
