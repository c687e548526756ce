"""Headings, titles and named items to the questions they answer, worded as a person would ask them (English)."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chatbot.answering.listings import label, points_elsewhere
from chatbot.answering.verbs import AS_IS, BASE_OF, BASES
from chatbot.records import Hit, Passage

FEWEST_WORDS = 8
"""Words a section must have below its heading to be an answer."""
MOST_WORDS = 14
"""Words of a question that is still easily read."""

_LIST_NOUN = (
    r"(?:activities|types|kinds|categories|examples|ways|methods|techniques|tactics|strategies|steps|stages|phases"
    r"|tools|technologies|channels|benefits|advantages|disadvantages|drawbacks|reasons|features|parts|components"
    r"|elements|metrics|goals|tips|factors|options|concepts|principles|requirements|prerequisites|characteristics"
    r"|best practices|practices|challenges|mistakes|pitfalls|risks|limitations|differences|alternatives|trends"
    r"|ingredients|use cases|roles|responsibilities|rules|guidelines|criteria|causes|symptoms|skills|platforms)"
)
_COMPOUND = re.compile(
    r"(?:modes|options|types|settings|methods|techniques|tips|strategies|steps|tools|states|results)$", re.I
)
_LEADING = re.compile(r"^(?:(?:step|part|chapter|section)\s+\d+\s*[:.)–—-]?|\d+(?:\.\d+)*[:.)]|[^\w“\"'(]+)\s*", re.I)
_DANGLING = re.compile(
    r"\b(?:it|its|this|that|these|those|they|them|their|here|above|below|following|our|us|we|his|her|he|she|one|ones)\b",
    re.I,
)
_TEMPLATE = re.compile(r"[<>{}|`]|!$|^\W*\d*\W*$")
_UNSAYABLE = re.compile(r"[<>{}|=;*_~`\[\]\\/#@$…]|https?:|\.\w|\d{4}-\d\d|v?\d+\.\d+|[:!–—]|\s-\s|\.\s")
_ASKING = re.compile(
    r"^(?:(?:what|why|how|when|where|which|who)(?:['’]s)?\s+(?:is|are|was|were|do|does|did|can|could|should|would|will|has"
    r"|have|makes?|happens?|kinds?|types?)|(?:what|who|how|where)['’]s"
    r"|(?:is|do|does|can|should|will)\s+(?:i|you|there|the|an?|your|my|\w+s))\b",
    re.I,
)
_HOW_TO = re.compile(r"^how to\s+(?P<rest>\w+\b.*)$", re.I)
_WHEN_TO = re.compile(r"^(?P<asking>when|what|where) to\s+(?P<rest>\w+\b.*)$", re.I)
_WHY_MATTERS = re.compile(r"^why\s+(?P<what>.+?)\s+(?P<verb>matter|work|fail|help)(?P<s>s?)$", re.I)
_HOW_WORKS = re.compile(r"^how\s+(?P<what>.+?)\s+work(?P<s>s?)$", re.I)
_VERSUS = re.compile(r"^(?P<one>[^,]+?)\s+(?:vs\.?|versus)\s+(?P<other>[^,]+)$", re.I)
_IMPORTANCE = re.compile(r"^(?:the\s+)?importance of\s+(?P<what>.+)$", re.I)
_MEANING = re.compile(
    r"^(?:introduction to|introducing|understanding|an? overview of|overview of)\s+(?P<what>.+)$", re.I
)
_LIST = re.compile(
    rf"^(?:the|some|our|your)?\s*(?P<list>(?:(?!(?:of|for|in|to|with|on|by|from|and|or|more|other|as|at)\b)(?!\w+ing\b)[\w-]+\s+)*?{_LIST_NOUN}(?:\s+and\s+{_LIST_NOUN})?"
    rf"(?:\s+(?:of|for|in|to|with|on|by|from|generated|used|you)\b.*)?)$",
    re.I,
)
_BARE_LIST = re.compile(
    rf"^(?:(?:the|some|key|main|common|core|best|top|different|useful|further|additional|big|even|small|smaller|awesome|great|new|default|advanced|basic"
    r"|supported|available|required|optional|important|global|essential|popular|recommended|general|major|typical)\s+)*"
    rf"{_LIST_NOUN}(?:\s+and\s+{_LIST_NOUN})?$",
    re.I,
)
_CLOSING = re.compile(
    r"what(?:['’]s| is) (?:next|not|new)\b|wrapping up|closing thoughts|give it a try|use cases?\b"
    r"|keep(?:ing)? in touch|(?:getting|get) (?:started|help|involved|in touch)$"
    r"|.*\bdo you (?:currently|think|use|want|need|like|feel|know)\b"
    r"|(?:learn|read|find out|finding out|learning) more|.*\b(?:does|is|are)$",
    re.I,
)
_LITTLE_WORD = re.compile(r"(?:an?|the|your|up|for|new)\b", re.I)
_NO_OBJECT = re.compile(r"(?:and|or|of|with|from|as|in|via|by|on|at|more|is|are|nothing)\b|\S+ing$", re.I)
_GOING = frozenset(["connect", "contribute", "deploy", "listen", "migrate", "publish", "subscribe", "talk", "upgrade"])
"""Verbs that "to" may follow."""
_REMAINING = re.compile(r"(?:additional|further|remaining|upgrade|update|release)\b", re.I)
_RELATION = {"reasons": "for", "steps": "to", "tips": "for", "tools": "for", "technologies": "for", "methods": "for"}
_TOPIC_OF_TITLE = re.compile(r"^(?:what (?:is|are)|understanding|introduction to|introducing)\s+", re.I)
_NAME = re.compile(r"^(?!(?:no|not|more|less|all|some|other|any)\b)[a-z][a-z'’-]+(?: [a-z'’-]+){1,2}$")
_UNCOUNTED = re.compile(r"(?:ing|tion|ment|ity|ness|ance|ence|ware|ship)$")
_BRACKETS = re.compile(r"\([^)]*\)")
_INSIDE = re.compile(r"(?<=[\w,;] )[A-Za-z][\w'’]*")
_LITTLE = 3
"""Letters up to which a word stays small in a title."""
FEWEST_USES = 2
"""Passages that must use a name."""
FEWEST_MEANING = 4
"""Words of an item's text that can say what its name means."""
_DEFINING_ARTICLE = re.compile(r"^(?:an?)\s", re.I)
_COUNTED = re.compile(r"^(?:the\s+)?(?:\d+|two|three|four|five|six|seven|eight|nine|ten)\s+", re.I)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, and the section, as path and headings, whose heading it is; no headings for a title."""

    text: str
    path: str
    headings: tuple[str, ...]


def key(question: str) -> str:
    """A question in the form in which two are the same: lower case, plain quotes and blanks, no last mark."""
    return " ".join(question.replace("’", "'").casefold().split()).rstrip("?!. ")


def asked_by(heading: str, title: str) -> str:
    """The question a heading of an article answers, in the heading's own case; empty if there is no natural one."""
    plain = _LEADING.sub("", " ".join(heading.split())).rstrip(".: ").replace(" vs. ", " vs ")
    stated = plain.rstrip("?! ")
    if (
        not stated
        or _CLOSING.match(stated)
        or _UNSAYABLE.search(stated)
        or len(stated.split()) > MOST_WORDS
        or not stated.isascii()
    ):
        return ""
    question = _question(stated, title, asks=plain.endswith("?"))
    return "" if not question or _DANGLING.search(question) else question


