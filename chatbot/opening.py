"""The finished index opened for reading, with nothing of what it takes to build one."""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chatbot.connecting import PATIENCE, require_sound_file
from chatbot.embedding import folder_name, load_embedder
from chatbot.errors import IndexDamagedError, IndexMissingError
from chatbot.generations import Generations, Manifest
from chatbot.index import ChromaIndex, Recipe
from chatbot.lexical import LexicalIndex
from chatbot.protocols import Embedder
from chatbot.records import Article
from chatbot.rules import RULES_VERSION
from chatbot.settings import Settings
from chatbot.spanvectors import FILE as SPANS
from chatbot.spanvectors import SpanVectors, Vector, open_spans


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """A generation opened for reading."""

    generation: str
    articles: list[Article]
    """Without their bodies, in order of path."""
    embedder: Embedder
    vectors: ChromaIndex
    lexical: LexicalIndex
    built: datetime
    passages: Mapping[str, tuple[str, ...]]
    """Ids of each article's passages, in order, by its path."""
    spans: SpanVectors | None = None
    """Vectors of sentences, items and rows; None in an index made before they were kept."""
    copy: "TemporaryDirectory[str] | None" = None
    """What is read if the generation's own folder can't be written: Chroma and tantivy write even to read."""

    def known(self, text: str) -> Vector | None:
        """The vector of a text that was embedded with the index, None for another."""
        return None if self.spans is None else self.spans.get(text)

    def close(self) -> None:
        """Let go of the files."""
        self.vectors.close()
        if self.copy:
            self.copy.cleanup()


def open_index(settings: Settings) -> OpenIndex:
    """Open the live generation.

    Raises:
        IndexMissingError: There is none; the message names the command that builds it.
        IndexMismatchError: It was made with another model or other rules.
        IndexDamagedError: Files of it are missing or can't be read; the message names the command that repairs it.
        IndexServerError: The Chroma server doesn't answer.
        ModelError: The embedding model can't be loaded.
    """
    generations = Generations(settings.vectorstore)
    name, manifest = _required(generations)
    recipe = fitting_recipe(manifest.recipe, settings)
    spans = open_spans(generations.path(name))
    copy = _copy_to_read(generations.path(name))
    folder = Path(copy.name) if copy else generations.path(name)
    lexical = open_lexical(folder, manifest)
    return OpenIndex(
        generation=name,
        articles=manifest.articles(),
        embedder=load_embedder(settings.embedding_model, model_folder(settings)),
        vectors=_open_whole(settings, folder, recipe, manifest),
        lexical=lexical,
        built=manifest.created,
        passages={path: tuple(each for each, _ in entry.passages) for path, entry in manifest.entries.items()},
        spans=spans,
        copy=copy,
    )


def open_lexical(generation: Path, manifest: Manifest) -> LexicalIndex:
    """The words of a generation.

    Raises:
        IndexDamagedError: They aren't those of all its passages.
    """
    lexical = LexicalIndex(generation / "lexical")
    _require_count(len(lexical), manifest, generation)
    return lexical


def require_whole(settings: Settings, generation: Path, manifest: Manifest) -> None:
    """Open a generation and compare what is in it with its manifest.

    Raises:
        IndexDamagedError: Files of it are missing or can't be read.
    """
    open_lexical(generation, manifest)
    open_spans(generation)
    if not settings.chroma_url:
        require_sound_file(generation / "chroma")
        recipe = fitting_recipe(manifest.recipe, settings)
        vectors = _open_whole(settings, generation, recipe, manifest)
        try:
            vectors.query([1.0] * recipe.dimension, 1)
        finally:
            vectors.close()


def _open_whole(settings: Settings, generation: Path, recipe: Recipe, manifest: Manifest) -> ChromaIndex:
    vectors = open_vectors(settings, generation, recipe)
    try:
        # a server's collection may be a build ahead of the files
        if not settings.chroma_url:
            _require_count(len(vectors), manifest, generation)
    except IndexDamagedError:
        vectors.close()
        raise
    return vectors


def _require_count(found: int, manifest: Manifest, generation: Path) -> None:
    wanted = len(manifest.ids())
    if found != wanted:
        raise IndexDamagedError(
            f"The index in '{generation}' is damaged: it has {found:,} passages of {wanted:,}. "
            "Run `chatbot index` to make it anew."
        )


def _copy_to_read(generation: Path) -> "TemporaryDirectory[str] | None":
    """A copy of a generation that can't be written, None of one that can."""
    opened = [generation / "chroma", generation / "chroma" / "chroma.sqlite3", generation / "lexical"]
    if all(os.access(path, os.W_OK) for path in opened if path.exists()):
        return None
    copy = TemporaryDirectory(prefix="chatbot-")
    for path in generation.rglob("*"):
        if path.is_file() and path.name != SPANS:
            target = Path(copy.name, path.relative_to(generation))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return copy


def current_generation(vectorstore: Path) -> str | None:
    """Name of the live generation, None before the first build; cheap enough to ask every second."""
    return Generations(vectorstore).current()


def live_generation(generations: Generations) -> tuple[str, Manifest] | None:
    """Name and content of the live generation, None before the first build.

    Raises:
        IndexMismatchError: It was written by another version of this package.
        IndexDamagedError: It can't be read.
    """
    # once more where two builds went by since its name was read
    for _ in range(2):
        name = generations.current()
        if not name:
            return None
        with suppress(FileNotFoundError, NotADirectoryError):
            return name, generations.manifest(name)
    raise IndexDamagedError(
        f"The index in '{generations.path(str(name))}' has no index.json. Run `chatbot index` to make it anew."
    )


def open_vectors(settings: Settings, generation: Path, recipe: Recipe, patience: float = PATIENCE) -> ChromaIndex:
    """The vectors of a generation, in its folder or on the Chroma server of the settings."""
    if settings.chroma_url:
        return ChromaIndex.connect(settings.chroma_url, recipe, settings.collection, patience)
    return ChromaIndex.open(generation / "chroma", recipe)


def recipe_of(model: str, dimension: int) -> Recipe:
    """What an index of today's rules is made with."""
    return Recipe(model, dimension, str(RULES_VERSION))


def fitting_recipe(recorded: Mapping[str, Any], settings: Settings) -> Recipe:
    """The recipe of an index, given what its manifest records.

    Raises:
        IndexMismatchError: It doesn't fit the settings or today's rules.
    """
    recipe = recipe_of(settings.embedding_model, int(recorded.get("dimension", 0)))
    recipe.require(recorded, f"'{settings.vectorstore}'")
    return recipe


def model_folder(settings: Settings) -> Path:
    """Where the exported embedding model lives."""
    return settings.vectorstore / "models" / folder_name(settings.embedding_model)


def _required(generations: Generations) -> tuple[str, Manifest]:
    live = live_generation(generations)
    if not live:
        raise IndexMissingError(f"There is no index in '{generations.folder}' yet. Run `chatbot index` to build it.")
    return live
