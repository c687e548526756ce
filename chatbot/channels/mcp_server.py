"""A Model Context Protocol server at ``/mcp``: tools with which language models ask and search the articles."""

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any

import mcp_types as types
from annotated_types import Len
from fastapi import FastAPI, Request
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from chatbot.channels import problems
from chatbot.channels.markdown import quoted, section
from chatbot.channels.schemas import MOST_NAMES, MOST_TURNS, AnswerOut, TurnIn
from chatbot.channels.service import Service, client_of
from chatbot.errors import ChatbotError, LimitError
from chatbot.records import Filter, Hit, Turn, to_dict

NAME = "article-chatbot"
_PATHS = ("/mcp", "/mcp/")
_LOG = logging.getLogger(__name__)
_INSTRUCTIONS = (
    "Answers questions from the articles of a website ({title}). Every statement of an answer is tied to the exact "
    "words of an article; give the reader the numbered sources with their links. Call `ask` for an answer and `search` "
    "for passages to read yourself. What the articles don't say, `ask` says it can't answer: don't fill that in."
)
_ASK = (
    "Answer a question from the website's articles. Returns short statements with [1] marks and the numbered sources: "
    "title, section, date, the verbatim quote, and a link that opens the article at that sentence. When the articles "
    "have no answer, says so (`found` is false) and offers questions they do answer. A follow-up such as 'why?' is "
    "understood when `history` has the earlier turns."
)
_SEARCH = (
    "Find the passages of the website's articles nearest to a question or a few words, best first, each with its "
    "article's title, section headings, link and a score from 0 to 1. For reading more around a topic; `ask` is better "
    "for an answer."
)


