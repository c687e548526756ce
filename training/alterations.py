"""Alters a sentence so that it says what it did not: the errors that language models make."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from rewordings import PASSIVE, lower, upper
from surroundings import Surroundings, names_of
from wordlists import DAYS, DIRECTED, MEASURES, MODALS, MONTHS, NEGATIONS, OPPOSITES, ORDINALS, TOGETHER, UNITS, words

AUXILIARY = re.compile(r"\b(is|are|was|were|can|could|will|would|should|must|may|might)\b(?! (?:not|never|no)\b|n't|,)")
PERFECT = re.compile(r"\b(has|have|had) (?=(?:been|become|[a-z]+ed|made|taken|given|won|led|held)\b)")
NUMBER = re.compile(r"(?<![\w.,-])\d+(?:,\d{3})*(?:\.\d+)?(?:(?![\w.]*\w)|(?=%|s\b|th\b))")
DATE = re.compile(r"\b(" + "|".join([*MONTHS, *DAYS]) + r")\b(?! (?:be|have)\b)")
PAST = re.compile(
    r"(?<=[a-z] )(?<!was )(?<!were )(?<!been )(?<!be )(?<!is )(?<!are )(?<!had )(?<!has )([a-z]{3,}?)(e?d)\b"
    r"(?= (?:the|a|an|his|her|its|to|in|that)\b)"
)
"""A verb in the past that is no participle."""
WORD = re.compile(r"(?<=[a-z,] )[a-z]{4,}\b(?!-)")
ENDINGS = ("ing", "ed", "ly", "tion", "ment", "ist", "ness", "ous", "ive", "al", "er", "s")
FUNCTIONAL = set(
    words(
        "this these those other their there where were does after under over also only being during however its used "
        "as various several including called"
    )
)
JOINT = re.compile(r",? (?:and|which|who|because|by|in|to|that|for|with|from|as)\b")
OFTEN_NOT_OPPOSED = set(words("for over he she his her with right left new first under open"))
TAIL = re.compile(
    r",? (?:which|who|where|because|making|including|with|after|before|when|while|since|such as|due to|in order to|so "
    r"that|and (?:was|is|has|had|can|will))\b[^.;:()]{12,90}(?=\.$)"
)
ADJUNCT = re.compile(r" (?:in|on|since|by|for|with|at|from|during|until|per|through)(?: [\w$%,'’-]+){1,6}(?=\.$)")


Alteration = Callable[[str, Surroundings, random.Random], str | None]


def put(text: str, start: int, end: int, new: str) -> str:
    """The text with something else between two places, written large where that was."""
    return text[:start] + (upper(new) if start == 0 or text[start].isupper() else new) + text[end:]


def _number(text: str, world: Surroundings, random_: random.Random) -> str | None:
    found = list(NUMBER.finditer(text))
    if not found:
        return _number_word(text, random_)
    at = random_.choice(found)
    if random_.random() < 0.3:
        others = (other.group() for each in world.sentences(random_) for other in NUMBER.finditer(each))
        new = next((other for other in others if len(other) == len(at.group())), "")
    else:
        new = _other_number(at.group(), random_)
    return put(text, *at.span(), new) if new and new not in text else None


def _other_number(old: str, random_: random.Random) -> str:
    plain = old.replace(",", "")
    if re.fullmatch(r"1\d\d\d|20\d\d", plain) and "," not in old:
        return str(int(plain) + random_.choice((1, -1, 2, -2, 3, 5, -5, 10, -10, 20, -30, 100)))
    if "." in plain:
        if random_.random() < 0.2:
            return plain.replace(".", "", 1)
        return str(round(float(plain) * random_.choice((0.5, 1.1, 2, 0.9, 3)), 2))
    value = int(plain)
    made = random_.choice((value + 1, value + random_.randint(2, 9), value * 2, value * 10, value - 1, value // 2 + 3))
    return f"{max(made, 1):,}" if "," in old else str(max(made, 1))


def _number_word(text: str, random_: random.Random) -> str | None:
    found = list(re.finditer(r"\b(" + "|".join(UNITS[2:] + ORDINALS[1:]) + r")\b(?!-)", text))
    if not found:
        return None
    at = random_.choice(found)
    line = UNITS[2:12] if at.group() in UNITS else ORDINALS
    return put(text, *at.span(), random_.choice([word for word in line if word != at.group()]))


def _date(text: str, _world: Surroundings, random_: random.Random) -> str | None:
    found = [each for each in DATE.finditer(text) if each.group() != "May" or re.search(r"\d", text)]
    if not found:
        return None
    at = random_.choice(found)
    line = MONTHS if at.group() in MONTHS else DAYS
    return put(text, *at.span(), random_.choice([word for word in line if word != at.group()]))


def _from_table(
    text: str, table: dict[str, list[str]], wanted: Callable[[str], bool], random_: random.Random
) -> str | None:
    found = [
        each
        for each in re.finditer(r"[\w.'’-]+", text)
        if (each.group() in table or each.group().lower() in table) and wanted(each.group())
    ]
    if not found:
        return None
    at = random_.choice(found)
    new = random_.choice(table.get(at.group()) or table[at.group().lower()])
    return None if re.search(rf"\b{new}\b", text) else put(text, *at.span(), new)


def _unit(text: str, _world: Surroundings, random_: random.Random) -> str | None:
    if "$" in text and random_.random() < 0.4:
        return text.replace("$", random_.choice("€£"))
    if re.search(r"\d ?%", text) and random_.random() < 0.3:
        return re.sub(r"(\d) ?%", r"\1 million", text, count=1)
    return _from_table(text, TOGETHER, lambda word: word in MEASURES, random_)


def _category(text: str, _world: Surroundings, random_: random.Random) -> str | None:
    return _from_table(text, TOGETHER, lambda word: word not in MEASURES, random_)


def _antonym(text: str, _world: Surroundings, random_: random.Random) -> str | None:
    strong = _from_table(text, OPPOSITES, lambda word: word.lower() not in OFTEN_NOT_OPPOSED, random_)
    if strong or random_.random() >= 0.15:
        return strong
    return _from_table(text, OPPOSITES, bool, random_)


def _name(text: str, world: Surroundings, random_: random.Random) -> str | None:
    found = names_of(text, world.common)
    if not found:
        return None
    at = random_.choice(found)
    mine = set(at.group().split())
    for sentence in world.sentences(random_):
        for other in names_of(sentence, world.common):
            new = other.group()
            if not mine & set(new.split()) and new not in text and (len(mine) > 1) == (" " in new):
                return put(text, *at.span(), new)
    return None


def _swapped(text: str, world: Surroundings, random_: random.Random) -> str | None:
    """Two names, or the two sides of a passive or of "than", change places."""
    passive = PASSIVE.match(text)
    if passive and random_.random() < 0.7:
        return f"{upper(passive[4])} {passive[2]} {passive[3]} by {lower(passive[1])}."
    than = re.match(r"^([^,;]{4,60}) (is|are|was|were) ((?:\w+ ){1,3}than) ([^,;]{4,60})\.$", text)
    if than:
        return f"{upper(than[4])} {than[2]} {than[3]} {lower(than[1])}."
    found = names_of(text, world.common)
    ways = [
        (one, two)
        for place, one in enumerate(found)
        for two in found[place + 1 :]
        if not set(one.group().split()) & set(two.group().split())
        and not re.fullmatch(r"(?:\W|\band\b|\bor\b|\b[A-Z]\w*)*", text[one.end() : two.start()])
        and (" " in one.group()) == (" " in two.group())
    ]
    if not ways:
        return None
    one, two = random_.choice(ways)
    return text[: one.start()] + two.group() + text[one.end() : two.start()] + one.group() + text[two.end() :]


def _quantifier(text: str, _world: Surroundings, random_: random.Random) -> str | None:
    return _directed(text, DIRECTED, random_)


def _modal(text: str, _world: Surroundings, random_: random.Random) -> str | None:
    return _directed(text, MODALS, random_)


def _directed(text: str, table: list[tuple[str, tuple[str, ...]]], random_: random.Random) -> str | None:
    for old, news in random_.sample(table, len(table)):
        found = re.search(rf"\b{old}\b", text, re.I)
        if found and not (old == "may" and found.group() == "May"):
            return put(text, *found.span(), random_.choice(news))
    return None


def _negated(text: str, world: Surroundings, random_: random.Random) -> str | None:
    for old, new in random_.sample(NEGATIONS, len(NEGATIONS)):
        if random_.random() < 0.85 and re.search(rf"\b{old}", text):
            return re.sub(rf"\b{old}", new, text, count=1)
    found = [*AUXILIARY.finditer(text), *PERFECT.finditer(text)]
    if found and random_.random() < 0.85:
        at = random_.choice(found[:2])
        word = at.group().strip()
        word = "cannot" if word == "can" else f"{word} {random_.choice(('not', 'not', 'not', 'never'))}"
        return put(text, at.start(), at.start() + len(at.group().strip()), word)
    return _not_done(text, world)


def _not_done(text: str, world: Surroundings) -> str | None:
    """What was done wasn't."""
    verb = PAST.search(text)
    if not verb:
        return None
    base = next((each for each in (verb[1] + "e", verb[1], verb[1][:-1]) if each in world.common), "")
    return put(text, *verb.span(), f"did not {base}") if base else None


