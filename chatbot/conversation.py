"""A question that leans on the conversation, made standalone before retrieval (English rules)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.leaning import (
    ASKING,
    ASPECT_ALONE,
    AT_TIME,
    AUXILIARY,
    BARE,
    CHAT,
    CLAUSE,
    COMPARED,
    DOING,
    EFFORT,
    EXPLETIVE,
    GENERIC,
    HE,
    INSTANCES,
    IT_DOES,
    JOINED,
    LEAD_IN,
    MEANT,
    MORE,
    NO,
    NO_OBJECT,
    OPENING,
    PREPOSITION,
    PRICED,
    PRONOUN,
    SAYING,
    SAYS_WHO,
    TIME,
    WHAT_ELSE,
    WHICH,
    WHICH_IS,
    WHO_DOES,
    WHO_GETS,
    WRITING,
    topic,
)
from chatbot.pointing import kinds, more_about, one_of, person, pointed, sort, things
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
    """What a conversation has come to.

    The last question in full, what that is about, what may be counted off and words for such things, who "he" is, which
    sort of thing the answer names ("which courses"), what was named beside the topic, and whether the answer was a
    mere no.
    """

    question: str = ""
    topic: str = ""
    things: tuple[str, ...] = ()
    kinds: str = ""
    person: str = ""
    sort: str = ""
    beside: str = ""
    denied: bool = False


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
            said = _after(text, rewritten or text, turn.answer[:_ANSWER], said)
    return said


def _after(text: str, full: str, answer: str, said: _Said) -> _Said:
    """What a conversation has come to with one more turn; ``full`` is what its question stands for."""
    asked = _subject(text, full, said)
    subject = one_of(full, asked, answer) or asked
    counted, kind = things(answer, asked), kinds(answer, asked)
    _, chosen = pointed(text, said.things, said.kinds)
    beside = said.topic if JOINED.match(text) and said.topic != asked and not chosen else ""
    if (chosen and not chosen.endswith("?")) or not (counted or beside):
        counted, kind = said.things, said.kinds
    elif not counted:
        counted = (beside, subject)
    who = person(full, asked, answer) or said.person
    return _Said(full, subject, counted, kind, who, sort(answer) or said.sort, beside, NO.match(answer) is not None)


def _subject(text: str, full: str, said: _Said) -> str:
    """What a question is about: what "the second one" or "it" stands for where it is about that, else what it names."""
    _, chosen = pointed(text, said.things, said.kinds)
    if chosen:
        return topic(chosen) if chosen.endswith("?") else chosen
    own = topic(text)
    named = topic(full)
    kept = (
        text != full
        and said.topic in full
        and (IT_DOES.search(text) is not None or PRONOUN.search(own) is not None or not own)
    )
    return said.topic if kept or GENERIC.fullmatch(named) else named


def _rewritten(text: str, said: _Said) -> str:
    """The question with what it leaves to the earlier one; empty if it leaves nothing."""
    chosen, _ = pointed(text, said.things, said.kinds)
    if chosen:
        return chosen
    if not text or not said.topic:
        return ""
    joined = JOINED.match(text)
    rest = text[joined.end() :] if joined else text
    return (
        _short(rest, said)
        or _of_the_person(rest, said)
        or _of_the_deed(rest, said)
        or _of_the_topic(rest, said.topic)
        or _without_object(rest, said)
        or _fragment(rest, said, joined is not None)
        or _resolved(text, said)
    )


def _short(rest: str, said: _Said) -> str:
    """A question of a few words that names nothing."""
    if MORE.match(LEAD_IN.sub("", rest)):
        return more_about(said.topic)
    if INSTANCES.match(rest):
        return f"What are examples of {said.topic}?"
    if WHICH.match(rest):
        return f"Which {said.topic}?"
    if SAYS_WHO.match(rest):
        return f"Who wrote {'' if said.topic.startswith('“') else 'about '}{said.topic}?"
    bare = BARE.match(rest)
    return _asked_barely(bare["asking"] or bare["cause"], said) if bare else ""


def _asked_barely(asking: str, said: _Said) -> str:
    """A question word alone, with what was said; the reason for a mere no stands beside it."""
    if said.denied and asking.lower().startswith("why"):
        return said.question
    reason = asking.lower().startswith("why")
    if not reason and WHO_DOES.match(said.question):
        return f"{asking} is {said.topic}?"
    much = " that much" if reason and PRICED.match(said.question) else ""
    return f"{asking} {_statement(said.question)}{much}?"


def _of_the_person(rest: str, said: _Said) -> str:
    """What else somebody does, with who that is: "Which courses does Ada teach?" after a table's rows."""
    match = WHAT_ELSE.match(rest)
    if not match or not said.person:
        return ""
    which = "which posts" if WRITING.search(rest) else said.sort or "what"
    return f"{which} {HE.sub(said.person, match['rest'], count=1)}"


