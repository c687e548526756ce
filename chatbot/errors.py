"""Everything this package raises on purpose.

::

    ChatbotError
    ├── SettingsError          a setting is unknown or has a value that can't be used
    ├── CorpusError            the folder of articles is missing or holds none
    ├── ArticleError           one file can't be read (collected as a Problem, never fatal)
    ├── IndexMissingError      there is no index yet
    ├── IndexMismatchError     the index was made with other settings
    ├── IndexDamagedError      files of the index are missing or can't be read
    ├── IndexBusyError         another process is building the same index
    ├── IndexServerError       the Chroma server doesn't answer
    ├── ModelError             a model can't be found, loaded or exported
    ├── ChatModelError         a chat model didn't answer, or not as it should
    ├── QuestionError          a question that can't be asked (empty, too long)
    ├── RequestError           a request that isn't of the form asked for
    ├── LimitError             a client asks more often than it may
    ├── BusyError              more questions are waiting than the server takes on
    ├── DeadlineError          an answer took longer than it may
    ├── UnknownAnswerError     feedback on an answer that the server doesn't know
    ├── EvaluationError        a question set can't be read, or what measures it isn't installed
    └── ServerError            a chatbot's server can't be reached or isn't one

Each message says what happened, where, and what to do next; a channel may show it to a person as it is.
"""

from typing import Literal

Cause = Literal[
    "dead",
    "slow",
    "limited",
    "memory",
    "empty",
    "endless",
    "broken",
    "key",
    "context",
    "busy",
    "resting",
    "failed",
]
"""Why a chat model gave no whole answer.

It can't be reached; it takes too long; it limits how often it is asked; it is out of memory; it says nothing; it never
ends; it broke off amid its answer; it doesn't take the key; the prompt is too long for it; others wait for it; it is
left alone after failing several times; anything else.
"""


class ChatbotError(Exception):
    """Base of all errors a channel can show to a person."""


class SettingsError(ChatbotError):
    """A setting is unknown or has a value that can't be used."""


class CorpusError(ChatbotError):
    """The folder of articles is missing or holds no article."""


class ArticleError(ChatbotError):
    """One file can't be read as an article.

    Args:
        reason: What is wrong with it, as a sentence.
        line: 1-based line in the file, where known.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class IndexMissingError(ChatbotError):
    """There is no index in the folder yet."""


class IndexMismatchError(ChatbotError):
    """The index was made with another model, rule version or metric."""


class IndexDamagedError(ChatbotError):
    """Files of the index are missing or can't be read; building it again makes them anew."""


class IndexBusyError(ChatbotError):
    """Another process is building the same index."""


class IndexServerError(ChatbotError):
    """The Chroma server can't be reached or answered with an error."""


class ModelError(ChatbotError):
    """A model can't be found, loaded or exported."""


class ChatModelError(ChatbotError):
    """A chat model didn't answer, or not as it should; the posts' own sentences can still be given.

    Args:
        cause: What went wrong, in a word.
        message: For a person; nothing of what the model's server said, which may hold the key.
    """

    def __init__(self, cause: Cause, message: str) -> None:
        super().__init__(message)
        self.cause: Cause = cause


class QuestionError(ChatbotError):
    """The question is empty or longer than the limit."""


class RequestError(ChatbotError):
    """A request to a server isn't of the form it asks for."""


class LimitError(ChatbotError):
    """A client asks more often than it may.

    Args:
        message: For a person.
        retry_after: Seconds until the next question is taken.
    """

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BusyError(LimitError):
    """More questions are waiting than the server takes on."""


class DeadlineError(ChatbotError):
    """An answer took longer than it may."""


class UnknownAnswerError(ChatbotError):
    """Feedback was given on an answer that the server doesn't know (any more)."""


class EvaluationError(ChatbotError):
    """A question set can't be read or asked, or the libraries that measure answers aren't installed."""


class ServerError(ChatbotError):
    """A chatbot's server can't be reached, or answers in no form that a chatbot does."""
