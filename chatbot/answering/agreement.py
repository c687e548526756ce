"""Whether a claim says nothing else than its evidence: numbers, names, denials, quantities, order (English).

Each rule gives the places in the claim that break it. The rules are strict where a word changes what is said and
lenient in how it is said; what they can't tell is left to closeness of meaning.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from chatbot.answering.alignment import Alignment, Exchange, alike
from chatbot.answering.amounts import amounts
from chatbot.answering.attribution import unattributed
from chatbot.answering.ordering import swapped
from chatbot.answering.synonyms import OPPOSITES
from chatbot.answering.tokens import Token
from chatbot.answering.wordlists import MODALS, NEGATORS, QUANTIFIERS, RESTRICTORS, UNITS

_ONE = ("a", "an", "one", "single", "sole", "each", "per", "every", "alone", "once", "#1o")
_ACRONYM = re.compile(r"[A-Z]{2,6}$")
_REACH = 2
"""Words with content that a negation or the like is about."""
_COUNTING = frozenset([*QUANTIFIERS, *MODALS, *RESTRICTORS, *NEGATORS, *OPPOSITES])
_NEAR = ({"may", "can"}, {"some", "many"})


def numbers(found: Alignment) -> Iterator[int]:
    """Numbers of the claim that the evidence doesn't have with that unit, or has of something else."""
    for place, token in enumerate(found.claim):
        if token.kind == "number" and not (_has_number(found, place) and _same_counted(found, place)):
            yield place


def _has_number(found: Alignment, place: int) -> bool:
    token, following = found.claim[place], found.claim[place + 1] if place + 1 < len(found.claim) else None
    same = [other for other in found.evidence if other.key == token.key and other.kind == "number"]
    if not same:
        return token.key == "#1" and any(other.low in _ONE for other in found.evidence)
    units = {other.unit for other in same}
    if token.unit in units:
        return True
    if not token.unit:
        return following is None or not following.tells
    return "" in units and any(token.unit in (other.unit, other.key[1:]) for other in found.evidence)


def _same_counted(found: Alignment, place: int) -> bool:
    """Whether what is counted isn't counted otherwise in the evidence."""
    noun = _next_content(found.claim, place)
    number = found.claim[place]
    if noun is None or found.claim[noun].kind == "number" or (number.unit in "$€£¥₹" and number.unit):
        return True
    counts = [
        found.evidence[before]
        for there, other in enumerate(found.evidence)
        if other.key == found.claim[noun].key and (before := _previous_number(found.evidence, there)) is not None
    ]
    return not counts or any(other.key == number.key for other in counts) or number.key == "#1"


def _next_content(tokens: Sequence[Token], place: int) -> int | None:
    following = place + 1
    return (
        following if following < len(tokens) and tokens[following].tells and _near(tokens, place, following) else None
    )


def _previous_number(tokens: Sequence[Token], place: int) -> int | None:
    before = place - 1
    return before if before >= 0 and tokens[before].kind == "number" and _near(tokens, before, place) else None


def _near(tokens: Sequence[Token], one: int, two: int) -> bool:
    return tokens[one].clause == tokens[two].clause


def names(found: Alignment) -> Iterator[int]:
    """Names of the claim that the evidence doesn't have, nor what they may be short for."""
    initials = "".join(token.text[0] for token in found.evidence if token.text[:1].isupper()).lower()
    for place in found.missing():
        token = found.claim[place]
        if token.kind == "name" and not (_ACRONYM.match(token.text) and token.low in initials):
            yield place


def opposites(found: Alignment) -> Iterator[int]:
    """Words of the claim that stand where the evidence has their opposite, and no denial makes up for it."""
    denied, denying = (set(chain.from_iterable(_denials(side))) for side in (found.claim, found.evidence))
    for place, likeness in found.likeness.items():
        if likeness == "opposite" and (place in denied) == (found.pairs[place] in denying):
            yield place


