"""Which word of one text stands for which of another: the same, a relative, a synonym, or its opposite."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from chatbot.answering.synonyms import OPPOSITES, PREFIXES, SUFFIXES, SYNONYMS
from chatbot.answering.tokens import Token

Likeness = Literal["same", "akin", "opposite"]
Step = tuple[str, int, int, int, int]
"""An edit that leads from one text to the other, as ``difflib`` gives it."""

_SHARED = 4
"""Letters that relatives share at least."""
_ROOT = 3
"""Letters before "-less" at least."""
_BESIDE = 3
"""Words away from where it would stand that a word without content stands for its opposite."""
_LONGEST = 4
"""Words with content on either side of an exchange; more is another wording."""
_DEFINITE = ("the", "this", "that", "these", "those", "its", "his", "her", "their")
_PRONOUNS = ("it", "they", "he", "she")
_ARTICLES = ("the", "a", "an")
_RANKS: Mapping[Likeness, int] = {"same": 0, "akin": 1, "opposite": 2}


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two texts and, by place in the first, the places in the second that its words stand for.

    ``likeness`` tells for each place how: a word may also stand against its opposite. ``steps`` are the edits.
    """

    claim: Sequence[Token]
    evidence: Sequence[Token]
    pairs: Mapping[int, int]
    likeness: Mapping[int, Likeness]
    steps: Sequence[Step]

    def missing(self) -> Iterator[int]:
        """Places of the claim's words with content that nothing in the evidence stands for."""
        return (place for place, token in enumerate(self.claim) if token.tells and place not in self.pairs)

    def backward(self) -> dict[int, int]:
        """Places in the first text by those in the second."""
        return {there: here for here, there in self.pairs.items()}


@dataclass(frozen=True, slots=True)
class Exchange:
    """Words ``here`` in a claim where its evidence has others.

    ``pointing``: the evidence's are "the …" or "its …", or come after a pronoun; ``leading``: either side's are the
    first that tell something.
    """

    here: tuple[Token, ...]
    there: tuple[Token, ...]
    pointing: Literal["", "definite", "pronoun"]
    leading: bool


def align(claim: Sequence[Token], evidence: Sequence[Token]) -> Alignment:
    """The words of a claim and those of its evidence, as far as possible in the same order."""
    matcher = SequenceMatcher(None, [token.key for token in claim], [token.key for token in evidence], autojunk=False)
    steps = matcher.get_opcodes()
    pairs = dict(_in_order(claim, steps))
    likeness: dict[int, Likeness] = dict.fromkeys(pairs, "same")
    taken = set(pairs.values())
    for place, token in enumerate(claim):
        if place not in pairs and (token.tells or token.low in OPPOSITES):
            expected = _expected(place, pairs)
            found = _elsewhere(token, evidence, expected, taken)
            if found and (token.tells or abs(found[0] - expected) <= _BESIDE):
                pairs[place], likeness[place] = found
    return Alignment(claim, evidence, pairs, likeness, steps)


def _in_order(claim: Sequence[Token], steps: Sequence[Step]) -> Iterator[tuple[int, int]]:
    """Runs of the same words; a word without content counts in company only."""
    for tag, start, end, begin, _ in steps:
        if tag == "equal":
            for step in range(end - start):
                if end - start > 1 or claim[start + step].tells:
                    yield start + step, begin + step


def _expected(place: int, pairs: Mapping[int, int]) -> int:
    """Where a word would stand by what the nearest word before or after it stands for."""
    near = min(pairs, key=lambda other: abs(other - place), default=None)
    return 0 if near is None else pairs[near] + place - near


def _elsewhere(token: Token, evidence: Sequence[Token], expected: int, taken: set[int]) -> tuple[int, Likeness] | None:
    """The best place for a word out of order: the same first, opposites last; free and near ones before others."""
    same = [place for place, other in enumerate(evidence) if other.key == token.key]
    if same:
        return min(same, key=lambda place: (place in taken, abs(place - expected))), "same"
    found = [
        (_RANKS[likeness], place in taken, abs(place - expected), place, likeness)
        for place, other in enumerate(evidence)
        if (likeness := alike(token, other))
    ]
    best = min(found, default=None)
    return (best[3], best[4]) if best else None


def alike(one: Token, two: Token) -> Likeness | None:
    """How one word stands for another, if it does."""
    if one.key == two.key:
        return "same"
    if "number" in (one.kind, two.kind) and not (one.key[-1] == "o" or two.key[-1] == "o"):
        return None
    return words_alike(one.low, two.low)


@lru_cache(maxsize=1 << 17)
def words_alike(one: str, two: str) -> Likeness | None:
    """How one word in lower case stands for another that has another stem, if it does."""
    if two in OPPOSITES.get(one, ()) or _denies(one, two) or _denies(two, one):
        return "opposite"
    if two in SYNONYMS.get(one, ()) or _related(one, two):
        return "akin"
    return None


