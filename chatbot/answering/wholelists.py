"""Lists told whole: which one answers a question, and what is told of it."""

from collections.abc import Sequence

from chatbot.answering.citations import Draft, draft
from chatbot.answering.listings import Listing, Place, children, label, section_of
from chatbot.answering.prose import Prose
from chatbot.answering.questions import Question
from chatbot.answering.relevance import Gauge, Unit, context

LIST_NAMED = 0.5
"""Share of the question that a list's heading and introduction must have for the whole list to answer."""
LIST_EASE = 0.3
"""How much less of the question than the best span a list may cover, where a list is asked for."""
HEADING_ASKS = 0.9
"""Share of the question from which a heading is the question, and its list the answer."""
STEPS_NAMED = 0.5
"""Share of a how-to question that the title and headings above a list of steps must have."""
MOST_ITEMS = 12
"""Items up to which a list is given with what is nested in it."""
LONG_LIST = 80
"""Words from which a list whose items have names is told by its names, the rest being in the quotes."""


def answering_list(asked: Question, gauge: Gauge, lists: Sequence[Listing], best: Unit) -> Listing | None:
    """The list whose heading and introduction answer the question better than any single span does."""
    if not lists:
        return None
    steps = [listing for listing in lists if asked.kind == "procedure" and listing.tells_steps]
    for listing in steps:
        if gauge.coverage(context(listing.passage)) >= STEPS_NAMED:
            return listing
    fits = {listing: gauge.fit(listing.naming(), listing.passage.title) + listing.score / 2 for listing in lists}
    listing = max(lists, key=lambda entry: fits[entry])
    named = gauge.coverage(listing.naming(), listing.passage.title)
    alone = gauge.coverage(best.span.text, context(best.passage))
    if asked.kind == "list" and named >= max(LIST_NAMED, alone - LIST_EASE):
        return listing
    if children(Place(best.passage, best.span)):
        return None
    own = next((entry for entry in lists if _within(best, entry)), None)
    if own is None:
        own = next((entry for entry in lists if entry.section == section_of(best.passage)), None)
        return own if own and gauge.coverage(own.heading) >= HEADING_ASKS else None
    if not gauge.adds(best.span, asked):
        return own
    told = gauge.coverage(own.naming(), own.passage.title)
    return own if told >= min(alone, LIST_NAMED) and not gauge.singles_out(best.span.text, own.naming()) else None


def told_list(listing: Listing, lists: Sequence[Listing], gauge: Gauge, prose: Prose) -> list[Draft]:
    """The list; with its section's other lists where it is the heading that asks for them."""
    together = [other for other in lists if other.section == listing.section]
    whole = gauge.coverage(f"{listing.passage.title} {listing.heading}") >= HEADING_ASKS
    return [item for one in (together if whole else [listing]) for item in _told(one, prose)]


def _told(listing: Listing, prose: Prose) -> list[Draft]:
    names = [label(place.span.text) for place in listing.items]
    short = listing.words > LONG_LIST and all(names)
    items = [draft(place, name if short else "") for place, name in zip(listing.items, names, strict=True)]
    below = [children(place) for place in listing.items]
    if not short and len(items) + sum(map(len, below)) <= MOST_ITEMS:
        items = [part for item, nested in zip(items, below, strict=True) for part in (item, *map(draft, nested))]
    return [draft(place) for place in (prose.whole(listing.intro) if listing.intro else [])] + items


def _within(unit: Unit, listing: Listing) -> bool:
    spans = [place.span for place in listing.items] + ([listing.intro.span] if listing.intro else [])
    return unit.span in spans and unit.passage.path == listing.passage.path
