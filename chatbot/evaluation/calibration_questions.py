"""Questions made from articles by rules, with the place that answers each (English).

Headings and named items become the questions that the chatbot itself would propose for them. Plain sentences become
questions by what stands in them, word order being changed and no word invented: "The bridge was built by the Romans in
102" gives "Who was the bridge built by?" (after Lewis et al., "Unsupervised Question Answering by Cloze Translation",
2019, but only where the wording comes out natural).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from chatbot.answering.listings import label
from chatbot.answering.suggesting import asked_by, cased, key, names_in, of_sections
from chatbot.answering.verbs import AS_IS, BASES
from chatbot.records import Passage

MadeKind = Literal["title", "heading", "item", "definition", "number", "date", "name", "place", "reason", "fact"]
"""What a question was made from: a title, a heading or a named item, or what it asks for in a sentence."""

WORDS = range(5, 46)
"""Words of a sentence that a question is made from."""
MOST_ASKED = 18
"""Words of a question."""
FEWEST_MEANING = 4
"""Words of an item's text below its name."""

_SMALL = re.compile(r"\b[a-z][\w'’-]*")
_BRACKETS = re.compile(r"\([^)]*\)")
_A_THING = re.compile(r"an?\b", re.I)
_THING = re.compile(r"^[A-Za-z][\w'’-]+(?: [A-Za-z][\w'’-]*){0,3}$")

Section = tuple[str, tuple[str, ...]]
"""Path and headings."""


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question and what answers: a sentence or item; where ``said`` is empty, a section, or all without one."""

    text: str
    kind: MadeKind
    slug: str
    section: Section
    said: str = ""


def made(passages: Sequence[Passage]) -> list[MadeQuestion]:
    """The questions of one article's passages, in order, each once."""
    found: dict[str, MadeQuestion] = {}
    for question in (*_of_titles(passages), *_of_headings(passages), *_of_items(passages), *_of_sentences(passages)):
        found.setdefault(key(question.text), question)
    return list(found.values())


def _of_titles(passages: Sequence[Passage]) -> Iterator[MadeQuestion]:
    names = names_in(passages)
    for passage in passages[:1]:
        if asked := asked_by(passage.title, passage.title):
            yield MadeQuestion(cased(asked, passage.title, names), "title", passage.slug, (passage.path, ()))


def _of_headings(passages: Sequence[Passage]) -> Iterator[MadeQuestion]:
    slugs = {passage.path: passage.slug for passage in passages}
    for each in of_sections(passages):
        yield MadeQuestion(each.text, "heading", slugs[each.path], (each.path, each.headings))


def _of_items(passages: Sequence[Passage]) -> Iterator[MadeQuestion]:
    """From "Name: what it is": what the name means, or how to do what it names."""
    names = names_in(passages)
    for passage in passages:
        for span in passage.sentences:
            name = label(span.text) if span.kind == "item" else ""
            meaning = span.text[len(name) :].lstrip(" :–—-\n")
            if name and len(meaning.split()) >= FEWEST_MEANING:
                asked = asked_by(name, passage.title) or _meant(" ".join(_BRACKETS.sub(" ", name).split()), meaning)
                if asked:
                    text = cased(asked, name, names)
                    yield MadeQuestion(text, "item", passage.slug, (passage.path, passage.headings), span.text)


def _meant(name: str, meaning: str) -> str:
    """What asks for the meaning of a name; empty for what is hardly the name of a thing."""
    words = name.lower().split()
    told = bool(_A_THING.match(meaning))
    if not _THING.match(name) or _LEANING.search(name) or (len(words) == 1 and not told):
        return ""
    if words[0] in BASES - AS_IS or words[0].endswith(("ing", "ed", "ly")) or "to" in words:
        return ""
    plural = words[-1].endswith("s") and not words[-1].endswith(("ss", "us", "is", "ics")) and not told
    return f"What {'are' if plural else 'is'} {name}?"


def _of_sentences(passages: Sequence[Passage]) -> Iterator[MadeQuestion]:
    casing = _Casing(passages)
    for passage in passages:
        for span in passage.sentences:
            text = " ".join(span.text.split())
            if span.kind == "sentence" and len(text.split()) in WORDS and text.endswith("."):
                for kind, question in _asked(text, casing):
                    yield MadeQuestion(question, kind, passage.slug, (passage.path, passage.headings), span.text)


class _Casing:
    """Which words of an article are names, and which are ordinary and only begin a sentence."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._names = names_in(passages)
        self._small = frozenset(_SMALL.findall("\n".join(passage.text for passage in passages)))

    def is_name(self, subject: str) -> bool:
        """Whether the words that begin a sentence have a name among them."""
        first, *others = subject.split()
        return first.lower() in self._names or any(word[0].isupper() for word in others)

    def inside(self, subject: str) -> str:
        """A sentence's first words as they are written inside one."""
        first, _, rest = subject.partition(" ")
        ordinary = first.lower() in self._small and first.lower() not in self._names
        named = rest[:1].isupper() and first not in ("The", "A", "An")
        return subject if named or not ordinary else subject[0].lower() + subject[1:]


