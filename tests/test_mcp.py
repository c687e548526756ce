"""The Model Context Protocol's own client against a running server."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable

import httpx2
import pytest
from conftest import Server
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult

from chatbot.channels.markdown import SOURCES

FIRST, FOLLOW_UP = "What is lead generation?", "Why is it important?"


def connected(server: Server, use: Callable[[Client], Awaitable[object]], mode: str = "auto"):
    """What ``use`` returns for a connected client."""

    async def session() -> object:
        async with Client(f"{server.url}/mcp", mode=mode) as client:
            return await use(client)

    return asyncio.run(session())


def called(server: Server, tool: str, **arguments: object) -> CallToolResult:
    return connected(server, lambda client: client.call_tool(tool, arguments))


def text(result: CallToolResult) -> str:
    return result.content[0].text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_conversation_with_a_follow_up(server: Server, mode: str):
    async def talk(client: Client) -> tuple[CallToolResult, CallToolResult]:
        first = await client.call_tool("ask", {"question": FIRST})
        turn = {"question": FIRST, "answer": first.structured_content["text"]}
        return first, await client.call_tool("ask", {"question": FOLLOW_UP, "history": [turn]})

    first, second = connected(server, talk, mode)
    assert not first.is_error
    assert text(first).startswith("Lead generation is the work of drawing in strangers")
    assert "Identify potential buyers" in text(second)
    assert "Identify potential buyers" not in text(called(server, "ask", question=FOLLOW_UP))


def test_an_answer_comes_with_numbered_sources_and_as_data(server: Server):
    result = called(server, "ask", question=FOLLOW_UP + " " + FIRST)
    answer = result.structured_content
    assert answer["found"]
    assert answer["complete"]
    body, sources = text(result).split(SOURCES)
    assert body == answer["text"]
    entries = sources.replace("\n   > ", " > ").splitlines()
    for entry, citation in zip(entries, answer["citations"], strict=True):
        assert entry.startswith(f"{citation['number']}. [{citation['title']}")
        assert f"]({citation['url']}) ({citation['date']}) > “" in entry
        assert citation["quote"] in entry.replace("\\", "")
    assert answer["citations"][0]["url"].startswith("https://leadcraftr.com/posts/")


def test_a_corrected_spelling_is_told(server: Server):
    result = called(server, "ask", question="What is leed generation?")
    assert result.structured_content["note"] == "Searched for “lead generation”; no post has “leed”."
    assert text(result).startswith("*Searched for “lead generation”")


def test_what_the_articles_do_not_answer_is_no_error(server: Server):
    result = called(server, "ask", question="Who won the world cup?")
    assert not result.is_error
    assert not result.structured_content["found"]
    assert "couldn't find an answer" in text(result)
    assert f"\n- {result.structured_content['suggestions'][0]}" in text(result)


def test_search_finds_passages(server: Server):
    result = called(server, "search", query="landing pages", limit=3)
    hits = result.structured_content["hits"]
    assert len(hits) == 3
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert hits[0]["url"].startswith(f"https://leadcraftr.com/posts/{hits[0]['slug']}/#")
    assert f"{hits[0]['url']}\n{hits[0]['text']}" in text(result)


@pytest.mark.parametrize("tool", [{"question": FIRST}, {"query": FIRST}])
def test_only_the_articles_filtered_for_are_looked_at(server: Server, tool: dict[str, str]):
    name = "ask" if "question" in tool else "search"
    slug = "what-are-lead-generation-campaigns"
    other = called(server, name, **tool).structured_content
    found = called(server, name, **tool, articles=slug).structured_content
    items = {"ask": "citations", "search": "hits"}[name]
    assert {item["slug"] for item in found[items]} <= {slug}
    assert {item["slug"] for item in other[items]} - {slug}


def test_lists_may_be_written_as_text(server: Server):
    """Some hosts hand on every argument as a string."""
    history = json.dumps([{"question": FIRST, "answer": "…"}])
    result = called(server, "ask", question=FOLLOW_UP, history=history, articles='["what-are-lead-generation"]')
    assert "Identify potential buyers" in text(result)


def test_the_tools_describe_themselves(server: Server):
    tools = connected(server, lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == ["ask", "search"]
    for tool in tools:
        assert tool.description
        assert tool.annotations.read_only_hint
        assert all(field["description"] for field in tool.input_schema["properties"].values())
        assert tool.output_schema["type"] == "object"


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("ask", {"question": " "}, "The question is empty."),
        ("ask", {"question": "x" * 2001}, "2,?000"),
        ("ask", {}, "question: Field required."),
        ("ask", {"question": FIRST, "quesion": "?"}, "quesion: Extra inputs"),
        ("ask", {"question": FIRST, "history": "[{"}, "history"),
        ("search", {"query": FIRST, "limit": 0}, "limit: Input should be greater"),
    ],
)
def test_a_mistake_is_told_to_the_model(server: Server, tool: str, arguments: dict[str, object], message: str):
    result = called(server, tool, **arguments)
    assert result.is_error
    assert re.search(message, text(result))


def test_an_unknown_tool_is_a_protocol_error(server: Server):
    async def mistaken(client: Client) -> None:
        with pytest.raises(MCPError, match="there are ask, search"):
            await client.call_tool("answer", {})

    connected(server, mistaken)


def test_who_asks_too_often_is_told_to_wait(server: Server):
    headers = {"X-Forwarded-For": "203.0.113.82"}
    asking = {"messages": [{"role": "user", "content": "hello"}]}

    async def hurry() -> CallToolResult:
        async with httpx2.AsyncClient(headers=headers) as http:
            while (await http.post(f"{server.url}/v1/chat/completions", json=asking)).status_code == 200:
                pass
            async with Client(streamable_http_client(f"{server.url}/mcp", http_client=http)) as client:
                return await client.call_tool("ask", {"question": "hello"})

    result = asyncio.run(hurry())
    assert result.is_error
    assert "Try again in" in text(result)


def posted(server: Server, **headers: str) -> httpx2.Response:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accepted = {"Accept": "application/json, text/event-stream"}
    return httpx2.post(f"{server.url}/mcp", json=message, headers=accepted | headers)


def test_a_public_hostname_and_its_own_pages_are_served(server: Server):
    response = posted(server, Host="chat.example.com", Origin="https://chat.example.com")
    assert [tool["name"] for tool in response.json()["result"]["tools"]] == ["ask", "search"]


def test_pages_of_other_origins_are_refused(server: Server):
    response = posted(server, Origin="https://elsewhere.example")
    assert response.status_code == 403
    assert "Pages of https://elsewhere.example may not ask here." in response.json()["detail"]


def test_there_is_nothing_to_get(server: Server):
    response = httpx2.get(f"{server.url}/mcp", headers={"Accept": "text/event-stream"}, timeout=5)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


def test_requests_are_counted(server: Server):
    posted(server)
    assert 'route="/mcp",status="200"' in httpx2.get(f"{server.url}/metrics").text
