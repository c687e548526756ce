"""Finding the sentences and items that say what a thing is."""

import re
from collections.abc import Sequence

from chatbot.answering.listings import Place, hangs, label
from chatbot.answering.relevance import Meter, context
from chatbot.records import Hit

_COPULA = re.compile(
    r"\s(?:is|are|was|were|refers? to|means?|describes?|stands? for|denotes?|consists? of|involves?|(?:is|are) called"
    r"|can be defined as|(?:is|are) defined as)\s",
    re.I,
)
_NAMED = r"\b(?:known as|called|termed|named|referred to as|\(|or)\s+[\"“'‘]?(?:an?\s+|the\s+)?"
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_DETERMINER = re.compile(r"^(?:an?|the|your|our)\s+", re.I)

ENOUGH = 0.55
"""Strength from which a span counts as a definition."""


def find(topic: str, hits: Sequence[Hit], meter: Meter) -> list[tuple[float, Place]]:
    """Spans that define the topic with their strength (0..1), best first; hits count by rank among equals."""
    found = [
        (strength(topic, span.text, meter, context(hit.passage)) - 0.005 * rank, Place(hit.passage, span))
        for rank, hit in enumerate(hits)
        for span in hit.passage.sentences
        if span.kind in ("sentence", "item", "row")
    ]
    good = [entry for entry in found if entry[0] >= ENOUGH]
    return sorted(good, key=lambda entry: -entry[0])


def strength(topic: str, text: str, meter: Meter, around: str = "") -> float:
    """How clearly a text says what the topic is: 1 for "Topic is …", less for looser forms, 0 for none.

    Args:
        topic: The thing asked about, without its article.
        text: A sentence or list item.
        meter: Gives the analysed words.
        around: Title and headings above the text: an item's name may leave out what they say.
    """
    wanted = meter.terms(_DETERMINER.sub("", topic))
    if not wanted or hangs(text):
        return 0.0
    name = label(text)
    if name:
        return _subject(wanted, name, meter, exact=0.95, partly=0.8) or _short_name(wanted, name, meter, around)
    match = _COPULA.search(text)
    if match and match.start() <= 90:
        found = _subject(wanted, text[: match.start()], meter, exact=1.0, partly=0.0)
        if found:
            return found
    named = re.search(_NAMED + re.escape(topic) + r"\b", text, re.I)
    return 0.6 if named else _opening(wanted, text, meter)


def _subject(wanted: frozenset[str], subject: str, meter: Meter, exact: float, partly: float) -> float:
    """Compare the subject, with and without its brackets, and what stands in the brackets."""
    forms = [_BRACKETS.sub("", subject), subject, *re.findall(r"\(([^)]*)\)", subject)]
    terms = [meter.terms(_DETERMINER.sub("", form.strip())) for form in forms]
    if wanted in terms:
        return exact
    return partly if wanted <= terms[1] else 0.0


def _short_name(wanted: frozenset[str], name: str, meter: Meter, around: str) -> float:
    """A name with the rarest word of the topic, the others standing in the headings above."""
    missing = wanted - meter.terms(name)
    rarest = max(wanted, key=lambda term: meter.weight([term]))
    return 0.7 if rarest not in missing and missing <= meter.terms(around) else 0.0


def _opening(wanted: frozenset[str], text: str, meter: Meter) -> float:
    """An item such as "Topics such as …" opens with the topic itself."""
    words = text.split()[: len(wanted) + 1]
    return (
        0.75
        if wanted <= meter.terms(" ".join(words))
        and re.match(r"^[^.]*\b(?:such as|like|including|for example|for instance|e\.g\.)(?:\b|\W)", text)
        else 0.0
    )
