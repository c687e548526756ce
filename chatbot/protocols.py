"""The doors: what a room must offer to be exchanged for another. Each has a contract in ``tests/contracts.py``."""

from collections.abc import Generator, Iterator, Sequence
from typing import Protocol

from chatbot.records import Answer, Cut, Filter, Hit, Message, Passage, Reading, Turn, Waiting


class Embedder(Protocol):
    """Texts to unit vectors, with the method names of LangChain's ``Embeddings``."""

    name: str
    """Identifies the model; an index made with one name is not searched with another."""
    dimension: int
    max_tokens: int
    """Longest text the model reads, in its own tokens, special tokens included."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector of length ``dimension`` and norm 1 for each text; the same text always gives the same vector."""
        ...

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        ...

    def count_tokens(self, text: str) -> int:
        """Length of a text in tokens, special tokens included."""
        ...


class VectorIndex(Protocol):
    """Passages and their vectors, found by vector, id or place."""

    def add(
        self,
        passages: Sequence[Passage],
        vectors: Sequence[Sequence[float]],
        tags: Sequence[Sequence[str]],
        days: Sequence[int | None],
    ) -> None:
        """Store passages; one stored before under the same id is replaced. ``days`` are date ordinals."""
        ...

    def remove(self, ids: Sequence[str]) -> None:
        """Forget passages; unknown ids are ignored."""
        ...

    def query(self, vector: Sequence[float], limit: int, filter: Filter | None = None) -> list[tuple[str, float]]:
        """Ids and cosine similarities (-1..1) of the nearest passages, best first."""
        ...

    def get(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages with these ids; unknown ids are left out."""
        ...

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> dict[str, float]:
        """Cosine similarity (-1..1) of each of these passages; unknown ids are left out."""
        ...

    def section(self, passage: Passage) -> list[Passage]:
        """All passages of the same article under the same headings, in order."""
        ...

    def ids(self) -> set[str]:
        """The ids of all passages stored."""
        ...


class Retriever(Protocol):
    """A question to the passages that may answer it."""

    def search(self, question: str, limit: int = 10, filter: Filter | None = None) -> list[Hit]:
        """At most ``limit`` hits, best first, scores falling."""
        ...


class Reader(Protocol):
    """A question and one passage, read together."""

    name: str

    def read(self, question: str, passage: Passage) -> Reading:
        """Which of the passage's spans answer, and whether any does; one value for each span."""
        ...


class Reranker(Protocol):
    """Hits to better ordered hits."""

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """The same passages, best first, with new scores in 0..1."""
        ...


class Verifier(Protocol):
    """A claim and sentences of a post, read together."""

    name: str

    def supports(self, claim: str, evidence: Sequence[str], about: str = "") -> float:
        """Log-odds that the evidence, in order, supports the whole claim; ``about`` is the post's title or heading."""
        ...


class ChatModel(Protocol):
    """Messages to the text that a language model writes next, in bounded time."""

    name: str
    """What an answer names as its composer."""
    context: int
    """Tokens of prompt and answer together."""
    tokens: int
    """Tokens of an answer."""

    def count_tokens(self, text: str) -> int:
        """Length of a text, never less than it is; at once."""
        ...

    def stream(self, messages: Sequence[Message]) -> Generator[str | Waiting | Cut, None, None]:
        """The text as it is written, piece by piece; closing the generator ends the writing.

        Where others are served first, places come before the text; a text that was cut short ends with that. Raises
        ``ChatModelError``, whatever goes wrong.
        """
        ...


class Composer(Protocol):
    """Hits to an answer, as it grows; the last answer yielded is complete."""

    def compose(self, question: str, hits: Sequence[Hit], history: Sequence[Turn] = ()) -> Iterator[Answer]:
        """Yield answers whose statements only ever grow; each statement has at least one citation."""
        ...
