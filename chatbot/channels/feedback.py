"""Readers' thumbs: kept in a file of JSON lines, one for each, with the question and the answer they are about."""

import datetime as dt
import json
import threading
from collections import OrderedDict
from pathlib import Path

from chatbot.errors import SettingsError, UnknownAnswerError
from chatbot.records import Answer

REMEMBERED = 2000
"""Answers that feedback can still be given on; older ones are forgotten, and all at a restart."""


class Feedback:
    """Remembers the latest answers and adds what readers say of them to a file.

    A reader may change their mind: the last line about an answer is what counts.

    Args:
        path: The file; it is made with the first feedback.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._given: dict[str, tuple[str, str, str]] = {}

    def remember(self, answer_id: str, answer: Answer) -> None:
        """Keep an answer for feedback to come."""
        with self._lock:
            self._answers[answer_id] = answer
            while len(self._answers) > REMEMBERED:
                forgotten, _ = self._answers.popitem(last=False)
                self._given.pop(forgotten, None)

    def add(self, answer_id: str, thumb: str, reason: str, note: str) -> bool:
        """Write down what a reader thinks of an answer; returns whether its thumb is new.

        Raises:
            UnknownAnswerError: The answer isn't remembered.
            SettingsError: The file can't be written.
        """
        given = (thumb, reason, note)
        with self._lock:
            answer = self._answers.get(answer_id)
            earlier = self._given.get(answer_id)
        if answer is None:
            raise UnknownAnswerError(
                "This answer isn't known (any more). Ask the question again and rate the new answer."
            )
        if given != earlier:
            self._write(answer_id, answer, given)
            with self._lock:
                self._given[answer_id] = given
        return earlier is None or earlier[0] != thumb

    def _write(self, answer_id: str, answer: Answer, given: tuple[str, str, str]) -> None:
        thumb, reason, note = given
        line = {
            "time": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "answer_id": answer_id,
            "thumb": thumb,
            "reason": reason,
            "note": note,
            "question": answer.question,
            "answer": answer.text,
            "found": answer.found,
            "confidence": round(answer.confidence, 3),
            "composer": answer.composer,
            "articles": list(dict.fromkeys(citation.slug for citation in answer.citations)),
        }
        try:
            with self._writing, self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            raise SettingsError(
                f"Feedback can't be written to {self._path}: {error.strerror or error}. "
                "The site's owner can name another file with CHATBOT_FEEDBACK."
            ) from error
