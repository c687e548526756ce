"""Articles and claims of published sets, in one form."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

SOURCES = ("squadshifts_new_wiki", "squad11_extra13", "selqa", "policyqa", "nq_oracle", "boolq", "condaqa")
NOT_READ = "squad2_dev12"
"""Its articles are those that the chatbot is tested with: nothing of them is read, whatever source has it."""
HELD_ARTICLES = ("armenian apostolic church", "american broadcasting company")
HELD_SHARE = 14
"""One in so many articles is held out, by a hash of its title."""
WORDS = re.compile(r"\w+")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with its evidence; ``changed`` are characters of it known to be unsupported, None if unknown."""

    text: str
    title: str
    evidence: tuple[str, ...]
    supported: bool
    kind: str
    source: str
    article: str
    changed: tuple[tuple[int, int], ...] | None = None

    @property
    def held(self) -> bool:
        """Whether it is kept from training."""
        digest = hashlib.md5(self.article.encode()).digest()
        return self.article in HELD_ARTICLES or int.from_bytes(digest[:4], "big") % HELD_SHARE == 0


@dataclass
class Article:
    """The passages of an article, each its sentences."""

    name: str
    title: str
    source: str
    passages: list[list[str]] = field(default_factory=list)
    questions: list[tuple[int, int, str, str]] = field(default_factory=list)
    """Place of the passage, of the sentence, question and answer."""


def rows_of(folder: Path, name: str) -> list[Row]:
    with gzip.open(folder / f"{name}.jsonl.gz", "rt") as lines:
        return [json.loads(line) for line in lines]


def key(title: str) -> str:
    return title.replace("_", " ").strip().lower()


def not_read(folder: Path) -> set[str]:
    """Titles of the articles that are left for the test."""
    return {key(row["title"]) for row in rows_of(folder, NOT_READ)}


def articles_of(folder: Path) -> dict[str, list[Article]]:
    """The articles by source."""
    left = not_read(folder)
    found: dict[str, list[Article]] = {}
    for source in SOURCES:
        rows = rows_of(folder, source)
        # whole passages: what is left out of the test's questions is left out as text
        barred = {row["sentences"][0] for row in rows if (row.get("meta") or {}).get("dev_sample")}
        articles: dict[str, Article] = {}
        seen: dict[tuple[str, str], tuple[Article, int]] = {}
        for row in rows:
            meta = row.get("meta") or {}
            if row["sentences"][0] in barred or key(row["title"]) in left or meta.get("edit"):
                continue
            name = key(row["title"]) or f"{source}:{meta.get('passage_id')}"
            article = articles.setdefault(name, Article(name, row["title"].replace("_", " "), source))
            article, place = seen.setdefault((name, row["sentences"][0]), (article, len(article.passages)))
            if place == len(article.passages):
                article.passages.append(row["sentences"])
            for at in (row["answer_sentences"] or [])[:1]:
                if at < len(article.passages[place]) and row["answer_text"]:
                    article.questions.append((place, at, row["question"], row["answer_text"][0]))
        found[source] = list(articles.values())
    return found


def changed_between(text: str, before: str) -> tuple[tuple[int, int], ...]:
    """Where a text differs from what it was made from; next to what is gone, if words are only gone."""
    spans = [m.span() for m in re.finditer(r"\w+|[^\w\s]", text)]
    mine, theirs = [text[a:b].lower() for a, b in spans], [w.lower() for w in re.findall(r"\w+|[^\w\s]", before)]
    found = []
    for tag, i, j, _, _ in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if tag == "insert":
            i, j = max(0, i - 1), min(len(spans), j + 1)
        if tag != "equal" and i < j:
            found.append((spans[i][0], spans[j - 1][1]))
    return tuple(found)


def overlapping(claim: str, evidence: list[str], most: int, always: list[int] | None = None) -> tuple[str, ...]:
    """The sentences that share most with a claim, in their order, up to so many words."""
    said = {word for word in WORDS.findall(claim.lower()) if len(word) > 3 or word.isdigit()}
    scores = [len(said & set(WORDS.findall(s.lower()))) / (4 + len(s.split()) ** 0.5) for s in evidence]
    chosen, used = [], 0
    for at in [*(always or []), *sorted(range(len(evidence)), key=lambda i: -scores[i])]:
        words = len(evidence[at].split())
        if at not in chosen and used + words <= most:
            chosen.append(at)
            used += words
    return tuple(evidence[at] for at in sorted(chosen)) or tuple(evidence[:1])


class Published:
    """Claims of published sets, in this module's form."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._left = not_read(folder)
        wanted = ("squadshifts_new_wiki", "squad11_extra13")
        self._passages = {row["id"]: row for name in wanted for row in rows_of(folder, name)}

    def claims(self, name: str) -> Iterator[Claim]:
        """All of a set but what is left for the test."""
        for row in rows_of(self._folder, name):
            meta = row.get("meta") or {}
            if not row["evidence"] or key(meta.get("title") or "") in self._left:
                continue
            made = self._altered(row, meta) if name == "g_altered" else self._plain(row, meta, name)
            if made:
                yield made

    def _plain(self, row: Row, meta: Row, name: str) -> Claim:
        most = 110 if name == "g_summedits" else 75
        evidence = overlapping(row["claim"], row["evidence"], most, meta.get("oracle"))
        article = key(meta.get("title") or "") or f"{name}:{meta.get('doc') or row['evidence'][0]}"
        changed = () if row["supported"] else None
        if meta.get("unsupported"):
            spans = (re.search(rf"(?<!\w){re.escape(word)}(?!\w)", row["claim"]) for word in meta["unsupported"])
            changed = tuple(span.span() for span in spans if span and len(span.group()) > 1) or None
        return Claim(row["claim"], meta.get("title") or "", evidence, row["supported"], name, name, article, changed)

    def _altered(self, row: Row, meta: Row) -> Claim | None:
        origin = self._passages.get(meta["from"])
        if not origin or (origin.get("meta") or {}).get("dev_sample") or meta["sentence"] >= len(row["evidence"]):
            return None
        at, title = meta["sentence"], origin["title"]
        first = max(0, at - len(row["claim"]) % 3)
        evidence = tuple(row["evidence"][first : at + 1 + len(row["claim"]) % 2])
        changed = () if row["supported"] else changed_between(row["claim"], row["evidence"][at])
        return Claim(row["claim"], title, evidence, row["supported"], "g_altered", "g_altered", key(title), changed)

    def rewritten(self) -> Iterator[Claim]:
        """Sentences with a negation against what people made of them.

        That is the same in other words (1), another scope of the negation (2), or none (3).
        """
        passages: dict[int, dict[int, list[str]]] = {}
        for row in rows_of(self._folder, "condaqa"):
            passages.setdefault(row["meta"]["passage_id"], {})[row["meta"]["edit"]] = row["sentences"]
        for number, edits in passages.items():
            for one, two in ((0, 1), (1, 0), (0, 2), (2, 0), (0, 3), (3, 0), (1, 3), (3, 1)):
                if one not in edits or two not in edits:
                    continue
                said = [s for s in edits[one] if s not in edits[two]]
                found = [s for s in edits[two] if s not in edits[one]]
                if len(said) != 1 or len(found) != 1 or len(said[0].split()) > 50:
                    continue
                supported = {one, two} == {0, 1}
                changed = () if supported else None
                yield Claim(said[0], "", (found[0],), supported, "rewritten", "condaqa", f"condaqa:{number}", changed)
