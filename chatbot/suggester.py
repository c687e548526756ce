"""Which questions to propose: drawn from the articles' headings and terms, each one tried before it is shown."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice, zip_longest

import numpy as np

from chatbot.answering.extractive import ExtractiveComposer
from chatbot.answering.metadata import MetadataComposer
from chatbot.answering.phrasing import asks, mended
from chatbot.answering.smalltalk import reply
from chatbot.answering.standing import placed, stands, subject_of
from chatbot.answering.suggesting import Suggestion, cased, key, names_in, of_sections, of_terms, sayable, usage_in
from chatbot.conversation import standalone
from chatbot.finding import Finder
from chatbot.protocols import Embedder
from chatbot.records import Answer, Article, Filter, Hit, Passage, Turn
from chatbot.retrieval import HITS, jaccard

NEAR = 0.88
"""Closeness in meaning (cosine) from which two questions are nearly the same."""
SHARED = 0.75
"""Share of common terms (Jaccard) from which they are."""
BEFORE, AFTER = 4, 12
"""Passages of a cited article that are read around the place cited, for their headings."""
NEAR_BEST = 0.5
"""Share of the best hit's score that a hit needs for its article to be proposed."""
CITED = 1
"""Cited articles around whose words sections are proposed."""
MOST_TRIED = 5
"""Questions tried for one answer, each a search; fewer are shown where these don't do."""
_KEPT = 4096


