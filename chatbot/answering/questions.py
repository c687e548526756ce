"""What a question asks for, read from its wording (English)."""

import re
from dataclasses import dataclass
from typing import Literal

QuestionKind = Literal[
    "definition", "list", "comparison", "reason", "procedure", "quantity", "money", "date", "person", "place", "polar",
    "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """A question read: its kind, the topic of a definition, and the sides of a comparison."""

    text: str
    kind: QuestionKind
    topic: str
    sides: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The question without the words that only say what kind of answer is wanted; all of it if nothing is left."""
        text = _ASKING.sub(" ", self.text)
        if self.kind == "list":
            text = _CHOOSING.sub(" ", _BY_ASKER.sub(" ", text))
        if self.kind == "reason":
            text = _BENEFITS.sub(" ", text)
        return text if _CONTENT.search(text) else self.text

    @property
    def names(self) -> str:
        """The names, abbreviations and numbers in the question; an answer that lacks one is hardly an answer."""
        return " ".join(_NAMES.findall(self.text))


_ASKING = re.compile(
    r"\b(?:kinds?|types?|sorts?|categor(?:y|ies)|examples?|ways?|things|names?|lists?|differences?|different|differs?"
    r"|compared?|versus|vs|(?:good|used|useful) for|define|definition|meaning|means?|explain|describe|tell|know|give"
    r"|show|stands? for|acronym|abbreviation|please|exactly|actually|really|exist)\b",
    re.I,
)
_CHOOSING = re.compile(
    r"\b(?:key|main|common|typical|popular|best|recommended|available|offer(?:ed)?|provided?|works?|use|using|should|need|possible|matters?)\b",
    re.I,
)
_BY_ASKER = re.compile(r"\b(?:should|can|could|do|must|would|might) (?:i|we|you|one|people|they) \w+", re.I)
_BENEFITS = re.compile(r"\b(?:benefits?|advantages?|importance|value|upsides?|pros|matters?)\b", re.I)
_NAMES = re.compile(r"(?<!^)\b(?!I\b)[A-Z][\w’'-]*|^[A-Z]{2,}\b|\b\d[\d.,]*\b")
_CONTENT = re.compile(
    r"\b(?!(?:what|which|who|how|why|when|where|is|are|was|were|do|does|did|can|the|an?|of|to|me|you|there)\b)\w", re.I
)


_DEFINITION = re.compile(
    r"(?:what is meant by|what(?:'s|’s| is| are| was| were)|define|explain|describe|who (?:is|are)"
    r"|what do(?:es)?(?=.* (?:mean|stand for)\b)|(?:the )?(?:meaning|definition) of)"
    r"\s+(?:an?\s+|the\s+)?(?:meaning of\s+|definition of\s+|term\s+|concept of\s+)?(?P<topic>.+)",
    re.I,
)
_DEFINITION_TAIL = re.compile(r"\s+(?:mean(?:s|ing)?|stand for|defined|exactly|all about|about)$", re.I)
_COMPARISONS = (
    re.compile(r"\bdifferences?\s+(?:between|of)\s+(?P<a>.+?)\s+(?:and|vs\.?|versus)\s+(?P<b>.+)", re.I),
    re.compile(r"\bhow (?:do|does|is|are)\s+(?P<a>.+?)\s+(?:different|differ|distinct)\s+from\s+(?P<b>.+)", re.I),
    re.compile(
        r"\bhow (?:do|does)\s+(?!(?:it|they|this|that)\b)(?P<a>.+?)\s+compare\s+(?:to|with|against)\s+(?P<b>.+)", re.I
    ),
    re.compile(r"\b(?:distinguish(?:es)?|separates?|differentiates?)\s+(?P<a>.+?)\s+from\s+(?P<b>.+)", re.I),
    re.compile(r"^(?:which|what)(?: one)? is \w+[,:]\s*(?P<a>.+?)\s+or\s+(?P<b>.+)", re.I),
    re.compile(r"\bcompar(?:e|ison of|ing)\s+(?P<a>.+?)\s+(?:and|with|to|vs\.?|versus)\s+(?P<b>.+)", re.I),
    re.compile(r"\b(?P<a>[\w-]+(?: [\w-]+){0,3}?)\s+(?:vs\.?|versus)\s+(?P<b>.+)", re.I),
    re.compile(r"\bhow (?:do|does|are|is)\s+(?P<a>.+?)\s+and\s+(?P<b>.+?)\s+(?:differ|compare|different)\b", re.I),
)
_LIST_NOUN = (
    r"(?:activities|types|kinds|sorts|categories|examples|ways|methods|techniques|tactics|strategies|steps|stages|phases"
    r"|tools|technologies|channels|benefits|advantages|disadvantages|drawbacks|reasons|features|parts|components"
    r"|elements|metrics|goals|tips|factors|qualities|signs|options|concepts|principles|requirements|characteristics"
    r"|uses|rules|ingredients|things|names)"
)
_LISTS = (
    re.compile(rf"^(?:what|which)\b.*\b(?!(?:is|was)\b){_LIST_NOUN}\b(?:\s|$|\?)", re.I),
    re.compile(
        r"^(?:please\s+)?(?:list|name|enumerate|give me (?:a list|some|examples?)|show me (?:a list|some))\b", re.I
    ),
    re.compile(r"^which\b.*\b(?!(?:is|was|does|has|goes|this|its)\b)\w+s\b", re.I),
    re.compile(
        r"^what (?!(?:is|was|do|does|did|has|this|its|news|gas|bus)\b)(?:\w+ )?\w{2,}[^s\W]s (?:do|are|can|should)\b",
        re.I,
    ),
)
_KINDS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    ("money", re.compile(
        r"\bhow (?:expensive|cheap|pricey)\b"
        r"|\bhow much (?:does|do|is|are|will|would|did|was) .*(?:cost|charge|pay|price|worth)"
        r"|\bwhat (?:does|do|did|will|would) .+ (?:cost|charge)\b|\b(?:price|cost|fee|pricing|salary) (?:of|for)\b"
        r"|^pric(?:e|ing)\b|\bhow much (?:does|do|is|are) (?:a|an|the|it|this|that)\b", re.I)),
    ("quantity", re.compile(r"\bhow (?:many|much|long|often|far|big|large|tall|old|high|fast|deep|wide|heavy)\b"
                            r"|\bwhat (?:percentage|percent|number|share|proportion|rate|temperature)\b", re.I)),
    ("date", re.compile(r"^(?!(?:what|how|why|which|should|can)\b)(?:\w+ ){0,4}?when\b"
                        r"|\b(?:what|which) (?:year|date|day|month|century|decade)\b", re.I)),
    ("person", re.compile(r"^(?:\w+ ){0,2}?who(?:m|se)?\b", re.I)),
    ("place", re.compile(r"^(?:\w+ ){0,2}?where\b"
                         r"|\b(?:what|which) (?:country|city|town|state|place|continent)\b", re.I)),
    ("reason", re.compile(r"\bwhy\b|\bhow come\b|\bwhat (?:is|are|was) the (?:reason|purpose|cause|point)\b", re.I)),
    ("procedure", re.compile(r"\bhow (?:do|does|did|can|could|should|would|to|might|must|is|are|was|were)\b"
                             r"|\bway to\b|\bsteps (?:to|for)\b", re.I)),
    ("polar", re.compile(r"^(?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|had)\b", re.I)),
)  # fmt: skip