_NUMBER = (
    r"(?:(?:about|around|approximately|roughly|nearly|almost|over|under|up to|at least|more than|less than|only) )?"
    r"(?:[$€£]?\d[\d,.]*(?: (?:thousand|million|billion|percent|%))?%?"
    r"|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|hundreds|thousands)"
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?: \d{1,2}(?:st|nd|rd|th)?,?)?"
)
_DATE = rf"(?:(?:\d{{1,2}} )?(?:{_MONTH} )?(?:1\d{{3}}|20\d\d)|the (?:early |late |mid-?)?\d{{4}}s)"
_NAME = r"(?:the )?[A-Z][\w'’.-]+(?: (?:of |the |de |van |von )*[A-Z][\w'’.-]+)*"
_SUBJECT = r"(?P<s>[^\s,;:()“”\"—–]+(?: [^\s,;:()“”\"—–]+){0,7}?)"
_BE = r"(?P<be>is|are|was|were)"
_DONE = (
    r"(?:\w+ly )?(?:\w+ed|built|made|held|written|won|led|born|known|found|sold|sent|kept|taken|given|shown|set|run|cut"
    r"|begun|chosen|driven|grown|drawn|lost|paid|taught|thought|brought|bought|caught|spent|left|met|put|read|split)"
)
_DID = (
    r"(?:(?!hundred\b)[a-z]{2,}ed|won|became|began|wrote|led|built|made|took|held|gave|found|lost|sold|bought|ran|left|met|spoke|drew"
    r"|grew|chose|drove|spent|brought|sent|kept|rose|fell|sang)"
)
_TAKING = {
    "involves": "involve", "includes": "include", "requires": "require", "means": "mean", "measures": "measure",
    "describes": "describe", "determines": "determine", "defines": "define", "causes": "cause", "prevents": "prevent",
    "returns": "return", "consists of": "consist of", "refers to": "refer to", "focuses on": "focus on",
    "relies on": "rely on", "depends on": "depend on", "stands for": "stand for", "belongs to": "belong to",
    "leads to": "lead to", "comes from": "come from",
}  # fmt: skip
_PERSON = re.compile(
    r"(?:an?|the|one of the) (?:[\w'’-]+ ){0,4}?(?:author|writer|poet|singer|actor|actress|player|engineer"
    r"|inventor|scientist|physicist|president|minister|king|queen|emperor|founder|director|designer|developer|artist"
    r"|composer|lawyer|leader|politician|journalist|philosopher|mathematician|chemist|professor|architect|coach"
    r"|student|member|bishop|duke|monk|pilot)\b"
)
_LEANING = re.compile(
    r"\b(?:i|it|its|this|that|these|those|they|them|their|he|she|him|his|her|hers|we|us|our|you|your|my|here|there"
    r"|such|each|another|others?|both|above|below|following|former|latter|also|however|therefore|thus|then|instead"
    r"|same|one|ones|some|most|many|all|not|no|any|every|what|which|who|whose|when|while|where|if|because|although"
    r"|as|since|after|before|but|so|either|neither|nothing|everything|and|or|today|now|currently|still|first|second"
    r"|last|next|final|more|even|just|only|whether|how|why|back|similar|different|certain|several|various|few|believed"
    r"|said|thought|argued|claimed|result|reason|example|main|possible|ours|yours|theirs|mine|provided)\b",
    re.I,
)
_LEANING_REST = re.compile(
    r"\b(?:i|it|its|this|these|those|they|them|their|he|she|him|his|her|we|us|our|me|my|here|such|above|below|following"
    r"|former|latter|therefore|thus|then|instead|same|ones?|also|however|not|never|itself|himself|herself|themselves)\b|[–—()“”\"\[\]{}<>|=;:*_`]|https?:|…",
    re.I,
)
_BARE_THE = re.compile(r"^(?i:the) (?!.*(?:\bof\b|[A-Z\d]))")
_PREPOSITION = re.compile(
    r"^(?:\w+ing (?=\S)|(?:in|on|at|by|for|from|with|without|under|over|during|through|to|of|like|unlike|once|until"
    r"|among|between|per|despite|using|according|based)\b)|\b(?:can|could|will|would|should|may|might|must|do|does|did|has|have|had)\b",
    re.I,
)

Made = tuple[MadeKind, str]
Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], Made]]


def _defined(match: re.Match[str]) -> Made:
    person = (
        match["s"][0].isupper() and not match["s"].startswith(("The ", "A ", "An ")) and _PERSON.match(match["rest"])
    )
    return "definition", f"{'Who' if person else 'What'} {match['be']} {match['s']}?"


def _number_of(match: re.Match[str]) -> Made:
    verb = {"has": "does", "have": "do", "had": "did"}[match["have"]]
    return "number", f"How many {match['noun']} {verb} {match['s']} have{_to_comma(match['rest'])}?"


