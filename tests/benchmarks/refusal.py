"""How often questions are refused, by kind: ``python tests/benchmarks/refusal.py [set ...]``.

Reads the question sets in ``../shared/eval`` (a folder of articles beside ``questions.jsonl``), builds an index of each
in a temporary folder, asks every question and prints how many of each kind were refused.
"""

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from chatbot import Chatbot, Settings, build_index

EVAL = Path(__file__).parents[3] / "shared" / "eval"


def measure(folder: Path) -> None:
    """Print one line a kind."""
    with tempfile.TemporaryDirectory() as temporary:
        settings = Settings(corpus=folder / "articles", vectorstore=Path(temporary))
        build_index(settings, progress=False)
        bot = Chatbot.open(settings)
        asked: Counter[str] = Counter()
        refused: Counter[str] = Counter()
        for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            asked[row["kind"]] += 1
            refused[row["kind"]] += not bot.ask(row["question"]).found
        for kind, count in asked.items():
            print(f"{folder.name:8} {kind:26} {refused[kind]:4} of {count} refused", flush=True)


if __name__ == "__main__":
    for chosen in sys.argv[1:] or ["squad2", "clapnq"]:
        measure(EVAL / chosen)
