"""Statements of different articles that say nearly the same and can't both hold."""

import re
from collections.abc import Iterator, Sequence

from chatbot.answering.amounts import DATE, Value
from chatbot.answering.citations import Draft, draft
from chatbot.answering.claims import (
    Claim,
    agree,
    cell,
    claim,
    exclude,
    provides,
    replaced,
    rows_agree,
    rows_exclude,
    tells_news,
    withdrawn,
)
from chatbot.answering.listings import Place, hangs, label
from chatbot.answering.relevance import COMMON, Meter, context
from chatbot.records import Hit, header_of, wording

EVERYWHERE = 0.9
"""Rarity (inverse document frequency, in nats) up to which a word is the site's topic: in about 4 of 10 passages."""
IN_MOST = 0.5
"""Rarity up to which a word is in most passages (6 of 10), and too common to be what there is no longer."""
FEWEST_WORDS = 2
"""Words that two sentences must share besides their values; a price, or a title that shares one, counts as one."""
_QUOTABLE = ("sentence", "item", "row")
_OF_PAGES = (
    "a about again all an and announcement announcing answer article asked at back be best better blog by can"
    " change changed changelog changes charge conclusion cost details do earlier everything faq fare fee find for"
    " frequently from get getting go going guide have help here hour hours how improved in increase information into"
    " introducing introduction is it its know later limit limits list little longer look made make more much near"
    " need new newest news notes now of old on open opening our out over overview page payment per plan post price"
    " pricing question raise rate release revised rise schedule simpler start started step summary tariff than that"
    " the this time timetable tip to today up update updated version was we welcome what when where which who why"
    " with work works you your"
)
"""Words of titles and headings that tell what kind of page it is rather than what it is about."""
_WHEN = re.compile(
    rf"{DATE}|\b(?:this|next|last|new|early|late|in)\s(?:year|month|season|spring|summer|autumn|fall|winter)\b"
    r"|\b(?:spring|summer|autumn|fall|winter)\s(?=\d{4}\b)|\b(?:19|20)\d\d\b",
    re.I,
)
_RELEASE = re.compile(
    r"\b(?:versions?|releas\w+|change ?logs?|updat\w+|announc\w+|introduc\w+|what[’']s new|new in|is here"
    r"|is out|out now)\b",
    re.I,
)
_REPORT = re.compile(
    r"\b(?:accounts?|balance|budget|donations?|earnings|expenses|expenditure|income|raised|results?|review|revenue|sales"
    r"|scores?|spending|spent|statistics|stats|turnover)\b",
    re.I,
)


def contrary(first: Place, second: Place, meter: Meter) -> bool:
    """Whether two articles say about the same thing what can't both hold."""
    return (
        first.passage.path != second.passage.path
        and _excluding(first, second, meter)
        and _same_subject(first, second, meter)
    )


def contrasted(drafts: Sequence[Draft], hits: Sequence[Hit], meter: Meter) -> list[Draft]:
    """The drafts, each followed by what the hits of other articles say to the contrary."""
    found: list[Draft] = []
    said = {_key(place) for item in drafts for place in item.places}
    for block in blocks(drafts):
        found += block
        for rival in _rivals(block[0], hits, meter):
            if _key(rival) not in said:
                said.add(_key(rival))
                found.append(draft(rival))
    return found


def blocks(drafts: Sequence[Draft]) -> list[list[Draft]]:
    """The drafts, each with those that lean on it: sentences that go on from it, items nested in it."""
    found: list[list[Draft]] = []
    for item in drafts:
        if found and _leans(item.places[0], found[-1][0].places[0]):
            found[-1].append(item)
        else:
            found.append([item])
    return found


def groups(drafts: Sequence[Draft], meter: Meter) -> list[list[list[Draft]]]:
    """Their blocks; those whose first statements are contrary to one another stand together."""
    found: list[list[list[Draft]]] = []
    for block in blocks(drafts):
        place = block[0].places[0]
        group = next((group for group in found if contrary(group[0][0].places[0], place, meter)), None)
        if group:
            group.append(block)
        else:
            found.append([block])
    return found


