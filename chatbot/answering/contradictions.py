"""Statements of different articles that say nearly the same and can't both hold."""

import re
from collections.abc import Iterator, Sequence

from chatbot.answering.amounts import DATE
from chatbot.answering.citations import Draft, draft
from chatbot.answering.claims import agree, claim, exclude
from chatbot.answering.listings import Place, hangs, label, wording
from chatbot.answering.relevance import COMMON, Meter, context
from chatbot.records import Hit

EVERYWHERE = 0.9
"""Rarity (inverse document frequency, in nats) up to which a word is the site's topic: in about 4 of 10 passages."""
FEWEST_WORDS = 2
"""Words that two sentences must share besides their values; a price, or a title that shares one, counts as one."""
_QUOTABLE = ("sentence", "item", "row")
_OF_PAGES = (
    "a about again all an and announcement announcing answer article asked at back be best better blog by can"
    " change changed changelog changes charge conclusion cost details do everything faq fee find for frequently from"
    " get getting go going guide have help here hour hours how improved in increase information into introducing"
    " introduction is it its know limit limits list little look made make more much near need new newest news notes now"
    " of old on open opening our out over overview page per plan post price pricing question raise rate release revised"
    " rise simpler start started step summary than that the this time tip to today up update updated version was we"
    " welcome what when where which who why with work works you your"
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
    one, two = claim(_said(first)), claim(_said(second))
    return _same_words(first, second, meter) and exclude(one, two)


def _agreeing(first: Place, second: Place, meter: Meter) -> bool:
    return _same_words(first, second, meter) and agree(claim(_said(first)), claim(_said(second)))


def _same_words(first: Place, second: Place, meter: Meter) -> bool:
    """Whether two places are of one kind and have the same words but for their values; and enough of them."""
    if first.span.kind != second.span.kind or not (_tells(first) and _tells(second)):
        return False
    one, two = claim(_said(first)), claim(_said(second))
    words = meter.terms(one.rest)
    if not words or words != meter.terms(two.rest) or _name(first) != _name(second):
        return False
    priced = any(kind == "money" for kind, _ in one.values)
    titled = bool(meter.terms(first.passage.title) & meter.terms(second.passage.title) - _function_words(meter))
    return len(words) + priced + titled >= FEWEST_WORDS


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
    a sentence tells itself that something changed ("no longer").
    """
    one, two = (_WHEN.sub(" ", context(place.passage)) for place in (first, second))
    if _other_number(one, two):
        return False
    shared = meter.terms(f"{_said(first)} {_said(second)}") | _function_words(meter)
    left = {term for term in meter.terms(one) - meter.terms(two) - shared if not term.isdigit()}
    right = {term for term in meter.terms(two) - meter.terms(one) - shared if not term.isdigit()}
    if left and right:
        return False
    left -= meter.terms(second.passage.text)
    right -= meter.terms(first.passage.text)
    if claim(_said(first)).changes or claim(_said(second)).changes:
        return True
    return all(meter.weight([term]) <= COMMON + EVERYWHERE for term in left | right)


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
