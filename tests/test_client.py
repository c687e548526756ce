import asyncio
import gc
import inspect
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from email.utils import formatdate
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import ROOT, Server, launch, serve
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import Answer, Chatbot, ChatbotError, Filter, Hit, RemoteChatbot, Settings, Statement, Turn, to_dict
from chatbot.channels.client_exchange import ERRORS, PROBLEM, read_answer, read_hits, retry_after
from chatbot.errors import BusyError, DeadlineError, LimitError, QuestionError, RequestError, ServerError, SettingsError

LIST = "What are the key lead generation activities?"
SLUG = "what-are-lead-generation-campaigns"
QUESTIONS = [
    "What is lead generation?",
    LIST,
    "What is the difference between MQLs and SQLs?",
    "When was the campaigns article published?",
    "Who won the 2018 world cup?",
    "hello",
    "  What\n is\ta lead magnet?  ",
    "\ud800 zebra crossing\u2028 and \x85 naïve 日本語 “quotes” \x00 <b>",
]


@pytest.fixture(scope="module")
def url(index_settings: Settings) -> Iterator[str]:
    """Where a server answers from the index that ``bot`` has open."""
    with running_server(index_settings) as running:
        yield running.url


@contextmanager
def running_server(index_settings: Settings, **others: object) -> Iterator[Server]:
    running = serve(vectorstore=index_settings.vectorstore, corpus=index_settings.corpus, **others)
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def remote(url: str) -> Iterator[RemoteChatbot]:
    with RemoteChatbot(url) as client:
        yield client


@pytest.fixture(params=["here", "remote"])
def either(request: pytest.FixtureRequest) -> Chatbot | RemoteChatbot:
    """What both must do."""
    return request.getfixturevalue("bot" if request.param == "here" else "remote")


def test_an_answer_rests_on_citations(either):
    answer = either.ask("What is lead generation?")
    assert (answer.found, answer.complete, answer.composer) == (True, True, "extractive")
    assert {number for each in answer.statements for number in each.citations} == {
        each.number for each in answer.citations
    }
    assert all(
        isinstance(each.date, date) and isinstance(each.headings, tuple) and each.quote for each in answer.citations
    )
    assert answer == either.ask("What is lead generation?")
    assert hash(answer) == hash(either.ask("What is lead generation?"))


def test_an_answer_grows_until_it_is_complete(either):
    parts = list(either.stream(LIST))
    assert [part.complete for part in parts] == [False] * (len(parts) - 1) + [True]
    for earlier, later in pairwise(parts):
        assert later.statements[: len(earlier.statements)] == earlier.statements
        assert later.citations[: len(earlier.citations)] == earlier.citations
    assert parts[-1] == either.ask(LIST)


def test_a_conversation_with_a_follow_up(either):
    history: list[Turn] = []
    for question in ("hello", "What is a lead magnet?", "why is it used?"):
        answer = either.ask(question, history)
        history.append(Turn(question, answer.text))
    assert answer.found
    assert "lead magnet" in answer.text.lower()
    assert not either.ask("why is it used?").found or either.ask("why is it used?") != answer
    assert list(either.stream("why is it used?", history[:-1]))[-1] == answer


def test_a_filter_leaves_articles_out(either):
    only = Filter(articles=[SLUG])
    assert {citation.slug for citation in either.ask("What is lead generation?", filter=only).citations} <= {SLUG}
    assert {hit.passage.slug for hit in either.search("leads", 50, filter=only)} == {SLUG}
    assert not either.ask("What is lead generation?", filter=Filter(until=date(1999, 1, 1))).found
    assert either.search("leads", filter=Filter(tags=["no such tag"])) == []


def test_a_search_finds_passages(either):
    hits = either.search("landing pages", limit=4)
    scores = [hit.score for hit in hits]
    assert len(hits) == 4
    assert scores == sorted(scores, reverse=True)
    assert all(hit.passage.sentences and isinstance(hit.passage.headings, tuple) for hit in hits)


