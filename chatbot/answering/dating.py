"""What a reader should know of an answer's age: the date of its source where it matters, and posts that differ."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from chatbot.answering.citations import Draft
from chatbot.answering.claims import claim
from chatbot.answering.contradictions import groups
from chatbot.answering.questions import Question
from chatbot.answering.relevance import Meter, context
from chatbot.records import Citation, Statement

_Block = list[Draft]
"""A statement with those that lean on it."""
_Day = Callable[[_Block], date | None]

MOST_DATES = 3
"""Dates up to which each is named."""
EQUALLY = 0.9
"""Share of the question's words, against the best statement, from which another answers about equally."""
NEAR_BEST = 0.7
"""Share of the question's words, against the best statement, from which a sentence is what answers it."""

_ASKS_NOW = re.compile(
    r"\b(?:currently|nowadays|these days|at the moment|right now|at present|so far|up[ -]to[ -]date|newest|any ?more"
    r"|this (?:year|month|week|season|spring|summer|autumn|fall|winter))\b"
    r"|\b(?:is|are|do|does|can|has|have)\b.*\b(?:still|yet|now|today)\b|\blatest\b(?! than\b)"
    r"|\b(?:the|your|its|their|my|our) current (?!of\b|in\b|through\b|flow|densit|is\b|and\b)[a-z]"
    r"|\bhow much (?:does|do|is|are)\b.*\b(?:cost|charge|price)|\bhow (?:expensive|pricey|cheap) (?:is|are)\b"
    r"|\bwhat (?:does|do)\b.*\b(?:cost|charge)\b"
    r"|\bwhat(?:'s|’s| is| are) (?:the|your|its) (?:prices?|fees?|rates?|costs?)\b"
    r"|^(?:prices?|pricing|opening hours)\b|\bopening (?:hours|times)\b"
    r"|\b(?:when|what time|what hours|which days)\b.*\b(?:are|do|does|is) (?:you|it|the \w+)(?: \w+)? (?:open|close)\b",
    re.I,
)
_ASKS_THEN = re.compile(r"\b(?:was|were|did|had|used to)\b", re.I)
_NOW = re.compile(r"\b(?:currently|nowadays|these days|at the moment|at present)\b", re.I)
_RECENT = re.compile(
    r"\b(?:as of (?!the\b)|(?:is|are|we) now\b(?! known\b)|recently (?!been\b)|newly|upcoming|(?<!at the )latest"
    r"|now (?:available|open|closed|costs?|supports?|requires?|includes?|offers?|runs?|has|have|starts?|opens?|closes?"
    r"|be)"
    r"|no longer|brand[ -]new|coming soon"
    r"|this (?:year|month|week|season|spring|summer|autumn|fall|winter)"
    r"|(?<!the )next (?:year|month|week|spring|summer|autumn|fall|winter)"
    r"|(?:our|the) new (?:\w+ )?(?:prices?|hours|versions?|releases?|features?|menus?|location|shop|store|office"
    r"|plans?))\b",
    re.I,
)
_PRICE = re.compile(
    r"[$€£¥₹]\s?\d|\b\d[\d,.]*\s?(?:dollars?|euros?|pounds?|usd|eur|gbp|cents?)\b"
    r"|\b(?:is|are) (?:\w+ )?free\b(?! (?:of|to|from))"
    r"|\bfree of charge\b",
    re.I,
)
_HOURS = re.compile(
    r"\b(?:open(?:s|ed|ing)?|clos(?:es?|ed|ing)|hours)\b[^.;()]{0,60}?(?:\b\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\b|o[’']clock)"
    r"|\b\d{1,2}:\d\d|\b(?:at|from|until|till) \d{1,2}\b(?! \w+s\b)|\d\s?[–-]\s?\d|days?\b)",
    re.I,
)
_VERSION = re.compile(
    r"\b(?:requires?|supports?|supported|runs? on|works? (?:on|with)|compatible with|needs?|tested (?:on|with))\b"
    r".*(?-i:\b[A-Z][\w+#]+) \d+(?:\.\d+)*\b|\bversions? \d+(?:\.\d+)*\b|\bv\d+\.\d+",
    re.I,
)
_PEOPLE = (
    r"(?:marketers?|people|users?|companies|business(?:es)?|customers?|clients|teams?|households|adults|respondents"
    r"|visitors|consumers|buyers|organi[sz]ations|workers|employees|staff|students|members|subscribers|followers"
    r"|readers|listeners|guests|residents|inhabitants|volunteers)\b"
)
_COUNT = re.compile(
    r"\b(?:has|have|serves?|employs?|are|is|counts?)\b(?: \w+){0,4}? (?:over |about |around |nearly |almost )?"
    rf"\d[\d,.]*(?: million| thousand)? (?:\w+ )?(?:{_PEOPLE}"
    r"|(?:stores|branches|offices|downloads|integrations|locations)\b)"
    r"|\bpopulation\b.*\b(?:is|of)\b.*\d",
    re.I,
)
_SHARE = re.compile(
    rf"\d\s?(?:%|percent|per cent)\s+of\s+(?:\w+ ){{0,2}}?{_PEOPLE}",
    re.I,
)
_OWN_TIME = re.compile(r"\b(?:1\d|20)\d\ds?\b|\b(?:century|centuries|decade|BC|AD|BCE|CE|period|era|years? ago)\b")
_TIMELESS = ("definition", "procedure", "comparison", "list")
"""Kinds of questions whose statements have an order of their own."""
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_REASONING = re.compile(
    r"^(?:if|suppose|say|imagine|assume|for (?:example|instance)|divid\w+|multipl\w+)\b"
    r"|\bfor (?:example|instance)\b|\bdivided by\b|=|\be\.g\.",
    re.I,
)


