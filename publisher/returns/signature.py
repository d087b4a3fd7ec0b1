"""The signature of a request to us: who knows the secret has sent it, and not long ago."""

from __future__ import annotations

import datetime as dt
import hmac
import re

HEADER = "x-publisher-signature"
TOLERANCE = dt.timedelta(minutes=5)
"""How far the clocks of both sides may be apart, the way of the request included."""

_PARTS = re.compile(r"t=(\d{1,12})((?:,v1=[0-9a-fA-F]{64}){1,4})")


def sign(secret: str, body: bytes, at: dt.datetime) -> str:
    """The header of a body: ``t=<seconds since 1970>,v1=<HMAC-SHA256 of "t.body">``."""
    stamp = str(int(at.timestamp()))
    return f"t={stamp},v1={_mac(secret, stamp, body)}"


def is_signed(secret: str, header: str, body: bytes, now: dt.datetime) -> bool:
    """Whether a header is the signature of a body; it may hold one of an older secret, too."""
    found = _PARTS.fullmatch(header.strip())
    if found is None or not secret:
        return False
    if abs(int(found[1]) - now.timestamp()) > TOLERANCE.total_seconds():
        return False
    right = _mac(secret, found[1], body)
    given = [each.lower() for each in found[2].split(",v1=")[1:]]
    return any(hmac.compare_digest(each, right) for each in given)


def _mac(secret: str, stamp: str, body: bytes) -> str:
    return hmac.digest(secret.encode(), stamp.encode() + b"." + body, "sha256").hex()