def test_what_is_not_in_the_articles_is_refused(either):
    answer = either.ask("Who won the 2018 world cup?")
    assert (answer.found, answer.citations) == (False, ())
    assert answer.suggestions


def test_small_talk_is_answered(either):
    assert either.ask("hello").composer == "smalltalk"
    assert [part.complete for part in either.stream("thanks!")] == [True]


@pytest.mark.parametrize("question", ["", "  \n\t ", "long " * 401])
def test_a_question_that_cannot_be_asked(either, question: str):
    async def grow():
        return [part async for part in either.astream(question)]

    asking = [either.ask, either.search, either.stream, lambda text: asyncio.run(either.aask(text))]
    for ask in (*asking, lambda _: asyncio.run(grow())):
        with pytest.raises(QuestionError, match=r"is empty\. Ask|2,004 characters long; the limit is 2,000"):
            ask(question)


def test_asking_from_asyncio(either):
    async def ask_all():
        return await asyncio.gather(*(either.aask(question) for question in QUESTIONS))

    async def grow():
        return [part async for part in either.astream(LIST)]

    for _ in range(2):
        assert asyncio.run(ask_all()) == [either.ask(question) for question in QUESTIONS]
        assert asyncio.run(grow())[-1] == either.ask(LIST)


def test_many_threads_get_the_answers_one_gets(either):
    expected = [either.ask(question) for question in QUESTIONS]
    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(either.ask, QUESTIONS * 4)) == expected * 4
        assert [parts[-1] for parts in pool.map(lambda text: list(either.stream(text)), QUESTIONS * 2)] == expected * 2


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_give_the_same(bot: Chatbot, remote: RemoteChatbot, question: str):
    history, only = [Turn("What is a lead magnet?", "Half \ud800 [1]")], Filter(since=date(2024, 7, 13))
    assert remote.ask(question) == bot.ask(question)
    assert remote.ask(question, history, only, SLUG) == bot.ask(question, history, only, SLUG)
    parts, local = list(remote.stream(question)), list(bot.stream(question))
    assert parts == [part for part in local if part in parts], "some may come together"
    assert parts[-1] == local[-1]
    assert remote.search(question, 5, history, only, SLUG) == bot.search(question, 5, history, only, SLUG)


def test_an_article_is_preferred(bot: Chatbot, remote: RemoteChatbot):
    question = "What is this post about?"
    answers = {slug: remote.ask(question, prefer=slug) for slug in (SLUG, "what-are-lead-generation")}
    assert answers == {slug: bot.ask(question, prefer=slug) for slug in answers}
    assert len(set(answers.values())) == 2


def test_both_list_the_same(bot: Chatbot, remote: RemoteChatbot):
    fields = ("slug", "title", "url", "path", "date", "updated", "tags", "description", "image", "body")
    for only in (None, Filter(articles=[SLUG]), Filter(tags="marketing strategy"), Filter(until=date(2024, 7, 13))):
        expected = [[getattr(article, name) for name in fields] for article in bot.articles(only)]
        assert [[getattr(article, name) for name in fields] for article in remote.articles(only)] == expected
    assert len(remote.articles()) == 5
    assert remote.suggestions(2) == bot.suggestions(2)
    assert remote.suggestions(article=SLUG) == bot.suggestions(article=SLUG)


@pytest.mark.parametrize("name", ["ask", "stream", "search", "articles", "suggestions", "aask", "astream"])
def test_both_take_the_same(name: str):
    assert inspect.signature(getattr(RemoteChatbot, name)) == inspect.signature(getattr(Chatbot, name))


def test_every_problem_is_raised_as_the_error_it_was():
    from chatbot.channels.problems import KINDS, TYPE

    assert PROBLEM == TYPE
    assert {name: ERRORS[name] for name, _, _ in KINDS.values()} == {
        name: error for error, (name, _, _) in KINDS.items()
    }


