"""OpenAI's chat completions, as far as they are served here: requests, responses, errors."""

from typing import Literal

from pydantic import BaseModel, Field

from chatbot.channels.markdown import turns
from chatbot.channels.schemas import MOST_TURNS, FilterIn
from chatbot.errors import QuestionError
from chatbot.records import Turn

MODEL = "articles"
"""The one model there is."""
_TEXT = ("text", "input_text", "output_text")
_QUOTE = "A lead magnet is something useful given in return for contact details."
_LINK = "https://example.com/posts/lead-magnets/#what-it-is:~:text=A%20lead%20magnet"


class PartIn(BaseModel):
    """A part of a message."""

    type: str = Field("text", description="`text`; others can't be read", examples=["text"])
    text: str = Field("", description="The words", examples=["What is a lead magnet?"])


class MessageIn(BaseModel):
    """One message of a conversation."""

    role: str = Field(description="`user` and `assistant` are read, others passed over", examples=["user"])
    content: str | list[PartIn] | None = Field(None, description="Text", examples=["What is a lead magnet?"])

    def text(self) -> str:
        """The words of the message."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type in _TEXT)
        return self.content or ""

    def unreadable(self) -> list[str]:
        """Types of the parts that aren't text."""
        parts = self.content if isinstance(self.content, list) else []
        return [part.type for part in parts if part.type not in _TEXT]


class StreamOptionsIn(BaseModel):
    """What comes along with a stream."""

    include_usage: bool | None = Field(None, description="Whether a last chunk has the usage", examples=[True])


class FormatIn(BaseModel):
    """The form of the answer."""

    type: Literal["text"] = Field("text", description="Answers are text", examples=["text"])


class CompletionIn(BaseModel):
    """A conversation that ends with a question.

    Fields not listed are ignored, as clients send many: the sampling ones (`temperature`, `top_p`, `seed`, `stop`,
    `max_tokens` …) have nothing to steer, since answers are made of the articles' own sentences, and `tools` are never
    called. A field listed with one value only is refused with any other.
    """

    messages: list[MessageIn] = Field(
        max_length=2 * MOST_TURNS,
        description="The last `user` message is the question, what was before is its history: the latest "
        "`history_limit` turns are read; `system` messages have no effect",
    )
    model: str = Field(MODEL, description=f"Any name is served by the one model, `{MODEL}`", examples=[MODEL])
    stream: bool | None = Field(None, description="Whether the answer comes as it grows", examples=[False])
    stream_options: StreamOptionsIn | None = Field(None, description="What comes along with a stream")
    n: Literal[1] | None = Field(None, description="Answers wanted: one", examples=[1])
    tool_choice: Literal["none", "auto"] | None = Field(None, description="No tool is called", examples=["auto"])
    function_call: Literal["none", "auto"] | None = Field(None, description="As `tool_choice`", examples=["auto"])
    response_format: FormatIn | None = Field(None, description="Text alone")
    logprobs: Literal[False] | None = Field(None, description="There are none", examples=[False])
    modalities: list[Literal["text"]] | None = Field(None, description="Text alone", examples=[["text"]])
    filter: FilterIn = Field(default_factory=FilterIn, description="Not OpenAI's: which articles may answer")

    def question(self) -> str:
        """The last message of the user's.

        Raises:
            QuestionError: There is none, or it isn't text.
        """
        asked = self.messages[self._asked()]
        if asked.unreadable():
            raise QuestionError(f"A question is text; leave out the part of type {asked.unreadable()[0]!r}.")
        return asked.text()

    def turns(self, limit: int) -> list[Turn]:
        """The latest turns before the question, at most ``limit``, oldest first."""
        return turns(((message.role, message.text()) for message in self.messages[: self._asked()]), limit)

    def _asked(self) -> int:
        places = [place for place, message in enumerate(self.messages) if message.role == "user"]
        if not places:
            raise QuestionError("There is no question: add a message with the role 'user'.")
        return places[-1]


class UrlCitationOut(BaseModel):
    """A source, and where its mark is in `content`."""

    url: str = Field(description="Deep link: public address, section anchor, text fragment", examples=[_LINK])
    title: str = Field(description="The article's", examples=["What is a lead magnet?"])
    start_index: int = Field(description="Where the mark begins in `content`, in Unicode characters", examples=[72])
    end_index: int = Field(description="Where it ends, exclusive, in Unicode characters", examples=[154])
    quote: str = Field(description="Not OpenAI's: the article's words behind the statement", examples=[_QUOTE])


class AnnotationOut(BaseModel):
    """What is known about a piece of the text."""

    type: Literal["url_citation"] = Field(description="A source", examples=["url_citation"])
    url_citation: UrlCitationOut = Field(description="The source")


class MessageOut(BaseModel):
    """The answer."""

    role: Literal["assistant"] = Field(description="Who speaks", examples=["assistant"])
    content: str = Field(
        description="Markdown: statements with marks that link to the sentences behind them, then the list of sources; "
        "where the articles don't answer, a sentence that says so",
        examples=[f"{_QUOTE} [1]({_LINK})"],
    )
    refusal: None = Field(description="Always null")
    annotations: list[AnnotationOut] = Field(description="The marks, in order; none where the articles don't answer")


class ChoiceOut(BaseModel):
    """The one answer there is."""

    index: int = Field(description="From 0", examples=[0])
    message: MessageOut = Field(description="The answer")
    logprobs: None = Field(description="Always null")
    finish_reason: Literal["stop"] = Field(description="The answer is whole", examples=["stop"])


class UsageOut(BaseModel):
    """Sizes as OpenAI's clients expect them: estimates, at four characters a token; nothing is charged by them."""

    prompt_tokens: int = Field(description="Of all messages, in tokens, estimated", examples=[9])
    completion_tokens: int = Field(description="Of the content, in tokens, estimated", examples=[41])
    total_tokens: int = Field(description="Both, in tokens, estimated", examples=[50])


class CompletionOut(BaseModel):
    """An answer in OpenAI's form."""

    id: str = Field(description="`chatcmpl-` and the answer's id for feedback", examples=["chatcmpl-vJ1k2mPq0aXw9sTe"])
    object: Literal["chat.completion"] = Field(description="What this is", examples=["chat.completion"])
    created: int = Field(description="Unix time, in seconds", examples=[1750000000])
    model: str = Field(description="What answered", examples=[MODEL])
    choices: list[ChoiceOut] = Field(description="One answer")
    usage: UsageOut = Field(description="Sizes")


class ModelOut(BaseModel):
    """What answers."""

    id: str = Field(description="Its name", examples=[MODEL])
    object: Literal["model"] = Field(description="What this is", examples=["model"])
    created: int = Field(description="When the index was built: Unix time, in seconds", examples=[1750000000])
    owned_by: str = Field(description="The chat's title", examples=["Ask the articles"])


class ModelsOut(BaseModel):
    """All there is."""

    object: Literal["list"] = Field(description="What this is", examples=["list"])
    data: list[ModelOut] = Field(description="One model")


class ErrorOut(BaseModel):
    """What went wrong, in OpenAI's form."""

    message: str = Field(description="What happened and what to do", examples=["Try again in 12 seconds."])
    type: str = Field(description="`invalid_request_error`, `requests` or `server_error`", examples=["requests"])
    param: str | None = Field(description="The field it is about", examples=[None])
    code: str | None = Field(description="The kind of problem", examples=["rate_limit_exceeded"])


class RefusalOut(BaseModel):
    """The body of a request that failed."""

    error: ErrorOut = Field(description="What went wrong")
