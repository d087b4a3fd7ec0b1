"""Calling others: webhooks that are signed, and pings of a WebSub hub.

A webhook is signed as the Standard Webhooks specification 1.0 has it
(github.com/standard-webhooks/standard-webhooks): who gets it checks with any of its libraries.
"""

from __future__ import annotations

import base64
import datetime as dt
import email.utils
import hmac
import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import urlsplit

from publisher.version import VERSION

if TYPE_CHECKING:  # it takes a tenth of a second to import, and there is nearly never a call
    import httpx

log = logging.getLogger("publisher.calls")

PATIENCE = dt.timedelta(minutes=2)
"""For so long a call that was begun is nobody else's; then its caller has died."""
GIVE_UP = dt.timedelta(days=2)
_DELAYS = tuple(
    dt.timedelta(seconds=each)
    for each in (5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 57_600)
)  # fmt: skip
_LONGEST_WISH = dt.timedelta(hours=12)
"""A Retry-After of more is not believed."""
_SECONDS = 10.0
_BUDGET = 30.0
"""Seconds after which no further call is begun in one go; what is left comes next time."""
_MOST_OCTETS = 2048
_SHOWN = 300
_PHRASES = {each.value: each.phrase for each in HTTPStatus}
# They may be right another time: 408 and 425 ask for it, 409 and 429 are about others at work.
_TEMPORARY = frozenset({408, 409, 425, 429})


@dataclass(frozen=True, slots=True)
class Call:
    """A request that tells somebody of something: `key` is its own, `event` what it is about."""

    id: int
    key: str
    kind: str
    event: str
    url: str
    body: str
    attempts: int
    created: dt.datetime

    @property
    def host(self) -> str:
        """Whom it goes to; the whole address may hold a secret."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def trouble(self) -> str:
        """The key of the trouble that its host makes."""
        return f"calls:{self.host}"


def given_up(call: Call, reply: str) -> tuple[str, list[str]]:
    """What an operator is told of a call that was not taken: subject and lines."""
    lines = [
        f"{call.host} was not told of {call.event} ({call.kind}), after {call.attempts} tries.",
        f"It answered: {reply}",
        f"`publisher calls again {call.id}` tries once more; `publisher calls list` shows all.",
    ]
    return f"Calls to {call.host} fail", lines


class CallStore(Protocol):
    """What calling needs of a database; `publisher.storage.calls` is one."""

    def claim(
        self, now: dt.datetime, patience: dt.timedelta, without: Collection[str] = ()
    ) -> Call | None:
        """The call that is due for longest: for `patience` it is nobody else's."""

    def settle(
        self, call: Call, state: Literal["sent", "failed"], reply: str, now: dt.datetime
    ) -> None:
        """Write down what became of a call."""

    def defer(self, call: Call, reply: str, due: dt.datetime, now: dt.datetime) -> None:
        """Try it again later."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or 0 where nothing did; `wish` is what Retry-After asks for."""

    status: int
    text: str
    wish: str = ""

    @property
    def reply(self) -> str:
        """For people who look at the log."""
        told = f"{self.status} {_PHRASES.get(self.status, '')} {self.text}"
        line = " ".join((told if self.status else self.text).split())
        # It is shown on a terminal: what would move its cursor is left out.
        return "".join(filter(str.isprintable, line))[:_SHOWN]


def next_try(call: Call, answer: Answer, now: dt.datetime) -> dt.datetime | None:
    """When a call that failed is tried again; None where it is given up.

    Redirects are not followed, so they and most of 4xx say that the address is wrong.
    """
    if 300 <= answer.status < 500 and answer.status not in _TEMPORARY:
        return None
    if now - call.created >= GIVE_UP:
        return None
    delay = _DELAYS[min(call.attempts, len(_DELAYS)) - 1]
    return now + max(delay, min(_wish(answer.wish, now), _LONGEST_WISH))


