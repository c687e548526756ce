"""A report as one page of HTML that needs nothing else: no script, no font, no other host."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from chatbot.evaluation import mistakes
from chatbot.evaluation.charts import Plot, percent, track
from chatbot.evaluation.comparing import DROP, Change, Comparison, Move, signed
from chatbot.evaluation.measures import Estimate
from chatbot.evaluation.mistakes import Mistake
from chatbot.evaluation.plots import calibration, latency, milliseconds, risk_coverage
from chatbot.evaluation.report import Report, number
from chatbot.evaluation.results import RIGHT
from chatbot.evaluation.style import CSS

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_MOVES = 20
"""Changed questions shown at once; the others are a click away."""
_RISK = (
    "Answers by falling confidence: as the confidence asked for is lowered, more is answered and less of it is right. "
    '<span class="key first"></span>all questions <span class="key second"></span>those that an article answers'
)
_CALIBRATION = "On the dashed line, answers are right as often as their confidence says. Larger dots are more answers."
_LATENCY = "One question after the other, from the question to its complete answer."


def page(report: Report, name: str, when: datetime, comparison: Comparison | None = None) -> str:
    """The page.

    Args:
        report: Of at least one question.
        name: The question set's.
        when: Shown beside it.
        comparison: With an earlier run, if there is one to show.
    """
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{escape(name)}: how good the answers are</title>\n<style>{CSS}</style>\n</head>\n<body>\n<main>\n"
        f"{_header(report, name, when)}{_tiles(report)}{_changes(comparison) if comparison else ''}"
        f"{_plots(report)}{_measures(report)}{_worst(report)}</main>\n</body>\n</html>\n"
    )


def _header(report: Report, name: str, when: datetime) -> str:
    answerable = sum(result.question.answerable for result in report.results)
    without = len(report.results) - answerable
    return (
        f'<h1>How good the answers are</h1>\n<p class="quiet">{escape(name)} · {len(report.results):,} questions: '
        f"{answerable:,} that the articles answer, {without:,} that they don't · {when:%Y-%m-%d %H:%M}</p>\n"
    )


def _tiles(report: Report) -> str:
    refused = [
        _tile(percent(found.value), f"refused: {_words(kind)}", _range(found), found.count)
        for kind, found in report.groups["refused"].items()
    ]
    right = [
        _tile(percent(found.value), f"right {name}", _range(found), found.count)
        for name, found in report.groups.get("right", {}).items()
        if name.startswith("of ")
    ]
    slow = report.groups["seconds"]["p95"]
    late = _tile(milliseconds(1000 * slow.value), "at most, for 95 of 100 answers", "", slow.count)
    return f'<div class="grid tiles">\n{"".join([*right, *refused, late])}</div>\n'


def _tile(value: str, said: str, interval: str, count: int) -> str:
    return (
        f'<div class="card tile"><b>{value}</b><span>{escape(said)}</span>'
        f"<small>{interval}{count:,} questions</small></div>\n"
    )


def _plots(report: Report) -> str:
    error = report.groups.get("right", {}).get("expected calibration error")
    off = f" Expected calibration error {number(error.value)} ({_interval(error)})." if error else ""
    judged = (
        _plot("Which answers are right", risk_coverage(report.results), _RISK)
        + _plot("Whether confidence holds", calibration(report.results), _CALIBRATION + off)
        if error
        else ""
    )
    return (
        f'<h2>Right and sure</h2>\n<p class="quiet">{escape(RIGHT)}</p>\n<div class="grid plots">\n'
        f"{judged}{_plot('How long answers take', latency(report.results), _LATENCY)}</div>\n"
    )


def _plot(title: str, plot: Plot, caption: str) -> str:
    return f'<figure class="card"><h3>{escape(title)}</h3>{plot.svg()}<figcaption>{caption}</figcaption></figure>\n'


def _measures(report: Report) -> str:
    groups = "".join(_group(group, estimates.items()) for group, estimates in report.groups.items())
    return (
        '<h2>All measures</h2>\n<p class="quiet">Each with its bootstrap 95 % interval, over the questions that '
        'count for it.</p>\n<div class="card table"><table>\n<thead><tr><th>Measure</th><th class="number">Value</th>'
        '<th class="wide" aria-hidden="true"></th><th class="number">95 % interval</th>'
        f'<th class="number wide">Questions</th></tr></thead>\n{groups}</table></div>\n'
    )


def _group(name: str, estimates: Iterable[tuple[str, Estimate]]) -> str:
    rows = "".join(_row(measure, found) for measure, found in estimates)
    return f'<tbody><tr><th colspan="5" scope="rowgroup">{escape(_sentence(name))}</th></tr>\n{rows}</tbody>\n'


def _row(name: str, found: Estimate) -> str:
    drawn = track(found.value, found.low, found.high) if found.high <= 1 else ""
    return (
        f'<tr><td>{escape(_words(name))}</td><td class="number"><b>{number(found.value)}</b></td>'
        f'<td class="wide" style="width:34%">{drawn}</td><td class="number quiet">{_interval(found)}</td>'
        f'<td class="number quiet wide">{found.count:,}</td></tr>\n'
    )


def _worst(report: Report) -> str:
    found = mistakes.worst(report.results)
    if not found:
        return '<h2>Worst questions</h2>\n<p class="quiet">None went wrong.</p>\n'
    cases = "".join(map(_case, found))
    title = f"Worst {len(found)} questions" if len(found) > 1 else "Worst question"
    return f'<h2>{title}</h2>\n<p class="quiet">{mistakes.ORDER}</p>\n<ol class="grid cases">\n{cases}</ol>\n'


def _case(mistake: Mistake) -> str:
    result = mistake.result
    kind = escape(_words(result.question.kind))
    wanted = "".join(f"<dd>{escape(each)}</dd>" for each in mistake.wanted) or '<dd class="none">not written down</dd>'
    return (
        f'<li class="card case"><span class="chip">{escape(mistake.sort)}</span> '
        f'<span class="quiet">confidence {result.confidence:.2f} · {kind} · {escape(result.question.id)}</span>'
        f"<h3>{escape(result.question.question)}</h3>"
        f"<dl><dt>Answered</dt>{_answer(result.answer)}<dt>Wanted</dt>{wanted}</dl></li>\n"
    )


def _answer(text: str) -> str:
    return f"<dd>{escape(text)}</dd>" if text else '<dd class="none">a refusal</dd>'


def _changes(comparison: Comparison) -> str:
    dropped = comparison.dropped
    names = ", ".join(change.measure.title for change in dropped)
    warning = f'<p class="card warning">Significantly worse: {escape(names)}.</p>\n' if dropped else ""
    differing = f'<p class="card warning">{escape(comparison.differing)}</p>\n' if comparison.differing else ""
    rows = "".join(_change(change) for change in comparison.changes if change.before != change.after)
    shown = f'<div class="card table"><table>\n<thead>{_CHANGED}</thead>\n<tbody>{rows}</tbody></table></div>\n'
    same = '<p class="quiet">No measure changed.</p>\n'
    return f"<h2>What changed</h2>\n{warning}{differing}{shown if rows else same}{_moves(comparison.moves)}"


_CHANGED = (
    '<tr><th>Measure</th><th class="number">Before</th><th class="number">After</th><th class="number">Difference</th>'
    '<th class="number wide">95 % interval</th><th></th></tr>'
)


def _change(change: Change) -> str:
    found = change.difference
    style = "chip" if change.verdict == DROP else "chip good"
    verdict = f'<span class="{style}">{change.verdict.lower()}</span>' if change.verdict else ""
    return (
        f'<tr><td>{escape(_words(change.measure.title))}</td><td class="number">{number(change.before)}</td>'
        f'<td class="number">{number(change.after)}</td><td class="number"><b>{signed(found.value)}</b></td>'
        f'<td class="number quiet wide">{signed(found.low)} … {signed(found.high)}</td><td>{verdict}</td></tr>\n'
    )


def _moves(moves: Sequence[Move]) -> str:
    if not moves:
        return ""
    first, rest = "".join(map(_moved, moves[:_MOVES])), "".join(map(_moved, moves[_MOVES:]))
    more = (
        f'<details class="more"><summary>{len(moves) - _MOVES:,} more</summary>'
        f'<ol class="grid cases">{rest}</ol></details>\n'
        if rest
        else ""
    )
    title = f"{len(moves):,} questions came out otherwise" if len(moves) > 1 else "One question came out otherwise"
    return f'<h3 class="further">{title}</h3>\n<ol class="grid cases">{first}</ol>{more}'


def _moved(move: Move) -> str:
    question = move.after.question
    return (
        f'<li class="card case"><span class="quiet">{escape(_words(question.kind))} · {escape(question.id)} · '
        f"{escape(move.summary)}</span><h3>{escape(question.question)}</h3>"
        f"<dl><dt>Before</dt>{_answer(move.before.answer)}<dt>After</dt>{_answer(move.after.answer)}</dl></li>\n"
    )


def _interval(found: Estimate) -> str:
    return f"{number(found.low)} … {number(found.high)}"


def _range(found: Estimate) -> str:
    return f"{100 * found.low:.0f} to {100 * found.high:.0f} %<br>"


def _words(name: str) -> str:
    return name.replace("rouge_l", "ROUGE-L").replace("_f1", " F1").replace("_", " ")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