def _overclaimed(text: str, _world: Surroundings, random_: random.Random) -> str | None:
    claims = ("the only", "the first", "the largest", "the most famous")
    done, help_ = "used|made|found|given", "reduce|improve|increase|prevent|cause|provide|lead"
    ways = [
        re.sub(r"\bone of the (most \w+|\w+est)\b", r"the \1", text, count=1),
        re.sub(r"\b(is|was) (a|an) (?!\w+ly\b)", lambda m: f"{m[1]} {random_.choice(claims)} ", text, count=1),
        re.sub(rf"\b(are|is) ({done}|known|required|sent|shared|collected)\b", r"\1 always \2", text, count=1),
        re.sub(rf"\b(are|is|was|were) ({done}|sold|held|shared|collected|located)\b", r"\1 only \2", text, count=1),
        re.sub(rf"\b(helps?|may|can|could) (?:to )?({help_})\b", r"always \2s", text, count=1),
    ]
    changed = [way for way in ways if way != text]
    return random_.choice(changed) if changed else None


def _word(text: str, world: Surroundings, random_: random.Random) -> str | None:
    """A word makes way for one of the same form from nearby: right words, another relation."""
    mine = [each for each in WORD.finditer(text) if _form(text, each)]
    said = set(re.findall(r"\w+", text.lower()))
    for sentence in world.sentences(random_):
        for at in random_.sample(mine, min(4, len(mine))):
            for other in WORD.finditer(sentence):
                new = other.group()
                if new not in said and new[:4] != at.group()[:4] and _form(text, at) == _form(sentence, other):
                    return put(text, *at.span(), new)
    return None


