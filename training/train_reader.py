"""Trains the reader: ``python training/train_reader.py ROWS_FOLDER OUT.pt``.

Reads the gzipped rows ``{id, question, title, sentences, answer_sentences, answer_text, answerable, meta}`` of
the sources in ``MIXTURE``. Seeded; one epoch took 67 minutes on one CPU core with AVX-512 bfloat16.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from reading_model import BASE, Reader
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import cross_entropy

SEED = 7
EPOCHS = 1
BATCH = 32
LONGEST = 256
RATE = 8e-5
HEADS_RATE = 5e-4
WARM_UP = 0.05
HELD_ARTICLES = ("Armenian_Apostolic_Church", "American_Broadcasting_Company")
# Rows an epoch, answerable and not: what people wrote counts more than what rules made, 40 % unanswerable in all.
MIXTURE: dict[str, tuple[int, int]] = {
    "squad2_dev12": (3300, 4800),
    "squad11_extra13": (4300, 0),
    "squadshifts_new_wiki": (7600, 0),
    "squad_train_pairs": (4500, 0),
    "selqa": (2372, 0),
    "nq_oracle": (3200, 0),
    "policyqa": (1200, 0),
    "condaqa": (900, 300),
    "boolq": (1800, 0),
    "halueval_hotpot": (500, 0),
    "d_removed": (0, 5000),
    "d_cross": (0, 6000),
    "d_perturbed": (0, 5500),
}
WITHOUT_REFUSAL = {"squad_train_pairs"}

Row = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """One question with one passage, in tokens; ``sentence`` is each token's sentence or -1, ``labels`` -1 unknown."""

    ids: list[int]
    types: list[int]
    sentence: list[int]
    labels: list[float]
    bounds: tuple[int, int] | None
    answerable: float


def rows_of(folder: Path, name: str) -> list[Row]:
    with gzip.open(folder / f"{name}.jsonl.gz", "rt") as lines:
        return [json.loads(line) for line in lines]


def origin(row: Row) -> str:
    """The id of the row that a derived one was made from; its own if it is none."""
    return str((row.get("meta") or {}).get("from") or row["id"])


def window(row: Row, counts: list[int], room: int, random_: random.Random) -> tuple[int, int]:
    """The sentences to read, ``(first, last)``, where all don't fit: those around an answer, else around any."""
    wanted = row["answer_sentences"] or [random_.randrange(len(counts))]
    first = last = wanted[0]
    used = counts[first]
    while True:
        grown = [i for i in (first - 1, last + 1) if 0 <= i < len(counts) and used + counts[i] <= room]
        if not grown:
            return first, last
        side = random_.choice(grown)
        used += counts[side]
        first, last = min(first, side), max(last, side)


def answer_bounds(
    row: Row, texts: list[str], starts: list[list[tuple[int, int]]], at: list[int]
) -> tuple[int, int] | None:
    for place, text in enumerate(texts):
        for answer in row["answer_text"] or []:
            begin = text.find(answer) if len(answer) > 1 and len(answer) < len(text) else -1
            if begin < 0 or place not in (row["answer_sentences"] or []):
                continue
            inside = [k for k, (a, b) in enumerate(starts[place]) if b > begin and a < begin + len(answer)]
            if inside and at[place] >= 0:
                return at[place] + inside[0], at[place] + inside[-1]
    return None


