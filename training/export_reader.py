"""Exports a trained reader as int8 ONNX: ``python training/export_reader.py TRAINED.pt chatbot/reader/model.onnx``."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from reading_model import Reader
from torch import Tensor, nn


class Single(nn.Module):
    """The reader without the padding and bounds that only training needs."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: Tensor, types: Tensor, members: Tensor) -> tuple[Tensor, Tensor]:
        """One example (1, T), (1, T), (1, N, T) to the log-odds of its sentences (1, N) and of an answer (1,)."""
        sentences, answers, _ = self.reader(ids, torch.ones_like(ids), types, members)
        return sentences, answers


def example(length: int, sentences: int) -> tuple[Tensor, Tensor, Tensor]:
    ids = torch.randint(1000, 20000, (1, length))
    types = (torch.arange(length) > 12).long().unsqueeze(0)
    members = torch.zeros(1, sentences, length)
    for place, part in enumerate(torch.arange(16, length - 1).chunk(sentences)):
        members[0, place, part] = 1
    return ids, types, members


def trace(reader: Reader, path: Path) -> None:
    axes = {"ids": {1: "length"}, "types": {1: "length"}, "members": {1: "sentences", 2: "length"}}
    # the newer exporter (dynamo=True) gave wrong values without an error
    torch.onnx.export(
        Single(reader).eval(),
        example(120, 6),
        str(path),
        input_names=list(axes),
        output_names=["sentences", "answers"],
        dynamic_axes=axes | {"sentences": {1: "sentences"}},
        opset_version=17,
        dynamo=False,
    )


def difference(reader: Reader, path: Path) -> float:
    """Mean absolute difference of the log-odds between the graph and its source."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found = []
    for length, sentences in ((40, 2), (120, 6), (250, 9)):
        given = example(length, sentences)
        with torch.no_grad():
            wanted = torch.cat([value.flatten() for value in Single(reader).eval()(*given)]).numpy()
        named = zip(("ids", "types", "members"), (value.numpy() for value in given), strict=True)
        values = session.run(None, dict(named))
        found.append(np.abs(np.concatenate([value.ravel() for value in values]) - wanted).mean())
    return float(np.mean(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    torch.manual_seed(7)
    reader = Reader()
    reader.load_state_dict(torch.load(options.trained))
    reader.eval()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    whole = options.out.with_suffix(".float.onnx")
    trace(reader, whole)
    print(f"float: differs by {difference(reader, whole):.4f}")
    quantize_dynamic(whole, options.out, weight_type=QuantType.QInt8, per_channel=True)
    print(f"int8: differs by {difference(reader, options.out):.4f}, {options.out.stat().st_size / 1e6:.1f} MB")
    whole.unlink()


if __name__ == "__main__":
    main()
