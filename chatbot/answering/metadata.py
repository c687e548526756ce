"""Questions about the posts themselves, answered from their front matter: dates, tags, authors, which, how many."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from chatbot.answering import contacts, postwords
from chatbot.answering.postwords import POST, PostsQuestion
from chatbot.answering.relevance import Gauge, Meter, context
from chatbot.answering.values import (
    Line,
    answer_from,
    author_of,
    authors,
    counted,
    dated,
    extreme,
    listed,
    tag_lines,
    written_by,
)
from chatbot.records import Answer, Article, Hit


def _pattern(text: str) -> re.Pattern[str]:
    """A verbose pattern in which a blank means white space and POST a word for a post."""
    compact = "".join(line.strip(" ").replace(" ", r"\s+") for line in text.splitlines() if line.strip())
    return re.compile(compact.replace("POST", POST), re.I)


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
_AUTHOR = _pattern(r"^who (?:wrote|authored|is the author of|was) (?P<about>.+?)(?: written by)?$")
_TAGS = _pattern(r"""
    ^(?:what|which) (?:tags?|categories|topics|subjects) (?:are there|do you have|exist|are used
    |do (?:the|your) POST have
    |(?:do you|does (?:the|this|your) (?:blog|site|website)) (?:cover|write about|deal with)|are covered)(?: here)?$
    |^(?:what are|list|show|name)(?: me)?(?: all)?(?: the)? (?:tags|categories|topics)$
""")
_ABOUT = _pattern(
    r"""^what(?:'s| is| does)(?: the)?(?: POST)? ["“'‘](?P<title>.+)["”'’](?: POST)? (?:about|cover|say)$"""
)
_SUMMARY = _pattern(r"""
    ^(?:summari[sz]e|(?:give me )?(?:an? |the )?(?:summary|gist|overview) of|what(?:'s| is) the (?:gist|summary) of)
    (?P<about>.*\bPOST\b.*)$|^what(?:'s| is| does) (?P<about2>.*\bPOST\b.*) (?:about|cover|say)$
""")
_Search = Callable[[str], Sequence[Hit]]

