"""Questions about the posts themselves, answered from their front matter: dates, tags, which posts, how many."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from chatbot.answering.relevance import Meter
from chatbot.records import Answer, Article, Citation, Hit, Span, Statement

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
    \b(?P<before>newest|latest|most recent|last|oldest|earliest|first) (?:\w+ )?POST\b
    |\bPOST\b.*\b(?:is|are|was)\b.*\b(?P<after>newest|latest|most recent|oldest|earliest)\b
    |^what(?:'s| is) (?P<alone>new|newest|latest|most recent)$
""")
_WHICH = _pattern(r"""
    ^(?:which|what|are there(?: any)?|(?:do|did) you have(?: any)?|is there an?|SHOW|find(?: me)?|any) (?:\w+ )?POST\b
    (?: (?:do you have|are there|is there|that|which|there))* (?:cover(?:s|ing)?|(?:are|is) (?:about|on|tagged)|about|on
    |mention(?:s|ing)?|talk(?:s|ing)? about|deal(?:s|ing)? with|discuss(?:es|ing)?|explain(?:s|ing)?
    |tagged(?: with| as)?|with(?: the)? tag|regarding|concerning) (?P<topic>.+)$
""")
_DATED = _pattern(r"""
    ^(?:which|what|SHOW)\b.*\bPOST\b.*\b(?P<how>from|in|of|since|after|before|until) (?P<year>(?:19|20)\d\d)\b
""")
_COUNT = _pattern(
    r"^how many POST(?: (?:are there|do you have|exist|have you)\b.*| (?:are|is) (?:on|in|here)\b.*| in total)?$"
)
_ALL = _pattern(r"""
    ^(?:SHOW|what are|which are) (?:all )?(?:(?:of )?(?:the|your) )?(?:all )?POST(?: (?:do you have|are there|here|titles))?$
    |^(?:what|which) POST (?:do you have|are there|have you(?: got)?|exist)$
""")
_TAGS = _pattern(r"""
    ^(?:what|which) (?:tags?|categories) (?:are there|do you have|exist|are used|do (?:the|your) POST have)$
    |^(?:what are|SHOW)(?: me)?(?: all)?(?: the)? (?:tags|categories)$
""")
_ABOUT = _pattern(
    r"""^what(?:'s| is| does)(?: the)?(?: POST)? ["“'‘](?P<title>.+)["”'’](?: POST)? (?:about|cover|say)$"""
)

MOST_LISTED = 10


class MetadataComposer:
    """Answers from the articles' own records.

    Args:
        articles: All articles, in any order.
        meter: Measures texts against questions.
    """

    def __init__(self, articles: Sequence[Article], meter: Meter) -> None:
        self._articles = sorted(articles, key=lambda article: (article.date or date.min, article.path), reverse=True)
        self._meter = meter

    def compose(
        self, question: str, search: Callable[[str], Sequence[Hit]], allowed: Callable[[Article], bool]
    ) -> Answer | None:
        """The answer, or None if the question isn't about the posts themselves.

        Args:
            question: A standalone question.
            search: Finds hits for a topic, for "which posts cover X".
            allowed: Whether an article passes the reader's filter.
        """
        plain = question.strip().rstrip("?!. ")
        articles = [article for article in self._articles if allowed(article)]
        if not articles:
            return None
        lines = self._lines(plain, articles, search)
        return _answer(question, lines) if lines else None

    def _lines(
        self, plain: str, articles: list[Article], search: Callable[[str], Sequence[Hit]]
    ) -> list[tuple[str, Article, str]]:
        """Statements with the article and the front-matter key each rests on."""
        if match := _DATED.match(plain):
            return _listed([a for a in articles if _in_year(a, plain, int(match["year"]))], "date")
        if match := _WHICH.match(plain):
            return _listed(self._covering(match["topic"], articles, search), "title")
        if match := _NEWEST.search(plain):
            return self._extreme(next(word for word in match.groups() if word).lower(), articles)
        if match := _WHEN.match(plain):
            article = self._named(match["about"], articles)
            return [_dated(article, "updat" in plain.lower())] if article and article.date else []
        if _COUNT.match(plain):
            return (
                [(f"There are {len(articles)} articles.", article, "title") for article in articles[:1]]
                if len(articles) > 1
                else []
            )
        if _TAGS.match(plain):
            return _tagged(articles)
        return _listed(articles, "title") if _ALL.match(plain) else []

    def _extreme(self, which: str, articles: list[Article]) -> list[tuple[str, Article, str]]:
        dated = [article for article in articles if article.date]
        if not dated:
            return []
        day = (min if which in ("oldest", "earliest", "first") else max)(
            article.date for article in dated if article.date
        )
        return [_dated(article, False) for article in dated if article.date == day]

    def _covering(self, topic: str, articles: list[Article], search: Callable[[str], Sequence[Hit]]) -> list[Article]:
        """Articles tagged with the topic, else those whose passages are about it."""
        allowed = {article.slug: article for article in articles}
        wanted = self._meter.content(topic)
        tagged = [a for a in articles if any(self._meter.content(tag) == wanted for tag in a.tags)]
        gauge = self._meter.question(topic)
        hits = [
            hit
            for hit in search(topic)
            if gauge.coverage(hit.passage.text, f"{hit.passage.title} {' '.join(hit.passage.headings)}") >= 0.7
        ]
        found = [allowed[hit.passage.slug] for hit in hits if hit.passage.slug in allowed]
        return list({article.slug: article for article in tagged + found}.values())

    def _named(self, about: str, articles: list[Article]) -> Article | None:
        """The article whose title has most of the words used to name it; None where that leaves a tie or nothing."""
        gauge = self._meter.question(_DATING.sub(" ", re.sub(rf"\b{_POST}\b", " ", about, flags=re.I)))
        scored = [
            (gauge.coverage(article.title) + self._closeness(gauge.content, article), article) for article in articles
        ]
        best = max(score for score, _ in scored)
        top = [article for score, article in scored if score == best]
        return top[0] if best >= 0.5 and len(top) == 1 else None

    def _closeness(self, wanted: frozenset[str], article: Article) -> float:
        """How little else the title says: breaks ties between titles that contain one another."""
        title = self._meter.content(article.title)
        return 0.1 * len(wanted & title) / max(1, len(title))


