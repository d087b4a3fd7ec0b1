"""Calling others: what is signed, what is tried again, and when it is given up."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import socket
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

import pytest

from publisher.deliver.calls import (
    GIVE_UP,
    Answer,
    Call,
    Caller,
    Wire,
    given_up,
    next_try,
    signed,
)
from publisher.fakes.web_server import Asked, Given, WebServer

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
HOUR = dt.timedelta(hours=1)
KEY = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
CALL = Call(1, "evt_1:a", "webhook", "issue.live", "https://u:p@example.com/x?t=1", "{}", 1, NOW)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as found:
        yield found


@pytest.fixture
def wire() -> Iterator[Wire]:
    found = Wire()
    yield found
    found.close()


# Signing -----------------------------------------------------------------------------------------


def test_a_webhook_is_signed_as_the_specification_shows() -> None:
    """The example in the documentation of its libraries."""
    at = dt.datetime.fromtimestamp(1614265330, dt.UTC)

    found = signed(KEY, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', at)

    assert found == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


# Deciding ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [0, 408, 409, 425, 429, 500, 502, 503])
def test_what_may_be_right_later_is_tried_again(status: int) -> None:
    """Nobody answers, or is at fault, or asks for another time."""
    assert next_try(CALL, Answer(status, ""), NOW) == NOW + 5 * SECOND


@pytest.mark.parametrize("status", [301, 304, 307, 400, 401, 403, 404, 405, 410, 422])
def test_what_is_wrong_for_good_is_given_up_at_once(status: int) -> None:
    """Redirects too: who is told is who was named."""
    assert next_try(CALL, Answer(status, ""), NOW) is None


def test_waits_grow_and_come_to_two_days() -> None:
    """Some seconds at first; then hours."""
    waits, now = [], NOW
    for attempt in range(1, 20):
        due = next_try(replace(CALL, attempts=attempt), Answer(503, ""), now)
        if due is None:
            break
        waits.append(due - now)
        now = due

    assert waits == sorted(waits)
    assert waits[0] == 5 * SECOND
    assert GIVE_UP <= now - NOW < GIVE_UP + 16 * HOUR


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("120", 120 * SECOND),
        ("1", 5 * SECOND),
        ("Fri, 01 May 2026 09:00:00 GMT", HOUR),
        ("Fri, 01 May 2026 07:00:00 GMT", 5 * SECOND),
        ("999999999999999999", 12 * HOUR),
        ("soon", 5 * SECOND),
        ("-5", 5 * SECOND),
        ("", 5 * SECOND),
    ],
)
def test_retry_after_is_granted_within_reason(wish: str, expected: dt.timedelta) -> None:
    """In seconds or as a date; never sooner than our own wait, never later than half a day."""
    assert next_try(CALL, Answer(429, "", wish), NOW) == NOW + expected


def test_an_answer_is_one_line_that_harms_no_terminal() -> None:
    """Whatever the other side sends."""
    assert Answer(404, "no\n\x1b[2J\tsuch page").reply == "404 Not Found no [2J such page"
    assert len(Answer(599, "x" * 5000).reply) == 300


def test_an_operator_is_told_the_host_and_not_the_whole_address() -> None:
    """It may hold a secret, and goes out by mail."""
    subject, lines = given_up(CALL, "410 Gone")

    assert (subject, CALL.trouble) == ("Calls to example.com fail", "calls:example.com")
    assert "u:p" not in " ".join(lines)
    assert "t=1" not in " ".join(lines)


# Calling over a socket ---------------------------------------------------------------------------


def test_redirects_are_not_followed(server: WebServer, wire: Wire) -> None:
    """The answer is the redirect itself."""
    server.answer = lambda asked: Given(302, headers={"location": f"{server.url}/other"})

    assert wire.post(f"{server.url}/hook", b"{}", {}).status == 302
    assert [each.path for each in server.asked] == ["/hook"]


def test_who_does_not_listen_gives_no_status(wire: Wire) -> None:
    """And what went wrong is said."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    answer = wire.post(f"http://127.0.0.1:{port}/", b"{}", {})

    assert answer.status == 0
    assert "ConnectError" in answer.reply


def test_who_hangs_up_gives_no_status(server: WebServer, wire: Wire) -> None:
    """In the middle of it."""

    def hang_up(asked: Asked) -> Given:
        raise ConnectionError

    server.answer = hang_up

    assert wire.post(server.url, b"{}", {}).status == 0


