"""A question to hits, as every part of the chatbot finds them: retrieval, the conversation, reranking."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from chatbot.context import AKIN, DEPTH, blended, in_context
from chatbot.protocols import Reranker
from chatbot.records import Filter, Hit, Passage
from chatbot.reranking import FITTED
from chatbot.retrieval import PREFERRED, HybridRetriever


class Finder:
    """Finds passages, best first.

    Args:
        retriever: Finds them.
        reranker: Orders them.
        closeness: Closeness in meaning of two texts, 0..1.
    """

    def __init__(self, retriever: HybridRetriever, reranker: Reranker, closeness: Callable[[str, str], float]) -> None:
        self._retriever = retriever
        self._reranker = reranker
        self._closeness = closeness

    def search(
        self, question: str, limit: int = 10, filter: Filter | None = None, prefer: str = "", earlier: str = ""
    ) -> list[Hit]:
        """At most ``limit`` hits of a question, and of the earlier one with it where that is akin."""
        found = self._found(question, max(limit, FITTED), filter, prefer, earlier)
        return _leading(self._reranker.rerank(question, found), prefer)[:limit]

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages with these ids; unknown ids are left out."""
        return self._retriever.passages(ids)

    def _found(self, question: str, limit: int, filter: Filter | None, prefer: str, earlier: str) -> list[Hit]:
        if not earlier or self._closeness(question, earlier) < AKIN:
            return self._retriever.search(question, limit, filter, prefer)
        deep = max(limit, DEPTH)
        together = self._retriever.search(in_context(question, earlier), deep, filter, prefer)
        return blended(self._retriever.search(question, deep, filter, prefer), together, limit)


def _leading(hits: Sequence[Hit], prefer: str) -> list[Hit]:
    """The hits with those of one article ahead of what is about as good, as the search had them before reranking."""
    if not prefer:
        return list(hits)
    preferred = [
        replace(hit, score=min(1.0, PREFERRED * hit.score)) if hit.passage.slug == prefer else hit for hit in hits
    ]
    return sorted(preferred, key=lambda hit: -hit.score)
