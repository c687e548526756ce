"""The verifier's network: one pass of MiniLM over claim, title and evidence, read out token by token and as a whole."""

from __future__ import annotations

import torch
from reading_model import BASE
from torch import Tensor, nn
from transformers import AutoModel

SPECIAL = 103
"""Ids up to this are no word pieces ([PAD], [UNK], [CLS], [SEP] and their like)."""
LOWEST = -20.0
MATCHES = 3


class Verifier(nn.Module):
    """Scores every token of a claim as unsupported, and the claim as supported.

    What is altered in a claim is often one word, so each token is told at the bottom whether the other side has it
    too, alone and with its neighbours: exact-match features as in DrQA (Chen et al., 2017). The tokens' scores are
    pooled by maximum and by log-sum-exp.
    """

    def __init__(self) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            BASE, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation="eager"
        )
        hidden = self.encoder.config.hidden_size
        self.matched = nn.Linear(MATCHES, hidden)
        nn.init.zeros_(self.matched.weight)
        nn.init.zeros_(self.matched.bias)
        self.token = nn.Sequential(nn.Linear(hidden + MATCHES, hidden // 2), nn.GELU(), nn.Linear(hidden // 2, 1))
        self.supports = nn.Linear(hidden + 2, 1)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, Tensor]:
        """Token ids, mask and types (B, T), types 0 for the claim, to log-odds.

        Returns supported (B,) and each token unsupported (B, T), which has a meaning for the claim's alone.
        """
        words = ids > SPECIAL
        matches = matched(ids, types, words & (mask > 0))
        embedded = self.encoder.embeddings.word_embeddings(ids) + self.matched(matches)
        states = self.encoder(inputs_embeds=embedded, attention_mask=mask, token_type_ids=types).last_hidden_state
        states = states.to(matches.dtype)
        tokens = self.token(torch.cat([states, matches], -1)).squeeze(-1).to(matches.dtype)
        outside = ~(words & (types == 0) & (mask > 0))
        pooled = tokens.masked_fill(outside, LOWEST)
        top, spread = pooled.amax(1, keepdim=True), torch.logsumexp(pooled, 1, keepdim=True)
        return self.supports(torch.cat([states[:, 0], top, spread], -1)).squeeze(-1), tokens


def matched(ids: Tensor, types: Tensor, words: Tensor) -> Tensor:
    """For each token whether the other side has it, has it after the token before, and before the token after.

    Token ids and types and what is a word (B, T) to (B, T, 3), 0 or 1.
    """
    across = (types.unsqueeze(2) != types.unsqueeze(1)) & words.unsqueeze(2) & words.unsqueeze(1)
    same = ((ids.unsqueeze(2) == ids.unsqueeze(1)) & across).float()
    pair = same[:, :-1, :-1] * same[:, 1:, 1:]
    pair = pair.amax(2)
    none = pair[:, :1] * 0
    return torch.stack([same.amax(2), torch.cat([none, pair], 1), torch.cat([pair, none], 1)], -1)
