"""What passages may support a claim with: a few of their spans, aligned with it word by word."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from chatbot.answering.alignment import Alignment, align
from chatbot.answering.listings import Place
from chatbot.answering.relevance import Meter, context
from chatbot.answering.tokens import Token, tokens
from chatbot.records import Hit, is_quotable, under, wording

MOST_PLACES = 3
MOST_LISTED = 8
"""The same where all but one, which introduces them, are items of a list."""
_SEEDS = 5
"""Spans that evidence is built around."""
_ALONG = 0.4
"""Share of a claim's words, by rarity, that a span has which is compared with it word by word."""
_BEFORE = 0.5
"""What it counts, in rarity, that a span stands right before those it completes."""
_CACHED = 4096


@dataclass(frozen=True, slots=True)
class Single:
    """A span that has a good ``share`` (0..1, by rarity) of a claim's words, aligned with it alone."""

    place: Place
    share: float
    found: Alignment


@dataclass(frozen=True, slots=True)
class Evidence:
    """Spans of one passage, in order, aligned with a claim: all together, and each ``single`` that runs along with it.

    ``keys`` has those of the words of each place, ``context`` those of title and headings.
    """

    places: tuple[Place, ...]
    found: Alignment
    singles: tuple[Single, ...]
    keys: tuple[frozenset[str], ...]
    context: frozenset[str]

    @property
    def text(self) -> str:
        """What the spans say, a line each."""
        return "\n".join(map(said, self.places))

    def strange(self) -> list[int]:
        """Places of the claim's words that neither the spans nor title and headings have."""
        return [place for place in self.found.missing() if self.found.claim[place].key not in self.context]


def _few(places: Sequence[Place]) -> bool:
    """Whether a reader would look up so many places."""
    return len(places) <= MOST_PLACES or sum(place.span.kind != "item" for place in places) <= 1


def said(place: Place) -> str:
    """What a place says on its own."""
    return wording(place.passage, place.span)


class Gatherer:
    """Finds evidence.

    Args:
        meter: Knows words, their rarity and their closeness in meaning.
    """

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._stem = lru_cache(maxsize=1 << 15)(self._stemmed)
        self._rarity = lru_cache(maxsize=1 << 15)(self._rare)
        self.tokens = lru_cache(maxsize=_CACHED)(self._tokens)
        self._keys = lru_cache(maxsize=_CACHED)(self._told)

    def weight(self, keys: Iterable[str]) -> float:
        """Summed rarity of some words, given by their keys."""
        return sum(map(self._rarity, keys))

    def meaning(self, text: str, places: Sequence[Place]) -> float:
        """Closeness in meaning of a text and the nearest of some places under its title, 0..1; of a list, and all."""
        alone = [self._meter.similarity(text, under(place.passage.title, said(place))) for place in places]
        if any(place.span.kind == "item" for place in places) and len(places) > 1:
            whole = under(places[0].passage.title, "\n".join(map(said, places)))
            alone.append(self._meter.similarity(text, whole))
        return max(alone)

    def share(self, claim: str, place: Place) -> float:
        """Share of a claim's words, by rarity, that a place has."""
        return self.weight(self._keys(claim) & self._keys(said(place))) / (self.weight(self._keys(claim)) or 1.0)

    def verbatim(self, claim: str, hits: Sequence[Hit]) -> Place | None:
        """The place that says a claim word for word, but for case, signs and what "n't" stands for."""
        said_so = self._spelt(claim)
        places = (Place(hit.passage, span) for hit in hits for span in hit.passage.sentences if is_quotable(span))
        return next((place for place in places if self._spelt(said(place)) == said_so), None)

    def evidence(self, claim: str, hits: Sequence[Hit]) -> Iterator[Evidence]:
        """Evidence around the most promising spans, smaller before larger."""
        places = [Place(hit.passage, span) for hit in hits for span in hit.passage.sentences if is_quotable(span)]
        promise = {place: self.share(claim, place) + self.meaning(claim, [place]) for place in places}
        seen: set[tuple[Place, ...]] = set()
        for seed in sorted(places, key=lambda place: -promise[place])[:_SEEDS]:
            for evidence in self._grown(claim, seed):
                if evidence.places not in seen:
                    seen.add(evidence.places)
                    yield evidence

    def _grown(self, claim: str, seed: Place) -> Iterator[Evidence]:
        """A span, and with it others of its passage while they have words of the claim that it lacks."""
        places: tuple[Place, ...] = (seed,)
        while True:
            evidence = self._aligned(claim, places)
            yield evidence
            further = self._further(evidence) if len(places) < MOST_LISTED else None
            if further is None or not _few((*places, further)):
                return
            places = tuple(sorted((*places, further), key=lambda place: place.span.start))

    def _further(self, evidence: Evidence) -> Place | None:
        """The span of the passage that has most of what some spans lack; one right before them a little sooner."""
        lacking = {evidence.found.claim[place].key for place in evidence.strange()}
        passage, start = evidence.places[0].passage, evidence.places[0].span.start
        others = [Place(passage, span) for span in passage.sentences if is_quotable(span)]
        before = next((place for place in reversed(others) if place.span.start < start), None)
        gains = [
            (self.weight(shared) + _BEFORE * (other == before), -abs(other.span.start - start), place)
            for place, other in enumerate(others)
            if other not in evidence.places and (shared := lacking & self._keys(said(other)))
        ]
        return others[max(gains)[2]] if gains else None

    def _aligned(self, claim: str, places: tuple[Place, ...]) -> Evidence:
        told = self.tokens(claim)
        shares = [(place, self.share(claim, place)) for place in places]
        found = align(told, self.tokens("\n".join(map(said, places))))
        singles = tuple(
            Single(place, share, found if len(places) == 1 else align(told, self.tokens(said(place))))
            for place, share in shares
            if share >= _ALONG
        )
        keys = tuple(self._keys(said(place)) for place in places)
        return Evidence(places, found, singles, keys, self._keys(context(places[0].passage)))

    def _tokens(self, text: str) -> tuple[Token, ...]:
        return tokens(text, self._stem)

    def _spelt(self, text: str) -> list[tuple[str, str]]:
        words = [(token.key if token.kind == "number" else token.low, token.unit) for token in self.tokens(text)]
        return words or [(text, "")]

    def _told(self, text: str) -> frozenset[str]:
        """Keys of the words with content."""
        return frozenset(token.key for token in self.tokens(text) if token.tells)

    def _rare(self, key: str) -> float:
        return self._meter.weight([key.lstrip("#")])

    def _stemmed(self, word: str) -> str:
        return next(iter(self._meter.terms(word)), word)
