"""A question that leans on the conversation, made standalone before retrieval (English rules)."""

import re
from collections.abc import Sequence

from chatbot.records import Turn

_FRAGMENT = re.compile(
    r"^(?:(?:and|or|but|so|ok(?:ay)?|then)[,\s]+)*(?:what about|how about|and|for|with|in|on|about|what of)\s+"
    r"(?:(?:for|with|in|on|about)\s+)?(?P<topic>[^?]+)\??$",
    re.I,
)
_BARE = re.compile(
    r"^(?:and\s+|but\s+)?(?:why|how|when|where|who|how so|how come|why not|how much|how many)\s*\??$", re.I
)
_MORE = re.compile(
    r"^(?:(?:and|ok(?:ay)?|please)[,\s]+)*(?:tell me more|more|go on|continue|elaborate"
    r"|(?:any|some) (?:more|other|further) \w+"
    r""
    r"|can you (?:elaborate|explain)(?: (?:more|that|it))?|explain(?: (?:more|that|it))?"
    r"|(?:give me )?(?:an? )?examples?"
    r"|like what|such as|for (?:example|instance)|anything else|what else)(?: please)?\s*[?.!]*$",
    re.I,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|he|she|him|her|his|one|ones)\b(?!\s+is\s+said)", re.I
)
_OPENING = re.compile(
    r"^(?:(?:what|which|who|where|when|why|how|is|are|was|were|do|does|did|can|could|should|would|will|has|have"
    r"|the|an?|i|we|you|my|our|your|to|for|of|some|key|main|most|common|many|much|tell|me|about|explain|define|describe|list|name|give)\s+)+",
    re.I,
)
_BREAK = re.compile(
    r"\s+(?:is|are|was|were|do|does|did|good|bad|important|used|useful|work|works|for|to|of|in|on|with|from|and|or|that|which"
    r"|mean|means|cost|help|helps|matter|matters)\b.*$",
    re.I,
)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question as it would be asked first; unchanged where it doesn't lean on the history.

    "and social media?" after "What is email marketing good for?" becomes "What is social media good for?"; a bare
    "why?" or "tell me more" takes up the question before; a pronoun takes the topic of the question before.
    """
    earlier = _last_full(history)
    if not earlier:
        return question
    text = question.strip()
    if _MORE.match(text):
        return earlier
    if _BARE.match(text):
        return f"{text.rstrip('?! ')} {_statement(earlier)}?"
    fragment = _FRAGMENT.match(text)
    if fragment:
        return _substituted(earlier, fragment["topic"].strip())
    return _resolved(text, earlier)


def topic(question: str) -> str:
    """What a question is about: its first words that aren't asking words, up to the verb or preposition after them."""
    plain = question.strip().rstrip("?!. ")
    return _BREAK.sub("", _OPENING.sub("", plain)).strip()


def _last_full(history: Sequence[Turn]) -> str:
    """The last question that stands alone, with what leaned on it resolved."""
    resolved = ""
    for turn in history:
        resolved = standalone(turn.question, [Turn(resolved, "")]) if resolved else turn.question
    return resolved


def _substituted(earlier: str, new: str) -> str:
    old = topic(earlier)
    if not old or old.lower() == new.lower():
        return f"{earlier.rstrip('?! ')} {new}?"
    return earlier.replace(old, new, 1)


def _resolved(text: str, earlier: str) -> str:
    """The first pronoun replaced by the earlier topic, if the question names no topic of its own before it."""
    match = _PRONOUN.search(text)
    old = topic(earlier)
    if not match or not old or topic(text[: match.start()]):
        return text
    possessive = match[0].lower() in ("its", "their", "his") or (
        match[0].lower() == "her" and text[match.end() :].strip()
    )
    return text[: match.start()] + (f"{old}'s" if possessive else old) + text[match.end() :]


def _statement(question: str) -> str:
    """A question without its asking word, to be asked another way."""
    return re.sub(r"^(?:what|which|who|where|when|why|how)\s+", "", question.strip().rstrip("?! "), flags=re.I)