def _listed(value: Any) -> Any:
    """A list that a model wrote as text, or the one thing it gave instead of a list."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value.lstrip().startswith("[") else [value]
    except (ValueError, RecursionError):
        return [value]


_Names = Annotated[list[str], BeforeValidator(_listed), Len(max_length=MOST_NAMES)]


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Filtered(_Arguments):
    articles: _Names = Field([], description="Only these articles, by slug; all if empty")
    tags: _Names = Field([], description="Only articles with one of these tags; all if empty")

    def filter(self) -> Filter | None:
        return Filter(tuple(self.articles), tuple(self.tags)) or None


class AskArguments(_Filtered):
    """What ``ask`` takes."""

    question: str = Field(description="One question, in a sentence", examples=["What is a lead magnet?"])
    history: Annotated[list[TurnIn], BeforeValidator(_listed), Len(max_length=MOST_TURNS)] = Field(
        [], description="Earlier questions of the conversation with their answers, oldest first"
    )


class SearchArguments(_Filtered):
    """What ``search`` takes."""

    query: str = Field(description="A question or a few words", examples=["landing pages"])
    limit: int = Field(5, ge=1, le=50, description="Most passages to return")


class FoundOut(BaseModel):
    """A passage that was found."""

    title: str = Field(description="The article's title")
    headings: list[str] = Field(description="From the top of the article to the section")
    url: str = Field(description="The section's public address")
    slug: str = Field(description="The article's name, for `articles`")
    score: float = Field(description="0 to 1, comparable across queries")
    text: str = Field(description="The passage, plain text")


class HitsOut(BaseModel):
    """What ``search`` returns."""

    hits: list[FoundOut] = Field(description="Passages, best first")


def mount_mcp(app: FastAPI, service: Service) -> None:
    """Serve the tools at ``/mcp`` over streamable HTTP, for as long as the application runs.

    Each request stands alone and is answered with JSON: there are no sessions to lose. Who may ask from a browser is
    for the application's own guard to say.
    """
    manager = StreamableHTTPSessionManager(
        create_server(service, app.version),
        json_response=True,
        stateless=True,
        max_request_body_size=service.settings.body_limit,
    )
    app.router.routes.extend(Route(path, _Posted(manager)) for path in _PATHS)
    outer = app.router.lifespan_context

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[Any]:
        async with manager.run(), outer(app) as state:
            yield state

    app.router.lifespan_context = running


def create_server(service: Service, version: str) -> Server[Any]:
    """The server with its tools, not yet connected to anything."""
    tools = _Tools(service)
    return Server(
        NAME,
        version=version,
        title=service.settings.title,
        instructions=_INSTRUCTIONS.format(title=service.settings.title),
        on_list_tools=tools.list,
        on_call_tool=tools.call,
    )


class _Posted:
    """The endpoint; without sessions there is nothing to get or to delete."""

    path = _PATHS[0]
    """What requests are counted by."""

    def __init__(self, manager: StreamableHTTPSessionManager) -> None:
        self._manager = manager

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        if scope["method"] == "POST":
            await self._manager.handle_request(scope, receive, send)
            return
        refusal = problems.problem("method", 405, "Method Not Allowed", "Messages for this MCP server are posted.")
        await problems.response(refusal, {"Allow": "POST"})(scope, receive, send)


class _Tools:
    def __init__(self, service: Service) -> None:
        self._service = service
        self._tools: dict[str, Callable[[dict[str, Any], str], Awaitable[types.CallToolResult]]] = {
            "ask": self._ask,
            "search": self._search,
        }

    async def list(
        self, context: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        del context, params
        return types.ListToolsResult(
            tools=[
                _tool("ask", "Ask the articles", _ASK, AskArguments, AnswerOut),
                _tool("search", "Search the articles", _SEARCH, SearchArguments, HitsOut),
            ]
        )

    async def call(
        self, context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        tool = self._tools.get(params.name)
        if tool is None:
            raise MCPError(
                types.INVALID_PARAMS, f"There is no tool '{params.name}'; there are {', '.join(self._tools)}."
            )
        client = client_of(context.request) if isinstance(context.request, Request) else ""
        try:
            return await tool(params.arguments or {}, client)
        except ChatbotError as error:
            return _failed(str(error))
        except ValidationError as error:
            return self._unreadable(error, client)
        except Exception as error:
            _LOG.exception("Tool %s failed", params.name, exc_info=error)
            return _failed(problems.INTERNAL["detail"])

    def _unreadable(self, error: ValidationError, client: str) -> types.CallToolResult:
        """What is wrong with the arguments; such a call counts as one too."""
        try:
            self._service.limit(client)
        except LimitError as limit:
            return _failed(str(limit))
        return _failed(_explained(error))

    async def _ask(self, arguments: dict[str, Any], client: str) -> types.CallToolResult:
        given = AskArguments.model_validate(arguments)
        turns = [Turn(turn.question, turn.answer) for turn in given.history]
        limit = self._service.settings.history_limit
        asked = self._service.ask(
            given.question, turns[max(0, len(turns) - limit) :], given.filter(), client=client, channel="mcp"
        )
        answer = await asked.complete()
        return _result(quoted(answer), to_dict(answer))

    async def _search(self, arguments: dict[str, Any], client: str) -> types.CallToolResult:
        given = SearchArguments.model_validate(arguments)
        hits = await self._service.search(given.query, given.limit, (), given.filter(), client=client, channel="mcp")
        found = [_found(hit) for hit in hits]
        return _result("\n\n".join(_hit_text(item) for item in found) or "Nothing was found.", {"hits": found})


def _tool(name: str, title: str, description: str, arguments: type[BaseModel], result: type[BaseModel]) -> types.Tool:
    return types.Tool(
        name=name,
        title=title,
        description=description,
        input_schema=arguments.model_json_schema(),
        output_schema=result.model_json_schema(),
        annotations=types.ToolAnnotations(title=title, read_only_hint=True, open_world_hint=False),
    )


def _result(text: str, structured: Any) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=text)], structured_content=structured)


def _failed(message: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=message)], is_error=True)


def _explained(error: ValidationError) -> str:
    return " ".join(
        f"{'.'.join(map(str, item['loc']))}: {item['msg']}." for item in error.errors()[: problems.MOST_ERRORS]
    )


def _found(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "title": passage.title,
        "headings": list(passage.headings),
        "url": f"{passage.url}#{passage.anchor}" if passage.anchor else passage.url,
        "slug": passage.slug,
        "score": hit.score,
        "text": passage.text,
    }


def _hit_text(found: Mapping[str, Any]) -> str:
    return f"{section(found['title'], found['headings'])} ({found['score']:.2f}) {found['url']}\n{found['text']}"