def _of_the_deed(rest: str, said: _Said) -> str:
    """How long "it" takes, or how hard it is, after a question how to do something."""
    match, deed = EFFORT.match(rest), DOING.match(said.question)
    return f"{match['how']} to {deed['act'].rstrip('?!. ')}?" if match and deed else ""


def _of_the_topic(rest: str, old: str) -> str:
    """An aspect of the topic, "What are the benefits?", with the topic."""
    match = ASPECT_ALONE.match(rest)
    if not match:
        return ""
    return f"{rest[: match.end('aspect')]} of {old}{match['rest'].rstrip('?!. ')}?"


def _without_object(rest: str, said: _Said) -> str:
    """A question that lacks what it is about, "Who qualifies?" or "Which is best?", with the topic."""
    old = said.topic
    if said.beside and (match := COMPARED.match(rest)):
        return f"Which {match['rest']}, {said.beside} or {old}?"
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
        return _replaced(said, part)
    preposition, object_ = prepositional["preposition"], prepositional["object"]
    plain = said.question.rstrip("?!. ")
    if led and plain.lower().endswith(f" {preposition.lower()}"):
        return said.question.replace(said.topic, object_, 1)
    if preposition.lower() == "for" and WHO_GETS.match(plain):
        return f"{topic(plain)} {part}?"
    dated = AT_TIME.search(plain) if TIME.match(object_) else None
    if dated and TIME.match(dated["object"]):
        return f"{plain[: dated.start()]}{part}?"
    return re.sub(rf"^(.+?)\s+{preposition}\s+\S.*$", r"\1", plain, flags=re.I) + f" {part}?"


def _replaced(said: _Said, part: str) -> str:
    """The earlier question with a part in the place of what it is about, and of the article before that."""
    old = topic(said.question) or said.topic
    article = r"(?:\b(?:my|your|our|the|an?) )?" if re.match(r"(?:my|your|our|the|an?)\b", part, re.I) else ""
    return re.sub(article + re.escape(old), lambda _: part, said.question, count=1)


def _resolved(text: str, said: _Said) -> str:
    """The first pronoun that points outside the question replaced by the topic or person; empty if there is none."""
    old = said.topic
    if old.lower() in text.lower():
        return ""
    idle = [match.span() for match in EXPLETIVE.finditer(text)]
    for match in PRONOUN.finditer(text):
        if not any(start <= match.start() < end for start, end in idle) and not _has_antecedent(text, match):
            old = said.person if said.person and HE.fullmatch(match[0]) else old
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
        rf"^(?:{ASKING})(?: (?:much|many|often|long|far|soon)| \w+(?= (?:do|does|did|can|will) ))?\s+",
        "",
        question.strip().rstrip("?! "),
        flags=re.I,
    )
    return re.sub(rf"^(?:{AUXILIARY})\b", lambda match: match[0].lower(), plain, flags=re.I)
