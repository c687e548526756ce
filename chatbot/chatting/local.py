"""A local model as one of LangChain's chat models."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Literal

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from chatbot.chatting.llama import Chunk, Llama, shared_llama
from chatbot.errors import ChatModelError

Moved = Callable[[int], None]
"""Is told how many are served before, 0 when the turn has come; called from another thread."""


class LocalChatModel(BaseChatModel):
    """A GGUF model in this process, loaded once for all that use the same file and sizes."""

    path: Path
    threads: int = 0
    context: int = 4096
    max_tokens: int = 400
    temperature: float = 0.0

    @property
    def llama(self) -> Llama:
        """The model itself."""
        return shared_llama(self.path, self.threads, self.context)

    def get_num_tokens(self, text: str) -> int:
        """Length of a text in the model's own tokens; the model is loaded by ``llama.warm()`` or an answer.

        Raises:
            ChatModelError: It isn't loaded yet.
        """
        counted = self.llama.count_tokens(text)
        if counted is None:
            raise ChatModelError("busy", f"The model '{self.path.name}' isn't loaded yet. Try again in a moment.")
        return counted

    @property
    def _llm_type(self) -> str:
        return "llama.cpp"

    @property
    def _identifying_params(self) -> Mapping[str, Any]:
        return {"path": str(self.path), "context": self.context, "max_tokens": self.max_tokens}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        moved: Moved | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        pieces: SimpleQueue[Chunk | Exception | None] = SimpleQueue()
        ticket = self.llama.generate(self._request(messages, stop, kwargs), pieces.put, moved)
        try:
            while (piece := pieces.get()) is not None:
                yield (generated := _generation(piece))
                if run_manager:
                    run_manager.on_llm_new_token(str(generated.text), chunk=generated)
        finally:
            self.llama.queue.leave(ticket)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        *,
        moved: Moved | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        pieces: asyncio.Queue[Chunk | Exception | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def put(piece: Chunk | Exception | None) -> None:
            loop.call_soon_threadsafe(pieces.put_nowait, piece)

        ticket = self.llama.generate(self._request(messages, stop, kwargs), put, moved)
        try:
            while (piece := await pieces.get()) is not None:
                yield (generated := _generation(piece))
                if run_manager:
                    await run_manager.on_llm_new_token(str(generated.text), chunk=generated)
        finally:
            self.llama.queue.leave(ticket)

    def _request(
        self, messages: Sequence[BaseMessage], stop: list[str] | None, changed: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {
            "messages": convert_to_openai_messages(messages),
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            "stop": stop or [],
            **changed,
        }


def _generation(piece: Chunk | Exception) -> ChatGenerationChunk:
    """A piece of llama.cpp's as one of LangChain's."""
    if isinstance(piece, Exception):
        raise piece
    if "error" in piece:
        raise _explained(piece["error"])
    choice = piece["choices"][0]
    ended = choice.get("finish_reason")
    last: Literal["last"] | None = "last" if ended else None
    message = AIMessageChunk(
        content=choice["delta"].get("content") or "",
        response_metadata={"finish_reason": ended} if ended else {},
        chunk_position=last,
    )
    return ChatGenerationChunk(message=message)


def _explained(error: Mapping[str, Any]) -> ChatModelError:
    if error.get("type") == "exceed_context_size_error":
        return ChatModelError(
            "context",
            f"The prompt has {error.get('n_prompt_tokens')} tokens and the model takes {error.get('n_ctx')}. "
            "Set a larger 'chat_context'.",
        )
    return ChatModelError("failed", f"llama.cpp reports an error (code {error.get('code')}).")
