import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot import Chatbot
from chatbot.answering.relevance import Meter
from chatbot.embedding import OnnxEmbedder
from chatbot.errors import IndexDamagedError
from chatbot.records import measured_texts
from chatbot.retrieval import content_words
from chatbot.spanvectors import FILE, SpanVectors, SpanWriter, open_spans

ONE, OTHER = f"{1:032x}", f"{2**100:032x}"


def vector(*parts: float) -> list[float]:
    return (np.array(parts) / np.linalg.norm(parts)).tolist()


def write(folder: Path, *texts: tuple[str, str, list[float]], gone: tuple[str, ...] = ()) -> SpanVectors:
    writer = SpanWriter(folder, 3)
    writer.update(texts, [*gone, *(passage for passage, _, _ in texts)])
    writer.finish()
    return SpanVectors(folder / FILE)


def test_vectors_are_found_by_their_text(tmp_path: Path) -> None:
    spans = write(
        tmp_path, (ONE, "Whales\nThey sing.", vector(1, 2, -3)), (OTHER, "Bees\nThey dance.", vector(0, 0, 1))
    )

    assert spans.get("Whales\nThey sing.") == pytest.approx(vector(1, 2, -3), abs=2e-5)
    assert spans.get("Bees\nThey dance.").tolist() == [0, 0, 1]
    assert spans.get("Bees\nThey sing.") is None
    assert len(spans) == 2
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_passage_stored_anew_has_only_its_new_texts(tmp_path: Path) -> None:
    write(tmp_path, (ONE, "a", vector(1, 0, 0)), (ONE, "b", vector(0, 1, 0)), (OTHER, "b", vector(0, 1, 0)))
    spans = write(tmp_path, (ONE, "c", vector(0, 0, 1)))
    assert [spans.get(text) is not None for text in "abc"] == [False, True, True]

    spans = write(tmp_path, gone=(OTHER,))
    assert [spans.get(text) is not None for text in "abc"] == [False, False, True]

    spans = write(tmp_path, gone=(ONE, OTHER))
    assert len(spans) == 0
    assert spans.get("c") is None


def test_a_generation_without_the_file_has_no_vectors(tmp_path: Path) -> None:
    assert open_spans(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"\xff" * 500, b"{}".ljust(127) + b"\n", json.dumps([1]).encode().ljust(128)])
def test_a_file_that_is_not_whole_is_explained(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(IndexDamagedError, match="Run `chatbot index`"):
        open_spans(tmp_path)


def test_a_file_that_was_cut_is_explained(tmp_path: Path) -> None:
    write(tmp_path, (ONE, "a", vector(1, 0, 0)))
    (tmp_path / FILE).write_bytes((tmp_path / FILE).read_bytes()[:-1])
    with pytest.raises(IndexDamagedError, match="Run `chatbot index`"):
        open_spans(tmp_path)


_TEXTS = st.dictionaries(st.integers(0, 9), st.sets(st.text("ab\udc80 ", max_size=3), max_size=4), max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(builds=st.lists(st.tuples(_TEXTS, st.sets(st.integers(0, 9))), min_size=1, max_size=4))
def test_builds_one_after_the_other(tmp_path: Path, builds: list[tuple[dict[int, set[str]], set[int]]]) -> None:
    (tmp_path / FILE).unlink(missing_ok=True)
    kept: dict[int, set[str]] = {}
    for added, gone in builds:
        kept = {number: texts for number, texts in kept.items() if number not in gone} | added
        rows = [(f"{number:032x}"[::-1], text, vector(1, len(text), 0)) for number in added for text in added[number]]
        writer = SpanWriter(tmp_path, 3)
        writer.update(rows, [f"{number:032x}"[::-1] for number in (*gone, *added)])
        writer.finish()

    spans = SpanVectors(tmp_path / FILE)
    assert len(spans) == sum(map(len, kept.values()))
    for text in {text for texts in kept.values() for text in texts}:
        assert spans.get(text) == pytest.approx(vector(1, len(text), 0), abs=2e-5)


def test_a_meter_embeds_only_what_is_not_known(bot: Chatbot) -> None:
    index = bot._engine.index
    known = {"It rains.": np.array([1, 0], np.float32), "Bread.": np.array([0, 1], np.float32)}
    meter = Meter(None, index.lexical, content_words, known.get, index.vectors.similarities)
    assert meter.similarity("It rains.", "It rains.") == 1
    assert meter.similarity("It rains.", "Bread.") == 0

    meter = Meter(index.embedder, index.lexical, content_words, {}.get, index.vectors.similarities)
    assert meter.similarity("It rains.", "Rain falls.") > 0.6


def test_a_question_is_all_that_is_embedded_where_it_is_asked(bot: Chatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    index = bot._engine.index
    passages = index.vectors.get(sorted(index.lexical.ids())).values()
    stored = {text for passage in passages for text in measured_texts(passage)}
    seen: list[str] = []
    plain = OnnxEmbedder._embed
    monkeypatch.setattr(OnnxEmbedder, "_embed", lambda self, text: seen.append(text) or plain(self, text))
    question = "Which way of attracting customers costs the least for a small bakery?"
    bot.ask(question)

    assert seen.count(question) == 1, "once for the search and all comparisons"
    assert not stored & set(seen)
