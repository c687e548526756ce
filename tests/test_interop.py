import asyncio
import json

from langchain_core.retrievers import BaseRetriever

from chatbot import Chatbot, Filter, as_retriever

FIELDS = {"id", "slug", "path", "title", "url", "headings", "anchor", "kind", "start", "end", "score"}


def test_the_chatbot_is_a_langchain_retriever(bot: Chatbot):
    retriever = as_retriever(bot)
    assert isinstance(retriever, BaseRetriever)

    documents = retriever.invoke("What is a lead magnet?")

    hits = bot.search("What is a lead magnet?")
    assert [document.page_content for document in documents] == [hit.passage.text for hit in hits]
    assert [document.id for document in documents] == [hit.passage.id for hit in hits]
    assert [document.metadata["score"] for document in documents] == [hit.score for hit in hits]
    assert all(set(document.metadata) == FIELDS for document in documents)
    assert json.loads(json.dumps(documents[0].metadata)) == documents[0].metadata


def test_limit_and_filter(bot: Chatbot):
    only = Filter(articles=["what-are-lead-generation"])
    documents = as_retriever(bot, limit=3, filter=only).invoke("leads")
    assert len(documents) == 3
    assert {document.metadata["slug"] for document in documents} == {"what-are-lead-generation"}


def test_it_takes_part_in_chains(bot: Chatbot):
    chain = as_retriever(bot, limit=1) | (lambda documents: documents[0].metadata["title"])
    title = bot.search("What is a lead magnet?", limit=1)[0].passage.title
    assert chain.invoke("What is a lead magnet?") == title
    assert asyncio.run(chain.ainvoke("What is a lead magnet?")) == title
    assert chain.batch(["What is a lead magnet?"] * 3) == [title] * 3
