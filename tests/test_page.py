import asyncio
import html
import json
import re
import urllib.error
import urllib.request
from collections.abc import AsyncGenerator
from datetime import date
from typing import Any

import pytest
from conftest import Server
from gradio_client import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from chatbot import Answer, Chatbot, Citation, Statement, Turn
from chatbot.channels.page_colors import contrast, palette
from chatbot.channels.page_files import files, version
from chatbot.channels.page_html import dressed, head
from chatbot.channels.page_replies import frames, literal, plain_reply, render, turns
from chatbot.channels.service import Service
from chatbot.records import to_dict

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = '<img src=x onerror="alert(1)"> **bold** [a](javascript:alert(1)) ![](x) `code` &lt;b&gt; <script>x</script>'
TEA = "https://example.com/tea#green:~:text=Tea"
COLORS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
GROUNDS = {"link_light": ("#ffffff", "#f3f5f8"), "link_dark": ("#14181e", "#1c222a")}


@pytest.fixture(scope="module")
def service(bot: Chatbot) -> Service:
    return Service(bot)


def test_an_answer_with_its_sources():
    answer = Answer("?", (Statement("Tea is a drink.", (1,)),), (_citation(),), found=True)
    assert render(answer) == (
        "Tea is a drink. [1]\n\n**Sources**\n\n"
        "1. [Tea](https://example.com/tea#green:~:text=Tea) · Kinds › Green · 13 July 2024\n"
        "   > “Tea is a drink.”"
    )


def test_no_sources_where_there_are_none():
    assert render(Answer("?", (Statement("Hello!", ()),))) == "Hello!"


def test_the_tenth_source_stays_in_the_list():
    citations = tuple(_citation(number=number) for number in range(1, 12))
    shown = MARKDOWN.render(render(Answer("?", (Statement("So.", (11,)),), citations)))
    assert shown.count("<ol") == 1
    assert shown.count("<li>") == shown.count("<blockquote>") == 11


def test_nothing_from_a_post_is_taken_for_markup():
    hostile = _citation(title=HOSTILE, quote=HOSTILE, headings=(HOSTILE,), url="https://example.com/)<img src=x>")
    shown = MARKDOWN.render(render(Answer("?", (Statement(HOSTILE, (1,)),), (hostile,))))
    assert set(re.findall(r"<(\w+)", shown)) == {"p", "strong", "ol", "li", "a", "blockquote"}
    assert re.findall(r'href="([^"]*)"', shown) == ["https://example.com/%29%3Cimg%20src=x%3E"]
    assert shown.count("<strong>") == 1


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "posts/tea"])
def test_only_web_addresses_become_links(url):
    assert "](" not in render(Answer("?", (Statement("So.", (1,)),), (_citation(url=url),)))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
@settings(max_examples=150, deadline=None)
def test_literal_text_shows_as_it_is(text):
    shown = MARKDOWN.render(literal(text))
    assert html.unescape(re.sub(r"</?p>\n?", "", shown)) == " ".join(text.split())


def test_history_in_every_form_a_client_sends():
    plain = [{"role": "user", "content": "What is tea?"}, {"role": "assistant", "content": "A drink. [1]"}]
    parts = [
        {"role": "user", "content": [{"type": "text", "text": "What is tea?"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "A drink. [1]\n\n**Sources**\n\n1. Tea"}]},
    ]
    assert turns(plain) == turns(parts) == [Turn("What is tea?", "A drink. [1]")]


@pytest.mark.parametrize(
    "history",
    [
        [None, 3, "text", {}, []],
        [{"role": "assistant", "content": "Hello!"}],
        [{"role": "user", "content": "unanswered"}],
        [{"role": "user", "content": [{"type": "file", "file": {"path": "/etc/passwd"}}]}, {"role": "assistant"}],
    ],
)
def test_what_is_no_turn_is_left_out(history):
    assert turns(history) == []


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
    listed = [html.unescape(item) for item in re.findall(r"<li>(.*)</li>", MARKDOWN.render(reply))]
    assert "You could ask:" in reply
    assert listed == list(answer.suggestions) != []
    assert "You could ask:" not in _reply(service, "What is lead generation?")


@pytest.mark.parametrize("message", [None, 3, ["text"], {"text": "x"}])
def test_what_is_no_text_is_explained_over_the_api(service: Service, message):
    assert _reply(service, message) == "The question must be a text."


def test_half_a_character_is_no_error(service: Service):
    history = [{"role": "user", "content": "What is \ud83d?"}, {"role": "assistant", "content": "\udc00"}]
    assert "Sources" in _reply(service, "What is lead generation \ud83d?", history)


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


def _citation(number=1, title="Tea", url=TEA, headings=("Kinds", "Green"), quote="Tea is a drink."):
    return Citation(number, "tea", title, url, headings, date(2024, 7, 13), quote, "tea.md", 0, len(quote))