def read(text: str) -> Question:
    """The question with its kind; never fails, ``other`` being the last resort."""
    plain = text.strip().rstrip("?!. ").strip()
    sides = _sides(plain)
    if sides:
        return Question(text, "comparison", plain, sides)
    if re.search(r"\b(?:benefits?|advantages?|importance|upsides?|pros) (?:of|to|for)\b", plain, re.I):
        return Question(text, "reason", plain)
    if any(pattern.search(plain) for pattern in _LISTS):
        return Question(text, "list", plain)
    for kind, pattern in _KINDS:
        if pattern.search(plain) and not (kind == "person" and _DEFINITION.match(plain)):
            return Question(text, kind, plain)
    return _definition(text, plain)


def _definition(text: str, plain: str) -> Question:
    match = _DEFINITION.match(plain)
    if not match:
        return Question(text, "other", plain)
    topic = _DEFINITION_TAIL.sub("", match["topic"]).strip()
    short = len(topic.split()) <= 5
    return Question(text, "definition" if short else "other", topic)


def _sides(plain: str) -> tuple[str, ...]:
    for pattern in _COMPARISONS:
        match = pattern.search(plain)
        if match:
            return tuple(_trimmed(side) for side in (*re.split(r",\s+", match["a"]), match["b"]))
    return ()


def _trimmed(side: str) -> str:
    return re.sub(r"^(?:an?|the)\s+", "", side.strip(), flags=re.I)


_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion"
    r"|half|twice|once|percent|daily|weekly|monthly|yearly)\b",
    re.I,
)
_MONEY = re.compile(
    r"[$€£¥₹]\s?\d|\d[\d,.]*\s?(?:dollars?|euros?|pounds?|usd|eur|gbp|cents?|million|billion)\b"
    r"|\b(?:free of charge|at no cost|(?:is|are) free)\b",
    re.I,
)
_DATE = re.compile(
    r"\b\d{3,4}s?\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday"
    r"|tuesday|wednesday|thursday|friday|saturday|sunday|century|decade|spring|summer|autumn|winter|today|yesterday)\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)\b|\b(?:when|once|after|before|during|until|since|by the time)\b"
    r"|\b\d+ (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b",
    re.I,
)
_NAME = re.compile(r"(?<=[\w,;:’'\"] )[A-Z][\w.]+|^[A-Z]\w+ [A-Z]\w+|\b(?:he|she)\b")

_REASON = re.compile(
    r"\b(?:why|because|since|so that|in order to|due to|thanks to|owing to|as a result|therefore"
    r"|lead(?:s|ing)? to|caus\w+|result\w*|reasons?|help\w*|improv\w+|increas\w+|reduc\w+|lower\w*|rais\w+|rise\w*"
    r"|enabl\w+|allow\w*|ensur\w+"
    r"|important|importance|essential|vital|crucial|necessary|need\w*|benefi\w+|advantag\w+|boost\w*|driv\w+|grow\w*"
    r"|better|more|enhanc\w+|sav\w+|to|for|by)\b",
    re.I,
)

_WANTED: dict[QuestionKind, re.Pattern[str]] = {
    "quantity": _NUMBER,
    "money": _MONEY,
    "date": _DATE,
    "person": _NAME,
    "reason": _REASON,
}


def satisfies(kind: QuestionKind, text: str) -> bool:
    """Whether a text has what the kind of question asks for: a number, an amount of money, a date, a name."""
    wanted = _WANTED.get(kind)
    return wanted is None or wanted.search(text) is not None
