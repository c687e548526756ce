"""Chat models behind a network: every way of failing ends in bounded time, with a cause and without the key."""

import logging
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest
from contracts import check_chat_model
from modelserver import KEY, WELL, ModelServer, free_port, full_backlog

from chatbot.chatting.breaker import Breaker
from chatbot.chatting.guarded import GuardedChatModel, Limits, estimated_tokens
from chatbot.chatting.providers import open_chat_model
from chatbot.errors import ChatModelError, ModelError
from chatbot.records import Message

ASKED = (Message("system", "Answer from the passages."), Message("user", "What is a lead magnet?"))
LIMITS = Limits(wait=20, connect=20, first=20, total=40, tokens=100)
SHORT = Limits(connect=0.5, first=1.5, total=3, tokens=10_000)
SLACK = 4
"""Seconds beyond a limit that a busy machine may need."""


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.setenv(name, KEY)


def opened(name: str, limits: Limits = LIMITS) -> GuardedChatModel:
    """A model whose library is loaded, which takes seconds and would count as its own slowness."""
    model = open_chat_model(name, limits)
    model.opened()
    return model


def failure(model: GuardedChatModel) -> ChatModelError:
    with pytest.raises(ChatModelError) as raised:
        list(model.stream(ASKED))
    return raised.value


def test_an_answer_comes_piece_by_piece(model_server: ModelServer):
    model = opened(model_server.model("well"))
    assert list(model.stream(ASKED)) == WELL
    assert model.failures() == {}
    (request,) = model_server.asked
    assert request["path"] == "/v1/chat/completions"
    assert [(each["role"], each["content"]) for each in request["messages"]] == [
        (message.role, message.text) for message in ASKED
    ]
    assert (request["stream"], request["temperature"], request["max_tokens"]) == (True, 0, LIMITS.tokens)
    assert request["authorization"] == f"Bearer {KEY}"


def test_the_contract(model_server: ModelServer):
    check_chat_model(opened(model_server.model("well")), ASKED)


def test_a_server_with_one_model_needs_no_name(model_server: ModelServer):
    assert list(opened(model_server.url + "/").stream(ASKED)) == WELL
    assert model_server.asked[0]["model"] == "well"


def test_a_key_is_not_needed(model_server: ModelServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    assert list(opened(model_server.model("well")).stream(ASKED)) == WELL


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [
        ("limited", "limited"),
        ("overloaded", "limited"),
        ("memory", "memory"),
        ("reported", "memory"),
        ("empty", "empty"),
        ("page", "empty"),
        ("endless", "endless"),
        ("broken", "broken"),
        ("cut", "broken"),
        ("garbage", "broken"),
        ("wrong-key", "key"),
        ("context", "context"),
        ("loading", "dead"),
        ("failing", "failed"),
        ("no-such-model", "failed"),
    ],
)
def test_what_goes_wrong(model_server: ModelServer, caplog: pytest.LogCaptureFixture, behaviour: str, cause: str):
    model = opened(model_server.model(behaviour))
    with caplog.at_level(logging.WARNING, "chatbot"):
        error = failure(model)
    assert error.cause == cause
    assert model.failures() == {cause: 1}
    (record,) = caplog.records
    assert f"[{cause}]" in record.getMessage()
    assert "\n" not in record.getMessage()
    said = [caplog.text, str(error), repr(error), repr(model), *traceback.format_exception(error)]
    assert not [text for text in said if KEY in text], "the key is nowhere"
    assert len(model_server.asked) == 1, "nothing is tried twice"


@pytest.mark.parametrize(
    ("behaviour", "seconds"),
    [("silent", SHORT.first), ("slow-to-begin", SHORT.first), ("slow-to-end", SHORT.total)],
)
def test_a_slow_server_is_left_in_time(model_server: ModelServer, behaviour: str, seconds: float):
    model = opened(model_server.model(behaviour), SHORT)
    begun = time.monotonic()
    error = failure(model)
    assert error.cause == "slow"
    assert seconds <= time.monotonic() - begun < seconds + SLACK
    assert f"within {seconds:g} s" in str(error)
    assert model_server.gone.wait(SLACK), "the server is told"