def example(row: Row, tokenizer: Tokenizer, name: str, random_: random.Random) -> Example | None:
    def encode(text: str) -> Any:
        return tokenizer.encode(text, add_special_tokens=False)

    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    question = encode(row["question"]).ids[:48]
    title = [] if random_.random() < 0.15 else encode((row.get("title") or "").replace("_", " ")).ids[:24]
    parts = [encode(text) for text in row["sentences"]]
    ids = [cls, *question, sep, *title, sep]
    types = [0] * (len(question) + 2) + [1] * (len(title) + 1)
    sentence = [-1] * len(ids)
    counts = [len(part.ids) for part in parts]
    first, last = window(row, counts, LONGEST - len(ids) - 1, random_)
    at = [-1] * len(parts)
    for i in range(first, last + 1):
        at[i] = len(ids)
        words = parts[i].ids[: LONGEST - len(ids) - 1]
        ids += words
        sentence += [i - first] * len(words)
    types += [1] * (len(ids) - len(types) + 1)
    ids.append(sep)
    sentence.append(-1)
    chosen = row["answer_sentences"]
    count = last - first + 1
    if chosen is not None and row["answerable"] and not any(first <= i <= last for i in chosen):
        return None
    labels = [-1.0] * count if chosen is None else [float(first + i in chosen) for i in range(count)]
    bounds = None
    if not row["answerable"]:
        bounds = (0, 0)
    elif chosen:
        bounds = answer_bounds(row, row["sentences"], [part.offsets for part in parts], at)
        if bounds and bounds[1] >= len(ids):
            bounds = None
    return Example(ids, types, sentence, labels, bounds, -1.0 if name in WITHOUT_REFUSAL else float(row["answerable"]))


def drawn(pool: list[Example], count: int, random_: random.Random) -> list[Example]:
    """``count`` examples: each at least as often as it fits whole, the rest at random."""
    whole, rest = divmod(count, len(pool)) if pool else (0, 0)
    return pool * whole + random_.sample(pool, rest)


class Mixture:
    """The rows by source and kind, from which each epoch draws anew."""

    def __init__(self, folder: Path, tokenizer: Tokenizer, random_: random.Random) -> None:
        named = {name: rows_of(folder, name) for name in MIXTURE}
        every = [row for rows in named.values() for row in rows]
        left_out = {row["id"] for row in every if (row.get("meta") or {}).get("dev_sample")}
        kept = {row["id"] for row in every if (row.get("meta") or {}).get("article") in HELD_ARTICLES}
        self.pools: dict[tuple[str, bool], list[Example]] = {}
        self.held: list[Example] = []
        for name, rows in named.items():
            for row in rows:
                unseen = {row["id"], origin(row)} & left_out
                made = None if unseen else example(row, tokenizer, name, random_)
                if made and origin(row) in kept:
                    self.held.append(made)
                elif made:
                    self.pools.setdefault((name, bool(row["answerable"])), []).append(made)

    def epoch(self, random_: random.Random) -> list[Example]:
        """The examples of one epoch."""
        return [
            one
            for name, counts in MIXTURE.items()
            for answerable, count in zip((True, False), counts, strict=True)
            for one in drawn(self.pools.get((name, answerable), []), count, random_)
        ]


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
    longest, most = (
        _rounded(max(map(len, lists)), step)
        for lists, step in (([e.ids for e in batch], 32), ([e.labels for e in batch], 8))
    )
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
    sentence = torch.full_like(ids, -1)
    labels = torch.full((len(batch), most), -1.0)
    for i, one in enumerate(batch):
        size = len(one.ids)
        ids[i, :size], types[i, :size] = torch.tensor(one.ids), torch.tensor(one.types)
        sentence[i, :size] = torch.tensor(one.sentence)
        mask[i, :size] = 1
        labels[i, : len(one.labels)] = torch.tensor(one.labels)
    return {
        "ids": ids,
        "mask": mask,
        "types": types,
        "members": (sentence.unsqueeze(1) == torch.arange(most).view(1, -1, 1)).float(),
        "labels": labels,
        "answerable": torch.tensor([one.answerable for one in batch]),
        "bounds": torch.tensor([one.bounds or (-100, -100) for one in batch]),
    }


