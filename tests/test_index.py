from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from contracts import check_vector_index, passage

from chatbot.errors import IndexMismatchError, IndexServerError
from chatbot.index import ChromaIndex, Recipe
from chatbot.records import Filter, Span
from chatbot.storing import stored_metadata, stored_passage

RECIPE = Recipe("a-model", 8, "1")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ChromaIndex]:
    opened = ChromaIndex.open(tmp_path / "chroma", RECIPE)
    yield opened
    opened.close()


def test_a_folder_keeps_the_contract(index: ChromaIndex) -> None:
    check_vector_index(index)


def test_a_server_keeps_the_contract(chroma_server: str) -> None:
    index = ChromaIndex.connect(chroma_server, RECIPE, "contract")
    check_vector_index(index)
    index.close()

    with pytest.raises(IndexMismatchError, match="chatbot index --rebuild"):
        ChromaIndex.connect(chroma_server, Recipe("other-model", 8, "1"), "contract")
    ChromaIndex.drop(chroma_server, "contract")
    ChromaIndex.drop(chroma_server, "contract")
    again = ChromaIndex.connect(chroma_server, Recipe("other-model", 8, "1"), "contract")
    assert again.ids() == set()
    again.close()


def test_what_was_added_is_there_after_reopening(tmp_path: Path) -> None:
    index = ChromaIndex.open(tmp_path, RECIPE)
    index.add([passage(1)], [np.ones(8).tolist()], [[]], [None])
    index.close()
    reopened = ChromaIndex.open(tmp_path, RECIPE)

    assert reopened.get([passage(1).id]) == {passage(1).id: passage(1)}
    assert reopened.query(np.ones(8).tolist(), 3) == [(passage(1).id, pytest.approx(1.0))]
    reopened.close()


def test_what_was_stored_before_items_had_numbers_has_none() -> None:
    old = stored_metadata(passage(1), [], None) | {"sentences": '[[0,5,"One.","item",2,1],[6,9,"Two.","item",2,1]]'}
    assert stored_passage("1", "One. Two.", old).sentences == (
        Span(0, 5, "One.", "item", 2, 1, 0),
        Span(6, 9, "Two.", "item", 2, 1, 0),
    )


def test_one_folder_opened_twice(index: ChromaIndex, tmp_path: Path) -> None:
    second = ChromaIndex.open(tmp_path / "chroma", RECIPE)
    second.add([passage(1)], [np.ones(8).tolist()], [[]], [None])
    second.close()

    assert index.ids() == {passage(1).id}


@pytest.mark.parametrize(
    "other", [Recipe("b-model", 8, "1"), Recipe("a-model", 9, "1"), Recipe("a-model", 8, "2")], ids=str
)
def test_another_recipe_is_refused(index: ChromaIndex, tmp_path: Path, other: Recipe) -> None:
    with pytest.raises(IndexMismatchError, match=r"was made with .* the settings ask for .*`chatbot index --rebuild`"):
        ChromaIndex.open(tmp_path / "chroma", other)

    assert index.ids() == set()


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(IndexServerError, match=r"http://127\.0\.0\.1:9 .*chroma_url"):
        ChromaIndex.connect("http://127.0.0.1:9", RECIPE)


def test_many_passages_at_once(index: ChromaIndex) -> None:
    random = np.random.default_rng(2)
    vectors = random.normal(size=(2500, 8))
    passages = [passage(number) for number in range(2500)]
    index.add(passages, vectors.tolist(), [[]] * 2500, [None] * 2500)
    index.remove([each.id for each in passages[:1200]])

    assert len(index.ids()) == 1300
    assert len(index.get([each.id for each in passages])) == 1300
    assert len(index.query(vectors[0].tolist(), 50)) == 50


def test_near_exact_recall(index: ChromaIndex) -> None:
    random = np.random.default_rng(3)
    vectors = random.normal(size=(3000, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index.add([passage(number) for number in range(3000)], vectors.tolist(), [[]] * 3000, [None] * 3000)
    recalls = []
    for vector in vectors[:100]:
        exact = {f"{number:032x}" for number in np.argsort(-(vectors @ vector))[:10]}
        recalls.append(len(exact & dict(index.query(vector.tolist(), 10)).keys()) / 10)

    assert np.mean(recalls) >= 0.99


def test_one_name_is_a_filter_of_one() -> None:
    assert Filter(articles="tea", tags="garden") == Filter(articles=("tea",), tags=("garden",))  # type: ignore[arg-type]
