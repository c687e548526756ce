"""Bytes of a file to text, whatever its editor saved."""

import codecs
import re
from pathlib import Path

from chatbot.errors import ArticleError

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_text(file: Path) -> str:
    """The text of a file, with the line ends it has and without a byte order mark.

    UTF-8, or UTF-16 and UTF-32 with a byte order mark (UTF-16 also without, where its zero bytes show it), or
    Windows-1252 where nothing in the file is UTF-8 beyond ASCII. All offsets count the characters of this text.

    Raises:
        ArticleError: The file can't be opened or is no text.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ArticleError(f"The file can't be read: {error.strerror or error}.") from None
    text = _decoded(data)
    if "\0" in text:
        raise ArticleError("The file holds zero bytes, so it is no text.", text.count("\n", 0, text.index("\0")) + 1)
    return text


def _decoded(data: bytes) -> str:
    mark, encoding = next((pair for pair in _BOMS if data.startswith(pair[0])), (b"", _guess(data)))
    try:
        return data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8" and not mark and not re.search(rb"[\xc2-\xf4][\x80-\xbf]", data):
            return _decoded_as_windows(data)
        line = data.count(b"\n", 0, error.start + len(mark)) + 1
        raise ArticleError(f"The file is not valid {encoding.upper()}. Save it as UTF-8.", line) from None


def _decoded_as_windows(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ArticleError("The file is neither UTF-8 nor Windows-1252. Save it as UTF-8.", line) from None


def _guess(data: bytes) -> str:
    """UTF-16 without a byte order mark has a zero byte in nearly every character of Western text."""
    head = data[:1000]
    if len(head) >= 4 and len(data) % 2 == 0 and head.count(0) > len(head) * 0.4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    return "utf-8"
