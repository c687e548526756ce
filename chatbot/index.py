"""Passages and their vectors in Chroma: in a folder of this machine, or on a running Chroma server.

The vectors are found through Chroma's HNSW graph (Malkov and Yashunin, 2016) under cosine distance.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from chatbot.connecting import LONG_PATIENCE, PATIENCE, close, http_client, local_client, reaching
from chatbot.errors import IndexMismatchError
from chatbot.records import Filter, Passage
from chatbot.storing import packed, stored_metadata, stored_passage, where_clause

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_METRIC = "cosine"
_BATCH = 1000
"""Records a call; Chroma takes at most 5,461."""
_VECTORS_KEPT = 4096
"""Vectors kept in memory after they were compared, about 6 MB with 384 dimensions."""
_HNSW = {"space": _METRIC, "ef_construction": 200, "max_neighbors": 32, "ef_search": 200}
"""Recall at 10 of 0.996 against exact search over 2,500 real paragraphs; Chroma's own defaults give 0.993."""

Vector = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an index was made with; another recipe needs another index.

    Args:
        model: Name of the embedding model.
        dimension: Length of its vectors.
        rules: Version of the passage rules.
    """

    model: str
    dimension: int
    rules: str

    def recorded(self) -> dict[str, str | int]:
        """What an index records of it, with the metric."""
        return asdict(self) | {"metric": _METRIC}

    def require(self, found: Mapping[str, Any], where: str) -> None:
        """Compare with what an index records.

        Raises:
            IndexMismatchError: It was made with another recipe; the message says which part differs.
        """
        for name, wanted in self.recorded().items():
            if found.get(name) != wanted:
                raise IndexMismatchError(
                    f"The index in {where} was made with {name} {found.get(name)!r}, the settings ask for {wanted!r}. "
                    "Run `chatbot index --rebuild` to make it anew, or change the settings back."
                )


class ChromaIndex:
    """A Chroma collection of passages; satisfies ``VectorIndex`` and is safe to call from many threads."""

    def __init__(self, client: "ClientAPI", collection: "Collection", where: str) -> None:
        self._client = client
        self._collection = collection
        self._where = where
        self._kept: dict[str, Vector] = {}

    @classmethod
    def open(cls, folder: Path, recipe: Recipe, collection: str = "articles") -> Self:
        """The index in a folder, made where missing.

        Raises:
            IndexMismatchError: It was made with another recipe.
            IndexDamagedError: Files in the folder are missing or can't be read.
        """
        with reaching(f"'{folder}'"):
            return cls._of(local_client(folder.resolve()), recipe, collection, f"'{folder}'")

    @classmethod
    def connect(cls, url: str, recipe: Recipe, collection: str = "articles", patience: float = PATIENCE) -> Self:
        """The index on a Chroma server, made where missing.

        Args:
            url: The server's address, e.g. ``http://localhost:8000``.
            recipe: What the index is made with.
            collection: Its name on the server.
            patience: Seconds to wait for each answer.

        Raises:
            IndexServerError: The server can't be reached, or is silent for longer.
            IndexMismatchError: The collection was made with another recipe.
        """
        with reaching(url):
            return cls._of(http_client(url, patience), recipe, collection, url)

    @classmethod
    def drop(cls, url: str, collection: str = "articles") -> None:
        """Delete a collection from a Chroma server, if it is there.

        Raises:
            IndexServerError: The server can't be reached.
        """
        from chromadb.errors import NotFoundError

        with reaching(url):
            client = http_client(url, LONG_PATIENCE)
            try:
                client.delete_collection(collection)
            except NotFoundError:
                pass
            finally:
                close(client)

    @classmethod
    def _of(cls, client: "ClientAPI", recipe: Recipe, name: str, where: str) -> Self:
        try:
            index = cls(client, _collection(client, name, recipe), where)
            recipe.require(index._collection.metadata or {}, where)
        except Exception:
            close(client)
            raise
        return index

    def add(
        self,
        passages: Sequence[Passage],
        vectors: Sequence[Sequence[float]],
        tags: Sequence[Sequence[str]],
        days: Sequence[int | None],
    ) -> None:
        """Store passages; one stored before under the same id is replaced.

        Args:
            passages: Any number of passages with different ids.
            vectors: The vector of each.
            tags: The tags of each passage's article.
            days: The date of each passage's article, as an ordinal.
        """
        stored = [stored_metadata(*each) for each in zip(passages, tags, days, strict=True)]
        self._kept = {}
        with reaching(self._where):
            for some in _batches(len(passages)):
                self._make_room([passage.id for passage in passages[some]], stored[some])
                self._collection.upsert(
                    ids=[passage.id for passage in passages[some]],
                    embeddings=np.asarray(vectors[some], dtype=np.float32),
                    documents=[passage.text for passage in passages[some]],
                    metadatas=cast(Any, stored[some]),
                )

    def remove(self, ids: Sequence[str]) -> None:
        """Forget passages; unknown ids are ignored."""
        self._kept = {}
        with reaching(self._where):
            for some in _batches(len(ids)):
                self._collection.delete(ids=list(ids[some]))

    def query(self, vector: Sequence[float], limit: int, filter: Filter | None = None) -> list[tuple[str, float]]:
        """Ids and cosine similarities (-1..1) of the nearest passages, best first."""
        if limit < 1:
            return []
        with reaching(self._where):
            found = self._collection.query(
                query_embeddings=np.asarray([vector], dtype=np.float32),
                n_results=limit,
                where=where_clause(filter),
                include=["distances"],
            )
        distances = (found["distances"] or [[]])[0]
        return [(each, 1.0 - float(distance)) for each, distance in zip(found["ids"][0], distances, strict=True)]

    def get(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages with these ids; unknown ids are left out."""
        found: dict[str, Passage] = {}
        for some in _batches(len(ids)):
            found |= {passage.id: passage for passage in self._passages(ids=list(ids[some]))}
        return found

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> dict[str, float]:
        """Cosine similarity (-1..1) of each of these passages, from the stored vectors; unknown ids are left out."""
        asked = np.asarray(vector, dtype=np.float32)
        kept = self._kept if len(self._kept) <= _VECTORS_KEPT else {}
        if missing := [each for each in ids if each not in kept]:
            self._kept = kept = kept | self.vectors(missing)
        stored = {each: kept[each] for each in ids if each in kept}
        return {each: float(asked @ other / _lengths(asked, other)) for each, other in stored.items()}

    def vectors(self, ids: Sequence[str]) -> dict[str, Vector]:
        """The stored vectors, float32 of length ``dimension``; unknown ids are left out."""
        found: dict[str, Vector] = {}
        with reaching(self._where):
            for some in _batches(len(ids)):
                part = self._collection.get(ids=list(ids[some]), include=["embeddings"])
                rows = np.asarray(part["embeddings"], dtype=np.float32)
                found |= dict(zip(part["ids"], rows, strict=True))
        return found

    def section(self, passage: Passage) -> list[Passage]:
        """All passages of the same article under the same headings, in order."""
        place = {"$and": [{"path": passage.path}, {"headings": packed(passage.headings)}]}
        return sorted(self._passages(where=place), key=lambda each: each.start)

    def __len__(self) -> int:
        """How many passages are stored."""
        with reaching(self._where):
            return int(self._collection.count())

    def ids(self) -> set[str]:
        """The ids of all passages stored."""
        with reaching(self._where):
            return set(self._collection.get(include=[])["ids"])

    def close(self) -> None:
        """Let go of the files or the connection; the index can't be used afterwards."""
        close(self._client)

    def _make_room(self, ids: Sequence[str], new: Sequence[Mapping[str, Any]]) -> None:
        """Delete records with metadata that the new ones don't have: Chroma would keep it."""
        keys = dict(zip(ids, (metadata.keys() for metadata in new), strict=True))
        found = self._collection.get(ids=list(ids), include=["metadatas"])
        pairs = zip(found["ids"], found["metadatas"] or [], strict=True)
        outdated = [each for each, old in pairs if old and old.keys() - keys[each]]
        if outdated:
            self._collection.delete(ids=outdated)

    def _passages(self, **which: Any) -> Iterator[Passage]:
        with reaching(self._where):
            found = self._collection.get(**which, include=["documents", "metadatas"])
        rows = zip(found["ids"], found["documents"] or [], found["metadatas"] or [], strict=True)
        return (stored_passage(*row) for row in rows)


def _collection(client: "ClientAPI", name: str, recipe: Recipe) -> "Collection":
    # get_or_create would hide what an existing collection was made with
    from chromadb.errors import NotFoundError

    try:
        return client.get_collection(name, embedding_function=None)
    except NotFoundError:
        return client.create_collection(
            name,
            embedding_function=None,
            metadata=dict(recipe.recorded()),
            configuration=cast(Any, {"hnsw": _HNSW}),
        )


def _lengths(one: Any, other: Any) -> float:
    return float(np.linalg.norm(one) * np.linalg.norm(other)) or 1.0


def _batches(count: int) -> Iterator[slice]:
    return (slice(start, start + _BATCH) for start in range(0, count, _BATCH))
