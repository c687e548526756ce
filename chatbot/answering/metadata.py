"""Questions about the posts themselves, answered from their front matter: dates, tags, which posts, how many."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from operator import eq, ge, gt, le, lt

from chatbot.answering.relevance import Meter, context
from chatbot.answering.values import (
    MOST_LISTED,
    Line,
    answer_from,
    author_of,
    counted,
    dated,
    extreme,
    listed,
    tag_lines,
    written_by,
)
from chatbot.records import Answer, Article, Hit

_POST = r"(?:posts?|articles?|pages?|entr(?:y|ies)|pieces?|guides?|blogs?(?: posts?)?|write-?ups?)"
_SHOW = r"(?:list|show(?: me)?|name)"


def _pattern(text: str) -> re.Pattern[str]:
    """A verbose pattern in which a blank means white space and POST a word for a post."""
    compact = "".join(line.strip(" ").replace(" ", r"\s+") for line in text.splitlines() if line.strip())
    return re.compile(compact.replace("POST", _POST).replace("SHOW", _SHOW), re.I)


_WHEN = _pattern(r"""
    ^(?:when (?:was|were|did)|what (?:is|was) the (?:date|publi\w+ date) of
    |(?:on )?(?:what|which) (?:date|day|year|month) (?:was|did)|how (?:old|recent|new) is)\b
    (?P<about>.*?\bPOST\b.*|.*\b(?:published|posted|written|updated|last changed)\b.*)$