COVERED = 0.7
"""Share of a topic's words that a passage must have for its article to cover the topic."""
DWELLING = 2
"""Passages with the topic's words from which an article is about the topic, whatever its title and headings."""
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
        self._days = {article.slug: article.date for article in articles}
        self._meter = meter

    def compose(self, question: str, search: _Search, allowed: Callable[[Article], bool]) -> Answer | None:
        """The answer, or None if the question isn't about the posts themselves.

        Args:
            question: A standalone question.
            search: Finds hits for a topic, for "which posts cover X".
            allowed: Whether an article passes the reader's filter.
        """
        if contacts.reads(question):
            return contacts.answer(question, search, self._days.get)
        plain = _plain(question)
        asked = postwords.read(plain, date.today())
        if not asked and not _may_be_of_one(plain):
            return None
        articles = [article for article in self._articles if allowed(article)]
        lines = self._of_posts(asked, articles, search) if asked else []
        return answer_from(question, lines or self._of_one(plain, articles))

    def reads(self, question: str) -> bool:
        """Whether the question may be about the posts themselves."""
        plain = _plain(question)
        about = _SUMMARY.match(plain) or _ABOUT.match(plain)
        return about is not None or postwords.read(plain, date.today()) is not None or _may_be_of_one(plain)

    def described(self, question: str) -> Article | None:
        """The article whose content as a whole is asked for ("What is “Title” about?", "Summarize the X article")."""
        plain = _plain(question)
        if match := _SUMMARY.match(plain):
            return self._named(match["about"] or match["about2"], self._articles)
        match = _ABOUT.match(plain)
        title = match["title"].casefold() if match else None
        return next((article for article in self._articles if article.title.casefold() == title), None)

    def _of_one(self, plain: str, articles: list[Article]) -> list[Line]:
        """The tags, or the author or date of one article; nothing where neither is asked for."""
        if _TAGS.match(plain):
            return tag_lines(articles)
        if (match := _AUTHOR.match(plain)) and (article := self._titled(match["about"], articles)):
            return written_by(article)
        match = _WHEN.match(plain)
        found = self._named(match["about"], articles) if match else None
        return [dated(found, "updat" in plain.lower())] if found and found.date else []

    def _of_posts(self, asked: PostsQuestion, articles: list[Article], search: _Search) -> list[Line]:
        """The lines for those articles that are asked for; none if there are none."""
        authored = [article for article in articles if _by(asked.author, article)]
        topic = asked.topic if authored else f"{asked.topic} by {asked.author}" if asked.topic else ""
        if not authored and not topic:
            return []
        chosen = [
            article for article in authored or articles if not asked.period or asked.period.includes(article.date)
        ]
        tagged = self._tagged(topic, chosen) if topic else []
        if topic:
            chosen = _once(tagged + self._covering(topic, chosen, search, asked.merely))
        return _told(asked, chosen, tagged)

    def _tagged(self, topic: str, articles: list[Article]) -> list[Article]:
        wanted = self._meter.content(topic)
        return [article for article in articles if any(self._meter.content(tag) == wanted for tag in article.tags)]

    def _covering(self, topic: str, articles: list[Article], search: _Search, merely: bool) -> list[Article]:
        """Articles about the topic by their title, tags or description, by headings, or by several passages.

        Those that mention it once come in where that is asked for or where there are no others.
        """
        gauge = self._meter.question(topic)
        named = [article for article in articles if gauge.coverage(_card(article)) >= COVERED]
        allowed = {article.slug: article for article in articles}
        hits = [hit for hit in search(topic) if hit.passage.slug in allowed and _has(gauge, hit)]
        slugs = [hit.passage.slug for hit in hits]
        mentioning = [allowed[slug] for slug in dict.fromkeys(slugs)]
        headed = {hit.passage.slug for hit in hits if gauge.coverage(" ".join(hit.passage.headings)) >= COVERED}
        about = [each for each in mentioning if each.slug in headed or slugs.count(each.slug) >= DWELLING]
        found = named + about
        return _once(found + mentioning if merely or not found else found)

    def _named(self, about: str, articles: list[Article]) -> Article | None:
        """The article whose title has most of the words used to name it; None where that leaves a tie or nothing.

        "The latest post" is the newest one.
        """
        if (asked := postwords.read(about, date.today())) and asked.ask in ("newest", "oldest") and not asked.narrowed:
            return next(iter(articles if asked.ask == "newest" else reversed(articles)), None)
        gauge = self._meter.question(_DATING.sub(" ", re.sub(rf"\b{POST}\b", " ", about, flags=re.I)))
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
        named = self._named(about, articles) if re.search(rf"\b{POST}\b", about, re.I) else None
        found = exact or named
        return found if found and author_of(found) else None

    def _closeness(self, wanted: frozenset[str], article: Article) -> float:
        """How little else the title says: breaks ties between titles that contain one another."""
        title = self._meter.content(article.title)
        return 0.1 * len(wanted & title) / max(1, len(title))


def _plain(question: str) -> str:
    return question.strip().rstrip("?!. ").replace("’", "'")


def _may_be_of_one(plain: str) -> bool:
    """Whether a question may be for the tags, or for the author or date of one article."""
    return any(pattern.match(plain) for pattern in (_TAGS, _AUTHOR, _WHEN))


def _told(asked: PostsQuestion, chosen: list[Article], tagged: list[Article]) -> list[Line]:
    """What is wanted of the chosen articles; an uncertain count says at least how many."""
    if asked.ask == "writers":
        signed = [article for article in chosen if author_of(article)]
        return [line for article in signed for line in written_by(article)] if asked.topic else authors(signed)
    if asked.ask == "count":
        sure = not asked.topic or len(tagged) == len(chosen)
        return [counted(chosen, "" if sure else asked.topic)] if chosen else []
    if asked.ask == "list":
        return listed(chosen, "author" if asked.author else "title")
    return extreme(asked.ask, chosen, asked.many)


def _by(author: str, article: Article) -> bool:
    """Whether somebody of this name, or of this first or last name, wrote an article; everybody is of no name."""
    return not author or re.search(rf"(?<!\w){re.escape(author)}(?!\w)", author_of(article), re.I) is not None


def _card(article: Article) -> str:
    """What an article's author says it is about."""
    return " ".join((article.title, article.description, *article.tags))


def _has(gauge: Gauge, hit: Hit) -> bool:
    return gauge.coverage(hit.passage.text, context(hit.passage)) >= COVERED


def _once(articles: list[Article]) -> list[Article]:
    return list({article.slug: article for article in articles}.values())