def test_nobody_listens():
    model = opened(f"http://127.0.0.1:{free_port()}/v1#any")
    assert failure(model).cause == "dead"


def test_nobody_listens_and_the_model_has_no_name():
    model = open_chat_model(f"http://127.0.0.1:{free_port()}/v1", LIMITS)
    assert failure(model).cause == "dead"


def test_nobody_takes_the_call():
    with full_backlog() as port:
        model = opened(f"http://127.0.0.1:{port}/v1#any", Limits(connect=0.3, first=20))
        begun = time.monotonic()
        assert failure(model).cause == "slow"
        assert time.monotonic() - begun < 0.3 + SLACK


def test_who_stops_reading_stops_the_server(model_server: ModelServer):
    model = opened(model_server.model("slow-to-end"), Limits(total=60, tokens=1000))
    stream = model.stream(ASKED)
    assert list(islice(stream, 3)) == ["and "] * 3
    stream.close()
    assert model_server.gone.wait(SLACK)
    assert model.failures() == {}, "that isn't the model's failure"


def test_a_model_that_fails_again_and_again_rests(model_server: ModelServer, caplog: pytest.LogCaptureFixture):
    breaker = Breaker(failures=2, rest=0.5)
    model = GuardedChatModel("flaky", "flaky", opened(model_server.model("failing")).source, LIMITS, breaker)
    assert [failure(model).cause for _ in range(4)] == ["failed", "failed", "resting", "resting"]
    assert len(model_server.asked) == 2, "a resting one isn't asked"
    assert model.failures() == {"failed": 2, "resting": 2}
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 2
    time.sleep(0.6)
    assert [failure(model).cause for _ in range(2)] == ["failed", "resting"], "one trial"
    assert len(model_server.asked) == 3


def test_a_model_that_works_again_is_asked_again(model_server: ModelServer):
    breaker = Breaker(failures=1, rest=0.2)
    bad, good = (opened(model_server.model(each)).source for each in ("failing", "well"))
    assert failure(GuardedChatModel("bad", "bad", bad, LIMITS, breaker)).cause == "failed"
    model = GuardedChatModel("good", "good", good, LIMITS, breaker)
    assert failure(model).cause == "resting"
    time.sleep(0.3)
    assert list(model.stream(ASKED)) == WELL
    assert list(model.stream(ASKED)) == WELL


def test_a_question_too_long_says_nothing_of_the_next(model_server: ModelServer):
    model = opened(model_server.model("context"))
    assert [failure(model).cause for _ in range(5)] == ["context"] * 5


def test_many_threads_ask_at_once(model_server: ModelServer):
    model = opened(model_server.model("well"))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: list(model.stream(ASKED)), range(24))) == [WELL] * 24


ADDRESSED = {
    "openai:gpt-test": "OPENAI_API_BASE",
    "anthropic:claude-test": "ANTHROPIC_API_URL",
    "google_genai:gemini-test": "GOOGLE_GEMINI_BASE_URL",
    "ollama:llama-test": "OLLAMA_HOST",
}
"""A model of each provider, and the variable that leads its library to another server."""


