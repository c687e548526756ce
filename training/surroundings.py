"""What is around a sentence: where an error takes its words from."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from wordlists import DAYS, MONTHS

NAME = re.compile(r"\b[A-Z][\w’'-]*[a-z]\b(?:\s+(?:of the |of |de |von )?[A-Z][\w’'-]*[\w])*|\b[A-Z]{2,6}s?\b")


@dataclass
class Surroundings:
    """What may be put into a sentence: from its passage first, its article, then other articles."""

    near: list[str]
    article: list[str]
    others: list[str]
    common: set[str]
    """Words that are written small, too."""

    def sentences(self, random_: random.Random) -> Iterator[str]:
        """Sentences to take from, the likely first."""
        shares = [self.near] * 5 + [self.article] * 3 + [self.others] * 2
        for _ in range(12):
            pool = random_.choice(shares)
            if pool:
                yield random_.choice(pool)


def names_of(text: str, common: set[str]) -> list[re.Match[str]]:
    """The names of a sentence; a first word that is a common word isn't one."""
    return [
        found
        for found in NAME.finditer(text)
        if not (found.start() == 0 and found.group().split()[0].lower() in common)
        and found.group() not in MONTHS + DAYS
        and found.group().lower() not in ("i", "the", "it")
    ]
