"""Patterns of Markdown and template code that depend on what opened them."""

import re
from functools import lru_cache

_LIST_ITEM = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")


def indented_code(text: str) -> set[int]:
    """Offsets of the lines that are indented code: indented by four after a blank line, outside lists."""
    lines: set[int] = set()
    start, blank_before, in_list, in_code = 0, True, False, False
    for line in text.split("\n"):
        indented = line.startswith(("    ", "\t", " \t", "  \t", "   \t"))
        if line.strip():
            in_code = indented and (in_code or blank_before) and not in_list
            if in_code:
                lines.add(start)
            elif not indented:
                in_list = bool(_LIST_ITEM.match(line)) or (in_list and not (blank_before and line[0] != " "))
        blank_before = not line.strip()
        start += len(line) + 1
    return lines


@lru_cache(maxsize=64)
def literally(words: str) -> re.Pattern[str]:
    """The words themselves."""
    return re.compile(re.escape(words))


@lru_cache(maxsize=64)
def quoted_or(token: str) -> re.Pattern[str]:
    """A quoted string, or the token as group 1."""
    return re.compile(rf"\"[^\"\n]*\"|'[^'\n]*'|([-~+]?{re.escape(token)})")


@lru_cache(maxsize=256)
def fence_end(character: str, length: int, indent: int) -> re.Pattern[str]:
    """The line that closes a fence; ``indent`` is how far it may be indented."""
    return re.compile(rf"^[ \t>]{{0,{min(indent, 60)}}}{character}{{{length},}}[ \t]*(?=$|\{{[{{%])", re.MULTILINE)


@lru_cache(maxsize=256)
def run_of_ticks(length: int) -> re.Pattern[str]:
    """Exactly so many backticks."""
    return re.compile(rf"(?<!`)`{{{length}}}(?!`)")


@lru_cache(maxsize=16)
def closing_tag(name: str) -> re.Pattern[str]:
    """The closing tag of an HTML element."""
    return re.compile(rf"</{name}\s*>", re.IGNORECASE)


@lru_cache(maxsize=64)
def closing_block(closing: str, name: str) -> re.Pattern[str]:
    """The beginning of the tag that closes a block; ``closing`` is what stands before its name."""
    return re.compile(rf"{closing}{name}\b", re.IGNORECASE)
