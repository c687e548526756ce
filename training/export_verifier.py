"""Exports a trained verifier as int8 ONNX.

``python training/export_verifier.py TRAINED.pt chatbot/verifier/model.onnx``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from verifying_model import Verifier


class Single(nn.Module):
    """The verifier without the padding and tokens' scores that only training needs."""

    def __init__(self, verifier: Verifier) -> None:
        super().__init__()
        self.verifier = verifier

    def forward(self, ids: Tensor, types: Tensor) -> Tensor:
        """One example (1, T), (1, T) to the log-odds that the claim is supported (1,)."""
        supported, _ = self.verifier(ids, torch.ones_like(ids), types)
        return supported


def example(claim: int, evidence: int) -> tuple[Tensor, Tensor]:
    """A random claim of so many tokens and evidence of so many, which has some of them."""
    said = torch.randint(1000, 20000, (1, claim))
    found = torch.cat([said[:, : claim // 2], torch.randint(1000, 20000, (1, evidence))], 1)
    first, between = torch.tensor([[101]]), torch.tensor([[102]])
    ids = torch.cat([first, said, between, between, found, between], 1)
    types = (torch.arange(ids.shape[1]) > claim + 1).long().unsqueeze(0)
    return ids, types


def trace(verifier: Verifier, path: Path) -> None:
    # the newer exporter (dynamo=True) gave wrong values without an error
    torch.onnx.export(
        Single(verifier).eval(),
        example(20, 60),
        str(path),
        input_names=["ids", "types"],
        output_names=["supported"],
        dynamic_axes={"ids": {1: "length"}, "types": {1: "length"}},
        opset_version=17,
        dynamo=False,
    )


def difference(verifier: Verifier, path: Path) -> float:
    """Mean absolute difference of the log-odds between the graph and its source."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found = []
    for claim, evidence in ((8, 12), (20, 60), (40, 30), (30, 180)) * 5:
        given = example(claim, evidence)
        with torch.no_grad():
            wanted = Single(verifier).eval()(*given).numpy()
        values = session.run(None, dict(zip(("ids", "types"), (value.numpy() for value in given), strict=True)))
        found.append(np.abs(values[0] - wanted).mean())
    return float(np.mean(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    torch.manual_seed(7)
    verifier = Verifier()
    verifier.load_state_dict(torch.load(options.trained))
    verifier.eval()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    whole = options.out.with_suffix(".float.onnx")
    trace(verifier, whole)
    print(f"float: differs by {difference(verifier, whole):.4f}")
    quantize_dynamic(whole, options.out, weight_type=QuantType.QInt8, per_channel=True)
    print(f"int8: differs by {difference(verifier, options.out):.4f}, {options.out.stat().st_size / 1e6:.1f} MB")
    whole.unlink()


if __name__ == "__main__":
    main()
