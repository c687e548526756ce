"""A question to hits: dense and lexical search, fused by a sum of normalised scores, near-copies moved down."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Protocol

from chatbot.protocols import Embedder, VectorIndex
from chatbot.records import Filter, Hit, Passage

HITS = 8
"""Passages a composer reads."""
CANDIDATES = 50
"""Passages taken from each search."""
DEPTH = 6
"""How many times deeper the word search looks, for the scores of what only the dense one took."""
_REMEMBERED = 4096
_PASSAGES_KEPT = 2048
NEAR_COPY = 0.6
"""Share of common terms (Jaccard) from which two passages count as near-copies."""
PREFERRED = 1.15
"""What a score of the preferred article is multiplied by."""

_FUNCTION_WORDS = """
    a about above after again all also am an and any are as at be because been before being below between both
    but by can could did do does doing down during each few for from further get gets got had has have having
    he her here hers him his how i if in into is it its just let many me more most much must my no nor not now
    of off on once only or other our out over own please same shall she should so some such tell than that the
    their them then there these they this those through to too under until up us very was we were what when
    where which while who whom whose why will with would you your
"""
STOPWORDS = frozenset(_FUNCTION_WORDS.split())
"""English function words: they carry no topic, so a question's lexical score leaves them out."""


class LexicalSearch(Protocol):
    """What the retriever needs of a word index."""

    def search(self, question: str, limit: int, filter: Filter | None = None) -> list[tuple[str, float]]:
        """Ids and BM25 scores, best first."""
        ...

    def terms(self, text: str) -> list[str]:
        """The analysed words of a text."""
        ...

    def ceiling(self, terms: Iterable[str]) -> float:
        """The BM25 score no passage can exceed for these terms."""
        ...

    def known(self, ids: Iterable[str]) -> set[str]:
        """Those of the ids that are part of the index."""
        ...


class HybridRetriever:
    """Dense and lexical search over the same passages.

    The score is the mean of the cosine similarity and the BM25 score divided by its ceiling for the question (Bruch,
    Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023): absolute, so comparable across
    questions.
    """

    def __init__(self, embedder: Embedder, vectors: VectorIndex, lexical: LexicalSearch) -> None:
        self._embedder = embedder
        self._vectors = vectors
        self._lexical = lexical
        self._read: dict[str, Passage] = {}
        self._words = lru_cache(maxsize=_REMEMBERED)(lambda text: frozenset(lexical.terms(text)))

    def search(self, question: str, limit: int = 10, filter: Filter | None = None, prefer: str = "") -> list[Hit]:
        """At most ``limit`` hits, best first, scores falling; those of the article ``prefer`` (a slug) score more."""
        candidates = max(CANDIDATES, 3 * limit)
        scores = self._fused(question, candidates, filter)
        if prefer:
            own = self._fused(question, candidates, Filter(articles=(prefer,)))
            scores |= {key: min(PREFERRED * score, 1.0) for key, score in own.items()}
        best = sorted(scores, key=lambda key: (-scores[key], key))[: 2 * limit]
        passages = self.passages(best)
        hits = [Hit(passages[key], scores[key]) for key in best if key in passages]
        return self._diverse(hits)[:limit]

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages with these ids, those read before from memory; unknown ids are left out."""
        known = self._read if len(self._read) <= _PASSAGES_KEPT else {}
        missing = [each for each in ids if each not in known]
        if missing:
            known = known | self._vectors.get(missing)
            self._read = known
        return {each: known[each] for each in ids if each in known}

    def _fused(self, question: str, candidates: int, filter: Filter | None) -> dict[str, float]:
        vector = self._embedder.embed_query(question)
        dense = dict(self._vectors.query(vector, candidates, filter))
        words = content_words(question)
        lexical = dict(self._lexical.search(words, DEPTH * candidates, filter))
        missing = [key for key in islice(lexical, candidates) if key not in dense]
        dense |= self._vectors.similarities(vector, missing)
        ceiling = self._lexical.ceiling(self._lexical.terms(words)) or 1.0
        return {
            key: (max(dense[key], 0.0) + min(lexical.get(key, 0.0) / ceiling, 1.0)) / 2
            for key in self._lexical.known(dense)
        }

    def _diverse(self, hits: Sequence[Hit]) -> list[Hit]:
        """Maximal marginal relevance (Carbonell and Goldstein, 1998), where only near-copies lose score."""
        words = {hit.passage.id: self._words(hit.passage.text) for hit in hits}
        chosen: list[Hit] = []
        for hit in hits:
            overlap = max((jaccard(words[hit.passage.id], words[other.passage.id]) for other in chosen), default=0.0)
            penalty = max(0.0, overlap - NEAR_COPY)
            chosen.append(Hit(hit.passage, hit.score * (1 - penalty)))
        return sorted(chosen, key=lambda hit: -hit.score)


def content_words(question: str) -> str:
    """The question without function words and punctuation; the whole question if nothing else is in it."""
    words = "".join(character if character.isalnum() else " " for character in question).split()
    return " ".join(word for word in words if word.lower() not in STOPWORDS) or question


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """Shared share of two sets of words, 0..1."""
    return len(first & second) / len(first | second) if first or second else 0.0
