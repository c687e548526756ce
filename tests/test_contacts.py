"""Telephone number, email address and address of whoever runs the site."""

import pytest
from contracts import passage

from chatbot.answering.contacts import answer, reads
from chatbot.records import Hit, Passage, Span


def written(number: int, *texts: str, heading: str = "", slug: str = "one") -> Passage:
    made = passage(number, "\n".join(texts), slug=slug, headings=(heading,) if heading else ())
    spans = tuple(Span(place, place + 1, text) for place, text in enumerate(texts))
    return Passage(**{name: getattr(made, name) for name in made.__slots__} | {"sentences": spans})


HITS = [
    Hit(written(1, "The town hall answers on 030 444 5566 about permits.", heading="Permits"), 0.9),
    Hit(
        written(
            2,
            "The studio is at Marktgasse 7, up the stairs.",
            "Ring 01 222 3344 or write to clay@studio.example.",
            "We fire the kiln on Monday 3 March.",
            heading="How to find us",
        ),
        0.5,
    ),
]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("phone number", "Ring 01 222 3344 or write to clay@studio.example."),
        ("What is your phone number?", "Ring 01 222 3344 or write to clay@studio.example."),
        ("email", "Ring 01 222 3344 or write to clay@studio.example."),
        ("How can I contact you?", "Ring 01 222 3344 or write to clay@studio.example."),
        ("What's the address?", "The studio is at Marktgasse 7, up the stairs."),
        ("Where are you?", "The studio is at Marktgasse 7, up the stairs."),
    ],
)
def test_a_detail_is_told_by_the_sites_own_page(question: str, told: str):
    found = answer(question, lambda _: HITS, lambda _: None)
    assert found
    assert [statement.text for statement in found.statements] == [told]
    assert found.citations[0].quote == told


def test_numbers_of_several_others_are_nobodys_own():
    vet = Hit(written(3, "The vet is on 030 111 2233.", heading="Cats", slug="pets"), 0.4)
    assert answer("phone number", lambda _: HITS[:1], lambda _: None), "the only number there is"
    assert answer("phone number", lambda _: [HITS[0], vet], lambda _: None) is None


@pytest.mark.parametrize(
    "question",
    ["What is the phone number of the town hall?", "What is an IP address?", "How do I validate an email address?",
     "How do I contact a lead?", "Where are leads stored?"],
)  # fmt: skip
def test_other_questions_are_left(question: str):
    assert not reads(question)
