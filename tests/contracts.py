"""What every implementation of a protocol must do, whatever it is made of."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from chatbot.protocols import ChatModel, Composer, Embedder, Reader, Reranker, Retriever, VectorIndex, Verifier
from chatbot.records import Answer, Cut, Filter, Hit, Message, Passage, Span, Waiting


def passage(number: int, text: str = "", *, slug: str = "one", headings: tuple[str, ...] = ()) -> Passage:
    text = text or f"Sentence {number} of the article. A second one."
    return Passage(
        id=f"{number:032x}",
        slug=slug,
        path=f"{slug}.md",
        title=f"Title of {slug}",
        url=f"https://example.com/posts/{slug}/",
        headings=headings,
        anchor="a-section",
        kind="text",
        text=text,
        start=number * 100,
        end=number * 100 + len(text),
        sentences=(Span(number * 100, number * 100 + 5, "“Über”\n", "item", 2, 1, 3), Span(0, 1, "x")),
    )


def check_embedder(embedder: Embedder) -> None:
    texts = ["What is a lead magnet?", "", "Yes.", "naïve 日本語 — “quoted”", "A long text. " * 500]
    vectors = np.array(embedder.embed_documents(texts))

    assert vectors.shape == (len(texts), embedder.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)
    alone = np.array([embedder.embed_documents([text])[0] for text in reversed(texts)])[::-1]
    assert (alone == vectors).all(), "a vector depends on the text alone"
    assert embedder.embed_documents([]) == []

    question = np.array(embedder.embed_query("How do I attract customers?"))
    near, far = (
        np.array(embedder.embed_documents(["Ways to win new clients.", "The lava cooled into basalt."])) @ question
    )
    assert near > far + 0.2

    beginning, longer = embedder.embed_documents(
        ["word " * embedder.max_tokens, "word " * embedder.max_tokens + "end."]
    )
    assert beginning == longer, "what is beyond max_tokens is not read"
    assert embedder.count_tokens("") < embedder.count_tokens("one") < embedder.count_tokens("one two three")
    assert embedder.count_tokens("word " * 3000) >= 3000

    with ThreadPoolExecutor(8) as pool:
        several = list(pool.map(embedder.embed_query, [f"Question {number % 4}" for number in range(32)]))
    assert several[:4] * 8 == several


def check_vector_index(index: VectorIndex, dimension: int = 8) -> None:
    """``index`` is empty and takes vectors of this dimension."""
    random = np.random.default_rng(1)
    vectors = random.normal(size=(60, dimension)).astype(np.float32)
    passages = [
        passage(number, slug=f"post-{number // 10}", headings=("Top", f"Part {number // 5}")) for number in range(60)
    ]
    tags = [["Marketing", "seo"] if number < 30 else ["news"] for number in range(60)]
    days = [date(2024, 1, 1).toordinal() + number if number < 50 else None for number in range(60)]
    assert index.ids() == set()
    assert index.query(vectors[0].tolist(), 5) == []

    index.add(passages, vectors.tolist(), tags, days)

    assert index.ids() == {each.id for each in passages}
    _check_reading(index, passages, vectors)
    _check_filters(index, passages, vectors)
    _check_changes(index, passages, vectors)


def _check_reading(index: VectorIndex, passages: Sequence[Passage], vectors: np.ndarray) -> None:
    cosines = vectors @ vectors[3] / np.linalg.norm(vectors, axis=1) / np.linalg.norm(vectors[3])
    expected = [passages[number].id for number in np.argsort(-cosines)]
    found = index.query(vectors[3].tolist(), 10)
    assert [each for each, _ in found] == expected[:10]
    assert [score for _, score in found] == pytest.approx(sorted(cosines, reverse=True)[:10], abs=1e-5)
    assert len(index.query(vectors[3].tolist(), 500)) == 60
    assert index.query(vectors[3].tolist(), 0) == []

    ids = [passages[7].id, "unknown", passages[50].id]
    assert index.similarities(vectors[3].tolist(), ids) == pytest.approx(
        {passages[7].id: float(cosines[7]), passages[50].id: float(cosines[50])}, abs=1e-5
    )
    assert index.get(ids) == {passages[7].id: passages[7], passages[50].id: passages[50]}
    assert index.get([]) == {}
    assert index.similarities(vectors[3].tolist(), []) == {}
    assert index.section(passages[7]) == list(passages[5:10])


def _check_filters(index: VectorIndex, passages: Sequence[Passage], vectors: np.ndarray) -> None:
    def numbers(filter: Filter) -> list[int]:
        return sorted(int(each, 16) for each, _ in index.query(vectors[0].tolist(), 100, filter))

    assert numbers(Filter()) == list(range(60))
    assert numbers(Filter(articles=["post-1", "post-4"])) == [*range(10, 20), *range(40, 50)]
    assert numbers(Filter(articles=["nowhere"])) == []
    assert numbers(Filter(tags=["SEO"])) == list(range(30))
    assert numbers(Filter(tags=["marketing", "news"])) == list(range(60))
    assert numbers(Filter(since=date(2024, 2, 10))) == list(range(40, 50))
    assert numbers(Filter(until=date(2024, 1, 3))) == [0, 1, 2]
    assert numbers(Filter(["post-0", "post-2"], ["seo"], date(2024, 1, 10), date(2024, 1, 22))) == [9, 20, 21]


def _check_changes(index: VectorIndex, passages: Sequence[Passage], vectors: np.ndarray) -> None:
    index.remove([passages[3].id, "unknown"])
    index.remove([])
    assert passages[3].id not in index.ids()
    assert passages[3].id not in dict(index.query(vectors[3].tolist(), 60))

    index.add([], [], [], [])
    replaced = passage(5, "Other words.", slug="other")
    index.add([replaced], [vectors[3].tolist()], [["moved"]], [None])
    assert index.get([replaced.id]) == {replaced.id: replaced}
    assert index.query(vectors[3].tolist(), 1)[0][0] == replaced.id
    assert [each for each, _ in index.query(vectors[3].tolist(), 9, Filter(tags=["moved"]))] == [replaced.id]
    assert replaced.id not in dict(index.query(vectors[3].tolist(), 60, Filter(tags=["seo"]))), "old tags are gone"

    with ThreadPoolExecutor(8) as pool:
        several = list(pool.map(lambda _: index.query(vectors[9].tolist(), 5), range(40)))
    assert several == [several[0]] * 40


def check_reranker(reranker: Reranker, question: str, hits: Sequence[Hit]) -> None:
    ranked = reranker.rerank(question, hits)

    assert sorted(hit.passage.id for hit in ranked) == sorted(hit.passage.id for hit in hits), "the same passages"
    assert all(0 <= hit.score <= 1 for hit in ranked)
    assert all(first.score >= second.score for first, second in pairwise(ranked))
    assert reranker.rerank(question, hits) == ranked, "the same every time"
    assert reranker.rerank(question, []) == []


def check_reader(reader: Reader, question: str, answering: Passage, other: Passage) -> None:
    """The first sentence of ``answering`` answers ``question``; nothing in ``other`` does."""
    reading, beside = reader.read(question, answering), reader.read(question, other)

    assert len(reading.sentences) == len(answering.sentences), "one value for each span"
    assert reading.answers > beside.answers
    assert reading.sentences[0] == max(reading.sentences) > max(beside.sentences)
    assert reader.read(question, answering) == reading, "the same every time"
    for odd in ("", "?!", "日本", "a " * 999):
        assert len(reader.read(odd, answering).sentences) == len(answering.sentences)
    empty = replace(answering, text="", sentences=())
    assert reader.read(question, replace(empty, id="0" * 32)).sentences == ()

    with ThreadPoolExecutor(8) as pool:
        several = list(pool.map(lambda number: reader.read(f"{question} {number % 3}", answering), range(24)))
    assert several == several[:3] * 8


def check_verifier(verifier: Verifier, evidence: Sequence[str], supported: str, unsupported: str) -> None:
    """``evidence`` supports one claim and not the other."""
    value = verifier.supports(supported, evidence)

    assert verifier.name
    assert value > 0 > verifier.supports(unsupported, evidence)
    assert value > verifier.supports(supported, [])
    assert verifier.supports(supported, evidence) == value, "the same every time"
    for odd in ("", "?!", "日本", "a " * 999):
        assert verifier.supports(odd, evidence) <= 30
        assert verifier.supports(supported, [odd, *evidence], odd) == verifier.supports(
            supported, (odd, *evidence), odd
        )

    with ThreadPoolExecutor(8) as pool:
        several = list(pool.map(lambda number: verifier.supports(f"{supported} {number % 3}", evidence), range(24)))
    assert several == several[:3] * 8


def check_retriever(retriever: Retriever, question: str) -> None:
    """``retriever`` searches at least two articles, in which ``question`` finds five passages or more."""
    hits = retriever.search(question, 100)
    scores = [hit.score for hit in hits]
    assert len(hits) >= 5
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({hit.passage.id for hit in hits}) == len(hits)
    assert retriever.search(question, 100) == hits
    for limit in (0, 1, 3):
        assert len(retriever.search(question, limit)) == limit

    slugs = {hit.passage.slug for hit in hits}
    one = next(iter(sorted(slugs)))
    assert len(slugs) > 1
    assert {hit.passage.slug for hit in retriever.search(question, 100, Filter(articles=[one]))} == {one}
    assert retriever.search(question, 100, Filter(articles=["nowhere"])) == []
    assert all(0 <= hit.score <= 1 for odd in ("", "?!", "日本", "a " * 999) for hit in retriever.search(odd, 5))

    with ThreadPoolExecutor(8) as pool:
        several = list(pool.map(lambda _: retriever.search(question, 100), range(24)))
    assert several == [hits] * 24


def check_composer(composer: Composer, question: str, hits: Sequence[Hit], unanswered: str) -> None:
    """``hits`` answer ``question`` but not ``unanswered``."""
    parts = list(composer.compose(question, hits))
    assert [part.complete for part in parts] == [False] * (len(parts) - 1) + [True]
    for earlier, later in pairwise(parts):
        assert later.statements[: len(earlier.statements)] == earlier.statements
        assert later.citations[: len(earlier.citations)] == earlier.citations
    for part in parts:
        assert (part.question, part.found) == (question, True)
        assert 0 < part.confidence <= 1
        assert part.composer
        _check_citations(part, hits)
    assert parts[-1].statements

    for refusal in (*composer.compose(unanswered, hits), *composer.compose(question, [])):
        assert (refusal.found, refusal.citations, refusal.complete) == (False, (), True)


def _check_citations(answer: Answer, hits: Sequence[Hit]) -> None:
    """Every statement is cited, every citation is used, and each quote is a span of an article found."""
    assert all(statement.citations for statement in answer.statements)
    numbers = {number for statement in answer.statements for number in statement.citations}
    given = [citation.number for citation in answer.citations]
    assert given == list(range(1, len(given) + 1))
    assert numbers == set(given) if answer.complete else numbers <= set(given), "sources may be known before their use"
    paths = {hit.passage.path for hit in hits}
    for citation in answer.citations:
        assert citation.path in paths
        assert citation.quote.strip()
        assert citation.start < citation.end


def check_chat_model(model: ChatModel, messages: Sequence[Message]) -> None:
    assert model.name
    assert model.context > model.tokens > 0
    assert model.count_tokens("") <= model.count_tokens("one") < model.count_tokens("one two three four")

    pieces = list(model.stream(messages))
    texts = [piece for piece in pieces if isinstance(piece, str)]
    assert "".join(texts).strip()
    assert len(texts) > 1, "it comes piece by piece"
    places = [piece.place for piece in pieces if isinstance(piece, Waiting)]
    assert places == sorted(places, reverse=True), "nobody pushes in"
    assert pieces[len(places) :] in (texts, [*texts, Cut()]), "places come before the text"

    stream = model.stream(messages)
    next(piece for piece in stream if isinstance(piece, str))
    stream.close()
    assert [piece for piece in model.stream(messages) if isinstance(piece, str)] == texts, (
        "whoever leaves leaves no trace"
    )
