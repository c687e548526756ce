import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.sentences import sentence_starts


def sentences(text: str) -> list[str]:
    starts = sentence_starts(text)
    return [text[start:end].rstrip() for start, end in zip(starts, [*starts[1:], None], strict=True)]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith met J. R. R. Tolkien near the U.S. Congress.",
        "She moved to St. John with Mr. Smith and Prof. Jones.",
        "See Fig. 3 and p. 12, ca. 1900, approx. 50 pages, No. 5.",
        "It costs 3.50 in version 1.2.3 at example.com today.",
        "Use a tool, e.g. Make, i.e. GNU Make, vs. Ninja.",
        'He asked "why?" and left... but came back.',
        "The firm (founded 1990. Closed 1999.) was small.",
        "Acme Inc. Holdings bought Foo Ltd. Partners on Jan. 5.",
        "Countries ( France , Spain , etc . ) took part .",
        "1. Open the box",
        "Columnist George F. Will termed it so.",
        "Ph.D. students of the U.N. Assembly",
    ],
)
def test_stays_whole(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "parts",
    [
        ["First one.", "Second one!", "Third one?", "Fourth"],
        ['He said "stop."', "Then he left."],
        ["(A whole aside.)", "And more."],
        ["He lives in the U.S.", "The winters are cold."],
        ["He left at 5 p.m.", "Then it rained."],
        ["It happened in 1990.", "Nobody saw it."],
        ["We sell phones.", "iPhones come first."],
        ["The first one .", "The second one , here .", "A third ."],
        ['He said , " go on . "', "Then he went ."],
        ["Is it so?", "¿Por qué no?", "“Yes.”", "Good."],
        ["Wait...", "There is more…", "Much more."],
    ],
)
def test_splits(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


@pytest.mark.parametrize("parts", [["你好。", "他说：「好。」", "真的吗？", "是。"], ["यह है। ", "वह था।"]])
def test_stops_of_other_scripts(parts: list[str]) -> None:
    assert sentences("".join(parts)) == [part.rstrip() for part in parts]


def test_a_line_break_ends_a_sentence_unless_it_goes_on_in_small_letters() -> None:
    assert sentences("Main Street 5\nSpringfield\nwhich is far") == ["Main Street 5", "Springfield\nwhich is far"]


def test_a_long_text_is_split_in_time() -> None:
    assert len(sentence_starts("A word or two. " * 5_000)) == 5_000
    assert sentence_starts("x" * 100_000) == [0]


@given(st.text(alphabet="aB1 .!?\n\"'()。“”।,`", max_size=80))
@settings(max_examples=150, deadline=None)
def test_every_sentence_has_a_word_and_starts_rise(text: str) -> None:
    starts = sentence_starts(text)
    assert starts == sorted(set(starts))
    assert (starts[0] == 0) if text else (starts == [])
    if any(character.isalnum() for character in text):
        assert all(any(character.isalnum() for character in part) for part in sentences(text)[1:])
