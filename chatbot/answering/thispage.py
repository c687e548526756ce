"""Questions about the page the reader is on, "this post", read from their wording (English)."""

import re
from dataclasses import dataclass
from typing import Literal

PageAspect = Literal["content", "date", "updated", "author", "tags", "topic"]
"""What of an article is asked for: what it is about, one of its own values, or what it says on a topic."""


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """A question about the page; ``text`` is what remains to be asked of it where it is about a ``topic``."""

    aspect: PageAspect
    text: str = ""


_POST = r"(?:(?:blog|web|help|whole|entire)\s+)?(?:posts?|articles?|pages?|guides?|tutorials?|pieces?|write-?ups?)"
_NAMED = rf"(?:(?:this|the|the current)\s+{_POST})"
_THIS = rf"(?:{_NAMED}|this)"
_PUBLISHED = r"(?:(?:first|originally)\s+)?(?:published|posted|written|released|created|put (?:up|out)|from|made)"
_WROTE = r"(?:wrote|authored|published|created|the (?:author|writer) (?:of|behind))"
_ASK_FOR = r"(?:what(?:['’]s| is| are) |give me |list )?the (?:main |key |most important |central )*"
_SAYS = r"(?:say|cover|explain|discuss|talk about|teach(?: me)?|tell me|contain)"
_UPDATED = r"(?:last\s+|most recently\s+)?(?:updated|changed|modified|edited|revised)"
_SUM_UP = r"(?:summar(?:y|ies)|gist|overview|tl;?\s?dr|outline)"
_POINTS = r"(?:points?|ideas?|take-?aways?|messages?|lessons?|topics?|subject|gist|summary)"

