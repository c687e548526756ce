"""How a corpus uses a noun: with which article, counted or not, with which verb (English).

No dictionary is shipped: "a city bike", "city bikes", "lead generation is" in the articles' own sentences tell.
"""

import re
from collections.abc import Iterable

_VERBS = {"is": r"(?:is|was|has|does|isn['’]t|doesn['’]t)", "are": r"(?:are|were|have|do|aren['’]t|don['’]t)"}
_ENDS = (
    r"(?=\s*[.,;!?)”\"—–]|\s+(?:is|are|was|were|can|could|will|would|has|have|had|does|do|may|might|must|should|that|which"
    r"|who|with|without|for|from|to|of|in|on|at|by|and|or|as|if|when|than|but|not|lets?|helps?|means?|makes?|needs?)\b)"
)
"""What follows a noun that is no part of a longer one."""
_DOES = r"(?=\s+\w+[^\Ws]s\b)"
"""A verb after one thing: "a barrel stands"."""
_BARE_BEFORE = (
    r"\b(?:of|in|for|with|without|to|on|and|or|by|about|from|is|as|than|like|using|use|uses|called|via|through|into|but"
    r"|needs?|that|when|if)\s+"
)
_DETERMINED = re.compile(r"^(?:an?|the|your|my|our|his|her|its|their|this|that|these|those|some|any|all)\s", re.I)
_SINGULAR_S = ("ss", "us", "is", "ics", "ness", "news")
_PREPOSITION = re.compile(r"\s(?:of|for|in|to|with|on|from|at)\s", re.I)
_GERUND = re.compile(r"^\w{2,}ing\s+\S", re.I)


def verb_for(noun: str) -> str:
    """The verb that fits a noun phrase by its form alone: its last word before a preposition."""
    last = _PREPOSITION.split(noun)[0].split()[-1]
    head = last.lower()
    plural = not last.isupper() and head.endswith("s") and not head.endswith((*_SINGULAR_S, "sales"))
    if _GERUND.match(noun):
        return "is"
    return "are" if plural or " and " in noun else "is"


class Usage:
    """How some texts use nouns.

    Args:
        texts: Sentences, without headings, labels and cells, which leave articles out.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._text = "\n".join(texts).lower()

    def verb(self, noun: str) -> str:
        """``is`` or ``are``: the one that follows the noun more often; by its form where neither does."""
        seen = {verb: self._count(rf"\b{_words(noun)}\s+{forms}\b") for verb, forms in _VERBS.items()}
        if seen["is"] != seen["are"]:
            return max(seen, key=lambda verb: seen[verb])
        return verb_for(noun)

    def named(self, noun: str) -> str:
        """A noun with the article it takes when it is first spoken of; empty where the texts don't tell."""
        if _DETERMINED.match(noun):
            return noun
        if self.verb(noun) == "are":
            return noun
        words = _words(noun)
        counted = {each: self._count(rf"\b{each}\s+{words}(?:{_ENDS}|{_DOES})") for each in ("a", "an", "the")}
        bare = self._count(rf"{_BARE_BEFORE}{words}{_ENDS}") + self._count(rf"\b{words}\s+{_VERBS['is']}\b")
        bare -= self._count(rf"\b(?:an?|the|each|every|your|our|this|that)\s+{words}\s+{_VERBS['is']}\b")
        article = max(("a", "an"), key=lambda each: counted[each])
        if counted[article] and counted[article] >= bare:
            return f"{article} {noun}"
        if bare > 0:
            return noun
        if self._count(rf"\b{words}s\b"):
            return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"
        return f"the {noun}" if counted["the"] else ""

    def _count(self, pattern: str) -> int:
        return len(re.findall(pattern, self._text))


def _words(noun: str) -> str:
    return r"\s+".join(map(re.escape, noun.lower().split()))
