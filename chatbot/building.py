"""One build: what changed in the corpus goes into a working copy of the index, which then takes the live one's place.

Vectors are kept as soon as they are made, the working copy is published every now and then, and an article enters or
leaves it whole: whenever a build is stopped, the index is usable and the next build goes on where this one was.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from chatbot.articles import read_corpus
from chatbot.connecting import LONG_PATIENCE
from chatbot.generations import Entry, Generations, Manifest
from chatbot.index import ChromaIndex
from chatbot.lexical import LexicalIndex
from chatbot.opening import open_vectors, recipe_of
from chatbot.passages import embedded_text, split
from chatbot.progress import Interrupts, ProgressBar
from chatbot.protocols import Embedder
from chatbot.records import Article, Passage, Problem, measured_texts
from chatbot.rules import DETAILS_VERSION
from chatbot.settings import Settings
from chatbot.spanvectors import SpanWriter, open_spans
from chatbot.vectorcache import VectorCache, span_key, text_key

_BATCH = 64
"""Texts embedded between two looks at the clock and at Ctrl-C."""
_WRITTEN_AT_ONCE = 1000
"""Passages held in memory before they go to the working copy."""
_FIRST_PUBLISH = 1.0
_NEXT_PUBLISH = 15.0
_PUBLISH_SHARE = 20
"""A build publishes after the first of these seconds, then every so many of the second, or times what it takes."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the corpus: SHA-256 of its bytes (empty where they can't be read), and how many they are."""

    path: Path
    digest: str = ""
    size: int = 0

    def digest_of_failure(self) -> str:
        """What to record of a file that gave no article: nothing if it could not be read, for it may come back."""
        return self.digest if os.access(self.path, os.R_OK) else ""


@dataclass(frozen=True, slots=True)
class _Work:
    """An article to be stored, without its body; ``keys`` name the vectors of its passages."""

    article: Article
    file: File
    passages: list[Passage]
    keys: list[str]

    def spans(self) -> Iterator[tuple[str, str]]:
        """Each passage's id with each text that is measured of it."""
        return ((passage.id, text) for passage in self.passages for text in measured_texts(passage))

    def entry(self) -> Entry:
        pairs = tuple((passage.id, key) for passage, key in zip(self.passages, self.keys, strict=True))
        return Entry(self.article.path, self.file.digest, article=self.article, passages=pairs)


@dataclass(frozen=True, slots=True)
class _Copy:
    """The working copy, opened for writing."""

    vectors: ChromaIndex
    lexical: LexicalIndex
    spans: SpanWriter


