"""Questions about which posts there are, read from their wording (English): by whom, on what, from when, how many."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from chatbot.answering import periods
from chatbot.answering.periods import Period

Ask = Literal["list", "count", "newest", "oldest", "writers"]
"""What is wanted of the posts: their titles, their number, the first by date, or who wrote them."""


@dataclass(frozen=True, slots=True)
class PostsQuestion:
    """A question about posts; what is empty was not asked for.

    ``author`` may turn out to be no name but part of the topic. ``merely`` is set where a post that mentions the topic
    will do, ``many`` is how many of the newest or oldest are wanted.
    """

    ask: Ask
    topic: str = ""
    author: str = ""
    period: Period | None = None
    many: int = 1
    merely: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether it is about some of the posts, not all."""
        return bool(self.topic or self.author or self.period)


POST = r"(?:posts?|articles?|pages?|entr(?:y|ies)|pieces?|guides?|tutorials?|blogs?(?: posts?)?|write-?ups?)"
"""A word for a post, as a pattern."""
_POSTS = r"(?:posts|articles|pages|entries|pieces|guides|tutorials|blogs|blog posts|write-?ups)"
SEVERAL = 3
"""How many of the newest are told where the question is for several and has no number."""
LONGEST = 150
"""Characters up to which a question is read; a longer one is about more than which posts there are."""
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_MANY = r"(?:\d+|two|three|four|five|ten)"
_RANK = r"(?P<rank>newest|latest|most recent|last|oldest|earliest|first)"
_WROTE = r"(?:write|wrote|writes|written|publish(?:ed|es)?|post(?:ed|s)?|blog(?:ged|s)?|put out|released?|authored)"
_US = r"(?:you|they|we|people|the (?:blog|site|website|shop|team|authors?|company))"
_HERE = r"(?:here|(?:on|for|to) (?:the|this|your) (?:blog|site|website))"
_SHOW = r"(?:list|show(?: me)?|name|find(?: me)?|give me|tell me|search for|i(?:['’]m| am)? (?:want|looking for))"
_IS = r"(?:['’]?s| is| are| was| were)"
_FILLER = (
    rf"(?:do you have|have you(?: got)?|did you|are there|is there|were there|that|which|there|is|are|was|were|has been"
    rf"|have been|got|exist|titles|in total|so far|{_HERE}|{_WROTE})"
)
_ABOUT = (
    r"(?:about|on|covering|covers?|regarding|concerning|deal(?:s|ing)? with|discuss(?:es|ing)?|explain(?:s|ing)?"
    r"|tagged(?: with| as)?|with(?: the)? tag|in the category"
    r"|(?P<merely>mention(?:s|ing)?|talk(?:s|ing)? (?:about|of)))"
)
_TAIL = re.compile(
    rf"^(?:(?:^| )(?:{_FILLER}(?= |$)|(?:{_WROTE} )?(?:by|from) (?P<author>.+?)|{_ABOUT} (?P<topic>.+?)"
    rf"|(?:did|has|have) (?P<writer>.+?) (?:ever )?{_WROTE}))*$",
    re.I,
)
"""What may follow a head: little words, a topic, an author."""


def _head(text: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:{text})(?= |$)", re.I)


