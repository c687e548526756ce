"""Whether a sentence is supported by the passages found, and by which of their sentences.

A few spans that share most with the sentence are taken as its evidence; rules that every one must hold (``agreement``)
compare the two word by word, and a small logistic model of what is left over decides, with a verifier's log-odds where
there is one. ``tests/benchmarks/grounding.py`` fits the weights.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chatbot.answering.agreement import broken, counts, dropped, exchanged, names, numbers, same_values
from chatbot.answering.alignment import Exchange, cut, exchanges, gaps, moved
from chatbot.answering.evidence import Evidence, Gatherer, Single, said
from chatbot.answering.listings import Place, hangs
from chatbot.answering.relevance import Meter
from chatbot.answering.tokens import LINK
from chatbot.protocols import Verifier
from chatbot.records import Hit

LEAST = 0.75
"""Probability from which a sentence counts as supported: with it, a tenth of the true ones at most are held back."""
STRICT_LEAST = 0.9
"""The same for one that must keep to a single span."""
_MAINLY = 0.6
"""Share of a claim's words, by rarity, that a span has which must agree with it by itself."""
_TOLD = 0.25
"""Share of a claim's words, by rarity, that its evidence must have besides title and headings."""
_READ = 2
"""Pieces of evidence that a verifier looks at."""
_FEWEST = 2
"""Words with content below which a sentence says nothing that could be checked."""
_GAP = 3
"""Places apart at most that words of a run are."""
_IDLE = re.compile(
    r"^(?:sure|certainly|of course|great question|okay|ok|yes|no|here (?:are|is|['’]s)\b.*:|i (?:hope|am|['’]m)\b.*"
    r"|let me know\b.*|feel free\b.*|.*:)[\s!.,:]*$|\?\s*$",
    re.I | re.S,
)
_SAID_BY = re.compile(
    r"^(?:according to|based on|as (?:stated|mentioned|described) in) (?:the|this|these|your) (?:\w+ )?"
    r"(?:passages?|articles?|text|context|information|sources?|posts?|documents?)(?: provided| given| above)?,?\s+",
    re.I,
)

_ADDED = ("strange", "subject", "borrowed", "moved", "cut", "dropped")
"""Measures of what a claim adds to its evidence, or leaves out of it to another effect."""

_LEFT_OUT = 3
"""Words with content that may be left out amid a span where they are no part of it by themselves."""

Measures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Support:
    """The places that support a sentence, best first, and how sure that is, 0..1.

    One to three; of a list, as many items as the sentence tells of.
    """

    places: tuple[Place, ...]
    sure: float


