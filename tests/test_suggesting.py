"""Headings and names to questions."""

import pytest
from contracts import passage
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.answering.suggesting import asked_by, cased, headed, key, of_sections, of_terms, says_something
from chatbot.records import Hit, Passage, Span

TITLE = "What Is a Rain Barrel?"


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Why Is Rain Soft?", "Why Is Rain Soft?"),
        ("How to clean the filter", "How do I clean the filter?"),
        ("Why mulch matters", "Why does mulch matter?"),
        ("How barrels work", "How do barrels work?"),
        ("Common Methods of Watering", "What are the Common Methods of Watering?"),
        ("The benefits of mulch", "What are the benefits of mulch?"),
        ("Benefits", "What are the Benefits of a Rain Barrel?"),
        ("Measuring rainfall", "How do I measure rainfall?"),
        ("3. Set up a barrel", "How do I Set up a barrel?"),
        ("Drip lines vs. sprinklers", "What is the difference between Drip lines and sprinklers?"),
        ("Understanding soil", "What is soil?"),
        ("The importance of shade", "Why is shade important?"),
    ],
)
def test_a_heading_becomes_the_question_it_answers(heading: str, question: str):
    assert key(asked_by(heading, TITLE)) == key(question)


@pytest.mark.parametrize(
    "heading",
    ["", "Conclusion", "Introduction", "What's next?", "Wrapping up", "Getting started", "Learn more about it",
     "2024-05-01", "`config.yaml`", "Our approach", "Step 2", "Release 2.10.1", "How it works", "Upgrade examples",
     "Questions?", "Test results", "https://example.com"],
)  # fmt: skip
def test_a_heading_that_asks_nothing_is_left(heading: str):
    assert asked_by(heading, TITLE) == ""


@given(st.text(max_size=60), st.text(max_size=30))
@settings(max_examples=150, deadline=None)
def test_any_heading_gives_one_line_that_asks_or_nothing(heading: str, title: str):
    question = asked_by(heading, title)
    assert question == "" or (question.endswith("?") and "\n" not in question)


def written(number: int, *texts: str, heading: str = "", kind: str = "sentence") -> Passage:
    """A passage of these sentences or items."""
    made = passage(number, "\n".join(texts), headings=(heading,) if heading else ())
    spans = tuple(Span(place, place + 1, text, kind) for place, text in enumerate(texts))  # type: ignore[arg-type]
    return Passage(**{name: getattr(made, name) for name in made.__slots__} | {"sentences": spans})


def test_capitals_stay_on_names_alone():
    names = frozenset({"berlin"})
    assert (
        cased("What are the Best Parks in Berlin?", "Best Parks in Berlin", names)
        == "What are the best parks in Berlin?"
    )
    assert cased("How do I use NATS and JSON?", "Using NATS and JSON", names) == "How do I use NATS and JSON?"
    assert cased("How do I Plant trees in Oslo?", "Plant trees in Oslo", names) == "How do I plant trees in Oslo?"


def test_sections_that_say_something_are_proposed_in_order():
    said = "The barrel is emptied and rinsed with clean water twice a year."
    sections = [
        written(1, said, heading="Cleaning the barrel"),
        written(2, "Soon.", heading="Painting the barrel"),
        written(3, "To learn more about barrels, have a look at this other guide.", heading="Moving the barrel"),
        written(4, said, heading="Benefits of barrels"),
        written(5, said, heading="Conclusion"),
    ]
    assert [each.text for each in of_sections(sections)] == [
        "How do I clean the barrel?",
        "What are the benefits of barrels?",
    ]
    assert not says_something(sections[1:2])


def test_names_of_things_are_asked_for_and_nothing_else():
    items = written(
        1,
        "Rain chain: A chain of cups that guides water from the gutter",
        "Drip lines: Thin hoses with holes that water the roots slowly",
        "Digging holes: It takes a spade, a morning and some patience",
        "Anna Berg: The gardener who wrote most of these pages",
        kind="item",
    )
    used = written(2, "A rain chain and drip lines, by Anna Berg, for digging holes.")
    assert [each.text for each in of_terms([items, used])] == ["What is a rain chain?", "What are drip lines?"]
    assert not list(of_terms([items])), "what is named once and never again isn't worth a question"


def test_a_question_is_recognised_by_its_heading():
    section = written(
        1, "The barrel is emptied and rinsed with clean water twice a year.", heading="Cleaning the Barrel"
    )
    hits = [Hit(written(2, "Barrels hold water for the dry weeks of the summer."), 0.9), Hit(section, 0.5)]
    assert headed("how do i clean the barrel", hits) == hits[1:]
    assert headed("How do I paint the barrel?", hits) == []
