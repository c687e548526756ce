"""Headings, titles and named items to the questions they answer, worded as a person would ask them (English)."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chatbot.answering.listings import label, points_elsewhere
from chatbot.answering.nouns import Usage
from chatbot.answering.phrasing import UNSAYABLE, mended, worded
from chatbot.answering.standing import placed, subject_of
from chatbot.answering.verbs import AS_IS, BASES
from chatbot.records import Hit, Passage

FEWEST_WORDS = 8
"""Words a section must have below its heading to be an answer."""
MOST_WORDS = 14
"""Words of a question that is still easily read."""

_LEADING = re.compile(r"^(?:(?:step|part|chapter|section)\s+\d+\s*[:.)–—-]?|\d+(?:\.\d+)*[:.)]|[^\w“\"'(]+)\s*", re.I)
_DANGLING = re.compile(
    r"\b(?:it|its|this|that|these|those|they|them|their|here|above|below|following|our|us|we|his|her|he|she|one|ones)\b",
    re.I,
)
_TEMPLATE = re.compile(r"[<>{}|`]|!$|^\W*\d*\W*$")
_CLOSING = re.compile(
    r"what(?:['’]s| is) (?:next|not|new)\b|wrapping up|closing thoughts|give it a try|use cases?\b"
    r"|keep(?:ing)? in touch|(?:getting|get) (?:started|help|involved|in touch)$"
    r"|.*\bdo you (?:currently|think|use|want|need|like|feel|know)\b"
    r"|(?:learn|read|find out|finding out|learning) more|.*\b(?:does|is|are)$",
    re.I,
)
_NAME = re.compile(r"^(?!(?:no|not|more|less|all|some|other|any)\b)[a-z][a-z'’-]+(?: [a-z'’-]+){1,2}$")
_BRACKETS = re.compile(r"\([^)]*\)")
_INSIDE = re.compile(r"(?<=[\w,;] )[A-Za-z][\w'’]*")
_LITTLE = 3
"""Letters up to which a word stays small in a title."""
FEWEST_USES = 2
"""Passages that must use a name."""
FEWEST_MEANING = 4
"""Words of an item's text that can say what its name means."""
_NO_MEANING = re.compile(r"^\W*\d|\d.*\d|\b(?:it|them)\b", re.I)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, and the section, as path and headings, whose heading it is; no headings for a title."""

    text: str
    path: str
    headings: tuple[str, ...]


def key(question: str) -> str:
    """A question in the form in which two are the same: lower case, plain quotes and blanks, no last mark."""
    return " ".join(question.replace("’", "'").casefold().split()).rstrip("?!. ")


def asked_by(heading: str, title: str) -> str:
    """The question a heading of an article answers, in the heading's own case; empty if there is no natural one."""
    plain = _LEADING.sub("", " ".join(heading.split())).rstrip(".: ").replace(" vs. ", " vs ")
    stated = plain.rstrip("?! ")
    if (
        not stated
        or _CLOSING.match(stated)
        or UNSAYABLE.search(stated)
        or len(stated.split()) > MOST_WORDS
        or not stated.isascii()
    ):
        return ""
    question = worded(stated, title, asks=plain.endswith("?"))
    return "" if not question or _DANGLING.search(question) else question


def sayable(title: str) -> bool:
    """Whether a title can be named in a question."""
    return len(title.split()) <= MOST_WORDS and not _TEMPLATE.search(title)


def names_in(passages: Iterable[Passage]) -> frozenset[str]:
    """Words, in lower case, that stand inside the passages' sentences more often with a capital than without."""
    inside = [word for passage in passages for word in _INSIDE.findall(_told(passage))]
    small = Counter(word for word in inside if word[0].islower())
    return frozenset(
        word.lower() for word, count in Counter(inside).items() if word[0].isupper() and count > small[word.lower()]
    )


def usage_in(passages: Iterable[Passage]) -> Usage:
    """How the passages' sentences use nouns."""
    return Usage(map(_told, passages))


def _told(passage: Passage) -> str:
    """The sentences of a passage, and its items without their names."""
    spans = [span for span in passage.sentences if span.kind in ("sentence", "item")]
    return "\n".join(span.text[len(label(span.text)) :] for span in spans)


