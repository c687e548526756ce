"""A unit that is longer than a model reads, cut into parts by LangChain's splitter."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

from chatbot.blocks import Unit
from chatbot.inline import PREFIX
from chatbot.plaintext import plain_text

_CACHED = 4096
_CLOSING_FENCE = re.compile(r"[\r\n][ \t>]*(?:`{3,}|~{3,})[ \t]*\Z")


def cut_unit(unit: Unit, body: str, count_tokens: Callable[[str], int], budget: int) -> list[Unit]:
    """Cut a unit at line ends, else at spaces, else anywhere.

    Args:
        unit: A unit of ``body``.
        body: The text its offsets are into.
        count_tokens: Length of a text in tokens, special tokens included.
        budget: Longest source of a part, in tokens without special tokens.

    Returns:
        Parts in order, each with the text its own source renders to; parts without text are left out.
    """
    source = body[unit.start : unit.end]
    if unit.kind == "code":
        source = _CLOSING_FENCE.sub("", source)
    parts: list[Unit] = []
    for start, end in _pieces(source, count_tokens, budget):
        start = _code_start(source, start) if unit.kind == "code" else _prose_start(source, start)
        text = plain_text(source[start:end]) if start < end else ""
        if text:
            glue = unit.glue if not parts else "\n" if unit.kind == "code" else " "
            number = 0 if parts else unit.number
            begin, stop = unit.start + start, unit.start + end
            parts.append(replace(unit, start=begin, end=stop, text=text, glue=glue, number=number))
    return parts


def _pieces(source: str, count_tokens: Callable[[str], int], budget: int) -> Iterator[tuple[int, int]]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    special = count_tokens("")
    # The splitter repeats pieces whose length is 0, such as a zero-width character.
    length = lru_cache(_CACHED)(lambda text: max(count_tokens(text) - special, 1) if text else 0)
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=budget, chunk_overlap=0, length_function=length, add_start_index=True
    )
    for piece in splitter.create_documents([source]):
        start = int(piece.metadata["start_index"])
        yield start, start + len(piece.page_content)


def _prose_start(source: str, start: int) -> int:
    """Past the quote marks of a continuation line."""
    if start and source[start - 1] in "\r\n":
        prefix = PREFIX.match(source, start)
        return prefix.end() if prefix else start
    return start


def _code_start(source: str, start: int) -> int:
    """Back to the line end before, by which code is told from prose."""
    begin = len(source[:start].rstrip(" \t"))
    if source[:begin].endswith("\r\n"):
        return begin - 2
    return begin - 1 if source[:begin].endswith(("\r", "\n")) else begin
