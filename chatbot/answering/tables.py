"""Rows of tables that a question is about, told from the other rows by its words."""

from collections.abc import Sequence

from chatbot.answering.listings import Listing, Place
from chatbot.answering.relevance import Gauge, Unit

SAME = 0.99
"""Share of the question's words in the rows of one table from which those of another count too."""


def singled_out(gauge: Gauge, table: Listing) -> tuple[Place, ...]:
    """The rows that have most of the question's words, by rarity; none where all have the same, or it is a list."""
    rows = [place for place in table.items if place.span.kind == "row"]
    weights = [round(gauge.coverage(row.span.text), 9) for row in rows]
    most = max(weights, default=0.0)
    chosen = tuple(row for row, weight in zip(rows, weights, strict=True) if weight == most)
    return chosen if most and len(chosen) < len(rows) else ()


def narrowed(units: Sequence[Unit], tables: Sequence[Listing], gauge: Gauge) -> list[Unit]:
    """The same units, but of tables only the rows that the question singles out, all as good as their table's best."""
    kept = list(units)
    asked = [(table, rows) for table in tables if (rows := _asked(gauge, table, units))]
    most = max((gauge.coverage(rows[0].span.text) for _, rows in asked), default=0.0)
    for table, rows in asked:
        fit = max(unit.fit for unit in kept if _place(unit) in table.items)
        kept = [unit for unit in kept if _place(unit) not in table.items]
        if gauge.coverage(rows[0].span.text) >= SAME * most:
            kept += [Unit(row.passage, row.span, fit) for row in rows]
    return sorted(kept, key=lambda unit: -unit.fit)


def _asked(gauge: Gauge, table: Listing, units: Sequence[Unit]) -> tuple[Place, ...]:
    """The rows of a table singled out, if any of it is among the units."""
    return singled_out(gauge, table) if any(_place(unit) in table.items for unit in units) else ()


def _place(unit: Unit) -> Place:
    return Place(unit.passage, unit.span)
