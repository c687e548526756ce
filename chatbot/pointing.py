"""What an answer names: the items that "the second one" counts off, the one thing that "it" is, who "she" is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NOUN = (
    r"one|item|point|option|step|thing|choice|idea|tip|way|method|type|kind|reason|example|benefit|strategy|channel"
    r"|tool|activity|question|row|line|entry"
)
_POST = "post article text"
"""What the items are whose names are titles in quotes."""
_POINTER = (
    rf"\b(?:(?:the |your |that )(?P<ordinal>{'|'.join(_ORDINALS)}|last|former|latter|\d\d?(?:st|nd|rd|th))"
    r"(?: (?:(?P<one>one\b)|NOUN))?"
    rf"|(?:NOUN )?(?:number|no\.|#) ?(?P<number>\d\d?|{'|'.join(_NUMBERS)}))"
    r"(?! (?:of (?!them|these|those)|in (?!more|detail)|for|that|to|time|\d|person|place|thing)\b|[-\w])"
    r"(?(one)|(?! (?!of|in|is|are|was|were|does|do|did|has|have|can|could|should|would|will|and|or|works?|means?|helps?"
    r"|costs?|starts?|begins?|ends?|opens?|closes?|takes?|look|looks|please|again|a bit|further|more|instead|best"
    r"|better|first|then|really|actually|about|say|says|start|written|published)\w))"
    r"(?: of (?:them|these|those))?"
)
"""Points to one of several things; NOUN is a word for one of them."""
_ASIDE = re.compile(
    r"^\W*(?:(?:and|or|but|so|ok(?:ay)?|what about|how about|tell me(?: more)? about|more about|explain|more on|about"
    r"|please|i mean|i meant|in more detail|again|why|yes|no|well|then)\b[\s,:]*)*\W*$",
    re.I,
)
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+(?P<text>.+)$", re.M)
_CHOICE = re.compile(r"“([^”]{3,200})”")
_TITLE = re.compile(r"^(?P<title>“.+?”)(?= \(|\W*$| was | has )")
_ROW = re.compile(r"^(?P<column>[^:;]{1,60}): (?P<cell>[^;]+); [^:;]{1,60}: ")
_MARKS = re.compile(r"(?:\s*\[\d+\])+\s*$|\*\*|__")
_ESCAPED = re.compile(r"\\(?=[^\w\s])")
_LABEL = re.compile(r"^(?P<label>[^:–—.]{2,60}?)\s*(?::|\s[–—-]\s)")
_SIDES = re.compile(r"\s+(?:and|or|vs\.?|versus)\s+", re.I)
_SEEKING = re.compile(
    r"^(?:(?:is|are|was|were) there|do you (?:have|offer|run)"
    r"|(?:what|which) (?:is|was|are) (?:your|the) \w+(?:est|st)\b"
    r"|which \w+ (?:is|was|has|have|would|can|could|do|does|did)\b|(?:tell me|what) about the )",
    re.I,
)
"""A question that asks for one of a kind: the answer names it."""
_FULL_NAME = r"[^\W\d_a-z][^\W\d_]+(?: (?:de|da|del|van|von|der))*(?: [^\W\d_a-z][^\W\d_]+){1,2}"
_PERSON = re.compile(rf"(?<!\w)(?P<name>{_FULL_NAME})(?!\w)")
_DOER = re.compile(rf"(?:\bby|:) (?P<name>{_FULL_NAME})(?!\w)")
_MOST_WORDS = 14
"""Words of an item without a name that stand for it."""
_STEM = 5
"""First letters by which two words are the same."""
_SHORTEST = 3
"""Letters of a word that tells one item from another."""
_COMMON = re.compile(r"the|and|for|are|with|from|what|which|there|tell|about|does|have|has|your|you|how|who|when|was")


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things an answer lists: its name, what the column of names is called if it is a row, and its text."""

    name: str
    column: str
    text: str


def pointed(text: str, things: Sequence[str], kinds: str = "") -> tuple[str, str]:
    """The question with "the second one" replaced by the second of the things, and that; both empty if there is none.

    Args:
        text: A question.
        things: What may be counted off.
        kinds: Words for such things, "courses": "the second course" is one of them.
    """
    match = _pointer(kinds).search(text)
    item = _nth(things, (match["ordinal"] or match["number"]).lower()) if match else ""
    if not match or not item:
        return "", ""
    before, after = text[: match.start()], text[match.end() :]
    if not (_ASIDE.match(before) and _ASIDE.match(after)):
        return f"{before}{item.rstrip('?')}{after}", item
    return (item if item.endswith("?") else more_about(item)), item


def more_about(thing: str) -> str:
    """What asks for more of a thing; of a post, named by its title in quotes, that is what it is about."""
    return f"What is {thing} about?" if thing.startswith("“") else f"Tell me more about {thing}"