def _to_comma(rest: str) -> str:
    return re.split(r"[,;:.]", rest)[0].rstrip()


_RULES: tuple[Rule, ...] = (
    (
        re.compile(
            rf"^There {_BE} {_NUMBER} (?P<noun>[a-z-]+(?: [a-z-]+)?s) "
            r"(?P<rest>(?:in|on|at|for) (?:(?!and\b)[^,.;:–—])+)\b"
        ),
        lambda match: ("number", f"How many {match['noun']} {match['be']} there {match['rest']}?"),
    ),
    (
        re.compile(rf"^{_SUBJECT} (?P<have>has|have|had) {_NUMBER} (?P<noun>[a-z-]+(?: [a-z-]+)??s)\b(?P<rest>.*)"),
        _number_of,
    ),
    (
        re.compile(rf"^{_SUBJECT} {_BE} (?P<rest>{_NUMBER}\b(?! of\b).*)"),
        lambda match: ("number", f"What {match['be']} {match['s']}?"),
    ),
    (
        re.compile(
            rf"^{_SUBJECT} {_BE} (?P<rest>{_DONE}(?: (?:(?!and\b)[^,;:])+?)??) (?:in|on|since|during) (?:{_DATE})[.,]"
        ),
        lambda match: ("date", f"When {match['be']} {match['s']} {match['rest']}?"),
    ),
    (
        re.compile(rf"^(?:In|On) {_DATE},? {_SUBJECT} {_BE} (?P<rest>{_DONE}\b[^,;:.]*)[.,]"),
        lambda match: ("date", f"When {match['be']} {match['s']} {match['rest']}?"),
    ),
    (
        re.compile(rf"^{_SUBJECT} {_BE} (?P<rest>{_DONE}(?: (?:(?!and\b)[^,;:])+?)??) by {_NAME}[.,]"),
        lambda match: ("name", f"Who {match['be']} {match['s']} {match['rest']} by?"),
    ),
    (
        re.compile(rf"^{_SUBJECT} {_BE} (?P<rest>{_DONE}(?: (?:(?!and\b)[^,;:])+?)??) (?:in|at|near) {_NAME}[.,]"),
        lambda match: ("place", f"Where {match['be']} {match['s']} {match['rest']}?"),
    ),
    (
        re.compile(
            rf"^(?P<actor>{_NAME}) (?P<rest>{_DID} (?!\w+ (?:is|are|was|were)\b)"
            r"(?:(?!that\b|and\b)[^,;:.]|\.(?=\d))+)[.,]"
        ),
        lambda match: ("name", f"Who {match['rest']}?"),
    ),
    (
        re.compile(rf"^{_SUBJECT} {_BE} (?P<rest>[^,;:]*?(?!\w+ly\b)\w+),? (?:because|due to|in order to|so that)\b"),
        lambda match: ("reason", f"Why {match['be']} {match['s']} {match['rest']}?"),
    ),
    (
        re.compile(rf"^{_SUBJECT} {_BE} (?P<rest>important|essential|vital|crucial|necessary|useful|critical) "),
        lambda match: ("reason", f"Why {match['be']} {match['s']} {match['rest']}?"),
    ),
    (
        re.compile(rf"^{_SUBJECT} (?P<be>can|should|must) be (?P<rest>{_DONE}) (?:by|with|using|through|via)\b"),
        lambda match: ("fact", f"How {match['be']} {match['s']} be {match['rest']}?"),
    ),
    (
        re.compile(rf"^{_SUBJECT} {_BE} (?P<rest>(?:an?|the|one of) (?:\S+ ){{3,}})"),
        _defined,
    ),
    (
        re.compile(rf"^{_SUBJECT} (?P<rest>{'|'.join(_TAKING)}) (?!(?:is|are|was|were|have|has|can|of)\b)\S+ \S+"),
        lambda match: ("fact", f"What does {match['s']} {_TAKING[match['rest']]}?"),
    ),
)


def _asked(sentence: str, casing: _Casing) -> Iterator[Made]:
    """The first question that a sentence answers in so many words, if there is one."""
    for pattern, question in _RULES:
        match = pattern.match(sentence)
        if match:
            kind, text = question(match)
            subject = match["s"] if "s" in pattern.groupindex else ""
            named = "actor" not in pattern.groupindex or casing.is_name(match["actor"])
            if named and _stands(subject) and _sensible(text):
                yield kind, text.replace(f" {subject}", f" {casing.inside(subject)}", 1) if subject else text
                return


def _stands(subject: str) -> bool:
    """Whether a subject can be understood without what is before it."""
    return not (_LEANING.search(subject) or _BARE_THE.match(subject) or _PREPOSITION.search(subject))


def _sensible(question: str) -> bool:
    fewest = 5 if question.startswith("Who ") and not question.startswith(("Who is ", "Who was ", "Who are ")) else 3
    return len(question.split()) in range(fewest, MOST_ASKED + 1) and not _LEANING_REST.search(question)
