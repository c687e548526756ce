"""Outcomes with their scores: what a report is made of, what it keeps, and what a later one is compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chatbot.evaluation.measures import answer_scores, citation_scores, ranking_scores
from chatbot.evaluation.questions import Question
from chatbot.evaluation.running import Outcome

LONG = 12
"""A wanted answer of more words is long-form: nobody says it in the same words."""
DECIMALS = 4
ENOUGH = 0.5
"""Share of a long-form answer's words that makes an answer right."""
RIGHT = (
    "An answer is right if it holds a wanted answer word for word, or, where one of more than "
    f"{LONG} words is wanted, at least {100 * ENOUGH:.0f} % of the words of the nearest one, stemmed. "
    "Where no answer is written down, quoting a wanted sentence makes it right, or else a wanted article. "
    "An answer to a question that the articles don't answer is wrong."
)
"""What ``right`` means, for whoever reads a report."""


@dataclass(frozen=True, slots=True)
class Result:
    """One question, what came, and how near that was, to four decimals: what is read back is what was written.

    The ``question`` is without its gold passages, which are long. ``scores`` are by name, 0..1 but for ``characters``;
    ``right`` is among them, 0 or 1, where there is an answer and something to judge it by.
    """

    question: Question
    answer: str
    quotes: tuple[str, ...]
    found: bool
    confidence: float
    composer: str
    seconds: float
    articles: tuple[str, ...]
    scores: Mapping[str, float]


def scored(outcomes: Sequence[Outcome]) -> list[Result]:
    """A result for each outcome."""
    passages = _retrieval(outcomes, "passages", "gold_passages")
    articles = _retrieval(outcomes, "articles", "gold_articles")
    return [
        _result(outcome, _prefixed("passage", passages.get(place)) | _prefixed("article", articles.get(place)))
        for place, outcome in enumerate(outcomes)
    ]


def _result(outcome: Outcome, retrieval: dict[str, float]) -> Result:
    scores = _scores(outcome)
    right = _right(outcome, scores) if outcome.found else None
    judged = {} if right is None else {"right": float(right)}
    return Result(
        question=replace(outcome.question, gold=()),
        answer=outcome.answer,
        quotes=outcome.quotes,
        found=outcome.found,
        confidence=round(outcome.confidence, DECIMALS),
        composer=outcome.composer,
        seconds=round(outcome.seconds, DECIMALS),
        articles=outcome.articles,
        scores={name: round(value, DECIMALS) for name, value in (scores | judged | retrieval).items()},
    )


def _scores(outcome: Outcome) -> dict[str, float]:
    question = outcome.question
    scores: dict[str, float] = {}
    if question.answerable and question.answers:
        scores |= answer_scores(outcome.answer, question.answers)
    if question.answerable and question.evidence:
        scores |= citation_scores(outcome.quotes, question.evidence)
    return scores | {"characters": float(len(outcome.answer))} if question.answerable else scores


def _right(outcome: Outcome, scores: Mapping[str, float]) -> bool | None:
    """Whether an answer is right, as ``RIGHT`` says; None where nothing tells."""
    question = outcome.question
    if not question.answerable:
        return False
    if question.answers:
        long = max(len(answer.split()) for answer in question.answers) > LONG
        return scores["contained"] == 1 or (long and scores["token_recall"] >= ENOUGH)
    if question.evidence:
        return scores["citation_recall"] > 0
    return bool(set(outcome.gold_articles) & set(outcome.cited)) if outcome.gold_articles else None


def _retrieval(outcomes: Sequence[Outcome], found: str, gold: str) -> dict[int, dict[str, float]]:
    """Scores of a ranking by the question's place, where it is known what should have been found."""
    places = [place for place, outcome in enumerate(outcomes) if outcome.question.answerable and getattr(outcome, gold)]
    rankings = [getattr(outcomes[place], found) for place in places]
    relevant = [getattr(outcomes[place], gold) for place in places]
    return dict(zip(places, ranking_scores(rankings, relevant), strict=True)) if places else {}


def _prefixed(prefix: str, scores: Mapping[str, float] | None) -> dict[str, float]:
    return {f"{prefix} {name}": value for name, value in (scores or {}).items()}