def _rounded(size: int, step: int) -> int:
    return -(-size // step) * step


def losses(model: Reader, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    with torch.autocast("cpu", torch.bfloat16):
        sentences, answers, bounds = model(batch["ids"], batch["mask"], batch["types"], batch["members"])
    sentences, answers, bounds = sentences.float(), answers.float(), bounds.float()
    bounds = bounds.masked_fill(batch["mask"].unsqueeze(-1) == 0, -1e4)
    known, judged = batch["labels"] >= 0, batch["answerable"] >= 0
    none = answers.sum() * 0
    of_sentences = bce(sentences[known], batch["labels"][known]) if known.any() else none
    of_answers = bce(answers[judged], batch["answerable"][judged]) if judged.any() else none
    spanned = batch["bounds"][:, 0] >= 0
    of_bounds = (
        (
            cross_entropy(bounds[spanned, :, 0], batch["bounds"][spanned, 0])
            + cross_entropy(bounds[spanned, :, 1], batch["bounds"][spanned, 1])
        )
        / 2
        if spanned.any()
        else none
    )
    return of_sentences, of_answers, of_bounds


def optimizer_of(model: Reader) -> torch.optim.AdamW:
    heads = [p for name, p in model.named_parameters() if not name.startswith("encoder.")]
    model.encoder.embeddings.requires_grad_(False)
    body = [p for p in model.encoder.parameters() if p.requires_grad]
    groups = [{"params": body, "lr": RATE, "full": RATE}, {"params": heads, "lr": HEADS_RATE, "full": HEADS_RATE}]
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


@torch.no_grad()
def validated(model: Reader, held: list[Example]) -> str:
    model.eval()
    found, right, wanted = 0, 0, 0
    for start in range(0, len(held), BATCH):
        batch = collate(held[start : start + BATCH])
        with torch.autocast("cpu", torch.bfloat16):
            sentences, answers, _ = model(batch["ids"], batch["mask"], batch["types"], batch["members"])
        there = batch["members"].sum(-1) > 0
        best = sentences.float().masked_fill(~there, -1e4).argmax(1)
        for i, one in enumerate(held[start : start + BATCH]):
            right += (float(answers[i]) > 0) == (one.answerable == 1)
            wanted += one.answerable == 1
            found += one.answerable == 1 and one.labels[int(best[i])] == 1
    model.train()
    return f"held articles: best sentence right {found / max(1, wanted):.3f}, answerable or not {right / len(held):.3f}"


class Training:
    """One run, which can be stopped and gone on with.

    Args:
        mixture: What is read.
        epochs: How often.
        out: File of the weights; what is needed to go on is kept beside it.
    """

    def __init__(self, mixture: Mixture, epochs: int, out: Path) -> None:
        self._mixture = mixture
        self._epochs = epochs
        self._out = out
        self._state = out.with_suffix(".state")
        self._model = Reader()
        self._optimizer = optimizer_of(self._model)
        self._total = epochs * -(-sum(map(sum, MIXTURE.values())) // BATCH)
        self._step = 0

    def resume(self) -> None:
        """Go on where the last run stopped."""
        state = torch.load(self._state)
        self._model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._step = state["step"]

    def run(self) -> None:
        """Train to the end."""
        began, seen, since = time.monotonic(), torch.zeros(3), self._step
        self._model.train()
        for step, batch in enumerate(self._batches(), 1):
            if step <= self._step:
                continue
            seen += self._learn(collate(batch), step)
            if step % 50 == 0:
                said = ", ".join(f"{value:.3f}" for value in seen / min(50, step - since))
                seconds = time.monotonic() - began
                print(f"{step}/{self._total} {seconds:.0f} s: sentences, answerable, bounds {said}", flush=True)
                seen.zero_()
            if step % 250 == 0:
                self._keep(step)
        self._keep(step)
        print(validated(self._model, self._mixture.held), flush=True)

    def _batches(self) -> Iterator[list[Example]]:
        for epoch in range(self._epochs):
            random_ = random.Random(SEED + epoch)
            yield from batches(self._mixture.epoch(random_), random_)

    def _learn(self, batch: dict[str, Tensor], step: int) -> Tensor:
        share = min(1.0, step / (WARM_UP * self._total)) * max(0.0, 1 - step / self._total)
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
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resume", action="store_true", help="go on from OUT.state, which every 250 steps leave")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(SEED)
    random_ = random.Random(SEED)
    tokenizer = Tokenizer.from_file(str(BASE / "tokenizer.json"))
    # as packaged it pads and cuts to 128 tokens
    tokenizer.no_padding()
    tokenizer.no_truncation()
    mixture = Mixture(options.rows, tokenizer, random_)
    mixture.held = random_.sample(mixture.held, min(600, len(mixture.held)))
    training = Training(mixture, options.epochs, options.out)
    if options.resume:
        training.resume()
    training.run()


if __name__ == "__main__":
    main()
