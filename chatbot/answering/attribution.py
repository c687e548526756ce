"""What somebody merely says, or denies, told as if it were so (English)."""

import re
from collections.abc import Iterator

from chatbot.answering.alignment import Alignment

_HELD = re.compile(
    r"(?:claim|argu|alleg|rumou?r|speculat|contend|assert|accus|hypothes|theori[sz]|purport|believ|suggest)\w*"
    r"|evidence|reportedly|supposed(?:ly)?|ostensibly"
)
_DENIED = re.compile(r"(?:deni|deny|disput|refut|reject|contradict|debunk|disprov)\w*|false(?:ly)?|myth|untrue|wrongly")
_FEWEST = 3
"""Words with content that a claim shares with a sentence to be about what is said in it."""


def unattributed(found: Alignment) -> Iterator[int]:
    """Words of a claim that its evidence has somebody hold or deny, while the claim has them as a fact."""
    for pattern, around in ((_HELD, _following), (_DENIED, _beside)):
        if not any(pattern.fullmatch(token.low) for token in found.claim):
            for place, token in enumerate(found.evidence):
                if pattern.fullmatch(token.low):
                    yield from around(found, place)


def _following(found: Alignment, place: int) -> list[int]:
    """Places of the claim that stand for what follows a word, where that is most of what they share."""
    shared = _shared(found, place)
    later = [here for there, here in shared if there > place]
    return later if len(later) >= _FEWEST and 2 * len(later) > len(shared) else []


def _beside(found: Alignment, place: int) -> list[int]:
    """Places of the claim that stand for words of the same sentence as a word."""
    shared = [here for _, here in _shared(found, place)]
    return shared if len(shared) >= _FEWEST else []


def _shared(found: Alignment, place: int) -> list[tuple[int, int]]:
    """Words with content in the sentence of a place, and what stands for them in the claim."""
    sentence = found.evidence[place].sentence
    return [
        (there, here)
        for there, here in found.backward().items()
        if found.evidence[there].sentence == sentence and found.evidence[there].tells
    ]