def spoken(day: date) -> str:
    """A date as people write it: 13 July 2024."""
    return f"{day.day} {day:%B %Y}"


def _dated(article: Article, updated: bool) -> tuple[str, Article, str]:
    if updated and article.updated:
        return f"“{article.title}” was last updated on {spoken(article.updated)}.", article, "updated"
    day = article.date
    return f"“{article.title}” was published on {spoken(day) if day else 'an unknown date'}.", article, "date"


def _listed(articles: Sequence[Article], key: str) -> list[tuple[str, Article, str]]:
    return [
        (f"“{article.title}”" + (f" ({spoken(article.date)})" if article.date else ""), article, key)
        for article in articles[:MOST_LISTED]
    ]


def _in_year(article: Article, plain: str, year: int) -> bool:
    if not article.date:
        return False
    if re.search(r"\b(?:since)\b", plain, re.I):
        return article.date.year >= year
    if re.search(r"\bafter\b", plain, re.I):
        return article.date.year > year
    if re.search(r"\b(?:before)\b", plain, re.I):
        return article.date.year < year
    return article.date.year <= year if re.search(r"\buntil\b", plain, re.I) else article.date.year == year


def _tagged(articles: Iterable[Article]) -> list[tuple[str, Article, str]]:
    first: dict[str, Article] = {}
    for article in articles:
        for tag in article.tags:
            first.setdefault(tag, article)
    return [(tag, article, "tags") for tag, article in list(first.items())[: 2 * MOST_LISTED]]


def _answer(question: str, lines: Sequence[tuple[str, Article, str]]) -> Answer | None:
    statements: list[Statement] = []
    citations: list[Citation] = []
    kind = "sentence" if lines[0][0].endswith(".") else "item"
    for text, article, key in lines:
        sources = _sources(article, key)
        if not sources:
            return None
        numbers = tuple(range(len(citations) + 1, len(citations) + 1 + len(sources)))
        citations += [_cite(number, article, span) for number, span in zip(numbers, sources, strict=True)]
        statements.append(Statement(text, numbers, "sentence" if kind == "sentence" else "item"))
    return Answer(question, tuple(statements), tuple(citations), True, 0.95, "metadata")


def _sources(article: Article, key: str) -> list[Span]:
    """The line that holds the value, else (a date from a file name, say) the title's."""
    span = article.sources.get(key) or article.sources.get("title") or next(iter(article.sources.values()), None)
    return [span] if span else []


def _cite(number: int, article: Article, span: Span) -> Citation:
    return Citation(
        number, article.slug, article.title, article.url, (), article.date, span.text, article.path, span.start, span.end
    )  # fmt: skip
