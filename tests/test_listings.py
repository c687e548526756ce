"""Sections read as lists and sentences; items with names; sentences that lean on others."""

import pytest

from chatbot import Article, Chatbot, Hit, Passage
from chatbot.answering.listings import hangs, label, listings, points_elsewhere
from chatbot.passages import split


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Email Marketing: Sending newsletters to leads.", "Email Marketing"),
        ("Content Marketing\nCreating valuable posts.", "Content Marketing"),
        ("CTR – the share of readers who click", "CTR"),
        ("Cost per lead (CPL)", ""),
        ("A long sentence about nothing in particular that goes on: and on", ""),
        ("It ends. Here: there", ""),
        ("At 10:30 we start", ""),
    ],
)
def test_the_name_of_an_item(text: str, name: str):
    assert label(text) == name


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("These activities build a pipeline.", True),
        ("It helps.", True),
        ("However, not always.", True),
        ("helps marketers refine their strategies.", True),
        ("There are three kinds.", False),
        ("Lead generation helps.", False),
        ("Itemised lists help.", False),
    ],
)
def test_what_leans_on_the_sentence_before(text: str, leans: bool):
    assert hangs(text) is leans


def test_a_sentence_that_only_points_elsewhere():
    assert points_elsewhere("For more, visit this comprehensive article on lead generation.")
    assert not points_elsewhere("Visitors read what interests them.")


def test_a_list_cut_into_two_passages_is_read_as_one(bot: Chatbot):
    hits = [
        hit
        for hit in bot.search("key lead generation activities")
        if "Key Lead Generation Activities" in hit.passage.headings
    ]
    assert len(hits) > 1

    def section(passage: Passage) -> list[Passage]:
        return sorted({hit.passage for hit in hits}, key=lambda found: found.start)

    (listing,) = listings([Hit(hits[0].passage, 1.0)], section)
    assert len(listing.items) == 8
    assert listing.heading == "Key Lead Generation Activities"


def test_a_table_after_a_list_is_a_list_of_its_own():
    body = "Carry:\n\n- a pump\n- a light\n\n| Day | Rain |\n| --- | --- |\n| Monday | 2 mm |\n"
    article = Article("ride", "Ride", body, "ride.md", "/ride/")
    (passage,) = split(article, count_tokens=len, max_tokens=1000, target_tokens=1000)
    found = listings([Hit(passage, 1.0)], lambda _: [passage])
    assert [[place.span.text for place in listing.items] for listing in found] == [
        ["a pump", "a light"],
        ["Monday | 2 mm"],
    ]
    assert [listing.intro is not None for listing in found] == [True, False]
