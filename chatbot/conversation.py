"""A question that leans on the conversation, made standalone before retrieval (English rules)."""

import re
from collections.abc import Iterable, Sequence

from chatbot.records import Turn

_TURNS = 20
"""Earlier turns read; what was asked before them has left the conversation."""
_LONGEST = 2000
"""Characters read of an earlier question."""

_ASKING = "what|which|who|whom|whose|when|where|why|how"
_AUXILIARY = (
    "is|are|was|were|am|do|does|did|can|could|should|would|will|has|have|had|may|might|must"
    r"|(?:isn|aren|don|doesn|won|shouldn|can)['’]?t"
)
_ASPECT = (
    r"(?:(?:dis)?advantages?|benefits?|drawbacks?|downsides?|upsides?|pros(?: and cons)?|cons|risks?|costs?|prices?"
    r"|pricing|purpose|goals?|aims?|types?|kinds?|sorts?|examples?|steps?|stages?|phases?|parts?|elements?|components?"
    r"|features?|alternatives?|limits|limitations?|uses|use cases?|requirements?|importance"
    r"|definition|meaning|main ideas?)"
)

_CHAT = re.compile(
    r"^(?:hi|hello|hey|thanks?|thank you|ok(?:ay)?|great|cool|nice|perfect|got it|yes|no|bye)\b\W*", re.I
)
_JOINED = re.compile(r"^(?:(?:and|or|but|plus|also|so|then|ok(?:ay)?|well|yes|no)\b[\s,:.!…]*)+", re.I)
_LEAD_IN = re.compile(r"^(?:what|how) (?:about|of)\b\s*", re.I)
_PREPOSITION = re.compile(r"^(?P<preposition>for|with|without|in|on|at|from|by|about)\s+(?P<object>.+)$", re.I)
_SAYING = re.compile(
    rf"\b(?:{_ASKING}|{_AUXILIARY}|tell|explain|list|name|give|show|define|describe|compare|thanks?|thank|works?|matters?"
    r"|helps?|costs?)\b",
    re.I,
)
_BARE = re.compile(
    r"^(?P<asking>why(?: not| so)?|how(?: so| come| much| many| often| long| fast)?|when|where|who"
    r"|for (?:whom|how long))\W*$",
    re.I,
)
_WHICH = re.compile(r"^which(?: ones?| of (?:them|these|those))?\W*$", re.I)
_MORE = re.compile(
    r"^(?:(?:can|could) you |please |now )*(?:(?:tell|give|show)(?: me| us)? )?(?:(?:some |a (?:bit|little) )?more"
    r"|go on|continue|(?:elaborate|explain|expand|clarify)(?: (?:it|that|this|more|further|on (?:it|that|this)))*"
    r"|(?:(?:some |any )?(?:more |further |other ))?(?:details?|info(?:rmation)?)|(?:any(?:thing)?|what) else"
    r"|in (?:more )?detail|what do you mean(?: by (?:it|that|this))?|meaning|(?:it|that|this|them|these|those))"
    r"(?: (?:on|about|of) (?:it|that|this|them|these|those))?(?: please)?\W*$|^\W*$",
    re.I,
)
_INSTANCES = re.compile(r"^(?:like (?:what|which|who)|such as(?: what)?|for (?:example|instance)|e\.g)\W*$", re.I)
_ASPECT_ALONE = re.compile(
    rf"^(?:(?:{_ASKING}|{_AUXILIARY}|what['’]s|there|the|some|any|an?|more|other|another|main|key|biggest|most|common"
    r"|different|possible|about|give|show|list|name|me|you|please|and)\s+)*"
    rf"(?P<aspect>{_ASPECT})(?P<rest>(?: (?:are|is) there| exist| please)?\W*)$",
    re.I,
)
_PRONOUN = re.compile(
    r"\b(?P<possessive>its|their|his)\b"
    r"|(?<=\bwhich )ones?\b(?!-)|\b(?:this|that) one\b|(?<![-\w])ones?(?=\W*$)"
    r"|\b(?:it|they|them|he|she|him|these|those(?! who| that| which)|this)\b"
    r"|\b(?:(?<=\bis )|(?<=\bare )|(?<=\bwas )|(?<=\bdoes )|(?<=\bdid )|(?<=\bcan )|(?<=\bwill )|(?<=\bfor )"
    r"|(?<=\bwith )|(?<=\bof )|(?<=\bto )|(?<=\babout )|(?<=\bfrom ))that\b"
    r"(?! (?:an?|the|my|your|our|i|we|you|it|they)\b)"
    r"|\bthat(?=\W*$| \w+ly\b| (?:approach|strategy|method|way|tool|channel|campaign|activity|metric|process|step)\b)",
    re.I,
)
_EXPLETIVE = re.compile(
    r"(?:\bit\s+(?:when|if|that|seems?|turns? out|comes? to)\b"
    r"|\bit\s+(?:take|cost|require|mean|make sense|help|matter)s?\b.*"
    r"\b(?:to (?!\w+(?: (?:off|up|out))?\W*$)|\b(?:if|whether|which|what|how)\b)"
    r"|\bis\s+it\s+(?:still |always |ever |really |even |also |too |so |not )*(?:an? |the )?"
    r"(?:(?:possible|necessary|true|legal|illegal|ok(?:ay)?|fine|better|best|hard|easy|difficult|expensive|safe|cheap"
    r"|important|normal|common|allowed|wise|smart|useful|helpful|enough|risky|late|early|good|bad|idea|mistake|case|rude)\s*)+"
    r"(?:for \w+(?: \w+)? )?(?:that|if|(?:not )?to \w+ \w+)"
    r"|\bit\s+(?:be )?worth (?:\w+ing\b)"
    r"|\bwhat (?:time|day|year) is it|\bit (?:rain|snow)"
    r"|\bthis (?:article|post|page|blog|site|website|chatbot|bot|chat|year|month|week|conversation)|\bthese days)",
    re.I,
)
_CLAUSE = re.compile(
    rf"[,;:.?!]|\b(?:and|but|or|if|while|because|so|that|before|after|once|until|unless|{_ASKING})\b", re.I
)

