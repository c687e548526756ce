"""The default composer: selects and arranges the articles' own sentences and list items."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from chatbot.answering import confidence, dating, definitions
from chatbot.answering.citations import Draft, cited, draft
from chatbot.answering.contradictions import blocks, contrasted, groups
from chatbot.answering.listings import (
    Place,
    listings,
    points_elsewhere,
    section_of,
)
from chatbot.answering.preferring import Candidate, as_good
from chatbot.answering.prose import Prose
from chatbot.answering.questions import Question, read, satisfies
from chatbot.answering.relevance import Gauge, Meter, Unit
from chatbot.answering.suggesting import headed, is_title
from chatbot.answering.tables import narrowed, singled_out
from chatbot.answering.wholelists import HEADING_ASKS, MOST_ITEMS, answering_list, told_list
from chatbot.protocols import Reader
from chatbot.records import Answer, Hit, Passage, Reading, Turn, is_quotable, wording

MEASURED = 16
"""Spans measured by meaning for one question: a few milliseconds each where the index has no vector of them."""
MOST_SENTENCES = 4
NEAR_BEST = 0.5
"""Share of the best sentence's fit that a further one needs."""
FACTS = ("quantity", "money", "date", "polar")
MOST_FOR_FACTS = 2
NEAR_FOR_FACTS = 0.7
"""Both instead where one such thing is asked for, or the best sentence says all of the question."""
ALL_SAID = 0.99
"""Share of the question's words, by rarity, that are all of it."""
MOST_CHECKED = 2
"""Quoted passages that are read to tell how sure the answer is."""
NEAR_TELLING = 0.8
"""Share of the best span's fit from which one that says more than the question is taken instead."""
OPENING_SENTENCES = 2
OPENING_CONFIDENCE = 0.9
HEADED_CONFIDENCE = 0.9
"""Least confidence where a heading or title is the very question: its author says that it is answered there."""
HEADING_SAYS = 0.85
"""Closeness in meaning (cosine) of such a heading and the question."""
SHORT_SECTION = 60
"""Words up to which a section whose heading is the question is given whole."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be said: the statements, how sure they answer (0..1), and the hits they were chosen from."""

    drafts: Sequence[Draft]
    sure: float
    hits: Sequence[Hit]


