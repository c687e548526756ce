"""What is kept of a chat model's answer: statements that the posts support and that answer."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from chatbot.answering.citations import Draft
from chatbot.answering.extractive import Plan
from chatbot.answering.grounding import Grounder, Support
from chatbot.answering.listings import Place
from chatbot.answering.relevance import Meter
from chatbot.answering.writing import Written
from chatbot.protocols import Reader
from chatbot.records import Hit, Passage, Span, header_of

MOST_REFUSED = 4
"""Sentences in a row that aren't kept after which a model has gone astray."""
MOST_STATEMENTS = 12
ENOUGH_ITEMS = 2 / 3
"""Share of a list's items that must be told, or the list itself is given."""
NEAR_BEST = 1.0
"""Log-odds by which the best statement may be less likely the answer than the best of the extractive answer."""
ENOUGH_SENTENCES = 0.5
"""Sentences of the posts that must be told, as a share of the extractive answer's that are so near its best."""
NEAR_LEAST = 0.5
"""The same for every statement and the least of the extractive answer."""
_LISTED = ("item", "row")


class Telling:
    """One answer that is being written.

    Args:
        question: A standalone one.
        plan: The extractive answer, which tells what there is to say.
        hits: What the model was told; nothing else supports its statements.
        grounder: Checks.
        meter: Knows content words.
        reader: Tells how likely a sentence is the answer.
    """

    def __init__(
        self, question: str, plan: Plan, hits: Sequence[Hit], grounder: Grounder, meter: Meter, reader: Reader
    ) -> None:
        self._question = question
        self._plan = plan
        self._hits = hits
        self._grounder = grounder
        self._meter = meter
        self._reader = reader
        self._refused = 0
        self.drafts: list[Draft] = []

    def take(self, written: Iterable[Written]) -> bool:
        """Check what was written; gives whether anything was."""
        taken = False
        for each in written:
            taken = True
            if not self.done:
                self._take(each)
        return taken

    @property
    def done(self) -> bool:
        """Whether there is no point in more."""
        return self._refused >= MOST_REFUSED or len(self.drafts) >= MOST_STATEMENTS

    @property
    def enough(self) -> bool:
        """Whether what is kept answers about as well as the extractive answer does.

        Of a list most items must be told. Else one statement is about as likely to be the answer as the best there is,
        and they tell about half as much.
        """
        told = {_key(place) for item in self.drafts for place in item.places}
        items = [item for item in self._plan.drafts if item.kind in _LISTED]
        if len(items) > 1:
            return sum(any(_key(place) in told for place in item.places) for item in items) >= ENOUGH_ITEMS * len(items)
        least = max(self._wanted) - NEAR_BEST
        good = sum(odds >= least for odds in self._wanted)
        return any(self._odds(item) >= least for item in self.drafts) and len(told) >= ENOUGH_SENTENCES * good

    def _take(self, written: Written) -> None:
        support = self._grounder.support(written.text, self._hits) if written.ended else None
        item = _draft(written, support) if support else None
        if item and self._is_new(item) and self._odds(item) >= min(self._wanted) - NEAR_LEAST:
            self._refused = 0
            self.drafts.append(item)
        else:
            self._refused += 1

    def _is_new(self, item: Draft) -> bool:
        """Whether it adds to what was said: all words of a repetition were there already."""
        words = self._meter.content(item.text)
        return not any(words <= self._meter.content(other.text) for other in self.drafts)

    @cached_property
    def _wanted(self) -> list[float]:
        """How likely each statement of the extractive answer is the answer."""
        return [self._odds(item) for item in self._plan.drafts]

    def _odds(self, item: Draft) -> float:
        """Log-odds that a statement, read by itself under its source's title, is the answer."""
        return self._reader.read(self._question, _alone(item.places[0].passage, item.text)).sentences[0]


def _alone(passage: Passage, text: str) -> Passage:
    """A passage that says nothing else."""
    return replace(passage, id=text, text=text, sentences=(Span(0, len(text), text),))


def _draft(written: Written, support: Support) -> Draft:
    """The statement; what one item of a post says is an item, even where the model leaves its mark out."""
    places = list(support.places)
    listed = len(places) == 1 and places[0].span.kind == "item"
    headers = [Place(place.passage, header) for place in places if (header := header_of(place.passage, place.span))]
    return Draft([*places, *headers], written.text, "item" if listed else written.kind)


def _key(place: Place) -> tuple[str, int]:
    return place.passage.path, place.span.start
