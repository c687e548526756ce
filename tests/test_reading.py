import re
from dataclasses import replace
from pathlib import Path

import pytest
from contracts import check_reader, passage
from hypothesis import given
from hypothesis import strategies as st

from chatbot.errors import ModelError
from chatbot.reading import LEAST, MOST_TOKENS, PassageReader, packaged_reader
from chatbot.records import Passage, Span

HARBOUR = (
    "The ferry to the island leaves at nine in the morning.",
    "Its crew of four has sailed together since 2011.",
    "Dogs travel in the lower deck.",
)
BAKERY = ("Our bakery sells rye bread.", "The oven was built by hand.")


def says(*sentences: str, title: str = "The harbour", kind: str = "sentence") -> Passage:
    spans = tuple(Span(place * 200, place * 200 + len(text), text, kind) for place, text in enumerate(sentences))
    number = abs(hash((sentences, title, kind)))
    return replace(passage(number, " ".join(sentences)), title=title, sentences=spans)


@pytest.fixture(scope="module")
def reader() -> PassageReader:
    return packaged_reader()


def test_it_keeps_the_contract(reader: PassageReader):
    check_reader(reader, "When does the ferry leave?", says(*HARBOUR), says(*BAKERY, title="The bakery"))


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("When does the ferry leave?", 0),
        ("How many people work on the ferry?", 1),
        ("Since when has the crew sailed together?", 1),
        ("Where do dogs travel?", 2),
    ],
)
def test_the_sentence_that_answers_is_told_from_its_neighbours(reader: PassageReader, question: str, place: int):
    sentences = reader.read(question, says(*HARBOUR)).sentences
    assert max(range(3), key=lambda each: sentences[each]) == place


def test_what_is_about_the_same_but_does_not_answer_is_less_likely(reader: PassageReader):
    told = reader.read("When does the ferry leave?", says(*HARBOUR)).answers
    untold = reader.read("When does the ferry leave?", says(*HARBOUR[1:])).answers
    assert told > untold + 1


def test_a_passage_with_nothing_to_quote_does_not_answer(reader: PassageReader):
    reading = reader.read("When does the ferry leave?", says("When the ferry leaves", kind="heading"))
    assert (reading.answers, reading.sentences) == (LEAST, (LEAST,))


def test_what_is_too_far_down_is_not_read(reader: PassageReader):
    long = says(*(f"Sentence number {place} of a passage without end." for place in range(MOST_TOKENS // 4)))
    assert reader.read("What is the number?", long).sentences[-1] == LEAST


def test_a_row_is_read_with_the_names_of_its_columns(reader: PassageReader):
    row = replace(says("nine to five | Tuesday").sentences[0], kind="row")
    header = Span(900, 910, "Opening hours | Day", "header")
    alone = reader.read("What are the opening hours?", replace(says("x"), id="1" * 32, sentences=(row,)))
    named = reader.read("What are the opening hours?", replace(says("x"), id="2" * 32, sentences=(header, row)))
    assert named.sentences[0] == LEAST
    assert named.sentences[1] > alone.sentences[0]


@given(st.text(max_size=80), st.lists(st.text(max_size=60), max_size=8))
def test_anything_can_be_read(question: str, sentences: list[str]):
    reading = packaged_reader().read(question, says(*sentences))
    assert len(reading.sentences) == len(sentences)
    assert all(value >= LEAST - 20 for value in (reading.answers, *reading.sentences))


def test_a_missing_model_says_what_to_do(tmp_path: Path):
    with pytest.raises(ModelError, match=re.escape(str(tmp_path)) + ".*pip install"):
        PassageReader(tmp_path / "model.onnx")


def test_a_broken_model_says_what_to_do(tmp_path: Path):
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="pip install"):
        PassageReader(tmp_path / "model.onnx")
