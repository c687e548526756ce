"""Corpus to index, only what changed; and the finished index opened for reading."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from chatbot.building import Build, File, open_vectors, place, read_files
from chatbot.embedding import folder_name, load_embedder
from chatbot.errors import IndexBusyError, IndexMissingError
from chatbot.generations import Generations, Manifest
from chatbot.index import ChromaIndex, Recipe
from chatbot.lexical import LexicalIndex
from chatbot.passages import RULES_VERSION
from chatbot.progress import ProgressBar
from chatbot.protocols import Embedder
from chatbot.records import Article, IndexReport
from chatbot.settings import Settings
from chatbot.vectorcache import VectorCache


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """A generation opened for reading."""

    generation: str
    articles: list[Article]
    """Without their bodies, in order of path."""
    embedder: Embedder
    vectors: ChromaIndex
    lexical: LexicalIndex

    def close(self) -> None:
        """Let go of the files."""
        self.vectors.close()


def open_index(settings: Settings) -> OpenIndex:
    """Open the live generation.

    Raises:
        IndexMissingError: There is none; the message names the command that builds it.
        IndexMismatchError: It was made with another model or other rules.
        IndexServerError: The Chroma server doesn't answer.
        ModelError: The embedding model can't be loaded.
    """
    generations = Generations(settings.vectorstore)
    name, manifest = _required(generations)
    recipe = _matching(manifest, settings)
    folder = generations.path(name)
    return OpenIndex(
        generation=name,
        articles=manifest.articles(),
        embedder=load_embedder(settings.embedding_model, _model_folder(settings)),
        vectors=open_vectors(settings, folder, recipe),
        lexical=LexicalIndex(folder / "lexical"),
    )


def current_generation(vectorstore: Path) -> str | None:
    """Name of the live generation, None before the first build; cheap enough to ask every second."""
    return Generations(vectorstore).current()


def is_stale(settings: Settings) -> bool:
    """Whether there is no index, or it isn't what a build would make of the corpus and the settings.

    Raises:
        CorpusError: There is no corpus.
    """
    generations = Generations(settings.vectorstore)
    live = _live(generations)
    if not live:
        return True
    made_with = (live[1].recipe.get("model"), live[1].recipe.get("rules"))
    wanted = (settings.embedding_model, str(RULES_VERSION))
    return made_with != wanted or not _is_current(live[1], settings, read_files(settings.corpus))


def build_index(settings: Settings, *, progress: bool | None = None, rebuild: bool = False) -> IndexReport:
    """Bring the index up to date with the corpus, embedding only what is new.

    Ctrl-C, or ``kill -9``, at any moment leaves a usable index, and the next build goes on where this one stopped.

    Args:
        settings: Where the corpus and the index are, and what the index is made with.
        progress: Show a progress bar on stderr; None: only if that is a terminal.
        rebuild: Make everything new, the exported model too. The live index stays until the new one is complete, but
            for its collection on a Chroma server.

    Raises:
        CorpusError: There is no corpus.
        IndexMismatchError: The live index was made with another model or other rules; ``rebuild`` replaces it.
        IndexBusyError: Another process is building the same index.
        IndexServerError: The Chroma server doesn't answer.
        ModelError: The embedding model can't be loaded.
        KeyboardInterrupt: Somebody pressed Ctrl-C; what was complete by then is in the index.
    """
    files = read_files(settings.corpus)
    settings.vectorstore.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.vectorstore / "lock", timeout=0), ProgressBar(progress) as bar:
            return _rebuilt(settings, files, bar) if rebuild else _updated(settings, files, bar)
    except Timeout:
        raise IndexBusyError(
            f"Another process is building the index in '{settings.vectorstore}'. Wait until it is done, then try again."
        ) from None


def _updated(settings: Settings, files: Mapping[str, File], bar: ProgressBar) -> IndexReport:
    started = time.monotonic()
    generations = Generations(settings.vectorstore)
    generations.clean()
    live = _live(generations)
    lost = _lost(live[1], settings) if live else frozenset()
    if live and not lost and _is_current(live[1], settings, files):
        _vectors_made(settings).unlink(missing_ok=True)
        return _report(live[1], live[1], started)
    bar.wait_for("Loading the embedding model")
    embedder = load_embedder(settings.embedding_model, _model_folder(settings))
    with VectorCache(_vectors_made(settings), embedder.name, embedder.dimension) as cache:
        new = Build(settings, files, embedder, cache, live=live, lost=lost, bar=bar).run()
    _vectors_made(settings).unlink(missing_ok=True)
    return _report(live[1] if live else None, new, started)


def _rebuilt(settings: Settings, files: Mapping[str, File], bar: ProgressBar) -> IndexReport:
    started = time.monotonic()
    generations = Generations(settings.vectorstore)
    generations.clean()
    _vectors_made(settings).unlink(missing_ok=True)
    bar.wait_for("Exporting the embedding model")
    embedder = load_embedder(settings.embedding_model, _model_folder(settings), anew=True)
    if settings.chroma_url:
        ChromaIndex.drop(settings.chroma_url, settings.collection)
    with VectorCache(_vectors_made(settings), embedder.name, embedder.dimension) as cache:
        partial = generations.current() is None
        new = Build(settings, files, embedder, cache, partial=partial, bar=bar).run()
    _vectors_made(settings).unlink(missing_ok=True)
    return _report(None, new, started)


def _live(generations: Generations) -> tuple[str, Manifest] | None:
    """Name and content of the live generation."""
    name = generations.current()
    try:
        return (name, generations.manifest(name)) if name else None
    except FileNotFoundError:
        # two builds went by since its name was read
        name = generations.current()
        return (name, generations.manifest(name)) if name else None


def _required(generations: Generations) -> tuple[str, Manifest]:
    live = _live(generations)
    if not live:
        raise IndexMissingError(f"There is no index in '{generations.folder}' yet. Run `chatbot index` to build it.")
    return live


def _matching(manifest: Manifest, settings: Settings) -> Recipe:
    """The recipe of an index that fits the settings."""
    recipe = Recipe(settings.embedding_model, int(manifest.recipe.get("dimension", 0)), str(RULES_VERSION))
    recipe.require(manifest.recipe, f"'{settings.vectorstore}'")
    return recipe


def _is_current(manifest: Manifest, settings: Settings, files: Mapping[str, File]) -> bool:
    indexed = {path: entry.digest for path, entry in manifest.entries.items()}
    return manifest.place == place(settings) and indexed == {path: file.digest for path, file in files.items()}


def _lost(manifest: Manifest, settings: Settings) -> frozenset[str]:
    """Ids that the server should have and doesn't; also checks that the index fits the settings."""
    recipe = _matching(manifest, settings)
    if not settings.chroma_url:
        return frozenset()
    vectors = ChromaIndex.connect(settings.chroma_url, recipe, settings.collection)
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


def _model_folder(settings: Settings) -> Path:
    return settings.vectorstore / "models" / folder_name(settings.embedding_model)