_OPENING = re.compile(
    rf"^(?:(?:(?:how|what|where|when|which) to \w+|who \w+(?=\s+\S)|{_ASKING}|{_AUXILIARY}"
    r"|(?:what|who|where|how)['’]s|the|an?|my"
    r"|our|your|to|for|of|on|in|with|from|at|by|(?:i|we|you|one)(?: \w+)?|some|any|more|key|main|most"
    r"|best|common|different|much|many|long|often"
    r"|there|tell me|tell|me|about|explain|define|describe|compare|list|name|give|show|please"
    r"|happens?|use|using|good|useful|differences? between"
    rf"|and|or|but|so|then|also|if|while|after|before|once|because|{_ASPECT} (?:of|for))(?:\s+|$))+",
    re.I,
)
_BREAK = re.compile(
    rf"\s+(?:{_AUXILIARY}|(?:and|or|but)\s+(?:{_ASKING})|good|bad|important|expensive|cheap|hard|easy|difficult|worth"
    r"|necessary|effective|useful|used|works?|for|to|of|in|on|with|from|than|that|which|who|mean|means|stand|stands|cost"
    r"|costs|help|helps|matter|matters|differ|published|written|updated|called|about|if|when|because)\b.*$",
    re.I,
)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question as it would be asked first; unchanged where it doesn't lean on the history.

    "and social media?" after "What is email marketing good for?" becomes "What is social media good for?"; a bare
    "why?" takes up the question before, "tell me more" or a pronoun its topic.
    """
    earlier = _last_full(turn.question for turn in history[-_TURNS:])
    return _rewritten(" ".join(question.split()), earlier) or question


def topic(question: str) -> str:
    """What a question is about: its first words that aren't asking words, up to the verb or preposition after them."""
    plain = question.strip().rstrip("?!. ")
    return _BREAK.sub("", _OPENING.sub("", plain)).strip()