class ExtractiveComposer:
    """Composes answers from spans of the hits, by the kind of the question.

    Args:
        meter: Measures texts against questions.
        section: Gives all passages of a passage's section, in order.
        days: Gives the date of an article by its slug.
        reader: Reads the best passage, and what is quoted.
        min_confidence: Below this the answer is a refusal.
    """

    def __init__(
        self,
        meter: Meter,
        section: Callable[[Passage], list[Passage]],
        days: Callable[[str], date | None],
        reader: Reader,
        min_confidence: float = 0.5,
    ) -> None:
        self._meter = meter
        self._reader = reader
        self._section = section
        self._prose = Prose(section)
        self._days = days
        self._min_confidence = min_confidence

    def compose(
        self, question: str, hits: Sequence[Hit], history: Sequence[Turn] = (), own: Sequence[Hit] = ()
    ) -> Iterator[Answer]:
        """Yield the answer as it grows, statement by statement; a refusal has no statement.

        ``own`` are hits of the article the reader is on; the answer is from them alone if that is about as good.
        """
        del history
        plan = self.plan(question, hits, own)
        yield from self.grown(question, plan.drafts, plan.sure)

    def plan(self, question: str, hits: Sequence[Hit], own: Sequence[Hit] = ()) -> Plan:
        """What to say; without drafts where it would be a refusal. ``own`` as of ``compose``."""
        best, others = self._candidate(question, hits), hits
        if own:
            rival = self._candidate(question, own)
            if rival.sure >= self._min_confidence and as_good(rival, best, read(question), self._meter):
                best, hits, others = rival, own, hits
        if best.sure < self._min_confidence:
            return Plan((), best.sure, hits)
        return Plan(self._merged(question, best.drafts, hits, others), best.sure, hits)

    def _candidate(self, question: str, hits: Sequence[Hit]) -> Candidate:
        drafts, measured = self.drafted(question, hits)
        least = HEADED_CONFIDENCE if drafts and _is_asked_by(question, hits) else 0.0
        return Candidate(drafts, max(least, confidence.of(measured)))

    def answers(self, question: str, hits: Sequence[Hit]) -> bool:
        """Whether the hits answer a question; at little cost where it is one of their headings."""
        return _is_asked_by(question, hits) or self._candidate(question, hits).sure >= self._min_confidence

    def drafted(self, question: str, hits: Sequence[Hit]) -> tuple[list[Draft], dict[str, float]]:
        """The statements the hits have for a question, right or not, and the measures their confidence rests on."""
        asked = read(question)
        gauge = self._meter.question(question, asked.words)
        drafts = self._drafts(asked, gauge, hits)
        quoted = {place.passage.id: place.passage for item in drafts for place in item.places}
        readings = self._readings(question, list(quoted.values())[:MOST_CHECKED])
        return drafts, confidence.features(asked, gauge, drafts, readings)

    def _readings(self, question: str, passages: Sequence[Passage]) -> dict[str, Reading]:
        return {passage.id: self._reader.read(question, passage) for passage in passages}

    def opening(self, question: str, passages: Sequence[Passage]) -> Answer:
        """The first sentences of the passages, with the list or table they introduce, as what they are about."""
        places = [Place(passage, span) for passage in passages for span in passage.sentences if is_quotable(span)]
        *_, answer = self.grown(question, [draft(place) for place in _first(places)], OPENING_CONFIDENCE)
        return answer

    def differ(self, drafts: Sequence[Draft]) -> bool:
        """Whether posts say contrary things, which are quoted side by side."""
        return len(groups(drafts, self._meter)) < len(blocks(drafts))

    def grown(self, question: str, drafts: Sequence[Draft], sure: float) -> Iterator[Answer]:
        """The answer with ever more of its statements, its sources being known from the first; a refusal of none."""
        if not drafts:
            yield Answer(question, (), confidence=sure)
            return
        days = {place.passage.slug: self._days(place.passage.slug) for item in drafts for place in item.places}
        statements, citations = cited(drafts, days)
        note = dating.note(read(question), drafts, statements, citations, self._meter)
        for count in range(1, len(statements) + 1):
            shown = statements[:count]
            yield Answer(question, shown, citations, True, sure, complete=count == len(statements), note=note)

    def _drafts(self, asked: Question, gauge: Gauge, hits: Sequence[Hit]) -> list[Draft]:
        if asked.kind == "comparison" and (drafts := self._comparison(asked, gauge, hits)):
            return drafts
        if asked.kind == "definition" and (drafts := self._definition(asked, hits)):
            return drafts
        asked_for = self._asked(gauge, hits)
        if asked_for and (drafts := self._short_section(asked_for[0].passage)):
            return drafts
        return self._found(asked, gauge, asked_for or hits)

    def _found(self, asked: Question, gauge: Gauge, hits: Sequence[Hit]) -> list[Draft]:
        """The list that answers, or else the best spans."""
        lists = listings(hits, self._section)
        # reading more than the first passage chose no better
        readings = self._readings(asked.text, [hit.passage for hit in hits[:1]])
        units = narrowed(gauge.units(hits, MEASURED, readings), lists, gauge)
        units = [unit for unit in units if satisfies(asked.kind, wording(unit.passage, unit.span))] or units
        if not units:
            return []
        telling = [unit for unit in units if gauge.adds(unit.span, asked) and not points_elsewhere(unit.span.text)]
        bare = not telling or telling[0].fit < NEAR_TELLING * units[0].fit
        chosen = units[:1] if bare else telling
        whole = [each for each in lists if not singled_out(gauge, each)]
        if listing := answering_list(asked, gauge, whole, chosen[0]):
            return told_list(listing, lists, gauge, self._prose)
        return self._spans(asked, gauge, chosen)

    def _spans(self, asked: Question, gauge: Gauge, chosen: Sequence[Unit]) -> list[Draft]:
        """As many of the spans as the question wants."""
        brief = asked.kind in FACTS or gauge.coverage(chosen[0].span.text) >= ALL_SAID
        most, near = (MOST_FOR_FACTS, NEAR_FOR_FACTS) if brief else (MOST_SENTENCES, NEAR_BEST)
        as_good = sum(unit.fit == chosen[0].fit for unit in chosen)
        places = self._prose.chosen(chosen, min(max(most, as_good), MOST_ITEMS), near)
        return self._distinct([draft(place) for place in places])

    def _short_section(self, passage: Passage) -> list[Draft]:
        """A section whose heading is the question, whole, if a reader would read it whole."""
        places = [Place(part, span) for part in self._section(passage) for span in part.sentences]
        brief = sum(len(place.span.text.split()) for place in places) <= SHORT_SECTION
        plain = all(place.span.kind == "sentence" for place in places)
        return self._distinct([draft(place) for place in places]) if brief and plain else []

    def _asked(self, gauge: Gauge, hits: Sequence[Hit]) -> list[Hit]:
        """The hits of the section whose heading is the question itself; none where there is no such heading."""
        if same := headed(gauge.text, hits):
            return same
        near = [
            hit for hit in hits if hit.passage.headings and gauge.coverage(hit.passage.headings[-1]) >= HEADING_ASKS
        ]
        close = {hit: gauge.similarity(hit.passage.headings[-1]) for hit in near}
        best = max(close, key=lambda hit: close[hit], default=None)
        if best is None or close[best] < HEADING_SAYS:
            return []
        return [hit for hit in hits if section_of(hit.passage) == section_of(best.passage)]

    def _comparison(self, asked: Question, gauge: Gauge, hits: Sequence[Hit]) -> list[Draft]:
        """The best span for each side, items and sentences that are about the side first."""
        sides = [self._side(side, gauge, hits) for side in asked.sides]
        places = [place for place in sides if place]
        if len(places) < len(asked.sides):
            return []
        return [draft(place) for place in dict.fromkeys(places)]

    def _side(self, side: str, gauge: Gauge, hits: Sequence[Hit]) -> Place | None:
        own = self._meter.question(side)
        scored = [
            (
                own.coverage(span.text) + definitions.strength(side, span.text, self._meter) + gauge.fit(span.text, ""),
                hit,
                span,
            )
            for hit in hits
            for span in hit.passage.sentences
            if own.coverage(span.text) > 0.5 and span.kind != "code"
        ]
        if not scored:
            return None
        _, hit, span = max(scored, key=lambda entry: entry[0])
        return Place(hit.passage, span)

    def _definition(self, asked: Question, hits: Sequence[Hit]) -> list[Draft]:
        """The sentence or items that say what the topic is; at most three, the clearest first."""
        found = definitions.find(asked.topic, hits, self._meter)
        if not found:
            return []
        best = found[0][0]
        places = [place for strength, place in found if strength >= best - 0.1][: 2 if best >= 0.9 else 3]
        return self._distinct([draft(place) for place in places])

    def _distinct(self, drafts: list[Draft]) -> list[Draft]:
        """The same statement from two places becomes one with two citations."""
        kept: list[Draft] = []
        for item in drafts:
            twin = next((other for other in kept if self._meter.alike(other.text, item.text)), None)
            if twin:
                twin.places += item.places
            else:
                kept.append(item)
        return kept

    def _merged(
        self, question: str, drafts: Sequence[Draft], hits: Sequence[Hit], others: Sequence[Hit]
    ) -> Sequence[Draft]:
        """Each statement with the other articles that say the same, and beside it those that say otherwise.

        What says otherwise is looked for among ``others`` too: the page a reader is on may be the older.
        """
        drafts = contrasted(drafts, list(dict.fromkeys((*hits, *others))), self._meter)
        for item in drafts:
            paths = {place.passage.path for place in item.places}
            for hit in hits:
                if hit.passage.path not in paths:
                    twin = next((s for s in hit.passage.sentences if self._same(item, s.text)), None)
                    if twin:
                        item.places.append(Place(hit.passage, twin))
                        paths.add(hit.passage.path)
        return dating.newest_first(read(question), drafts, self._days, self._meter)

    def _same(self, item: Draft, text: str) -> bool:
        return len(text.split()) >= 3 and self._meter.alike(item.places[0].span.text, text)


def _first(places: Sequence[Place]) -> list[Place]:
    """The first sentences, and a list or table right after them."""
    sentences = [place for place in places if place.span.kind == "sentence"][:OPENING_SENTENCES]
    rest = places[places.index(sentences[-1]) + 1 :] if sentences else places
    listed = list(takewhile(lambda place: place.span.kind in ("item", "row"), rest))
    return sentences + listed[:MOST_ITEMS]


def _is_asked_by(question: str, hits: Sequence[Hit]) -> bool:
    """Whether an author asks just this, in a heading or a title."""
    return is_title(question, hits) or bool(headed(question, hits))