def test_a_long_answer_is_not_read_to_its_end(server: WebServer, wire: Wire) -> None:
    """Nobody fills our memory."""
    server.answer = lambda asked: Given(200, b"x" * 3_000_000)

    assert len(wire.post(server.url, b"{}", {}).text) == 2048


def test_an_address_that_is_none_gives_no_status(wire: Wire) -> None:
    """It cannot be called."""
    assert wire.post("http://[::1", b"", {}).status == 0


# The caller --------------------------------------------------------------------------------------


@dataclass
class Store:
    """Calls in memory; `settled` and `deferred` are what became of them."""

    calls: list[Call]
    settled: list[tuple[int, str, str]] = field(default_factory=list)
    deferred: list[tuple[int, dt.datetime]] = field(default_factory=list)

    def claim(
        self, now: dt.datetime, patience: dt.timedelta, without: Collection[str] = ()
    ) -> Call | None:
        left = [each for each in self.calls if each.url not in without]
        if not left:
            return None
        self.calls.remove(left[0])
        return replace(left[0], attempts=left[0].attempts + 1)

    def settle(self, call: Call, state: str, reply: str, now: dt.datetime) -> None:
        self.settled.append((call.id, state, reply))

    def defer(self, call: Call, reply: str, due: dt.datetime, now: dt.datetime) -> None:
        self.deferred.append((call.id, due))


def a_call(number: int, url: str, kind: str = "webhook", body: str = '{"a":"节"}') -> Call:
    return Call(number, f"evt_{number}:{number}", kind, "issue.live", url, body, 0, NOW)


def test_a_webhook_arrives_and_its_signature_holds(server: WebServer) -> None:
    """Computed here by hand, from what came over the wire."""
    store = Store([a_call(7, f"{server.url}/hook")])

    assert Caller(store, [f"{server.url}/hook"], KEY, lambda: NOW).send_due() == 1

    (asked,) = server.asked
    told = asked.headers["webhook-id"], asked.headers["webhook-timestamp"]
    content = ".".join(told).encode() + b"." + asked.body
    mac = base64.b64encode(hmac.new(KEY, content, hashlib.sha256).digest()).decode()
    assert asked.headers["webhook-signature"] == f"v1,{mac}"
    assert told == ("evt_7", str(int(NOW.timestamp())))
    assert asked.headers["content-type"] == "application/json"
    assert json.loads(asked.body) == {"a": "节"}
    assert store.settled == [(7, "sent", "200 OK")]


def test_a_ping_is_not_signed(server: WebServer) -> None:
    """A hub asks the feed itself."""
    body = "hub.mode=publish&hub.url=https%3A%2F%2Fnews.example.com%2Fatom.xml"
    store = Store([a_call(1, server.url, "websub", body)])

    Caller(store, (), b"", lambda: NOW).send_due()

    (asked,) = server.asked
    assert asked.topic == "https://news.example.com/atom.xml"
    assert not [name for name in asked.headers if name.startswith("webhook")]


def test_one_who_is_down_keeps_nobody_waiting(server: WebServer) -> None:
    """Its other calls are not tried in this round."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        dead = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    store = Store([a_call(1, dead), a_call(2, dead), a_call(3, server.url)])

    assert Caller(store, [dead, server.url], KEY, lambda: NOW).send_due() == 2

    assert [number for number, *_ in store.settled] == [3]
    assert store.deferred == [(1, NOW + 5 * SECOND)]
    assert [each.id for each in store.calls] == [2]


def test_what_is_given_up_is_told_and_what_is_taken_too(server: WebServer) -> None:
    """So that a trouble begins, and ends."""
    server.answer = lambda asked: Given(410 if asked.path == "/gone" else 204)
    gone, fine = f"{server.url}/gone", f"{server.url}/fine"
    heard: list[str] = []
    caller = Caller(
        Store([a_call(1, gone), a_call(2, fine)]), [gone, fine], KEY, lambda: NOW,
        lambda call, reply: heard.append(f"{call.id} {reply}"),
        lambda call: heard.append(f"{call.id} taken"),
    )  # fmt: skip

    caller.send_due()

    assert heard == ["1 410 Gone", "2 taken"]


def test_who_is_not_in_the_settings_any_more_is_not_told(server: WebServer) -> None:
    """What was queued for them ends."""
    store = Store([a_call(1, server.url)])

    Caller(store, ["https://example.com/"], KEY, lambda: NOW).send_due()

    assert server.asked == []
    assert store.settled == [(1, "failed", "not in PUBLISHER_HOOKS any more")]
