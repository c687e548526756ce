"""The refusal threshold set for a corpus: a small file beside the index, which building the index leaves alone."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chatbot.generations import write_durably
from chatbot.settings import Settings

FORM = 2
"""Version of the file's form and of what a confidence means; changes whenever an older threshold would mislead."""
_LOG = logging.getLogger(__name__)


def threshold_file(settings: Settings) -> Path:
    """Where the threshold of an index is stored."""
    return settings.vectorstore / "threshold.json"


def min_confidence(settings: Settings) -> float:
    """Below this (0..1) an answer is a refusal: what the owner set, else the stored threshold, else the default."""
    if "min_confidence" in settings.model_fields_set:
        return settings.min_confidence
    stored = stored_threshold(settings)
    return settings.min_confidence if stored is None else stored


def stored_threshold(settings: Settings) -> float | None:
    """The threshold stored with an index; None if there is none, or, with a warning, if it can't be used."""
    file = threshold_file(settings)
    try:
        plain = json.loads(file.read_text(encoding="utf-8"))
        reason = _unfit(plain, settings)
        threshold = float(plain["threshold"]) if not reason else 0.0
        if not reason and 0 <= threshold <= 1:
            return threshold
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"it can't be read ({type(error).__name__}: {error})"
    _LOG.warning(
        "The stored refusal threshold '%s' is ignored: %s. Run `chatbot calibrate` to set it anew.",
        file,
        reason or "it isn't between 0 and 1",
    )
    return None


def store_threshold(settings: Settings, threshold: float, found: Mapping[str, Any]) -> Path:
    """Store a threshold (0..1) with an index, and what was found in setting it; gives the file.

    Raises:
        OSError: The folder of the index can't be written.
    """
    plain = {"form": FORM, "model": settings.embedding_model, "threshold": threshold} | dict(found)
    file = threshold_file(settings)
    write_durably(file, json.dumps(plain, ensure_ascii=False, indent=1) + "\n")
    return file


def _unfit(plain: Mapping[str, Any], settings: Settings) -> str:
    """Why a stored threshold says nothing about these settings; empty if it does."""
    if plain["form"] != FORM:
        return f"it has form {plain['form']!r}, this version reads {FORM}"
    if plain["model"] != settings.embedding_model:
        return f"it was set for the embedding model '{plain['model']}', and '{settings.embedding_model}' is in use"
    return ""
