"""How well statements are told from inventions: ``python tests/benchmarks/grounding.py [--part A|B]``.

Builds true and false statements from the sets in ``../shared`` (``statements.py`` says how), checks each against what
the chatbot finds for its question and prints, by kind and source, the share that passes; for rules and measures alone,
the verifier alone, and all together; and how many false ones are caught where so many true ones are held back. Part A
is for choosing weights (``--fit`` prints them) and the threshold, part B is for a look in the end. ``--statements``
checks a file: a JSON object a line with ``question, text, supported``, and ``hits`` (passages as texts) or ``set`` (one
in ``../shared/eval``, to be searched).
"""

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from statements import SHARED, Case, Part, asked, checked, evidence_hit

from chatbot import Chatbot, Settings, build_index
from chatbot.answering.grounding import ALONE, LEAST, VERIFIED, Grounder
from chatbot.engine import meter_of
from chatbot.protocols import Verifier
from chatbot.sentences import sentence_starts
from chatbot.verifying import MODEL, EntailmentVerifier

HELD = (0.02, 0.05, 0.1, 0.2)
WAYS = ("alone", "verifier", "together")
QUESTIONS: Mapping[Part, Mapping[str, int]] = {"A": {"clapnq": 80}, "B": {"clapnq": 80, "squad2": 160}}
CLAIMS = ("g_fm2", "g_fever_symmetric", "g_begin", "g_breaking_nli", "g_wice")
"""Sets of single claims that people wrote, which only part A has."""
WEIGHTS = {"clapnq": 1.0, "g_altered": 0.5, "g_summedits": 0.7}
OTHERS = 0.3
"""What a row counts in fitting: those nearest to what a product sees most."""


@dataclass
class Row:
    """A case, and for each piece of evidence the rules broken, the measures, and the verifier's log-odds where read."""

    case: Case
    evidence: list[tuple[list[str], dict[str, float]]]
    seconds: float
    verbatim: bool

    def sure(self, way: str) -> float:
        """How sure support is, 0..1; 0 where rules forbid it."""
        if self.verbatim and way != "verifier":
            return 1.0
        if way == "verifier":
            read = [values["verified"] for _, values in self.evidence if "verified" in values]
            return 1 / (1 + np.exp(-max(read))) if read else 0.0
        kept = [values for rules, values in self.evidence if not rules]
        if way == "alone":
            return max(map(ALONE.sure, kept), default=0.0)
        return max((VERIFIED.sure(values) for values in kept if "verified" in values), default=0.0)


def weighed(bot: Chatbot, cases: Sequence[Case], verifier: Verifier | None) -> Iterator[Row]:
    """Each case with its evidence; a verifier reads the best two, of all and of those that break no rule."""
    grounder = Grounder(meter_of(bot._engine.index), verifier)
    for case in cases:
        began = time.process_time()
        grounder.support(case.text, case.hits)
        seconds = time.process_time() - began
        found = list(grounder.gatherer.evidence(case.text, case.hits))
        weighings = [(grounder.broken(case.text, each), grounder.measures(case.text, each)) for each in found]
        if verifier:
            order = sorted(range(len(found)), key=lambda place: -ALONE.sure(weighings[place][1]))
            for place in {*order[:2], *[place for place in order if not weighings[place][0]][:2]}:
                weighings[place][1]["verified"] = grounder.read(case.text, found[place])
        yield Row(case, weighings, seconds, grounder.gatherer.verbatim(case.text, case.hits) is not None)


def built(part: Part, store: Path) -> Iterator[tuple[Chatbot, list[Case]]]:
    """The cases of a part, each with the chatbot whose words count."""
    for name, most in QUESTIONS[part].items():
        bot = opened(name, store)
        cases = list(asked(bot, SHARED / "eval" / name, part, most))
        yield bot, cases + (_checked(part) if name == "clapnq" else [])


def _checked(part: Part) -> list[Case]:
    own = part == "A"
    made = list(checked("g_summedits", part, 400))
    made += checked("g_altered", part, 300, lambda row: row["id"].startswith("al:squad2:") is not own)
    for name in CLAIMS if own else ():
        made += checked(name, part, 120)
    return made


def opened(name: str, store: Path) -> Chatbot:
    """The chatbot of a set's articles; its index is made where there is none."""
    settings = Settings(corpus=SHARED / "eval" / name / "articles", vectorstore=store / f"i6_{name}")
    if not (settings.vectorstore / "CURRENT").exists():
        build_index(settings, progress=False)
    return Chatbot.open(settings)


