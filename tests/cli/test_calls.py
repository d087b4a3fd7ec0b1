"""`publisher calls`, and what `publish` says of pages that it waits for."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from newsroom import Newsroom, at

from publisher.deliver.calls import PATIENCE
from publisher.fakes.web_server import Given, WebServer
from publisher.storage.calls import Calls, NewCall

Run = Callable[..., tuple[int, str, str]]
NOW = at("2026-04-26")


@pytest.fixture
def calls(newsroom: Newsroom) -> Calls:
    """A call that failed, and one that waits."""
    found = newsroom.app().post.calls
    hook = "https://example.com/hook"
    ping = "hub.mode=publish"
    found.queue([NewCall("evt_a:1", "webhook", "issue.live", hook, "{}")], NOW)
    failed = found.claim(NOW, PATIENCE)
    assert failed is not None
    found.settle(failed, "failed", "410 Gone", NOW)
    found.queue([NewCall("evt_b:1", "websub", "feed.changed", "https://hub/", ping)], NOW)
    return found


def test_nobody_was_told(run: Run) -> None:
    assert run("calls", "list") == (0, "nobody was told of anything\n", "")


def test_calls_are_listed_with_their_answers(run: Run, calls: Calls) -> None:
    assert run("calls", "list")[1].splitlines() == [
        "id  queued             event         state   tries  address                   answer",
        "2   2026-04-26 10:05Z  feed.changed  queued  0      https://hub/",
        "1   2026-04-26 10:05Z  issue.live    failed  1      https://example.com/hook  410 Gone",
    ]


def test_calls_are_listed_as_json(run: Run, calls: Calls) -> None:
    (listed,) = json.loads(run("calls", "list", "--state", "failed", "--format", "json")[1])
    now = "2026-04-26T10:05:00+00:00"
    assert listed == {
        "id": 1, "kind": "webhook", "event": "issue.live", "url": "https://example.com/hook",
        "state": "failed", "attempts": 1, "due": "2026-04-26T10:07:00+00:00", "created": now,
        "changed": now, "reply": "410 Gone",
    }  # fmt: skip


def test_a_failed_call_is_queued_once_more(run: Run, calls: Calls) -> None:
    code, output, _ = run("calls", "again", "1")
    assert (code, output.partition(":")[0]) == (
        0, "issue.live goes to https",
    )  # fmt: skip
    assert calls.counts() == {"queued": 2}


def test_a_call_that_waits_is_not_queued_again(run: Run, calls: Calls) -> None:
    code, _, errors = run("calls", "again", "2")
    assert code == 2
    assert "call 2 did not fail; `publisher calls list --state failed`" in errors


def test_publish_says_once_which_page_it_waits_for(
    run: Run, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And ends with a held issue when the time has passed."""
    monkeypatch.setenv("PUBLISHER_LIVE_CHECK", "on")
    monkeypatch.setenv("PUBLISHER_LIVE_TIMEOUT", "1s")
    newsroom.entry("one")
    with WebServer(lambda asked: Given(404)) as web:
        newsroom.publication(base_url=web.url)
        code, _, errors = run("publish")

    url = f"{web.url}/zh/daily/2026-04-26/"
    assert code == 1
    assert errors.splitlines() == [
        f"waiting for the page of daily 2026-04-26: {url}: the server answered 404",
        f"held: daily 2026-04-26: live: {url}: the server answered 404",
    ]
