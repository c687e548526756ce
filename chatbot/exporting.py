"""A sentence-transformers model exported once to ONNX and quantised to int8: ``python -m chatbot.exporting``.

Run so, it ends when its stdin does, which is when the process that started it is gone.

The exported graph computes the vector of a text in one pass, pooling and normalisation included.
Source: dynamic quantisation and offline graph optimisation as in onnxruntime's guides.
"""

import hashlib
import os
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from chatbot.embedding import NOT_EXPORTABLE, OnnxEmbedder, TorchEmbedder, first_line, replacing, write_config
from chatbot.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_Vectors = npt.NDArray[np.float32]
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


def export(model: str, folder: Path) -> None:
    """Export a model to ``folder``: model.onnx (int8), tokenizer.json and config.json, all or nothing.

    The float graph must agree with its source at a mean cosine of 0.999, the quantised one at 0.97. Loads torch; a
    process that goes on to index should call ``load_embedder``, which exports in a child process.

    Raises:
        ModelError: The model can't be loaded, or its export would give other vectors.
    """
    source = TorchEmbedder(model)
    with replacing(folder) as part, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _export_into(part, model, source)
        except Exception as error:
            # torch and onnx raise anything at all for a model they can't trace
            raise _NotExportableError(f"The model '{model}' can't be exported: {first_line(error)}") from error


class _NotExportableError(ModelError):
    """The model works but not as ONNX."""


def _export_into(part: Path, model: str, source: TorchEmbedder) -> None:
    expected = np.array(source.embed_documents(list(_SAMPLES)), dtype=np.float32)
    write_config(part, _config(model, source))
    source.model.tokenizer.backend_tokenizer.save(str(part / "tokenizer.json"))
    _trace(source.model, part / "float.onnx")
    (part / "float.onnx").rename(part / "model.onnx")
    _require_agreement(part, expected, _LEAST_FLOAT)
    _quantise(part / "model.onnx")
    _optimise(part / "model.onnx")
    _require_agreement(part, expected, _LEAST_QUANTISED)


def _config(model: str, source: TorchEmbedder) -> dict[str, Any]:
    prompts = source.model.prompts
    document = next((prompts[name] for name in ("document", "passage", "corpus") if name in prompts), "")
    pooling = [module.pooling_mode for module in source.model if hasattr(module, "pooling_mode")]
    return {
        "name": model,
        "dimension": source.dimension,
        "max_tokens": source.max_tokens,
        "pooling": pooling[0] if pooling else None,
        "prompts": {"query": prompts.get("query", ""), "document": document},
        "fingerprint": _fingerprint(source.model),
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


def _optimise(path: Path) -> None:
    """Write the graph as onnxruntime would rearrange it at each load: the same vectors, loaded twice as fast."""
    import onnxruntime

    optimised = path.with_name("optimised.onnx")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # the next level up would fit the graph to this machine's processor
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(optimised)
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    optimised.replace(path)


def _require_agreement(part: Path, expected: _Vectors, least: float) -> None:
    found = np.array(OnnxEmbedder(part, threads=1).embed_documents(list(_SAMPLES)), dtype=np.float32)
    agreement = float((found * expected).sum(axis=1).mean())
    if not agreement >= least:
        raise ModelError(f"its vectors agree with the source's at a cosine of {agreement:.4f}, not {least}")


def _end_with_stdin() -> None:
    # sys.stdin itself, being read by a thread, would let no process end
    while os.read(0, 1):
        pass
    os._exit(1)


def _main(model: str, folder: str) -> int:
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    try:
        export(model, Path(folder))
    except ModelError as error:
        sys.stderr.write(f"{error}\n")
        return NOT_EXPORTABLE if isinstance(error, _NotExportableError) else 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
