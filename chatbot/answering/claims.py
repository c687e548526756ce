"""Sentences taken apart (English): what one is about, the values it states, and whether it denies."""

import re
from collections.abc import Iterator, Mapping
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
    r"|\bthis (?:year|month|spring|summer|autumn|fall|winter|season)\b|\bof charge\b|\bon top\b(?! of)",
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
_EVENTS = ("date", "year")
"""Kinds by which rows of the same name are of different events."""
_IN_CELLS: dict[str, Value] = {
    "closed": ("time", ("closed",)), "free": ("money", (0.0,)), "yes": ("assent", (1.0,)), "no": ("assent", (0.0,)),
}  # fmt: skip
_PASSING = re.compile(
    r"\b(?:between|during|over the|until|only (?:on|in|this|today)|for (?:\w+ )?(?:days?|weeks?|months?))\b", re.I
)
_RISING = r"(?:go(?:es)? (?:up|down)|ris(?:es?|ing)|increas(?:es?|ing)|drops?|falls?|chang(?:es?|ing)|mov(?:es?|ing))"
_REPLACED = re.compile(
    rf"\b(?:instead of|rather than|{_RISING}\b[^.;]{{0,20}}\bfrom)\s(?:at\s|on\s|the\s|only\s)?(?=[$€£¥₹]?\d|\w+day)",
    re.I,
)
_ONWARD = re.compile(r"\s(?:to|till|until)\s")
_NEWLY = re.compile(
    r"\b(?:can|may|do|does|is|are|we|you|they) now\b|\bnow (?:also )?(?:accept|offer|take|sell|open)", re.I
)
_PROVIDING = re.compile(
    r"\b(?:accept|allow|deliver|do|have|keep|lend|make|offer|open|pay|provide|run|sell|serve|ship|stock|support|take|teach|use"
    r"|welcome)(?:s|ed|ing)?\b|\b(?:taken|sold|taught|possible|available)\b",
    re.I,
)
_SOMEBODY = r"\b(?:you|we|members?|visitors?|guests?|customers?|everyone|anyone) "
_PROVIDED = re.compile(
    rf"{_SOMEBODY}(?:(?:can|may|still|also|now) )*(?:{_PROVIDING.pattern}|(?<=can )\w|(?<=may )\w)"
    rf"|\b(?:is|are|can be|may be) (?:(?:also|now|still|all) )*(?:{_PROVIDING.pattern})",
    re.I,
)
_REFUSED = re.compile(
    rf"{_SOMEBODY}(?:do not|don[’']t|cannot|can[’']t|can not) (?:{_PROVIDING.pattern})"
    rf"|\b(?:is|are|can) not (?:be )?(?:{_PROVIDING.pattern})",
    re.I,
)
_CONDITIONAL = re.compile(r"^(?:if|when|unless|where|suppose|say)\b", re.I)


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


def withdrawn(text: str) -> tuple[str, ...]:
    """What a sentence says there is no longer, or not, each in words that another must have to say that there is.

    "We no longer take cash or cheques." withdraws "cash" and "cheques"; nothing where the sentence isn't of that kind.
    """
    one = claim(text)
    if not one.denies or one.past or _CONDITIONAL.match(text) or not (one.changes or _REFUSED.search(text)):
        return ()
    bare = _PROVIDING.sub(" ", one.rest)
    return tuple(re.split(r"\b(?:or|nor)\b", bare)) if bare != one.rest else (one.rest,)


def provides(text: str) -> bool:
    """Whether a sentence says that something can be had or done: "You can pay by card", "Card is accepted"."""
    one = claim(text)
    return not (one.denies or one.past or _CONDITIONAL.match(text)) and _PROVIDED.search(text) is not None


def tells_news(text: str) -> bool:
    """Whether a sentence tells of a change itself: "no longer", "you can now"."""
    return claim(text).changes or _NEWLY.search(text) is not None


def replaced(text: str) -> Value | None:
    """The value that a sentence says holds no more: 18:00 of "We now close at 20:00 instead of 18:00."."""
    match = None if _PASSING.search(text) or claim(text).past else _REPLACED.search(text)
    return next(iter(amounts(_ONWARD.split(text[match.end() :])[0])), None) if match else None


def rows_agree(first: Mapping[str, str], second: Mapping[str, str]) -> bool:
    """Whether two rows, each by the names of its columns and its own name first, say the same in what both say."""
    return _same_row(first, second) and all(cell(one) == cell(two) for one, two in _shared(first, second))


def rows_exclude(first: Mapping[str, str], second: Mapping[str, str], lasting: bool) -> bool:
    """Whether two rows of the same name, in tables with the same columns, can't both hold.

    Args:
        first: A row's cells by the names of its columns; the row's own name is the first.
        second: Another table's.
        lasting: Whether neither table is of a certain year, whose figures would stay true.
    """
    if not _same_row(first, second):
        return False
    differing = [(one, two) for one, two in _shared(first, second) if cell(one) != cell(two)]
    kinds = {_cell_kind(one, two) for one, two in differing}
    kind = kinds.pop() if len(kinds) == 1 else ""
    return bool(kind) and (kind in (*_SERIES, "assent") or (lasting and kind not in _EVENTS))


def cell(text: str) -> tuple[tuple[Value, ...], str]:
    """What a table's cell says: its values, and its other words."""
    plain = " ".join(text.lower().split()).strip(" .")
    if plain in _IN_CELLS:
        return (_IN_CELLS[plain],), ""
    return amounts(text), " ".join(VALUE.sub(" ", plain).split())


def _same_row(first: Mapping[str, str], second: Mapping[str, str]) -> bool:
    """Whether both are called the same in a column of the same name, which is no date."""
    one, two = next(iter(first.items()), ("", "")), next(iter(second.items()), ("", ""))
    return one[1] != "" and one == two and not any(kind in _EVENTS for kind, _ in amounts(one[1]))


def _shared(first: Mapping[str, str], second: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The cells beside the rows' names in columns that both tables have."""
    return ((text, second[name]) for name, text in list(first.items())[1:] if name in second)


def _cell_kind(one: str, two: str) -> str:
    """The kind of value by which two cells differ; nothing where they differ in words, or in several kinds."""
    (left, words), (right, others) = cell(one), cell(two)
    kinds = {kind for kind, _ in (*left, *right)}
    closed = _IN_CELLS["closed"] in (*left, *right)
    return kinds.pop() if len(kinds) == 1 and left and right and (words == others or closed) else ""
