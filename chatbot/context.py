"""What was asked before as a second search beside the question's own, and both sets of hits as one."""

from collections.abc import Mapping, Sequence

from chatbot.records import Hit

AKIN = 0.2
"""Closeness in meaning (cosine) from which a question goes on with the one before it."""
DEPTH = 30
"""Hits of each search that are read."""
SHARE = 0.4
"""Weight of the search with the earlier question; .3 to .5 found the same on conversations."""
FITTING = 0.4
"""Share of the best hit's score that a passage needs by the question alone for the earlier one to count."""
UNSEEN = 0.9
"""Share of the last hit's score that a passage may have which a search didn't give."""


def in_context(question: str, earlier: str) -> str:
    """What to search for beside a question: the one before it and the question."""
    return f"{earlier.rstrip('?!. ')}? {question}"


def blended(own: Sequence[Hit], together: Sequence[Hit], limit: int) -> list[Hit]:
    """At most ``limit`` hits, best first, by a weighted mean of both scores.

    Args:
        own: Hits of the question.
        together: Hits of the question with the one before it; they only move what fits the question by itself.
        limit: Most hits given.
    """
    if not own or not together:
        return list(own)[:limit]
    passages = {hit.passage.id: hit.passage for hit in (*own, *together)}
    alone, both = _scores(own), _scores(together)
    least, lowest = UNSEEN * own[-1].score, UNSEEN * together[-1].score
    fitting = FITTING * own[0].score

    def score(key: str) -> float:
        fit = alone.get(key, least)
        return (1 - SHARE) * fit + SHARE * (both.get(key, lowest) if fit >= fitting else lowest)

    scores = {key: score(key) for key in passages}
    return [Hit(passages[key], scores[key]) for key in sorted(scores, key=lambda key: -scores[key])[:limit]]


def _scores(hits: Sequence[Hit]) -> Mapping[str, float]:
    return {hit.passage.id: hit.score for hit in hits}