def _rivals(item: Draft, hits: Sequence[Hit], meter: Meter) -> list[Place]:
    """What is contrary to a statement, once for each article that doesn't say both."""
    place = item.places[0]
    if item.text != wording(place.passage, place.span):
        return []
    paths = {other.passage.path for other in item.places}
    by_path: dict[str, list[Place]] = {}
    for hit in hits:
        by_path.setdefault(hit.passage.path, []).extend(Place(hit.passage, span) for span in hit.passage.sentences)
    own = by_path.get(place.passage.path, [])
    if any(_excluding(place, other, meter) for other in own):
        return []
    return [
        rivals[0]
        for path, places in by_path.items()
        if path not in paths and (rivals := list(_against(place, places, meter)))
    ]


def _against(place: Place, others: Sequence[Place], meter: Meter) -> Iterator[Place]:
    """The places of an article that are contrary to a place; none if it says the same too, or several things."""
    if any(_agreeing(place, other, meter) for other in others):
        return
    found = [other for other in others if contrary(place, other, meter)]
    if not any(_excluding(one, two, meter) for one in found for two in found):
        yield from found


def _excluding(first: Place, second: Place, meter: Meter) -> bool:
    if (one := _cells(first)) and (two := _cells(second)):
        return rows_exclude(one, two, _lasting(first) and _lasting(second)) and not (
            _reports(first) or _reports(second)
        )
    if _same_words(first, second, meter):
        return exclude(claim(_said(first)), claim(_said(second)))
    return any(_ends(one, two, meter) or _replaces(one, two, meter) for one, two in ((first, second), (second, first)))


def _agreeing(first: Place, second: Place, meter: Meter) -> bool:
    if (one := _cells(first)) and (two := _cells(second)):
        return rows_agree(one, two)
    return _same_words(first, second, meter) and agree(claim(_said(first)), claim(_said(second)))


def _ends(denial: Place, offer: Place, meter: Meter) -> bool:
    """Whether one says that there is no longer what the other offers: "no cash", "pay by cash or card"."""
    texts = _said(denial), _said(offer)
    if not (_tells(denial) and _tells(offer) and provides(texts[1]) and any(map(tells_news, texts))):
        return False
    if "row" in (denial.span.kind, offer.span.kind) or not set(claim(texts[0]).values) <= set(claim(texts[1]).values):
        return False
    words = meter.terms(texts[1])
    ended = (meter.terms(thing) - _function_words(meter) for thing in withdrawn(texts[0]))
    return any(thing <= words and meter.weight(thing) > COMMON + IN_MOST for thing in ended)


def _replaces(news: Place, other: Place, meter: Meter) -> bool:
    """Whether a sentence says of the same that the other's value holds no more: "20:00 instead of 18:00"."""
    text = _said(news)
    old = replaced(text) if news.span.kind == "sentence" and _tells(news) and _tells(other) else None
    if old is None or replaced(_said(other)):
        return False
    named, values = _stated(other)
    words = meter.terms(named)
    return bool(words) and words <= meter.terms(text) and old in values


def _stated(place: Place) -> tuple[str, tuple[Value, ...]]:
    """What a row, a sentence or an item is about, and the values it states of it."""
    if cells := _cells(place):
        name, *others = cells.values()
        return name, tuple(value for other in others for value in cell(other)[0])
    one = claim(_said(place))
    return one.rest, () if one.past or one.denies else one.values


def _cells(place: Place) -> dict[str, str]:
    """A row's cells by the names of their columns, in lower case; empty where not all have one."""
    header = header_of(place.passage, place.span)
    names = header.text.lower().split(" | ") if header else []
    cells = place.span.text.lower().split(" | ")
    whole = len(set(names)) == len(cells) > 1 and all(names[1:])
    return dict(zip(names, cells, strict=True)) if whole else {}


def _lasting(place: Place) -> bool:
    """Whether neither title nor headings are of a certain time."""
    return not _WHEN.search(context(place.passage))


def _reports(place: Place) -> bool:
    """Whether a table tells what once was: accounts, results."""
    header = header_of(place.passage, place.span)
    text = f"{context(place.passage)} {header.text if header else ''}"
    return claim(text).past or _REPORT.search(text) is not None


