"""Which items of an answer keep the numbers of their list: steps that are shown in order."""

from collections.abc import Sequence

from chatbot.answering.listings import Place, section_of


def step_numbers(places: Sequence[Place]) -> list[int]:
    """The number that the statement of each place shows, 0 for none.

    An item keeps its number where the one before or after it in its list is shown too, in that order: "3." alone would
    only confuse. Where lists meet in an answer, or one is within the other, the first alone is numbered: two counts
    that nothing separates would read as one.
    """
    shown = [0] * len(places)
    end = -2
    for run in _runs(places):
        if run[0] > end + 1:
            end = run[-1]
            for at in run:
                shown[at] = places[at].span.number
    return shown


def _runs(places: Sequence[Place]) -> list[list[int]]:
    """Where at least two items that follow one another in their list are, by the first of each run."""
    runs: list[list[int]] = []
    for at, place in enumerate(places):
        if place.span.number:
            run = next((run for run in runs if _follows(places[run[-1]], place)), None)
            if run is None:
                runs.append([at])
            else:
                run.append(at)
    return [run for run in runs if len(run) > 1]


def _follows(one: Place, other: Place) -> bool:
    """Whether an item is the next of the same list, which may go on in the next passage or below a paragraph."""
    first, second = one.span, other.span
    if section_of(one.passage) != section_of(other.passage) or second.start <= first.start:
        return False
    if (second.level, second.number) != (first.level, first.number + 1):
        return False
    seen = (*one.passage.sentences, *other.passage.sentences)
    between = (span for span in seen if first.start < span.start < second.start)
    return not any(span.number and span.level <= first.level for span in between)
