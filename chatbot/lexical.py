"""Word search over passages: BM25 on stemmed words, kept by tantivy.

Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009); stemming by Snowball.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from chatbot.errors import IndexDamagedError
from chatbot.records import Filter, Passage

_WRITER_BYTES = 32_000_000
_LONGEST_TERM = 40
_K1 = 1.2
"""BM25's saturation of repeated words, as tantivy has it."""
_MOST_TERMS = 200
_ANALYZER = "english_words"
_AS_WRITTEN = "words_as_written"
# a word is a run of letters and digits; scripts written without spaces give one term a character
_WORD = (
    r"[\p{Han}\p{Hiragana}\p{Katakana}]|[[\p{L}\p{M}\p{N}]--[\p{Han}\p{Hiragana}\p{Katakana}]]+"  # Rust regex syntax
)
_REWRITES = (
    (re.compile(r"\b(?:[^\W\d_]\.){2,}"), lambda match: match[0].replace(".", "")),  # U.S. is US
    (re.compile(r"['’]s\b"), ""),
    (re.compile(r"(?<=\w)['’](?=\w)"), ""),
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
    # the stemmer leaves the plural of an abbreviation alone: MQLs, sqls
    (re.compile(r"\b([A-Z]{2,}|(?i:[bcdfghjklmnpqrtvwxz]{2,}))s\b"), r"\1"),
)


