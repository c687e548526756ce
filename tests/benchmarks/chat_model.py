"""A chat model raw, grounded, and the extractive composer: ``python tests/benchmarks/chat_model.py SET [NAME]``.

Asks as many answerable as unanswerable questions of a set that ``chatbot eval`` takes (100 in all, or ``--limit``) in
three ways and prints a table. Raw is what the model (``local:smollm2``) writes from the same passages, unchecked and
always asked. ``--statements FILE`` writes every sentence with what the checker makes of it, to be read.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median, quantiles
from tempfile import TemporaryDirectory

from chatbot import Chatbot, Hit, Settings, build_index
from chatbot.answering.grounding import Grounder
from chatbot.answering.prompting import NONE, messages, without_orders
from chatbot.answering.writing import Cutter
from chatbot.chatmodel import READ_LOCALLY, READ_REMOTELY
from chatbot.chatting.guarded import GuardedChatModel, Limits
from chatbot.chatting.providers import open_chat_model
from chatbot.engine import meter_of
from chatbot.evaluation.measures import answer_scores
from chatbot.evaluation.questions import Question, read_questions
from chatbot.inline import render
from chatbot.opening import open_index
from chatbot.retrieval import HITS
from chatbot.sentences import sentence_starts
from chatbot.verifying import packaged_verifier

SEED = 23
PATIENT = Limits(wait=60, first=60, total=120)
"""For what the model writes unchecked: all of it is looked at."""


@dataclass
class Way:
    """What one way of answering brought; times in seconds."""

    name: str
    answers: dict[str, str] = field(default_factory=dict)
    found: dict[str, bool] = field(default_factory=dict)
    statements: list[dict[str, object]] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    composers: list[str] = field(default_factory=list)


class Checker:
    """Says what supports a sentence, given the hits of its question, as strictly as by default."""

    def __init__(self, settings: Settings) -> None:
        index = open_index(settings)
        self._grounder = Grounder(meter_of(index), packaged_verifier())

    def judged(self, question: Question, text: str, hits: Sequence[Hit]) -> dict[str, object]:
        support = self._grounder.support(text, hits)
        quotes = [place.span.text for place in support.places] if support else []
        return {
            "question": question.question,
            "answerable": question.answerable,
            "text": text,
            "supported": bool(support),
            "quotes": quotes,
            "passages": [hit.passage.text for hit in hits[:4]],
        }


def sample(questions: Sequence[Question], limit: int) -> list[Question]:
    """Half of them answerable, the same each time."""
    random_ = random.Random(SEED)
    halves = [[each for each in questions if each.answerable is wanted] for wanted in (True, False)]
    return [each for half in halves for each in random_.sample(half, min(len(half), limit // 2))]


def by_chatbot(name: str, bot: Chatbot, questions: Sequence[Question], checker: Checker) -> Way:
    way = Way(name)
    for question in questions:
        started, first = time.perf_counter(), 0.0
        for answer in bot.stream(question.question, question.history):
            if answer.statements and not first:
                first = time.perf_counter() - started
        way.total.append(time.perf_counter() - started)
        way.first.append(first)
        way.found[question.id] = answer.found
        way.answers[question.id] = " ".join(each.text for each in answer.statements) if answer.found else ""
        way.composers.append(answer.composer if answer.found else "refusal")
        hits = bot.search(question.question, HITS, question.history)
        said = [each.text for each in answer.statements] if answer.found else []
        way.statements += [
            checker.judged(question, text, hits) | {"way": name, "composer": answer.composer} for text in said
        ]
    return way


def raw(model: GuardedChatModel, bot: Chatbot, questions: Sequence[Question], checker: Checker, tokens: int) -> Way:
    way = Way("raw model")
    for question in questions:
        hits = [without_orders(hit) for hit in bot.search(question.question, HITS, question.history)]
        asked = messages(model, question.question, hits, question.history, tokens)
        started = time.perf_counter()
        said, first = [], 0.0
        for text in sentences(model, asked):
            first = first or time.perf_counter() - started
            said.append(text)
        way.total.append(time.perf_counter() - started)
        way.first.append(first)
        way.answers[question.id] = " ".join(said)
        way.found[question.id] = bool(said) and not said[0].startswith(NONE.rstrip("."))
        way.composers.append(model.name)
        if way.found[question.id]:
            way.statements += [checker.judged(question, text, hits) | {"way": way.name} for text in said]
    return way


def sentences(model: GuardedChatModel, asked: Sequence[object]) -> Iterator[str]:
    cutter = Cutter(sentence_starts, lambda text: render(text).text, "")
    for piece in model.stream(asked):
        if isinstance(piece, str):
            yield from (each.text for each in cutter.feed(piece))
    yield from (each.text for each in cutter.end(whole=True))


def row(way: Way, questions: Sequence[Question]) -> list[str]:
    answerable = [each for each in questions if each.answerable]
    others = [each for each in questions if not each.answerable]
    right = [answer_scores(way.answers[each.id], each.answers) for each in answerable]
    times = [each for each in way.first if each]
    supported = [bool(each["supported"]) for each in way.statements]
    return [
        way.name,
        f"{mean(supported):.3f} of {len(supported)}" if supported else "-",
        f"{mean(scores['rouge_l'] for scores in right):.3f}",
        f"{mean(scores['contained'] for scores in right):.3f}",
        f"{sum(way.found[each.id] for each in others)} of {len(others)}",
        f"{sum(not way.found[each.id] for each in answerable)} of {len(answerable)}",
        f"{median(times):.2f} / {quantiles(times, n=20)[-1]:.2f}",
        f"{median(way.total):.2f} / {quantiles(way.total, n=20)[-1]:.2f}",
        f"{sum(each not in ('extractive', 'metadata', 'refusal') for each in way.composers)}",
    ]


HEADER = [
    "way", "statements supported", "ROUGE-L", "contained", "unanswerable answered", "answerable refused",
    "first sentence s (p50 / p95)", "whole s (p50 / p95)", "answers in the model's words",
]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", type=Path)
    parser.add_argument("chat_model", nargs="?", default="local:smollm2")
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--vectorstore", type=Path, help="an index of the set's articles that is there already")
    parser.add_argument("--statements", type=Path)
    options = parser.parse_args()
    found = read_questions(options.set)
    questions = sample(found.questions, options.limit)
    with TemporaryDirectory() as folder:
        settings = Settings(corpus=found.articles, vectorstore=options.vectorstore or Path(folder), chat_model="")
        if not options.vectorstore:
            build_index(settings, progress=False)
        checker = Checker(settings)
        extractive = Chatbot.open(settings)
        writing = Chatbot.open(settings.model_copy(update={"chat_model": options.chat_model}))
        model = open_chat_model(options.chat_model, PATIENT)
        list(sentences(model, messages(model, "What is there?", extractive.search("What is there?", 2), (), 100)))
        tokens = READ_LOCALLY if model.name.startswith("local:") else READ_REMOTELY
        ways = [
            by_chatbot("extractive", extractive, questions, checker),
            by_chatbot("grounded model", writing, questions, checker),
            raw(model, extractive, questions, checker, tokens),
        ]
    print(f"{options.set.name}, {len(questions)} questions, {options.chat_model}\n")
    print("| " + " | ".join(HEADER) + " |\n|" + " --- |" * len(HEADER))
    for way in reversed(ways):
        print("| " + " | ".join(row(way, questions)) + " |")
    if options.statements:
        told = [each for way in ways for each in way.statements]
        options.statements.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in told), "utf-8")


if __name__ == "__main__":
    main()