def test_other_refusals_of_the_server(remote: RemoteChatbot):
    with pytest.raises(RequestError, match="limit"):
        remote.search("leads", limit=1000)
    with pytest.raises(RequestError, match="shorter history"):
        remote.ask("leads", [Turn("q", "x" * 300_000)])
    with pytest.raises(QuestionError, match="51 turns; the limit is 50"):
        next(remote.stream("leads", [Turn("q", "a")] * 51))


def test_a_client_of_a_forked_process(url: str):
    script = """
import os, sys
from chatbot import RemoteChatbot
with RemoteChatbot(sys.argv[1], timeout=20) as remote:
    remote.ask("hello")
    child = os.fork()
    if not child:
        os._exit(0 if remote.ask("hello").complete else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert remote.ask("hello").complete
"""
    subprocess.run([sys.executable, "-c", script, url], cwd=ROOT, check=True, timeout=60)


def test_the_client_is_light():
    script = "import sys; from chatbot import RemoteChatbot; RemoteChatbot('http://localhost'); print(*sys.modules)"
    names = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    heavy = {"chatbot.bot", "chatbot.settings", "chromadb", "fastapi", "gradio", "numpy", "onnxruntime", "starlette"}
    assert "httpx" in names.split()
    assert not heavy & set(names.split())


@pytest.mark.parametrize("address", ["", "localhost:7860", "ftp://localhost", "http://", "http://local host:x"])
def test_what_is_no_address(address: str):
    with pytest.raises(SettingsError, match="http://localhost:7860"):
        RemoteChatbot(address)


@pytest.mark.parametrize("wrong", [{"timeout": 0}, {"timeout": float("nan")}, {"retries": -1}])
def test_what_is_no_bound(wrong: dict[str, float]):
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        RemoteChatbot("http://localhost", **wrong)


@given(st.builds(Answer, confidence=st.floats(0, 1)))
@settings(max_examples=100, deadline=None)
def test_answers_survive_the_way_over_json(answer: Answer):
    assert read_answer(json.dumps(to_dict(answer))) == answer


def test_steps_keep_their_numbers_on_the_way_and_an_older_server_gives_none():
    answer = Answer("?", (Statement("Boil", (), "item", 1), Statement("Pour", (), "item", 2)))
    sent = to_dict(answer)
    assert read_answer(json.dumps(sent)) == answer
    for statement in sent["statements"]:
        del statement["number"]
    assert [statement.number for statement in read_answer(json.dumps(sent)).statements] == [0, 0]


@given(st.lists(st.builds(Hit, score=st.floats(0, 1)), max_size=3))
@settings(max_examples=50, deadline=None)
def test_hits_survive_the_way_over_json(hits: list[Hit]):
    assert read_hits(json.dumps(to_dict(hits), ensure_ascii=False)) == hits


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({}, {None}),
        ({"retry-after": "12"}, {12}),
        ({"retry-after": formatdate(time.time() + 3600, usegmt=True)}, set(range(1800, 3602))),
        ({"retry-after": formatdate(0, usegmt=True)}, {0}),
        ({"retry-after": "soon"}, {None}),
        ({"retry-after": "²"}, {None}),
    ],
)
def test_when_to_come_back(header: dict[str, str], seconds: set[int | None]):
    assert retry_after(header) in seconds


def head(status: str, kind: str = "application/json", *headers: str) -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers, "Connection: close", "", "")).encode()


def problem(status: str, kind: str, *headers: str) -> bytes:
    members = {"type": f"{PROBLEM}{kind}", "title": "Title", "status": int(status[:3]), "detail": f"It is {kind}."}
    return head(status, "application/problem+json", *headers) + json.dumps(members).encode()


def grown(count: int, *, complete: bool = False, word: str = "Statement") -> Answer:
    return Answer("q", tuple(Statement(f"{word} {number}.", ()) for number in range(count)), complete=complete)


