"""Headings to the questions they answer, worded as a person would ask them (English)."""

import re

from chatbot.answering.nouns import Usage, verb_for
from chatbot.answering.verbs import AS_IS, BASE_OF, BASES

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
UNSAYABLE = re.compile(r"[<>{}|=;*_~`\[\]\\/#@$…]|https?:|\.\w|\d{4}-\d\d|v?\d+\.\d+|[:!–—]|\s-\s|\.\s")
"""What nobody says in a question."""
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
_LITTLE_WORD = re.compile(r"(?:an?|the|your|up|for|new)\b", re.I)
_NO_OBJECT = re.compile(r"(?:and|or|of|with|from|as|in|via|by|on|at|more|is|are|nothing)\b|\S+ing$", re.I)
_GOING = frozenset(["connect", "contribute", "deploy", "listen", "migrate", "publish", "subscribe", "talk", "upgrade"])
"""Verbs that "to" may follow."""
_REMAINING = re.compile(r"(?:additional|further|remaining|upgrade|update|release)\b", re.I)
_RELATION = {"reasons": "for", "steps": "to", "tips": "for", "tools": "for", "technologies": "for", "methods": "for"}
_COUNTED = re.compile(r"^(?:the\s+)?(?:\d+|two|three|four|five|six|seven|eight|nine|ten)\s+", re.I)
_WHAT_IS = re.compile(
    r"^what (?:is|are) (?P<noun>(?!(?:an?|the|your|my|it|there)\b)[a-z’'-]+(?: [a-z’'-]+){0,2})\?$", re.I
)
_YOUR = re.compile(r"\byour\b", re.I)
_TOPIC_OF_TITLE = re.compile(r"^(?:what (?:is|are)|understanding|introduction to|introducing)\s+", re.I)


def worded(plain: str, title: str, *, asks: bool) -> str:
    """The question a heading asks under a title, empty if there is no natural one; ``asks`` is set by its last mark."""
    if _ASKING.match(plain):
        return f"{plain}?"
    if asks:
        return ""
    question = _from_phrase(plain) or _from_verb(plain) or _from_list(plain, title)
    return _YOUR.sub("my", question) if question.startswith("How do I ") else question


def asks(text: str) -> bool:
    """Whether a text is worded as a question."""
    return _ASKING.match(text) is not None


def mended(question: str, usage: Usage) -> str:
    """A question for a meaning, "What are lead generation?", with the verb and the article that the articles use."""
    match = _WHAT_IS.match(question)
    noun = match["noun"] if match else ""
    named = usage.named(noun) if noun else ""
    return f"{question[:4]} {usage.verb(noun)} {named}?" if named else question


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
        return f"Why {verb_for(match['what'])} {match['what']} important?"
    match = _MEANING.match(plain)
    return f"What {verb_for(match['what'])} {match['what']}?" if match else ""


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
        topic = topic_of_title(title)
        noun = listed.split()[-1].lower()
        return f"What are the {listed} {_RELATION.get(noun, 'of')} {topic}?" if topic and noun != "steps" else ""
    return f"What are the {listed}?"


def topic_of_title(title: str) -> str:
    """What a short title is about; empty where it isn't plain."""
    match = _TOPIC_OF_TITLE.match(title)
    topic = title[match.end() :].rstrip("?!. ") if match else ""
    return topic if topic and len(topic.split()) <= 4 and not UNSAYABLE.search(topic) else ""


def _does(match: re.Match[str]) -> str:
    return "does" if match["s"] else "do"