""")
_DATING = re.compile(
    r"\b(?:first|last|you|they|the author|publish(?:ed)?|post(?:ed)?|write|written|come out|appear(?:ed)?|updated?"
    r"|released?|created?|made|changed?|date|publication|about|titled|called|named)\b",
    re.I,
)
_NEWEST = _pattern(r"""
    \b(?P<many>\d+ |two |three |four |five |ten )?(?P<before>newest|latest|most recent|last|oldest|earliest|first)
    (?: (?P<many2>\d+|two|three|four|five|ten))? (?!\d)(?:\w+ )?POST\b(?: (?:about|on|covering|tagged) (?P<topic>.+))?
    |\bPOST\b.*\b(?:is|are|was)\b.*\b(?P<after>newest|latest|most recent|oldest|earliest)\b
    |^what(?:'s| is) (?P<alone>new|newest|latest|most recent)$
""")
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_WRITTEN_BY = _pattern(r"""
    ^(?:which|what|SHOW|are there(?: any)?|any) (?:\w+ )?POST\b.*?
    \b(?:(?:written |were written |are )?by|did|has|have) (?P<author>\w.*?)(?: (?:write|written|wrote|published?))?$
""")
_AUTHOR = _pattern(r"^who (?:wrote|authored|is the author of|was) (?P<about>.+?)(?: written by)?$")
_WHICH = _pattern(r"""
    ^(?:which|what|are there(?: any)?|(?:do|did) you have(?: any)?|is there an?|SHOW|find(?: me)?|any) (?:\w+ )?POST\b
    (?: (?:do you have|are there|is there|that|which|there))* (?:cover(?:s|ing)?|(?:are|is) (?:about|on|tagged)|about|on
    |mention(?:s|ing)?|talk(?:s|ing)? about|deal(?:s|ing)? with|discuss(?:es|ing)?|explain(?:s|ing)?
    |tagged(?: with| as)?|with(?: the)? tag|regarding|concerning) (?P<topic>.+)$
""")
_DATED = _pattern(r"""
    ^(?:which|what|SHOW)\b.*\bPOST\b.*\b(?P<how>from|in|of|since|after|before|until) (?P<year>(?:19|20)\d\d)\b
""")
_COUNT = _pattern(r"""
    ^how many POST(?: (?:are there|do you have|exist|have you)\b.*| (?:are|is) (?:on|in|here)\b.*| in total)?$
""")
_ALL = _pattern(r"""
    ^(?:SHOW|what are|which are) (?:all )?(?:(?:of )?(?:the|your) )?(?:all )?POST
    (?: (?:do you have|are there|here|titles))?$
    |^(?:what|which) POST (?:do you have|are there|have you(?: got)?|exist)$
""")
_TAGS = _pattern(r"""
    ^(?:what|which) (?:tags?|categories) (?:are there|do you have|exist|are used|do (?:the|your) POST have)$
    |^(?:what are|SHOW)(?: me)?(?: all)?(?: the)? (?:tags|categories)$
""")
_ABOUT = _pattern(
    r"""^what(?:'s| is| does)(?: the)?(?: POST)? ["“'‘](?P<title>.+)["”'’](?: POST)? (?:about|cover|say)$"""
)
_SUMMARY = _pattern(r"""
    ^(?:summari[sz]e|(?:give me )?(?:an? |the )?(?:summary|gist|overview) of|what(?:'s| is) the (?:gist|summary) of)
    (?P<about>.*\bPOST\b.*)$|^what(?:'s| is| does) (?P<about2>.*\bPOST\b.*) (?:about|cover|say)$
""")
_HOW_MANY = _pattern(r"^how many (?P<rest>POST\b.*)$")
_Search = Callable[[str], Sequence[Hit]]

COVERED = 0.7
"""Share of a topic's words that a passage must have for its article to cover the topic."""
NAMED = 0.5
"""Share of the words naming an article that its title must have."""


class MetadataComposer:
    """Answers from the articles' own records.

    Args:
        articles: All articles, in any order.
        meter: Measures texts against questions.
    """

    def __init__(self, articles: Sequence[Article], meter: Meter) -> None:
        self._articles = sorted(articles, key=lambda article: (article.date or date.min, article.path), reverse=True)
        self._meter = meter
        self._readings = (
            (_DATED, self._from_year),
            (_WHICH, self._about_topic),
            (_NEWEST, self._newest),
            (_WRITTEN_BY, self._by),
            (_AUTHOR, self._writer),
            (_WHEN, self._when),
            (_COUNT, lambda _, articles, __: [counted(articles)]),
            (_HOW_MANY, self._how_many_such),
            (_TAGS, lambda _, articles, __: tag_lines(articles)),
            (_ALL, lambda _, articles, __: listed(articles)),
        )

    def compose(self, question: str, search: _Search, allowed: Callable[[Article], bool]) -> Answer | None:
        """The answer, or None if the question isn't about the posts themselves.

        Args:
            question: A standalone question.
            search: Finds hits for a topic, for "which posts cover X".
            allowed: Whether an article passes the reader's filter.
        """
        plain = question.strip().rstrip("?!. ")
        if not any(pattern.search(plain) for pattern, _ in self._readings):
            return None
        articles = [article for article in self._articles if allowed(article)]
        return answer_from(question, self._lines(plain, articles, search)[:MOST_LISTED] if articles else [])

    def reads(self, question: str) -> bool:
        """Whether the question may be about the posts themselves."""
        plain = question.strip().rstrip("?!. ")
        about = _SUMMARY.match(plain) or _ABOUT.match(plain)
        return about is not None or any(pattern.search(plain) for pattern, _ in self._readings)

    def described(self, question: str) -> Article | None:
        """The article whose content as a whole is asked for ("What is “Title” about?", "Summarize the X article")."""
        plain = question.strip().rstrip("?!. ")
        if match := _SUMMARY.match(plain):
            return self._named(match["about"] or match["about2"], self._articles)
        match = _ABOUT.match(plain)
        title = match["title"].casefold() if match else None
        return next((article for article in self._articles if article.title.casefold() == title), None)

    def _lines(self, plain: str, articles: list[Article], search: _Search) -> list[Line]:
        """The first reading of the question that has an answer."""
        for pattern, read in self._readings:
            if (match := pattern.search(plain)) and (lines := read(match, articles, search)):
                return lines
        return []

    def _from_year(self, match: re.Match[str], articles: list[Article], _: _Search) -> list[Line]:
        return listed(article for article in articles if _in_year(article, match["how"], int(match["year"])))

    def _about_topic(self, match: re.Match[str], articles: list[Article], search: _Search) -> list[Line]:
        return listed(self._covering(match["topic"], articles, search))

    def _newest(self, match: re.Match[str], articles: list[Article], search: _Search) -> list[Line]:
        which = (match["before"] or match["after"] or match["alone"]).lower()
        chosen = self._covering(match["topic"], articles, search) if match["topic"] else articles
        return extreme(which, chosen, _how_many(match))

    def _by(self, match: re.Match[str], articles: list[Article], _: _Search) -> list[Line]:
        name = match["author"].casefold()
        return listed((article for article in articles if name in author_of(article).casefold()), "author")

    def _writer(self, match: re.Match[str], articles: list[Article], _: _Search) -> list[Line]:
        article = self._titled(match["about"], articles)
        return written_by(article) if article else []

    def _when(self, match: re.Match[str], articles: list[Article], _: _Search) -> list[Line]:
        article = self._named(match["about"], articles)
        return [dated(article, "updat" in match[0].lower())] if article and article.date else []

    def _how_many_such(self, match: re.Match[str], articles: list[Article], search: _Search) -> list[Line]:
        """Only what is counted in full: a year, an author, a tag; a search for a topic finds some, not all."""
        asked = f"which {match['rest']}"
        lines = [
            line
            for pattern, read in ((_DATED, self._from_year), (_WHICH, self._tagged_with), (_WRITTEN_BY, self._by))
            if (found := pattern.search(asked))
            for line in read(found, articles, search)
        ]
        return [counted([article for line in lines for article, _ in line.sources])] if lines else []

    def _tagged_with(self, match: re.Match[str], articles: list[Article], _: _Search) -> list[Line]:
        return listed(self._tagged(match["topic"], articles))

    def _tagged(self, topic: str, articles: list[Article]) -> list[Article]:
        wanted = self._meter.content(topic)
        return [article for article in articles if any(self._meter.content(tag) == wanted for tag in article.tags)]

    def _covering(self, topic: str, articles: list[Article], search: _Search) -> list[Article]:
        """Articles tagged with the topic, then those with a passage that has its words."""
        allowed = {article.slug: article for article in articles}
        gauge = self._meter.question(topic)
        found = [
            allowed[hit.passage.slug]
            for hit in search(topic)
            if hit.passage.slug in allowed and gauge.coverage(hit.passage.text, context(hit.passage)) >= COVERED
        ]
        return list({article.slug: article for article in self._tagged(topic, articles) + found}.values())

    def _named(self, about: str, articles: list[Article]) -> Article | None:
        """The article whose title has most of the words used to name it; None where that leaves a tie or nothing."""
        gauge = self._meter.question(_DATING.sub(" ", re.sub(rf"\b{_POST}\b", " ", about, flags=re.I)))
        scored = [
            (gauge.coverage(article.title) + self._closeness(gauge.content, article), article) for article in articles
        ]
        best = max((score for score, _ in scored), default=0.0)
        top = [article for score, article in scored if score == best]
        return top[0] if best >= NAMED and len(top) == 1 else None

    def _titled(self, about: str, articles: list[Article]) -> Article | None:
        """The article with this title, or named with a word for a post; only one whose author is known."""
        plain = about.strip("\"“”'‘’ ").casefold()
        exact = next((article for article in articles if article.title.casefold() == plain), None)
        named = self._named(about, articles) if re.search(rf"\b{_POST}\b", about, re.I) else None
        found = exact or named
        return found if found and author_of(found) else None

    def _closeness(self, wanted: frozenset[str], article: Article) -> float:
        """How little else the title says: breaks ties between titles that contain one another."""
        title = self._meter.content(article.title)
        return 0.1 * len(wanted & title) / max(1, len(title))


def _how_many(match: re.Match[str]) -> int:
    word = (match["many"] or match["many2"] or "1").strip().lower()
    return _NUMBERS.get(word) or int(word)


def _in_year(article: Article, how: str, year: int) -> bool:
    if not article.date:
        return False
    compare = {"since": ge, "after": gt, "before": lt, "until": le}.get(how.lower(), eq)
    return bool(compare(article.date.year, year))
