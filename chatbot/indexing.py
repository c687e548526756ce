"""Corpus to index, only what changed."""

import hashlib
import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from filelock import FileLock, Timeout

from chatbot.articles import article_files
from chatbot.building import Build, File, is_lacking, place
from chatbot.connecting import LONG_PATIENCE
from chatbot.embedding import load_embedder, require_export
from chatbot.errors import IndexBusyError, IndexDamagedError, SettingsError
from chatbot.generations import Generations, Manifest
from chatbot.index import ChromaIndex
from chatbot.opening import (
    current_generation,
    fitting_recipe,
    live_generation,
    model_folder,
    recipe_of,
    require_whole,
)
from chatbot.progress import ProgressBar
from chatbot.records import IndexReport
from chatbot.settings import Settings
from chatbot.vectorcache import VectorCache

_LOG = logging.getLogger(__name__)


def is_stale(settings: Settings) -> bool:
    """Whether there is no index, or it isn't what a build would make of the corpus and the settings.

    One made before vectors of its sentences were kept, or the numbers of list items, answers nearly the same: it isn't
    stale, but the next build adds them.

    Raises:
        CorpusError: There is no corpus.
    """
    try:
        live = live_generation(Generations(settings.vectorstore))
    except IndexDamagedError:
        return True
    if not live:
        return True
    recorded = live[1].recipe
    wanted = recipe_of(settings.embedding_model, recorded.get("dimension", 0)).recorded()
    return recorded != wanted or not _is_current(live[1], settings, _read_files(settings.corpus))


def has_index(settings: Settings) -> bool:
    """Whether a build has been published in the index's folder."""
    return current_generation(settings.vectorstore) is not None


def build_index(settings: Settings, *, progress: bool | None = None, rebuild: bool = False) -> IndexReport:
    """Bring the index up to date with the corpus, embedding only what is new.

    Ctrl-C, or ``kill -9``, at any moment leaves a usable index, and the next build goes on where this one stopped. What
    is damaged is made anew.

    Args:
        settings: Where the corpus and the index are, and what the index is made with.
        progress: Show a progress bar on stderr; None: only if that is a terminal.
        rebuild: Make everything new, the exported model too. The live index stays until the new one is complete, but
            for its collection on a Chroma server.

    Raises:
        CorpusError: There is no corpus.
        SettingsError: The index's folder can't be written.
        IndexMismatchError: The live index was made with another model or other rules; ``rebuild`` replaces it.
        IndexBusyError: Another process is building the same index.
        IndexServerError: The Chroma server doesn't answer.
        ModelError: The embedding model can't be loaded.
        KeyboardInterrupt: Somebody pressed Ctrl-C; what was complete by then is in the index.
    """
    files = _read_files(settings.corpus)
    with _alone(settings.vectorstore), ProgressBar(progress) as bar:
        return _rebuilt(settings, files, bar) if rebuild else _updated(settings, files, bar)