def sayable(title: str) -> bool:
    """Whether a title can be named in a question."""
    return len(title.split()) <= MOST_WORDS and not _TEMPLATE.search(title)


def _question(plain: str, title: str, *, asks: bool) -> str:
    if _ASKING.match(plain):
        return f"{plain}?"
    if asks:
        return ""
    return _from_phrase(plain) or _from_verb(plain) or _from_list(plain, title)


def _from_phrase(plain: str) -> str:
    """From "How to …", "Why … matters", "X vs Y" and their like."""
    if match := _HOW_TO.match(plain):
        return f"How do I {match['rest']}?"
    if match := _WHEN_TO.match(plain):
        return f"{match['asking']} should I {match['rest']}?"
    if match := _WHY_MATTERS.match(plain):
        return f"Why {_does(match)} {match['what']} {match['verb']}?"
    if match := _HOW_WORKS.match(plain):
        return f"How {_does(match)} {match['what']} work?"
    if match := _VERSUS.match(plain):
        return f"What is the difference between {match['one']} and {match['other']}?"
    if match := _IMPORTANCE.match(plain):
        return f"Why {_is(match['what'])} {match['what']} important?"
    match = _MEANING.match(plain)
    return f"What {_is(match['what'])} {match['what']}?" if match else ""


def _from_verb(plain: str) -> str:
    """From "Measuring success" and "Create a landing page"; a verb that may be a noun needs a little word after it."""
    first, _, rest = plain.partition(" ")
    verb = BASE_OF.get(first.lower()) or (first.lower() if first.lower() in BASES else "")
    if not verb or not rest or _NO_OBJECT.match(rest) or _COMPOUND.match(rest):
        return ""
    if rest.lower().startswith("to "):
        return f"How do I {verb} {rest}?" if verb in _GOING else ""
    if verb in AS_IS and not _LITTLE_WORD.match(rest):
        return ""
    imperative = first.lower() == verb
    return "" if imperative and " " not in rest and not rest.endswith("s") else f"How do I {verb} {rest}?"


