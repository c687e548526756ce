"""Amounts in English text: money, percentages, times of day, dates, durations, measures and plain numbers."""

import re
from collections.abc import Sequence

Value = tuple[str, tuple[float | str, ...]]
"""A kind of value and its amounts: two for a range; in dollars, seconds, metres and the like."""

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100, "half": 0.5,
    "twice": 2, "once": 1, "other": 2,
}  # fmt: skip
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_DAY = 86_400.0
_TIME_UNITS = {
    "second": 1.0, "sec": 1.0, "minute": 60.0, "min": 60.0, "hour": 3600.0, "hr": 3600.0, "day": _DAY,
    "week": 7 * _DAY, "fortnight": 14 * _DAY, "month": 30 * _DAY, "quarter": 90 * _DAY, "year": 360 * _DAY,
}  # fmt: skip
_RATES = {
    "hourly": "hour", "daily": "day", "weekly": "week", "fortnightly": "fortnight", "monthly": "month",
    "quarterly": "quarter", "yearly": "year", "annually": "year",
}  # fmt: skip
_UNITS = {
    "km": ("length", 1000.0), "kilometer": ("length", 1000.0), "kilometre": ("length", 1000.0),
    "mile": ("length", 1609.0), "m": ("length", 1.0), "meter": ("length", 1.0), "metre": ("length", 1.0),
    "cm": ("length", 0.01), "mm": ("length", 0.001), "inch": ("length", 0.0254), "feet": ("length", 0.3048),
    "ft": ("length", 0.3048), "kg": ("mass", 1.0), "g": ("mass", 0.001), "gram": ("mass", 0.001),
    "lb": ("mass", 0.4536), "oz": ("mass", 0.02835), "l": ("volume", 1.0), "liter": ("volume", 1.0),
    "litre": ("volume", 1.0), "ml": ("volume", 0.001), "cup": ("cups", 1.0), "kb": ("data", 1e-3),
    "mb": ("data", 1.0), "gb": ("data", 1e3), "tb": ("data", 1e6), "°c": ("celsius", 1.0), "°f": ("fahrenheit", 1.0),
    "°": ("degrees", 1.0), "degree": ("degrees", 1.0),
}  # fmt: skip
_CURRENCIES = {"dollar": "$", "usd": "$", "euro": "€", "eur": "€", "pound": "£", "gbp": "£", "cent": "$"}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_N = rf"(?:\d+(?:[.,]\d+)*|\b(?:{'|'.join(word for word in _WORDS if word not in ('one', 'once', 'other'))})\b)"
_TO = r"\s?(?:-|–|—|to|till|until)\s?"
_R = rf"(?:(?<=between ){_N} and {_N}|{_N}(?:{_TO}{_N})?)"
_TIME_UNIT = rf"(?:{'|'.join(_TIME_UNITS)})s?\b"
_CLOCK = (
    r"(?:\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]m\b|[ap]\.m\.?)|\b\d{1,2}:\d\d\b|\b\d{1,2} o[’']clock|\bnoon\b|\bmidnight\b)"
)
MONTH = (
    r"(?-i:\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
YEAR = r"(?:1[5-9]|20)\d\d\b"
DATE = (
    rf"(?:\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{MONTH}(?:,? {YEAR})?"
    rf"|{MONTH} \d{{1,2}}\b(?:st|nd|rd|th)?(?:,? {YEAR})?"
    rf"|{MONTH},? {YEAR}|\b(?:in|since|until|by|of|from) {MONTH}(?! \d))"
)
"""A day or a month, as a pattern that minds upper case."""
_WEEKDAY = (
    r"\b(?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|(?-i:Mon|Tue|Wed|Thu|Fri|Sat|Sun))\b"
)
_FREE = (
    r"(?:(?<=is )|(?<=are )|(?<=longer )|(?<=not )|(?<=still )|(?<=now )|(?<=always )|(?<=for ))"
    r"free\b(?:\s(?:of charge))?(?!\s(?:of|from|to)\b)|\bfree of charge\b|\bat no (?:extra )?(?:cost|charge)\b"
)
_PATTERNS = {
    "money": rf"[$€£¥₹]\s?{_R}(?:{_TO}[$€£]?{_N})?(?:\s?(?:k|thousand|million|bn|billion)\b)?"
    rf"|{_R}\s?(?:(?:thousand|million|billion)\s)?(?:{'|'.join(_CURRENCIES)})s?\b|{_FREE}",
    "percent": rf"{_R}\s?(?:%|percent\b|per cent\b)",
    "time": rf"(?:\b\d{{1,2}}(?:[:.]\d\d)?{_TO})?{_CLOCK}(?:{_TO}(?:{_CLOCK}|\d{{1,2}}\b))?",
    "date": DATE,
    "period": rf"(?:\b(?:every|each|per|an?)\s|/)(?:(?:{_N}|other)\s)?{_TIME_UNIT}|\b(?:{'|'.join(_RATES)})\b",
    "duration": rf"(?:{_R}|\bone)[\s-]?{_TIME_UNIT}",
    "measure": rf"{_R}[\s-]?(?:{'|'.join(sorted(_UNITS, key=len, reverse=True))})(?:s|es)?(?![\w])",
    "year": rf"\b(?:in|since|of|by|from|until|during|before|after|early|late|year)\s{YEAR}",
    "day": rf"{_WEEKDAY}(?:{_TO}{_WEEKDAY})?|\bweekdays\b|\bweekends\b",
    "number": rf"{_R}(?:\s(?:thousand|million|billion)\b)?|\b(?:once|twice)\b",
}
VALUE = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items()), re.I)
_NUMBER = re.compile(_N, re.I)
_BEFORE = re.compile(r"(\S+)\s$")
_LABELLED = re.compile(
    r"(?-i:[A-Z][\w+#.-]*)|(?:step|chapter|part|level|phase|room|figure|table|no\.?|page|grade|class|size|type|unit"
    r"|lesson|episode|volume|route|line|gate|terminal|platform)",
    re.I,
)
_APPROXIMATE = re.compile(r"(?:over|about|around|only|nearly|almost|more|at|up|to|from|the|our|under|between)$", re.I)


