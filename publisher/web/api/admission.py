"""Who asks, and whether they may: bearer tokens (RFC 6750), and how often somebody may be wrong."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from publisher.storage.tokens import PREFIX, TokenRow, hashed
from publisher.web.api.desk import AdminDesk
from publisher.web.api.problems import Refused
from publisher.web.client import client_address, network_of
from publisher.web.limits import Buckets

REALM = "publisher"
_LONGEST = 200
_WRONG, _SECONDS = 20, 30.0
"""So many tokens that are not known may be tried at once, and one more in so many seconds."""
_KNOWN = 1000


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks: the token they hold."""

    token: TokenRow

    def may(self, scope: str) -> bool:
        """Whether the token allows something."""
        return scope in self.token.scopes


class Admission:
    """Lets callers in; used by many threads at once."""

    def __init__(self, desk: AdminDesk, timer: Callable[[], float] = time.monotonic) -> None:
        self._desk, self._timer = desk, timer
        self._lock = threading.Lock()
        self._tries = Buckets(_WRONG, _SECONDS)
        # Hashes of tokens that were good: somebody who guesses behind the same proxy, or a job
        # with an old token, does not shut their owners out.
        self._known: OrderedDict[str, None] = OrderedDict()

    def bearer(self, request: Request, scope: str) -> Caller:
        """Let somebody in who shows a token that allows `scope`; raises Refused."""
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not given.strip():
            raise _unauthorized("no token was shown", f'Bearer realm="{REALM}"')
        return self.admit(request, given.strip(), scope, f'Bearer realm="{REALM}"')

    def admit(self, request: Request, given: str, scope: str, challenge: str) -> Caller:
        """Let the holder of a token in; `challenge` is what others are told to do."""
        found = self._find(request, given)
        if found is None:
            error = ', error="invalid_token", error_description="unknown, revoked or expired"'
            told = challenge + (error if challenge.startswith("Bearer") else "")
            raise _unauthorized("the token is unknown, revoked or expired", told)
        if scope not in found.scopes:
            told = f'Bearer realm="{REALM}", error="insufficient_scope", scope="{scope}"'
            remedy = f"create one that does: publisher tokens create NAME --scope {scope}"
            raise Refused(403, f"the token does not allow {scope}", remedy, WWW_Authenticate=told)
        return Caller(found)

    def _find(self, request: Request, given: str) -> TokenRow | None:
        key = hashed(given[: _LONGEST + 1])
        with self._lock:
            is_known = key in self._known
            if not is_known and not self._tries.take(self._network(request), self._timer()):
                what = "too many tokens were tried that are not known"
                raise Refused(429, what, "wait a while", Retry_After=str(int(_SECONDS)))
        if not given.startswith(PREFIX) or len(given) > _LONGEST:
            return None
        found = self._desk.tokens.find(given, self._desk.clock())
        with self._lock:
            self._known.pop(key, None)
            if found is not None:
                self._known[key] = None
                while len(self._known) > _KNOWN:
                    self._known.popitem(last=False)
        return found

    def _network(self, request: Request) -> str:
        peer = request.client.host if request.client else ""
        forwarded = request.headers.getlist("x-forwarded-for")
        return network_of(client_address(peer, forwarded, self._desk.settings.service.proxies))


def _unauthorized(what: str, challenge: str) -> Refused:
    remedy = "show one that `publisher tokens create` printed, as Authorization: Bearer pub_…"
    return Refused(401, what, remedy, WWW_Authenticate=challenge)
