"""Every composer keeps the contract."""

import pytest
from contracts import check_composer

from chatbot import Chatbot, Settings
from chatbot.answering.extractive import ExtractiveComposer
from chatbot.engine import meter_of
from chatbot.opening import open_index
from chatbot.reading import packaged_reader

UNANSWERED = "Who won the 2018 world cup?"


@pytest.fixture(scope="module")
def extractive(index_settings: Settings) -> ExtractiveComposer:
    parts = open_index(index_settings)
    days = {article.slug: article.date for article in parts.articles}
    return ExtractiveComposer(meter_of(parts), parts.vectors.section, days.__getitem__, packaged_reader())


@pytest.mark.parametrize(
    "question",
    [
        "What is lead generation?",
        "What are the key lead generation activities?",
        "What is the difference between MQLs and SQLs?",
        "How do I measure success?",
        "Why is lead generation important?",
    ],
)
def test_the_extractive_composer(extractive: ExtractiveComposer, bot: Chatbot, question: str):
    check_composer(extractive, question, bot.search(question, limit=8), UNANSWERED)
