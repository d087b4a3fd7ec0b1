"""Whose request it is, and whether it comes from a page of ours.

What a request says of its client is believed only where a proxy of ours has said it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable, Mapping

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(peer: str, forwarded: Iterable[str], proxies: Collection[str]) -> str:
    """The address of a client: the last one of X-Forwarded-For that is no proxy of ours.

    `forwarded` holds the headers of that name in order.  Whatever stands left of that address
    was written by the client itself.
    """
    chain = [each.strip() for line in forwarded for each in line.split(",")]
    found = _read(peer)
    while found is not None and chain and _is_in(found, proxies):
        before = _read(chain.pop())
        if before is None:
            break
        found = before
    return str(found) if found is not None else "unknown"


def network_of(address: str) -> str:
    """What counts as one client: a provider gives a customer a /64 of IPv6, and one IPv4."""
    found = _read(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found or "unknown")


def _read(text: str) -> _Address | None:
    text = text.strip('" ')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found


def _is_in(address: _Address, networks: Iterable[str]) -> bool:
    return any(address in ipaddress.ip_network(each, strict=False) for each in networks)


def is_foreign(headers: Mapping[str, str], ours: Collection[str], *, has_token: bool) -> bool:
    """Whether a form was sent from a page that is not ours.

    Programs that are no browsers say nothing of where they come from, and pass: nothing here
    rests on a cookie that another site could use.  From a page with a token, which keeps its
    address to itself, a browser says ``Origin: null``: who knows the token needs no trick.
    """
    site, origin = headers.get("sec-fetch-site", ""), headers.get("origin", "").lower()
    if site == "same-origin":
        return False
    if not origin or (origin == "null" and has_token):
        return site in ("cross-site", "same-site")
    return origin not in ours