class Suggester:
    """Proposes questions that one generation of the index answers.

    Args:
        finder: Finds what answers.
        composer: Says whether it does.
        metadata: Says which questions are about the posts themselves.
        embedder: Tells questions that are nearly the same.
        terms: The analysed content words of a question.
        articles: By slug, newest first.
        places: Ids of each article's passages, in order, by its path.
    """

    def __init__(
        self,
        finder: Finder,
        composer: ExtractiveComposer,
        metadata: MetadataComposer,
        embedder: Embedder,
        terms: Callable[[str], frozenset[str]],
        articles: Mapping[str, Article],
        places: Mapping[str, Sequence[str]],
    ) -> None:
        self._finder = finder
        self._composer = composer
        self._metadata = metadata
        self._embedder = embedder
        self._terms = terms
        self._articles = articles
        self._places = places
        self._written = {article.path: article for article in articles.values()}
        self.answered = lru_cache(maxsize=_KEPT)(self._answered)
        self.examples = lru_cache(maxsize=_KEPT)(self._examples)

    def follow_ups(
        self, answer: Answer, full: str, history: Sequence[Turn], filter: Filter | None, hits: Sequence[Hit], limit: int
    ) -> tuple[str, ...]:
        """Questions to ask after an answer: about sections near what it cites, then other hits, then their terms."""
        asked = [full, *(turn.question for turn in history)]
        if answer.composer == "metadata":
            abouts = self.abouts([citation.slug for citation in answer.citations], filter, limit + len(history))
            return tuple(text for text in abouts if key(text) not in map(key, asked))[:limit]
        turns = (*history, Turn(full, answer.text))
        texts = chain(self._candidates(answer, hits), self._related(answer, hits, filter), self._terms_in(hits))
        standing = (text for text in texts if standalone(text, turns) == text)
        return self._chosen(standing, asked, filter, limit, MOST_TRIED)

    def abouts(self, slugs: Iterable[str], filter: Filter | None, limit: int) -> tuple[str, ...]:
        """What each of some articles is about, as questions; unknown slugs are passed over."""
        articles = (self._articles[slug] for slug in dict.fromkeys(slugs) if slug in self._articles)
        texts = (self.about(article, filter) for article in articles if sayable(article.title))
        return tuple(dict.fromkeys(islice((text for text in texts if self.answered(text, filter)), limit)))

    def about(self, article: Article, filter: Filter | None = None) -> str:
        """A question that an article as a whole answers: its title where that is one."""
        if article.title.endswith("?") and asks(article.title):
            opening = self._opening(article)
            text = mended(cased(article.title, article.title, names_in(opening)), usage_in(opening))
            if self.answered(text, filter):
                return text
        return f"What is “{article.title}” about?"

    def _examples(self, limit: int, slug: str = "") -> tuple[str, ...]:
        """Questions to begin with, of different articles and kinds; of one article where it is given."""
        articles = [self._articles[slug]] if slug in self._articles else list(self._articles.values())[: 4 * limit]
        own = [self._of_article(article, 2 * limit if slug else 2) for article in articles]
        worded = (lambda each: each.text) if slug in self._articles else self._standing
        mixed = [text for rank in zip_longest(*own) for each in rank if each and (text := worded(each))]
        return self._chosen(
            chain(_varied(mixed), (self.about(article) for article in articles if slug or sayable(article.title))),
            (),
            None,
            limit,
            4 * limit,
        )

    def _of_article(self, article: Article, limit: int) -> list[Suggestion]:
        passages = self._opening(article)
        return list(islice(chain(of_sections(passages), of_terms(passages)), limit))

    def lead(self, article: Article) -> list[Passage]:
        """The first passage of an article that has a sentence; nothing where none of the first few has."""
        telling = (each for each in self._opening(article) if any(span.kind == "sentence" for span in each.sentences))
        return list(islice(telling, 1))

    def _opening(self, article: Article) -> list[Passage]:
        return list(self._finder.passages(self._places.get(article.path, ())[: BEFORE + AFTER]).values())

    def _candidates(self, answer: Answer, hits: Sequence[Hit]) -> Iterator[str]:
        """The nearest first; none for a section that the answer cites."""
        cited = _cited(answer)
        found = [hit.passage for hit in hits]
        paths = list(dict.fromkeys(path for path, _ in cited))[:CITED]
        for passages in (*(self._around(path, found) for path in paths), found):
            near = (each for each in of_sections(passages) if (each.path, each.headings) not in cited)
            yield from filter(None, map(self._standing, near))

    def _standing(self, suggestion: Suggestion) -> str:
        """A suggestion as anybody understands it: after its article's subject where it doesn't say what it is about."""
        article = self._written[suggestion.path]
        if stands(suggestion.text, article.title, article.tags, self._terms):
            return suggestion.text
        subject = cased(subject_of(article.title), article.title, names_in(self._opening(article)))
        return placed(suggestion.text, subject) if subject else ""

    def _terms_in(self, hits: Sequence[Hit]) -> Iterator[str]:
        yield from (each.text for each in of_terms([hit.passage for hit in hits]))

    def _related(self, answer: Answer, hits: Sequence[Hit], filter: Filter | None) -> Iterator[str]:
        """What other articles among the hits are about."""
        cited = {citation.slug for citation in answer.citations}
        others = dict.fromkeys(hit.passage.slug for hit in hits if hit.score >= NEAR_BEST * hits[0].score)
        articles = (self._articles[slug] for slug in others if slug in self._articles and slug not in cited)
        return (self.about(article, filter) for article in articles if sayable(article.title))

    def _around(self, path: str, found: Sequence[Passage]) -> list[Passage]:
        """Passages of an article from a little before the first one found on, then what is before."""
        ids = self._places.get(path, ())
        here = next((ids.index(passage.id) for passage in found if passage.id in ids), 0)
        near = [*ids[here : here + AFTER], *ids[max(0, here - BEFORE) : here]]
        return list(self._finder.passages(near).values())

    def _chosen(
        self, candidates: Iterable[str], asked: Sequence[str], filter: Filter | None, limit: int, most: int
    ) -> tuple[str, ...]:
        """The first that are answered and unlike those asked and chosen before."""
        chosen: list[str] = []
        unlike = (text for text in candidates if not any(self._alike(text, old) for old in (*asked, *chosen)))
        for text in islice(unlike, most):
            if not self._near(text, (*asked[:1], *chosen)) and self.answered(text, filter):
                chosen.append(text)
            if len(chosen) == limit:
                break
        return tuple(chosen)

    def _alike(self, one: str, other: str) -> bool:
        return key(one) == key(other) or jaccard(self._terms(one), self._terms(other)) >= SHARED

    def _near(self, text: str, others: Iterable[str]) -> bool:
        vector = self._vector(text)
        return any(float(vector @ self._vector(other)) >= NEAR for other in others)

    def _vector(self, text: str) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
        return np.asarray(self._embedder.embed_query(text), dtype=np.float32)

    def _answered(self, question: str, filter: Filter | None) -> bool:
        """Whether asking this gets an answer from the articles' text."""
        if described := self._metadata.described(question):
            return bool(self.lead(described))
        if reply(question, ()) or self._metadata.reads(question):
            return False
        return self._composer.answers(question, self._finder.search(question, HITS, filter))


def _cited(answer: Answer) -> list[tuple[str, tuple[str, ...]]]:
    """The sections an answer cites, as path and headings, each once."""
    return list(dict.fromkeys((citation.path, citation.headings) for citation in answer.citations))


def _varied(questions: Sequence[str]) -> list[str]:
    """Those that open with other words than the ones before them first."""
    openings: dict[str, str] = {}
    for text in questions:
        openings.setdefault(" ".join(text.split()[:2]), text)
    return list(dict.fromkeys((*openings.values(), *questions)))
