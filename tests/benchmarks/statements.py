"""Sentences of which it is known whether their sources say them, made from the sets in ``../shared``.

True: source sentences, people's own answers in other words, rewordings made here by rule, rows of checked sets. False:
the same with one thing changed (number, name, unit, denial, opposite, quantity, modal, roles), two sentences spliced, a
clause invented, a sentence that no source found has, rows of checked sets. They are the same each time. The words
exchanged are a list of its own, not the product's. Articles and documents are split in two parts by a hash of their
names. Some of what is altered by rule is still true, and some of what people wrote says more than their source.
"""

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha1
from itertools import pairwise
from pathlib import Path
from typing import Literal

from chatbot import Chatbot
from chatbot.records import Hit, Passage, Span

SHARED = Path(__file__).parents[3] / "shared"
Part = Literal["A", "B"]

_SPACED = (
    (re.compile(r"\s+([,.;:!?%)]|n't\b|'s\b|'re\b|'ve\b|'(?=\s))"), r"\1"),
    (re.compile(r"([(])\s+"), r"\1"),
    (re.compile(r"``\s*|\s*''"), '"'),
    (re.compile(r"(?<=\w) - (?=\w)"), "-"),
    (re.compile(r"\s+"), " "),
)
_CUT = re.compile(r"\b(?:Gen|Maj|Dr|Mr|Mrs|St|No|Jr|Sr|vs|[A-Z])\.$")
_END = re.compile(r"(?<=[a-z0-9)\"'%][.!?])\s+(?=[\"A-Z])")
_NAME = re.compile(r"(?<![.!?\"] )(?<!^)\b[A-Z][a-z]+(?: (?:of )?[A-Z][a-z]+)*\b")
_NUMBER = re.compile(r"(?<![\w.,$])\d{1,3}(?:,\d{3})+|(?<![\w.,-])\d+(?:\.\d+)?(?![\w-]|[.,]\d)")
_YEAR = re.compile(r"\b(?:1[4-9]|20)\d\d\b")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_SPELT = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_UNITS = (
    "kilometres miles", "km miles", "metres feet", "meters yards", "minutes hours", "days weeks",
    "months years", "hours days", "weeks months", "years decades", "million billion", "percent points",
    "dollars pounds", "kg tons", "pounds ounces", "inches feet", "degrees radians", "thousand million",
    "century decade", "°C °F",
)  # fmt: skip
_EXCHANGED = {
    "opposite": (
        "increased decreased", "increase decrease", "increases decreases", "before after", "largest smallest",
        "larger smaller", "higher lower", "highest lowest", "first last", "north south", "northern southern",
        "eastern western", "east west", "early late", "more less", "above below", "begins ends", "began ended",
        "opened closed", "won lost", "old new", "long short", "public private", "internal external",
        "positive negative", "male female", "men women", "upper lower", "major minor", "common rare",
        "strong weak", "success failure", "successful unsuccessful", "accepted rejected", "included excluded",
        "includes excludes", "inside outside", "hot cold", "rich poor", "maximum minimum", "most least",
        "gained lost", "true false", "permanent temporary", "direct indirect", "ancient recent", "wide narrow",
        "young old", "left right", "born buried", "supported opposed", "rose fell", "arrived departed",
        "improved worsened", "expanded contracted", "joined quit", "natural artificial", "safe dangerous",
        "easy hard", "similar different", "popular unpopular", "free expensive", "primary secondary",
        "full empty", "raised lowered", "allows prevents", "active inactive", "good bad", "father mother",
        "son daughter", "king queen", "brother sister", "actor producer", "ascended descended",
        "friendly hostile", "victory defeat",
    ),
    "quantity": (
        "all some", "most few", "many few", "some all", "several all", "every hardly any", "always sometimes",
        "often rarely", "usually never", "only also", "both neither", "majority minority", "mostly partly",
        "sometimes always", "each no",
    ),
    "modal": (
        "may must", "must may", "can must", "should must", "could would", "might will", "may will",
        "can cannot", "will may", "must should", "required allowed", "allowed required", "could must",
    ),
}  # fmt: skip
_SAME = (
    "began started", "large big", "however but", "about roughly", "also additionally", "called named",
    "built constructed", "used employed", "often frequently", "because since", "although though",
    "many numerous", "whole entire", "shows demonstrates", "received got", "located situated", "main primary",
    "important significant", "gave provided", "made created", "approximately about", "film movie",
    "became turned into", "near close to", "ended finished", "several multiple", "wrote authored",
    "helped assisted", "required needed", "children kids", "purchased bought", "died passed away",
    "annual yearly",
)  # fmt: skip
_INVENTED = (
    "and is considered the best of its kind", "and it won several awards",
    "which attracts thousands of visitors every year", "and this was praised by critics around the world",
    "because of a lack of funding", "and was later expanded to other countries",
    "making it one of the most popular choices today", "which is free of charge for members",
    "as confirmed by a recent study", "and it continues to inspire people today", "after a long legal dispute",
    "thanks to the support of local volunteers", "which helps to build trust and save time",
    "and experts recommend it for beginners",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A statement, whether it is supported, and what was found."""

    text: str
    supported: bool
    kind: str
    source: str
    article: str
    question: str = ""
    hits: Sequence[Hit] = field(default=(), repr=False)


def part_of(source: str, article: str) -> Part:
    """A: rules and weights may be chosen by it; B: only looked at in the end. SQuAD's twelve articles are B."""
    if source.startswith("squad2"):
        return "B"
    return "AB"[int(sha1(article.encode()).hexdigest(), 16) % 2]  # type: ignore[return-value]


def rng(*keys: object) -> random.Random:
    """Chance that is the same for the same keys."""
    return random.Random(sha1(repr(keys).encode()).hexdigest())


def joined(text: str) -> str:
    """Text without the spaces that a tokeniser put before its signs."""
    for pattern, replacement in _SPACED:
        text = pattern.sub(replacement, text)
    return text.strip()


def asked(bot: Chatbot, folder: Path, part: Part, most: int) -> Iterator[Case]:
    """Cases from a set of questions: sentences of what is found, people's answers, and both altered."""
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    chosen = [row for row in rows if row["answerable"] and part_of(folder.name, row["gold_file"]) == part]
    rng(folder.name).shuffle(chosen)
    pool = [list(bot.search(row["question"], 10)) for row in chosen[:most]]
    for place, (row, hits) in enumerate(zip(chosen, pool, strict=False)):
        chance = rng(row["id"])
        made = _of_hits(row, hits, chance) + _of_people(row, hits)
        strange = _sentences(pool[(place + 7) % len(pool)])
        for source in _sentences(hits, Path(row["gold_file"]).stem)[:12]:
            made += _altered(source, hits, chance, strange)
        for text, supported, kind in made:
            yield Case(text, supported, kind, folder.name, row["gold_file"], row["question"], hits)


def _sentences(hits: Sequence[Hit], slug: str = "") -> list[str]:
    """Prose sentences of hits, of one article if there is one such among them, in their order."""
    return [
        text
        for hit in hits
        if not slug or hit.passage.slug == slug
        for span in hit.passage.sentences
        if span.kind == "sentence" and _is_statement(text := joined(span.text))
    ]


def _is_statement(text: str) -> bool:
    return 6 <= len(text.split()) <= 45 and text.endswith(".") and text[0].isupper() and "displaystyle" not in text


Made = list[tuple[str, bool, str]]


def _of_hits(row: dict, hits: Sequence[Hit], chance: random.Random) -> Made:
    own = _sentences(hits, Path(row["gold_file"]).stem)
    chosen = chance.sample(own, min(3, len(own)))
    made: Made = [(text, True, "verbatim") for text in chosen]
    for text in own[:8]:
        made += [(changed, True, f"reworded: {name}") for name, change in REWORDED.items() if (changed := change(text))]
    return made + _joined_pairs(hits, Path(row["gold_file"]).stem) + _fused(hits, chance)


def _joined_pairs(hits: Sequence[Hit], slug: str) -> Made:
    """Two sentences that follow each other, as one, where the second says of whom it speaks or says it of the same."""
    made: Made = []
    for hit in hits:
        texts = [joined(span.text) for span in hit.passage.sentences if span.kind == "sentence"]
        for one, two in pairwise(texts):
            if hit.passage.slug == slug and _is_statement(one) and _is_statement(two) and len((one + two).split()) < 40:
                made.append((f"{one[:-1]}, and {_lowered(two)}", True, "reworded: joined"))
    return made[:1]


def _fused(hits: Sequence[Hit], chance: random.Random) -> Made:
    """Sentences about "it" or "he" with a name in its place that only comes up after them in their passage."""
    made: Made = []
    for hit in hits[:4]:
        texts = [joined(span.text) for span in hit.passage.sentences if span.kind == "sentence"]
        for place, text in enumerate(texts):
            match = re.match(r"(?:It|He|She|This)(?= (?:is|was|has|had|[a-z]+(?:ed|es|s))\b)", text)
            before = f"{hit.passage.title} {' '.join(texts[: place + 1])}"
            names = [name for other in texts[place + 1 :] for name in _NAME.findall(other) if name not in before]
            if match and place and names and _is_statement(text):
                made.append((_put(text, match, chance.choice(names)), False, "fused"))
    return made


def _lowered(text: str) -> str:
    common = ("The", "It", "He", "She", "They", "This", "These", "In", "A", "An", "There")
    return text[0].lower() + text[1:] if text.split()[0] in common else text


def _of_people(row: dict, hits: Sequence[Hit]) -> Made:
    """Sentences of human answers with three quarters of their words in what was found of the article."""
    slug = Path(row["gold_file"]).stem
    known = set(
        re.findall(
            r"\w+",
            " ".join(f"{hit.passage.title} {hit.passage.text}" for hit in hits if hit.passage.slug == slug).lower(),
        )
    )
    made: Made = []
    if "evidence_sentences" in row:
        for text in dict.fromkeys(part for answer in row["answers"] for part in _END.split(joined(answer))):
            words = [word for word in re.findall(r"\w+", text.lower()) if len(word) > 3]
            if (
                len(text.split()) >= 5
                and text[-1] in '.!"'
                and not _CUT.search(text)
                and sum(word in known for word in words) >= 0.75 * len(words)
            ):
                made.append((text, True, "human"))
    return made


def _altered(text: str, hits: Sequence[Hit], chance: random.Random, strange: Sequence[str]) -> Made:
    """One sentence with one thing changed, in the ways that it allows; not all of them each time."""
    found = {name: change(text, chance) for name, change in ALTERED.items()}
    found["name"] = _renamed(text, [other for hit in hits for other in _NAME.findall(joined(hit.passage.text))], chance)
    found["splice"] = _spliced(text, _sentences(hits), chance)
    here = {joined(span.text) for hit in hits for span in hit.passage.sentences}
    elsewhere = [other for other in strange if other not in here]
    found["other article"] = chance.choice(elsewhere) if elsewhere else None
    made: Made = [(changed, False, kind) for kind, changed in found.items() if changed and changed != text]
    rare = {"splice", "cut", "number", "unit", "modal", "quantity", "opposite", "roles", "date"}
    return [item for item in made if item[2] in rare or chance.random() < 0.22]


def _number(text: str, chance: random.Random) -> str | None:
    found = [match for match in _NUMBER.finditer(text) if not _YEAR.fullmatch(match[0])]
    spelt = list(re.finditer(rf"\b(?:{'|'.join(_SPELT)})\b", text))
    match = chance.choice(found + spelt) if found + spelt else None
    if match is None:
        return None
    if match[0] in _SPELT:
        return _put(text, match, chance.choice([word for word in _SPELT if word != match[0]]))
    digits = match[0]
    places = [place for place, sign in enumerate(digits) if sign.isdigit()]
    place = chance.choice(places)
    other = chance.choice([sign for sign in "123456789" if sign != digits[place]])
    return _put(text, match, digits[:place] + other + digits[place + 1 :])


def _date(text: str, chance: random.Random) -> str | None:
    years, months = list(_YEAR.finditer(text)), list(re.finditer(rf"\b(?:{'|'.join(_MONTHS)})\b", text))
    match = chance.choice(years + months) if years + months else None
    if match is None:
        return None
    if match[0].isdigit():
        return _put(text, match, str(int(match[0]) + chance.choice([-30, -11, -10, -2, -1, 1, 2, 3, 9, 10, 20])))
    return _put(text, match, chance.choice([month for month in _MONTHS if month != match[0]]))


def _unit(text: str, chance: random.Random) -> str | None:
    return _exchanged(text, _UNITS, chance, after=r"(?<=[\da-z][ -])")


def _exchanged(text: str, pairs: Sequence[str], chance: random.Random, after: str = "") -> str | None:
    found = []
    for pair in pairs:
        one, _, two = pair.partition(" ")
        for old, new in ((one, two), (two, one)):
            found += [(match, new) for match in re.finditer(rf"{after}\b{re.escape(old)}\b", text)]
    if not found:
        return None
    match, new = chance.choice(found)
    return _put(text, match, new)


def _put(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def _denied(text: str, chance: random.Random) -> str | None:
    if match := re.search(r"\b(is|was|are|were|can|could|will|would|has|have|had|did|does|do)( not|n't|not)\b", text):
        return _put(text, match, match[1])
    match = re.search(r"\b(?:is|was|are|were|can|could|will|would|should|may)\b(?! not)", text)
    return _put(text, match, f"{match[0]} {chance.choice(['not', 'never', 'not'])}") if match else None


def _roles(text: str, chance: random.Random) -> str | None:
    """Two names or years of a sentence in each other's place, where they are no list."""
    pattern = chance.choice([_NAME, _NAME, re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)+\b"), _YEAR])
    found = list(pattern.finditer(text))
    if len(found) < 2 or len({match[0] for match in found}) < 2:
        return None
    one, two = chance.choice(list(pairwise(found)))
    between = text[one.end() : two.start()]
    telling = re.search(r"\b(?:[a-z]{3,}ed|was|is|were|are|than|over|became|[a-z]{4,})\b", between)
    if (
        one[0] == two[0]
        or not telling
        or "known as" in between
        or "called" in between
        or re.fullmatch(r"[,\s]*(?:and|or|,|with)?\s*", between)
    ):
        return None
    return text[: one.start()] + two[0] + between + one[0] + text[two.end() :]


def _cut(text: str, chance: random.Random) -> str | None:
    """Without the words from one "by" or "in" up to the next, a past form between: what was done is another's now."""
    found = list(re.finditer(r"\b(by|in|for|to|at|from) [^,.;]*?\b\w+ed \1 (?=[A-Z\d])", text))
    match = chance.choice(found) if found else None
    return f"{text[: match.start()]}{match[1]} {text[match.end() :]}" if match else None


def _invented(text: str, chance: random.Random) -> str | None:
    return f"{text[:-1]}, {chance.choice(_INVENTED)}."


def _renamed(text: str, others: Sequence[str], chance: random.Random) -> str | None:
    found = [match for match in _NAME.finditer(text) if match[0] not in _MONTHS]
    match = chance.choice(found) if found else None
    fitting = [other for other in others if match and _as_good(other, match[0], text)]
    return _put(text, match, chance.choice(fitting)) if match and fitting else None


def _as_good(other: str, name: str, text: str) -> bool:
    """Whether a name can be put for another."""
    return (
        other not in text
        and name not in other
        and len(other.split()) == len(name.split())
        and min(map(len, other.split())) > 3
        and other not in (*_MONTHS, "Will", "There", "With")
    )


def _spliced(text: str, others: Sequence[str], chance: random.Random) -> str | None:
    """The beginning of one sentence, up to its verb, with what another says."""
    verb = r"\b(?:is|was|are|were|has|had|have|can|became|began|includes?)\b"
    head, tails = re.search(verb, text), [(other, re.search(verb, other)) for other in others if other != text]
    fitting = [
        other[match.start() :]
        for other, match in tails
        if head
        and match
        and match[0] == head[0]
        and len(other) - match.start() > 30
        and _other_subject(text[: head.start()], other[: match.start()])
    ]
    if (
        not head
        or not fitting
        or not 2 < head.start() < 60
        or re.match(r"(?:It|He|She|They|This|There|These|In)\b", text)
    ):
        return None
    return text[: head.start()] + chance.choice(fitting)


def _other_subject(one: str, two: str) -> bool:
    """Whether two beginnings of sentences speak of different things: no word of one in the other, nor a pronoun."""
    words = [{word for word in re.findall(r"[a-z]+", side.lower()) if len(word) > 3} for side in (one, two)]
    pronoun = re.match(
        r"(?:It|He|She|They|This|These|There|In|The|Its|His|Her|Their)\b(?! [a-z]+ (?:of|in) [A-Z])", two
    )
    return all(words) and not words[0] & words[1] and not pronoun and 2 < len(two) < 60


ALTERED: dict[str, Callable[[str, random.Random], str | None]] = {
    "number": _number,
    "date": _date,
    "unit": _unit,
    "denial": _denied,
    "opposite": lambda text, chance: _exchanged(text, _EXCHANGED["opposite"], chance),
    "quantity": lambda text, chance: _exchanged(text, _EXCHANGED["quantity"], chance),
    "modal": lambda text, chance: _exchanged(text, _EXCHANGED["modal"], chance),
    "roles": _roles,
    "cut": _cut,
    "invented": _invented,
}


def _shortened(text: str) -> str | None:
    """Without what stands in brackets, or after a last ", which"."""
    plain = re.sub(r"\s*\([^()]*\)", "", text)
    plain = re.sub(r", (?:which|who|where|although|though|while)\b[^,;()]*\.$", ".", plain)
    return plain if plain != text and len(plain.split()) >= 5 else None


def _moved(text: str) -> str | None:
    """What leads a sentence at its end: "In 1903, X did Y." becomes "X did Y in 1903."."""
    match = re.match(r"((?:In|On|At|During|After|By|Since|From) [^,;.]{3,40}), ((?:the |an? |[A-Z])[^;()]+)\.$", text)
    if not match or len(match[2].split()) > 22:
        return None
    return f"{match[2][0].upper()}{match[2][1:]} {match[1][0].lower()}{match[1][1:]}."


def _digits(text: str) -> str | None:
    match = re.search(rf"\b(?:{'|'.join(_SPELT)})\b(?!-)", text)
    if match:
        return _put(text, match, str(_SPELT.index(match[0]) + 2))
    match = re.search(r"(?<![\w.,$#-])(?:[2-9]|1[0-2])(?= [a-z]{4,}\b)(?! (?:million|percent))", text)
    return _put(text, match, _SPELT[int(match[0]) - 2]) if match else None


def _synonym(text: str) -> str | None:
    for pair in _SAME:
        one, _, two = pair.partition(" ")
        if match := re.search(rf"\b{one}\b", text):
            return _put(text, match, two)
    return None


def _contracted(text: str) -> str | None:
    changed = re.sub(r"\b(is|was|are|were|does|did|do|has|have|had|could|would) not\b", r"\1n't", text)
    return changed if changed != text else None


REWORDED: dict[str, Callable[[str], str | None]] = {
    "shortened": _shortened,
    "moved": _moved,
    "digits": _digits,
    "synonym": _synonym,
    "contracted": _contracted,
}


def checked(name: str, part: Part, most: int, only: Callable[[dict], bool] = bool) -> Iterator[Case]:
    """Single-sentence rows of a claims set, their evidence as the one passage found."""
    with gzip.open(SHARED / "train" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if only(row)]
    rows = [row for row in rows if len(_END.split(row["claim"])) == 1 and part_of(_source(row), _group(row)) == part]
    rng(name, part).shuffle(rows)
    for row in rows[:most]:
        kind = f"{_kind(row)}"
        yield Case(
            row["claim"], row["supported"], kind, _source(row), _group(row), "", (evidence_hit(row["evidence"], row),)
        )


def _source(row: dict) -> str:
    source = row["source"].split("/")[0]
    if row["id"].startswith("al:squad2:"):
        return "squad2 (altered)"
    return source if source.startswith("g_") else f"g_{source}"


def _group(row: dict) -> str:
    meta = row.get("meta") or {}
    return str(meta.get("doc") or meta.get("article") or meta.get("title") or row["evidence"][0])


def _kind(row: dict) -> str:
    meta = row.get("meta") or {}
    edits = meta.get("edits")
    if row["supported"]:
        return "checked true"
    return "+".join(edits) if edits and len(edits) == 1 else f"{meta.get('edit') or 'checked false'}"


def evidence_hit(sentences: Sequence[str], row: dict) -> Hit:
    """Sentences as a passage that was found."""
    spans, start = [], 0
    for text in sentences:
        spans.append(Span(start, start + len(text), text))
        start += len(text) + 1
    title = str((row.get("meta") or {}).get("title") or "")
    whole = " ".join(sentences)
    name = sha1(whole.encode()).hexdigest()
    return Hit(Passage(name, name, f"{name}.md", title, "", (), "", "text", whole, 0, len(whole), tuple(spans)), 1.0)