_WORDED: tuple[tuple[PageAspect, str], ...] = (
    ("content", rf"what(?:['’]s| is| was) {_THIS} (?:all )?about"
                rf"|what (?:do|does|can|will|would) (?:{_NAMED} {_SAYS}"
                rf"|i (?:learn|find) (?:from|in|on) {_NAMED})"
                rf"|(?:summari[sz]e|sum up|recap)(?: {_THIS})?(?: for me)?"
                rf"|tl;?\s?dr|(?:give me |write )?(?:an? |the )?(?:short |quick |brief )*{_SUM_UP}(?: of {_THIS})?"
                rf"|(?:explain|describe) {_NAMED}|tell me (?:more )?about {_NAMED}"
                rf"|{_ASK_FOR}{_POINTS}(?: (?:of|in|from) {_THIS}| here)"),
    ("updated", rf"when (?:was|is|did) {_THIS} {_UPDATED}|is {_NAMED} up[- ]to[- ]date"
                rf"|(?:on )?(?:what|which) (?:day|date) was {_THIS} {_UPDATED}"),
    ("date", rf"when (?:was|is|did) {_THIS} (?:{_PUBLISHED}|come out|appear)"
             rf"|(?:on )?(?:what|which) (?:day|date|year) was {_THIS} {_PUBLISHED}"
             rf"|how (?:old|recent|new) is {_THIS}"
             rf"|what(?:['’]s| is) the (?:date|publication date|publish(?:ing|ed)? date)(?: of {_THIS})?"),
    ("author", rf"who(?:['’]s| is| was)? {_WROTE} {_THIS}"
               rf"|who(?:['’]s| is| was) the (?:author|writer)(?: here)?"
               rf"|(?:by )?whom?(?:['’]s| is| was) {_THIS} (?:written|posted|published|by)(?: by)?"),
    ("tags", rf"(?:what|which) (?:are the )?(?:tags|categories|topics) (?:of|for|on) {_THIS}"
             rf"|(?:what|which) (?:tags|categories) (?:does {_THIS} have|are (?:on|in) {_THIS})"
             rf"|how is {_THIS} tagged"),
)  # fmt: skip
_POLITE = r"(?:so |and |please |(?:can|could|would) you (?:please )?)*"
_ASPECTS = tuple((aspect, re.compile(f"^{_POLITE}(?:{pattern})$", re.I)) for aspect, pattern in _WORDED)
_TOPIC = re.compile(
    rf"^(?:what (?:do|does) {_NAMED} (?:say|tell (?:me|us)|explain|teach)(?: (?:about|on|of|regarding))"
    rf"|(?:do|does|did) {_NAMED} (?:(?:say|have) (?:anything|something) (?:about|on)|mention|cover|discuss|talk about"
    rf"|explain|describe|address|deal with)) (?P<topic>.+)$",
    re.I,
)
_IT: tuple[tuple[PageAspect, str], ...] = (
    (
        "content",
        r"what(?:['’]s| is| was) it(?: (?:all )?about)?|what(?:['’]s| is) this|(?:summari[sz]e|explain) (?:it|this)",
    ),
    ("updated", rf"when (?:was|is|did) it {_UPDATED}"),
    ("date", r"when (?:was|is|did) it (?:first )?(?:published|posted|written|come out)|how old is it"),
    ("author", r"who (?:wrote|authored|published) it"),
)
_IT_ASPECTS = tuple((aspect, re.compile(f"^{_POLITE}(?:{pattern})$", re.I)) for aspect, pattern in _IT)
_PRONOUN = re.compile(
    r"\b(?:it|they|them)\b"
    r"(?! (?:is |was |be )?(?:possible|necessary|true|worth|ok(?:ay)?|legal|safe|better|best|important)\b)"
    r"|\b(?:this|these)(?=\W*$| (?:cost|start|begin|end|take|work|happen|last|for)s?\b)"
    r"|\b(?:its|their)\b",
    re.I,
)
_NAMED_BEFORE = re.compile(
    r"\b(?:an?|the|my|your|our|some|any|no)\s+\w|\S\s+(?:if|when|because|and|but|or|after|before|while|unless|once)\b",
    re.I,
)
"""A noun, or a clause that has one, before a pronoun: it is what the pronoun means."""
_BARE = re.compile(
    r"^(?P<asking>when|where|who|how (?:much|long|many|often)|why)$"
    r"|^(?:what(?:['’]s| is| are) (?:the )?)?(?P<aspect>(?:prices?|costs?|fees?|date|place|location|venue|dates|times?"
    r"|duration|ingredients|steps|requirements|rules))$",
    re.I,
)
_CLAUSE = re.compile(r"^(?:how|what|when|where|why)(?: to| is| are)?\s+", re.I)
"""How titles begin that are no names."""
_INSIDE = re.compile(rf"[\s,]*\b(?:according to|in|on|from|of|by|for) this {_POST}\b|\bthis {_POST}(?:['’]s)?", re.I)


def read(question: str, subject: str = "") -> PageQuestion | None:
    """What a question asks about the page it is asked on; None if it isn't about the page.

    Args:
        question: As it was asked.
        subject: The title of the page's article, which "it" stands for; empty where the conversation explains "it".
    """
    plain = " ".join(question.split()).rstrip("?!. ")
    for aspect, pattern in _ASPECTS + (_IT_ASPECTS if subject else ()):
        if pattern.match(plain):
            return PageQuestion(aspect)
    if match := _TOPIC.match(plain):
        return PageQuestion("topic", match["topic"] + "?")
    if _INSIDE.search(plain):
        return PageQuestion("topic", _INSIDE.sub("", plain).strip(" ,") + "?")
    about = _of_subject(plain, subject) if subject else ""
    return PageQuestion("topic", about) if about else None


def _of_subject(plain: str, subject: str) -> str:
    """A question without a subject of its own, "How much is it?", with this one; empty if it has one."""
    name = f"the “{_CLAUSE.sub('', subject).strip('?!. ')}”"
    if match := _BARE.match(plain):
        return f"{plain} {'of' if match['aspect'] else 'is'} {name}?"
    pronouns = list(_PRONOUN.finditer(plain))
    first = pronouns[0] if pronouns else None
    if not first or _NAMED_BEFORE.search(plain[: first.start()]):
        return ""
    own = "’s" if first[0].lower() in ("its", "their") else ""
    return f"{plain[: first.start()]}{name}{own}{plain[first.end() :]}?"
