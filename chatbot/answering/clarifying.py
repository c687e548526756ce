"""A question too vague to answer: what it can only mean in these articles, or choices to ask back (English)."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from chatbot.answering.suggesting import asked_by, of_sections, says_something
from chatbot.records import Answer, Filter, Hit, Passage, Statement

FEWEST, MOST = 2, 3
"""Choices a question back has."""
_TRIED = 6
"""Choices tried for one question, each a search."""
_AROUND = "?!.,:;“”\"'()"
_READ = 16
"""Hits whose headings are read."""
_NAMELESS = re.compile(
    r"\b(?:tell|me|more|about|it|its|this|that|these|those|they|them|their|he|she|him|his|her|ones?|what|which|who|whom"
    r"|whose|how|why|when|where|is|are|was|were|am|do|does|did|can|could|should|would|will|has|have|had|you|i|we|my|our"
    r"|your|us|please|explain|give|show|list|name|describe|elaborate|expand|clarify|some|any|the|an?|of|for|to|and|or"
    r"|so|but|if|with|on|in|at|by|from|as|be|else|go|continue|details?|info|information|further|mean|meaning|there|again"
    r"|much|many|long|often|not|no|yes|ok|okay|bit|little|other|another|best|better|main|key|most|first|second|third"
    r"|fourth|fifth|last|former|latter|number|example|examples|like|such|instance|exactly|really|thing|things)\b|\W+",
    re.I,
)
_COST = re.compile(r"\b(?:pric(?:e|es|ing)|costs?|fees?|expensive|cheap|how much)\b(?! (?:time|traffic|data)\b)", re.I)
_COST_WORDS = "price pricing cost fee"
_COST_FAMILY = "tariffs charges rates membership tickets"
"""Words of headings and titles that may promise prices too: enough for a choice, not for an answer."""
_BARE = re.compile(
    r"\b(?:our|your|the|all|new|current|latest|what|it|they|we|how|much|from|for|in|of|at|as|since|until|and|list|guide"
    r"|overview|info|information|update[ds]?|change[ds]?|january|february|march|april|may|june|july|august|september"
    r"|october|november|december|spring|summer|autumn|winter|year|season|\d{1,4})\b|\W+",
    re.I,
)
"""What a title may have beside the word for its post to be about nothing else: "Our prices from May 2024"."""
_ASPECT = re.compile(
    rf"{_COST_WORDS}|(?:(?:dis)?advantages?|benefits?|drawbacks?|downsides?|pros|cons|risks?|purposes?|goals?|types?|kinds?"
    r"|steps?|stages?|phases?|parts?|elements?|components?|features?|alternatives?|limits?|limitations?|uses?|cases"
    r"|requirements?|importance|definition|deadlines?|eligibility|work|works|matters?|useful|used|start|begin| )+",
    re.I,
)
"""Words that ask for something of a thing but name none."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a vague question can only mean, as a question that stands alone, or the choices to offer.

    ``section`` answers where it can only mean that, in order; ``likely`` says that the choices are about what the
    question names.
    """

    question: str = ""
    section: tuple[Passage, ...] = ()
    choices: tuple[str, ...] = ()
    likely: bool = False


class Clarifier:
    """Reads questions that lack what they are about.

    Args:
        search: Hits of a text, at most so many, of the articles that may answer.
        terms: The analysed words of a text.
        answered: Whether the articles answer a question.
        abouts: Questions about whole articles, by slug.
        slugs: The articles that may answer, newest first.
    """

    def __init__(
        self,
        search: Callable[[str, int, Filter | None], Sequence[Hit]],
        terms: Callable[[str], frozenset[str]],
        answered: Callable[[str, Filter | None], bool],
        abouts: Callable[[Iterable[str], Filter | None, int], tuple[str, ...]],
        slugs: Callable[[Filter | None], Sequence[str]],
    ) -> None:
        self._search = search
        self._terms = terms
        self._answered = answered
        self._abouts = abouts
        self._slugs = slugs

    def read(self, question: str, filter: Filter | None, examples: Callable[[], Sequence[str]]) -> Reading:
        """What a vague question means, or choices; neither where it names a thing.

        ``examples`` gives choices for a question that names nothing at all.
        """
        words = named(question)
        if not words:
            return self._nameless(filter, examples)
        if not _ASPECT.fullmatch(words):
            return Reading()
        hits = self._search(words, _READ, filter)
        wanted = self._terms(words)
        sections = self._sections(wanted, hits)
        if len(sections) == 1 or _one_article(sections):
            return _of(sections[0])
        if plain := self._plainly(wanted, sections):
            return Reading(plain)
        if words == _COST_WORDS:
            sections += self._sections(self._terms(_COST_FAMILY) - wanted, hits)
        return Reading(choices=self._choices(wanted, sections, hits, filter), likely=bool(sections))

    def _plainly(self, wanted: frozenset[str], sections: Sequence[Sequence[Passage]]) -> str:
        """What is asked where all that a post's title says is the word: "Our prices from May 2024"."""
        titles = [section[0].title for section in sections if not section[0].headings]
        bare = [title for title in titles if self._terms(_BARE.sub(" ", title)) <= wanted]
        words = [word for title in bare for word in title.split() if self._terms(word) & wanted]
        return f"What are the {words[0].strip(_AROUND).lower()}?" if words else ""

    def _nameless(self, filter: Filter | None, examples: Callable[[], Sequence[str]]) -> Reading:
        """The only article there is, or what to ask of several."""
        slugs = self._slugs(filter)
        if len(slugs) == 1:
            return Reading("".join(self._abouts(slugs, filter, 1)))
        choices = self._abouts(slugs, filter, MOST) if filter else tuple(examples())
        return Reading(choices=_enough(choices[:MOST]))

    def _sections(self, wanted: frozenset[str], hits: Sequence[Hit]) -> list[list[Passage]]:
        """The passages of each section whose heading, or whose article's title, has one of the terms."""
        found: dict[tuple[str, tuple[str, ...]], list[Passage]] = {}
        for hit in hits:
            passage = hit.passage
            if wanted & self._terms(_heading(passage)):
                found.setdefault((passage.path, passage.headings), []).append(passage)
        return [passages for passages in found.values() if says_something(passages)]

    def _choices(
        self, wanted: frozenset[str], sections: Sequence[Sequence[Passage]], hits: Sequence[Hit], filter: Filter | None
    ) -> tuple[str, ...]:
        """Questions of the sections, as headings or whole articles; where there are too few, of what has the terms."""
        titled = [section[0].slug for section in sections if not section[0].headings]
        own = (each.text for each in of_sections([passage for section in sections for passage in section]))
        chosen = tuple(islice((text for text in islice(own, _TRIED) if self._answered(text, filter)), MOST))
        chosen += self._abouts(titled, filter, MOST)
        if len(chosen) >= FEWEST:
            return tuple(dict.fromkeys(chosen))[:MOST]
        telling = [hit.passage for hit in hits if wanted & self._terms(hit.passage.text)]
        near = (each.text for each in islice(of_sections(telling), _TRIED) if self._answered(each.text, filter))
        abouts = self._abouts((passage.slug for passage in telling), filter, MOST)
        return _enough(tuple(dict.fromkeys((*chosen, *near, *abouts)))[:MOST])


