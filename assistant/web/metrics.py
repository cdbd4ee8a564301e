"""Figures for Prometheus: how much, how fast, how it ended. No question, name or address."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from assistant.schema import Answer
from assistant.web.house import House

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The figures of one application; every application has a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "c5_requests",
            "HTTP requests by route, method and status",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "c5_request_seconds",
            "Seconds until the end of a response (not of the chat's own streams)",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.answers = Counter(
            "c5_answers",
            "Answers by status, mode and language",
            ["status", "mode", "language"],
            registry=self.registry,
        )
        self.answer_seconds = Histogram(
            "c5_answer_seconds",
            "Seconds to make an answer",
            ["mode"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.failures = Counter(
            "c5_failures", "Answers that failed, by kind of error", ["kind"], registry=self.registry
        )
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)

    def look_into(self, house: House) -> None:
        """Read what the house is doing, and what it serves, whenever somebody asks."""
        for name, about, read in (
            ("c5_working", "Answers in the making over the API", lambda: house.workers.working),
            ("c5_waiting", "Questions that wait for a place", lambda: house.workers.waiting),
        ):
            Gauge(name, about, registry=self.registry).set_function(read)
        self.registry.register(_Index(house))

    def answered(self, answer: Answer, seconds: float) -> None:
        """Count an answer."""
        language = answer.language if answer.language in ("ar", "en", "ru", "kk") else "other"
        self.answers.labels(str(answer.status), str(answer.mode), language).inc()
        self.answer_seconds.labels(str(answer.mode)).observe(seconds)

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self.registry)


class _Index(Collector):
    """Which build is served, how big it is, and whether the articles have changed since."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Read it from the index as it is now."""
        index = self._house.assistant.index
        figures: tuple[tuple[str, str, Callable[[], float]], ...] = (
            ("c5_index_documents", "Articles", lambda: len(index.documents)),
            ("c5_index_passages", "Passages", lambda: len(index.passages)),
            ("c5_index_stale", "1 where the articles have changed since", self._house.stale),
        )
        for name, about, read in figures:
            yield GaugeMetricFamily(name, about, value=float(read()))
        build = GaugeMetricFamily("c5_index_build", "The build that answers", labels=["build"])
        build.add_metric([index.build], 1.0)
        yield build

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Name nothing in advance: the index need not be read to be registered."""
        return ()
