"""A server in OpenAI's form that does what a real one shouldn't: the model's name says what."""

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

KEY = "sk-test-5ecret0123456789"
WELL = ["A lead ", "magnet ", "is a gift ", "in exchange ", "for an address."]
MOST = 10.0
"""Seconds after which even a server that never answers gives up."""


Piece = str | threading.Event


class ModelServer:
    """A running server; ``asked`` holds the requests, ``gone`` is set when a client leaves amid an answer."""

    def __init__(self) -> None:
        self.asked: list[dict] = []
        self.gone = threading.Event()
        self._texts: deque[Sequence[Piece]] = deque([WELL])
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"server_of": self}))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def model(self, behaviour: str) -> str:
        """The name of a chat model that behaves so."""
        return f"{self.url}#{behaviour}"

    def says(self, *texts: Sequence[Piece]) -> None:
        """What the models whose names begin with ``told`` say: a text for each request, the last for all further ones.

        A text is said piece by piece; where a piece is an event, nothing more is said until that is set.
        """
        self._texts = deque(texts)

    def text(self) -> Sequence[Piece]:
        """What is said to the next request."""
        return self._texts.popleft() if len(self._texts) > 1 else self._texts[0]

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of: ModelServer

    def do_GET(self) -> None:
        self.answer(200, {"object": "list", "data": [{"id": "well"}, {"id": "other"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server_of.asked.append(body | {"path": self.path, "authorization": self.headers.get("Authorization")})
        try:
            BEHAVIOURS.get(body.get("model"), refuse)(self)
        except OSError:
            self.server_of.gone.set()
            self.close_connection = True

    def answer(self, status: int, content: dict) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def begin(self, *, chunked: bool = True) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.chunked = chunked
        self.end_headers()
        self.say(role="assistant", content="")

    def say(self, ended: str | None = None, **delta: str) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": ended}
        self.event(json.dumps({"id": "1", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}))

    def tell(self, text: Sequence[Piece]) -> None:
        for piece in text:
            if isinstance(piece, str):
                self.say(content=piece)
            else:
                piece.wait(MOST)

    def event(self, text: str) -> None:
        data = f"data: {text}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data) if self.chunked else data)
        self.wfile.flush()

    def end(self, reason: str = "stop") -> None:
        self.say(ended=reason)
        self.event("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def leave(self) -> None:
        """Cut the connection, amid whatever was being said."""
        self.connection.shutdown(socket.SHUT_RDWR)

    def nothing(self) -> None:
        """Say nothing until the client is gone."""
        self.connection.settimeout(MOST)
        if not self.connection.recv(1):
            self.server_of.gone.set()


def well(handler: _Handler) -> None:
    handler.begin()
    for piece in WELL:
        handler.say(content=piece)
    handler.end()


def told(handler: _Handler) -> None:
    handler.begin()
    handler.tell(handler.server_of.text())
    handler.end()


def told_to_the_limit(handler: _Handler) -> None:
    handler.begin()
    handler.tell(handler.server_of.text())
    handler.end("length")


def told_in_part(handler: _Handler) -> None:
    handler.begin()
    handler.tell(handler.server_of.text())
    handler.leave()


def told_then_silent(handler: _Handler) -> None:
    handler.begin()
    handler.tell(handler.server_of.text())
    handler.nothing()


def silent(handler: _Handler) -> None:
    handler.nothing()


def slow_to_begin(handler: _Handler) -> None:
    handler.begin()
    handler.nothing()


def slow_to_end(handler: _Handler) -> None:
    handler.begin()
    for _ in _ticks(0.05):
        handler.say(content="and ")


def endless(handler: _Handler) -> None:
    handler.begin()
    for _ in _ticks(0.001):
        handler.say(content="and ")


def empty(handler: _Handler) -> None:
    handler.begin()
    handler.say(content=" \n")
    handler.end()


def broken(handler: _Handler) -> None:
    handler.begin()
    handler.say(content=WELL[0])
    handler.leave()


def cut(handler: _Handler) -> None:
    handler.begin(chunked=False)
    handler.say(content=WELL[0])


def garbage(handler: _Handler) -> None:
    handler.begin()
    handler.say(content=WELL[0])
    handler.event('{"choices": [{"index": 0, "del')
    handler.end()


def reported(handler: _Handler) -> None:
    handler.begin()
    handler.say(content=WELL[0])
    handler.event(json.dumps({"error": {"message": "CUDA error: out of memory", "type": "server_error"}}))
    handler.end()


def page(handler: _Handler) -> None:
    data = b"<html>Log in to the hotel's network</html>"
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Connection", "close")
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def refuse(handler: _Handler) -> None:
    handler.answer(404, {"error": {"message": "no such model"}})


def _status(status: int, message: str, **more: str) -> Callable[[_Handler], None]:
    return lambda handler: handler.answer(status, {"error": {"message": message} | more})


def _ticks(seconds: float) -> Iterator[None]:
    until = time.monotonic() + MOST
    while time.monotonic() < until:
        yield
        time.sleep(seconds)


BEHAVIOURS: dict[str, Callable[[_Handler], None]] = {
    "well": well,
    "told": told,
    "told-to-the-limit": told_to_the_limit,
    "told-in-part": told_in_part,
    "told-then-silent": told_then_silent,
    "silent": silent,
    "slow-to-begin": slow_to_begin,
    "slow-to-end": slow_to_end,
    "endless": endless,
    "empty": empty,
    "broken": broken,
    "cut": cut,
    "garbage": garbage,
    "reported": reported,
    "page": page,
    "limited": _status(429, f"Rate limit reached for key {KEY}"),
    "overloaded": _status(529, "Overloaded"),
    "memory": _status(500, "llama runner process: CUDA error: out of memory"),
    "wrong-key": _status(401, f"Incorrect API key provided: {KEY}", code="invalid_api_key"),
    "context": _status(400, "This model's maximum context length is 8192 tokens.", code="context_length_exceeded"),
    "loading": _status(503, "Loading model"),
    "failing": _status(500, "Internal error"),
}


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def full_backlog() -> Iterator[int]:
    """A port that takes no call, as of a machine that drops all packets."""
    with ExitStack() as stack:
        deaf = stack.enter_context(socket.socket())
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(4):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(deaf.getsockname())
        yield deaf.getsockname()[1]


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    server = ModelServer()
    yield server
    server.close()
