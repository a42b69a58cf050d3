"""`/metrics`: numbers for Prometheus, in a registry of our own. Labels are our names, never what came in."""

from collections.abc import Awaitable, Callable
from functools import cache
from math import nan

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.process_collector import ProcessCollector

from adapters.web import visitors
from core.errors import TandemError
from core.public import Backlog, Public

WRITE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """All counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._commands = self._counter("tandem_commands", "Commands handled, by outcome", "command", "outcome")
        self._ended = cache(self._commands.labels)  # to be found by names costs more than to count
        self._refusals = self._counter("tandem_refusals", "Commands that a rule or an error refused", "command")
        self._operational = self._counter("tandem_operational_errors", "Something outside was busy or away", "what")
        self._bugs = self._counter("tandem_bugs", "Errors that nobody expected", "what")
        self._hooks = self._counter("tandem_hooks", "Events from other services, by what became of them", "result")
        self._behind = self._gauge("tandem_due_behind", "Rows that are due and not done")
        self._waiting = self._gauge("tandem_announcements_waiting", "Announcements that are not delivered yet")
        self._writes = Histogram(
            "tandem_database_write_seconds",
            "From asking for a write to its commit",
            registry=self.registry,
            buckets=WRITE_SECONDS,
        )

    def handled(self, command: str, outcome: str) -> None:
        """A command ended."""
        self._ended(command, outcome).inc()
        if outcome == "Refusal":
            self._refusals.labels(command).inc()

    def operational(self, what: str) -> None:
        """Something outside was busy or away."""
        self._operational.labels(what).inc()

    def broken(self, what: str) -> None:
        """A bug."""
        self._bugs.labels(what).inc()

    def hook(self, result: str) -> None:
        """An event from another service came in."""
        self._hooks.labels(result).inc()

    def wrote(self, seconds: float) -> None:
        """The database committed, or failed to."""
        self._writes.observe(seconds)

    async def text(self, count: Callable[[], Awaitable[Backlog]]) -> bytes:
        """Everything, with what waits in the database counted now; not-a-number while it can not be read."""
        try:
            backlog = await count()
        except TandemError:
            self._behind.set(nan)
            self._waiting.set(nan)
        else:
            self._behind.set(backlog.due_behind)
            self._waiting.set(backlog.announcements)
        return generate_latest(self.registry)

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(name, words, labels, registry=self.registry)

    def _gauge(self, name: str, words: str) -> Gauge:
        return Gauge(name, words, registry=self.registry)


class MetricsPage:
    """The numbers as Prometheus reads them, for who asks from near: how it goes is nobody else's business."""

    def __init__(self, metrics: Metrics, public: Public) -> None:
        self._metrics = metrics
        self._public = public

    async def show(self, request: web.Request) -> web.Response:
        """The text, or 404 for who comes through a proxy or from the world."""
        if not visitors.is_near(request):
            raise web.HTTPNotFound
        text = await self._metrics.text(self._public.backlog)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})
