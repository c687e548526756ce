"""Makes claims from articles by rule, supported and unsupported, with their evidence.

``python training/making.py ROWS_FOLDER [COUNT]`` prints a few of each kind.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from alterations import ALTERATIONS, BOTH_WAYS, altered
from claims import WORDS, Article, Claim, articles_of, changed_between
from rewordings import introduced, joined, reworded, upper
from surroundings import Surroundings

SUPPORTED = 0.44
"""Share of the sentences that supported claims are made of."""
LISTED = re.compile(
    r"^(.{12,110}?\b(?:include|includes|included|including|such as|offers|provides|contains)) "
    r"((?:[^,.;:()]{3,45}, ){2,}(?:and |or )?[^,.;:()]{3,45})\.$"
)


def usable(sentence: str) -> bool:
    return 6 <= len(sentence.split()) <= 45 and sentence[0].isupper() and sentence[-1] in '.!”"'


def items_of(sentence: str) -> list[str]:
    """What introduces the items that a sentence names, and these; nothing if it names none."""
    found = LISTED.match(sentence)
    if not found or re.search(r" (?:is|was|has|had|were|are|who|which|he|she|they) ", found[2]):
        return []
    return [found[1], *(re.sub(r"^(?:and|or) ", "", item).strip() for item in found[2].split(", "))]


class Maker:
    """Makes claims from the sentences of articles."""

    def __init__(self, articles: list[Article], random_: random.Random) -> None:
        self._random = random_
        self._articles = articles
        words = Counter(
            word for a in articles for p in a.passages for s in p for word in re.findall(r"(?<=\w )[a-z]+", s)
        )
        self._common = {word for word, count in words.items() if count > 2}
        self._all = [s for a in articles for p in a.passages for s in p if usable(s)]
        self._items = [item for s in self._all for item in items_of(s)[1:]]

    def claims(self, times: float) -> Iterator[Claim]:
        """About ``times`` claims for each sentence that can be used."""
        for article in self._articles:
            sentences = [s for p in article.passages for s in p if usable(s)]
            for place, passage in enumerate(article.passages):
                for at, sentence in enumerate(passage):
                    if usable(sentence) and self._random.random() < times:
                        made = self._claim(article, place, at, sentences)
                        if made:
                            yield made
            if article.source != "policyqa":
                yield from self._asked(article)

    def _claim(self, article: Article, place: int, at: int, sentences: list[str]) -> Claim | None:
        passage, random_ = article.passages[place], self._random
        near = [s for i, s in enumerate(passage) if i != at]
        world = Surroundings(near, sentences, random_.sample(self._all, 12), self._common)
        if items_of(passage[at]) and random_.random() < 0.6:
            return self._listed(article, passage[at])
        if random_.random() < SUPPORTED:
            return self._supported(article, passage, at)
        drawn = random_.random()
        if drawn < 0.08 and len(near) > 1:
            return self._removed(article, passage, at)
        if drawn < 0.16:
            return self._elsewhere(article, place, at)
        if drawn < 0.22:
            return self._half(article, passage, at, sentences)
        return self._altered(article, passage, at, world)

    def _wording(self, article: Article, sentence: str) -> str:
        return sentence if self._random.random() < 0.3 else reworded(sentence, article.title, self._random)

    def _evidence(self, passage: list[str], at: int, sentence: str | None = None) -> tuple[str, ...]:
        """The sentence alone, with neighbours, or with one of the same passage."""
        random_, own = self._random, passage[at] if sentence is None else sentence
        drawn = random_.random()
        if drawn < 0.45 or len(passage) == 1:
            return (own,)
        if drawn < 0.6:
            other = random_.choice([i for i in range(len(passage)) if i != at])
            return (own, passage[other]) if other > at else (passage[other], own)
        first = max(0, at - random_.randint(0, 2))
        return (*passage[first:at], own, *passage[at + 1 : max(at + 1, first + random_.randint(2, 4))])

    def _made(self, article: Article, text: str, evidence: tuple[str, ...], kind: str, before: str | None) -> Claim:
        """A claim made from ``before``, which the evidence supports; the same if all of it is."""
        supported = before == text
        changed = () if supported else changed_between(text, before) if before else None
        title = article.title if self._random.random() < 0.8 else ""
        said = introduced(text, self._random)
        if said != text:
            # the known characters move with the text; its first letter may be another now
            changed = tuple((a + len(said) - len(text), b + len(said) - len(text)) for a, b in changed or ())
            text, changed = said, changed if supported or before else None
        return Claim(text, title, evidence, supported, kind, article.source, article.name, changed)

    def _supported(self, article: Article, passage: list[str], at: int) -> Claim | None:
        random_, sentence = self._random, passage[at]
        drawn = random_.random()
        if drawn < 0.12 and at + 1 < len(passage) and usable(passage[at + 1]):
            one, two = (self._wording(article, each) for each in passage[at : at + 2])
            text = joined(one, two, random_)
            return self._made(article, text, self._pair(passage, at), "joined", text)
        if drawn < 0.25:
            return self._made(article, sentence, self._evidence(passage, at), "verbatim", sentence)
        text = reworded(sentence, article.title, random_)
        kind = "verbatim" if text == sentence else "reworded"
        return self._made(article, text, self._evidence(passage, at), kind, text)

    def _listed(self, article: Article, sentence: str) -> Claim:
        """A sentence that names items, its evidence an introduction and a list."""
        random_, (lead, *items) = self._random, items_of(sentence)
        evidence = (lead.removesuffix(",") + ":", *map(upper, items))
        said = items if random_.random() < 0.5 else sorted(random_.sample(items, len(items) - 1), key=items.index)
        before = f"{lead} {', '.join(said[:-1])} and {said[-1]}."
        if random_.random() < 0.5:
            return self._made(article, before, evidence, "list", before)
        place, new = random_.randrange(len(said)), random_.choice(self._items)
        said = [*said[:place], new, *said[place + random_.randint(0, 1) :]]
        text = f"{lead} {', '.join(said[:-1])} and {said[-1]}."
        return self._made(article, text, evidence, "list", text if new in items else before)

    def _pair(self, passage: list[str], at: int) -> tuple[str, ...]:
        first = max(0, at - self._random.randint(0, 1))
        return tuple(passage[first : at + 2 + self._random.randint(0, 1)])

    def _altered(self, article: Article, passage: list[str], at: int, world: Surroundings) -> Claim | None:
        sentence, random_ = passage[at], self._random
        drawn = random_.random()
        base = self._wording(article, sentence) if drawn < 0.72 else sentence
        done = altered(base, world, random_)
        if not done:
            return None
        text, kind = done
        evidence = self._evidence(passage, at)
        if kind not in BOTH_WAYS or drawn < 0.72:
            return None if text in " ".join(evidence) else self._made(article, text, evidence, kind, base)
        # oddness of wording must not be what tells: the evidence says the altered, the claim either
        evidence = self._evidence(passage, at, text)
        if drawn < 0.88:
            said = self._wording(article, text)
            return self._made(article, said, evidence, f"{kind} in both", said)
        said = reworded(sentence, "", random_) if random_.random() < 0.5 else sentence
        if said == sentence:
            return self._made(article, said, evidence, kind, text)
        return self._made(article, said, evidence, kind, None)

    def _removed(self, article: Article, passage: list[str], at: int) -> Claim:
        left = [s for i, s in enumerate(passage) if i != at]
        first = max(0, min(at - 1, len(left) - self._random.randint(2, 4)))
        return self._made(article, self._wording(article, passage[at]), tuple(left[first : first + 4]), "removed", None)

    def _elsewhere(self, article: Article, place: int, at: int) -> Claim | None:
        """With the passage of the article that has most of its words."""
        passages = [p for i, p in enumerate(article.passages) if i != place]
        sentence = article.passages[place][at]
        said = set(WORDS.findall(sentence.lower()))
        likely = self._random.sample(passages, min(12, len(passages)))
        found = max(
            ((len(said & set(WORDS.findall(s.lower()))), i, p) for p in likely for i, s in enumerate(p)),
            default=None,
            key=lambda each: each[:2],
        )
        if not found or found[0] > 0.8 * len(said):
            return None
        return self._made(
            article, self._wording(article, sentence), self._evidence(found[2], found[1]), "elsewhere", None
        )

    def _half(self, article: Article, passage: list[str], at: int, sentences: list[str]) -> Claim | None:
        other = self._random.choice(sentences)
        evidence = self._evidence(passage, at)
        if other in evidence or len(other) + len(passage[at]) > 330:
            return None
        one, two = self._wording(article, passage[at]), self._wording(article, other)
        if self._random.random() < 0.7:
            return self._made(article, joined(one, two, self._random), evidence, "half", one)
        return self._made(article, joined(two, one, self._random), evidence, "half", one)

    def _asked(self, article: Article) -> Iterator[Claim]:
        """Statements of a question and its answer, or another answer of the article."""
        asked = [each for each in article.questions if short(each[3])]
        for place, at, question, answer in asked:
            like = [each[3] for each in asked if alike(each[3], answer)]
            given = self._random.choice(like) if like and self._random.random() < 0.55 else answer
            text, before = stated(question, given), stated(question, answer)
            if not text or (given != answer and given in article.passages[place][at]):
                continue
            yield self._made(article, text, self._evidence(article.passages[place], at), "question", before)


def short(answer: str) -> bool:
    """Whether an answer is a name, a number or the like."""
    return len(answer.split()) <= 5 and not re.match(r"(It|We|He|She|They|There|If|Yes|No|You)\b", answer)


def alike(one: str, other: str) -> bool:
    """Whether two answers are of one form and don't say the same."""
    forms = {(any(map(str.isdigit, each)), each[:1].isupper(), len(each.split()) > 1) for each in (one, other)}
    return len(forms) == 1 and not set(one.lower().split()) & set(other.lower().split())