@pytest.mark.parametrize("name", ADDRESSED)
def test_a_provider_that_refuses(model_server: ModelServer, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setenv(ADDRESSED[name], model_server.url)
    model = opened(name, LIMITS)
    assert failure(model).cause == "failed", "it knows no such model"
    assert "404" in str(failure(model))
    assert len(model_server.asked) == 2, "nothing is tried twice"


@pytest.mark.parametrize("name", ADDRESSED)
def test_a_provider_that_is_not_there(monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setenv(ADDRESSED[name], f"http://127.0.0.1:{free_port()}")
    error = failure(opened(name, LIMITS))
    assert error.cause == "dead"
    assert KEY not in str(error)


@pytest.mark.parametrize("name", ["openai:gpt-test", "google_genai:gemini-test"])
def test_a_provider_without_its_key(monkeypatch: pytest.MonkeyPatch, name: str):
    for variable in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(ADDRESSED[name], f"http://127.0.0.1:{free_port()}")
    assert failure(open_chat_model(name, LIMITS)).cause == "key"


@pytest.mark.parametrize(
    ("name", "module", "command"),
    [
        ("openai:any", "langchain_openai", r"pip install '\.\[openai\]'"),
        ("anthropic:any", "langchain_anthropic", r"pip install '\.\[anthropic\]'"),
        ("google_genai:any", "langchain_google_genai", r"pip install '\.\[google-genai\]'"),
        ("ollama:any", "langchain_ollama", r"pip install '\.\[ollama\]'"),
        ("http://localhost:8000/v1", "langchain_openai", r"pip install '\.\[openai\]'"),
        ("local:smollm2", "xllamacpp", r"pip install '\.\[local\]'"),
        ("mistralai:any", "langchain_mistralai", "pip install langchain-mistralai"),
    ],
)
def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, name: str, module: str, command: str):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ModelError, match=command) as raised:
        open_chat_model(name)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["", "smollm2", "local:", ":model", "gpt-5"])
def test_a_name_that_is_none(name: str):
    with pytest.raises(ModelError, match=r"local:smollm2.*http://"):
        open_chat_model(name)


def test_a_provider_that_nobody_knows():
    with pytest.raises(ModelError, match="no provider 'acme'"):
        open_chat_model("acme:rocket")


def test_a_provider_that_cannot_be_set_up_is_told(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("langchain_openai", reason="langchain-openai isn't installed: pip install '.[openai]'")
    monkeypatch.delenv("AZURE_OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelError, match="'azure_openai:any' can't be set up"):
        open_chat_model("azure_openai:any")


@pytest.mark.parametrize(
    "url",
    [
        "http:///v1",
        "https://[::1/v1",
        "http://user:secret@localhost/v1",
        "http://:secret@localhost/v1",
        "http://localhost/v1?key=secret",
    ],
)
def test_a_url_holds_no_key(url: str):
    with pytest.raises(ModelError, match="OPENAI_API_KEY") as raised:
        open_chat_model(url)
    assert "secret" not in str(raised.value)


def test_a_file_that_is_no_model(tmp_path: Path):
    pytest.importorskip("xllamacpp")
    with pytest.raises(ModelError, match=r"none\.gguf' can't be read: No such file"):
        open_chat_model(f"local:{tmp_path / 'none.gguf'}")
    other = tmp_path / "post.md"
    other.write_text("# A post", encoding="utf-8")
    with pytest.raises(ModelError, match="isn't a GGUF file"):
        open_chat_model(f"local:{other}")


@pytest.mark.parametrize(("text", "least"), [("", 0), ("What is a lead magnet?", 6), ("2024", 4), ("日本語", 3)])
def test_tokens_are_estimated_on_the_safe_side(text: str, least: int):
    assert least <= estimated_tokens(text) <= 2 * least + 2


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("http://10.0.0.5:8000/v1#qwen", "qwen"),
        ("http://10.0.0.5:8000/v1", "chat model"),
        ("ollama:llama3.2", "ollama:llama3.2"),
    ],
)
def test_readers_are_told_no_address_of_the_owner(name: str, told: str):
    assert open_chat_model(name).name == told


def test_readers_are_told_no_folder_of_the_owner(tmp_path: Path):
    file = tmp_path / "tiny.gguf"
    file.write_bytes(b"GGUF")
    assert open_chat_model(f"local:{file}").name == "local:tiny"
