"""Question sets: JSON lines, each a question and what is known of its answer."""

import json
import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from chatbot.errors import EvaluationError
from chatbot.records import Turn

FILE = "questions.jsonl"
ARTICLES = "articles"
_SEED = 20
KEYS = (
    "question", "answers", "answerable", "articles", "evidence_sentences", "gold_file", "gold_passage_text", "gold",
    "near_file", "history", "kind", "id",
)  # fmt: skip
"""Keys of a row …"""
GOLD_KEYS = ("file", "passage_text")
HISTORY_KEYS = ("role", "content")
"""… and of the objects in its lists."""
_NEAR = 0.82
"""Likeness (of ``difflib``) from which a key is another misspelt: "answer", but not "question_type" or "_id"."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A passage that answers: an article's path relative to the articles' folder, or its slug, and the exact text."""

    article: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One row of a set.

    ``gold`` are the passages that answer, empty where none is known; ``articles`` are paths or slugs of the articles
    that do, ``near`` of the one that tempts to answer where none does. ``evidence`` are the sentences a person would
    quote.
    """

    id: str
    question: str
    answerable: bool = True
    kind: str = "answerable"
    answers: tuple[str, ...] = ()
    gold: tuple[Gold, ...] = ()
    articles: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, and the folder of articles beside them; None: the owner's own corpus is meant."""

    path: Path
    articles: Path | None
    questions: tuple[Question, ...]

    @property
    def name(self) -> str:
        """What to call it: its folder, or its file where that has a name of its own."""
        return self.path.resolve().parent.name if self.path.name == FILE else self.path.stem

    def sample(self, limit: int) -> tuple[Question, ...]:
        """So many questions, the same each time, from all over the set and in its order; 0: all of them."""
        if not 0 < limit < len(self.questions):
            return self.questions
        places = random.Random(_SEED).sample(range(len(self.questions)), limit)
        return tuple(self.questions[place] for place in sorted(places))


def read_questions(path: Path) -> QuestionSet:
    """Read a set from its file, or from the folder that has a ``questions.jsonl``.

    A row needs a ``question``. It may have ``answers`` (texts), ``articles`` (slugs or paths), ``answerable`` (by
    default true), ``id``, ``kind``, ``gold_file`` and ``gold_passage_text`` or a list ``gold`` of ``{file,
    passage_text}``, ``near_file``, ``evidence_sentences`` and ``history`` (``{role, content}`` each); anything else is
    ignored, unless it looks like one of these misspelt.

    Raises:
        EvaluationError: There is no such file, it can't be read, or a row isn't of this form; the message says which.
    """
    file = path / FILE if path.is_dir() else path
    articles = file.parent / ARTICLES
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it isn't UTF-8"
        raise EvaluationError(
            f"The questions in '{file}' can't be read: {reason}. Give a file of JSON lines."
        ) from None
    questions = tuple(_Row(file, number, line).question() for number, line in enumerate(lines, 1) if line.strip())
    if not questions:
        raise EvaluationError(f"There are no questions in '{file}'. Write one JSON object a line.")
    return QuestionSet(file, articles if articles.is_dir() else None, questions)


class _Row:
    """One line of a file; knows where it is when something is wrong with it."""

    def __init__(self, file: Path, number: int, line: str) -> None:
        self._where = f"'{file}', line {number}"
        self._number = number
        try:
            self._row: Any = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise EvaluationError(f"{self._where} isn't JSON: {error}. Write one object a line.") from None
        if not isinstance(self._row, dict):
            raise self._error('isn\'t a JSON object. Write at least {"question": "…"}')
        self._require_known(self._row, KEYS)

    def question(self) -> Question:
        text = self._text("question")
        if not text.strip():
            raise self._error("has no 'question'")
        answerable = self._answerable()
        gold = tuple(self._gold())
        return Question(
            id=str(self._row.get("id", self._number)),
            question=text,
            answerable=answerable,
            kind=self._text("kind") or ("answerable" if answerable else "unanswerable"),
            answers=self._texts("answers"),
            gold=gold,
            articles=tuple(dict.fromkeys([each.article for each in gold] + [*map(_relative, self._texts("articles"))])),
            near=tuple(_relative(path) for path in [self._text("near_file")] if path),
            evidence=self._texts("evidence_sentences"),
            history=self._history(),
        )

    def _answerable(self) -> bool:
        given = self._row.get("answerable", True)
        if not isinstance(given, bool):
            raise self._error(f"has 'answerable' as {given!r}; it must be true or false")
        return given

    def _gold(self) -> Iterator[Gold]:
        several = self._dicts("gold", GOLD_KEYS)
        for row in several:
            yield Gold(_relative(self._text("file", row)), self._text("passage_text", row))
        if not several and self._text("gold_file"):
            yield Gold(_relative(self._text("gold_file")), self._text("gold_passage_text"))

    def _history(self) -> tuple[Turn, ...]:
        turns: list[Turn] = []
        for row in self._dicts("history", HISTORY_KEYS):
            role, content = self._text("role", row), self._text("content", row)
            if role not in ("user", "assistant"):
                raise self._error(f"has the role {role!r} in 'history'; it must be user or assistant")
            if role == "user":
                turns.append(Turn(content, ""))
            elif turns:
                turns[-1] = Turn(turns[-1].question, f"{turns[-1].answer}\n{content}".strip())
        return tuple(turns)

    def _text(self, name: str, row: Mapping[str, Any] | None = None) -> str:
        given = (self._row if row is None else row).get(name)
        if given is not None and not isinstance(given, str):
            raise self._error(f"has '{name}' as {type(given).__name__}; it must be a text")
        return given or ""

    def _texts(self, name: str) -> tuple[str, ...]:
        return tuple(self._list(name, str, "texts"))

    def _dicts(self, name: str, keys: Collection[str]) -> list[Any]:
        found = self._list(name, dict, "objects")
        for row in found:
            self._require_known(row, keys, f" in '{name}'")
        return found

    def _list(self, name: str, kind: type, called: str) -> list[Any]:
        given = self._row.get(name) or []
        if not isinstance(given, list) or not all(isinstance(each, kind) for each in given):
            raise self._error(f"has '{name}' of another form; it must be a list of {called}")
        return given

    def _require_known(self, row: Mapping[str, Any], keys: Collection[str], where: str = "") -> None:
        for given in row:
            if given not in keys and (near := _meant(given, keys) or (where and _part_of(given, keys))):
                raise self._error(f"has the unknown key '{given}'{where}; did you mean '{near}'?", end="")

    def _error(self, what: str, end: str = ".") -> EvaluationError:
        return EvaluationError(f"{self._where} {what}{end}")


def _meant(given: str, keys: Collection[str]) -> str:
    """The key that an unknown one misspells; empty for one that has nothing to do with any."""
    near = get_close_matches(given.strip().lower(), keys, 1, _NEAR)
    return near[0] if near else ""


def _part_of(given: str, keys: Collection[str]) -> str:
    """The key that has an unknown one as a word: no public set has other keys where this is asked."""
    return next((key for key in keys if given in key.split("_")), "")


def _relative(path: str) -> str:
    """A path as an index has it, which knows nothing of the folder the articles are in."""
    return path.removeprefix(f"{ARTICLES}/")