class LexicalIndex:
    """The words of all passages, in a folder; safe to search from many threads and processes, written by one at a time.

    Args:
        folder: Where the index lives; made where missing.

    Raises:
        IndexDamagedError: Files in the folder are missing or can't be read.
    """

    def __init__(self, folder: Path) -> None:
        self._analyzer = _analyzer()
        with _reading(folder):
            folder.mkdir(parents=True, exist_ok=True)
            exists = tantivy.Index.exists(str(folder))
            self._index = tantivy.Index.open(str(folder)) if exists else tantivy.Index(_schema(), path=str(folder))
            self._schema = self._index.schema
            self._index.register_tokenizer(_ANALYZER, self._analyzer)
            self._index.register_tokenizer(_AS_WRITTEN, _plain_analyzer())
            self._searcher = self._index.searcher()
            # some missing files come to light only with a search
            self._searcher.search(tantivy.Query.term_query(self._schema, "words", "a", "freq"), 1, count=False)
        self._has_written = _has_written(self._schema)

    def update(
        self,
        add: Sequence[Passage],
        remove: Sequence[str] = (),
        tags: Sequence[Sequence[str]] = (),
        days: Sequence[int | None] = (),
    ) -> None:
        """Add passages and forget others in one step: after a crash either all of it happened or nothing.

        Args:
            add: Passages; one stored before under the same id is replaced.
            remove: Ids; unknown ones are ignored.
            tags: The tags of each added passage's article.
            days: The date of each added passage's article, as an ordinal.
        """
        writer = self._index.writer(_WRITER_BYTES, 1)
        for gone in (*remove, *(passage.id for passage in add)):
            writer.delete_documents_by_term("id", gone)
        for passage, labels, day in zip(add, tags or [()] * len(add), days or [None] * len(add), strict=True):
            writer.add_document(_document(passage, labels, day, written=self._has_written))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, question: str, limit: int, filter: Filter | None = None) -> list[tuple[str, float]]:
        """Ids and BM25 scores (above 0, below ``ceiling``) of the passages with any of the words, best first."""
        searcher = self._searcher
        words = [tantivy.Query.term_query(self._schema, "words", term, "freq") for term in self._known(question)]
        if not words or limit < 1:
            return []
        query = _all_of([_any_of(words), *_conditions(self._schema, filter)])
        found = searcher.search(query, limit, count=False).hits
        hits = [(str(searcher.doc(address).get_first("id")), float(score)) for score, address in found]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    def terms(self, text: str) -> list[str]:
        """The words of a text as they are indexed: stemmed, lower case, without accents, in order."""
        found: list[str] = self._analyzer.analyze(_rewritten(text))
        return found

    def document_frequency(self, term: str) -> int:
        """In how many passages a term (one that ``terms`` gave) occurs: in the text, the headings or the title."""
        return int(self._searcher.doc_freq("words", term))

    def together(self, terms: Iterable[str]) -> int:
        """In how many passages all of some terms occur."""
        words = [tantivy.Query.term_query(self._schema, "words", term, "freq") for term in terms]
        return self._count(_all_of(words)) if words else 0

    def spellings(self) -> list[tuple[str, int]]:
        """All words as they are written, but for case and accents, and in how many passages each occurs.

        None in an index that was made before they were kept.
        """
        return list(self._searcher.terms_with_prefix("written", "")) if self._has_written else []

    def phrase_frequency(self, words: Sequence[str]) -> int:
        """In how many passages words, as ``spellings`` gives them, follow each other; two at least."""
        if not self._has_written:
            return 0
        query = tantivy.Query.phrase_query(self._schema, "written", list(words))
        return self._count(query)

    def idf(self, terms: Iterable[str]) -> dict[str, float]:
        """How telling each term is: BM25's inverse document frequency, in nats; highest for a term never seen."""
        return {term: self._idf(self.document_frequency(term)) for term in terms}

    def ceiling(self, terms: Iterable[str]) -> float:
        """The BM25 score of a passage whose text is nothing but these terms, each many times over."""
        return (_K1 + 1) * sum(self.idf(set(terms)).values())

    def known(self, ids: Iterable[str]) -> set[str]:
        """Those of the ids that are stored."""
        searcher, wanted = self._searcher, list(ids)
        query = tantivy.Query.term_set_query(self._schema, "id", wanted)
        found = searcher.search(query, max(len(wanted), 1), count=False).hits
        return {str(searcher.doc(address).get_first("id")) for _, address in found}

    def ids(self) -> set[str]:
        """The ids of all passages stored."""
        everything = tantivy.Query.all_query()
        return {term for term, _ in self._searcher.terms_with_prefix("id", "", everything)}

    def __len__(self) -> int:
        """How many passages are stored."""
        return int(self._searcher.num_docs)

    def _count(self, query: tantivy.Query) -> int:
        return self._searcher.search(query, 1, count=True).count or 0  # type: ignore[attr-defined]

    def _known(self, question: str) -> Iterator[str]:
        unique = list(dict.fromkeys(self.terms(question)))[:_MOST_TERMS]
        return (term for term in unique if self.document_frequency(term))

    def _idf(self, frequency: int) -> float:
        return math.log1p((max(len(self), frequency) - frequency + 0.5) / (frequency + 0.5))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("words", tokenizer_name=_ANALYZER, index_option="freq")
    builder.add_text_field("written", tokenizer_name=_AS_WRITTEN, index_option="position")
    for name in ("slug", "tag"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", indexed=True, fast=True)
    return builder.build()


@contextmanager
def _reading(folder: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, FileExistsError) as error:
        raise IndexDamagedError(
            f"The word index in '{folder}' can't be read ({error}). Run `chatbot index` to make it anew."
        ) from error


def _has_written(schema: tantivy.Schema) -> bool:
    """Whether an index keeps words as they are written too, as older ones don't."""
    try:
        tantivy.Query.term_query(schema, "written", "a")
    except ValueError:
        return False
    return True


def _analyzer() -> tantivy.TextAnalyzer:
    return _folding().filter(tantivy.Filter.stemmer("english")).build()


def _plain_analyzer() -> tantivy.TextAnalyzer:
    return _folding().build()


def _folding() -> tantivy.TextAnalyzerBuilder:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_WORD))
    builder = builder.filter(tantivy.Filter.remove_long(_LONGEST_TERM)).filter(tantivy.Filter.lowercase())
    return builder.filter(tantivy.Filter.ascii_fold())


def _document(passage: Passage, tags: Sequence[str], day: int | None, *, written: bool) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("id", passage.id)
    text = _rewritten("\n".join((passage.title, *passage.headings, passage.text)))
    for field in ("words", "written") if written else ("words",):
        document.add_text(field, text)
    document.add_text("slug", passage.slug)
    for tag in tags:
        document.add_text("tag", tag.casefold())
    if day is not None:
        document.add_integer("day", day)
    return document


def _conditions(schema: tantivy.Schema, filter: Filter | None) -> Iterator[tantivy.Query]:
    """What a filter asks for, as queries that all must match and add nothing to the score."""
    if not filter:
        return
    if filter.articles:
        yield _unscored(tantivy.Query.term_set_query(schema, "slug", list(filter.articles)))
    if filter.tags:
        yield _unscored(tantivy.Query.term_set_query(schema, "tag", [tag.casefold() for tag in filter.tags]))
    if filter.since or filter.until:
        since = filter.since.toordinal() if filter.since else None
        until = filter.until.toordinal() if filter.until else None
        yield _unscored(tantivy.Query.range_query(schema, "day", tantivy.FieldType.Integer, since, until))


def _unscored(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)


def _any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _all_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def _rewritten(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    return text
