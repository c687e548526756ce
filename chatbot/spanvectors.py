"""Vectors of the sentences, items and rows of a generation, made when it is built and looked up by their text.

They lie in one file that is never changed and is read through a memory map. After a header of fixed length come four
columns with an entry for each text: a hash of the text, in rising order; a hash of its passage's id; a scale; and the
vector as 16-bit integers, which times the scale are its components. Eight bits would change which span fits best for 2
of 820 questions of SQuAD, sixteen change none of the best three.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.errors import IndexDamagedError

FILE = "spans.bin"
"""Its name in the folder of a generation; one made before spans had vectors has none."""
_TAIL = "spans.new"
_FORMAT = 1
_HEADER_BYTES = 128
_LARGEST = 32767
_AT_ONCE = 4096
"""Entries in memory while a file is written."""

Vector = NDArray[np.float32]
_Column = NDArray[Any]


class SpanVectors:
    """The vectors in a file; safe to read from many threads.

    Args:
        path: The file.

    Raises:
        FileNotFoundError: There is none.
        IndexDamagedError: It isn't whole.
    """

    def __init__(self, path: Path) -> None:
        columns = _read(path)
        self._keys, self._scales, self._vectors = columns["key"], columns["scale"], columns["vector"]

    def __len__(self) -> int:
        return len(self._keys)

    def get(self, text: str) -> Vector | None:
        """The vector of a text, of norm 1 but for rounding; None for a text that isn't here."""
        # a key of another type would make numpy convert the whole column
        key = np.uint64(_hashed(text))
        place = int(np.searchsorted(self._keys, key))
        if place == len(self._keys) or self._keys[place] != key:
            return None
        return np.asarray(self._vectors[place] * self._scales[place], dtype=np.float32)


def open_spans(generation: Path) -> SpanVectors | None:
    """The vectors in the folder of a generation; None in one made before they were kept.

    Raises:
        IndexDamagedError: The file isn't whole.
    """
    try:
        return SpanVectors(generation / FILE)
    except FileNotFoundError:
        return None


class SpanWriter:
    """Brings the file of a working copy up to date; what is added waits beside it until ``finish``.

    Args:
        folder: The working copy.
        dimension: Length of the vectors.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        self._path = folder / FILE
        self._tail = folder / _TAIL
        self._dimension = dimension
        self._outdated: set[int] = set()
        self._tail.write_bytes(b"")

    def update(self, texts: Iterable[tuple[str, str, Sequence[float]]], outdated: Iterable[str]) -> None:
        """Add texts, and forget what the file has of some passages.

        Args:
            texts: The id of a passage, a text of it and the text's vector.
            outdated: Ids of passages that are gone or stored anew.
        """
        self._outdated.update(map(_owner, outdated))
        with self._tail.open("ab") as tail:
            for passage, text, vector in texts:
                scale, rounded = _rounded(vector)
                entry = (_hashed(text), _owner(passage), scale, rounded)
                tail.write(np.array(entry, _entry(self._dimension)).tobytes())

    def finish(self) -> None:
        """Put the file with all that was added in the place of the old one, at once."""
        entry = _entry(self._dimension)
        added = _mapped(self._tail, entry)
        old = _read(self._path) if self._path.exists() else np.empty(0, entry)
        kept = np.flatnonzero(~np.isin(old["owner"], np.array(sorted(self._outdated), np.uint64)))
        order = np.argsort(np.concatenate([old["key"][kept], added["key"]]), kind="stable")
        new = self._path.with_name(f".{FILE}")
        with new.open("wb") as file:
            file.write(_header(self._dimension, len(order)))
            for name in entry.names or ():
                file.writelines(_merged(old[name], kept, added[name], order))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
        self._tail.unlink()


def _merged(old: _Column, kept: _Column, added: _Column, order: _Column) -> Iterator[bytes]:
    """A column of the new file, part by part: the kept entries of the old one and the added ones, in order."""
    for start in range(0, len(order), _AT_ONCE):
        some = order[start : start + _AT_ONCE]
        is_old = some < len(kept)
        part = np.empty((len(some), *added.shape[1:]), added.dtype)
        part[is_old] = old[kept[some[is_old]]]
        part[~is_old] = added[some[~is_old] - len(kept)]
        yield part.tobytes()


def _rounded(vector: Sequence[float]) -> tuple[np.float32, NDArray[np.int16]]:
    """A scale and the integers that times the scale are nearest to the vector."""
    exact = np.asarray(vector, dtype=np.float32)
    scale = np.float32(np.abs(exact).max() / _LARGEST) or np.float32(1)
    return scale, np.rint(exact / scale).astype(np.int16)


def _entry(dimension: int) -> np.dtype[Any]:
    return np.dtype([("key", "<u8"), ("owner", "<u8"), ("scale", "<f4"), ("vector", "<i2", (dimension,))])


def _header(dimension: int, count: int) -> bytes:
    plain = json.dumps({"format": _FORMAT, "dimension": dimension, "count": count})
    return plain.encode().ljust(_HEADER_BYTES - 1) + b"\n"


def _read(path: Path) -> Mapping[str, _Column]:
    """The columns of a file by their names, read only where they are looked at."""
    raw = _mapped(path, np.dtype(np.uint8))
    dimension, count = _described(raw[:_HEADER_BYTES].tobytes(), len(raw), path)
    entry = _entry(dimension)
    columns, start = {}, _HEADER_BYTES
    for name in entry.names or ():
        kind = entry[name]
        end = start + count * kind.itemsize
        columns[name] = raw[start:end].view(kind.base).reshape(count, *kind.shape)
        start = end
    return columns


def _described(header: bytes, size: int, path: Path) -> tuple[int, int]:
    """The dimension and the number of entries."""
    try:
        plain = json.loads(header)
        dimension, count = int(plain["dimension"]), int(plain["count"])
        if plain["format"] == _FORMAT and size == _HEADER_BYTES + count * _entry(dimension).itemsize:
            return dimension, count
    except (ValueError, KeyError, TypeError):
        pass
    raise IndexDamagedError(f"'{path}' is not whole. Run `chatbot index` to make it anew.")


def _mapped(path: Path, kind: np.dtype[Any]) -> _Column:
    # nothing can't be mapped
    return np.asarray(np.memmap(path, kind, "r")) if path.stat().st_size else np.empty(0, kind)


def _hashed(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "little")


def _owner(passage: str) -> int:
    return int(passage[:16], 16)
