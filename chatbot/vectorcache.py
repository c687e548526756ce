"""Vectors made but not yet published: a file that only grows, so that a stopped build goes on where it was."""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

_KEY_BYTES = 16
_FORMAT = 1


class VectorCache:
    """Vectors by key, in a file of fixed-size records; a record cut short by a crash is dropped.

    Args:
        path: The file; one made for another model is begun anew.
        model: Name of the embedding model.
        dimension: Length of its vectors.
    """

    def __init__(self, path: Path, model: str, dimension: int) -> None:
        self._dimension = dimension
        self._record = _KEY_BYTES + 4 * dimension
        header = json.dumps({"format": _FORMAT, "model": model, "dimension": dimension}).encode() + b"\n"
        if not path.is_file() or not _starts_with(path, header):
            path.write_bytes(header)
        self._start = len(header)
        self._file = path.open("r+b")
        self._places = self._read_places(path.stat().st_size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def add(self, keys: Sequence[str], vectors: Iterable[Sequence[float]]) -> None:
        """Append vectors; each key is 32 hexadecimal digits."""
        self._file.seek(0, os.SEEK_END)
        for key, vector in zip(keys, vectors, strict=True):
            self._places[key] = self._file.tell()
            self._file.write(bytes.fromhex(key) + np.asarray(vector, dtype="<f4").tobytes())
        self._file.flush()

    def get(self, key: str) -> list[float]:
        """The vector of a key.

        Raises:
            KeyError: It isn't here.
        """
        self._file.seek(self._places[key] + _KEY_BYTES)
        vector: list[float] = np.frombuffer(self._file.read(4 * self._dimension), dtype="<f4").tolist()
        return vector

    def _read_places(self, size: int) -> dict[str, int]:
        complete = (size - self._start) // self._record
        end = self._start + complete * self._record
        self._file.truncate(end)
        places = {}
        for place in range(self._start, end, self._record):
            self._file.seek(place)
            places[self._file.read(_KEY_BYTES).hex()] = place
        return places


def text_key(text: str) -> str:
    """The key of the vector of a passage that is embedded as this text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[: 2 * _KEY_BYTES]


def span_key(text: str) -> str:
    """The key of the vector of a span that is measured as this text.

    A passage of the same text has another: a span's vector may be taken over from the live generation, rounded.
    """
    return text_key(f"\0{text}")


def _starts_with(path: Path, header: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(header)) == header