@lru_cache(maxsize=256)
def _pointer(kinds: str) -> re.Pattern[str]:
    """What points to one of several things, by an ordinal or number and a word for such things."""
    own = (re.escape(word.rstrip("s")) + "s?" for word in re.findall(r"[^\W\d]{3,}", kinds.lower()))
    noun = f"(?:{'|'.join((_NOUN, *own))})"
    return re.compile(_POINTER.replace("NOUN", noun), re.I)


def items(answer: str) -> tuple[Item, ...]:
    """What an answer lists, by name; a post it names is one too."""
    lines = [match["text"] for match in _ITEM.finditer(answer)] or [
        line for line in answer.splitlines() if line.startswith("“")
    ]
    found = [_item(line) for line in lines]
    return tuple({item.name: item for item in reversed(found)}.values())[::-1]


def things(answer: str, topic: str) -> tuple[str, ...]:
    """What an answer lists, the choices it offers, or the sides of a topic; empty where these aren't several.

    Args:
        answer: As Markdown.
        topic: What was asked about; the sides of "cold and hot leads" are "cold leads" and "hot leads".
    """
    listed = [item.name for item in items(answer)]
    offered = [choice for choice in _CHOICE.findall(answer) if choice.endswith("?")]
    several = (tuple(dict.fromkeys(found)) for found in (listed, offered, _sides(topic)))
    return next((found for found in several if len(found) > 1), ())


def kinds(answer: str, topic: str) -> str:
    """Words for what an answer lists: what was asked about, and the name of the column they stand in."""
    listed = items(answer)
    return " ".join((topic.split(" of ")[0], *dict.fromkeys(item.column for item in listed)))


def sort(answer: str) -> str:
    """Which sort of thing an answer names, as the beginning of a question, "which courses"; empty if unsaid."""
    column = next((item.column.lower().split()[0] for item in items(answer) if item.column), "")
    return f"which {column.removesuffix('s')}s" if column else ""


def one_of(question: str, topic: str, answer: str) -> str:
    """The one thing an answer names where a question asked for one of a kind: the course of "a course for children".

    That is the only item, or the only one that has most of the words by which the question narrows the kind down.
    """
    listed = items(answer)
    columns = frozenset[str]().union(*(_stems(item.column) for item in listed))
    of_kind = bool(columns & _stems(topic))
    if not listed or not (of_kind or _SEEKING.match(question)):
        return ""
    fit = [len((_stems(question) - columns) & _stems(item.text)) for item in listed]
    best = max(fit)
    sure = fit.count(best) == 1 and (best > 0 or (of_kind and len(listed) == 1))
    return listed[fit.index(best)].name if sure else ""


def person(question: str, topic: str, answer: str) -> str:
    """Who "he" or "she" is after a question: whom it asks about, or whom its answer names; empty if nobody."""
    if re.fullmatch(_FULL_NAME, topic):
        return topic
    plain = _plain(re.sub(r"“[^”]*”", "", answer))
    named = [match["name"] for match in (*_DOER.finditer(plain), *_PERSON.finditer(plain))]
    return next((name for name in named if not _stems(name) & _stems(question)), "")


def _stems(text: str) -> frozenset[str]:
    """The beginnings of the words of a text, by which "children" and "children's" are the same."""
    words = re.findall(r"[^\W_]+", text.lower())
    return frozenset(
        word.rstrip("s")[:_STEM] for word in words if len(word) >= _SHORTEST and not _COMMON.fullmatch(word)
    )


def _plain(text: str) -> str:
    return _ESCAPED.sub("", _MARKS.sub("", text.strip()))


def _sides(topic: str) -> list[str]:
    """What a topic joins, "inbound and outbound marketing", each with the noun that they share."""
    sides = [side for side in _SIDES.split(topic) if side]
    shared = " ".join(sides[-1].split()[1:]) if sides else ""
    return [side if " " in side or side == sides[-1] or not shared else f"{side} {shared}" for side in sides]


def _item(line: str) -> Item:
    """What an item goes by: its first cell, its title, what stands before its colon or dash, or its first words."""
    plain = _plain(line)
    if row := _ROW.match(plain):
        return Item(row["cell"].strip(), row["column"].strip(), plain)
    if title := _TITLE.match(plain):
        return Item(title["title"], _POST, plain)
    label = _LABEL.match(plain)
    return Item(label["label"] if label else " ".join(plain.split()[:_MOST_WORDS]).rstrip(".,;: "), "", plain)


def _nth(things: Sequence[str], named: str) -> str:
    """The thing that an ordinal or number names; empty if there are too few."""
    if not things:
        return ""
    if named in ("last", "latter"):
        return things[-1]
    place = _place(named)
    return things[place - 1] if 0 < place <= len(things) else ""


def _place(named: str) -> int:
    if named == "former":
        return 1
    for names in (_ORDINALS, _NUMBERS):
        if named in names:
            return names.index(named) + 1
    return int(re.sub(r"\D", "", named))