def denials(found: Alignment) -> Iterator[int]:
    """Words that one of the two denies and the other doesn't."""
    claimed, evident = _denials(found.claim), _denials(found.evidence)
    denied, denying = (set(chain.from_iterable(side)) for side in (claimed, evident))
    flipped = {place for place, likeness in found.likeness.items() if likeness == "opposite"}
    keys = {found.evidence[place].key for place in denying}
    for reached in claimed:
        if not any(
            place in flipped or found.claim[place].key in keys or found.pairs.get(place) in denying for place in reached
        ):
            yield from reached[:1]
    backward, keys = found.backward(), {found.claim[place].key for place in denied}
    for reached in evident:
        here = backward.get(reached[0]) if reached else None
        if here is not None and here not in denied | flipped and found.claim[here].key not in keys:
            yield here


def _denials(tokens: Sequence[Token]) -> list[list[int]]:
    """For each denial, places of what it is about: the next words of the clause, nearest first."""
    places = [place for place, token in enumerate(tokens) if token.low in NEGATORS]
    single = [place for place in places if place - 1 not in places and place + 1 not in places]
    return [_reached(tokens, place) for place in single]


def _reached(tokens: Sequence[Token], place: int, reach: int = _REACH) -> list[int]:
    following = [
        other
        for other in range(place + 1, len(tokens))
        if tokens[other].tells and tokens[other].clause == tokens[place].clause
    ]
    return following[:reach]


def quantities(found: Alignment) -> Iterator[int]:
    """All, few, only and the like: said of something of which the evidence doesn't say it, or says another."""
    limits = _classes(found.evidence, RESTRICTORS)
    for place, token in enumerate(found.claim):
        if _amiss(found, place) or (token.low in RESTRICTORS and RESTRICTORS[token.low] not in limits):
            yield place


def _amiss(found: Alignment, place: int) -> bool:
    """Whether a word of quantity isn't what the evidence has."""
    kind = QUANTIFIERS.get(found.claim[place].low, "")
    known = not kind or kind in _classes(found.evidence, QUANTIFIERS)
    return not known and (kind in ("all", "few") or _other_class(found, place, kind))


def restrictions(found: Alignment) -> Iterator[int]:
    """Words that the evidence restricts ("only", "except") and the claim doesn't."""
    backward, claimed = found.backward(), _classes(found.claim, RESTRICTORS)
    for place, token in enumerate(found.evidence):
        if token.low in RESTRICTORS and RESTRICTORS[token.low] not in claimed:
            before = [] if token.first else [place - 1]
            around = [backward.get(other) for other in (*before, *_reached(found.evidence, place, 1))]
            if None not in around:
                yield from (other for other in around if other is not None)


def _other_class(found: Alignment, place: int, kind: str) -> bool:
    """Whether the evidence has another quantity of the same."""
    targets = {found.pairs[other] for other in _reached(found.claim, place, 1) if other in found.pairs}
    return any(
        QUANTIFIERS.get(token.low, kind) != kind and targets & set(_reached(found.evidence, there, 1))
        for there, token in enumerate(found.evidence)
    )


def _classes(tokens: Sequence[Token], table: dict[str, str]) -> set[str]:
    return {table[token.low] for token in tokens if token.low in table and not _is_month(token)}


def _is_month(token: Token) -> bool:
    return token.low == "may" and token.kind == "name"


def modals(found: Alignment) -> Iterator[int]:
    """Must, should, may, will: firmer or looser than the evidence says it."""
    there = _classes(found.evidence, MODALS)
    for place, token in enumerate(found.claim):
        kind = "" if _is_month(token) else MODALS.get(token.low, "")
        if kind and kind not in there and _at_odds(kind, there, _modal_of(found, place)):
            yield place
    if not _classes(found.claim, MODALS):
        yield from _unsaid(found, lambda token: MODALS.get(token.low) == "may" and not _is_month(token))


def _at_odds(kind: str, there: set[str], same: str) -> bool:
    """Whether a modal's class is at odds with those of the evidence, and with the one of the same."""
    if kind == "must":
        return True
    if kind == "should":
        return "must" not in there
    if kind == "will":
        return bool(there & {"may", "can"})
    return not there & {"may", "can"} and same in ("must", "should")


