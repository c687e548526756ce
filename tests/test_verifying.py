import re
from concurrent.futures import ThreadPoolExecutor
from math import isfinite
from pathlib import Path

import pytest
from contracts import check_verifier
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.errors import ModelError
from chatbot.verifying import LEAST, EntailmentVerifier, packaged_verifier

HARBOUR = (
    "The ferry to Arran leaves at nine in the morning and carries up to 40 cars.",
    "Its crew of four has sailed together since 2011.",
    "Dogs travel in the lower deck, but bicycles are not allowed on board.",
)


@pytest.fixture(scope="module")
def verifier() -> EntailmentVerifier:
    return packaged_verifier()


def test_it_keeps_the_contract(verifier: EntailmentVerifier):
    check_verifier(verifier, HARBOUR, HARBOUR[1], "Its crew of four has sailed together since 2014.")


@pytest.mark.parametrize("claim", HARBOUR)
def test_a_sentence_supports_itself(verifier: EntailmentVerifier, claim: str):
    assert verifier.supports(claim, HARBOUR) > 1
    assert verifier.supports(claim, [claim]) > 1


@pytest.mark.parametrize(
    "claim",
    [
        "The ferry to Arran leaves at nine in the morning.",
        "The crew of four has sailed together since 2011.",
        "Dogs travel in the lower deck.",
        "You can take up to 40 cars on the ferry, and bicycles are not allowed.",
    ],
)
def test_less_or_other_words_are_supported_too(verifier: EntailmentVerifier, claim: str):
    assert verifier.supports(claim, HARBOUR, "The ferry to Arran") > 0


@pytest.mark.parametrize(
    "claim",
    [
        "The ferry to Arran leaves at ten in the morning and carries up to 40 cars.",
        "The ferry to Islay leaves at nine in the morning and carries up to 40 cars.",
        "The ferry to Arran leaves at nine in the evening and carries up to 40 cars.",
        "The ferry to Arran does not leave at nine in the morning.",
        "Its crew of four has sailed together since 2014.",
        "Its crew of four has never sailed together since 2011.",
        "Dogs travel in the lower deck, but bicycles are allowed on board.",
        "Dogs travel in the upper deck, but bicycles are not allowed on board.",
        "The captain of the ferry was born in Glasgow.",
        "Its crew of four has sailed together since 2011, and they won a prize for it.",
    ],
)
def test_what_is_altered_or_added_is_not_supported(verifier: EntailmentVerifier, claim: str):
    assert verifier.supports(claim, HARBOUR, "The ferry to Arran") < 0


def test_a_claim_needs_its_sentence(verifier: EntailmentVerifier):
    assert verifier.supports(HARBOUR[1], HARBOUR) > 0 > verifier.supports(HARBOUR[1], HARBOUR[::2])


def test_nothing_supports_without_words(verifier: EntailmentVerifier):
    assert verifier.supports("", HARBOUR) == LEAST
    assert verifier.supports(HARBOUR[0], []) == LEAST
    assert verifier.supports(HARBOUR[0], ["", " "]) == LEAST


def test_values_do_not_depend_on_what_was_asked_before(verifier: EntailmentVerifier):
    claims = [f"The ferry carries up to {number} cars." for number in range(20, 60, 5)]
    alone = [EntailmentVerifier.supports(verifier, claim, HARBOUR) for claim in claims]
    fresh = EntailmentVerifier()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda claim: fresh.supports(claim, HARBOUR), reversed(claims))) == alone[::-1]


def test_what_is_too_long_is_cut(verifier: EntailmentVerifier):
    long = ["Waves came and went all day long."] * 100
    assert verifier.supports(HARBOUR[1], [*long, HARBOUR[1]]) == verifier.supports(HARBOUR[1], [*long, "And so on."])
    assert verifier.supports(HARBOUR[1], [HARBOUR[1], *long]) > 0


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=60), max_size=4), st.text(max_size=20))
def test_anything_can_be_read(claim: str, evidence: list[str], about: str):
    assert isfinite(packaged_verifier().supports(claim, evidence, about))


def test_a_missing_model_says_what_to_do(tmp_path: Path):
    with pytest.raises(ModelError, match=re.escape(str(tmp_path)) + ".*pip install"):
        EntailmentVerifier(tmp_path / "model.onnx")


def test_a_broken_model_says_what_to_do(tmp_path: Path):
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="pip install"):
        EntailmentVerifier(tmp_path / "model.onnx")
