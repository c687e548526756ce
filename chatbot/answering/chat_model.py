"""The generative composer: a chat model writes from the hits, and only what they support is shown."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from chatbot.answering.extractive import ExtractiveComposer, Plan
from chatbot.answering.prompting import messages, without_orders
from chatbot.answering.telling import Telling
from chatbot.answering.writing import Cutter
from chatbot.errors import ChatModelError
from chatbot.protocols import ChatModel
from chatbot.records import Answer, Cut, Hit, Message, Turn, Waiting


class ChatModelComposer:
    """Answers in a chat model's words, sentence by sentence as it writes, each resting on sentences of the hits.

    Where the posts don't answer, the model isn't asked. Where they differ, where it fails or where too little of what
    it writes is supported, the answer is the extractive one, whole.

    Args:
        model: Writes.
        extractive: Says whether the posts answer, and with which sentences.
        telling: Begins an answer that is checked.
        cutter: Begins to cut a text that may have the links of some passages' texts.
        passage_tokens: Tokens of passages that the model reads.
    """

    def __init__(
        self,
        model: ChatModel,
        extractive: ExtractiveComposer,
        telling: Callable[[str, Plan, Sequence[Hit]], Telling],
        cutter: Callable[[str], Cutter],
        passage_tokens: int,
    ) -> None:
        self._model = model
        self._extractive = extractive
        self._telling = telling
        self._cutter = cutter
        self._passage_tokens = passage_tokens

    def compose(
        self, question: str, hits: Sequence[Hit], history: Sequence[Turn] = (), own: Sequence[Hit] = ()
    ) -> Iterator[Answer]:
        """Yield the answer as it grows, before it the reader's place among those who wait for the model.

        ``own`` as of the extractive composer. If the model fails amid an answer, the extractive one replaces it.
        """
        plan = self._extractive.plan(question, hits, own)
        told = False
        if plan.drafts and not self._extractive.differ(plan.drafts):
            told = yield from self._told(question, plan, history)
        if not told:
            yield from self._extractive.grown(question, plan.drafts, plan.sure)

    def _told(self, question: str, plan: Plan, history: Sequence[Turn]) -> Generator[Answer, None, bool]:
        """Yield what the model tells; gives whether that is a whole answer."""
        hits = _quoted_first(plan)
        asked = messages(self._model, question, hits, history, self._passage_tokens)
        telling = self._telling(question, plan, hits)
        answer = Answer(question, (), (), True, plan.sure, self._model.name, complete=False)
        try:
            for waiting in self._written(asked, telling, self._cutter("\n".join(hit.passage.text for hit in hits))):
                # also where nothing is new: whoever waits may have left
                answer = self._answer(plan, telling, answer) or answer
                yield replace(answer, note=_place(waiting)) if waiting else answer
        except ChatModelError:
            return False
        whole = self._answer(plan, telling, answer, complete=True)
        if whole:
            yield whole
        return whole is not None

    def _written(self, asked: Sequence[Message], telling: Telling, cutter: Cutter) -> Iterator[Waiting | None]:
        """Have the model write; yields its turn's places, and None after each sentence."""
        whole = True
        with closing(self._model.stream(asked)) as pieces:
            for piece in pieces:
                if isinstance(piece, Waiting):
                    yield piece
                elif isinstance(piece, Cut):
                    whole = False
                elif telling.take(cutter.feed(piece)):
                    yield None
                if telling.done:
                    return
        telling.take(cutter.end(whole=whole))

    def _answer(self, plan: Plan, telling: Telling, shown: Answer, *, complete: bool = False) -> Answer | None:
        """The answer of what is kept so far, None where that isn't enough; what was shown stays as it was."""
        drafts = telling.drafts
        if drafts and not complete and drafts[-1].places[0].span.number:
            # whether a step shows its number is known with the next
            drafts = drafts[:-1]
        if not (telling.enough and drafts):
            return None
        *_, answer = self._extractive.grown(shown.question, drafts, plan.sure)
        statements = (*shown.statements, *answer.statements[len(shown.statements) :])
        return replace(answer, statements=statements, composer=self._model.name, complete=complete)


def _quoted_first(plan: Plan) -> list[Hit]:
    """The hits, those that the extractive answer quotes first: a model reads what there is room for."""
    quoted = {place.passage.id for item in plan.drafts for place in item.places}
    return sorted(map(without_orders, plan.hits), key=lambda hit: hit.passage.id not in quoted)


def _place(waiting: Waiting) -> str:
    if not waiting.place:
        return ""
    questions = "1 question is" if waiting.place == 1 else f"{waiting.place} questions are"
    return f"The answer is being written in turn: {questions} before yours."
