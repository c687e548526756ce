"""Asks the questions made from articles, once of all articles and once of those that don't answer them."""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from chatbot.answering.suggesting import key
from chatbot.bot import Chatbot
from chatbot.engine import meter_of
from chatbot.errors import EvaluationError
from chatbot.evaluation.calibration_questions import MadeQuestion, made
from chatbot.evaluation.measures import squeezed_overlap
from chatbot.opening import OpenIndex, open_index
from chatbot.records import Citation, Filter, Passage
from chatbot.settings import Settings

FEWEST_ARTICLES = 2
MOST_ARTICLES = 300
"""Articles that questions are made from, and that a held-out question is asked of."""
TRIES = 4
"""How many questions may be looked at for one that is held out: many are answered all over a corpus."""
LOOKED_AT = 20
"""Passages looked at for other articles that say the same …"""
ROUNDS = 3
"""… and how often, each time without those."""
COMPARED = 6
"""Passages of them whose sentences are compared by meaning."""
SAME_TOPIC = 0.8
"""Closeness in meaning (cosine) from which a heading asks the same as a question."""
SAME_MEANING = 0.7
"""Closeness in meaning from which two sentences say the same."""
NAMING = ("definition", "item")
"""Kinds of questions whose one word may be all they are about."""
SHORT = ("number", "date", "name", "place")
"""Kinds of questions whose answer is a few words, which can be looked for."""
TELLS = 0.75
"""Share of such a question's words, by rarity, in a passage that may answer it …"""
TOLD = 1 / 3
"""… and of the other words of the sentence that does."""
_GENERAL = re.compile(
    r"\b(?:common|key|core|main|best|good|great|typical|popular|different|vital|important|essential|crucial|necessary|useful"
    r"|critical|activit(?:y|ies)|types?|kinds?|examples?|ways?|methods?|techniques?|tactics?|strateg(?:y|ies)|steps?|stages?"
    r"|tools?|technologies|channels?|benefits?|advantages?|reasons?|features?|concepts?|components?|elements?|tips"
    r"|practices|principles?|challenges|mistakes|involves?|includes?|requires?|means?|makes?|uses?|implement|run|do)\b",
    re.I,
)
"""Words of a question that say little of its topic: other posts may use others of them."""
_LONGEST = 500
_UNTOUCHED = ("metadata", "smalltalk", "clarifying")
"""Composers that no threshold concerns."""
_SEED = 11


@dataclass(frozen=True, slots=True)
class Asked:
    """What one question brought: the confidence (0..1) of the best answer there was, and whether that was right."""

    question: str
    kind: str
    answerable: bool
    confidence: float
    right: bool


