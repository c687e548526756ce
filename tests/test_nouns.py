"""How a corpus uses a noun, and what of its questions can be read by themselves."""

import pytest

from chatbot.answering.nouns import Usage, verb_for
from chatbot.answering.phrasing import mended
from chatbot.answering.standing import placed, stands, subject_of

USAGE = Usage(
    [
        "A rain barrel stands in the shade, and every rain barrel needs a lid.",
        "We speak of crop rotation. Crop rotation is old, and without crop rotation the soil tires.",
        "Drip lines are cheap.",
        "Hydroponics is no magic.",
        "Some gardens have cold frames; they warm the soil.",
        "Open the sluice gate in spring. The sluice gate rusts.",
    ]
)


@pytest.mark.parametrize(
    ("noun", "named"),
    [
        ("rain barrel", "a rain barrel"),
        ("crop rotation", "crop rotation"),
        ("drip lines", "drip lines"),
        ("hydroponics", "hydroponics"),
        ("cold frame", "a cold frame"),
        ("sluice gate", "the sluice gate"),
        ("the soil", "the soil"),
        ("tractor", ""),
    ],
)
def test_a_noun_takes_the_article_the_texts_give_it(noun: str, named: str):
    assert USAGE.named(noun) == named


def test_the_verb_is_the_one_the_texts_use():
    assert USAGE.verb("drip lines") == "are"
    assert USAGE.verb("hydroponics") == "is"
    assert verb_for("measuring results") == "is"
    assert verb_for("kinds of soil") == "are"


@pytest.mark.parametrize(
    ("question", "better"),
    [
        ("What are crop rotation?", "What is crop rotation?"),
        ("What is rain barrel?", "What is a rain barrel?"),
        ("What is a tractor?", "What is a tractor?"),
        ("How do I prune?", "How do I prune?"),
    ],
)
def test_a_question_for_a_meaning_is_put_in_good_english(question: str, better: str):
    assert mended(question, USAGE) == better


def words(text: str) -> frozenset[str]:
    return frozenset(word.strip("?:,").lower() for word in text.split() if len(word) > 3)


@pytest.mark.parametrize(
    ("question", "title", "alone"),
    [
        ("Do parents have to stay?", "Swimming course", False),
        ("How long is the swimming course?", "Swimming course", True),
        ("Do parents have to stay?", "Frequently asked questions", True),
        ("What is mulch?", "Spring in the garden", True),
        ("What are the prices?", "Swimming course", False),
        ("How do I travel to Oslo?", "Swimming course", True),
    ],
)
def test_a_question_stands_alone_if_it_says_what_it_is_about(question: str, title: str, alone: bool):
    assert stands(question, title, (), words) is alone


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Swimming course", "Swimming course"),
        ("Rain barrels: how to choose one", "Rain barrels"),
        ("Webinar: Rain barrels", "Rain barrels"),
        ("What Is a Rain Barrel?", "a Rain Barrel"),
        ("How to choose a barrel", ""),
        ("Barrels, yes or no?", ""),
        ("All that we have ever learned about barrels", ""),
    ],
)
def test_what_an_article_is_about_by_its_title(title: str, subject: str):
    assert subject_of(title) == subject


def test_a_question_is_put_after_its_subject():
    assert placed("Who can come?", "Night walk") == "Night walk: who can come?"
