"""Fits and checks the confidence of extractive answers: ``python tests/benchmarks/confidence.py``.

Reads public question rows in ``../shared/train`` (without ``meta.dev_sample`` rows, which ``../shared/eval`` has too),
makes corpora of one to twelve articles of them, and asks each corpus its own questions (some of them unanswerable) and
questions about other articles. An answer is right if what it quotes holds an accepted answer. Prints the weights for
``chatbot/answering/confidence.py`` and how often answers of each confidence are right.
"""

import gzip
import json
import random
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from chatbot import Settings, build_index
from chatbot.answering.confidence import WEIGHTS
from chatbot.answering.extractive import ExtractiveComposer
from chatbot.answering.relevance import Meter
from chatbot.opening import open_index
from chatbot.retrieval import HybridRetriever, content_words

TRAIN = Path(__file__).parents[3] / "shared" / "train"
SETS = ("squadshifts_new_wiki", "squad2_dev12", "selqa")
CORPORA = 45
SIZES = (1, 3, 5, 8, 12)
MOST_PARAGRAPHS = 25
OWN, FOREIGN = 24, 8
"""Questions for each corpus: about its own articles, and about others."""
UNANSWERABLE_WEIGHT = 0.5
"""Questions written to be unanswerable count half: they are far more common here than among readers."""


@dataclass
class Topic:
    """An article to be and its questions."""

    paragraphs: dict[str, None] = field(default_factory=dict)
    questions: list[tuple[str, list[str]]] = field(default_factory=list)
    """Each with the texts that answer it, none if it can't be answered."""


@dataclass
class Outcome:
    """One question asked."""

    corpus: int
    measured: dict[str, float]
    right: bool
    unanswerable: bool


def topics() -> dict[str, Topic]:
    """Articles by title."""
    found: dict[str, Topic] = defaultdict(Topic)
    for name in SETS:
        with gzip.open(TRAIN / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if not row.get("meta", {}).get("dev_sample"):
                    topic = found[row["title"]]
                    topic.paragraphs[" ".join(" ".join(row["sentences"]).split())] = None
                    sentences = [row["sentences"][place] for place in row["answer_sentences"] or []]
                    answers = [text for text in (*row["answer_text"], *sentences) if text] if row["answerable"] else []
                    topic.questions.append((row["question"], answers))
    return {title: topic for title, topic in found.items() if len(topic.paragraphs) >= 3}


def outcomes(number: int, own: dict[str, Topic], others: list[Topic], chance: random.Random) -> Iterator[Outcome]:
    """Ask one corpus its questions."""
    with tempfile.TemporaryDirectory() as temporary:
        corpus = Path(temporary, "corpus")
        corpus.mkdir()
        for place, (title, topic) in enumerate(own.items()):
            body = "\n\n".join(list(topic.paragraphs)[:MOST_PARAGRAPHS])
            (corpus / f"{place}.md").write_text(f"---\ntitle: {json.dumps(title)}\n---\n{body}\n", encoding="utf-8")
        settings = Settings(corpus=corpus, vectorstore=Path(tempfile.gettempdir(), "chatbot-confidence"))
        build_index(settings, progress=False)
        index = open_index(settings)
        meter = Meter(index.embedder, index.lexical, content_words)
        retriever = HybridRetriever(index.embedder, index.vectors, index.lexical)
        composer = ExtractiveComposer(meter, index.vectors.section, lambda _: None)
        asked = [(question, answers, bool(answers)) for topic in own.values() for question, answers in topic.questions]
        foreign = [(chance.choice(chance.choice(others).questions)[0], [], True) for _ in range(FOREIGN)]
        for question, answers, fair in chance.sample(asked, min(OWN, len(asked))) + foreign:
            drafts, measured = composer.drafted(question, retriever.search(question, 8))
            quoted = " ".join(place.span.text for item in drafts for place in item.places).lower()
            if measured:
                yield Outcome(number, measured, any(plain(text) in quoted for text in answers), not fair)
        index.close()


def plain(text: str) -> str:
    """An answer as it would stand in a quote."""
    return re.sub(r"\s+", " ", text).strip().lower()


def gather() -> list[Outcome]:
    """Ask every corpus."""
    chance = random.Random(3)
    everything = topics()
    titles = sorted(everything)
    chance.shuffle(titles)
    rows: list[Outcome] = []
    for number in range(CORPORA):
        chosen, titles = titles[: (size := chance.choice(SIZES))], titles[size:]
        others = [topic for title, topic in everything.items() if title not in chosen]
        rows += outcomes(number, {title: everything[title] for title in chosen}, others, chance)
        print(f"corpus {number + 1} of {CORPORA}: {size} articles, {len(rows)} questions so far", file=sys.stderr)
    return rows


def main() -> None:
    """Fit, check by corpora left out, print."""
    rows = gather()
    values = np.array([[row.measured[name] for name in WEIGHTS] for row in rows])
    right = np.array([row.right for row in rows])
    weight = np.array([UNANSWERABLE_WEIGHT if row.unanswerable else 1.0 for row in rows])
    groups = [row.corpus for row in rows]
    model = LogisticRegression(C=10)
    sure = cross_val_predict(
        model, values, right, groups=groups, cv=GroupKFold(5), method="predict_proba", params={"sample_weight": weight}
    )[:, 1]
    model.fit(values, right, sample_weight=weight)
    print({name: round(float(value), 2) for name, value in zip(WEIGHTS, model.coef_[0], strict=True)})
    print("bias", round(float(model.intercept_[0]), 2))
    for low in np.arange(0, 1, 0.1):
        inside = (sure >= low) & (sure < low + 0.1)
        print(f"confidence {low:.1f} to {low + 0.1:.1f}: {inside.sum():4} questions, {right[inside].mean():.2f} right")


if __name__ == "__main__":
    main()
