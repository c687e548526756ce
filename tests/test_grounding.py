"""Which sentences of a chat model the posts support, over a small site."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.answering.grounding import Grounder
from chatbot.engine import meter_of
from chatbot.records import is_quotable, wording
from chatbot.verifying import packaged_verifier

POSTS = {
    "harbour mill": (
        "The Harbour Mill opened in 1904. It was built by Ada Lund and employs about 35 people in four workshops.\n\n"
        "Most rooms have a window that faces the river. The mill is closed on Mondays. Visitors may take photos, but "
        "dogs are not allowed in the workshops.\n\n## Tickets\n\nA ticket costs $12 for adults and $6 for children. "
        "Write to mill@example.org or see https://example.org/tickets for groups.\n\n"
        "## Ways to get there\n\nThere are three ways to reach the mill:\n\n"
        "- The ferry leaves from Pier 7 every hour.\n- Bus 12 stops at the gate.\n"
        "- A footpath follows the river for 5 km.\n\n"
        "Bring these for a tour:\n\n- Sturdy shoes\n- Warm gloves\n- Drinking water\n- Ear plugs\n- Safety glasses\n\n"
        "| Day | Opens | Closes |\n| --- | --- | --- |\n| Friday | 10:00 | 17:00 |\n| Sunday | 12:00 | 16:00 |"
    ),
    "lead magnets": (
        "A lead magnet is something of value that a company gives away in exchange for contact details. Checklists, "
        "trials and discounts are common lead magnets. A good lead magnet solves one problem at once."
    ),
    "swimming": "The swimming course begins in June. Bo Berg teaches it, and Ada Lund takes the beginners. "
    "It is watched by 3 million people.",
}


@pytest.fixture(scope="module")
def site(asks):
    return asks(POSTS)


@pytest.fixture(scope="module")
def grounder(site):
    return Grounder(meter_of(site._engine.index), None)


@pytest.fixture(scope="module")
def hits(site):
    found = site.search("What is there to know about the Harbour Mill and its tickets?", 10)
    others = site.search("Who teaches the swimming course? What is a lead magnet?", 10)
    return [*found, *(hit for hit in others if hit.passage not in [each.passage for each in found])]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("The Harbour Mill opened in 1904.", "The Harbour Mill opened in 1904."),
        ("In 1904 the Harbour Mill opened.", "The Harbour Mill opened in 1904."),
        ("A ticket for adults costs $12.", "A ticket costs $12 for adults and $6 for children."),
        ("The Harbour Mill was built by Ada Lund.", "It was built by Ada Lund and employs"),
        ("The mill has about thirty-five people in 4 workshops.", "It was built by Ada Lund and employs"),
        ("The mill isn't open on Mondays.", "The mill is closed on Mondays."),
        ("According to the passage, the mill is closed on Mondays.", "The mill is closed on Mondays."),
        ("Bus 12 stops at the gate.", "Bus 12 stops at the gate."),
        ("Common lead magnets are checklists, trials and discounts.", "Checklists, trials and discounts"),
        ("See https://example.org/tickets for groups.", "Write to mill@example.org"),
    ],
)
def test_what_posts_say_is_supported_by_the_sentence_that_says_it(grounder, hits, text, quote):
    support = grounder.support(text, hits)
    assert support
    assert any(place.span.text.startswith(quote) for place in support.places)
    assert 1 <= len(support.places) <= 3
    assert 0 < support.sure <= 1


@pytest.mark.parametrize(
    "text",
    [
        "The Harbour Mill opened in 1905.",
        "The Harbour Mill was built by Bo Berg.",
        "Ada Lund teaches the swimming course, and Bo Berg takes the beginners.",
        "A ticket costs $6 for adults and $12 for children.",
        "A ticket costs €12 for adults.",
        "It is watched by 3 billion people.",
        "A ticket costs €12 for adults and $6 for children.",
        "All rooms have a window that faces the river.",
        "The mill is open on Mondays.",
        "Dogs are allowed in the workshops.",
        "Visitors must take photos.",
        "A footpath follows the river for 5 miles.",
        "The Harbour Mill opened in 1904, and it is considered the best museum of the whole country.",
        "The mill has a restaurant with a view.",
        "See https://example.org/offers for groups.",
        "Write to info@example.org.",
        "Lead magnets are often used to create trust.",
        "The Eiffel Tower opened in 1889.",
    ],
)
def test_what_posts_do_not_say_is_not_supported(grounder, hits, text):
    assert grounder.support(text, hits) is None


@pytest.mark.parametrize(
    "text", ["", "Sure!", "Here are some ways:", "I hope this helps.", "What is the Harbour Mill?", "The benefits are:"]
)
def test_a_sentence_that_claims_nothing_is_not_supported(grounder, hits, text):
    assert grounder.support(text, hits) is None


def test_a_title_is_no_claim(grounder, hits):
    assert grounder.support("The Harbour Mill", hits) is None


def test_nothing_is_supported_without_hits(grounder):
    assert grounder.support("The Harbour Mill opened in 1904.", []) is None


def test_two_sentences_of_a_passage_support_what_joins_them(grounder, hits):
    support = grounder.support("The Harbour Mill opened in 1904 and was built by Ada Lund.", hits)
    assert support
    assert len(support.places) == 2


def test_a_list_told_in_a_sentence_is_supported_by_its_items(grounder, hits):
    text = "For a tour, bring sturdy shoes, warm gloves, drinking water, ear plugs and safety glasses."
    support = grounder.support(text, hits)
    assert support
    assert sum(place.span.kind == "item" for place in support.places) == 5
    assert grounder.support(text.replace("ear plugs", "a helmet"), hits) is None


def test_a_row_is_supported_with_the_names_of_its_columns(grounder, hits):
    support = grounder.support("Friday: opens 10:00, closes 17:00.", hits)
    assert support
    assert support.places[0].span.kind == "row"
    assert grounder.support("Friday: opens 10:00, closes 16:00.", hits) is None


def test_the_least_sureness_decides(site, hits):
    text = "Common lead magnets are checklists and discounts."
    meter = meter_of(site._engine.index)
    support = Grounder(meter, None, least=0.0).support(text, hits)
    assert support
    assert Grounder(meter, None, least=min(1.0, support.sure + 0.01)).support(text, hits) is None


class Doubter:
    name = "doubter"

    def __init__(self, odds: float) -> None:
        self.odds = odds
        self.asked: list[tuple[str, tuple[str, ...], str]] = []

    def supports(self, claim, evidence, about=""):
        self.asked.append((claim, tuple(evidence), about))
        return self.odds


def test_a_verifier_is_asked_about_the_best_evidence_and_believed(site, hits):
    text = "Common lead magnets are checklists and discounts."
    meter = meter_of(site._engine.index)
    sure, doubtful = Doubter(6.0), Doubter(-8.0)
    assert Grounder(meter, sure).support(text, hits)
    assert Grounder(meter, doubtful).support(text, hits) is None
    claim, evidence, about = doubtful.asked[0]
    assert claim == text
    assert "Checklists, trials and discounts are common lead magnets." in evidence
    assert about == "Lead magnets"


def test_rules_hold_however_sure_a_verifier_is(site, hits):
    believer = Grounder(meter_of(site._engine.index), Doubter(9.0))
    assert believer.support("The Harbour Mill opened in 1905.", hits) is None


@pytest.mark.parametrize(
    "text",
    [
        "A ticket costs $12 for adults.",
        "The mill employs about 35 people.",
        "The Harbour Mill opened in 1904.",
        "In 1904 the Harbour Mill opened.",
    ],
)
def test_a_model_that_is_held_to_single_sentences_may_shorten_them(site, hits, text):
    assert Grounder(meter_of(site._engine.index), packaged_verifier(), strict=True).support(text, hits)


@pytest.mark.parametrize(
    "text",
    [
        "The Harbour Mill opened in 1904 and was built by Ada Lund.",
        "Checklists, trials and discounts are popular lead magnets.",
        "A lead magnet is something of value in exchange for contact details.",
    ],
)
def test_it_may_not_join_them_nor_put_in_words_of_its_own_nor_leave_out_their_middle(site, hits, text):
    assert Grounder(meter_of(site._engine.index), packaged_verifier(), strict=True).support(text, hits) is None


def quotable(hits):
    return [
        (wording(hit.passage, span), span)
        for hit in hits
        for span in hit.passage.sentences
        if is_quotable(span) and not span.text.endswith((":", "?"))
    ]


def test_whatever_is_quoted_word_for_word_is_supported_by_itself(grounder, hits):
    for text, span in quotable(hits):
        support = grounder.support(text, hits)
        assert support, text
        assert support.places[0].span.text == span.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_quote_with_another_number_is_not_supported(grounder, hits, data):
    text, _ = data.draw(st.sampled_from([pair for pair in quotable(hits) if re.search(r"\d", pair[0])]))
    match = data.draw(st.sampled_from(list(re.finditer(r"\d+", text))))
    known = {number for quote, _ in quotable(hits) for number in re.findall(r"\d+", quote)}
    other = data.draw(st.integers(2, 99_999).map(str).filter(lambda number: number not in known))
    assert grounder.support(text[: match.start()] + other + text[match.end() :], hits) is None


INVENTED = ("and has won many famous prizes", "because the owner moved to Brazil", "which astronauts admire from space")


@pytest.mark.parametrize("part", INVENTED)
def test_a_quote_with_an_invented_part_is_not_supported(grounder, hits, part):
    for text, span in quotable(hits):
        if span.kind == "sentence":
            assert grounder.support(f"{text.rstrip('.')}, {part}.", hits) is None, text
