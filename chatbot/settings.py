"""Settings and where they come from, strongest first: arguments, ``CHATBOT_*`` variables, pyproject.toml, defaults."""

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, FilePath, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    PyprojectTomlConfigSettingsSource,
    SettingsConfigDict,
)

from chatbot.errors import SettingsError

_PREFIX = "CHATBOT_"
REWRITING = 5.0
"""Seconds that making a follow-up question standalone may take, the wait for the model's turn included."""
_ORIGIN = re.compile(r"https?://[^/\s?#@,]+", re.IGNORECASE)


def _names(given: Any) -> Any:
    """A list as it stands, or a text with commas, which is how the environment has it."""
    return tuple(name.strip() for name in given.split(",") if name.strip()) if isinstance(given, str) else given


_Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]


class Settings(BaseSettings):
    """What an owner can set.

    Sources, strongest first: keyword arguments, ``CHATBOT_*`` environment variables, ``[tool.chatbot]`` in the working
    folder's ``pyproject.toml``, the defaults here. Relative paths are relative to the working folder.

    Raises:
        SettingsError: A key is unknown (the message names the nearest known one) or a value can't be used.
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, extra="forbid", frozen=True, pyproject_toml_table_header=("tool", "chatbot")
    )

    corpus: Path = Field(Path("corpus"), description="Folder of articles, searched with its subfolders")
    vectorstore: Path = Field(Path("vectorstore"), description="Folder of the index; derived data")
    chroma_url: str = Field("", description="A running Chroma server, e.g. http://localhost:8000; empty: embedded")
    collection: str = Field("articles", description="Name of the Chroma collection")
    site_url: str = Field("", description="Where the site lives, e.g. https://example.com")
    url_pattern: str = Field("/posts/{slug}/", description="Path of an article without a permalink of its own")
    embedding_model: str = Field("all-MiniLM-L6-v2", description="A sentence-transformers model, by name or folder")
    min_confidence: float = Field(0.5, ge=0, le=1, description="Below this an answer is a refusal")
    chat_model: str = Field("", description="A chat model, e.g. local:smollm2 or ollama:llama3.2; empty: none")
    chat_threads: int = Field(0, ge=0, description="Threads of a local chat model; 0: all cores but one")
    chat_context: int = Field(4096, ge=512, description="Tokens that the chat model takes, prompt and answer together")
    chat_tokens: int = Field(400, ge=16, description="Tokens of an answer by the chat model")
    chat_passages: int = Field(0, ge=0, description="Tokens of passages that the chat model reads; 0: by its kind")
    chat_strict: bool | None = Field(None, description="Whether the chat model must keep to single sentences of posts")
    chat_rewriting: bool = Field(False, description="Whether the chat model makes follow-up questions standalone")
    chat_wait: float = Field(5, ge=0, description="Seconds that a question waits for the chat model's turn")
    chat_connect_timeout: float = Field(3, gt=0, description="Seconds until the chat model's server is reached")
    chat_first_timeout: float = Field(8, gt=0, description="Seconds until the chat model's first word")
    chat_timeout: float = Field(15, gt=0, description="Seconds for the chat model's whole answer")
    title: str = Field("Ask the articles", description="Title of the chat page")
    greeting: str = Field("Ask me anything the articles answer.", description="First line of the chat page")
    color: str = Field("#0f766e", pattern="^#[0-9a-fA-F]{6}$", description="Main colour of page and widget, #rrggbb")
    logo: FilePath | None = Field(None, description="Image file shown on the chat page")
    host: str = Field("127.0.0.1", description="Address to serve on")
    port: int = Field(7860, ge=0, le=65535, description="Port to serve on")
    allowed_origins: _Names = Field((), description="Other sites that may ask, e.g. https://example.com; * for any")
    trusted_proxies: _Names = Field(("127.0.0.1", "::1"), description="Proxies believed when they say who asks")
    question_limit: int = Field(2000, ge=1, description="Characters of a question")
    history_limit: int = Field(50, ge=0, description="Earlier turns sent along with a question")
    body_limit: int = Field(262_144, ge=1024, description="Bytes of a request")
    answer_timeout: float = Field(30, gt=0, description="Seconds for one answer")
    rate_limit: int = Field(60, ge=0, description="Questions a minute for each client; 0: any number")
    queue_limit: int = Field(256, ge=1, description="Questions waiting at the same time")
    feedback: Path = Field(Path("feedback.jsonl"), description="File that readers' feedback is added to")

    def __init__(self, **values: Any) -> None:
        _refuse_unknown(values, "argument")
        _refuse_unknown(_environment(), "environment variable", _PREFIX)
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise _explained(error) from None
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"pyproject.toml in the working folder isn't valid TOML: {error}.") from None

    @field_validator("site_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if url and not url.lower().startswith(("http://", "https://")):
            raise PydanticCustomError("address", "It must begin with http:// or https://")
        return url

    @model_validator(mode="after")
    def _answers_in_time(self) -> "Settings":
        longest = self.chat_wait + self.chat_timeout + REWRITING * self.chat_rewriting
        if self.chat_model and longest >= self.answer_timeout:
            raise PydanticCustomError(
                "patience",
                f"The chat model may take {longest:g} seconds ('chat_wait', 'chat_timeout' and, with "
                f"'chat_rewriting', {REWRITING:g} more), so it must be longer",
            )
        return self

    @field_validator("allowed_origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                raise PydanticCustomError("origin", "An origin is scheme, host and port alone: https://example.com")
        return tuple(origin.lower() for origin in origins)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then pyproject.toml."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, PyprojectTomlConfigSettingsSource(settings_cls)


def _environment() -> dict[str, str]:
    """Variables that look like settings, keyed as settings are."""
    return {
        name[len(_PREFIX) :].lower(): value for name, value in os.environ.items() if name.upper().startswith(_PREFIX)
    }


def _refuse_unknown(values: dict[str, Any], source: str, prefix: str = "") -> None:
    for key in values:
        if key not in Settings.model_fields:
            raise SettingsError(_unknown(key, source, prefix))


def _unknown(key: str, source: str, prefix: str = "") -> str:
    known = list(Settings.model_fields)
    name = (prefix + key).upper() if prefix else key
    nearest = difflib.get_close_matches(key, known, n=1, cutoff=0)
    suggestion = (prefix + nearest[0]).upper() if prefix else nearest[0]
    return f"Unknown setting '{name}' ({source}). Did you mean '{suggestion}'?"


def _explained(error: ValidationError) -> SettingsError:
    first = error.errors()[0]
    if not first["loc"]:
        return SettingsError(f"Setting 'answer_timeout' is too short: {first['msg']}.")
    key = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        return SettingsError(_unknown(key, "[tool.chatbot] in pyproject.toml"))
    return SettingsError(f"Setting '{key}' can't be {first['input']!r}: {first['msg']}.")
