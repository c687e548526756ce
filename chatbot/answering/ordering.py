"""Whether two texts have their words in orders that say different things: who does what to whom (English)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from chatbot.answering.alignment import Alignment
from chatbot.answering.tokens import Token

_BE = ("is", "are", "was", "were", "be", "been", "being", "got", "get", "gets")
_LOOSE = ("and", "or", "nor", "the", "a", "an", "that", "this", "which", "it", "its")
"""Words that stand anywhere."""
_LISTING = ("and", "or", "nor")


def swapped(found: Alignment) -> Iterator[int]:
    """Words around another that stand around it the other way in the evidence: who does what to whom, what is which.

    Three words in reverse order are a swap; a part of a sentence that was moved reverses only pairs. In a passive, and
    in a list, the reverse order says the same.
    """
    order = [(place, there) for place, there in sorted(found.pairs.items()) if _placed(found, place, there)]
    for index in range(1, len(order) - 1):
        pivot, there = order[index]
        if found.claim[pivot].kind == "number":
            continue
        before = [pair for pair in order[:index] if pair[1] > there and _in_sentence(found, pair, order[index])]
        after = [pair for pair in order[index + 1 :] if pair[1] < there and _in_sentence(found, pair, order[index])]
        if before and after and not _excused(found, before[-1], order[index], after[0]):
            yield pivot


def _placed(found: Alignment, place: int, there: int) -> bool:
    """Whether a pair can be relied on: the same word, once in either text."""
    key = found.claim[place].key
    return (
        (found.claim[place].tells or key not in _LOOSE)
        and found.likeness.get(place) in ("same", "akin")
        and sum(token.key == key for token in found.claim) == 1
        and sum(token.key == found.evidence[there].key for token in found.evidence) == 1
    )


def _in_sentence(found: Alignment, one: tuple[int, int], two: tuple[int, int]) -> bool:
    same_claim = found.claim[one[0]].sentence == found.claim[two[0]].sentence
    return same_claim and found.evidence[one[1]].sentence == found.evidence[two[1]].sentence


def _excused(found: Alignment, one: tuple[int, int], pivot: tuple[int, int], two: tuple[int, int]) -> bool:
    passive = _passive(found.claim, pivot[0], two[0]) != _passive(found.evidence, pivot[1], one[1])
    return passive or _listed(found.claim, one[0], two[0]) or _listed(found.evidence, two[1], one[1])


def _passive(tokens: Sequence[Token], verb: int, until: int) -> bool:
    before = {token.low for token in tokens[max(0, verb - 3) : verb]}
    return bool(before.intersection(_BE)) and any(token.low == "by" for token in tokens[verb : until + 1])


def _listed(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether what stands between two words is a list: nearly every word a clause of its own, or after "and"."""
    between = tokens[start : end + 1]
    breaks = sum(one.clause != two.clause or two.low in _LISTING for one, two in pairwise(between))
    return breaks >= 2 and breaks * 3 >= len(between) - 1
