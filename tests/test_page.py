import asyncio
import html
import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from conftest import ROOT, Server
from gradio_client import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from chatbot import Chatbot
from chatbot.channels.markdown import QUESTIONS, SOURCES, turns
from chatbot.channels.page_colors import contrast, palette
from chatbot.channels.page_files import files, version
from chatbot.channels.page_html import dressed, head
from chatbot.channels.page_replies import frames, messages, plain_reply
from chatbot.channels.service import Service
from chatbot.records import to_dict

COLORS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
GROUNDS = {"link_light": ("#ffffff", "#f3f5f8"), "link_dark": ("#14181e", "#1c222a")}


@pytest.fixture(scope="module")
def service(bot: Chatbot) -> Service:
    return Service(bot)


def test_steps_are_copied_and_announced_with_their_numbers(tmp_path: Path):
    program = shutil.which("node")
    if not program:
        pytest.skip("node is not installed")
    for name, content in files().items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    script = """
        import { inWords, plainText } from "./exchange.js";
        const steps = [["So:", "sentence"], ["Boil", "item", 1], ["low", "item"], ["Pour", "item", 2], ["1 l", "row"]];
        const statements = steps.map(([text, kind, number = 0]) => ({ text, kind, number, citations: [1] }));
        const answer = { found: true, complete: true, note: "", citations: [], statements };
        console.log(JSON.stringify([plainText(answer), inWords({ answer })]));
    """
    command = [program, "--input-type=module", "--eval", script]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    copied, said = json.loads(done.stdout)
    assert copied == "So: [1]\n1. Boil [1]\n- low [1]\n2. Pour [1]\n- 1 l [1]"
    assert said == "Answer: So: 1. Boil low 2. Pour 1 l"


def test_history_in_every_form_a_client_sends():
    said = [("user", "What is tea?"), ("assistant", "A drink. [1]")]
    plain = [{"role": role, "content": text} for role, text in said]
    parts = [{"role": role, "content": [{"type": "text", "text": text}]} for role, text in said]
    assert list(messages(plain)) == list(messages(parts)) == said


@pytest.mark.parametrize(
    "history",
    [
        None,
        "text",
        [None, 3, "text", []],
        [{"role": "assistant", "content": "Hello!"}],
        [{"role": "user", "content": [{"type": "file", "file": {"path": "/etc/passwd"}}]}, {"role": "assistant"}],
    ],
)
def test_what_is_no_turn_is_left_out(history):
    assert turns(messages(history), 50) == []


def test_a_question_that_was_not_answered_is_part_of_the_conversation(service: Service):
    before = [{"role": "user", "content": "What is email marketing good for?"}]
    assert "social media" in _reply(service, "and social media?", before).lower()
    assert "social media" not in _reply(service, "and why?").lower()


def test_the_latest_of_a_long_conversation_is_read(service: Service):
    exchange = [{"role": "user", "content": "What is tea?"}, {"role": "assistant", "content": "A drink."}]
    earlier = exchange * (service.settings.history_limit + 1)
    assert "**Sources**" in _reply(service, "What is lead generation?", earlier)


def test_the_page_gets_the_answer_as_it_grows(service: Service, bot: Chatbot):
    received = _frames(service, question="What is lead generation?")
    assert {frame["ask"] for frame in received} == {"a/1"}
    assert {frame["id"] for frame in received} == {received[0]["id"]}
    assert [frame["answer"]["complete"] for frame in received][-1]
    assert received[-1]["answer"] == to_dict(bot.ask("What is lead generation?"))


def test_the_page_sends_what_was_said_before(service: Service):
    before = [{"question": "What is email marketing good for?", "answer": "It nurtures leads. [1]"}]
    (*_, last) = _frames(service, question="and social media?", history=before)
    assert "social media" in last["answer"]["text"].lower()


def test_only_what_the_filter_lets_through_answers(service: Service, bot: Chatbot):
    slug = bot.articles()[0].slug
    chosen = {"articles": [slug], "tags": [], "since": None, "until": None}
    (*_, last) = _frames(service, question="What is lead generation?", filter=chosen)
    assert {citation["slug"] for citation in last["answer"]["citations"]} <= {slug}
    (*_, nothing) = _frames(service, question="What is lead generation?", filter=chosen | {"since": "2200-01-01"})
    assert not nothing["answer"]["found"]


@pytest.mark.parametrize(
    ("asking", "kind"),
    [
        ({"question": ""}, "question"),
        ({"question": "x" * 2001}, "question"),
        ({}, "question"),
        ({"question": ["text"]}, "question"),
        ({"question": "tea", "filter": {"since": "soon"}}, "question"),
    ],
)
def test_what_cannot_be_asked_is_explained(service: Service, asking, kind):
    (frame,) = _frames(service, **asking)
    assert frame["error"]["type"].endswith(f":{kind}")
    assert frame["error"]["detail"].endswith(".")
    assert frame["error"]["retry_after"] == 0


def test_who_asks_too_often_is_told_how_long_to_wait(bot: Chatbot):
    hurried = Service(Chatbot.open(bot.settings.model_copy(update={"rate_limit": 1})))
    first, second = (_frames(hurried, "203.0.113.9", question="What is tea?")[-1] for _ in range(2))
    assert "answer" in first
    assert second["error"]["type"].endswith(":limit")
    assert 0 < second["error"]["retry_after"] <= 60


def test_leaving_stops_the_work(service: Service):
    async def first() -> dict[str, Any]:
        asked: AsyncGenerator[dict[str, Any], None] = frames(
            service, {"ask": "a/1", "question": "What is lead generation?"}
        )
        frame = await anext(asked)
        await asked.aclose()
        return frame

    assert asyncio.run(first())["answer"]
    assert service.waiting == 0


