from datetime import date

import pytest
from contracts import check_retriever
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import Chatbot, Filter, Settings
from chatbot.opening import open_index
from chatbot.retrieval import NEAR_COPY, HybridRetriever, content_words, jaccard

QUESTIONS = ["What is lead generation?", "landing pages and lead magnets", "How do I measure success?", "zebra"]


@pytest.fixture(scope="module")
def parts(index_settings: Settings):
    return open_index(index_settings)


@pytest.fixture(scope="module")
def retriever(parts) -> HybridRetriever:
    return HybridRetriever(parts.embedder, parts.vectors, parts.lexical)


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_keeps_the_contract(retriever: HybridRetriever, question: str):
    check_retriever(retriever, question)


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("What is a lead magnet?", "magnets"),
        ("cold, warm and hot leads", "types of leads"),
        ("How do I measure success?", "measur"),
        ("pay-per-click", "activities"),
    ],
)
def test_the_passage_that_answers_is_among_the_first(retriever: HybridRetriever, question: str, heading: str):
    found = [" ".join((*hit.passage.headings, hit.passage.text)).lower() for hit in retriever.search(question, 5)]
    assert any(heading in text for text in found)


def test_words_and_meaning_both_count(retriever: HybridRetriever):
    named, paraphrased = "search engine optimization", "being found on Google"
    assert "search engine" in retriever.search(named, 1)[0].passage.text.lower()
    assert any("search engine" in hit.passage.text.lower() for hit in retriever.search(paraphrased, 5))


def test_scores_compare_across_questions(retriever: HybridRetriever):
    answered = min(retriever.search(question, 1)[0].score for question in QUESTIONS[:3])
    assert answered > 0.4
    for question in ("Who won the 2018 world cup?", "asdf qwer zxcv", "How do I reset my router?"):
        assert retriever.search(question, 1)[0].score < answered - 0.1


def test_a_filter_leaves_out_whatever_it_names(bot: Chatbot, retriever: HybridRetriever):
    articles = {article.slug: article for article in bot.articles()}
    until = Filter(until=date(2024, 12, 31))
    hits = retriever.search("lead generation", 100, until)
    assert hits
    assert all(articles[hit.passage.slug].date <= date(2024, 12, 31) for hit in hits)
    tagged = retriever.search("lead generation", 100, Filter(tags=["MARKETING STRATEGY"]))
    assert tagged
    assert all("marketing strategy" in map(str.lower, articles[hit.passage.slug].tags) for hit in tagged)


def test_a_copy_of_a_better_passage_moves_down(parts, retriever: HybridRetriever):
    original = retriever.search("What is lead generation?", 1)[0]
    copy = original.passage.__class__(**_fields(original.passage) | {"id": "copy", "path": "copy.md"})
    other = next(hit for hit in retriever.search("How do I measure success?", 10) if hit.passage.slug != copy.slug)
    near = [original, type(original)(copy, original.score - 0.01), type(original)(other.passage, original.score * 0.8)]

    moved = retriever._diverse(near)

    assert [hit.passage.id for hit in moved] == [original.passage.id, other.passage.id, "copy"]
    assert moved[0] == original
    assert moved[1].score == near[2].score, "what says something else keeps its score"
    assert moved[2].score == pytest.approx(near[1].score * NEAR_COPY)


def _fields(record) -> dict:
    return {name: getattr(record, name) for name in record.__slots__}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is lead generation?", "lead generation"),
        ("How do I get MORE leads from pay-per-click ads?", "leads pay per click ads"),
        ("what about it?", "what about it?"),
        ("", ""),
        ("Über uns", "Über uns"),
    ],
)
def test_content_words_are_what_is_left_without_function_words(question: str, expected: str):
    assert content_words(question) == expected


@settings(max_examples=100, deadline=None)
@given(st.frozensets(st.text(max_size=3)), st.frozensets(st.text(max_size=3)))
def test_jaccard_is_a_share(first: frozenset[str], second: frozenset[str]):
    assert 0 <= jaccard(first, second) == jaccard(second, first) <= 1
    assert jaccard(first, first) == bool(first)
