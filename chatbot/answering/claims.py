"""Sentences taken apart (English): what one is about, the values it states, and whether it denies."""

import re
from dataclasses import dataclass
from functools import lru_cache

from chatbot.answering.amounts import DATE, MONTH, VALUE, YEAR, Value, amounts


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence without its values.

    ``rest`` has the words left that say what it is about; ``changes`` tells that it speaks of a change itself.
    """

    rest: str
    values: tuple[Value, ...]
    denies: bool
    past: bool
    changes: bool
    text: str


_ADJUNCTS = re.compile(
    rf",?\s?\b(?:from|since|starting(?: from| on| in)?|beginning|as of|effective|with effect from)\s"
    rf"(?:the\s)?(?:{DATE}|{MONTH}|{YEAR}|now\b|today\b)(?:\son(?:wards?)?\b)?,?"
    r"|,?\s(?:because|due to|thanks to)\s.*$|\b(?:any ?more|these days|at the moment|from now on|so far|to date)\b"
    r"|\bthis (?:year|month|spring|summer|autumn|fall|winter|season)\b|\bof charge\b",
    re.I,
)
_LIGHT = re.compile(
    r"\b(?:an?|the|our|your|my|we|you|us|i|is|are|be|been|has|have|do|does|will|can|ca|now|currently|just|about|around"
    r"|roughly|nearly|almost|approximately|at|on|in|for|to|from|of|by|and|also|still|already|as|per|each|yet|here"
    r"|longer|any|between)\b",
    re.I,
)
_MORE = re.compile(r"\bmore than\b", re.I)
_LESS = re.compile(r"\b(?:less|fewer) than\b", re.I)
_PAYING = re.compile(r"\b(?:costs?|charges?|charged|prices?|priced|pays?|comes?|sells?|sold)\b", re.I)
_DENYING = re.compile(
    r"\b(?:no|not|never|none|nor|neither|cannot|can[’']t|\w+n[’']t|stopped|ceased|discontinued|dropped)\b", re.I
)
_CHANGING = re.compile(r"\b(?:no longer|any ?more|stopped|ceased|discontinued|dropped)\b", re.I)
_OPPOSITES = {
    "closed": "open", "unavailable": "available", "forbidden": "allowed", "prohibited": "allowed",
    "banned": "allowed", "excluded": "included", "disabled": "enabled", "impossible": "possible",
    "unsupported": "supported", "optional": "required",
}  # fmt: skip
_OPPOSITE = re.compile(rf"\b(?:{'|'.join(_OPPOSITES)})\b", re.I)
_PAST = re.compile(
    r"\b(?:was|were|had|did|used to|previously|formerly|originally|ago|back then|sold|made|grew|rose|fell|won|lost|took"
    r"|gave|came|went|saw|got|ran|held|built|spent|paid|bought|wrote|began|became)\b"
    r"|\b(?!(?:is|are|be|been|an?|the|has|have|get|gets|not|longer|also|now|all|our|your|as|\w+ly)\b)\w+\s+\w{2,}ed\b",
    re.I,
)
_EXCLUSIVE = re.compile(
    r"\b(?:requires?|needs?|minimum|at least|or (?:newer|later|higher|above|up|older)"
    r"|and (?:newer|later|higher|above|up)|latest|current|up to|newest|as of)\b|\d\+",
    re.I,
)
_DATED_FACT = re.compile(
    r"\b(?:since|founded|established|opened|until|takes? place|held|built|born|launched|released|starts?|begins?|ends?"
    r"|deadline|closes?|opens?)\b",
    re.I,
)
_SERIES = ("money", "time", "day")
"""Kinds of which several may differ at once: hours and prices change together."""


@lru_cache(maxsize=4096)
def claim(text: str) -> Claim:
    """A sentence, list item or row as a claim."""
    plain = _ADJUNCTS.sub(" ", _MORE.sub("over", _LESS.sub("under", text)))
    values = amounts(plain)
    rest = VALUE.sub(" ", plain)
    denies = _DENYING.search(rest) is not None
    opposite = _OPPOSITE.search(rest)
    rest = _OPPOSITE.sub(lambda match: _OPPOSITES[match[0].lower()], _DENYING.sub(" ", rest))
    past = _PAST.search(rest) is not None
    if any(kind == "money" for kind, _ in values):
        rest = _PAYING.sub(" ", rest)
    return Claim(
        _LIGHT.sub(" ", rest), values, denies is not bool(opposite), past, _CHANGING.search(text) is not None, text
    )


def agree(first: Claim, second: Claim) -> bool:
    """Whether two claims about the same state the same."""
    return first.denies is second.denies and first.values == second.values


def exclude(first: Claim, second: Claim) -> bool:
    """Whether two claims about the same can't both hold: one denies the other, or a value differs."""
    if len(first.values) != len(second.values):
        return False
    differing = [(one, two) for one, two in zip(first.values, second.values, strict=True) if _unequal(one, two)]
    if first.denies is not second.denies:
        return not differing and not (first.past or second.past)
    kinds = {_kind(pair) for pair in differing}
    if len(kinds) != 1 or sorted(map(str, first.values)) == sorted(map(str, second.values)):
        return False
    kind = kinds.pop()
    return (len(differing) == 1 or kind in _SERIES) and _binding(kind, first, second)


def _binding(kind: str, first: Claim, second: Claim) -> bool:
    """Whether a claim can have but one value of the kind; many years and many versions may be true at once."""
    if kind in ("year", "date"):
        return all(_DATED_FACT.search(one.text) for one in (first, second))
    if first.past or second.past:
        return False
    if kind == "label":
        return all(_EXCLUSIVE.search(one.text) for one in (first, second))
    return bool(kind)


def _unequal(one: Value, two: Value) -> bool:
    if {one[0], two[0]} == {"time", "number"}:
        return _hours(one) != _hours(two)
    return one != two


def _hours(value: Value) -> tuple[float | str, ...]:
    """Times of day on a clock of twelve hours, which is all that a bare number tells."""
    scale = 60.0 if value[0] == "number" else 1.0
    return tuple(amount * scale % 720 if isinstance(amount, float) else amount for amount in value[1])


def _kind(pair: tuple[Value, Value]) -> str:
    """The kind of value that differs; nothing where two kinds can't be compared."""
    kinds = {pair[0][0], pair[1][0]}
    if kinds == {"time", "number"}:
        return "time"
    return kinds.pop() if len(kinds) == 1 else ""
