"""What a chat model writes, cut into statements as it comes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.answering.writing import Cutter, Written
from chatbot.inline import render
from chatbot.sentences import sentence_starts


def cutter(source: str = "") -> Cutter:
    return Cutter(sentence_starts, lambda text: render(text).text, source)


def cut(text: str, source: str = "", *, whole: bool = True) -> list[Written]:
    one = cutter(source)
    return [*one.feed(text), *one.end(whole=whole)]


def texts(text: str, source: str = "") -> list[str]:
    return [each.text for each in cut(text, source)]


def test_sentences_are_given_as_soon_as_the_next_one_begins():
    one = cutter()
    assert list(one.feed("Kayaks can be hired. They")) == [Written("Kayaks can be hired.", "sentence")]
    assert list(one.feed(" cost £9")) == []
    assert list(one.feed(" an hour.")) == []
    assert list(one.end(whole=True)) == [Written("They cost £9 an hour.", "sentence")]


def test_a_stop_inside_a_sentence_ends_nothing():
    assert texts("Dr. Lee hires kayaks for £9.50 an hour. Ask her.") == [
        "Dr. Lee hires kayaks for £9.50 an hour.",
        "Ask her.",
    ]


def test_an_item_is_whole_at_the_end_of_its_line():
    assert cut("You need:\n- **A life vest.** It is lent.\n2. A towel\n* Money") == [
        Written("You need:", "sentence"),
        Written("A life vest. It is lent.", "item"),
        Written("A towel", "item"),
        Written("Money", "item"),
    ]


def test_an_item_waits_for_its_line_to_end():
    one = cutter()
    assert list(one.feed("- A life vest. It is")) == []
    assert list(one.feed(" lent.\n")) == [Written("A life vest. It is lent.", "item")]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Kayaks cost £9 [1].", "Kayaks cost £9."),
        ("Kayaks cost £9. [1, 2]", "Kayaks cost £9."),
        ("Kayaks cost £9 [Passage 3].", "Kayaks cost £9."),
        ("Kayaks cost £9 (see passage 2).", "Kayaks cost £9."),
        ("According to the passage, kayaks cost £9.", "Kayaks cost £9."),
        ("According to passage 2, kayaks cost £9.", "Kayaks cost £9."),
        ("The answer to the question is: Kayaks cost £9.", "Kayaks cost £9."),
        ("The article states that kayaks cost £9.", "Kayaks cost £9."),
        ("**Kayaks** cost *£9*.", "Kayaks cost £9."),
        ("Kayaks cost `£9`.", "Kayaks cost £9."),
    ],
)
def test_marks_and_talk_of_passages_are_taken_out(said: str, text: str):
    assert texts(said) == [text]


def test_a_link_that_the_posts_have_not_is_removed():
    said = "Book at [our shop](https://elsewhere.example/pay) or at https://elsewhere.example/now, or https://lake.example/."
    assert texts(said, "Book at https://lake.example/ in May.") == ["Book at our shop or at, or https://lake.example/."]


def test_an_image_is_no_part_of_a_sentence():
    assert texts("![A yellow kayak](https://elsewhere.example/kayak.png) Kayaks cost £9.") == ["Kayaks cost £9."]


@pytest.mark.parametrize(
    "said",
    ["# Kayaks", "| Boat | Price |", "> Kayaks", "```\nhire()\n```", "How much is a kayak?", "Sources: [1]", "***"],
)
def test_headings_tables_code_and_questions_are_no_statements(said: str):
    assert cut(said) == []


@pytest.mark.parametrize("said", ["The passage is about kayaks.", "Kayaks are described in passage 2 as yellow."])
def test_talk_of_what_no_reader_sees_is_left_out(said: str):
    assert cut(said) == []


def test_half_of_an_aside_is_no_whole_statement():
    assert not cut("It is called Lake House (or")[0].ended


def test_what_the_model_broke_off_is_marked_so():
    assert cut("Kayaks cost £9. They are ye", whole=False)[-1] == Written("They are ye", "sentence", ended=False)
    assert cut("Kayaks cost £9. They are yellow.", whole=False)[-1].ended


@given(st.text(alphabet="ab .!?\n-1*[]", max_size=80), st.lists(st.integers(1, 9), max_size=20))
@settings(max_examples=150, deadline=None)
def test_words_come_in_order_and_once_however_the_text_arrives(text: str, sizes: list[int]):
    one, pieces = cutter(), []
    rest = text
    for size in sizes:
        pieces += one.feed(rest[:size])
        rest = rest[size:]
    pieces += [*one.feed(rest), *one.end(whole=True)]
    words = [word for each in pieces for word in each.text.split()]
    remaining = iter(text.replace("\n", " ").replace("*", "").replace("[", " ").replace("]", " ").split())
    letters = "".join(character for word in words for character in word if character in "ab")
    source = iter(character for word in remaining for character in word if character in "ab")
    assert all(character in source for character in letters)