def depends_on_time(text: str) -> bool:
    """Whether words are true of the day they were written: prices, hours, versions, counts, "currently".

    Not so where they bear a date of their own, tell of the past, or reckon with an example.
    """
    if _OWN_TIME.search(text) or _REASONING.search(text):
        return False
    if _NOW.search(text):
        return True
    dated = any(pattern.search(text) for pattern in (_RECENT, _PRICE, _HOURS, _VERSION, _COUNT, _SHARE))
    return dated and not claim(text).past


def asks_for_the_present(asked: Question) -> bool:
    """Whether a question wants what holds today."""
    return _ASKS_NOW.search(asked.text) is not None and not _ASKS_THEN.search(asked.text)


def newest_first(
    asked: Question, drafts: Sequence[Draft], days: Callable[[str], date | None], meter: Meter
) -> list[Draft]:
    """The drafts, those contrary to one another together and the newest of them first where all have a date.

    Where several articles answer about equally what may have changed since, the newest of them leads too.
    """

    def day(block: Sequence[Draft]) -> date | None:
        return _newest([days(place.passage.slug) for place in block[0].places])

    found = [_by_day(asked, group, day) for group in groups(drafts, meter)]
    lead = _leading(asked, found, day, meter)
    found.sort(key=lambda group: not lead or group[0][0].places[0].passage.path != lead)
    return [item for group in found for block in group for item in block]


def _by_day(asked: Question, group: list[_Block], day: _Day) -> list[_Block]:
    """Blocks contrary to one another: those of a year the question names first, then the newest."""
    dates = [day(block) for block in group]
    if not all(dates):
        return group
    years = set(_YEAR.findall(asked.text))
    return sorted(group, key=lambda block: (not years & _years(block, day), -(day(block) or date.min).toordinal()))


def _years(block: _Block, day: _Day) -> set[str]:
    """The years that a statement is of: its article's, and those its title and headings name."""
    return {f"{day(block) or date.min:%Y}", *_YEAR.findall(context(block[0].places[0].passage))}


def _leading(asked: Question, found: Sequence[list[_Block]], day: _Day, meter: Meter) -> str:
    """The path of the newest article among those that answer about as well as the best; empty where none should lead.

    It should where what it says may no longer hold, or the question asks for what holds today.
    """
    if len(found) < 2 or asked.kind in _TIMELESS or _YEAR.search(asked.text) or _ASKS_THEN.search(asked.text):
        return ""
    gauge = meter.question(asked.text, asked.words)
    firsts = [group[0] for group in found]
    fits = [gauge.coverage(block[0].text) for block in firsts]
    present = asks_for_the_present(asked)
    near = [block for block, fit in zip(firsts, fits, strict=True) if fit >= EQUALLY * max(fits)]
    aging = [block for block in near if depends_on_time(block[0].text)]
    if firsts[0] not in near or (firsts[0] not in aging and not present) or not all(map(day, aging)):
        return ""
    newest = max(aging, key=lambda block: day(block) or date.min, default=None)
    paths = [block[0].places[0].passage.path for block in (newest or firsts[0], firsts[0])]
    return paths[0] if paths[0] != paths[1] else ""