class Build:
    """Brings a live generation up to date; used once, by the holder of the lock.

    Args:
        settings: What the index is made from.
        files: The files of the corpus by their path in it.
        embedder: Makes the vectors.
        cache: Keeps the vectors made so far.
        live: Name and manifest of the generation to start from; None to start from nothing.
        lost: Ids of the live generation that its Chroma server doesn't have.
        partial: Whether an index of a part of the corpus may go live before the whole is done.
        bar: Shows how far it is.
    """

    def __init__(
        self,
        settings: Settings,
        files: Mapping[str, File],
        embedder: Embedder,
        cache: VectorCache,
        *,
        live: tuple[str, Manifest] | None = None,
        lost: frozenset[str] = frozenset(),
        partial: bool = True,
        bar: ProgressBar,
    ) -> None:
        self._settings = settings
        self._files = files
        self._embedder = embedder
        self._cache = cache
        self._recipe = recipe_of(embedder.name, embedder.dimension)
        self._generations = Generations(settings.vectorstore)
        old = live[1] if live else Manifest({}, place(settings))
        self._base = live[0] if live else None
        self._place = old.place
        self._entries = dict(old.entries)
        self._lost = lost
        self._stored = {key: each for entry in old.entries.values() for each, key in entry.passages}
        self._spans = open_spans(self._generations.path(self._base)) if self._base else None
        self._lacking = live is not None and is_lacking(self._generations.path(live[0]), live[1])
        # what an old index lacks comes all at once: a part of it would pass for the whole
        self._partial = partial and not self._lacking
        self._bar = bar
        self._interrupts = Interrupts()
        self._waiting: list[_Work] = []
        self._pending: list[_Work] = []
        self._gone: list[str] = []
        self._copy: _Copy | None = None
        self._whole = True
        self._changed = self._lacking
        self._publish_at = 0.0
        self._cost = 0.0

    def run(self) -> Manifest:
        """Read, embed, store and publish.

        Returns:
            What the live generation now holds.

        Raises:
            KeyboardInterrupt: Somebody pressed Ctrl-C; what was complete is published, if a part may be.
        """
        with self._interrupts:
            try:
                self._store_all()
            except KeyboardInterrupt:
                if self._partial and self._whole:
                    self._publish()
                raise
            self._changed |= self._place != place(self._settings)
            self._place = place(self._settings)
            self._publish()
            self._tidy_server()
        return self._manifest()

    def _store_all(self) -> None:
        self._bar.begin(len(self._files), sum(file.size for file in self._files.values()))
        for path in self._entries.keys() - self._files.keys():
            self._forget(path)
        records = read_corpus(
            self._settings.corpus, site_url=self._settings.site_url, url_pattern=self._settings.url_pattern
        )
        for record in records:
            self._interrupts.check()
            self._take(record)
        self._settle()

    def _take(self, record: Article | Problem) -> None:
        file = self._files.get(record.path) or File(self._settings.corpus / record.path)
        if isinstance(record, Problem):
            self._forget(record.path)
            self._entries[record.path] = Entry(record.path, file.digest_of_failure(), problem=record)
        elif not self._is_stored(record, file):
            self._waiting.append(self._split(record, file))
            self._settle_if_enough()
            return
        self._bar.read(file.size)

    def _is_stored(self, article: Article, file: File) -> bool:
        old = self._entries.get(article.path)
        if not old or not old.article or old.digest != file.digest or self._lacking:
            return False
        same_place = (old.article.slug, old.article.url) == (article.slug, article.url)
        return same_place and self._lost.isdisjoint(each for each, _ in old.passages)

    def _split(self, article: Article, file: File) -> _Work:
        passages = split(article, count_tokens=self._embedder.count_tokens, max_tokens=self._embedder.max_tokens)
        return _Work(replace(article, body=""), file, passages, [vector_key(passage) for passage in passages])

    def _forget(self, path: str) -> None:
        old = self._entries.pop(path, None)
        self._gone += [each for each, _ in old.passages] if old else []
        self._changed = True

    def _settle_if_enough(self) -> None:
        keys = [key for work in self._waiting for key in work.keys]
        new = sum(key not in self._cache and key not in self._stored for key in keys)
        if new >= _BATCH or len(keys) >= _WRITTEN_AT_ONCE:
            self._settle()

    def _settle(self) -> None:
        """Make the vectors the waiting articles lack, and hand the articles on, whole."""
        texts = {
            key: embedded_text(passage)
            for work in self._waiting
            for passage, key in zip(work.passages, work.keys, strict=True)
            if key not in self._cache
        }
        self._reuse(list(texts))
        self._embed(texts)
        self._embed(self._span_texts(), of_passages=False)
        for work in self._waiting:
            self._accept(work)
        self._waiting = []
        if self._partial and self._publish_at and time.monotonic() >= self._publish_at:
            self._publish()
        elif sum(len(work.passages) for work in self._pending) >= _WRITTEN_AT_ONCE:
            self._write()

    def _reuse(self, keys: Sequence[str]) -> None:
        """Copy vectors of the live generation to the cache."""
        ids = {self._stored[key]: key for key in keys if key in self._stored}
        if not ids or not self._base:
            return
        live = open_vectors(self._settings, self._generations.path(self._base), self._recipe, LONG_PATIENCE)
        found = live.vectors(list(ids))
        live.close()
        self._cache.add([ids[each] for each in found], [vector.tolist() for vector in found.values()])

    def _span_texts(self) -> dict[str, str]:
        """What is measured of the waiting articles, by key; vectors that are known are copied to the cache."""
        texts = {span_key(text): text for work in self._waiting for _, text in work.spans()}
        found = {key: self._known(text) for key, text in texts.items() if key not in self._cache}
        known = {key: vector for key, vector in found.items() if vector is not None}
        self._cache.add(list(known), known.values())
        return texts

    def _known(self, text: str) -> list[float] | None:
        """The vector of a passage that is just this text, or of the same text in the live generation."""
        if (key := text_key(text)) in self._cache:
            return self._cache.get(key)
        vector = None if self._spans is None else self._spans.get(text)
        return None if vector is None else vector.tolist()

    def _embed(self, texts: Mapping[str, str], *, of_passages: bool = True) -> None:
        """Make the vectors that the cache lacks, of texts by key."""
        new = [(key, text) for key, text in texts.items() if key not in self._cache]
        if new and not self._publish_at:
            self._publish_at = time.monotonic() + _FIRST_PUBLISH
        for start in range(0, len(new), _BATCH):
            self._interrupts.check()
            some = new[start : start + _BATCH]
            self._cache.add([key for key, _ in some], self._embedder.embed_documents([text for _, text in some]))
            self._bar.embedded(len(some) if of_passages else 0)

    def _accept(self, work: _Work) -> None:
        kept = {passage.id for passage in work.passages}
        old = self._entries.get(work.article.path)
        self._gone += [each for each, _ in old.passages if each not in kept] if old else []
        self._entries[work.article.path] = work.entry()
        self._pending.append(work)
        self._changed = True
        self._bar.read(work.file.size)

    def _write(self) -> None:
        """Bring the working copy up to what is settled."""
        self._whole = False
        copy = self._copy or self._open_copy()
        passages = [passage for work in self._pending for passage in work.passages]
        vectors = [self._cache.get(key) for work in self._pending for key in work.keys]
        tags = [work.article.tags for work in self._pending for _ in work.passages]
        days = [_day(work.article) for work in self._pending for _ in work.passages]
        copy.vectors.add(passages, vectors, tags, days)
        if not self._settings.chroma_url:
            copy.vectors.remove(self._gone)
        copy.lexical.update(passages, self._gone, tags, days)
        rows = ((each, text, self._cache.get(span_key(text))) for work in self._pending for each, text in work.spans())
        copy.spans.update(rows, [*self._gone, *(passage.id for passage in passages)])
        self._pending, self._gone, self._copy, self._whole = [], [], copy, True

    def _open_copy(self) -> _Copy:
        started = time.monotonic()
        folder = self._generations.begin(self._base)
        vectors = open_vectors(self._settings, folder, self._recipe, LONG_PATIENCE)
        copy = _Copy(vectors, LexicalIndex(folder / "lexical"), SpanWriter(folder, self._embedder.dimension))
        self._cost = time.monotonic() - started
        return copy

    def _publish(self) -> None:
        """Put the working copy in the live generation's place, if it differs."""
        if not self._changed:
            return
        started = time.monotonic()
        self._write()
        if self._copy:
            self._copy.spans.finish()
            self._copy.vectors.close()
        self._copy = None
        self._base = self._generations.publish(self._manifest())
        self._changed = False
        cost = self._cost + time.monotonic() - started
        self._publish_at = time.monotonic() + max(_NEXT_PUBLISH, _PUBLISH_SHARE * cost)

    def _manifest(self) -> Manifest:
        return Manifest(self._recipe.recorded(), self._place, dict(self._entries), details=DETAILS_VERSION)

    def _tidy_server(self) -> None:
        """Remove from a server what the generation, now live, doesn't have."""
        if not self._settings.chroma_url:
            return
        vectors = open_vectors(self._settings, self._generations.building, self._recipe, LONG_PATIENCE)
        vectors.remove(sorted(vectors.ids() - self._manifest().ids()))
        vectors.close()


def place(settings: Settings) -> dict[str, str]:
    """What shapes the links of all passages."""
    return {"site_url": settings.site_url, "url_pattern": settings.url_pattern}


def is_lacking(generation: Path, manifest: Manifest) -> bool:
    """Whether a generation is from before there were vectors of sentences, or all that is known of spans today."""
    return manifest.details != DETAILS_VERSION or open_spans(generation) is None


def vector_key(passage: Passage) -> str:
    """Names the vector of a passage: passages that are embedded as the same text have the same one."""
    return text_key(embedded_text(passage))


def _day(article: Article) -> int | None:
    return article.date.toordinal() if article.date else None