@contextmanager
def _alone(vectorstore: Path) -> Iterator[None]:
    """Hold the lock of an index's folder, which is made where missing."""
    try:
        vectorstore.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=vectorstore):
            lock = FileLock(vectorstore / "lock", timeout=0)
            lock.acquire()
    except Timeout:
        raise IndexBusyError(
            f"Another process is building the index in '{vectorstore}'. Wait until it is done, then try again."
        ) from None
    except OSError as error:
        raise SettingsError(
            f"The folder of the index, '{vectorstore}', can't be written: {error.strerror or error}. "
            "Make it writable, or set 'vectorstore' to another folder."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _updated(settings: Settings, files: Mapping[str, File], bar: ProgressBar) -> IndexReport:
    started = time.monotonic()
    generations = Generations(settings.vectorstore)
    generations.clean()
    live = _whole_generation(generations, settings)
    lost = _lost(live[1], settings) if live else frozenset()
    lacking = live is not None and is_lacking(generations.path(live[0]), live[1])
    if live and not lost and not lacking and _is_current(live[1], settings, files):
        require_export(settings.embedding_model, model_folder(settings))
        _vectors_made(settings).unlink(missing_ok=True)
        return _report(live[1], live[1], started)
    bar.wait_for("Loading the embedding model")
    embedder = load_embedder(settings.embedding_model, model_folder(settings))
    with VectorCache(_vectors_made(settings), embedder.name, embedder.dimension) as cache:
        try:
            new = Build(settings, files, embedder, cache, live=live, lost=lost, bar=bar).run()
        except IndexDamagedError as error:
            _warn(error)
            live = None
            new = Build(settings, files, embedder, cache, bar=bar).run()
    _vectors_made(settings).unlink(missing_ok=True)
    return _report(live[1] if live else None, new, started)


def _whole_generation(generations: Generations, settings: Settings) -> tuple[str, Manifest] | None:
    """The live generation, None if there is none or it is damaged."""
    try:
        live = live_generation(generations)
        if live:
            require_whole(settings, generations.path(live[0]), live[1])
    except IndexDamagedError as error:
        _warn(error)
        return None
    return live


def _warn(damage: IndexDamagedError) -> None:
    _LOG.warning("%s It is being made anew.", str(damage).removesuffix(" Run `chatbot index` to make it anew."))


def _rebuilt(settings: Settings, files: Mapping[str, File], bar: ProgressBar) -> IndexReport:
    started = time.monotonic()
    generations = Generations(settings.vectorstore)
    generations.clean()
    _vectors_made(settings).unlink(missing_ok=True)
    bar.wait_for("Exporting the embedding model")
    embedder = load_embedder(settings.embedding_model, model_folder(settings), anew=True)
    if settings.chroma_url:
        ChromaIndex.drop(settings.chroma_url, settings.collection)
    with VectorCache(_vectors_made(settings), embedder.name, embedder.dimension) as cache:
        partial = generations.current() is None
        new = Build(settings, files, embedder, cache, partial=partial, bar=bar).run()
    _vectors_made(settings).unlink(missing_ok=True)
    return _report(None, new, started)


def _is_current(manifest: Manifest, settings: Settings, files: Mapping[str, File]) -> bool:
    indexed = {path: entry.digest for path, entry in manifest.entries.items()}
    return manifest.place == place(settings) and indexed == {path: file.digest for path, file in files.items()}


def _lost(manifest: Manifest, settings: Settings) -> frozenset[str]:
    """Ids that the server should have and doesn't; also checks that the index fits the settings."""
    recipe = fitting_recipe(manifest.recipe, settings)
    if not settings.chroma_url:
        return frozenset()
    vectors = ChromaIndex.connect(settings.chroma_url, recipe, settings.collection, LONG_PATIENCE)
    stored = vectors.ids()
    vectors.close()
    return frozenset(manifest.ids() - stored)


def _report(old: Manifest | None, new: Manifest, started: float) -> IndexReport:
    before = {entry.path: entry.digest for entry in old.entries.values() if entry.article} if old else {}
    after = {entry.path: entry.digest for entry in new.entries.values() if entry.article}
    return IndexReport(
        articles=len(after),
        passages=len(new.ids()),
        added=len(after.keys() - before.keys()),
        changed=sum(before[path] != after[path] for path in before.keys() & after.keys()),
        removed=len(before.keys() - after.keys()),
        skipped=new.problems(),
        seconds=time.monotonic() - started,
    )


def _vectors_made(settings: Settings) -> Path:
    return settings.vectorstore / "vectors.bin"


def _read_files(corpus: Path) -> dict[str, File]:
    """The files of a corpus by their path in it."""
    return {_relative(path, corpus): _file(path) for path in article_files(corpus)}


def _relative(path: Path, corpus: Path) -> str:
    # a name that is no UTF-8 appears as it does in a Problem
    return os.fsencode(path.relative_to(corpus).as_posix()).decode("utf-8", "replace")


def _file(path: Path) -> File:
    try:
        content = path.read_bytes()
    except OSError:
        return File(path)
    return File(path, hashlib.sha256(content).hexdigest(), len(content))
