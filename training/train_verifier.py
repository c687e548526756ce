"""Trains the verifier: ``python training/train_verifier.py ROWS_FOLDER OUT.pt --base READER.pt``.

Reads claims as ``making.py`` and ``claims.py`` give them. Seeded.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from claims import Claim, Published, articles_of
from making import Maker
from reading_model import BASE
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from verifying_model import Verifier

SEED = 7
BATCH = 32
LONGEST = 192
CLAIM_TOKENS = 80
TITLE_TOKENS = 24
RATE = 1e-4
HEADS_RATE = 5e-4
WARM_UP = 60
"""Steps in which the rate rises."""
COOL_DOWN = 0.35
"""Share of the steps, the last ones, in which it falls to zero; so a run can be told to end sooner."""
TOKENS_WEIGHT = 1.0
RARE = 4.0
"""Weight of an altered token: there is about one in each altered claim."""
MADE = 0.48
"""Claims made by rule, for each sentence of the articles."""
PUBLISHED: dict[str, float] = {
    "g_altered": 1.0,
    "g_summedits": 1.0,
    "g_begin": 0.8,
    "g_fm2": 0.8,
    "g_fever_symmetric": 1.0,
    "g_wice": 0.8,
    "g_wice_tokens": 1.0,
    "g_breaking_nli": 0.2,
    "g_halueval": 0.4,
}
"""Share of each set's claims that is read."""


@dataclass(frozen=True)
class Example:
    """One claim with its evidence, in tokens; ``changed`` is each claim token's label, -1 unknown."""

    ids: list[int]
    types: list[int]
    changed: list[float]
    supported: float
    kind: str


def example(claim: Claim, tokenizer: Tokenizer) -> Example:
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    said = tokenizer.encode(claim.text, add_special_tokens=False)
    words = said.ids[:CLAIM_TOKENS]
    title = tokenizer.encode(claim.title, add_special_tokens=False).ids[:TITLE_TOKENS]
    found = [token for text in claim.evidence for token in tokenizer.encode(text, add_special_tokens=False).ids]
    ids = [cls, *words, sep, *title, sep]
    ids += [*found[: LONGEST - len(ids) - 1], sep]
    types = [0] * (len(words) + 2) + [1] * (len(ids) - len(words) - 2)
    labels = [-1.0] * len(words)
    if claim.changed is not None:
        labels = [float(any(a < end and b > start for start, end in claim.changed)) for a, b in said.offsets][
            : len(words)
        ]
        if not claim.supported and not any(labels):
            labels = [-1.0] * len(words)
    return Example(ids, types, [-1.0, *labels], float(claim.supported), claim.kind)


def read(folder: Path, made: float) -> tuple[list[Claim], list[Claim]]:
    """The claims to learn from and those of articles held out."""
    random_ = random.Random(SEED)
    articles = [article for each in articles_of(folder).values() for article in each]
    claims = list(Maker(articles, random_).claims(made))
    published = Published(folder)
    claims += published.rewritten()
    for name, share in PUBLISHED.items():
        claims += [claim for claim in published.claims(name) if random_.random() < share]
    return [claim for claim in claims if not claim.held], [claim for claim in claims if claim.held]


def batches(examples: list[Example], random_: random.Random) -> Iterator[list[Example]]:
    """Batches of like length, in random order."""
    random_.shuffle(examples)
    made = []
    for start in range(0, len(examples), BATCH * 50):
        chunk = sorted(examples[start : start + BATCH * 50], key=lambda one: len(one.ids))
        made += [chunk[i : i + BATCH] for i in range(0, len(chunk), BATCH)]
    random_.shuffle(made)
    yield from made


def collate(batch: list[Example]) -> dict[str, Tensor]:
    # few shapes: each new one costs the CPU's kernels their set-up
    longest = -(-max(len(one.ids) for one in batch) // 16) * 16
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
    changed = torch.full((len(batch), longest), -1.0)
    for i, one in enumerate(batch):
        size = len(one.ids)
        ids[i, :size], types[i, :size] = torch.tensor(one.ids), torch.tensor(one.types)
        mask[i, :size] = 1
        changed[i, : len(one.changed)] = torch.tensor(one.changed)
    supported = torch.tensor([one.supported for one in batch])
    return {"ids": ids, "mask": mask, "types": types, "changed": changed, "supported": supported}


def losses(model: Verifier, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    with torch.autocast("cpu", torch.bfloat16):
        supported, tokens = model(batch["ids"], batch["mask"], batch["types"])
    supported, tokens = supported.float(), tokens.float()
    known = batch["changed"] >= 0
    labels = batch["changed"][known]
    of_tokens = bce(tokens[known], labels, weight=1 + (RARE - 1) * labels) if known.any() else tokens.sum() * 0
    return bce(supported, batch["supported"]), TOKENS_WEIGHT * of_tokens


def optimizer_of(model: Verifier) -> torch.optim.AdamW:
    heads = [p for name, p in model.named_parameters() if not name.startswith("encoder.")]
    model.encoder.embeddings.requires_grad_(False)
    body = [p for p in model.encoder.parameters() if p.requires_grad]
    groups = [{"params": body, "lr": RATE, "full": RATE}, {"params": heads, "lr": HEADS_RATE, "full": HEADS_RATE}]
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


@torch.no_grad()
def scored(model: Verifier, examples: list[Example]) -> list[float]:
    """Log-odds of each."""
    model.eval()
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].ids))
    found = [0.0] * len(examples)
    for start in range(0, len(order), BATCH):
        places = order[start : start + BATCH]
        batch = collate([examples[i] for i in places])
        with torch.autocast("cpu", torch.bfloat16):
            supported, _ = model(batch["ids"], batch["mask"], batch["types"])
        for i, value in zip(places, supported.float().tolist(), strict=True):
            found[i] = value
    model.train()
    return found