def _from_list(plain: str, title: str) -> str:
    """From "Common methods of …"; a list that doesn't say of what takes the title's topic."""
    match = _LIST.match(_COUNTED.sub("", plain))
    if not match or _REMAINING.match(match["list"]):
        return ""
    listed = match["list"]
    if _BARE_LIST.match(listed):
        topic = _title_topic(title)
        noun = listed.split()[-1].lower()
        return f"What are the {listed} {_RELATION.get(noun, 'of')} {topic}?" if topic and noun != "steps" else ""
    return f"What are the {listed}?"


def _title_topic(title: str) -> str:
    """What a short title is about; empty where it isn't plain."""
    match = _TOPIC_OF_TITLE.match(title)
    topic = title[match.end() :].rstrip("?!. ") if match else ""
    return topic if topic and len(topic.split()) <= 4 and not _UNSAYABLE.search(topic) else ""


def _does(match: re.Match[str]) -> str:
    return "does" if match["s"] else "do"


def _is(noun: str) -> str:
    """The verb that fits a noun phrase by its last word before a preposition."""
    last = re.split(r"\s(?:of|for|in|to|with|on)\s", noun)[0].split()[-1]
    head = last.lower()
    plural = (
        not last.isupper()
        and head.endswith("s")
        and not head.endswith(("ss", "us", "is", "ics", "ness", "sales", "news"))
    )
    return "are" if plural or " and " in noun else "is"


def names_in(passages: Iterable[Passage]) -> frozenset[str]:
    """Words, in lower case, that stand inside the passages' sentences more often with a capital than without."""
    inside = [word for passage in passages for word in _INSIDE.findall(_told(passage))]
    small = Counter(word for word in inside if word[0].islower())
    return frozenset(
        word.lower() for word, count in Counter(inside).items() if word[0].isupper() and count > small[word.lower()]
    )


def _told(passage: Passage) -> str:
    """The sentences of a passage, and its items without their names."""
    spans = [span for span in passage.sentences if span.kind in ("sentence", "item")]
    return "\n".join(span.text[len(label(span.text)) :] for span in spans)


