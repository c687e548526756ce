"""How fast a local model writes in this process and in a server: ``python tests/benchmarks/local_model.py [GGUF]``.

The same prompt (the beginning of ``corpus/``, and a story to be told) goes in turn to llama.cpp in this process, as
``local:`` has it, and to llama.cpp's own server in another, reached by its URL; both read it anew each time. Prints
medians of so many rounds: seconds to the first text, and tokens a second from there to the end.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from chatbot.chatting.guarded import GuardedChatModel, Limits
from chatbot.chatting.providers import SMOLLM2, open_chat_model
from chatbot.records import Message

SERVER = Path(__file__).parents[1] / "llamaserver.py"
CORPUS = Path(__file__).parents[2] / "corpus"
KEY = "sk-benchmark"
LIMITS = Limits(wait=120, first=120, total=300, tokens=128, context=2048)
WORDS = 400
"""Of the posts, told with the question."""


def prompt(number: int) -> tuple[Message, ...]:
    """One as answers have it; the number comes first, so that nothing of an earlier one is known."""
    told = " ".join(" ".join(path.read_text(encoding="utf-8") for path in sorted(CORPUS.glob("*.md"))).split()[:WORDS])
    asked = f"<passages>\n[1] {told}\n</passages>\n\nTell a long story about all of this."
    return Message("system", f"This is story no. {number}."), Message("user", asked)


def timed(model: GuardedChatModel, messages: Sequence[Message]) -> tuple[float, float, int]:
    """Seconds to the first text, seconds from there to the end, pieces (a token each) after the first."""
    started = time.perf_counter()
    pieces = [time.perf_counter() for piece in model.stream(messages) if isinstance(piece, str)]
    return pieces[0] - started, pieces[-1] - pieces[0], len(pieces) - 1


def started(path: Path, threads: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(SERVER), str(path), KEY, str(LIMITS.context), str(threads)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def shown(name: str, runs: Sequence[tuple[float, float, int]]) -> str:
    firsts = [first for first, _, _ in runs]
    rates = [count / seconds for _, seconds, count in runs]
    written = median(count for *_, count in runs)
    return (
        f"{name}: first text after {median(firsts):.2f} s ({min(firsts):.2f} to {max(firsts):.2f}), then "
        f"{median(rates):.1f} tokens/s ({min(rates):.1f} to {max(rates):.1f}) for {written:.0f} tokens"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gguf", nargs="?", default=SMOLLM2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 1) - 1), help="of both")
    options = parser.parse_args()
    os.environ["OPENAI_API_KEY"] = KEY
    here = open_chat_model(f"local:{options.gguf}", LIMITS, options.threads)
    path = here.opened().path
    with started(path, options.threads) as process:
        address = process.stdout.readline().strip()
        models = {"in this process": here, "llama.cpp's server": open_chat_model(f"{address}/v1", LIMITS)}
        runs = {place: [] for place in models}
        for number in range(options.rounds + 1):
            for place, model in models.items():
                measured = timed(model, prompt(number))
                # the first round loads
                runs[place] += [measured] if number else []
        process.stdin.close()
    print(f"{path.name}, {options.rounds} rounds in turn, {options.threads} threads")
    for place, measured in runs.items():
        print(shown(place, measured))


if __name__ == "__main__":
    main()