def amounts(text: str) -> tuple[Value, ...]:
    """What a text states in values, in order."""
    return tuple(_value(match) for match in VALUE.finditer(text))


def _value(match: re.Match[str]) -> Value:
    kind, text = match.lastgroup or "", match[0]
    if kind == "number":
        if match.start() == 0 and match.end() < len(match.string) and re.fullmatch(YEAR, text):
            return "year", _amounts(text)
        return _labelled(match) or ("number", _amounts(text))
    return _READERS[kind](text)


def _labelled(match: re.Match[str]) -> Value | None:
    """A number that is part of a name: Python 3.9, step 2, v3.1."""
    if match.string[: match.start()].endswith(("v", "V")):
        return "label", (match[0],)
    before = _BEFORE.search(match.string[: match.start()])
    if not before or _APPROXIMATE.match(before[1]) or not _LABELLED.fullmatch(before[1]):
        return None
    return "label", (match[0],)


def _amounts(text: str) -> tuple[float | str, ...]:
    scale = next((factor for word, factor in _SCALES.items() if re.search(rf"[\d\s]{word}\b", text, re.I)), 1.0)
    words = re.findall(r"\b(?:once)\b", text, re.I) or _NUMBER.findall(text)
    return tuple(_number(word, scale) for word in words)


def _number(text: str, scale: float = 1.0) -> float | str:
    """A number as written in English, or with a decimal comma; a version such as 3.2.1 stays a text."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()] * scale
    plain = re.sub(r",(?=\d{3}\b)", "", text).replace(",", ".")
    return float(plain) * scale if plain.count(".") <= 1 else plain


def _money(text: str) -> Value:
    amounts = _amounts(text)
    if not amounts:
        return "money", (0.0,)
    cents = re.search(r"\bcents?\b", text, re.I)
    sign = next((symbol for symbol in "$€£¥₹" if symbol in text), "") or next(
        (symbol for word, symbol in _CURRENCIES.items() if word in text.lower()), ""
    )
    return "money", (sign, *(amount / 100 if cents and isinstance(amount, float) else amount for amount in amounts))


def _time(text: str) -> Value:
    return "time", tuple(_minutes(clock) for clock in re.findall(rf"{_CLOCK}|\d{{1,2}}(?:[:.]\d\d)?", text, re.I))


def _minutes(clock: str) -> float:
    if clock.lower() in ("noon", "midnight"):
        return 720.0 if clock.lower() == "noon" else 0.0
    hour, minute = re.match(r"(\d+)(?:[:.](\d\d))?", clock).groups(default="0")  # type: ignore[union-attr]
    late = 12 if re.search(r"p\.?m", clock, re.I) and hour != "12" else 0
    return (int(hour) + late) * 60.0 + int(minute)


def _period(text: str) -> Value:
    unit = _RATES.get(text.lower()) or re.findall(r"[a-z]+", text.lower())[-1]
    count = next((number for word in re.findall(r"[\w.]+", text) if (number := _plain(word))), 1.0)
    return "period", (count * _TIME_UNITS[_singular(unit)],)


def _plain(word: str) -> float | None:
    number = _number(word) if re.fullmatch(rf"{_N}|other", word, re.I) else None
    return number if isinstance(number, float) else float(number) if isinstance(number, int) else None


def _duration(text: str) -> Value:
    unit = _singular(re.findall(r"[a-z]+", text.lower())[-1])
    return "duration", _scaled(_amounts(text) or (1.0,), _TIME_UNITS[unit])


def _measure(text: str) -> Value:
    family, factor = _UNITS[_unit(re.findall(r"[a-z°]+", text.lower())[-1])]
    return family, _scaled(_amounts(re.sub(r"[a-z°]+$", "", text, flags=re.I)), factor)


def _unit(word: str) -> str:
    return next(form for form in (word, word.removesuffix("s"), word.removesuffix("es")) if form in _UNITS)


def _scaled(amounts: Sequence[float | str], factor: float) -> tuple[float | str, ...]:
    return tuple(round(amount * factor, 6) if isinstance(amount, (int, float)) else amount for amount in amounts)


def _singular(unit: str) -> str:
    return unit if unit in _TIME_UNITS else unit.removesuffix("s")


def _days(text: str) -> Value:
    return "day", tuple(day[:3] for day in re.findall(_WEEKDAY, text.lower(), re.I)) or (text.lower(),)


def _date(text: str) -> Value:
    found = re.findall(rf"{MONTH}|\d+", text)
    return "date", tuple(sorted(part[:3].lower() if part[0].isalpha() else part for part in found))


_READERS = {
    "money": _money,
    "percent": lambda text: ("percent", _amounts(text)),
    "time": _time,
    "date": _date,
    "period": _period,
    "duration": _duration,
    "measure": _measure,
    "year": lambda text: ("year", _amounts(text)),
    "day": _days,
}