def _modal_of(found: Alignment, place: int) -> str:
    """The class of the modal before what a claim's modal is about, in the evidence."""
    targets = {found.pairs[other] for other in _reached(found.claim, place, 1) if other in found.pairs}
    return next(
        (
            MODALS[token.low]
            for there, token in enumerate(found.evidence)
            if token.low in MODALS and targets & set(_reached(found.evidence, there, 1))
        ),
        "",
    )


def _unsaid(found: Alignment, limits: Callable[[Token], bool]) -> Iterator[int]:
    """Words that the evidence limits with a word before them."""
    backward = found.backward()
    for place, token in enumerate(found.evidence):
        if limits(token):
            yield from (backward[other] for other in _reached(found.evidence, place, 1) if other in backward)


def dropped(found: Alignment) -> Iterator[int]:
    """Words of which the evidence speaks in part (most, some, few) and the claim as a whole."""
    claimed = _classes(found.claim, QUANTIFIERS)
    return _unsaid(found, lambda token: QUANTIFIERS.get(token.low, "all") not in {"all", *claimed})


def counts(token: Token) -> bool:
    """Whether a word put for another may change what is said."""
    return token.tells or token.low in _COUNTING or token.key[0] == "~"


def exchanged(exchange: Exchange) -> bool:
    """Whether words put for others surely say something else: a name or number for another, a quantity, an opposite."""
    here, there = exchange.here, exchange.there
    if (_of_kind(here, ("name",)) and _of_kind(there, ("name",))) or (
        _of_kind(here, ("number",)) and _of_kind(there, ("number",))
    ):
        return True
    denied = any(token.low in NEGATORS for token in here) != any(token.low in NEGATORS for token in there)
    if any(alike(one, two) == "opposite" for one in here for two in there):
        return not denied
    if _units(here) and _units(there) and _units(here) != _units(there):
        return True
    if denied or any(token.low in RESTRICTORS for token in (*here, *there)):
        return True
    return any(_differ(_classes(here, table), _classes(there, table)) for table in (QUANTIFIERS, MODALS))


def _differ(one: set[str], two: set[str]) -> bool:
    """Whether classes of quantities or modals are at odds; some that are near are not."""
    return bool(one and two and one != two) and {*one, *two} not in _NEAR


def _units(tokens: Sequence[Token]) -> set[str]:
    return {UNITS[token.low] for token in tokens if token.low in UNITS and len(token.low) > 1}


def _of_kind(tokens: Sequence[Token], kinds: tuple[str, ...]) -> bool:
    return any(token.kind in kinds for token in tokens)


RULES: Mapping[str, Callable[[Alignment], Iterator[int]]] = {
    "opposite": opposites,
    "denial": denials,
    "quantity": quantities,
    "restriction": restrictions,
    "modal": modals,
    "order": swapped,
    "attribution": unattributed,
}
"""Rules of how a claim says it."""


def broken(found: Alignment, *, only_along: bool = False) -> list[str]:
    """The names of the rules that a claim breaks, but for what it names and counts.

    Args:
        found: The claim aligned with its evidence.
        only_along: Whether the evidence is of a part of the claim, and counts only where the two run along.
    """
    return [
        name
        for name, rule in RULES.items()
        if any(not only_along or _runs_along(found, place) for place in rule(found))
    ]


def _runs_along(found: Alignment, place: int) -> bool:
    """Whether a place of the claim, or both beside it, are the evidence's in the same order."""
    along = {other for tag, start, end, _, _ in found.steps if tag == "equal" for other in range(start, end)}
    beside = {place - 1, place + 1} & set(range(len(found.claim)))
    return place in along or beside <= along


def same_values(claim: str, evidence: str, most: int) -> bool:
    """Whether up to ``most`` values of a claim are in the evidence though it writes them otherwise: 7 pm, 19:00."""
    values = set(amounts(claim))
    special = [value for value in values if value[0] not in ("number", "label", "year")]
    return most <= len(special) and values <= set(amounts(evidence))