def given(path: Path, store: Path) -> Iterator[tuple[Chatbot, list[Case]]]:
    """Cases from a file of statements."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for name in sorted({row.get("set", "clapnq") for row in rows}):
        bot = opened(name, store)
        yield bot, [_case(row, bot) for row in rows if row.get("set", "clapnq") == name]


def _case(row: dict, bot: Chatbot) -> Case:
    hits = bot.search(row["question"], 10)
    if "hits" in row:
        hits = [evidence_hit(_sentences(text), row) for text in row["hits"]]
    kind = row.get("kind", "given")
    return Case(row["text"], row["supported"], kind, row.get("set", "given"), "", row["question"], hits)


def _sentences(text: str) -> list[str]:
    starts = [*sentence_starts(text), len(text)]
    return [text[start:end].strip() for start, end in pairwise(starts)]


def main() -> None:
    """Build, weigh, fit where asked, print."""
    options = _options()
    verifier = EntailmentVerifier(options.verifier) if options.verifier.exists() else None
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary:
        store = options.store or Path(temporary)
        for bot, cases in given(options.statements, store) if options.statements else built(options.part, store):
            rows += weighed(bot, cases, verifier)
            print(f"{len(rows)} statements so far", file=sys.stderr)
    if options.fit:
        fitted(rows)
    print(json.dumps(table(rows), indent=1) if options.json else report(rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", choices=("A", "B"), default="A")
    parser.add_argument("--statements", type=Path)
    parser.add_argument("--verifier", type=Path, default=MODEL)
    parser.add_argument("--store", type=Path, help="folder of indexes i6_clapnq, i6_squad2; else made anew")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def fitted(rows: Sequence[Row]) -> None:
    """Print the weights of both models, fitted to the best evidence that each finds by itself."""
    for model, names in ((ALONE, list(ALONE.weights)), (VERIFIED, list(VERIFIED.weights))):
        weights, bias = np.array([model.weights[name] for name in names]), model.bias
        for _ in range(6):
            chosen = [(row, best) for row in rows if (best := _best(row, names, weights)) is not None]
            regression = LogisticRegression(C=1, max_iter=3000).fit(
                [values for _, values in chosen],
                [row.case.supported for row, _ in chosen],
                sample_weight=[_weight(row.case) for row, _ in chosen],
            )
            weights, bias = regression.coef_[0], float(regression.intercept_[0])
        print({name: round(float(value), 2) for name, value in zip(names, weights, strict=True)}, round(bias, 2))


def _best(row: Row, names: Sequence[str], weights: np.ndarray) -> list[float] | None:
    known = (values for rules, values in row.evidence if not rules and set(names) <= set(values))
    kept = [[values[name] for name in names] for values in known]
    return max(kept, key=lambda values: float(np.dot(weights, values)), default=None) if not row.verbatim else None


def _weight(case: Case) -> float:
    return next((weight for source, weight in WEIGHTS.items() if case.source.startswith(source)), OTHERS)


def table(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """For each source and kind: how many, and the share that passes at the shipped threshold, each way."""
    groups = defaultdict(list)
    for row in rows:
        label = "true" if row.case.supported else "false"
        for name in (f"{row.case.source}: {label}: {row.case.kind}", f"{row.case.source}: {label}", f"all: {label}"):
            groups[name].append(row)
    return {
        name: {"count": len(members)} | {way: _passing(members, way) for way in WAYS}
        for name, members in sorted(groups.items())
    }


def _passing(rows: Sequence[Row], way: str) -> float:
    return float(np.mean([row.sure(way) >= (0.5 if way == "verifier" else LEAST) for row in rows]))


def report(rows: Sequence[Row]) -> str:
    """All there is to tell, as text."""
    lines = [f"{'passes at the shipped threshold':58} count  " + "  ".join(f"{way:>8}" for way in WAYS)]
    for name, values in table(rows).items():
        lines.append(f"{name:58} {values['count']:5}  " + "  ".join(f"{values[way]:8.3f}" for way in WAYS))
    for source in ("", *sorted({row.case.source for row in rows})):
        for way in WAYS:
            lines += curve([row for row in rows if not source or row.case.source == source], source or "all", way)
    seconds = [row.seconds for row in rows]
    mean, most = 1e3 * np.mean(seconds), 1e3 * np.quantile(seconds, 0.95)
    lines.append(f"processor time a statement: mean {mean:.1f} ms, 95 of 100 below {most:.1f}")
    return "\n".join(lines)


def curve(rows: Sequence[Row], name: str, way: str) -> list[str]:
    """What is caught where so many true ones are held back, and precision and recall at the shipped threshold."""
    true = np.array([row.sure(way) for row in rows if row.case.supported])
    false = np.array([row.sure(way) for row in rows if not row.case.supported])
    if not len(true) or not len(false):
        return []
    caught = "  ".join(f"{held:.0%}: {np.mean(false < np.quantile(true, held)):.3f}" for held in HELD)
    least = 0.5 if way == "verifier" else LEAST
    passed = np.sum(true >= least), np.sum(false >= least)
    precision = passed[0] / max(1, sum(passed))
    return [
        f"{name}, {way}: caught where held back {caught}; at {least}: caught {np.mean(false < least):.3f}, held back "
        f"{np.mean(true < least):.3f}, precision {precision:.3f}, recall {passed[0] / len(true):.3f}"
    ]


if __name__ == "__main__":
    main()
