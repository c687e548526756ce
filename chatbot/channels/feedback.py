"""Readers' thumbs: kept in a file of JSON lines, one for each, with the question and the answer they are about."""

import datetime as dt
import json
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from chatbot.errors import SettingsError, UnknownAnswerError
from chatbot.records import Answer

REMEMBERED = 2000
"""Answers that feedback can still be given on; older ones are forgotten, and all at a restart."""


class Feedback:
    """Remembers the latest answers and adds what readers say of them to a file.

    Args:
        path: The file; it is made with the first feedback.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, Answer] = OrderedDict()

    def remember(self, answer_id: str, answer: Answer) -> None:
        """Keep an answer for feedback to come."""
        with self._lock:
            self._answers[answer_id] = answer
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)

    def add(self, answer_id: str, thumb: str, reason: str, note: str) -> None:
        """Write down what a reader thinks of an answer.

        Raises:
            UnknownAnswerError: The answer isn't remembered.
            SettingsError: The file can't be written.
        """
        with self._lock:
            answer = self._answers.get(answer_id)
            if answer is None:
                raise UnknownAnswerError(
                    "This answer isn't known (any more). Ask the question again and rate the new answer."
                )
            self._write({"time": _now(), "answer_id": answer_id, "thumb": thumb, "reason": reason, "note": note})

    def _write(self, line: dict[str, Any]) -> None:
        answer = self._answers[line["answer_id"]]
        about = {
            "question": answer.question,
            "answer": answer.text,
            "found": answer.found,
            "confidence": round(answer.confidence, 3),
            "composer": answer.composer,
            "articles": list(dict.fromkeys(citation.slug for citation in answer.citations)),
        }
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line | about, ensure_ascii=False) + "\n")
        except OSError as error:
            raise SettingsError(
                f"Feedback can't be written to {self._path}: {error.strerror or error}. "
                "The site's owner can name another file with CHATBOT_FEEDBACK."
            ) from error


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
