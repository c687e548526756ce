"""Asks a chatbot every question of a set and writes down what came."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chatbot.bot import Chatbot
from chatbot.errors import EvaluationError
from chatbot.evaluation.measures import squeezed_overlap
from chatbot.evaluation.questions import Gold, Question, QuestionSet
from chatbot.indexing import build_index
from chatbot.records import Answer, Filter, Passage
from chatbot.settings import Settings

DEPTH = 10
"""Passages looked at for each question."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question brought.

    ``answer`` is plain text without marks; a refusal's is empty. ``passages`` and ``articles`` are what was found, best
    first: ids and paths, but a passage that holds a gold one goes by the gold one's name. ``cited`` are the paths of
    the articles quoted.
    """

    question: Question
    answer: str
    quotes: tuple[str, ...]
    found: bool
    confidence: float
    composer: str
    seconds: float
    passages: tuple[str, ...]
    gold_passages: tuple[str, ...]
    articles: tuple[str, ...]
    gold_articles: tuple[str, ...]
    cited: tuple[str, ...] = ()


@contextmanager
def opened(questions: QuestionSet, settings: Settings, *, build: bool = True) -> Iterator[Chatbot]:
    """A chatbot over the set's articles.

    Args:
        questions: A set; one without articles of its own is about the corpus of the settings.
        settings: The index they name is opened where the set has no articles or ``build`` is False; otherwise one is
            built in a temporary folder, with the same model and on no server.
        build: Whether an index of the set's articles is wanted.
    """
    if not build or questions.articles is None:
        yield Chatbot.open(settings)
        return
    with tempfile.TemporaryDirectory(prefix="chatbot-eval-") as folder:
        own = {"corpus": questions.articles, "vectorstore": Path(folder), "chroma_url": ""}
        _lend_models(settings.vectorstore, Path(folder))
        inner = settings.model_copy(update=own)
        build_index(inner)
        yield Chatbot.open(inner)


def run(
    bot: Chatbot,
    questions: Sequence[Question],
    corpus: Path,
    *,
    only_gold: bool = False,
    watch: Callable[[int], None] | None = None,
) -> list[Outcome]:
    """Ask every question, the first once before time is taken.

    Args:
        bot: Who is asked.
        questions: What is asked, with its history.
        corpus: Folder of the articles, where the gold passages are looked up.
        only_gold: Let each question's gold articles (or near one) alone answer, where it names any.
        watch: Is told the number of questions done.

    Raises:
        EvaluationError: A question names an article that the index doesn't have.
    """
    asker = _Asker(bot, corpus, only_gold)
    outcomes: list[Outcome] = []
    if questions:
        asker.outcome(questions[0])
    for question in questions:
        outcomes.append(asker.outcome(question))
        if watch:
            watch(len(outcomes))
    return outcomes


class _Asker:
    """Asks, and tells the passages found from the gold ones."""

    def __init__(self, bot: Chatbot, corpus: Path, only_gold: bool) -> None:
        self._bot = bot
        self._corpus = corpus
        self._only_gold = only_gold
        self._slugs = {article.path: article.slug for article in bot.articles()}
        self._paths = {slug: path for path, slug in self._slugs.items()}
        self._texts: dict[str, str] = {}

    def outcome(self, question: Question) -> Outcome:
        """Ask one question and look at what was found for it."""
        within = self._filter(question) if self._only_gold else None
        started = time.perf_counter()
        answer = self._bot.ask(question.question, question.history, within)
        seconds = time.perf_counter() - started
        hits = self._bot.search(question.question, DEPTH, question.history, within)
        gold = {f"gold {number}": each for number, each in enumerate(question.gold) if each.text}
        passages = [hit.passage for hit in hits]
        return Outcome(
            question=question,
            answer=_plain(answer),
            quotes=tuple(citation.quote for citation in answer.citations) if answer.found else (),
            found=answer.found,
            confidence=answer.confidence,
            composer=answer.composer,
            seconds=seconds,
            passages=self._named(passages, gold),
            gold_passages=tuple(gold),
            articles=tuple(dict.fromkeys(passage.path for passage in passages)),
            gold_articles=tuple(dict.fromkeys(self._path(question, name) for name in question.articles)),
            cited=tuple(dict.fromkeys(citation.path for citation in answer.citations)) if answer.found else (),
        )

    def _filter(self, question: Question) -> Filter | None:
        names = question.articles or question.near
        return Filter(tuple(self._slugs[self._path(question, name)] for name in names)) if names else None

    def _path(self, question: Question, name: str) -> str:
        path = self._paths.get(name, name)
        if path not in self._slugs:
            raise EvaluationError(
                f"Question '{question.id}' names the article '{name}', which the index doesn't have. "
                "Give a slug or a path that `chatbot articles --json` lists."
            )
        return path

    def _named(self, passages: Sequence[Passage], gold: Mapping[str, Gold]) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for passage in passages:
            held = [name for name, each in gold.items() if name not in names and self._holds(passage, each)]
            names.update(dict.fromkeys(held or [passage.id]))
        return tuple(names)

    def _holds(self, passage: Passage, gold: Gold) -> bool:
        """Whether they share most of the shorter of the two; by their text where the gold one isn't in the file."""
        if passage.path != self._paths.get(gold.article, gold.article):
            return False
        start = self._text(passage.path).find(gold.text)
        if start < 0:
            return squeezed_overlap(passage.text, gold.text)
        shared = min(passage.end, start + len(gold.text)) - max(passage.start, start)
        return shared > min(passage.end - passage.start, len(gold.text)) / 2

    def _text(self, path: str) -> str:
        """A file with its line ends kept, as offsets count them; empty where it isn't there to be read."""
        if path not in self._texts:
            file = self._corpus / path
            self._texts[path] = file.read_bytes().decode("utf-8", "replace") if file.is_file() else ""
        return self._texts[path]


def _lend_models(vectorstore: Path, folder: Path) -> None:
    """Copy exported models, which take longer to make than most sets take to index."""
    if (vectorstore / "models").is_dir():
        shutil.copytree(vectorstore / "models", folder / "models")


def _plain(answer: Answer) -> str:
    return " ".join(statement.text for statement in answer.statements) if answer.found else ""