_OF_ALL = r"(?:(?:all|some|other|more|of|the|your|our|an?) )*"
_RANKED = _head(
    rf"(?:(?:what|which){_IS}? |{_SHOW} |when (?:was|were|is|did {_US} (?:write|publish|post)) )?(?:the |your |an? )?"
    rf"(?:(?P<many>{_MANY}) )?{_RANK} (?:(?P<many2>{_MANY}) )?(?!\d)(?:\w+ )??(?P<noun>{POST})"
)
_RANKED_AFTER = _head(
    rf"(?:what|which) (?P<noun>{POST})(?: {_ABOUT} (?P<topic>.+?))? (?:is|are|was|were) (?:the |your )?{_RANK}"
)
_RANKED_BY = _head(rf"when (?:did|have|has) (?P<author>.+?) {_RANK} {_WROTE}")
_NEWS = _head(
    rf"(?:so )?(?:what(?:{_IS}| has been)?|(?:is there )?anything|any|{_SHOW}(?: what(?:['’]s| is))?)"
    r" (?:the )?(?:new|news|latest|newest|most recent)"
)
_COUNT = _head(rf"how many (?:\w+ )??{_POSTS}|(?:what is )?(?:the )?(?:total )?number of {_POSTS}")
_LIST = _head(
    rf"(?:(?:which|what(?: are)?|{_SHOW}|any|are there(?: any)?|(?:do|did|have) you(?: have| got)?(?: any)?"
    rf"|is there(?: an?y?)?) {_OF_ALL}|{_OF_ALL})(?:\w+ )??{POST}"
)
_THINGS = _head(
    rf"what(?: else)? (?:did|do|does|have|has) (?P<author>.+?)(?: ever)? {_WROTE}"
    rf"|what (?:was|were|has been|have been|got) {_WROTE}"
    rf"|(?:did|have|has) (?P<writer>.+?)(?: ever)? {_WROTE} (?:any|some)thing"
)
_ANYTHING = _head(rf"(?:(?:do you have|have you(?: got)?|is there|got|{_SHOW}) )?(?:any|some|every)thing")
_ALL = _head(
    rf"(?:{_SHOW}|what are|which are|all) {_OF_ALL}{_POSTS}(?: {_FILLER})*$"
    rf"|(?:what|which) {_POSTS}(?: {_FILLER})+$"
)
_WRITERS = _head(
    rf"who(?: has| have| else)? {_WROTE}(?: (?:an?|the|any|your))?(?: {POST})?(?= (?:about|on|regarding) )"
    rf"|who (?:is|are|was|were) the (?:author|writer)s? of (?:(?:the|any|your) )?{_POSTS}(?= (?:about|on) )"
)
_AUTHORS = _head(
    rf"who (?:are|is) (?:the |your |all )*(?:author|writer|blogger)s?(?: of (?:this|the|your) (?:blog|site|website))?$"
    rf"|who(?: all)? (?:writes|wrote|blogs|posts|runs)(?: for)?"
    rf"(?: {_HERE}| (?:this|the|your|these) (?:blog|site|{_POSTS}))$"
    rf"|(?:what|which|{_SHOW})(?: are)?(?: all)?(?: the| your)? (?:authors|writers|bloggers)(?: {_FILLER})*$"
)
_Given = dict[str, str | None]


def read(question: str, today: date) -> PostsQuestion | None:
    """What a question asks of the posts; None if it asks something else.

    Args:
        question: A standalone question.
        today: What "this year" counts from.
    """
    if len(question) > LONGEST:
        return None
    period, text = periods.read(" ".join(question.split()).rstrip("?!. "), today)
    if _AUTHORS.match(text):
        return PostsQuestion("writers", period=period)
    if (given := _parsed(text, _WRITERS)) and given["topic"]:
        return PostsQuestion("writers", _topic(given), "", period)
    if given := _parsed(text, _RANKED, _RANKED_AFTER, _RANKED_BY):
        return _ranked(given, period)
    if given := _parsed(text, _NEWS):
        return PostsQuestion("newest", _topic(given), "", period, SEVERAL)
    if given := _parsed(text, _COUNT):
        return _of("count", given, period)
    given = _parsed(text, _LIST, _THINGS, _ANYTHING)
    asked = _of("list", given, period) if given else None
    return asked if asked and (asked.narrowed or _ALL.match(text)) else None


def _parsed(text: str, *heads: re.Pattern[str]) -> _Given | None:
    """What the first of some heads and the tail after it name; None where no head fits or something is left over."""
    for head in heads:
        match = head.match(text)
        tail = _TAIL.match(text[match.end() :].strip()) if match else None
        if match and tail:
            named = {name: value for name, value in match.groupdict().items() if value}
            return {"topic": None, "author": None, "writer": None} | tail.groupdict() | named
    return None


def _ranked(given: _Given, period: Period | None) -> PostsQuestion:
    ask: Ask = "oldest" if (given["rank"] or "").lower() in ("oldest", "earliest", "first") else "newest"
    number = (given.get("many") or given.get("many2") or "").lower()
    several = re.fullmatch(_POSTS, given.get("noun") or "", re.I)
    many = _NUMBERS.get(number) or int(number or (SEVERAL if several else 1))
    return PostsQuestion(ask, _topic(given), _author(given), period, many, bool(given.get("merely")))


def _of(ask: Ask, given: _Given, period: Period | None) -> PostsQuestion:
    return PostsQuestion(ask, _topic(given), _author(given), period, merely=bool(given.get("merely")))


def _topic(given: _Given) -> str:
    return (given["topic"] or "").strip(" ,.\"“”'‘’")


def _author(given: _Given) -> str:
    """The name after "by" or before a verb of writing; nothing for those who run the site."""
    found = (given["author"] or given["writer"] or "").strip(" ,")
    return "" if re.fullmatch(_US, found, re.I) else found
