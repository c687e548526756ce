"""Sentences as aligned words: stems, names, and numbers with their units (English)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from chatbot.answering.wordlists import (
    FUNCTION_WORDS,
    MONTHS,
    NUMBER_WORDS,
    ORDINAL_WORDS,
    SCALES,
    UNITS,
    WEEKDAYS,
)

Kind = Literal["word", "name", "number", "function"]

LINK = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"”]+[^\s<>()\[\]\"”.,;:!?]|[\w.+-]+@[\w-]+\.[\w.-]*\w")
"""Addresses of pages and e-mail."""
_TOKEN = re.compile(
    r"(?P<number>(?:(?<=\s)[-−](?=\d))?\d+(?:[.,:]\d+)*)(?P<suffix>(?:st|nd|rd|th|s)\b)?"
    r"|(?P<sign>[$€£¥₹%°])"
    r"|(?P<word>(?:[A-Z]\.){2,}|\b[ap]\.m\b|[^\W\d_]+(?:['’][^\W\d_]+)*\d*[^\W_]*)"
    r"|(?P<stop>[.!?;:](?=\s|$)|[,()\[\]\n—–]|\s--?\s|[.!?]['\"”’])"
)
_CURRENCY = re.compile(r"[$€£¥₹]")
_CLAUSE_ENDS = frozenset(",;:()[]—–")
_NOT = re.compile(r"\b(\w*?) ?(?:n't|(?<=can)not)\b", re.I)
_NOT_ONLY = re.compile(r"\bnot (?:only|just|merely|simply)\b", re.I)
_SHORT = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number of a text.

    ``key`` is what makes it the same as another: a stem, or a number's value; ``unit`` is a number's, in one spelling.
    ``clause`` and ``sentence`` count from 0; ``first`` tells that it begins a sentence.
    """

    text: str
    key: str
    kind: Kind
    unit: str = ""
    clause: int = 0
    sentence: int = 0
    first: bool = False

    @property
    def low(self) -> str:
        """The word in lower case."""
        return self.text.lower()

    @property
    def tells(self) -> bool:
        """Whether it has content of its own."""
        return self.kind != "function"


def tokens(text: str, stem: Callable[[str], str]) -> tuple[Token, ...]:
    """The words and numbers of a text, in order.

    Args:
        text: Plain text.
        stem: Gives the stem of one word in lower case.
    """
    plain = _uncontracted(LINK.sub(" ", text.replace("’", "'")))
    return tuple(_with_units(_counted(_raw(plain, stem))))


def _uncontracted(text: str) -> str:
    """A text with "not" for what is short for it, and without it in "not only"."""
    text = _NOT_ONLY.sub("also", text)
    return _NOT.sub(lambda match: f"{_SHORT.get(match[1].lower(), match[1])} not", text)


def _raw(text: str, stem: Callable[[str], str]) -> list[Token]:
    found: list[Token] = []
    clause = sentence = 0
    first = True
    for match in _TOKEN.finditer(text):
        if match["stop"]:
            clause += 1
            first = match["stop"][0] in ".!?\n" or (first and match["stop"] not in _CLAUSE_ENDS)
            sentence += match["stop"][0] in ".!?\n;"
            continue
        token = _token(match, stem, first)
        found.append(replace(token, clause=clause, sentence=sentence, first=first))
        first = False
    return found


def _token(match: re.Match[str], stem: Callable[[str], str], first: bool) -> Token:
    if match["number"]:
        suffix = match["suffix"] or ""
        return Token(match[0], _number_key(match["number"], suffix), "number")
    if match["sign"]:
        return Token(match[0], match[0], "function")
    return _word(_POSSESSIVE.sub("", match["word"]) or match["word"], stem, first)