@pytest.mark.parametrize("question", ["", "  ", "x" * 2001])
def test_an_error_is_a_reply(service: Service, question):
    assert "question" in _reply(service, question)


def test_a_refusal_over_the_api_lists_the_questions_too(service: Service):
    reply = _reply(service, "Who won the 2018 world cup?")
    answer = service.bot.ask("Who won the 2018 world cup?")
    listed = [html.unescape(item) for item in re.findall(r"<li>(.*)</li>", MarkdownIt().render(reply))]
    assert QUESTIONS in reply
    assert listed == list(answer.suggestions) != []
    assert QUESTIONS not in _reply(service, "What is lead generation?")


@pytest.mark.parametrize("message", [None, 3, ["text"], {"text": "x"}])
def test_what_is_no_text_is_explained_over_the_api(service: Service, message):
    assert _reply(service, message) == "The question must be a text."


def test_half_a_character_is_no_error(service: Service):
    history = [{"role": "user", "content": "What is \ud83d?"}, {"role": "assistant", "content": "\udc00"}]
    assert SOURCES in _reply(service, "What is lead generation \ud83d?", history)


@given(COLORS)
@settings(max_examples=150, deadline=None)
def test_any_color_gives_readable_ones(color):
    colors = palette(color)
    assert contrast(colors["on_accent"], color) >= 4.5
    for name, grounds in GROUNDS.items():
        assert all(contrast(colors[name], ground) >= 4.5 for ground in grounds)


def test_a_color_that_can_be_read_stays_as_it_is():
    assert palette("#0f766e")["link_light"] == "#0f766e"
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_document_is_the_owners():
    owners = head("Tea & <more>", 'Ask "me"', "#0f766e", logo=False)
    gradio = b'<head><meta\n property="og:title" content="Gradio" /><meta name="twitter:x" content="@Gradio" /></head>'
    document = dressed(gradio, owners.encode()).decode()
    assert "<title>Tea &amp; &lt;more&gt;</title>" in document
    assert 'content="Ask &quot;me&quot;"' in document
    assert "Gradio" not in document


def test_another_document_is_left_alone():
    assert dressed(b'{"detail": "Not found"}', b"<head>") == b'{"detail": "Not found"}'


def test_the_pages_files_are_small_and_its_own():
    assert {"page.js", "page.css", "answer.js"} <= set(files())
    for name, content in files().items():
        assert len(content) < 40_000, name
        assert b"innerHTML" not in content, name
        assert not re.findall(rb"https?://(?!www\.w3\.org/2000/svg)\w", content), name


def test_files_are_kept_for_good_under_their_version(server: Server):
    with urllib.request.urlopen(f"{server.url}/page/{version()}/page.js", timeout=10) as response:
        assert response.headers["content-type"].startswith("text/javascript")
        assert "immutable" in response.headers["cache-control"]
        assert response.read() == files()["page.js"]
    for path in ("0123456789ab/page.js", f"{version()}/page.py", f"{version()}/..%2Fpage.py"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{server.url}/page/{path}", timeout=10)


def test_the_endpoint_takes_a_question_alone(server: Server):
    assert "[1]" in _called(server, ["What is lead generation?"])
    history = [
        {"role": "user", "content": "What is email marketing good for?"},
        {"role": "assistant", "content": "It nurtures leads. [1]"},
    ]
    assert "social media" in _called(server, ["and social media?", history]).lower()
    assert _called(server, []) == "The question must be a text."


def test_programs_see_one_endpoint(server: Server):
    api = Client(server.url, verbose=False).view_api(return_format="dict")
    assert list(api["named_endpoints"]) == ["/chat"]


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload", "/gradio_api/process_recording", "/gradio_api/stream/x", "/gradio_api/vibe-edit",
        "/gradio_api/component_server", "/gradio_api/run/chat", "/login",
    ],
)  # fmt: skip
def test_nothing_is_taken_that_the_page_does_not_send(server: Server, path: str):
    assert httpx2.post(f"{server.url}{path}", files={"files": b"x"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=pyproject.toml", "/gradio_api/file=/etc/hostname", "/gradio_api/proxy=https://example.com",
        "/gradio_api/queue/status", "/gradio_api/runs", "/gradio_api/vibe-code", "/gradio_api/openapi.json",
        "/gradio_api/upload_progress?upload_id=x", "/gradio_api/dev/reload", "/gradio_api/deep_link", "/token",
        "/gradio_api/user", "/monitoring", "/monitoring/summary", "/monitoring/x", "/manifest.json", "/pwa_icon",
    ],
)  # fmt: skip
def test_nothing_is_given_that_the_page_does_not_show(server: Server, path: str):
    response = httpx2.get(f"{server.url}{path}")
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")


def test_the_configuration_names_no_place_on_the_machine(server: Server):
    config = httpx2.get(f"{server.url}/config").text
    assert str(ROOT) not in config
    assert str(Path.home()) not in config


def _frames(service: Service, client: str = "", **asking: Any) -> list[dict[str, Any]]:
    async def collect() -> list[dict[str, Any]]:
        return [frame async for frame in frames(service, {"ask": "a/1"} | asking, client)]

    return asyncio.run(collect())


def _reply(service: Service, message: Any, history: Any = None) -> str:
    return asyncio.run(plain_reply(service, message, history))


def _called(server: Server, data: list[Any]) -> str:
    url = f"{server.url}/gradio_api/call/chat"
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps({"data": data}).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        event = json.load(response)["event_id"]
    with urllib.request.urlopen(f"{url}/{event}", timeout=20) as response:
        last = response.read().decode().strip().split("\n\n")[-1]
    assert last.startswith("event: complete")
    return json.loads(last.partition("data: ")[2])[0]
