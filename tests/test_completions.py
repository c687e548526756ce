"""OpenAI's own client against a running server."""

import asyncio
import re

import httpx2
import openai
import pytest
from conftest import ROOT, Server
from fastapi import FastAPI

from chatbot import Chatbot, Settings, Turn
from chatbot.channels import completions
from chatbot.channels.completion_schemas import CompletionIn
from chatbot.channels.service import Service

FIRST, FOLLOW_UP = "What is lead generation?", "Why is it important?"


@pytest.fixture
def client(server: Server) -> openai.OpenAI:
    return made(server)


def made(server: Server, **options: object) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key="any", max_retries=0, **options)


def user(text: object) -> dict[str, object]:
    return {"role": "user", "content": text}


def bare(content: str) -> str:
    """The content without its links' targets."""
    return re.sub(r"\]\(\S+\)", "]", content)


def test_a_conversation_with_a_follow_up(client: openai.OpenAI):
    messages = [{"role": "system", "content": "You are a pirate."}, user(FIRST)]
    first = client.chat.completions.create(model="articles", messages=messages).choices[0]
    assert bare(first.message.content).startswith("Lead generation is the work of drawing in strangers")
    assert (first.finish_reason, first.message.refusal, first.message.tool_calls) == ("stop", None, None)
    messages += [first.message.model_dump(), user([{"type": "text", "text": FOLLOW_UP}])]
    second = client.chat.completions.create(model="articles", messages=messages).choices[0].message
    assert "Identify potential buyers" in second.content
    assert "Identify potential buyers" not in asked_alone(client, FOLLOW_UP)


def asked_alone(client: openai.OpenAI, question: str) -> str:
    return client.chat.completions.create(model="articles", messages=[user(question)]).choices[0].message.content


def test_annotations_say_where_the_marks_are(client: openai.OpenAI):
    message = (
        client.chat.completions.create(model="articles", messages=[user(FOLLOW_UP + " " + FIRST)]).choices[0].message
    )
    assert message.annotations
    for number, annotation in enumerate(message.annotations, 1):
        cited = annotation.url_citation
        mark = message.content[cited.start_index : cited.end_index]
        assert mark == f"[{number}]({cited.url})"
        assert cited.url.startswith("https://leadcraftr.com/posts/")
        assert f"{number}. [{cited.title}" in message.content
        assert any(
            cited.quote in " ".join(path.read_text().split()).replace("**", "") for path in ROOT.glob("corpus/*")
        )


def test_a_stream_is_the_same_answer_piece_by_piece(client: openai.OpenAI):
    messages = [user(FIRST), {"role": "assistant", "content": "…"}, user(FOLLOW_UP)]
    whole = client.chat.completions.create(model="articles", messages=messages)
    options = {"include_usage": True}
    chunks = list(
        client.chat.completions.create(model="articles", messages=messages, stream=True, stream_options=options)
    )
    choices = [chunk.choices[0] for chunk in chunks[:-1]]
    pieces = [choice.delta.content for choice in choices if choice.delta.content]
    assert len(pieces) > 2
    assert "".join(pieces) == whole.choices[0].message.content
    assert choices[0].delta.role == "assistant"
    assert [choice.finish_reason for choice in choices] == [None] * (len(choices) - 1) + ["stop"]
    assert choices[-2].delta.annotations == [note.model_dump() for note in whole.choices[0].message.annotations]
    assert (chunks[-1].choices, chunks[-1].usage) == ([], whole.usage)
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_stream_ends_as_clients_expect(server: Server):
    body = {"model": "articles", "messages": [user(FIRST)], "stream": True}
    response = httpx2.post(f"{server.url}/v1/chat/completions", json=body)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.text.endswith("\n\ndata: [DONE]\n\n")
    assert '"usage"' not in response.text


def test_the_clients_stream_helper_gathers_the_annotations(client: openai.OpenAI):
    with client.chat.completions.stream(model="articles", messages=[user(FIRST)]) as stream:
        message = stream.get_final_completion().choices[0].message
    assert [note.url_citation.title for note in message.annotations] == ["What Are Lead Generation?"]


def test_what_the_articles_do_not_answer_is_said_in_the_content(client: openai.OpenAI):
    message = client.chat.completions.create(model="x", messages=[user("Who won the world cup?")]).choices[0].message
    assert "couldn't find an answer" in message.content
    assert "**You could ask**" in message.content
    assert (message.annotations, message.refusal) == ([], None)


def test_the_answer_takes_feedback_by_the_completions_id(client: openai.OpenAI, server: Server):
    answer = client.chat.completions.create(model="articles", messages=[user(FIRST)])
    given = {"answer_id": answer.id.removeprefix("chatcmpl-"), "thumb": "up"}
    assert httpx2.post(f"{server.url}/api/feedback", json=given).status_code == 204


def test_only_the_articles_filtered_for_answer(client: openai.OpenAI):
    slug = "what-are-lead-generation-campaigns"
    extra = {"filter": {"articles": [slug]}}
    asking = [user("What is a lead magnet?")]
    for given, alone in (extra, True), ({}, False):
        answer = client.chat.completions.create(model="articles", messages=asking, extra_body=given)
        found = {note.url_citation.url.split("/")[4] for note in answer.choices[0].message.annotations}
        assert slug in found
        assert (found == {slug}) is alone