@dataclass(frozen=True, slots=True)
class Model:
    """Logistic regression on measures."""

    weights: Measures
    bias: float

    def sure(self, values: Measures) -> float:
        """Probability that measures are those of a supported sentence, 0..1."""
        odds = self.bias + sum(weight * values[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


ALONE = Model(
    {
        "strange": -1.7, "run": -0.75, "subject": -2.0, "borrowed": -3.3, "moved": -0.9, "cut": -1.8, "dropped": -0.3,
        "meaning": 2.7,
    },
    -0.5,
)  # fmt: skip
"""For measures alone."""
VERIFIED = Model(
    {
        "strange": -1.8, "subject": -1.4, "borrowed": -4.1, "moved": -0.65, "cut": -1.8, "dropped": -0.65,
        "meaning": 2.4, "verified": 0.64,
    },
    -1.25,
)  # fmt: skip
"""For measures with a verifier's log-odds."""


class Grounder:
    """Ties sentences to the spans that support them.

    Args:
        meter: Knows words, their rarity and their closeness in meaning.
        verifier: Reads a claim and its evidence together; rules and measures decide alone where there is none.
        least: How sure support must be, 0..1.
        strict: Whether a sentence must keep to one span and may shorten it but add no word and move none: for models
            that stitch sentences together.
    """

    def __init__(self, meter: Meter, verifier: Verifier | None, least: float = LEAST, *, strict: bool = False) -> None:
        self.gatherer = Gatherer(meter)
        self._verifier = verifier
        self._least = max(least, STRICT_LEAST) if strict else least
        self._strict = strict

    def support(self, text: str, hits: Sequence[Hit]) -> Support | None:
        """What supports a sentence, or None where it must not be shown.

        Args:
            text: One sentence or list item in plain text.
            hits: What was found for the question, which itself supports nothing.
        """
        claim = _without_title(_SAID_BY.sub("", text.strip()), hits)
        if _IDLE.search(claim) or not _links_known(claim, hits):
            return None
        if (verbatim := self.gatherer.verbatim(claim, hits)) is not None:
            return Support((verbatim,), 1.0)
        if sum(token.tells for token in self.gatherer.tokens(claim)) < _FEWEST:
            return None
        found = (each for each in self.gatherer.evidence(claim, hits) if self._tells(claim, each))
        kept = [each for each in found if not self.broken(claim, each)]
        measured = sorted(((self.measures(claim, each), each) for each in kept), key=lambda pair: -ALONE.sure(pair[0]))
        measured = [pair for pair in measured if _is_close(*pair)] if self._strict else measured
        sure, best = max(self._verified(claim, measured), key=lambda pair: pair[0], default=(0.0, None))
        return Support(self._ordered(claim, best), sure) if best and sure >= self._least else None

    def _tells(self, claim: str, evidence: Evidence) -> bool:
        """Whether a claim says more than title and headings, and evidence has a good part of it in its own words."""
        named = all(token.key in evidence.context for token in evidence.found.claim if token.tells)
        return not named and sum(self.gatherer.share(claim, place) for place in evidence.places) >= _TOLD

    def broken(self, claim: str, evidence: Evidence) -> list[str]:
        """The names of the rules that a claim breaks on some evidence."""
        found = evidence.found
        wrong = list(numbers(found))
        kinds = ["number"] if wrong and not same_values(claim, evidence.text, len(wrong)) else []
        if any(found.claim[place].key not in evidence.context for place in names(found)):
            kinds.append("name")
        if any(map(exchanged, self._exchanges(evidence))):
            kinds.append("exchange")
        for single in evidence.singles:
            if single.share >= _MAINLY and single.found is not found:
                kinds += broken(single.found, only_along=True)
        return kinds + broken(found)

    def measures(self, claim: str, evidence: Evidence) -> dict[str, float]:
        """How far a claim goes beyond its evidence."""
        found, weight = evidence.found, self.gatherer.weight
        told = weight({token.key for token in found.claim if token.tells}) or 1.0
        strange = {found.claim[place].key for place in evidence.strange()}
        exchanged_words = [each for each in self._exchanges(evidence) if any(token.tells for token in each.here)]
        return {
            "strange": weight(strange) / told,
            "run": float(_longest_run(evidence.strange())),
            "subject": float(any(each.leading for each in exchanged_words)),
            "borrowed": float(any(_borrowed(single, evidence) for single in evidence.singles)),
            "moved": float(sum(len(moved(single.found)) for single in evidence.singles)),
            "cut": float(any(any(cut(single.found)) for single in evidence.singles)),
            "dropped": float(any(any(dropped(single.found)) for single in evidence.singles)),
            "meaning": self.gatherer.meaning(claim, evidence.places),
        }

    def _verified(self, claim: str, measured: Sequence[tuple[Measures, Evidence]]) -> Iterator[tuple[float, Evidence]]:
        """How sure each piece of evidence makes; with a verifier, the first few alone."""
        if not self._verifier:
            yield from ((ALONE.sure(values), evidence) for values, evidence in measured)
            return
        for values, evidence in measured[:_READ]:
            yield VERIFIED.sure({**values, "verified": self.read(claim, evidence)}), evidence

    def read(self, claim: str, evidence: Evidence) -> float:
        """A verifier's log-odds that evidence supports a claim; 0 without a verifier."""
        title = evidence.places[0].passage.title
        return self._verifier.supports(claim, list(map(said, evidence.places)), title) if self._verifier else 0.0

    def _exchanges(self, evidence: Evidence) -> list[Exchange]:
        """Where the claim has other words than a span that otherwise runs the same."""
        return [
            exchange
            for single in evidence.singles
            for exchange in exchanges(single.found, counts)
            if not _same_thing(exchange, evidence)
        ]

    def _ordered(self, claim: str, evidence: Evidence) -> tuple[Place, ...]:
        """The places, those first that have most of the claim."""
        return tuple(sorted(evidence.places, key=lambda place: -self.gatherer.share(claim, place)))


def _is_close(values: Measures, evidence: Evidence) -> bool:
    """Whether a claim has nothing but words of one span, or of its title and headings, in their order."""
    alone = len(evidence.places) == 1 and not any(values[name] for name in _ADDED)
    return alone and not any(gaps(evidence.found, _LEFT_OUT))


def _borrowed(single: Single, evidence: Evidence) -> bool:
    """Whether what a claim puts in place of "it" or "they" at the beginning of a span is only said after it."""
    if not hangs(single.place.span.text):
        return False
    first = min(single.found.pairs, default=0)
    heads = {token.key for token in single.found.claim[:first] if token.tells} - evidence.context
    own = evidence.places.index(single.place)
    before, after = (frozenset().union(*keys) for keys in (evidence.keys[:own], evidence.keys[own + 1 :]))
    return bool(heads & after) and not heads & before


def _same_thing(exchange: Exchange, evidence: Evidence) -> bool:
    """Whether a name from the title or another span stands for what a span calls "the song", "this company"."""
    known = evidence.context | {token.key for token in evidence.found.evidence}
    if not exchange.pointing or not all(token.key in known for token in exchange.here):
        return False
    if exchange.leading and exchange.pointing == "pronoun":
        return True
    named = any(token.kind == "name" for token in exchange.here)
    return named and all(token.kind == "word" for token in exchange.there)


def _longest_run(places: Sequence[int]) -> int:
    """Length of the longest run of places, a word or two between them left out."""
    longest = length = 0
    for before, place in zip((-_GAP - 1, *places), places, strict=False):
        length = length + 1 if place - before <= _GAP else 1
        longest = max(longest, length)
    return longest


def _without_title(text: str, hits: Sequence[Hit]) -> str:
    """A sentence without a title and a colon before it, as chat models copy it from what they were given."""
    title = next((hit.passage.title for hit in hits if text.startswith(f"{hit.passage.title}: ")), "")
    return text.removeprefix(f"{title}: ") if title else text


def _links_known(text: str, hits: Sequence[Hit]) -> bool:
    """Whether all addresses in a text are in the passages, letter by letter."""
    return all(any(link in hit.passage.text for hit in hits) for link in LINK.findall(text))