def _number_key(digits: str, suffix: str) -> str:
    """The key of a figure: its value; ordinals and decades are values of another sort."""
    plain = re.sub(r",(?=\d{3}\b)", "", digits).replace("−", "-").lstrip(",")
    if plain.count(".") <= 1 and ":" not in plain and "," not in plain:
        plain = f"{float(plain):.10g}"
    return f"#{plain}{'o' if suffix in ('st', 'nd', 'rd', 'th') else suffix}"


def _word(text: str, stem: Callable[[str], str], first: bool) -> Token:
    low = text.lower()
    if low in NUMBER_WORDS:
        return Token(text, f"#{NUMBER_WORDS[low]:.10g}", "number")
    if low in ORDINAL_WORDS:
        return Token(text, f"#{ORDINAL_WORDS[low]}o", "number")
    named = MONTHS.get(low) or WEEKDAYS.get(low)
    if named and text[0].isupper() and not (first and low == "may"):
        return Token(text, named, "name")
    if low in FUNCTION_WORDS and not (text.isupper() and len(text) > 1):
        return Token(text, low, "function")
    return Token(text, stem(low.replace(".", "").replace("'", "")) or low, "name" if _is_name(text, first) else "word")


def _is_name(text: str, first: bool) -> bool:
    """Whether a word is written as a name is; the first of a sentence only where its letters tell."""
    capitals = sum(letter.isupper() for letter in text)
    return (
        capitals > 1 or any(letter.isdigit() for letter in text) or (capitals == 1 and text[0].isupper() and not first)
    )


def _counted(raw: Sequence[Token]) -> list[Token]:
    """Number words that form one number, as one: twenty-five, two hundred, 3 million."""
    found: list[Token] = []
    for token in raw:
        last = found[-1] if found and found[-1].kind == "number" and found[-1].clause == token.clause else None
        if last is not None and token.low in SCALES:
            found[-1] = _valued(last, _value(last) * SCALES[token.low])
        elif last is not None and _joins(last, token):
            found[-1] = _valued(last, _value(last) + _value(token), token.key.endswith("o"))
        elif token.low in SCALES and found and found[-1].low == "a":
            found[-1] = _valued(token, SCALES[token.low])
        else:
            found.append(token)
    return found


def _joins(last: Token, token: Token) -> bool:
    """Whether two number words add up: twenty and five, a hundred and five."""
    if token.kind != "number" or token.text[0].isdigit() or last.text[0].isdigit() or last.key.endswith(("o", "s")):
        return False
    high, low = _value(last), _value(token)
    return (20 <= high < 100 and high % 10 == 0 and 0 < low < 10) or (high >= 100 and high % 100 == 0 and low < 100)


def _value(token: Token) -> float:
    try:
        return float(token.key[1:].rstrip("os"))
    except ValueError:
        return 0.0


def _valued(token: Token, value: float, ordinal: bool = False) -> Token:
    return replace(token, key=f"#{value:.10g}{'o' if ordinal else ''}", kind="number")


def _with_units(counted: Sequence[Token]) -> list[Token]:
    """The numbers with their units, the signs of which are no words of their own any more."""
    found: list[Token] = []
    for place, token in enumerate(counted):
        if token.kind == "number":
            before = counted[place - 1].text if place else ""
            after = " ".join(other.low for other in counted[place + 1 : place + 3])
            found.append(replace(token, unit=_unit(before, after, token.text[0].isdigit())))
        elif found and found[-1].kind == "number" and found[-1].unit == UNITS.get(token.low, "-"):
            found.append(replace(token, key=f"~{found[-1].unit}", kind="function"))
        elif not re.fullmatch(r"[$€£¥₹%°]", token.text):
            found.append(token)
    return found


def _unit(before: str, after: str, digits: bool) -> str:
    if _CURRENCY.fullmatch(before):
        return before
    first, _, second = after.partition(" ")
    if len(first) == 1 and first.isalpha() and not digits:
        return ""
    return UNITS.get(after) or UNITS.get(first) or ("°" + second.upper()[:1] if first == "°" else "")
