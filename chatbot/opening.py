"""The finished index opened for reading, with nothing of what it takes to build one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.embedding import folder_name, load_embedder
from chatbot.errors import IndexMissingError
from chatbot.generations import Generations, Manifest
from chatbot.index import ChromaIndex, Recipe
from chatbot.lexical import LexicalIndex
from chatbot.protocols import Embedder
from chatbot.records import Article
from chatbot.rules import RULES_VERSION
from chatbot.settings import Settings


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
    recipe = fitting_recipe(manifest.recipe, settings)
    folder = generations.path(name)
    return OpenIndex(
        generation=name,
        articles=manifest.articles(),
        embedder=load_embedder(settings.embedding_model, model_folder(settings)),
        vectors=open_vectors(settings, folder, recipe),
        lexical=LexicalIndex(folder / "lexical"),
    )


def current_generation(vectorstore: Path) -> str | None:
    """Name of the live generation, None before the first build; cheap enough to ask every second."""
    return Generations(vectorstore).current()


def live_generation(generations: Generations) -> tuple[str, Manifest] | None:
    """Name and content of the live generation, None before the first build."""
    name = generations.current()
    try:
        return (name, generations.manifest(name)) if name else None
    except FileNotFoundError:
        # two builds went by since its name was read
        name = generations.current()
        return (name, generations.manifest(name)) if name else None


def open_vectors(settings: Settings, generation: Path, recipe: Recipe) -> ChromaIndex:
    """The vectors of a generation, in its folder or on the Chroma server of the settings."""
    if settings.chroma_url:
        return ChromaIndex.connect(settings.chroma_url, recipe, settings.collection)
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
