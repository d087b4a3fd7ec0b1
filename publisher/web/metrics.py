"""Numbers for Prometheus: of everything that is watched, and of nobody in particular.

Names follow https://prometheus.io/docs/practices/naming/.  Labels are states, bulletins and
editions; an issue stands in none, for there is a new one every day.
"""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from publisher.overview.judge import alive, wrong
from publisher.overview.model import Overview
from publisher.web.watch import People

MEDIA_TYPE = CONTENT_TYPE_LATEST


def exposition(seen: Overview, people: People) -> bytes:
    """The text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Numbers(seen, people))
    return generate_latest(registry)


class _Numbers(Collector):
    def __init__(self, seen: Overview, people: People) -> None:
        self._seen, self._people = seen, people

    def collect(self) -> Iterator[Metric]:
        """Every metric; what could not be looked at is left out, for it is not nought."""
        yield InfoMetricFamily("publisher_build", "The program.", {
            "version": self._seen.version, "python": platform.python_version(),
        })  # fmt: skip
        parts = ("settings", "content", "database", "archive", "schedule", "disk")
        yield _by("unseen", "Whether a part could not be looked at.", ("part",),
                  {(part,): int(part in self._seen.unseen) for part in parts})  # fmt: skip
        if self._seen.database is not None:
            yield from self._counted()
            yield from self._last_run()
        if not {"content", "archive", "schedule"} & set(self._seen.unseen):
            yield _one("overdue_issues", "Issues that are due and not out.",
                       len(self._seen.overdue))  # fmt: skip
            yield _one("publishing_lag_seconds", "Age of the oldest issue that is due.",
                       self._seen.lag.publishing)  # fmt: skip
        yield _by("disk_free_bytes", "Room that is left.", ("folder",),
                  {(each.what,): each.free for each in self._seen.disks})  # fmt: skip

    def _counted(self) -> Iterator[Metric]:
        seen, deliveries, rates = self._seen, Counter[tuple[str, ...]](), 0.0
        for each in seen.mailings:
            if each.is_open:
                deliveries.update({(state,): n for state, n in each.counts.items()})
                rates += each.rate
        yield _by("issues", "Issues by how far they are.", ("step",), _keyed(seen.steps))
        yield _by("mailings", "Mailings by state.", ("state",), _keyed(seen.mailing_states))
        yield _by("deliveries", "Deliveries of mailings under way.", ("state",), deliveries)
        yield _one("sent_per_second", "Messages a second, over the last minutes.", rates)
        yield _by("subscribers", "People by state.", ("state",), _keyed(self._people.subscribers))
        yield _by("subscriptions", "Subscriptions.", ("bulletin", "edition", "state"),
                  self._people.subscriptions)  # fmt: skip
        waiting = seen.queues
        yield _by("queue", "What waits, by queue.", ("queue",), {
            ("due",): waiting.due, ("deferred",): waiting.deferred,
            ("uncertain",): waiting.uncertain, ("notices",): waiting.notices,
            ("calls",): waiting.calls, ("calls_failed",): waiting.calls_failed,
        })  # fmt: skip
        yield _one("delivery_lag_seconds", "Age of the oldest delivery that is due.",
                   seen.lag.delivery)  # fmt: skip
        yield _one("troubles", "What is wrong and needs a person.", len(wrong(seen)))
        kinds = Counter((each.kind,) for each in alive(seen.signs, seen.at))
        yield _by("processes", "Processes that have given a sign of life lately.", ("kind",),
                  {("run",): kinds[("run",)], ("worker",): kinds[("worker",)]})  # fmt: skip

    def _last_run(self) -> Iterator[Metric]:
        if (run := self._seen.last_run) is not None:
            yield _one("last_run_timestamp_seconds", "When publishing last ran.",
                       run.at.timestamp())  # fmt: skip
            yield _one("last_run_duration_seconds", "How long it took.", run.seconds)
            yield _one("last_run_success", "Whether it went well.", int(run.ok))
            yield _one("last_run_held", "Issues that it held.", len(run.held))


def _keyed(counts: Mapping[str, int]) -> dict[tuple[str, ...], int]:
    return {(state,): number for state, number in counts.items()}


def _one(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"publisher_{name}", what, value=value)


def _by(name: str, what: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> Metric:
    family = GaugeMetricFamily(f"publisher_{name}", what, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family