def events(*answers: Answer, end: bytes = b"") -> bytes:
    sent = [f"event: answer\ndata: {json.dumps(to_dict(answer))}\nid: x\n\n".encode() for answer in answers]
    return head("200 OK", "text/event-stream") + b": answering\nretry: 1000\n\n" + b"".join(sent) + end


DONE = grown(3, complete=True)
WHOLE = head("200 OK") + json.dumps(to_dict(DONE)).encode()
STREAMED = events(grown(1), DONE)
RESET = b""
"""What a scripted server sends before it resets the connection."""


@dataclass
class Scripted:
    """A server that sends what it was told to, whatever it is asked."""

    url: str
    requests: list[float] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    """Set when a client went away from a request that got no answer."""


@contextmanager
def scripted(*replies: bytes | None) -> Iterator[Scripted]:
    """One reply to a connection, the last to all that follow; None never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Scripted(f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread = threading.Thread(target=_play, args=(listener, replies, server), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _play(listener: socket.socket, replies: tuple[bytes | None, ...], server: Scripted) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            _receive(connection)
            server.requests.append(time.monotonic())
            reply = replies[min(len(server.requests), len(replies)) - 1]
            if reply is None:
                connection.settimeout(20)
                while connection.recv(65536):
                    pass
                server.left.set()
            elif reply == RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            else:
                connection.sendall(reply)


def _receive(connection: socket.socket) -> None:
    """Read one request: what is left unread when a connection is closed resets it."""
    with connection.makefile("rb") as file:
        lines = iter(file.readline, b"\r\n")
        lengths = [int(line.split()[1]) for line in lines if line.lower().startswith(b"content-length:")]
        file.read(sum(lengths))


GATEWAY = head("502 Bad Gateway", "text/html") + b"<h1>502</h1>"
CUT = head("200 OK", "application/json", "Content-Length: 5000") + b'{"question": "q"'
PASSING = {
    "reset": RESET,
    "bad gateway": GATEWAY,
    "unavailable": head("503 Service Unavailable", "text/html"),
    "gateway timeout": head("504 Gateway Timeout", "text/html"),
    "busy": problem("503 Busy", "busy", "Retry-After: 0"),
    "limit": problem("429 Slow", "limit", "Retry-After: 0"),
    "someone else's limit": head("429 Slow", "text/plain", "Retry-After: 0"),
}


@pytest.mark.parametrize("failure", PASSING.values(), ids=PASSING.keys())
def test_what_may_pass_is_tried_again(failure: bytes):
    with scripted(failure, failure, WHOLE) as server, RemoteChatbot(server.url) as remote:
        assert remote.ask("q") == DONE
        assert len(server.requests) == 3
    with scripted(failure, failure, STREAMED) as server, RemoteChatbot(server.url) as remote:
        assert list(remote.stream("q")) == [grown(1), DONE]


@pytest.mark.parametrize("failure", PASSING.values(), ids=PASSING.keys())
def test_attempts_end(failure: bytes):
    with scripted(failure) as server, RemoteChatbot(server.url, retries=2) as remote:
        with pytest.raises((ServerError, LimitError)):
            remote.ask("q")
        assert len(server.requests) == 3
        with pytest.raises((ServerError, LimitError)):
            remote.stream("q")
        assert len(server.requests) == 6
        gaps = [later - earlier for earlier, later in pairwise(server.requests[:3])]
        assert b"Retry-After: 0" in failure or (gaps[0] > 0.09 and gaps[1] > 0.19)


LASTING = {
    "question": (problem("422 No", "question"), QuestionError),
    "validation": (problem("422 No", "validation"), RequestError),
    "deadline": (problem("504 Late", "deadline"), DeadlineError),
    "index": (problem("503 No", "index"), ServerError),
    "internal": (problem("500 No", "internal"), ServerError),
}


@pytest.mark.parametrize(("reply", "error"), LASTING.values(), ids=LASTING.keys())
def test_what_lasts_is_not_tried_again(reply: bytes, error: type[ChatbotError]):
    with scripted(reply) as server, RemoteChatbot(server.url) as remote:
        for ask in (remote.ask, remote.stream):
            with pytest.raises(error, match=r"^It is \w+\.$"):
                ask("q")
        assert len(server.requests) == 2


def test_a_response_that_is_cut_off_is_asked_for_again():
    with scripted(CUT, CUT, WHOLE) as server, RemoteChatbot(server.url) as remote:
        assert remote.ask("q") == DONE


def test_a_limit_within_the_time_is_waited_for():
    with scripted(problem("429 Slow", "limit", "Retry-After: 1"), WHOLE) as server, RemoteChatbot(server.url) as remote:
        assert remote.ask("q") == DONE
        assert server.requests[1] - server.requests[0] >= 1


@pytest.mark.parametrize(("kind", "error"), [("429 Slow", LimitError), ("503 Busy", BusyError)])
def test_a_limit_beyond_the_time_is_raised_at_once(kind: str, error: type[LimitError]):
    reply = problem(kind, {"429": "limit", "503": "busy"}[kind[:3]], "Retry-After: 40")
    with scripted(reply) as server, RemoteChatbot(server.url, timeout=20) as remote:
        began = time.monotonic()
        with pytest.raises(error) as caught:
            remote.ask("q")
        assert (type(caught.value), caught.value.retry_after, len(server.requests)) == (error, 40, 1)
        assert time.monotonic() - began < 5


def test_a_broken_stream_goes_on_where_it_was():
    broken = events(grown(1), grown(2))
    with scripted(broken, events(grown(1)), STREAMED) as server, RemoteChatbot(server.url) as remote:
        assert list(remote.stream("q")) == [grown(1), grown(2), DONE]
        assert len(server.requests) == 3

    async def grow():
        async with RemoteChatbot(server.url) as remote:
            return [part async for part in remote.astream("q")]

    with scripted(broken, events(grown(1)), STREAMED) as server:
        assert asyncio.run(grow()) == [grown(1), grown(2), DONE]


@pytest.mark.parametrize("other", [grown(1, complete=True), grown(3, complete=True, word="Another")])
def test_a_broken_stream_ends_with_the_complete_answer_even_if_it_is_another(other: Answer):
    with scripted(events(grown(1), grown(2)), events(other)) as server, RemoteChatbot(server.url) as remote:
        assert list(remote.stream("q")) == [grown(1), grown(2), other]


def test_a_stream_that_always_breaks_ends_with_an_error():
    with scripted(events(grown(1))) as server, RemoteChatbot(server.url, retries=2) as remote:
        answers = remote.stream("q")
        assert next(answers) == grown(1)
        with pytest.raises(ServerError, match="before the answer was complete"):
            next(answers)
        assert len(server.requests) == 3


def test_an_error_in_a_stream_is_raised():
    data = json.dumps({"type": f"{PROBLEM}deadline", "detail": "Too late."})
    late = events(grown(1), end=f"event: error\ndata: {data}\n\n".encode())
    with scripted(late) as server, RemoteChatbot(server.url) as remote:
        answers = remote.stream("q")
        assert next(answers) == grown(1)
        with pytest.raises(DeadlineError, match=r"^Too late\.$"):
            next(answers)


STRANGE = {
    "page": head("200 OK", "text/html") + b"<h1>Hello</h1>",
    "other JSON": head("200 OK") + b'{"answer": 42}',
    "no such path": head("404 Not Found", "text/html") + b"<h1>404</h1>",
    "nothing": head("204 No Content"),
    "wrong event": head("200 OK", "text/event-stream") + b"event: answer\ndata: {]\n\n",
    "not packed": head("200 OK", "application/json", "Content-Encoding: gzip") + b"no gzip",
}


@pytest.mark.parametrize("reply", STRANGE.values(), ids=STRANGE.keys())
def test_nonsense_is_an_error_at_once(reply: bytes):
    with scripted(reply) as server, RemoteChatbot(server.url) as remote:
        for ask in (remote.ask, remote.stream, remote.search):
            with pytest.raises(ServerError, match=f"{server.url} doesn't answer as a chatbot does .*Check the address"):
                ask("q")
        assert len(server.requests) == 3


def test_what_speaks_no_http_is_an_error():
    with scripted(b"SSH-2.0-OpenSSH_9.2\r\n" * 9) as server, RemoteChatbot(server.url, retries=1) as remote:
        with pytest.raises(ServerError, match=f"The connection to {server.url} broke"):
            remote.ask("q")
        assert len(server.requests) == 2


def test_an_address_that_moved_is_named():
    moved = head("308 Permanent Redirect", "text/html", "Location: https://example.com/chat/")
    with (
        scripted(moved) as server,
        RemoteChatbot(server.url) as remote,
        pytest.raises(ServerError, match=r"leads on to https://example\.com/chat/"),
    ):
        remote.ask("q")


@pytest.mark.parametrize("reply", [None, events(grown(1)) + b": ping\n\n" * 9], ids=["silent", "breaking"])
def test_a_call_ends_in_time(reply: bytes | None):
    with scripted(reply) as server, RemoteChatbot(server.url, timeout=0.7, retries=99) as remote:
        for ask in (remote.ask, lambda text: list(remote.stream(text)), lambda text: asyncio.run(remote.aask(text))):
            began = time.monotonic()
            with pytest.raises((DeadlineError, ServerError)):
                ask("q")
            assert time.monotonic() - began < 2


def test_a_server_that_drips_ends_in_time():
    class Dripping(BaseHTTPRequestHandler):
        def do_POST(self):
            self.wfile.write(head("200 OK", "text/event-stream"))
            while True:
                self.wfile.write(b": still here\n\n")
                time.sleep(0.05)

        def log_message(self, *_):
            pass

    with (
        served(Dripping) as address,
        RemoteChatbot(address, timeout=0.5) as remote,
        pytest.raises(DeadlineError, match=r"within 0\.5 seconds"),
    ):
        remote.stream("q")


def test_who_goes_away_ends_the_request():
    with scripted(None) as server, RemoteChatbot(server.url) as remote:

        async def impatient():
            await asyncio.wait_for(remote.aask("q"), 0.3)

        with pytest.raises(TimeoutError):
            asyncio.run(impatient())
        assert server.left.wait(5)


def test_streams_that_are_left_give_their_connections_back(url: str):
    with RemoteChatbot(url) as remote:
        for _ in range(300):
            answers = remote.stream(LIST)
            assert next(answers).statements
            del answers
        assert remote.ask("hello").complete
        assert len(remote._network._client._transport._pool.connections) < 30


def test_a_server_that_is_gone():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://name:secret@127.0.0.1:{closed.getsockname()[1]}/chat/"
    with RemoteChatbot(address, retries=1) as remote:
        for ask in (remote.ask, remote.stream, remote.search, lambda text: asyncio.run(remote.aask(text))):
            with pytest.raises(
                ServerError, match=r"Can't reach a chatbot at http://127.*/chat \(.*chatbot serve"
            ) as caught:
                ask("q")
            assert "secret" not in str(caught.value)


def test_a_closed_client_says_so():
    remote = RemoteChatbot("http://127.0.0.1:1")
    remote.close()
    remote.close()
    with pytest.raises(ServerError, match="client was closed"):
        remote.ask("q")


def test_closing_ends_calls_under_way():
    with scripted(None) as server, RemoteChatbot(server.url) as remote, ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(ask, "q") for ask in (remote.ask, remote.stream)]
        while len(server.requests) < 1:
            time.sleep(0.01)
        remote.close()
        for call in calls:
            with pytest.raises(ServerError, match="closed"):
                call.result(10)


def test_a_forgotten_client_leaves_nothing_behind():
    def ours() -> int:
        return sum(thread.name == "remote-chatbot" for thread in threading.enumerate())

    before = ours()
    with scripted(WHOLE) as server:
        remote = RemoteChatbot(server.url)
        remote.ask("q")
        assert ours() == before + 1
        del remote
        gc.collect()
        until = time.monotonic() + 5
        while ours() > before:
            assert time.monotonic() < until
            time.sleep(0.01)


def test_connections_are_used_again():
    class Keeping(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        ports: set[int] = set()  # noqa: RUF012

        def do_POST(self):
            self.ports.add(self.client_address[1])
            self.rfile.read(int(self.headers["Content-Length"]))
            content = json.dumps(to_dict(DONE)).encode()
            self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content)

        def log_message(self, *_):
            pass

    with served(Keeping) as address, RemoteChatbot(address) as remote:
        assert {remote.ask("q") for _ in range(20)} == {DONE}
        assert len(Keeping.ports) == 1


def test_a_server_that_is_none_of_a_chatbot(tmp_path: Path):
    class Pages(SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=tmp_path)

        def log_message(self, *_):
            pass

    with served(Pages) as address, RemoteChatbot(address) as remote:
        for ask in (remote.ask, remote.stream, lambda _: remote.articles()):
            with pytest.raises(ServerError, match=r"doesn't answer as a chatbot does \(/api/\w+ gives (501|404) "):
                ask("q")


def test_a_client_behind_a_proxy_is_limited(index_settings: Settings):
    with running_server(index_settings, rate_limit=2) as running:
        _check_limit(running)


def _check_limit(running: Server) -> None:
    class Proxy(BaseHTTPRequestHandler):
        """Passes requests on below /chat, and says for whom."""

        def do_POST(self):
            content = self.rfile.read(int(self.headers["Content-Length"]))
            connection = HTTPConnection(urlsplit(running.url).netloc)
            headers = {"X-Forwarded-For": "203.0.113.7", "Content-Type": self.headers["Content-Type"]}
            connection.request("POST", self.path.removeprefix("/chat"), content, headers)
            response = connection.getresponse()
            self.send_response(response.status)
            self.send_header("Retry-After", response.headers.get("Retry-After", ""))
            self.end_headers()
            self.wfile.write(response.read())
            connection.close()

        def log_message(self, *_):
            pass

    with served(Proxy) as address, RemoteChatbot(f"{address}/chat/", timeout=20) as remote:
        assert remote.ask("hello").complete
        assert remote.search("leads")
        with pytest.raises(LimitError, match="Try again in") as caught:
            remote.ask("hello")
        assert 20 < caught.value.retry_after <= 60


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of an HTTP server of the standard library."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.handle_error = lambda *_: None
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.slow
def test_a_server_that_comes_back(index_settings: Settings):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with RemoteChatbot(f"http://127.0.0.1:{port}", timeout=120, retries=99) as remote:
        for _ in range(2):
            process = launch(port=port, vectorstore=index_settings.vectorstore, corpus=index_settings.corpus)
            try:
                assert remote.ask("What is lead generation?").found, "asked before it serves"
                assert list(remote.stream(LIST))[-1].found
            finally:
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=20)


@pytest.mark.slow
def test_a_server_killed_in_the_middle_of_an_answer(index_settings: Settings):
    running = serve(vectorstore=index_settings.vectorstore, corpus=index_settings.corpus)
    with RemoteChatbot(running.url, retries=1) as remote, ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(lambda: list(remote.stream(LIST))) for _ in range(200)]
        calls[20].result()
        os.kill(running.process.pid, signal.SIGKILL)
        ended = [call.exception() or call.result()[-1].complete for call in calls]
        running.process.communicate()
    assert True in ended
    assert all(each is True or isinstance(each, ServerError) for each in ended)
    assert not all(each is True for each in ended)