def test_usage_counts_what_was_said(client: openai.OpenAI):
    answer = client.chat.completions.create(model="articles", messages=[user(FIRST)])
    assert answer.usage.prompt_tokens == len(FIRST) / 4
    assert answer.usage.completion_tokens == -(-len(answer.choices[0].message.content) // 4)
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_any_models_name_is_served(client: openai.OpenAI):
    assert [model.id for model in client.models.list()] == ["articles"]
    assert client.models.retrieve("articles").created > 0
    assert client.chat.completions.create(model="gpt-4o", messages=[user("hello")]).model == "articles"
    with pytest.raises(openai.NotFoundError, match="no model 'org/gpt-4o'") as caught:
        client.models.retrieve("org/gpt-4o")
    assert caught.value.code == "model_not_found"


def test_fields_without_effect_are_taken(client: openai.OpenAI):
    tool = {"type": "function", "function": {"name": "weather", "parameters": {}}}
    answer = client.chat.completions.create(
        model="articles", messages=[user(FIRST)], temperature=0.2, top_p=0.9, max_tokens=50, stop=["\n"],
        user="me", n=1, seed=1, presence_penalty=0, tools=[tool], tool_choice="auto", response_format={"type": "text"},
        extra_body={"made_up": True},
    )  # fmt: skip
    assert answer.choices[0].message.content


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("n", 2),
        ("tool_choice", "required"),
        ("tool_choice", {"type": "function", "function": {"name": "weather"}}),
        ("response_format", {"type": "json_object"}),
        ("logprobs", True),
        ("modalities", ["text", "audio"]),
        ("messages", []),
        ("messages", [user("")]),
        ("messages", [user("x" * 2001)]),
        ("messages", [user([{"type": "image_url", "image_url": {"url": "https://example.com"}}])]),
        ("messages", "What is lead generation?"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_done_is_refused(client: openai.OpenAI, field: str, value: object, stream: bool):
    asking = {"model": "articles", "messages": [user(FIRST)], "stream": stream} | {field: value}
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**asking)
    assert caught.value.type == "invalid_request_error"
    assert caught.value.param.startswith(field)
    assert caught.value.body["message"]


def test_what_is_no_json_is_refused(server: Server):
    response = httpx2.post(
        f"{server.url}/v1/chat/completions", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"


def test_who_asks_too_often_is_told_when_to_come_back(server: Server):
    client = made(server, default_headers={"X-Forwarded-For": "203.0.113.81"})
    with pytest.raises(openai.RateLimitError) as caught:
        [asked_alone(client, "hello") for _ in range(100)]
    assert caught.value.code == "rate_limit_exceeded"
    assert 1 <= int(caught.value.response.headers["Retry-After"]) <= 60


def inside(settings: Settings, **changes: object) -> tuple[Service, openai.AsyncOpenAI]:
    """A service under other settings in this process, and a client of it."""
    app = FastAPI()
    app.state.service = service = Service(Chatbot.open(settings.model_copy(update=changes)))
    app.include_router(completions.router)
    transport = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app))
    return service, openai.AsyncOpenAI(base_url="http://test/v1", api_key="any", max_retries=0, http_client=transport)


def refusal(client: openai.AsyncOpenAI, stream: bool) -> openai.APIError:
    async def asked() -> None:
        answer = await client.chat.completions.create(model="articles", messages=[user(FIRST)], stream=stream)
        async for _ in answer:
            pass

    with pytest.raises(openai.APIError) as caught:
        asyncio.run(asked())
    return caught.value


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_takes_too_long_fails_also_in_mid_stream(index_settings: Settings, stream: bool):
    _, client = inside(index_settings, answer_timeout=1e-6)
    error = refusal(client, stream)
    assert (error.type, error.code) == ("server_error", "deadline")
    assert getattr(error, "status_code", None) == (None if stream else 504)


@pytest.mark.parametrize("stream", [False, True])
def test_a_busy_server_says_so_before_it_begins(index_settings: Settings, stream: bool):
    service, client = inside(index_settings, queue_limit=1)
    service.waiting = 1
    error = refusal(client, stream)
    assert (error.status_code, error.code, error.response.headers["Retry-After"]) == (503, "busy", "3")


def turns(*messages: tuple[str, str], limit: int = 50) -> list[Turn]:
    given = [{"role": role, "content": content} for role, content in messages]
    return CompletionIn.model_validate({"messages": given}).turns(limit)


def test_messages_before_the_question_are_turns():
    messages = [
        ("assistant", "Hello!"), ("user", "a"), ("assistant", "1"), ("assistant", "2"), ("tool", "t"), ("user", "b"),
        ("user", "c"), ("assistant", "3 [1](https://x.org/)\n\n**Sources**\n\n1. …"), ("user", "d"), ("assistant", "…"),
    ]  # fmt: skip
    assert turns(*messages) == [Turn("a", "1\n\n2"), Turn("b", ""), Turn("c", "3 [1]")]
    assert turns(*messages, limit=1) == [Turn("c", "3 [1]")]
    assert turns(*messages, limit=0) == []