class Asker:
    """Asks an index questions made from its own articles, with no answer refused.

    Args:
        settings: Name the index.
        limit: Questions of each kind, answerable and not.

    Raises:
        EvaluationError: There are fewer than two articles.
        ChatbotError: As of ``Chatbot.open``.
    """

    def __init__(self, settings: Settings, limit: int) -> None:
        self._index = open_index(settings)
        self.articles = tuple(article.slug for article in self._index.articles)
        self._require_several()
        self._bot = Chatbot.open(settings.model_copy(update={"min_confidence": 0.0, "chat_model": ""}))
        self._meter = meter_of(self._index)
        self._limit = limit
        self._same = _by_words(filter(self._says_enough, _questions(self._index)))
        self._steps = len(self._answerable()) + len(self._held_out())

    def __len__(self) -> int:
        """How many steps there are at most."""
        return self._steps

    def run(self, watch: Callable[[int], None] | None = None) -> list[Asked]:
        """Ask all questions; ``watch`` is told the number of steps done."""
        outcomes: list[Asked] = []
        unanswerable = 0
        for step, outcome in enumerate(self._outcomes(), 1):
            outcomes += [outcome] if outcome else []
            unanswerable += bool(outcome and not outcome.answerable)
            if watch:
                watch(step)
            if unanswerable == self._limit:
                break
        if watch:
            watch(self._steps)
        return outcomes

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def _require_several(self) -> None:
        if len(self.articles) < FEWEST_ARTICLES:
            raise EvaluationError(
                f"A threshold is set by leaving articles out, which takes at least {FEWEST_ARTICLES}; the index has "
                f"{len(self.articles)}. Nothing was changed."
            )

    def _says_enough(self, question: MadeQuestion) -> bool:
        """Whether a question names what it is about."""
        return question.kind in NAMING or len(self._meter.content(question.text)) > 1

    def _answerable(self) -> list[list[MadeQuestion]]:
        return list(islice(self._same.values(), self._limit))

    def _held_out(self) -> list[list[MadeQuestion]]:
        return list(islice(self._same.values(), TRIES * self._limit))

    def _outcomes(self) -> Iterator[Asked | None]:
        """What came of each step; None where there was no fair question."""
        for same in self._answerable():
            yield self._asked(same, None)
        for same in self._held_out():
            others = self._others(same)
            yield self._asked(same, Filter(articles=others)) if others else None

    def _asked(self, same: Sequence[MadeQuestion], within: Filter | None) -> Asked | None:
        # the first has the confidence and all citations; to read on would cost what is proposed to ask next
        answer = next(self._bot.stream(same[0].text, filter=within))
        if answer.composer in _UNTOUCHED:
            return None
        right = within is None and any(self._is_right(each, cited) for each in same for cited in answer.citations)
        return Asked(same[0].text, same[0].kind, within is None, answer.confidence, right)

    def _is_right(self, question: MadeQuestion, cited: Citation) -> bool:
        """Whether a citation quotes what the question was made from, or a near-copy of it."""
        if question.said:
            return squeezed_overlap(question.said, cited.quote) or self._meter.alike(question.said, cited.quote)
        path, headings = question.section
        return cited.path == path and cited.headings[: len(headings)] == headings

    def _others(self, same: Sequence[MadeQuestion]) -> tuple[str, ...]:
        """The articles that don't answer a question, some of them on a large site; none where most of them do."""
        saying = {question.slug for question in same}
        left = _sample([slug for slug in self.articles if slug not in saying], MOST_ARTICLES)
        fewest = (len(left) + len(saying) - 1) / 2
        for question in same:
            for query in filter(None, (question.said[:_LONGEST], question.text)):
                left = self._without(question, query, left)
                if len(left) < fewest:
                    return ()
        return left

    def _without(self, question: MadeQuestion, query: str, left: tuple[str, ...]) -> tuple[str, ...]:
        """Those articles of which nothing that is found says the same; none where there is ever more that does."""
        for _ in range(ROUNDS):
            passages = [hit.passage for hit in self._bot.search(query, LOOKED_AT, filter=Filter(articles=left))]
            saying = {each.slug for place, each in enumerate(passages) if self._says(each, question, place < COMPARED)}
            left = tuple(slug for slug in left if slug not in saying)
            if not saying or not left:
                return left
        return ()

    def _says(self, passage: Passage, question: MadeQuestion, compare: bool) -> bool:
        """Whether a passage may answer a question as well, in whatever words."""
        asked, said = self._meter.content(question.text), self._meter.content(question.said)
        names = (passage.title, *passage.headings)
        whole = self._meter.content("\n".join((*names, passage.text)))
        if question.kind in SHORT:
            # the answer itself would be there
            near = self._meter.question(question.text).coverage(passage.text, " ".join(names)) >= TELLS
            same = near and len((said - asked) & whole) >= TOLD * len(said - asked)
        else:
            same = self._meter.content(_GENERAL.sub(" ", question.text)) <= whole
        return same or bool(said and said <= whole) or (compare and self._means(passage, question, names))

    def _means(self, passage: Passage, question: MadeQuestion, names: Iterable[str]) -> bool:
        """Whether a heading asks the same, or a sentence says the same."""
        if any(self._meter.similarity(question.text, name) >= SAME_TOPIC for name in names):
            return True
        wanted = question.said or question.text
        return any(self._meter.similarity(wanted, span.text) >= SAME_MEANING for span in passage.sentences)


def _questions(index: OpenIndex) -> Iterator[MadeQuestion]:
    """The questions of some articles, one article after the other giving one, the same each time."""
    chance = random.Random(_SEED)
    by_article: list[list[MadeQuestion]] = []
    for path in _sample([article.path for article in index.articles], MOST_ARTICLES):
        ids = index.passages.get(path, ())
        found = index.vectors.get(ids)
        questions = made([found[each] for each in ids if each in found])
        by_article.append(chance.sample(questions, len(questions)))
    return (question for question in chain.from_iterable(zip_longest(*by_article)) if question)


def _by_words(questions: Iterable[MadeQuestion]) -> dict[str, list[MadeQuestion]]:
    """Questions that several articles gave rise to, together, in the order of the first."""
    found: dict[str, list[MadeQuestion]] = {}
    for question in questions:
        found.setdefault(key(question.text), []).append(question)
    return found


def _sample(names: Sequence[str], most: int) -> tuple[str, ...]:
    return tuple(names) if len(names) <= most else tuple(random.Random(_SEED).sample(list(names), most))
