"""The book of what others are told: each event once for each address.

The id of an event is made from what it tells of.  So a run that is repeated after a crash writes
nothing twice, and who is told twice all the same knows it by the id.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from publisher.storage.calls import Calls, NewCall

_ADDRESS = re.compile(r"[^\s<>(),;:\"]+@[^\s<>(),;:\"]+")

Keys = Mapping[str, str]
"""Of each call its key, and the address or topic that it is about."""


@dataclass(frozen=True, slots=True)
class Book:
    """Writes calls down; `hooks` are told of every event, the `hub` of feeds that are new."""

    calls: Calls
    domain: str
    hooks: tuple[str, ...] = ()
    hub: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nobody is told of anything."""
        return not (self.hooks or self.hub)

    # Webhooks ----------------------------------------------------------------------------------

    def hook_keys(self, event: str, *parts: str) -> Keys:
        """The calls of an event; `parts` tell it from others of its kind."""
        name = _id(event, self.domain, *parts)
        return {f"{name}:{_digest(url)}": url for url in self.hooks}

    def tell(self, event: str, keys: Keys, data: Callable[[], Mapping[str, Any]], now: dt.datetime,
             ) -> None:  # fmt: skip
        """Queue the calls of an event that are new; `data` is asked for where there are any."""
        if not keys:
            return
        new = keys.keys() - self.calls.known(keys)
        if not new:
            return
        body = _dump(
            {
                "type": event,
                "timestamp": now.astimezone(dt.UTC).isoformat(timespec="seconds"),
                "data": {"publication": self.domain, **data()},
            }
        )
        self.calls.queue((NewCall(k, "webhook", event, keys[k], body) for k in sorted(new)), now)

    # The hub -----------------------------------------------------------------------------------

    def ping_keys(self, topics: Iterable[str], *parts: str) -> Keys:
        """The calls that tell the hub of feeds; `parts` say what is new in them."""
        if not self.hub:
            return {}
        return {f"{_id('ping', *parts)}:{_digest(self.hub, each)}": each for each in topics}

    def ping(self, keys: Keys, now: dt.datetime) -> None:
        """Tell the hub of feeds.

        As PubSubHubbub 0.3 has it (section 7.1): WebSub (W3C 2018) leaves it to both sides.
        """
        calls = [
            NewCall(key, "websub", "feed.changed", self.hub, ping_body(topic))
            for key, topic in keys.items()
        ]
        self.calls.queue(calls, now)

    def unpinged(self, topics: Iterable[str]) -> list[str]:
        """The feeds of which the hub is not just about to be told: one ping says it for all."""
        about_to = self.calls.untried("websub") if self.hub else set()
        return [each for each in topics if ping_body(each) not in about_to]


def ping_body(topic: str) -> str:
    """What a hub is told of a feed."""
    return urlencode({"hub.mode": "publish", "hub.url": topic})


def without_addresses(text: str) -> str:
    """A reason may quote a relay, and a relay an address: no person is named to others."""
    return _ADDRESS.sub("…@…", text)


def _id(*parts: str) -> str:
    """The id of an event; no full stop is in it, for the signature puts one after it."""
    return f"evt_{_digest(*parts)}"


def _digest(*parts: str) -> str:
    return hashlib.blake2b(_dump(parts).encode(), digest_size=16).hexdigest()


def _dump(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
