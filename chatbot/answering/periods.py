"""Stretches of time named in a question: "in 2024", "since March 2023", "last month" (English)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = r"(?:19|20)\d\d"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_HOW = r"(?:from|in|of|during|since|after|before|until|till|up to)"
_RANGE = re.compile(rf"\b(?:between|from)\s+(?P<first>{_YEAR})\s+(?:and|to|until|till)\s+(?P<last>{_YEAR})\b", re.I)
_NAMED = re.compile(
    rf"\b(?:{_HOW}\s+)*(?P<how>{_HOW})\s+(?:the\s+)?(?:year\s+)?(?:(?P<month>{_MONTH})\b,?\s*)?(?P<year>{_YEAR})\b",
    re.I,
)
_MONTH_ALONE = re.compile(rf"\b(?P<how>{_HOW})\s+(?P<month>{_MONTH})(?=\W*$)", re.I)
_RELATIVE = re.compile(
    rf"\b(?:{_HOW}\s+)*(?:the\s+)?(?P<which>this|last|past|previous)\s+(?P<unit>year|month|week)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included; None leaves an end open."""

    since: date | None
    until: date | None

    def includes(self, day: date | None) -> bool:
        """Whether a day is in it; what has no date never is."""
        return day is not None and (not self.since or day >= self.since) and (not self.until or day <= self.until)


def read(text: str, today: date) -> tuple[Period | None, str]:
    """The period that a text names, and the text without it; None and the text as it was where it names none."""
    for pattern, meant in ((_RANGE, _range), (_NAMED, _named), (_RELATIVE, _relative), (_MONTH_ALONE, _named)):
        if match := pattern.search(text):
            rest = f"{text[: match.start()]} {text[match.end() :]}"
            return meant(match, today), " ".join(rest.split())
    return None, text


def _range(match: re.Match[str], _: date) -> Period:
    return Period(date(int(match["first"]), 1, 1), date(int(match["last"]), 12, 31))


def _named(match: re.Match[str], today: date) -> Period:
    """A year or a month; one without its year is the last there was."""
    given = match.groupdict()
    month = _MONTHS.index(given["month"][:3].lower()) + 1 if given["month"] else None
    year = int(given.get("year") or (today.year if (month or 1) <= today.month else today.year - 1))
    start, end = _ends(year, month)
    return _bounded(match["how"].lower(), start, end)


def _bounded(how: str, start: date, end: date) -> Period:
    if how == "after":
        return Period(end + timedelta(days=1), None)
    if how == "before":
        return Period(None, start - timedelta(days=1))
    return Period(None if how in ("until", "till", "up to") else start, None if how == "since" else end)


def _relative(match: re.Match[str], today: date) -> Period:
    now = match["which"].lower() == "this"
    if match["unit"].lower() == "year":
        return Period(*_ends(today.year if now else today.year - 1, None))
    if match["unit"].lower() == "month":
        inside = today if now else today.replace(day=1) - timedelta(days=1)
        return Period(*_ends(inside.year, inside.month))
    monday = today - timedelta(days=today.weekday() + (0 if now else 7))
    return Period(monday, monday + timedelta(days=6))


def _ends(year: int, month: int | None) -> tuple[date, date]:
    """First and last day of a month or, without one, of a year."""
    last = month or 12
    return date(year, month or 1, 1), date(year, last, monthrange(year, last)[1])
