import re
from dataclasses import replace
from datetime import date
from urllib.parse import unquote, urldefrag

import pytest
from contracts import passage
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import Article, Chatbot, Span
from chatbot.answering.citations import citation, cited, deep_link, draft
from chatbot.answering.listings import Place
from chatbot.passages import split

WHOLE = passage(1)
DAY = date(2024, 7, 13)


def place(text: str, start: int = 0, kind: str = "sentence", **changed: object) -> Place:
    return Place(replace(WHOLE, **changed), Span(start, start + len(text), text, kind))


def fragment(url: str) -> list[str]:
    """The ends of a deep link's text fragment, decoded."""
    return [unquote(part) for part in url.partition(":~:text=")[2].split(",")]


def test_a_short_quote_is_linked_whole():
    link = deep_link(WHOLE, Span(0, 1, "Up-front, “quoted” & plain: 50% off."))
    assert link.startswith("https://example.com/posts/one/#a-section:~:text=")
    assert fragment(link) == ["Up-front, “quoted” & plain: 50% off."]
    assert not re.search(r"[-,& ]", link.partition("text=")[2]), "these have meanings of their own in a text fragment"


def test_a_long_quote_is_linked_by_its_ends():
    words = [f"word{number}" for number in range(30)]
    start, end = fragment(deep_link(WHOLE, Span(0, 1, " ".join(words))))
    assert start.split() == words[:6]
    assert end.split() == words[-6:]


def test_an_item_of_several_lines_is_linked_within_its_first():
    start, end = fragment(deep_link(WHOLE, Span(0, 1, "Lead Magnets\nA checklist, a trial or a demo.", "item")))
    assert start == "Lead Magnets"
    assert end == "checklist, a trial or a demo."


@pytest.mark.parametrize("kind", ["code", "field", "row", "header"])
def test_what_is_not_prose_on_the_page_is_linked_by_its_section(kind: str):
    assert deep_link(WHOLE, Span(0, 1, "x = 1", kind)) == "https://example.com/posts/one/#a-section"


def test_without_a_heading_the_fragment_alone_leads_to_the_quote():
    assert deep_link(replace(WHOLE, anchor=""), Span(0, 1, "Yes.")) == "https://example.com/posts/one/#:~:text=Yes."
    assert deep_link(replace(WHOLE, anchor=""), Span(0, 1, "x", "code")) == "https://example.com/posts/one/"
    assert "#%C3%BCber-uns:~:" in deep_link(replace(WHOLE, anchor="über-uns"), Span(0, 1, "Yes."))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1), min_size=1))
def test_a_fragment_decodes_to_words_of_the_quote(words: list[str]):
    quote = " ".join(words)
    link = deep_link(WHOLE, Span(0, len(quote), quote))
    assert urldefrag(link).url == WHOLE.url
    ends = fragment(link)
    assert quote.startswith(ends[0])
    assert quote.endswith(ends[-1])
    assert len(ends) == (1 if len(words) <= 12 else 2)


def test_citations_are_numbered_in_the_order_of_their_appearance():
    first, second, third = place("One.", 0), place("Two.", 10), place("Three.", 0, path="other.md", slug="other")
    both = draft(second)
    both.places.append(third)
    statements, citations = cited([draft(first), both, draft(third, "Three"), draft(first)], {"one": DAY})

    assert [statement.citations for statement in statements] == [(1,), (2, 3), (3,), (1,)]
    assert [statement.text for statement in statements] == ["One.", "Two.", "Three", "One."]
    assert [each.number for each in citations] == [1, 2, 3]
    assert [each.quote for each in citations] == ["One.", "Two.", "Three."]
    assert [each.date for each in citations] == [DAY, DAY, None]


LISTS = """
1. Fill
2. Boil
   - gently
   1. Lid on
   2. Fire up
3. Pour

Then comes the tea.

4. Steep

## Other

1. Rinse
2. Dry
"""


@pytest.mark.parametrize(
    ("shown", "numbers"),
    [
        (["Fill", "Boil", "Pour", "Steep"], [1, 2, 3, 4]),
        (["Boil", "Pour"], [2, 3]),
        (["Fill"], [0]),
        (["Fill", "Pour"], [0, 0]),
        (["Boil", "Fill"], [0, 0]),
        (["Fill", "Dry"], [0, 0]),
        (["Fill", "Boil", "Steep"], [1, 2, 0]),
        (["Fill", "Boil", "gently", "Lid on", "Fire up", "Pour"], [1, 2, 0, 0, 0, 3]),
        (["Boil", "gently", "Lid on", "Fire up"], [0, 0, 1, 2]),
        (["Fill", "Then comes the tea.", "Boil"], [1, 0, 2]),
        (["Fill", "Boil", "Rinse", "Dry"], [1, 2, 0, 0]),
        (["Fill", "Boil", "Then comes the tea.", "Rinse", "Dry"], [1, 2, 0, 1, 2]),
    ],
)
@pytest.mark.parametrize("longest", [1000, 40])
def test_steps_of_a_list_keep_their_numbers(shown: list[str], numbers: list[int], longest: int):
    article = Article("tea", "Tea", LISTS, "tea.md", "/tea/")
    passages = split(article, count_tokens=len, max_tokens=longest, target_tokens=longest)
    places = {span.text: Place(passage, span) for passage in passages for span in passage.sentences}
    statements, _ = cited([draft(places[text]) for text in shown], {})
    assert [statement.number for statement in statements] == numbers


@pytest.mark.parametrize(("kind", "shown"), [("item", "item"), ("row", "row"), ("code", "code"), ("header", "row"),
                                             ("sentence", "sentence"), ("heading", "sentence")])  # fmt: skip
def test_a_statement_looks_like_its_source(kind: str, shown: str):
    assert draft(place("Text", kind=kind)).kind == shown


def test_a_citation_carries_what_a_reader_needs():
    found = citation(4, replace(WHOLE, headings=("Top", "Part")), Span(120, 128, "The end."), DAY)
    assert (found.number, found.slug, found.path, found.start, found.end) == (4, "one", "one.md", 120, 128)
    assert (found.title, found.headings, found.date, found.quote) == ("Title of one", ("Top", "Part"), DAY, "The end.")
    assert found.url == deep_link(WHOLE, Span(120, 128, "The end."))


@pytest.mark.parametrize("question", ["What is lead generation?", "What is a hot lead?", "How do I measure success?"])
def test_every_link_of_an_answer_leads_to_its_quote(bot: Chatbot, question: str):
    for each in bot.ask(question).citations:
        words = each.quote.split()
        for end in fragment(each.url):
            assert end.split() in [words[at : at + len(end.split())] for at in range(len(words))]
