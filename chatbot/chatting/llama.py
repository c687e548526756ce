"""A language model in this process: llama.cpp's server, spoken to without a network but for counting tokens."""

import json
import os
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chatbot.chatting.queueing import FairQueue, Ticket
from chatbot.errors import ChatModelError

Chunk = Mapping[str, Any]
"""A piece of an answer in OpenAI's form."""
_BLOCK = 1 << 20
_COUNTING = 5.0
"""Seconds for counting tokens, which takes milliseconds."""


class Llama:
    """A GGUF model, loaded when it is first needed. Safe to call from many threads; it writes one answer at a time.

    Args:
        path: The GGUF file.
        threads: How many it computes with; 0 for all cores but one: they wait for one another, and would all wait for
            the one whose core does something else.
        context: Tokens of prompt and answer together.
    """

    def __init__(self, path: Path, threads: int, context: int) -> None:
        self.path = path
        self._threads = threads or max(1, (os.cpu_count() or 1) - 1)
        self._context = context
        self._key = secrets.token_urlsafe()
        self._server: Any = None
        self.queue = FairQueue(f"llama.cpp {path.stem}")

    def warm(self) -> None:
        """Load it in the background, unless that was done."""
        self.queue.join(Ticket(self._warm, measured=False))

    def generate(
        self,
        request: Mapping[str, Any],
        put: Callable[[Chunk | Exception | None], None],
        moved: Callable[[int], None] | None = None,
    ) -> Ticket:
        """Have an answer written when its turn comes.

        Args:
            request: What llama.cpp's ``/v1/chat/completions`` takes.
            put: Is given each piece, then an error if there is one, then None. Called from another thread.
            moved: Is told how many are before it.
        """

        def work(ticket: Ticket) -> None:
            try:
                if not ticket.left.is_set():
                    self._loaded().handle_chat_completions({**request, "stream": True}, _until_left(put, ticket))
            except Exception as error:
                put(error)
            finally:
                put(None)

        ticket = Ticket(work, moved)
        self.queue.join(ticket)
        return ticket

    def count_tokens(self, text: str) -> int | None:
        """Length of a text by the model's own tokenizer, special tokens left out; None while it isn't loaded."""
        if not self._server:
            return None
        address = urlsplit(self._server.listening_address).netloc
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        with closing(HTTPConnection(address, timeout=_COUNTING)) as connection:
            connection.request("POST", "/tokenize", json.dumps({"content": text}), headers)
            return len(json.load(connection.getresponse())["tokens"])

    def _warm(self, ticket: Ticket) -> None:
        del ticket
        try:
            self._loaded().handle_chat_completions(
                {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 1}
            )
        except Exception:
            # it fails again, and is told, when somebody asks
            return

    def _loaded(self) -> Any:
        """llama.cpp's server; called from the queue's thread alone."""
        if self._server is None:
            _read(self.path)
            self._server = self._load()
        return self._server

    def _load(self) -> Any:
        import xllamacpp

        try:
            return xllamacpp.Server(self._params(xllamacpp))
        except RuntimeError:
            raise ChatModelError(
                "failed",
                f"The model '{self.path.name}' can't be loaded: the file is damaged, of a kind that this llama.cpp "
                "doesn't know, or larger than the memory that is free. A smaller 'chat_context' needs less.",
            ) from None

    def _params(self, xllamacpp: Any) -> Any:
        params = xllamacpp.CommonParams()
        params.model.path = str(self.path)
        params.model_alias = {self.path.stem}
        params.n_ctx = self._context
        params.n_parallel = 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = self._threads
        # loading holds Python's lock, so what can be done later is
        params.warmup = False
        # or it keeps up to 8 GB of earlier prompts
        params.cache_ram_mib = 0
        params.verbosity = -1
        # its HTTP side counts tokens for this process alone
        params.hostnames = ["127.0.0.1"]
        params.port = 0
        params.api_keys = [self._key]
        params.ui = params.endpoint_slots = False
        params.n_threads_http = 2
        return params


_LOADED: dict[tuple[Path, int, int], Llama] = {}
_LOCK = threading.Lock()


def shared_llama(path: Path, threads: int, context: int) -> Llama:
    """The one model of this process from a file with these sizes."""
    with _LOCK:
        return _LOADED.setdefault((path.resolve(), threads, context), Llama(path.resolve(), threads, context))


def _until_left(put: Callable[[Chunk], None], ticket: Ticket) -> Callable[[Chunk], bool]:
    """What llama.cpp calls with each piece; it stops where that gives True."""

    def take(chunk: Chunk) -> bool:
        put(chunk)
        return ticket.left.is_set()

    return take


def _read(path: Path) -> None:
    """Have the system read a file into its memory: llama.cpp, which does so too, would stop all threads meanwhile."""
    with path.open("rb") as file:
        while file.read(_BLOCK):
            pass