def _form(text: str, at: re.Match[str]) -> str:
    """The ending of a content word, and for a bare one the article before it; nothing for what can't be told."""
    word = at.group()
    if word in FUNCTIONAL:
        return ""
    ending = next((end for end in ENDINGS if word.endswith(end)), "")
    before = text[: at.start()].split()[-1:]
    article = before[0] if before and before[0] in ("the", "a", "an", "of", "to", "was", "were", "is", "are") else ""
    if ending and (article or ending != "s"):
        return ending + article
    return article if article in ("the", "a", "an", "to") else ""


def _invented(text: str, world: Surroundings, random_: random.Random) -> str | None:
    """A clause that another sentence ends with is added."""
    if not text.endswith(".") or len(text) > 230:
        return None
    for sentence in world.sentences(random_):
        found = random_.choice((TAIL, ADJUNCT)).search(sentence)
        if found and found.group().strip(" ,") not in text and len(text) > 25:
            return text[:-1] + found.group() + "."
    return None


def _spliced(text: str, world: Surroundings, random_: random.Random) -> str | None:
    """The beginning of one sentence, the end of another."""
    mine = [each for each in JOINT.finditer(text) if 15 < each.start() < len(text) - 15]
    for at in random_.sample(mine, len(mine)):
        for sentence in world.sentences(random_):
            place = sentence.find(at.group() + " ", 8)
            tail = sentence[place:]
            if place > 0 and 15 < len(tail) < 120 and tail.strip(" .")[:25] not in text:
                return text[: at.start()] + tail
    return None


def _reversed(text: str, _world: Surroundings, _random: random.Random) -> str | None:
    """Cause and effect, or before and after."""
    found = re.match(r"^([^,;:]{15,100}?),? (because|before|after|so that|leading to|due to) ([^,;:]{12,100})\.$", text)
    if found and found[2] not in ("leading to", "due to"):
        return f"{upper(found[3])} {found[2]} {lower(found[1])}."
    causes = "led to|caused|resulted in|causes|leads to|results in|replaced|influenced"
    found = re.match(rf"^([^,;:]{{6,70}}) ({causes}) ([^,;:]{{6,70}})\.$", text)
    return f"{upper(found[3])} {found[2]} {lower(found[1])}." if found else None


def _unconditional(text: str, _world: Surroundings, _random: random.Random) -> str | None:
    condition = r"^(?:If|Unless|Only if|Where required[^,]*|With your consent) ?[^,;:]{4,90}, (?:then )?(?=\w)"
    found = re.match(condition, text)
    if found:
        return upper(text[found.end() :])
    found = re.match(r"^([^,;:]{25,}?),? (?:if|unless|only if|only when|provided that|as long as) [^;:]{8,}\.$", text)
    return found[1] + "." if found else None


ALTERATIONS: dict[str, tuple[Alteration, float]] = {
    "number": (_number, 12), "date": (_date, 25), "unit": (_unit, 15), "name": (_name, 8), "swap": (_swapped, 8),
    "quantifier": (_quantifier, 8), "modal": (_modal, 10), "antonym": (_antonym, 7), "category": (_category, 5),
    "negation": (_negated, 10), "overclaim": (_overclaimed, 5), "word": (_word, 5), "invented": (_invented, 6),
    "splice": (_spliced, 3), "reversal": (_reversed, 40), "condition": (_unconditional, 40),
}  # fmt: skip
"""How often each is tried first: what seldom fits, most."""
BOTH_WAYS = {"number", "date", "unit", "name", "swap", "antonym", "category", "negation", "word"}
"""Alterations whose result does not support the original either."""


def altered(text: str, world: Surroundings, random_: random.Random) -> tuple[str, str] | None:
    """The sentence after one alteration, and which; nothing where none fits."""
    for name in sorted(ALTERATIONS, key=lambda name: random_.random() ** (1 / ALTERATIONS[name][1]), reverse=True):
        made = ALTERATIONS[name][0](text, world, random_)
        if made and made != text:
            return made, name
    return None
