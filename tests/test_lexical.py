import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from contracts import passage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.errors import IndexDamagedError
from chatbot.lexical import LexicalIndex
from chatbot.records import Filter, Passage

PATHS = (Path(__file__).parent, Path(__file__).parent.parent)
TEXTS = [
    "Lead generation turns strangers into prospects.",
    "MQLs are leads that marketing has qualified; SQLs are ready for sales.",
    "The U.S. company's café didn't open until 1,200 people had signed.",
    "Running campaigns on social media costs time.",
    "東京は日本の首都です。",
]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    made = LexicalIndex(tmp_path / "lexical")
    made.update([passage(number, text) for number, text in enumerate(TEXTS)])
    return made


def found(index: LexicalIndex, question: str, filter: Filter | None = None) -> list[int]:
    return [int(each, 16) for each, _ in index.search(question, 10, filter)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("generating leads", [0, 1]),
        ("What is an MQL?", [1]),
        ("sql", [1]),
        ("cafes in the US", [2]),
        ("1200", [2]),
        ("didnt", [2]),
        ("CAMPAIGN runs", [3]),
        ("首都", [4]),
        ("quantum", []),
        ("", []),
        ("?!", []),
    ],
)
def test_words_are_found_in_any_form(index: LexicalIndex, question: str, expected: list[int]) -> None:
    assert found(index, question) == expected


def test_scores_fall_and_stay_below_the_ceiling(index: LexicalIndex) -> None:
    scores = [score for _, score in index.search("lead generation and sales", 10)]

    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] <= scores[0] < index.ceiling(index.terms("lead generation and sales"))
    assert len(index.search("lead generation and sales", 1)) == 1
    assert index.search("lead", 0) == []


def test_title_and_headings_are_searched_too(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    headed = replace(passage(2, "Nothing of the kind."), headings=("Whales", "Blue"), title="Oceans")
    index.update([passage(1, "Nothing of the kind."), headed])

    assert found(index, "whale") == [2]
    assert found(index, "ocean") == [2]


def test_no_score_exceeds_the_ceiling(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.update([passage(1, "whale " * 500), passage(2, "A whale and a krill."), passage(3, "Krill.")])

    scores = [score for _, score in index.search("whale krill", 10)]
    assert 0 < max(scores) < index.ceiling(index.terms("whale krill"))
    assert index.ceiling(index.terms("unheard-of")) > 0


def test_known_ids(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.update([passage(1, "Something.")])

    assert index.known([passage(1, "Something.").id, "another"]) == {passage(1, "Something.").id}


def test_filters(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    passages = [passage(number, "The same words.", slug=f"post-{number}") for number in range(6)]
    days = [date(2024, 1, 1 + number).toordinal() for number in range(5)]
    index.update(passages, tags=[["Marketing", "seo"]] * 3 + [["news"]] * 3, days=[*days, None])

    assert sorted(found(index, "words", Filter())) == [0, 1, 2, 3, 4, 5]
    assert sorted(found(index, "words", Filter(articles=["post-1", "post-5", "post"]))) == [1, 5]
    assert sorted(found(index, "words", Filter(tags=["SEO"]))) == [0, 1, 2]
    assert sorted(found(index, "words", Filter(tags=["marketing", "news"]))) == [0, 1, 2, 3, 4, 5]
    assert sorted(found(index, "words", Filter(since=date(2024, 1, 4)))) == [3, 4]
    assert sorted(found(index, "words", Filter(until=date(2024, 1, 2)))) == [0, 1]
    assert found(index, "words", Filter(["post-1", "post-4"], ["seo"], date(2024, 1, 1), date(2024, 1, 9))) == [1]
    scores = {score for _, score in [*index.search("words", 9), *index.search("words", 9, Filter(tags=["seo"]))]}
    assert len(scores) == 1, "a filter doesn't change the scores"


def test_update_replaces_and_removes(index: LexicalIndex, tmp_path: Path) -> None:
    index.update([passage(0, "Whales sing.")], remove=[passage(3).id, "unknown"])

    assert index.ids() == {passage(number).id for number in (0, 1, 2, 4)}
    assert index.known([passage(0).id, passage(3).id, "unknown"]) == {passage(0).id}
    assert index.known([]) == set()
    assert len(index) == 4
    assert (found(index, "generation"), found(index, "whale"), found(index, "campaign")) == ([], [0], [])
    assert LexicalIndex(tmp_path / "lexical").search("whale", 5) == index.search("whale", 5)


def test_rare_terms_tell_more(index: LexicalIndex) -> None:
    assert index.terms("Lead generation") == ["lead", "generat"]
    assert index.document_frequency("lead") == 2
    weights = index.idf(["unheard", "generat", "lead"])
    assert weights["unheard"] > weights["generat"] > weights["lead"] > 0


def test_a_folder_of_something_else_is_explained(tmp_path: Path) -> None:
    LexicalIndex(tmp_path)
    (tmp_path / "meta.json").write_text("{}")

    with pytest.raises(IndexDamagedError, match="Run `chatbot index` to"):
        LexicalIndex(tmp_path)


def test_searching_from_many_threads_while_updating(index: LexicalIndex) -> None:
    with ThreadPoolExecutor(8) as pool:
        searches = [pool.submit(found, index, "What is an MQL?") for _ in range(200)]
        for number in range(10, 20):
            index.update([passage(number, "More words.")])
        assert {tuple(search.result()) for search in searches} == {(1,)}
    assert len(index) == 15


def test_a_killed_writer_leaves_the_last_commit_and_no_lock(tmp_path: Path) -> None:
    program = (
        "import sys, os, signal, tantivy; from pathlib import Path\n"
        "from chatbot.lexical import LexicalIndex; from contracts import passage\n"
        f"index = LexicalIndex(Path({str(tmp_path)!r})); index.update([passage(1, 'Whales sing.')])\n"
        "writer = index._index.writer(32_000_000, 1); writer.delete_all_documents()\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, PATHS))}
    )
    assert done.returncode == -signal.SIGKILL

    index = LexicalIndex(tmp_path)
    assert found(index, "whales") == [1]
    index.update([passage(2, "Whales dive.")])
    assert sorted(found(index, "whales")) == [1, 2]


@given(question=st.text(max_size=80) | st.sampled_from(['"', "text:*", "a AND (", "[a TO b]", "-x^9 ~", "\\", "id:1"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_question_can_be_asked(index: LexicalIndex, question: str) -> None:
    assert all(score > 0 for _, score in index.search(question, 5))


def test_a_passage_is_found_by_its_own_words(index: LexicalIndex) -> None:
    def own(each: Passage) -> list[int]:
        return found(index, each.text)[:1]

    assert [own(passage(number, text)) for number, text in enumerate(TEXTS)] == [[0], [1], [2], [3], [4]]