def _wish(given: str, now: dt.datetime) -> dt.timedelta:
    """A Retry-After (RFC 9110 section 10.2.3): seconds, or a date; none where it is neither."""
    if given.isascii() and given.isdigit():
        return dt.timedelta(seconds=min(int(given[:9]), 10**8))
    try:
        when = email.utils.parsedate_to_datetime(given)
    except (TypeError, ValueError):
        return dt.timedelta()
    return max(when.replace(tzinfo=when.tzinfo or dt.UTC) - now, dt.timedelta())


def signed(key: bytes, name: str, body: bytes, at: dt.datetime) -> dict[str, str]:
    """The three headers of a webhook: its id, seconds since 1970, the MAC of both and the body."""
    stamp = str(int(at.timestamp()))
    mac = hmac.digest(key, f"{name}.{stamp}.".encode() + body, "sha256")
    return {
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


class Wire:
    """Sends bodies over HTTP; one connection serves many, and none is made before it is needed."""

    def __init__(self) -> None:
        self._client: httpx.Client | None = None

    def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a body to an address; redirects are not followed, and nothing is raised."""
        import httpx

        ends = time.monotonic() + _SECONDS
        if self._client is None:
            self._client = httpx.Client(timeout=_SECONDS / 2, follow_redirects=False)
        try:
            with self._client.stream("POST", url, content=body, headers=dict(headers)) as response:
                text = b""
                for part in response.iter_raw():
                    text += part
                    if len(text) > _MOST_OCTETS or time.monotonic() > ends:
                        break
                shown = text[:_MOST_OCTETS].decode(errors="replace")
                return Answer(response.status_code, shown, response.headers.get("retry-after", ""))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Answer(0, f"{type(error).__name__}: {error}".rstrip(": "))


@dataclass(slots=True)
class Caller:
    """Makes the calls that are due.

    `hooks` are the addresses that are told now, with the `key` that signs it.  `given_up` hears
    of a call that was not taken for good, `taken` of one that was.
    """

    store: CallStore
    hooks: Collection[str]
    key: bytes = field(repr=False)
    clock: Callable[[], dt.datetime]
    given_up: Callable[[Call, str], None] = field(default=lambda call, reply: None)
    taken: Callable[[Call], None] = field(default=lambda call: None)
    wire: Wire = field(default_factory=Wire)

    def send_due(self) -> int:
        """Make what is due, one after the other; how many were tried.

        Where nobody answers at an address, its other calls wait for the next time: they would
        keep those to others waiting.
        """
        try:
            return self._send_due()
        finally:
            self.wire.close()

    def _send_due(self) -> int:
        ends, tried, silent = time.monotonic() + _BUDGET, 0, set[str]()
        while time.monotonic() < ends:
            call = self.store.claim(self.clock(), PATIENCE, silent)
            if call is None:
                break
            tried += 1
            if not self._send(call).status:
                silent.add(call.url)
        return tried

    def _send(self, call: Call) -> Answer:
        if call.kind == "webhook" and call.url not in self.hooks:
            self.store.settle(call, "failed", "not in PUBLISHER_HOOKS any more", self.clock())
            return Answer(410, "")
        answer = self.wire.post(call.url, call.body.encode(), self._headers(call))
        now = self.clock()
        if 200 <= answer.status < 300:
            self.store.settle(call, "sent", answer.reply, now)
            self.taken(call)
        elif (due := next_try(call, answer, now)) is not None:
            log.info("%s of %s: %s; again later", call.event, call.host, answer.reply)
            self.store.defer(call, answer.reply, due, now)
        else:
            log.warning("%s of %s is given up: %s", call.event, call.host, answer.reply)
            self.store.settle(call, "failed", answer.reply, now)
            self.given_up(call, answer.reply)
        return answer

    def _headers(self, call: Call) -> dict[str, str]:
        agent = {"user-agent": f"publisher/{VERSION}"}
        if call.kind == "websub":
            return agent | {"content-type": "application/x-www-form-urlencoded"}
        # The same for every address and every try: who gets it twice knows it by that.
        name = call.key.partition(":")[0]
        signature = signed(self.key, name, call.body.encode(), self.clock())
        return agent | signature | {"content-type": "application/json"}