def named(question: str) -> str:
    """The words by which a vague question names what it is about; empty where it names nothing."""
    words = " ".join(_NAMELESS.sub(" ", question).split())
    return _COST_WORDS if _COST.search(question) else words


def question_back(question: str, reading: Reading) -> Answer:
    """A question back: the choices in words, and as questions to ask."""
    *some, last = [f"“{choice}”" for choice in reading.choices]
    opening = "Do you mean" if reading.likely else "I'm not sure what you mean. You could ask:"
    text = f"{opening} {', '.join(some)} or {last}"
    return Answer(question, (Statement(text, ()),), composer="clarifying", suggestions=reading.choices)


def _enough(choices: tuple[str, ...]) -> tuple[str, ...]:
    return choices if len(choices) >= FEWEST else ()


def _heading(passage: Passage) -> str:
    """The innermost heading above a passage, or the title."""
    return passage.headings[-1] if passage.headings else passage.title


def _one_article(sections: Sequence[Sequence[Passage]]) -> bool:
    """Whether the sections are one article's, the first of them being its beginning: an article about just that."""
    paths = {section[0].path for section in sections}
    return len(paths) == 1 and not sections[0][0].headings


def _of(section: Sequence[Passage]) -> Reading:
    """The question a section answers, or the section where its heading asks none but it begins with sentences."""
    passage = min(section, key=lambda each: each.start)
    if not passage.headings:
        return Reading(f"What is “{passage.title}” about?")
    told = any(span.kind == "sentence" for span in passage.sentences)
    question = asked_by(passage.headings[-1], passage.title)
    return Reading(question or passage.headings[-1], (passage,) if told and not question else ())
