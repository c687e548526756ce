"""What a server counts and times, in Prometheus' form."""

import time
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.errors import Cause
from chatbot.records import Answer

if TYPE_CHECKING:
    from chatbot.bot import Chatbot

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counters of one server; nothing of what was asked is kept."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "chatbot_http_requests", "HTTP requests", ["method", "route", "status"], registry=registry
        )
        self._questions = Counter("chatbot_questions", "Questions asked", ["channel", "outcome"], registry=registry)
        self._answers = Counter("chatbot_answers", "Complete answers", ["composer"], registry=registry)
        self._refusals = Counter("chatbot_refusals", "Questions the articles don't answer", registry=registry)
        self._feedback = Counter("chatbot_feedback", "Readers' thumbs", ["thumb"], registry=registry)
        self._stages = Histogram(
            "chatbot_stage_seconds", "Time by stage", ["stage"], buckets=_SECONDS, registry=registry
        )
        self._waiting = Gauge("chatbot_questions_waiting", "Questions not yet begun", registry=registry)
        self._articles = Gauge("chatbot_index_articles", "Articles in the index", registry=registry)
        self._passages = Gauge("chatbot_index_passages", "Passages in the index", registry=registry)
        self._chat_model = _ChatModelFailures()
        registry.register(self._chat_model)
        self._age = Gauge("chatbot_index_age_seconds", "Time since the index was built", registry=registry)

    def stage(self, name: str, seconds: float) -> None:
        """Note how long a stage of answering took."""
        self._stages.labels(name).observe(seconds)

    def request(self, method: str, route: str, status: int) -> None:
        """Count an HTTP request."""
        self._requests.labels(method, route, str(status)).inc()

    def question(self, channel: str, outcome: str) -> None:
        """Count a question by its end: ``answered``, ``refused``, ``smalltalk``, ``clarifying``, ``left``, an error."""
        self._questions.labels(channel, outcome).inc()

    def answer(self, channel: str, answer: Answer) -> None:
        """Count a complete answer."""
        talk = answer.composer in ("smalltalk", "clarifying")
        refused = not (answer.found or talk)
        self._answers.labels(answer.composer).inc()
        self._refusals.inc(refused)
        self.question(channel, "refused" if refused else answer.composer if talk else "answered")

    def feedback(self, thumb: str) -> None:
        """Count a reader's thumb."""
        self._feedback.labels(thumb).inc()

    def text(self, bot: "Chatbot", waiting: int) -> bytes:
        """Everything, with the state of the index as it is now."""
        status = bot.status()
        self._articles.set(status.articles)
        self._passages.set(status.passages)
        self._age.set(time.time() - status.built.timestamp())
        self._waiting.set(waiting)
        self._chat_model.counts = bot.chat_model_failures()
        return generate_latest(self._registry)


class _ChatModelFailures(Collector):
    """How often the chat model gave no whole answer, as it counts them itself."""

    counts: Mapping[Cause, int] = MappingProxyType({})

    def collect(self) -> Iterator[CounterMetricFamily]:
        """The counts by cause."""
        family = CounterMetricFamily(
            "chatbot_chat_model_failures", "Answers that the chat model didn't give or finish", labels=["cause"]
        )
        for cause, count in self.counts.items():
            family.add_metric([cause], count)
        yield family


class CountedRequests:
    """ASGI middleware that counts requests by method, route and status.

    Args:
        app: What is counted.
        metrics: Where.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request and count it by its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.request(scope["method"], _route(scope), message["status"])
            await send(message)

        try:
            await self._app(scope, receive, counted)
        except Exception:
            self._metrics.request(scope["method"], _route(scope), 500)
            raise


def _route(scope: Scope) -> str:
    """The path's pattern: paths themselves are without number."""
    route = scope.get("route")
    return str(getattr(route, "path", "")) or "other"
