"""Fits and checks the confidence of extractive answers: ``python tests/benchmarks/confidence.py``.

Asks the question sets in ``../shared/eval``, each of its own articles, and those of ``tests/evaluation``; an answer is
right if it quotes what a person would, holds an accepted answer or cites the gold passage, whichever the set knows.
Prints the weights for ``chatbot/answering/confidence.py`` and, by articles left out, how well they tell answerable
questions from others and how often answers of each confidence are right. A handful of numbers is all that is fitted.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from chatbot import Settings, build_index
from chatbot.answering.citations import Draft
from chatbot.answering.confidence import READ
from chatbot.conversation import standalone
from chatbot.evaluation.measures import answer_scores, auc, calibration_error, citation_scores
from chatbot.evaluation.questions import Question, QuestionSet, read_questions
from chatbot.evaluation.running import opened
from chatbot.retrieval import HITS

ROOT = Path(__file__).parents[2]
EVAL = ROOT.parent / "shared" / "eval"
SETS = (EVAL / "squad2", EVAL / "clapnq", EVAL / "multiturn", ROOT / "tests" / "evaluation")
TEMPTING = ("adversarial", "near")
TEMPTING_WEIGHT = 0.25
"""Questions written to tempt count a quarter: they are far more common here than among readers."""
FOLDS = 10
FALSE_REFUSALS = 0.1


@dataclass
class Outcome:
    """One question asked."""

    name: str
    question: Question
    measured: dict[str, float]
    right: bool


def outcomes(path: Path) -> Iterator[Outcome]:
    """Ask a set of its articles."""
    questions = read_questions(path)
    with TemporaryDirectory() as folder:
        settings = Settings(corpus=ROOT / "corpus", vectorstore=Path(folder))
        if questions.articles is None:
            build_index(settings)
        yield from _asked(questions, settings)


def _asked(questions: QuestionSet, settings: Settings) -> Iterator[Outcome]:
    with opened(questions, settings) as bot:
        composer = bot._engine.composer
        for question in questions.questions:
            hits = bot.search(question.question, HITS, question.history)
            drafts, measured = composer.drafted(standalone(question.question, question.history), hits)
            if measured:
                yield Outcome(questions.name, question, measured, question.answerable and is_right(question, drafts))


def is_right(question: Question, drafts: Sequence[Draft]) -> bool:
    """Whether statements answer, as far as the set tells."""
    places = [place for item in drafts for place in item.places]
    if question.evidence:
        return citation_scores([place.span.text for place in places], question.evidence)["citation_f1"] > 0
    if question.answers and question.kind == "answerable":
        return answer_scores(" ".join(item.text for item in drafts), question.answers)["contained"] > 0
    return any(gold.text and gold.text in place.passage.text for gold in question.gold for place in places) or any(
        place.passage.path in question.articles or place.passage.slug in question.articles for place in places
    )


def main() -> None:
    """Fit, check by articles left out, print."""
    rows: list[Outcome] = []
    for path in SETS:
        rows += outcomes(path)
        print(f"{path.name}: {len(rows)} questions so far", file=sys.stderr)
    sizes = {name: sum(row.name == name for row in rows) for name in {row.name for row in rows}}
    rows = [row for row in rows if "read" in row.measured]
    sure = _fitted(list(READ.weights), rows, [_weight(row) / sizes[row.name] for row in rows])
    for name in sizes:
        chosen = [place for place, row in enumerate(rows) if row.name == name]
        _report(name, [rows[place] for place in chosen], sure[chosen])


def _fitted(names: Sequence[str], rows: Sequence[Outcome], weights: Sequence[float]) -> np.ndarray:
    """Fit, print the weights, and give each row's probability by a model that hasn't seen its articles."""
    values = np.array([[row.measured[name] for name in names] for row in rows])
    right = np.array([row.right for row in rows])
    weight = np.array(weights) * len(rows) / sum(weights)
    groups = [f"{row.name} {row.question.articles or row.question.near or row.question.id}" for row in rows]
    sure = np.zeros(len(rows))
    model = LogisticRegression(C=10, max_iter=1000)
    for train, test in GroupKFold(FOLDS).split(values, right, groups):
        model.fit(values[train], right[train], sample_weight=weight[train])
        sure[test] = model.predict_proba(values[test])[:, 1]
    model.fit(values, right, sample_weight=weight)
    print({name: round(float(value), 2) for name, value in zip(names, model.coef_[0], strict=True)})
    print("bias", round(float(model.intercept_[0]), 2))
    return sure


def _weight(row: Outcome) -> float:
    return TEMPTING_WEIGHT if any(kind in row.question.kind for kind in TEMPTING) else 1.0


def _report(name: str, rows: Sequence[Outcome], sure: np.ndarray) -> None:
    kinds = np.array([row.question.kind if not row.question.answerable else "" for row in rows])
    error = calibration_error(np.array([sure, [row.right for row in rows]]).T)
    given = np.mean(sure[kinds == ""] >= 0.5)
    print(f"{name}: expected calibration error {error:.3f}; at 0.5, {given:.3f} of the answerable are answered")
    threshold = np.quantile(sure[kinds == ""], FALSE_REFUSALS)
    for kind in sorted(set(kinds) - {""}):
        others = sure[kinds == kind]
        refused, held = np.mean(others < 0.5), np.mean(others < threshold)
        print(
            f"  {kind}: AUC {auc(sure[kinds == ''], others):.3f}; refused at 0.5 {refused:.3f}, "
            f"where {FALSE_REFUSALS:.0%} of the answerable are {held:.3f}"
        )


if __name__ == "__main__":
    main()