def _last_full(questions: Iterable[str]) -> str:
    """The last question, with what leaned on those before it resolved.

    Small talk is passed over, and so is what points to something outside the conversation: "Who wrote this?"
    """
    full = ""
    for question in questions:
        text = " ".join(question[:_LONGEST].split())
        rewritten = _rewritten(text, full)
        if rewritten or (_CHAT.sub("", text) and not _PRONOUN.search(topic(text))):
            full = rewritten or text
    return full


def _rewritten(text: str, earlier: str) -> str:
    """The question with what it leaves to the earlier one; empty if it leaves nothing."""
    old = topic(earlier)
    if not text or not old:
        return ""
    joined = _JOINED.match(text)
    rest = text[joined.end() :] if joined else text
    return (
        _short(rest, earlier, old)
        or _of_the_topic(rest, old)
        or _fragment(rest, earlier, old, joined is not None)
        or _resolved(text, old)
    )


def _short(rest: str, earlier: str, old: str) -> str:
    """A question of a few words that names nothing."""
    if _MORE.match(_LEAD_IN.sub("", rest)):
        return f"Tell me more about {old}"
    if _INSTANCES.match(rest):
        return f"What are examples of {old}?"
    if _WHICH.match(rest):
        return f"Which {old}?"
    bare = _BARE.match(rest)
    return f"{bare['asking']} {_statement(earlier)}?" if bare else ""


def _of_the_topic(rest: str, old: str) -> str:
    """An aspect of the topic, "What are the benefits?", with the topic."""
    match = _ASPECT_ALONE.match(rest)
    if not match:
        return ""
    return f"{rest[: match.end('aspect')]} of {old}{match['rest'].rstrip('?!. ')}?"


def _fragment(rest: str, earlier: str, old: str, joined: bool) -> str:
    """A part of a question, "and social media?" or "for small companies?", in the place of its like."""
    led = _LEAD_IN.match(rest)
    part = (rest[led.end() :] if led else rest).strip(" ?!.")
    prepositional = _PREPOSITION.match(part)
    if not part or _SAYING.search(part) or _PRONOUN.search(part) or not (led or joined or prepositional):
        return ""
    if not prepositional:
        return earlier.replace(old, part, 1)
    preposition, object_ = prepositional["preposition"], prepositional["object"]
    plain = earlier.rstrip("?!. ")
    if led and plain.lower().endswith(f" {preposition.lower()}"):
        return earlier.replace(old, object_, 1)
    return re.sub(rf"^(.+?)\s+{preposition}\s+\S.*$", r"\1", plain, flags=re.I) + f" {part}?"


def _resolved(text: str, old: str) -> str:
    """The first pronoun that points outside the question replaced by the topic; empty if there is none."""
    if old.lower() in text.lower():
        return ""
    idle = [match.span() for match in _EXPLETIVE.finditer(text)]
    for match in _PRONOUN.finditer(text):
        if not any(start <= match.start() < end for start, end in idle) and not _has_antecedent(text, match):
            return text[: match.start()] + _in_place(match, old) + _tail(text[match.end() :], old)
    return ""


def _has_antecedent(text: str, pronoun: re.Match[str]) -> bool:
    """Whether the question itself names what a pronoun stands for: in an earlier clause, or as an owner in its own."""
    before = text[: pronoun.start()]
    if not pronoun["possessive"]:
        before = before[: max((match.start() for match in _CLAUSE.finditer(before)), default=0)]
    return bool(topic(before))


def _in_place(pronoun: re.Match[str], old: str) -> str:
    if not pronoun["possessive"]:
        return old
    return f"{old}’" if old.endswith("s") else f"{old}’s"


def _tail(text: str, old: str) -> str:
    """What follows a pronoun, without a noun the topic has already: "these activities"."""
    noun = re.match(r" (\w+)", text)
    return text[noun.end() :] if noun and noun[1].lower() in old.lower().split() else text


def _statement(question: str) -> str:
    """A question without its asking word, to be asked another way."""
    plain = re.sub(rf"^(?:{_ASKING})\s+", "", question.strip().rstrip("?! "), flags=re.I)
    return re.sub(rf"^(?:{_AUXILIARY})\b", lambda match: match[0].lower(), plain, flags=re.I)
