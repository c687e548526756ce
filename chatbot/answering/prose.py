"""Sentences to quote, chosen so that they can be read without what stands around them."""

from collections.abc import Callable, Sequence

from chatbot.answering.listings import Place, assents, children, hangs, names_its_subject
from chatbot.answering.relevance import Unit
from chatbot.records import Passage

NEAR_LISTED = 0.85
"""Share of the best span's fit that a further one needs where either is an item or a row: only sentences are read."""
FURTHEST_BACK = 2
"""Sentences before it that a sentence may bring along."""


class Prose:
    """Chooses among the spans that fit.

    Args:
        section: Gives all passages of a passage's section, in order.
    """

    def __init__(self, section: Callable[[Passage], list[Passage]]) -> None:
        self._section = section

    def chosen(self, units: Sequence[Unit], most: int, near: float) -> list[Place]:
        """At most ``most`` of some spans, best first, with what they lean on, in reading order within each passage.

        A further sentence must fit at least the share ``near`` of what the best one does.
        """
        chosen: list[Place] = []
        for unit in units:
            if len(chosen) >= most:
                break
            if unit is not units[0] and not _near(unit, units[0], near):
                continue
            place = Place(unit.passage, unit.span)
            whole = self.whole(place)
            if self._stands(whole[0]):
                chosen += [item for item in (*whole, *children(place)) if item not in chosen]
        chosen = chosen or self._least_hanging(units)
        ranks = list(dict.fromkeys(place.passage.id for place in chosen))
        return sorted(chosen, key=lambda place: (ranks.index(place.passage.id), place.span.start))

    def whole(self, place: Place) -> list[Place]:
        """The place with the sentences of its section that it leans on."""
        section = [Place(passage, span) for passage in self._section(place.passage) for span in passage.sentences]
        if place not in section:
            return [place]
        first = last = section.index(place)
        brought = 0
        while first and brought < FURTHEST_BACK and _hanging(section[first]):
            if section[first - 1].span.kind != "sentence":
                break
            first -= 1
            brought += not _parallel(section[first], place)
        if first and place.span.kind == "sentence" and assents(section[first - 1].span.text):
            first -= 1
        return [each for each in section[first:last] if not _parallel(each, place)] + [place]

    def _least_hanging(self, units: Sequence[Unit]) -> list[Place]:
        """The best span that stands on its own with what it leans on; the very best where none does."""
        wholes = (self.whole(Place(unit.passage, unit.span)) for unit in units)
        standing = next((whole for whole in wholes if self._stands(whole[0])), None)
        return standing or self.whole(Place(units[0].passage, units[0].span))

    def _stands(self, place: Place) -> bool:
        """Whether a place can be read without what is before it: "This cake …" can, right below a heading."""
        if not _hanging(place):
            return True
        section = self._section(place.passage) or [place.passage]
        return place.span == section[0].sentences[0] and names_its_subject(place.span.text)


def _near(unit: Unit, best: Unit, near: float) -> bool:
    """Whether a span is good enough to stand beside the best one; code never is."""
    both_read = unit.span.kind == best.span.kind == "sentence"
    return unit.span.kind != "code" and unit.fit >= (near if both_read else NEAR_LISTED) * best.fit


def _hanging(place: Place) -> bool:
    return place.span.kind == "sentence" and hangs(place.span.text)


def _parallel(other: Place, place: Place) -> bool:
    """Whether two sentences lean on the same one: both begin with "It"."""
    return _hanging(other) and other.span.text.split()[0] == place.span.text.split()[0]
