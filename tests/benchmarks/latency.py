"""How long answers take: ``python tests/benchmarks/latency.py [corpus]``.

Builds an index of the corpus in a temporary folder, then measures a cold ``chatbot ask`` as a whole process (wall
seconds and peak memory, median of 5) and warm questions in one process (p50 and p95 in milliseconds).
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from chatbot import Chatbot, Settings, build_index

QUESTIONS = (
    "What is lead generation?",
    "What are the key lead generation activities?",
    "What is the difference between MQLs and SQLs?",
    "How do I measure success?",
    "What is a lead magnet?",
    "When was the campaigns article published?",
    "Why is lead generation important?",
    "Which channels work for campaigns?",
    "What is PPC?",
    "What makes a good lead?",
    "How do chatbots help?",
    "What tools help with lead generation?",
    "Who won the 2018 world cup?",
    "What does a CRM cost per month?",
)


def cold(vectorstore: Path, runs: int = 5) -> tuple[list[float], list[float]]:
    """Wall seconds and peak MB of new processes that answer one question."""
    command = [sys.executable, "-m", "chatbot", "ask", QUESTIONS[0], "--vectorstore", str(vectorstore)]
    seconds, megabytes = [], []
    for run in range(runs + 1):
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit("`chatbot ask` failed")
        if run:
            seconds.append(time.perf_counter() - started)
            megabytes.append(usage.ru_maxrss / 1024)
    return seconds, megabytes


def warm(bot: Chatbot, rounds: int = 10) -> list[float]:
    """Milliseconds of each question, asked in turn after one round that isn't counted."""
    taken = []
    for turn in range(rounds + 1):
        for question in QUESTIONS:
            started = time.perf_counter()
            bot.ask(question)
            if turn:
                taken.append(1000 * (time.perf_counter() - started))
    return taken


def main(corpus: Path) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as temporary:
        settings = Settings(corpus=corpus, vectorstore=Path(temporary))
        report = build_index(settings, progress=False)
        print(f"{report.articles} articles, {report.passages} passages, indexed in {report.seconds:.1f} s")
        seconds, megabytes = cold(Path(temporary))
        print(
            f"cold `chatbot ask`: median {median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f}), "
            f"peak memory {median(megabytes):.0f} MB"
        )
        taken = warm(Chatbot.open(settings))
        print(f"warm bot.ask: p50 {median(taken):.1f} ms, p95 {quantiles(taken, n=20)[-1]:.1f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "corpus"))
