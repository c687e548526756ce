"""A question that leans on the conversation, made standalone before retrieval (English rules)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.leaning import (
    ASKING,
    ASPECT_ALONE,
    AUXILIARY,
    BARE,
    CHAT,
    CLAUSE,
    EXPLETIVE,
    GENERIC,
    INSTANCES,
    JOINED,
    LEAD_IN,
    MEANT,
    MORE,
    NO_OBJECT,
    OPENING,
    PREPOSITION,
    PRONOUN,
    SAYING,
    WHICH,
    WHICH_IS,
    topic,
)
from chatbot.pointing import pointed, things
from chatbot.records import Turn

_TURNS = 20
"""Earlier turns read; what was asked before them has left the conversation."""
_TOLD = 4
"""Words before a pronoun inside a question from which it stands for one of them: "What trait of oxygen makes it …"."""
_LONGEST = 2000
"""Characters read of an earlier question."""
_ANSWER = 20_000
"""Characters read of an earlier answer."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a conversation has come to: its last question in full, what that is about, and what may be counted off."""

    question: str = ""
    topic: str = ""
    things: tuple[str, ...] = ()


_ANYTHING = _Said("What is anything?", "anything")


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question as it would be asked first; unchanged where it doesn't lean on the history.

    "and social media?" after "What is email marketing good for?" becomes "What is social media good for?"; a bare
    "why?" takes up the question before, "tell me more" or a pronoun its topic, "the second one" an item of its answer.
    """
    return _rewritten(" ".join(question.split()), _said(history)) or question


def leans(question: str) -> bool:
    """Whether a question can't be understood without one asked before it."""
    return bool(_rewritten(" ".join(question.split()), _ANYTHING))


def said_before(history: Sequence[Turn]) -> str:
    """The last question of a conversation, in full; empty where nothing was asked."""
    return _said(history).question


def _said(history: Sequence[Turn]) -> _Said:
    """The last question, with what leaned on those before it resolved.

    Small talk is passed over, and so is what points to something outside the conversation: "Who wrote this?" A
    question about no more than "the cost" goes on with the topic before it.
    """
    said = _Said()
    for turn in history[-_TURNS:]:
        text = " ".join(turn.question[:_LONGEST].split())
        rewritten = _rewritten(text, said)
        if rewritten or (CHAT.sub("", text) and not PRONOUN.search(topic(text))):
            full = rewritten or text
            subject = topic(full)
            counted = _counted(text, said, things(turn.answer[:_ANSWER], subject))
            said = _Said(full, said.topic if GENERIC.fullmatch(subject) else subject, counted)
    return said


def _counted(text: str, said: _Said, new: tuple[str, ...]) -> tuple[str, ...]:
    """What "the second one" may mean next: after a look at one of several things it is still they."""
    chosen = pointed(text, said.things)
    return said.things if chosen and not chosen.endswith("?") else new or said.things


def _rewritten(text: str, said: _Said) -> str:
    """The question with what it leaves to the earlier one; empty if it leaves nothing."""
    if chosen := pointed(text, said.things):
        return chosen
    if not text or not said.topic:
        return ""
    joined = JOINED.match(text)
    rest = text[joined.end() :] if joined else text
    return (
        _short(rest, said)
        or _of_the_topic(rest, said.topic)
        or _without_object(rest, said.topic)
        or _fragment(rest, said, joined is not None)
        or _resolved(text, said.topic)
    )


def _short(rest: str, said: _Said) -> str:
    """A question of a few words that names nothing."""
    if MORE.match(LEAD_IN.sub("", rest)):
        return f"Tell me more about {said.topic}"
    if INSTANCES.match(rest):
        return f"What are examples of {said.topic}?"
    if WHICH.match(rest):
        return f"Which {said.topic}?"
    bare = BARE.match(rest)
    return f"{bare['asking'] or bare['cause']} {_statement(said.question)}?" if bare else ""


def _of_the_topic(rest: str, old: str) -> str:
    """An aspect of the topic, "What are the benefits?", with the topic."""
    match = ASPECT_ALONE.match(rest)
    if not match:
        return ""
    return f"{rest[: match.end('aspect')]} of {old}{match['rest'].rstrip('?!. ')}?"


def _without_object(rest: str, old: str) -> str:
    """A question that lacks what it is about, "Who qualifies?" or "Which is best?", with the topic."""
    if match := WHICH_IS.match(rest):
        return f"Which {old} {rest[match.end() :]}"
    match = NO_OBJECT.match(rest)
    if not match:
        return ""
    return f"{rest.rstrip('?!. ')} {'with' if match['begun'] else 'for'} {old}?"


def _fragment(rest: str, said: _Said, joined: bool) -> str:
    """A part of a question, "and social media?" or "for small companies?", in the place of its like."""
    if meant := MEANT.match(rest):
        return f"{said.question.rstrip('?!. ')} {meant['object']}?"
    led = LEAD_IN.match(rest)
    part = (rest[led.end() :] if led else rest).strip(" ?!.")
    prepositional = PREPOSITION.match(part)
    if not part or SAYING.search(part) or PRONOUN.search(part) or not (led or joined or prepositional):
        return ""
    if not prepositional:
        return said.question.replace(topic(said.question) or said.topic, part, 1)
    preposition, object_ = prepositional["preposition"], prepositional["object"]
    plain = said.question.rstrip("?!. ")
    if led and plain.lower().endswith(f" {preposition.lower()}"):
        return said.question.replace(said.topic, object_, 1)
    return re.sub(rf"^(.+?)\s+{preposition}\s+\S.*$", r"\1", plain, flags=re.I) + f" {part}?"


def _resolved(text: str, old: str) -> str:
    """The first pronoun that points outside the question replaced by the topic; empty if there is none."""
    if old.lower() in text.lower():
        return ""
    idle = [match.span() for match in EXPLETIVE.finditer(text)]
    for match in PRONOUN.finditer(text):
        if not any(start <= match.start() < end for start, end in idle) and not _has_antecedent(text, match):
            return text[: match.start()] + _in_place(match, old) + _tail(text[match.end() :], old)
    return ""


def _has_antecedent(text: str, pronoun: re.Match[str]) -> bool:
    """Whether the question itself names what a pronoun stands for: in an earlier clause, or as an owner in its own."""
    before = text[: pronoun.start()]
    if len(OPENING.sub("", before).split()) >= _TOLD and text[pronoun.end() :].strip(" ?!."):
        return True
    if not pronoun["possessive"]:
        before = before[: max((match.start() for match in CLAUSE.finditer(before)), default=0)]
    return bool(topic(before))


def _in_place(pronoun: re.Match[str], old: str) -> str:
    if pronoun["place"]:
        return f" at {old}"
    if not pronoun["possessive"]:
        return old
    return f"{old}’" if old.endswith("s") else f"{old}’s"


def _tail(text: str, old: str) -> str:
    """What follows a pronoun, without a noun the topic has already: "these activities"."""
    noun = re.match(r" (\w+)", text)
    return text[noun.end() :] if noun and noun[1].lower() in old.lower().split() else text


def _statement(question: str) -> str:
    """A question without its asking word, to be asked another way."""
    plain = re.sub(
        rf"^(?:{ASKING})(?: (?:much|many|often|long|far|soon))?\s+", "", question.strip().rstrip("?! "), flags=re.I
    )
    return re.sub(rf"^(?:{AUXILIARY})\b", lambda match: match[0].lower(), plain, flags=re.I)