def area(supported: list[float], not_supported: list[float]) -> float:
    """Share of pairs in which the supported claim has the higher value (AUC)."""
    one, other = np.array(supported), np.sort(not_supported)
    below, upto = np.searchsorted(other, one, "left"), np.searchsorted(other, one, "right")
    return float((below + upto).mean() / 2 / max(1, len(other)))


def report(examples: list[Example], values: list[float]) -> str:
    """AUC and, where 10 % of all supported claims are held back, what is caught, by kind."""
    pairs = list(zip(examples, values, strict=True))
    good = [value for one, value in pairs if one.supported]
    bad = [value for one, value in pairs if not one.supported]
    bar = float(np.quantile(good, 0.1))
    own = [value for one, value in pairs if one.supported and not one.kind.startswith("g_")]
    caught = np.mean(np.array(bad) < bar)
    lines = [f"all: {len(good)}+{len(bad)}, AUC {area(good, bad):.3f}, caught {caught:.3f} (below {bar:.2f})"]
    for kind in sorted({one.kind for one in examples}):
        yes = [value for one, value in pairs if one.kind == kind and one.supported]
        no = [value for one, value in pairs if one.kind == kind and not one.supported]
        said = f"  {kind}: {len(yes)}+{len(no)}"
        if no:
            beside = yes if len(yes) > 19 else own
            said += f", AUC {area(beside, no):.3f}, caught {np.mean(np.array(no) < bar):.3f}"
        if yes:
            said += f", held back {np.mean(np.array(yes) < bar):.3f}"
        lines.append(said)
    return "\n".join(lines)


class Training:
    """One run, which can be stopped and gone on with.

    Args:
        examples: What is read.
        held: What is only measured with.
        out: File of the weights; what is needed to go on is kept beside it.
        base: Weights of a reader to start from; plain MiniLM without.
        most: Steps after which to stop, as if there were no more to read.
    """

    def __init__(self, examples: list[Example], held: list[Example], out: Path, base: Path | None, most: int) -> None:
        self._examples = examples
        self._held = held
        self._out = out
        self._state = out.with_suffix(".state")
        self._model = Verifier()
        if base:
            encoder = {k: v for k, v in torch.load(base).items() if k.startswith("encoder.")}
            self._model.load_state_dict(encoder, strict=False)
        self._optimizer = optimizer_of(self._model)
        self._total = min(most or len(examples), -(-len(examples) // BATCH))
        self._step = 0

    def resume(self) -> None:
        """Go on where the last run stopped."""
        state = torch.load(self._state)
        self._model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._step = state["step"]

    def run(self) -> None:
        """Train to the end."""
        began, seen, since = time.monotonic(), torch.zeros(2), self._step
        self._model.train()
        for step, batch in enumerate(batches(self._examples, random.Random(SEED)), 1):
            if step <= self._step:
                continue
            if step > self._total:
                break
            seen += self._learn(collate(batch), step)
            if step % 25 == 0:
                said = ", ".join(f"{value:.3f}" for value in seen / min(25, step - since))
                print(f"{step}/{self._total} {time.monotonic() - began:.0f} s: supported, tokens {said}", flush=True)
                seen.zero_()
            if step % 100 == 0:
                self._keep(step)
            if step % 500 == 0:
                some = self._held[:800]
                print(report(some, scored(self._model, some)).partition("\n")[0], flush=True)
        self._keep(step)
        print(report(self._held, scored(self._model, self._held)), flush=True)

    def _learn(self, batch: dict[str, Tensor], step: int) -> Tensor:
        share = min(1.0, step / WARM_UP, (1 - step / self._total) / COOL_DOWN)
        for group in self._optimizer.param_groups:
            group["lr"] = group["full"] * share
        parts = losses(self._model, batch)
        self._optimizer.zero_grad()
        torch.stack(parts).sum().backward()
        nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimizer.step()
        return torch.stack(parts).detach()

    def _keep(self, step: int) -> None:
        torch.save(self._model.state_dict(), self._out)
        state = {"model": self._model.state_dict(), "optimizer": self._optimizer.state_dict(), "step": step}
        torch.save(state, self._state.with_suffix(".part"))
        self._state.with_suffix(".part").replace(self._state)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--base", type=Path, help="a trained reader, whose encoder is gone on with")
    parser.add_argument("--made", type=float, default=MADE, help="claims made by rule for each sentence")
    parser.add_argument("--steps", type=int, default=0, help="stop after so many, for a trial")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on from OUT.state, which every 100 steps leave")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(SEED)
    tokenizer = Tokenizer.from_file(str(BASE / "tokenizer.json"))
    # as packaged it pads and cuts to 128 tokens
    tokenizer.no_padding()
    tokenizer.no_truncation()
    examples, held = ([example(claim, tokenizer) for claim in claims] for claims in read(options.rows, options.made))
    random.Random(SEED).shuffle(held)
    tokens = sum(len(one.ids) for one in examples)
    supported = sum(one.supported for one in examples)
    print(f"{len(examples)} claims, {supported:.0f} supported, {tokens} tokens; {len(held)} held", flush=True)
    training = Training(examples, held, options.out, options.base, options.steps)
    if options.resume:
        training.resume()
    training.run()


if __name__ == "__main__":
    main()
