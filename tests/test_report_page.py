import re
from datetime import datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.evaluation.charts import Axis
from chatbot.evaluation.comparing import compared
from chatbot.evaluation.mistakes import worst
from chatbot.evaluation.page import page
from chatbot.evaluation.plots import calibration, curve, latency, risk_coverage
from chatbot.evaluation.questions import Question
from chatbot.evaluation.report import Report, reported
from chatbot.evaluation.results import Result

WHEN = datetime(2026, 1, 2)
HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"
VOID = {"meta", "br"}


def result(confidence: float, right: float | None, *, answerable: bool = True, text: str = "Tea.") -> Result:
    """One question; right is 1, 0, or None for a refusal."""
    asked = Question(f"id {text}", f"{text} {confidence}?", answerable, "tea_kind", (text,) if answerable else ())
    scores = {} if right is None else {"right": right}
    return Result(asked, "" if right is None else text, (), right is not None, confidence, "x", 0.02, (), scores)


MIXED = [
    *(result(0.99 - place / 100, float(place % 3 > 0)) for place in range(30)),
    result(0.9, 0.0, answerable=False),
    result(0.3, None),
    result(0.2, None, answerable=False),
]


class Reader(HTMLParser):
    """What a browser would make of a page: its tags, checked to be closed in order, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.words += data


def shown(results: list[Result], before: list[Result] | None = None) -> Reader:
    report: Report = reported(results)
    return Reader(page(report, "tea", WHEN, compared(before, results) if before else None))


def test_a_page_shows_the_measures_the_plots_and_what_went_wrong():
    found = shown(MIXED)
    names = [tag for tag, _ in found.tags]
    assert names.count("figure") == 3
    assert "expected calibration error" in found.words
    assert "An answer is right if it holds a wanted answer word for word" in found.words
    assert "33 questions: 31 that the articles answer, 2 that they don't · 2026-01-02" in found.words
    assert "Worst 12 questions" in found.words


def test_a_page_asks_nothing_of_anybody():
    found = shown(MIXED)
    assert not {tag for tag, _ in found.tags} & {"script", "link", "img", "iframe", "object", "base", "form"}
    assert not [attributes for _, attributes in found.tags if {"src", "href", "action"} & set(attributes)]
    text = page(reported(MIXED), "tea", WHEN)
    assert "http" not in text.replace("http-equiv", "")
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text


def test_what_articles_and_questions_say_is_only_text():
    hostile = [result(0.9, 0.0, text=HOSTILE), result(0.1, None, text=HOSTILE)]
    found = shown(hostile, [result(0.9, None, text=HOSTILE), result(0.1, 0.0, text=HOSTILE)])
    assert found.words.count(HOSTILE) >= 4
    assert not {tag for tag, _ in found.tags} & {"script", "img"}
    named = page(reported(hostile), HOSTILE, WHEN)
    assert HOSTILE not in named


def test_a_page_without_anything_to_judge():
    found = shown([result(0.1, None)])
    assert [tag for tag, _ in found.tags].count("figure") == 1
    assert "Worst 1 questions" not in found.words


def test_risk_and_coverage_by_hand():
    answers = [result(0.9 - place / 20, float(place < 5)) for place in range(10)]
    (last,) = curve([*answers, result(0.1, None), result(0.1, None, answerable=False)])
    assert last == ((10 / 12, 0.5), 0.9 - 9 / 20)


def test_answers_of_one_confidence_come_together():
    assert [point for point, _ in curve([result(0.8, float(place % 2)) for place in range(40)])] == [(1.0, 0.5)]


def test_the_surest_mistakes_of_each_sort_by_turns():
    wrong = [result(confidence, 0.0) for confidence in (0.6, 0.8)]
    invented = [result(confidence, 0.0, answerable=False) for confidence in (0.7, 0.9)]
    refused = [result(confidence, None) for confidence in (0.4, 0.1)]
    found = worst([*wrong, *invented, *refused, result(0.99, 1.0)])
    assert [each.result.confidence for each in found] == [0.9, 0.8, 0.1, 0.7, 0.6, 0.4]
    assert found[0].wanted == ("to be told that the articles don't say",)
    assert len(worst(wrong * 30)) == 20


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0.0, 1.0, None]), st.booleans()), min_size=1, max_size=30))
def test_any_results_can_be_drawn(rows: list[tuple[float, float | None, bool]]):
    results = [
        result(confidence, right if right is None or answerable else 0.0, answerable=answerable)
        for confidence, right, answerable in rows
    ]
    for plot in (risk_coverage(results), calibration(results), latency(results)):
        places = [float(number) for number in re.findall(r'(?:cx|cy|x1|y1|height)="(-?[\d.]+)"', plot.svg())]
        assert all(0 <= place <= 320 for place in places)
        Reader(plot.svg())


@settings(max_examples=100, deadline=None)
@given(st.floats(1e-3, 1e6))
def test_an_axis_has_few_round_ticks(high: float):
    ticks = Axis("x", 0, high, str).ticks()
    assert 2 <= len(ticks) <= 6
    assert ticks[0] == 0
    assert ticks[-1] <= high * (1 + 1e-6)


@pytest.mark.parametrize(("high", "ticks"), [(1.0, [0, 0.2, 0.4, 0.6, 0.8, 1]), (17, [0, 5, 10, 15])])
def test_ticks_by_hand(high: float, ticks: list[float]):
    assert Axis("x", 0, high, str).ticks() == pytest.approx(ticks)