def cased(question: str, heading: str, names: frozenset[str]) -> str:
    """A question with capitals only where they belong.

    In a heading in title case that is on words known as names, in any other where the heading has them, but for its
    first word.
    """
    words = heading.split()
    long = [word for word in words if len(word) > _LITTLE and word[0].isalpha()]
    titled = all(word[0].isupper() for word in long)
    kept = names if titled else names | {_bare(word).lower() for word in words[1:] if word[:1].isupper()}
    text = " ".join(_lowered(word, kept) for word in question.split(" "))
    return text[:1].upper() + text[1:]


def _lowered(word: str, kept: frozenset[str]) -> str:
    if "-" in word:
        return "-".join(_lowered(part, kept) for part in word.split("-"))
    bare = _bare(word)
    ordinary = bare[1:].islower() or (len(bare) == 1 and bare != "I")
    return word.lower() if ordinary and bare.lower() not in kept else word


def _bare(word: str) -> str:
    return word.strip("?,.()“”\"'’:")


def of_sections(passages: Sequence[Passage]) -> Iterator[Suggestion]:
    """The questions of passages' headings, in order, for sections that say something."""
    names = names_in(passages)
    sections: dict[tuple[str, tuple[str, ...]], list[Passage]] = {}
    for passage in passages:
        sections.setdefault((passage.path, passage.headings), []).append(passage)
    for (path, headings), parts in sections.items():
        question = asked_by(headings[-1], parts[0].title) if headings else ""
        if question and says_something(parts):
            yield Suggestion(cased(question, headings[-1], names), path, headings)


def is_title(question: str, hits: Sequence[Hit]) -> bool:
    """Whether a question is the title of an article among the hits."""
    return any(key(hit.passage.title) == key(question) for hit in hits)


def headed(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of the first section that says something under a heading which asks exactly this question."""
    wanted = key(question)
    for hit in hits:
        passage = hit.passage
        if passage.headings and key(asked_by(passage.headings[-1], passage.title)) == wanted:
            place = (passage.path, passage.headings)
            found = [other for other in hits if (other.passage.path, other.passage.headings) == place]
            if says_something([other.passage for other in found]):
                return found
    return []


def says_something(passages: Sequence[Passage]) -> bool:
    """Whether there is enough below a heading to be an answer, and more than pointers to other pages."""
    spans = [
        span for passage in passages for span in passage.sentences if span.kind not in ("heading", "code", "header")
    ]
    telling = [span for span in spans if not points_elsewhere(span.text) and not span.text.rstrip().endswith(":")]
    return sum(len(span.text.split()) for span in telling) >= FEWEST_WORDS


def of_terms(passages: Sequence[Passage]) -> Iterator[Suggestion]:
    """Questions for what named items, "Name: what it is", name; for names that other passages use too."""
    names = names_in(passages)
    for passage in passages:
        for span in passage.sentences:
            named = label(span.text) if span.kind == "item" else ""
            name = cased(" ".join(_BRACKETS.sub(" ", named).split()), named, names)
            name = name[:1].lower() + name[1:]
            question = _defined(name, span.text[len(named) :].lstrip(" :–—-\n"))
            if question and sum(name in other.text.lower() for other in passages) >= FEWEST_USES:
                yield Suggestion(question, passage.path, passage.headings)


def _defined(name: str, meaning: str) -> str:
    """What asks for the meaning of a name; empty for what isn't the name of a thing."""
    first = name.split(" ")[0]
    verbal = first in BASES - AS_IS or first.endswith("ing")
    if not _NAME.match(name) or verbal or _DANGLING.search(name) or len(meaning.split()) < FEWEST_MEANING:
        return ""
    counted = _DEFINING_ARTICLE.match(meaning) and _is(name) == "is" and not _UNCOUNTED.search(name)
    return f"What {_is(name)} {'a ' if counted else ''}{name}?"