def _denies(one: str, two: str) -> bool:
    """Whether the first is the second with a prefix or suffix that denies."""
    base = next((one.removeprefix(prefix) for prefix in PREFIXES if one.startswith(prefix)), "")
    if len(base) >= _SHARED and (base == two or _related(base, two)):
        return True
    root = one.removesuffix("less")
    return root != one and len(root) >= _ROOT and two.startswith(root) and two[len(root) :] in SUFFIXES


def _related(one: str, two: str) -> bool:
    """Whether two words differ in suffixes only."""
    different = (place for place, letters in enumerate(zip(one, two, strict=False)) if letters[0] != letters[1])
    shared = next(different, min(len(one), len(two)))
    return any(one[cut:] in SUFFIXES and two[cut:] in SUFFIXES for cut in range(max(_SHARED, shared - 2), shared + 1))


def exchanges(found: Alignment, counts: Callable[[Token], bool]) -> list[Exchange]:
    """Short pieces where two texts that otherwise run the same differ in words that count.

    Words alike are left out, and those that were merely moved: that the other text has where the one has nothing.
    """
    only_here = {token.key for step in found.steps if step[0] == "delete" for token in found.claim[step[1] : step[2]]}
    only_there = {
        token.key for step in found.steps if step[0] == "insert" for token in found.evidence[step[3] : step[4]]
    }
    made = []
    for tag, start, end, begin, stop in found.steps:
        if tag == "replace":
            one = [token for token in found.claim[start:end] if counts(token) and token.key not in only_there]
            two = [token for token in found.evidence[begin:stop] if counts(token) and token.key not in only_here]
            here = tuple(token for token in one if not any(_stands_for(token, other) for other in two))
            there = tuple(token for token in two if not any(_stands_for(other, token) for other in one))
            if here and there and max(len(here), len(there)) <= _LONGEST:
                leading = not any(token.tells for token in (*found.claim[:start], *found.evidence[:begin]))
                made.append(Exchange(here, there, _pointing(found.evidence[max(0, begin - 1) : stop]), leading))
    return made


def _pointing(around: Sequence[Token]) -> Literal["", "definite", "pronoun"]:
    """How words point at what was named before."""
    if around[0].low in _PRONOUNS or (len(around) > 1 and around[1].low in _PRONOUNS):
        return "pronoun"
    return "definite" if any(token.low in _DEFINITE for token in around) else ""


def _stands_for(one: Token, two: Token) -> bool:
    """Whether one word says the same as another; a name has no synonyms."""
    likeness = alike(one, two)
    return likeness == "same" or (likeness == "akin" and "name" not in (one.kind, two.kind))


def moved(found: Alignment) -> list[Token]:
    """Names and numbers that stand elsewhere in the claim, beside other words than in the evidence."""
    changed = [step for step in found.steps if step[0] != "equal"]
    here = {found.claim[place].key: place for step in changed for place in range(step[1], step[2])}
    there = {found.evidence[place].key: place for step in changed for place in range(step[3], step[4])}
    return [
        found.claim[place]
        for key, place in here.items()
        if key in there
        and _named(found.claim[place])
        and not _beside(found.claim, place) & _beside(found.evidence, there[key])
    ]


def _named(token: Token) -> bool:
    return token.kind in ("name", "number")


def _beside(tokens: Sequence[Token], place: int) -> set[str]:
    """The words before and after a name as a whole, articles left out."""
    before = after = place
    while before >= 0 and (_named(tokens[before]) or tokens[before].low in _ARTICLES):
        before -= 1
    while after < len(tokens) and _named(tokens[after]):
        after += 1
    return {f"<{tokens[before].key}" if before >= 0 else "<", f">{tokens[after].key}" if after < len(tokens) else ">"}


def cut(found: Alignment) -> Iterator[int]:
    """Places of the claim from which something is gone that began and ended alike, with a word for what was done.

    "Created by A and supervised by B" can't become "created by B".
    """
    for tag, start, _, begin, stop in found.steps:
        if tag == "insert" and 0 < start < len(found.claim):
            gone, before = found.evidence[begin:stop], found.claim[start - 1]
            if gone[-1].key == before.key and not before.tells and any(token.low.endswith("ed") for token in gone):
                yield start


def gaps(found: Alignment, most: int) -> Iterator[int]:
    """Places in the evidence where more than ``most`` words with content are left out amid what the claim has.

    Whole clauses may be: an aside between commas or brackets.
    """
    for tag, start, end, first, last in found.steps:
        amid = start > 0 and end < len(found.claim) and tag in ("insert", "replace")
        left = sum(token.tells for token in found.evidence[first:last])
        if amid and left > most and not _are_clauses(found.evidence, first, last):
            yield first


def _are_clauses(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether words begin where a clause begins and end where one ends."""
    begins = first == 0 or tokens[first - 1].clause != tokens[first].clause
    return begins and (last == len(tokens) or tokens[last].clause != tokens[last - 1].clause)
