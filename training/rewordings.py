"""Says a sentence in other words that it still supports: what language models do with what they are given."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from wordlists import CONTRACTIONS, INTRODUCTIONS, PHRASES, SMALL, SYNONYMS, TENS, UNITS

WORDS = dict(enumerate(UNITS)) | TENS
LEAD = re.compile(
    r"^(In|On|At|During|After|Before|Since|By|From|For|As of|Until|Within|Throughout|However|Additionally|Moreover|"
    r"Furthermore|Also|Then|Later|Today|Currently|In addition|For example|Finally|Traditionally|Historically|"
    r"Generally|Typically|Therefore|Thus|Meanwhile|Nevertheless|Similarly|Indeed|Instead)\b([^,;:]{0,45}), (?=\w)"
)
EMPTY = {"However", "Additionally", "Moreover", "Furthermore", "Also", "Then", "Therefore", "Thus", "Meanwhile",
         "Nevertheless", "Similarly", "Indeed", "In addition", "For example", "Finally", "Instead"}  # fmt: skip
PASSIVE = re.compile(r"^([^,;:()]{3,50}?) (was|were) (\w+ed) by ([^,;:()]{3,50})\.$")

Rewording = Callable[[str, str, random.Random], str | None]


def upper(text: str) -> str:
    """A sentence as it begins."""
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """A sentence as it goes on within another: names keep their capital."""
    word = re.match(r"[\w’'-]*", text)
    return text[:1].lower() + text[1:] if word and word.group().lower() in SMALL else text


def _without_parenthesis(text: str, _title: str, _random: random.Random) -> str | None:
    return re.sub(r"\s*\([^()]*\)", "", text) if "(" in text else None


def _without_clause(text: str, _title: str, random_: random.Random) -> str | None:
    clause = r", (?:which|who|where|whose|including|such as|a|an|the)\b[^,.;:()]{4,80},(?= \w)"
    inner = re.sub(clause, "", text, count=1)
    if inner != text and random_.random() < 0.5:
        return inner
    tail = r"(?:,? (?:which|who|where|whose)|, (?:including|such as|with|making|and (?:is|was|has|had|are|were)))\b"
    found = re.search(tail + r"[^.;:()]{6,120}\.$", text)
    if not found or found.start() < 25:
        return None
    left = text[: found.start()]
    return None if re.search(r"\b(?:of|in|to|for|from|by|with|at|on|and)$", left) else left + "."


def _without_lead(text: str, _title: str, random_: random.Random) -> str | None:
    found = LEAD.match(text)
    if not found:
        return None
    rest = text[found.end() :]
    if found[1] in EMPTY or random_.random() < 0.5 or not rest.endswith("."):
        return upper(rest)
    return upper(rest[:-1]) + " " + lower(found[1] + found[2]) + "."


def _with_lead(text: str, _title: str, _random: random.Random) -> str | None:
    found = re.search(r" ((?:in|during|since|after|by) (?:the )?(?:[A-Z]\w+ )?\d{4}s?)\.$", text)
    return f"{upper(found[1])}, {lower(text[: found.start()])}." if found else None


def _named(text: str, title: str, random_: random.Random) -> str | None:
    if not title or len(title.split()) > 4 or "policy" in title:
        return None
    name = re.sub(r" \(.*", "", title)
    if re.match(r"(He|She|It) (?!(?:is|was) believed|is (?:also )?said|takes|seems|is possible|is thought)", text):
        return name + text[text.index(" ") :]
    if re.match(r"(His|Her|Its) (?!own)", text):
        return f"{name}'s" + text[text.index(" ") :]
    if text.startswith(name + " "):
        short = name.split()[-1] if len(name.split()) == 2 else random_.choice(("It", name))
        return short + text[len(name) :]
    return None


def introduced(text: str, random_: random.Random) -> str:
    """The sentence, now and then after words that introduce it."""
    return random_.choice(INTRODUCTIONS) + lower(text) if random_.random() < 0.06 else text


def _numbered(text: str, _title: str, random_: random.Random) -> str | None:
    ways = [
        re.sub(r"(?<![\w.,$€£-])(\d{1,2})(?![\w.,%:/-]|\s*(?:%|st\b|th\b))", _in_words, text),
        re.sub(r"\b(" + "|".join(UNITS[2:]) + r")\b(?!-)", lambda m: str(UNITS.index(m[1])), text),
        re.sub(r"(?<=\d),(?=\d{3}\b)", "", text),
        re.sub(r"(?<![\d.,])(\d{1,3})(\d{3})(?![\d.,])(?= [a-z]+s\b)", r"\1,\2", text),
        re.sub(r"(?<=\d)\s?%", " percent", text),
        re.sub(r"(?<=\d) per ?cent\b", "%", text),
        re.sub(r"\$(\d[\d.,]*\d?)( (?:m|b)illion)?(?![\d.,]*\d)", r"\1\2 dollars", text),
    ]
    changed = [way for way in ways if way != text]
    return random_.choice(changed) if changed else None


def _in_words(found: re.Match[str]) -> str:
    number = int(found[1])
    tens = number // 10 * 10
    return WORDS.get(number) or (f"{WORDS[tens]}-{WORDS[number - tens]}" if number > 20 else found[1])


def _contracted(text: str, _title: str, random_: random.Random) -> str | None:
    for long, short in random_.sample(CONTRACTIONS, len(CONTRACTIONS)):
        for old, new in ((long, short), (short, long)):
            if re.search(rf"\b{old}\b", text):
                return re.sub(rf"\b{old}\b", new, text, count=1)
    return None


def _with_synonyms(text: str, _title: str, random_: random.Random) -> str | None:
    made = text
    for pair in random_.sample(SYNONYMS, len(SYNONYMS)):
        old, new = random_.sample(pair, 2)
        if made.count(f" {old} ") == 1 and random_.random() < 0.8:
            made = made.replace(f" {old} ", f" {new} ")
    for phrase, other in PHRASES:
        if f" {phrase} " in text and f" {phrase} " in made and random_.random() < 0.6:
            made = made.replace(f" {phrase} ", f" {other} ", 1)
            break
    return made if made != text else None


def _person(text: str, title: str, random_: random.Random) -> str | None:
    """Privacy policies speak of "we" and "you"."""
    if not re.search(r"\b(?:[Ww]e|[Oo]ur|[Yy]ou|[Yy]our)\b", text):
        return None
    company = random_.choice(("the company", "the site", title.split(" ")[0] if "policy" in title else "the company"))
    user = random_.choice(("users", "visitors", "you"))
    changed = re.sub(r"\bwe are\b", company + " is", text, flags=re.I)
    changed = re.sub(r"\b[Ww]e (may|will|can|do not|cannot|might|must|would)\b", company + r" \1", changed)
    if re.search(r"\b[Ww]e\b|\bus\b", changed):
        return None
    changed = re.sub(r"\b[Oo]ur\b", f"{company}'s", changed)
    if user != "you":
        changed = re.sub(r"\b[Yy]our\b", "their", re.sub(r"\b[Yy]ou\b", user, changed))
    return upper(changed) if changed != text else None


def _active(text: str, _title: str, _random: random.Random) -> str | None:
    found = PASSIVE.match(text)
    if not found or re.search(r"\b(and|which|who|that|to|from|in|on)\b", found[1] + " " + found[4]):
        return None
    return f"{upper(found[4])} {found[3]} {lower(found[1])}."


def _possessive(text: str, _title: str, _random: random.Random) -> str | None:
    found = re.search(r"\bthe (\w+) of ([A-Z][a-z]+)\b(?! [A-Z])(?!['’])", text)
    return text[: found.start()] + f"{found[2]}'s {found[1]}" + text[found.end() :] if found else None


def _fewer_items(text: str, _title: str, _random: random.Random) -> str | None:
    found = re.search(r"(?<=[a-z]) ([\w-]+), ([\w-]+)(?:, [\w -]{3,20})*,? and ([\w -]{3,25})(?=[.,])", text)
    return text[: found.start()] + f" {found[1]} and {found[3]}" + text[found.end() :] if found else None


def _turned(text: str, _title: str, _random: random.Random) -> str | None:
    found = re.match(r"^([^,;:]{15,90}) (because|when|while|after|before|although|if) ([^,;:]{12,90})\.$", text)
    if found:
        return f"{upper(found[2])} {found[3]}, {lower(found[1])}."
    found = re.match(r"^([^,;:]{15,90}), but ([^,;:]{12,90})\.$", text)
    return f"Although {lower(found[1])}, {found[2]}." if found else None


def _halved(text: str, _title: str, random_: random.Random) -> str | None:
    """One of two statements joined by "and" or a semicolon."""
    second = "the|it|he|she|they|this|these|its|his|her|their|in|a|an"
    found = re.match(rf"^(.{{25,}}?)(?:;|, and|, but) ((?:{second})\b.{{20,}})$", text)
    if not found:
        return None
    return found[1] + "." if random_.random() < 0.6 else upper(found[2])


REWORDINGS: dict[Rewording, float] = {
    _without_parenthesis: 2, _without_clause: 2, _without_lead: 2, _with_lead: 1, _named: 2,
    _numbered: 2, _contracted: 1, _with_synonyms: 3, _person: 1, _active: 4, _possessive: 1, _fewer_items: 1.5,
    _turned: 2, _halved: 2,
}  # fmt: skip


def reworded(text: str, title: str, random_: random.Random, most: int = 3) -> str:
    """The sentence after one to ``most`` rewordings; the sentence itself where none fits."""
    wanted = random_.randint(1, most)
    ways = sorted(REWORDINGS, key=lambda way: random_.random() ** (1 / REWORDINGS[way]), reverse=True)
    for way in ways:
        made = way(text, title, random_)
        if made and made != text and len(made) > 20:
            text, wanted = made, wanted - 1
        if not wanted:
            break
    return text


def joined(first: str, second: str, random_: random.Random) -> str:
    """Two sentences as one."""
    between = random_.choice((", and ", " and ", "; ", ", while "))
    return first.rstrip(".!") + between + lower(second)