def _same_words(first: Place, second: Place, meter: Meter) -> bool:
    """Whether two places are of one kind and have the same words but for their values; and enough of them."""
    if first.span.kind != second.span.kind or not (_tells(first) and _tells(second)):
        return False
    one, two = claim(_said(first)), claim(_said(second))
    words = meter.terms(one.rest)
    if not words or words != meter.terms(two.rest) or _name(first) != _name(second):
        return False
    titled = bool(meter.terms(first.passage.title) & meter.terms(second.passage.title) - _function_words(meter))
    return _enough(words, one, titled)


def _enough(words: frozenset[str], said: Claim, titled: bool = False) -> bool:
    return len(words) + any(kind == "money" for kind, _ in said.values) + titled >= FEWEST_WORDS


def _tells(place: Place) -> bool:
    text = place.span.text.rstrip()
    return place.span.kind in _QUOTABLE and not hangs(text) and not text.endswith(("?", ":"))


def _said(place: Place) -> str:
    return wording(place.passage, place.span)


def _name(place: Place) -> tuple[object, ...]:
    """The values in what an item or a row is called: "Monday" is another item than "Tuesday"."""
    text = place.span.text
    if place.span.kind == "sentence":
        return ()
    return claim(text.split(" | ")[0] if place.span.kind == "row" else label(text)).values


def _same_subject(first: Place, second: Place, meter: Meter) -> bool:
    """Whether titles and headings leave it at the same subject.

    They don't where each names something else, or one names what the other article's passage knows nothing of; unless
    a sentence tells itself that something changed ("no longer"), or which value it replaces.
    """
    one, two = (_WHEN.sub(" ", context(place.passage)) for place in (first, second))
    if _other_number(one, two):
        return False
    shared = meter.terms(f"{_said(first)} {_said(second)}") | _function_words(meter)
    shared |= meter.terms(" ".join(context(place.passage) for place in (first, second) if replaced(_said(place))))
    left = {term for term in meter.terms(one) - meter.terms(two) - shared if not term.isdigit()}
    right = {term for term in meter.terms(two) - meter.terms(one) - shared if not term.isdigit()}
    if left and right:
        return False
    if _tell_of_the_change(first, second, meter):
        return True
    named = (left - meter.terms(second.passage.text)) | (right - meter.terms(first.passage.text))
    named -= meter.terms(" ".join(_headings_of_news(place) for place in (first, second)))
    return all(meter.weight([term]) <= COMMON + EVERYWHERE for term in named)


def _tell_of_the_change(first: Place, second: Place, meter: Meter) -> bool:
    """Whether one says itself, in the other's words and enough of them, that it holds no more."""
    if any(claim(_said(place)).changes for place in (first, second)) and _same_words(first, second, meter):
        return True
    return any(
        "row" not in (one.span.kind, two.span.kind)
        and _replaces(one, two, meter)
        and _enough(meter.terms(_stated(two)[0]), claim(_said(two)))
        for one, two in ((first, second), (second, first))
    )


def _headings_of_news(place: Place) -> str:
    """The headings above a sentence that tells of a change: they tell where it was written, not for what it holds."""
    return " ".join(place.passage.headings) if tells_news(_said(place)) else ""


def _other_number(one: str, two: str) -> bool:
    """Whether titles differ in a number that is no release: "Room 1" and "Room 2"."""
    numbers = [set(re.findall(r"\d+", text)) for text in (one, two)]
    released = _RELEASE.search(one) and _RELEASE.search(two)
    return all(numbers) and numbers[0] != numbers[1] and not released


def _function_words(meter: Meter) -> frozenset[str]:
    return meter.terms(_OF_PAGES)


def _leans(place: Place, before: Place) -> bool:
    if place.span.kind == "sentence":
        return hangs(place.span.text)
    nested = place.span.kind == "item" == before.span.kind and place.span.level > before.span.level
    return nested and place.passage.path == before.passage.path


def _key(place: Place) -> tuple[str, int]:
    return place.passage.path, place.span.start
