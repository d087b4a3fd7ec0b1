"""The second listener: health, readiness, metrics, and who may ask."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from prometheus_client.parser import text_string_to_metric_families
from starlette.responses import PlainTextResponse

from publisher.config.settings import OperationsSettings
from publisher.errors import StepFailed
from publisher.overview.model import (
    Coming,
    Database,
    LastRun,
    MailingLine,
    Overview,
    Queues,
    Sign,
)
from publisher.web.operations import make_operations
from publisher.web.watch import People, Watch

NOW = dt.datetime(2026, 4, 26, 10, tzinfo=dt.UTC)
WELL = Overview(
    NOW, "1.2", database=Database("sqlite", "3.40"), steps={"mailed": 3, "held": 1},
    mailing_states={"sending": 1, "finished": 2},
    mailings=(
        MailingLine("daily", "2026-04-26", "sending", "", 10, NOW, rate=2.5, due=3, waiting=60.0,
                    counts={"sent": 5, "queued": 3, "deferred": 2}),
        MailingLine("daily", "2026-04-25", "finished", "", 10, NOW, counts={"sent": 10}),
    ),
    coming=(Coming("daily", "2026-04-27", NOW + dt.timedelta(days=1)),),
    last_run=LastRun(NOW, 2.5), signs=(Sign("run", "here", NOW),),
    queues=Queues(due=3, deferred=2, uncertain=1),
)  # fmt: skip
PEOPLE = People({"ok": 7, "dead": 1}, {("daily", "zh", "active"): 6, ("daily", "zh", "ended"): 1})


class Seen(Watch):
    """Somebody who has looked already."""

    def __init__(self, look: Callable[[], Overview]) -> None:
        self.look, self.people = look, lambda: PEOPLE  # type: ignore[method-assign]


def ask(
    path: str, look: Callable[[], Overview] = lambda: WELL, host: str = "127.0.0.1", **options: Any
) -> httpx.Response:
    """One request to a listener on `host`."""
    router = APIRouter()

    @router.get("/more")
    async def more() -> PlainTextResponse:
        return PlainTextResponse("more")

    @router.get("/broken")
    async def broken() -> PlainTextResponse:
        raise ValueError("why, reader@example.com")

    app = make_operations(Seen(look), OperationsSettings(host=host), [router])

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(options.pop("method", "GET"), path, **options)

    # In a thread of its own: a browser of other tests keeps a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(asked())).result()


def failing() -> Overview:
    """A look that cannot be taken."""
    raise StepFailed("nothing can be said yet", "ask again")


# Health and readiness ----------------------------------------------------------------------------


def test_health_asks_nobody() -> None:
    """The process answers also where nothing else does."""
    answer = ask("/healthz", failing)

    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_ready() -> None:
    """With what comes next, how late things are, and what waits."""
    answer = ask("/readyz")
    told = answer.json()

    assert answer.status_code == 200
    assert told["ready"] is True
    assert told["next"] == {"issue": "daily 2026-04-27", "slot": "2026-04-27T10:00:00+00:00"}
    assert told["lag"] == {"delivery": 60.0, "publishing": 0.0}
    assert told["queues"]["due"] == 3
    assert told["last_run"]["seconds"] == 2.5


def test_not_ready_says_why() -> None:
    """In words."""
    answer = ask("/readyz", lambda: Overview(NOW, "1", unseen={"database": "it is locked; wait"}))

    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["database: it is locked"]


def test_a_paused_mailing_is_no_reason_not_to_be_ready() -> None:
    """A load balancer can do nothing about it; `publisher status` tells of it."""
    paused = MailingLine("daily", "2026-04-26", "paused", "why", 10, NOW)

    assert ask("/readyz", lambda: Overview(NOW, "1", mailings=(paused,))).status_code == 200


def test_a_look_that_cannot_be_taken_is_no_traceback() -> None:
    """But 503, and in words for whoever wants to know why."""
    ready, metrics = ask("/readyz", failing), ask("/metrics", failing)

    assert (ready.status_code, metrics.status_code) == (503, 503)
    assert ready.json() == {"ready": False, "reasons": ["nothing can be said yet"]}
    assert "the log has it as" in metrics.json()["detail"]


# Metrics -----------------------------------------------------------------------------------------


def numbers(answer: httpx.Response) -> dict[str, float]:
    """Each sample by name and labels, as Prometheus reads it."""
    return {
        sample.name + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())):
            sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }  # fmt: skip


def test_prometheus_reads_the_metrics() -> None:
    """In its own format, with its own media type."""
    answer = ask("/metrics")
    found = numbers(answer)

    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert found["publisher_issues step=mailed"] == 3
    assert found["publisher_deliveries state=queued"] == 3
    assert found["publisher_deliveries state=sent"] == 5  # of mailings under way
    assert found["publisher_mailings state=finished"] == 2
    assert found["publisher_subscribers state=ok"] == 7
    assert found["publisher_subscriptions bulletin=daily edition=zh state=active"] == 6
    assert found["publisher_queue queue=uncertain"] == 1
    assert found["publisher_delivery_lag_seconds"] == 60
    assert found["publisher_sent_per_second"] == 2.5
    assert found["publisher_last_run_success"] == 1
    assert found["publisher_last_run_timestamp_seconds"] == NOW.timestamp()
    assert found["publisher_processes kind=run"] == 1
    assert any(name.startswith("publisher_build_info") for name in found)


def test_what_could_not_be_looked_at_is_left_out() -> None:
    """Nought would say that all is well."""
    found = numbers(ask("/metrics", lambda: Overview(NOW, "1", unseen={"database": "away"})))

    assert found["publisher_unseen part=database"] == 1
    assert "publisher_troubles" not in found
    assert not any(name.startswith("publisher_queue") for name in found)


def test_no_label_tells_issues_apart() -> None:
    """There is a new one every day, and each would stay in Prometheus."""
    assert "2026-04" not in ask("/metrics").text


# Who may ask -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1:8301", "[::1]:8301", "LOCALHOST:1"])
def test_this_machine_is_served(name: str) -> None:
    """By whichever of its names."""
    assert ask("/readyz", headers={"Host": name}).status_code == 200


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil"])
def test_a_stranger_s_name_that_leads_here_is_refused(name: str) -> None:
    """Or a page of theirs could read along (DNS rebinding)."""
    assert ask("/readyz", headers={"Host": name}).status_code == 421


def test_another_machine_is_served_where_the_operator_listens_for_it() -> None:
    """A container is asked by the name that its network gives it."""
    assert ask("/readyz", host="0.0.0.0", headers={"Host": "publisher:8301"}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/none", "/more", "/broken"])
def test_every_answer_has_its_headers(path: str) -> None:
    """No page of others may frame, keep or read it."""
    headers = ask(path).headers

    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert not {"access-control-allow-origin", "set-cookie", "server"} & set(headers)


def test_nothing_else_is_there() -> None:
    """No documentation of the insides, no other method."""
    for path in ("/", "/docs", "/openapi.json", "/-/zh/subscribe"):
        assert ask(path).status_code == 404
    assert ask("/metrics", method="POST").status_code == 405


def test_routers_of_others_are_included() -> None:
    """Behind the same guard: what fails there is no traceback either."""
    assert ask("/more").text == "more"
    broken = ask("/broken")
    assert broken.status_code == 500
    assert "reader" not in broken.text


def test_what_is_too_large_is_refused() -> None:
    """Before anybody reads it."""
    assert ask("/more", method="POST", content=b"x" * 100_000).status_code == 413