def note(
    asked: Question,
    drafts: Sequence[Draft],
    statements: Sequence[Statement],
    citations: Sequence[Citation],
    meter: Meter,
) -> str:
    """Sentences beside an answer: that posts differ, else as of when it holds; empty where its age doesn't matter.

    Args:
        asked: The question.
        drafts: What the statements were made of, one each.
        statements: The answer's.
        citations: The answer's.
        meter: Tells contrary statements.
    """
    said = {id(item): _Said(statement, citations) for item, statement in zip(drafts, statements, strict=True)}
    differing = [[said[id(block[0])] for block in group] for group in groups(drafts, meter) if len(group) > 1]
    return _differing(differing) if differing else _as_of(asked, list(said.values()), citations, meter)


class _Said:
    """A statement with the newest of its sources."""

    def __init__(self, statement: Statement, citations: Sequence[Citation]) -> None:
        sources = [citations[number - 1] for number in statement.citations]
        newest = max(sources, key=lambda source: source.date or date.min)
        self.text = statement.text
        self.kind = statement.kind
        self.number = newest.number
        self.day = newest.date


def _differing(found: Sequence[Sequence[_Said]]) -> str:
    """That posts differ, and of when each is: "[1] is of July 2024, [2] of March 2023"."""
    days = {tuple(one.day for one in group) for group in found}
    spoken = _spelt({day for group in found for one in group if (day := one.day)})
    if not spoken:
        return "The posts differ."
    if len(found) > 1 and len(days) == 1 and None not in found[0]:
        first, *others = [spoken[one.day] for one in found[0] if one.day]
        return f"The posts differ: of each pair the first is of {first}, the second of {', '.join(others)}."
    return f"The posts differ: {'; '.join(_told(group, spoken) for group in found)}."


def _told(group: Sequence[_Said], spoken: dict[date, str]) -> str:
    first, *others = [(f"[{one.number}]", f"of {spoken[one.day]}" if one.day else "without a date") for one in group]
    return ", ".join([f"{first[0]} is {first[1]}", *(f"{mark} {when}" for mark, when in others)])


def _as_of(asked: Question, said: Sequence[_Said], citations: Sequence[Citation], meter: Meter) -> str:
    """As of when it holds: "As of July 2024", or "As of July 2024 [1] and March 2023 [2]"."""
    dated = [one for one in _aging(asked, said, meter) if one.day]
    marks: dict[str, str] = {}
    for one in dated:
        month = f"{one.day:%B %Y}"
        marks[month] = marks.get(month, "") + f"[{one.number}]"
    if len(marks) > MOST_DATES:
        days = sorted(one.day for one in dated if one.day)
        return f"As of various dates, from {days[0]:%B %Y} to {days[-1]:%B %Y}."
    if len(marks) == 1 and (len(dated) == len(said) or len({citation.date for citation in citations}) == 1):
        return f"As of {next(iter(marks))}."
    *firsts, last = [f"{month} {mark}" for month, mark in marks.items()] or [""]
    return f"As of {', '.join(firsts)} and {last}." if firsts else f"As of {last}." if last else ""


def _aging(asked: Question, said: Sequence[_Said], meter: Meter) -> list[_Said]:
    """The statements that answer the question and may no longer hold."""
    if asks_for_the_present(asked):
        return [one for one in said if not _OWN_TIME.search(one.text)]
    if asked.kind == "procedure":
        return []
    gauge = meter.question(asked.text, asked.words)
    fits = [gauge.coverage(one.text) for one in said]
    least = NEAR_BEST * max(fits)
    return [
        one
        for one, fit in zip(said, fits, strict=True)
        if (fit >= least or one.kind != "sentence") and depends_on_time(one.text)
    ]


def _spelt(days: set[date]) -> dict[date, str]:
    """Each date by its month; by its day where two are of one month."""
    months = [f"{day:%B %Y}" for day in days]
    return {day: f"{day:%B %Y}" if months.count(f"{day:%B %Y}") == 1 else f"{day.day} {day:%B %Y}" for day in days}


def _newest(days: Sequence[date | None]) -> date | None:
    return max((day for day in days if day), default=None)