def cased(question: str, heading: str, names: frozenset[str]) -> str:
    """A question with capitals only where they belong.

    In a heading in title case that is on words known as names, in any other where the heading has them, but for its
    first word.
    """
    words = heading.split()
    long = [word for word in words if len(word) > _LITTLE and word[0].isalpha()]
    titled = all(word[0].isupper() for word in long)
    kept = names if titled else names | {_bare(word).lower() for word in words[1:] if word[:1].isupper()}
    text = " ".join(_lowered(word, kept) for word in question.split(" "))
    return text[:1].upper() + text[1:]


def _lowered(word: str, kept: frozenset[str]) -> str:
    if "-" in word:
        return "-".join(_lowered(part, kept) for part in word.split("-"))
    bare = _bare(word)
    ordinary = bare[1:].islower() or (len(bare) == 1 and bare != "I")
    return word.lower() if ordinary and bare.lower() not in kept else word


def _bare(word: str) -> str:
    return word.strip("?,.()“”\"'’:")


def of_sections(passages: Sequence[Passage]) -> Iterator[Suggestion]:
    """The questions of passages' headings, in order, for sections that say something."""
    names, usage = names_in(passages), usage_in(passages)
    sections: dict[tuple[str, tuple[str, ...]], list[Passage]] = {}
    for passage in passages:
        sections.setdefault((passage.path, passage.headings), []).append(passage)
    for (path, headings), parts in sections.items():
        question = asked_by(headings[-1], parts[0].title) if headings else ""
        if question and says_something(parts):
            yield Suggestion(mended(cased(question, headings[-1], names), usage), path, headings)


def is_title(question: str, hits: Sequence[Hit]) -> bool:
    """Whether a question is the title of an article among the hits."""
    return any(key(hit.passage.title) == key(question) for hit in hits)


def headed(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of the first section that says something under a heading which asks exactly this question."""
    wanted = key(question)
    for hit in hits:
        passage = hit.passage
        if passage.headings and wanted in _forms(asked_by(passage.headings[-1], passage.title), passage.title):
            place = (passage.path, passage.headings)
            found = [other for other in hits if (other.passage.path, other.passage.headings) == place]
            if says_something([other.passage for other in found]):
                return found
    return []


def _forms(question: str, title: str) -> tuple[str, ...]:
    """The keys under which a heading's question is asked: alone, or after what its article is about."""
    return (key(question), key(placed(question, subject_of(title)))) if question else ()


def says_something(passages: Sequence[Passage]) -> bool:
    """Whether there is enough below a heading to be an answer, and more than pointers to other pages."""
    spans = [
        span for passage in passages for span in passage.sentences if span.kind not in ("heading", "code", "header")
    ]
    telling = [span for span in spans if not points_elsewhere(span.text) and not span.text.rstrip().endswith(":")]
    return sum(len(span.text.split()) for span in telling) >= FEWEST_WORDS


def of_terms(passages: Sequence[Passage]) -> Iterator[Suggestion]:
    """Questions for what named items, "Name: what it is", name; for names that other passages use too."""
    names, usage = names_in(passages), usage_in(passages)
    for passage in passages:
        for span in passage.sentences:
            named = label(span.text) if span.kind == "item" else ""
            name = cased(" ".join(_BRACKETS.sub(" ", named).split()), named, names)
            name = name[:1].lower() + name[1:]
            question = _defined(name, span.text[len(named) :].lstrip(" :–—-\n"), usage)
            if question and sum(name in other.text.lower() for other in passages) >= FEWEST_USES:
                yield Suggestion(question, passage.path, passage.headings)


def _defined(name: str, meaning: str, usage: Usage) -> str:
    """What asks for the meaning of a name; empty for what isn't the name of a thing."""
    first = name.split(" ")[0]
    verbal = first in BASES - AS_IS or first.endswith("ing")
    if not _NAME.match(name) or verbal or _DANGLING.search(name) or not _explains(meaning):
        return ""
    named = usage.named(name)
    return f"What {usage.verb(name)} {named}?" if named else ""


def _explains(meaning: str) -> bool:
    """Whether a text may say what a thing is: no order to do something, no mere amounts."""
    words = meaning.split()
    return len(words) >= FEWEST_MEANING and words[0].lower() not in BASES and not _NO_MEANING.search(meaning)
