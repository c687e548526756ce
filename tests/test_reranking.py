from dataclasses import replace

import pytest
from contracts import check_reranker, passage

from chatbot import Settings
from chatbot.answering.questions import read
from chatbot.answering.relevance import Meter
from chatbot.engine import meter_of
from chatbot.finding import Finder
from chatbot.opening import open_index
from chatbot.reading import packaged_reader
from chatbot.records import Hit, Span
from chatbot.reranking import FITTED, SentenceReranker
from chatbot.retrieval import HybridRetriever


@pytest.fixture(scope="module")
def parts(index_settings: Settings):
    return open_index(index_settings)


@pytest.fixture(scope="module")
def meter(parts) -> Meter:
    return meter_of(parts)


@pytest.fixture(scope="module")
def reranker(meter: Meter) -> SentenceReranker:
    return SentenceReranker(lambda question: meter.question(question, read(question).words), packaged_reader())


@pytest.fixture(scope="module")
def retriever(parts) -> HybridRetriever:
    return HybridRetriever(parts.embedder, parts.vectors, parts.lexical)


@pytest.mark.parametrize("question", ["What is a lead magnet?", "zebra", "How do I measure success?"])
def test_it_keeps_the_contract(reranker: SentenceReranker, retriever: HybridRetriever, question: str):
    check_reranker(reranker, question, retriever.search(question, FITTED + 5))


def said(number: int, *sentences: str) -> Hit:
    """A hit of a passage that says this, no likelier than any other."""
    spans = tuple(Span(place, place + 1, text) for place, text in enumerate(sentences))
    return Hit(replace(passage(number, " ".join(sentences)), title="The shop", sentences=spans), 0.5)


def test_of_two_passages_with_the_same_words_the_one_that_has_them_in_one_sentence_leads(reranker: SentenceReranker):
    scattered = said(1, "The shop was founded by two sisters.", "In winter it opens late.", "Nobody knows why.")
    together = said(2, "The sisters like tea.", "The shop opens late in winter.", "Nobody minds.")

    first, second = reranker.rerank("When does the shop open in winter?", [scattered, together])

    assert first.passage.id == together.passage.id
    assert first.score > second.score


def test_of_two_passages_with_the_same_words_the_one_that_answers_leads(reranker: SentenceReranker):
    beside = said(5, "The shop opens a second door in winter.", "It is on the north side.")
    answering = said(6, "In winter the shop opens at eleven.", "Its lights are on till six.")

    first, second = reranker.rerank("At what time does the shop open in winter?", [beside, answering])

    assert first.passage.id == answering.passage.id
    assert first.score > second.score


def test_what_has_no_sentence_comes_last(reranker: SentenceReranker):
    heading = Hit(replace(passage(3), sentences=(Span(0, 4, "Shop", "heading"),)), 0.5)
    told = said(4, "The shop opens at nine.")
    first, _ = reranker.rerank("When does the shop open?", [heading, told])
    assert first.passage.id == told.passage.id


def test_the_finder_gives_as_many_hits_as_are_wanted(
    retriever: HybridRetriever, reranker: SentenceReranker, meter: Meter
):
    finder = Finder(retriever, reranker, meter.similarity)
    whole = finder.search("What is a lead magnet?", FITTED)
    assert finder.search("What is a lead magnet?", 3) == whole[:3]
    assert list(finder.passages([whole[0].passage.id]).values()) == [whole[0].passage]


def test_the_earlier_question_counts_where_both_are_akin(
    retriever: HybridRetriever, reranker: SentenceReranker, meter: Meter
):
    finder = Finder(retriever, reranker, meter.similarity)
    alone = finder.search("How is it measured?", 5)
    assert finder.search("How is it measured?", 5, earlier="Who won the 2018 world cup?") == alone
    together = finder.search("How is success measured?", 5, earlier="What is email marketing?")
    assert together != finder.search("How is success measured?", 5)
