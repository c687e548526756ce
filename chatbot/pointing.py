"""What "the second one" of an answer is: the items of its list, the choices it offered, or the sides of a topic."""

import re
from collections.abc import Sequence

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NOUN = (
    r"(?:one|item|point|option|step|thing|choice|idea|tip|way|method|type|kind|reason|example|benefit|strategy|channel"
    r"|tool|activity|question)"
)
_POINTER = re.compile(
    rf"\b(?:(?:the |your |that )(?P<ordinal>{'|'.join(_ORDINALS)}|last|former|latter|\d\d?(?:st|nd|rd|th))(?: {_NOUN})?"
    rf"|(?:{_NOUN} )?(?:number|no\.|#) ?(?P<number>\d\d?|{'|'.join(_NUMBERS)}))"
    r"(?! (?:of (?!them|these|those)|in (?!more|detail)|for|that|to|time|\d|person|place|thing)\b|[-\w])"
    r"(?! (?!of|in|is|are|was|were|does|do|did|has|have|can|could|should|would|will|and|or|works?|means?|helps?"
    r"|costs?|look|looks|please|again|a bit|further|more|instead|best|better|first|then|really|actually)\w)"
    r"(?: of (?:them|these|those))?",
    re.I,
)
_ASIDE = re.compile(
    r"^\W*(?:(?:and|or|but|so|ok(?:ay)?|what about|how about|tell me(?: more)? about|more about|explain|more on|about"
    r"|please|i mean|i meant|in more detail|again|why|yes|no|well|then)\b[\s,:]*)*\W*$",
    re.I,
)
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+(?P<text>.+)$", re.M)
_CHOICE = re.compile(r"“([^”]{3,200})”")
_MARKS = re.compile(r"(?:\s*\[\d+\])+\s*$|\*\*|__")
_ESCAPED = re.compile(r"\\(?=[^\w\s])")
_LABEL = re.compile(r"^(?P<label>[^:–—.]{2,60}?)\s*(?::|\s[–—-]\s)")
_SIDES = re.compile(r"\s+(?:and|or|vs\.?|versus)\s+", re.I)
_MOST_WORDS = 14
"""Words of an item without a name that stand for it."""


def pointed(text: str, things: Sequence[str]) -> str:
    """The question with "the second one" replaced by the second of the things; empty if it points to none."""
    match = _POINTER.search(text)
    if not match:
        return ""
    named = (match["ordinal"] or match["number"]).lower()
    item = _nth(things, named)
    if not item:
        return ""
    before, after = text[: match.start()], text[match.end() :]
    if not (_ASIDE.match(before) and _ASIDE.match(after)):
        return f"{before}{item.rstrip('?')}{after}"
    return item if item.endswith("?") else f"Tell me more about {item}"


def things(answer: str, topic: str) -> tuple[str, ...]:
    """What an answer lists, the choices it offers, or the sides of a topic; empty where these aren't several.

    Args:
        answer: As Markdown.
        topic: What was asked about; the sides of "cold and hot leads" are "cold leads" and "hot leads".
    """
    listed = [_name(match["text"]) for match in _ITEM.finditer(answer)]
    offered = [choice for choice in _CHOICE.findall(answer) if choice.endswith("?")]
    several = (tuple(dict.fromkeys(found)) for found in (listed, offered, _sides(topic)))
    return next((found for found in several if len(found) > 1), ())


def _sides(topic: str) -> list[str]:
    """What a topic joins, "inbound and outbound marketing", each with the noun that they share."""
    sides = [side for side in _SIDES.split(topic) if side]
    shared = " ".join(sides[-1].split()[1:]) if sides else ""
    return [side if " " in side or side == sides[-1] or not shared else f"{side} {shared}" for side in sides]


def _name(item: str) -> str:
    """What an item goes by: what stands before its colon or dash, or its first words."""
    plain = _ESCAPED.sub("", _MARKS.sub("", item.strip()))
    label = _LABEL.match(plain)
    return label["label"] if label else " ".join(plain.split()[:_MOST_WORDS]).rstrip(".,;: ")


def _nth(things: Sequence[str], named: str) -> str:
    """The thing that an ordinal or number names; empty if there are too few."""
    if not things:
        return ""
    if named in ("last", "latter"):
        return things[-1]
    place = _place(named)
    return things[place - 1] if 0 < place <= len(things) else ""


def _place(named: str) -> int:
    if named == "former":
        return 1
    for names in (_ORDINALS, _NUMBERS):
        if named in names:
            return names.index(named) + 1
    return int(re.sub(r"\D", "", named))