QUESTIONS = (
    (r"^(?:[Ww]hat|[Ww]ho) (is|was|are|were) ((?:the|his|her) [^?,]{6,80})\?$", r"\2 \1 ANSWER."),
    (
        r"^[Ww]ho ((?!is\b|was\b|are\b|were\b|did\b|does\b|do\b)"
        r"\w+(?:ed|ote|ave|ound|ame|on|uilt|ade|eld|an)\b [^?]{6,80})\?$",
        r"ANSWER \1.",
    ),
    (r"^[Ww]hen (was|were) ([^?]{4,60}) (\w+ed|built|born|held|made|written)\?$", r"\2 \1 \3 in ANSWER."),
    (r"^[Ww]here (is|was|are|were) ([^?]{4,60}) (located|born|held|built|found)\?$", r"\2 \1 \3 in ANSWER."),
    (r"^[Ww]hat (is|was) ([A-Z][^?]{3,40}) (called|known as|named)\?$", r"\2 \1 \3 ANSWER."),
)
"""Questions that a statement can safely be made of."""


def stated(question: str, answer: str) -> str | None:
    """A question and its answer as one statement, for the few forms of question where that is safe."""
    answer, question = answer.strip().rstrip("."), question.strip()
    for pattern, made in QUESTIONS:
        if re.match(pattern, question):
            placed = re.match(r"(in|on|at|by|near|the \w+ of)\b", answer)
            text = re.sub(pattern, made, question).replace("in ANSWER", "ANSWER" if placed else "in ANSWER")
            return upper(text.replace("ANSWER", answer))
    return None


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    random_ = random.Random(7)
    articles = [article for each in articles_of(folder).values() for article in each]
    found: dict[str, list[Claim]] = {}
    for claim in Maker(articles, random_).claims(1.0):
        found.setdefault(f"{claim.supported} {claim.kind}", []).append(claim)
    print(len(articles), "articles", len(ALTERATIONS), "alterations", sum(map(len, found.values())), "claims")
    for kind, claims in sorted(found.items()):
        print(f"== {kind}: {len(claims)}")
        for claim in random_.sample(claims, min(count, len(claims))):
            print("  ", claim.text, "|", [claim.text[a:b] for a, b in claim.changed or ()], "|", claim.evidence)


if __name__ == "__main__":
    main()
