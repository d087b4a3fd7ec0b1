"""DNS as others see it."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from typing import Protocol

from publisher.errors import StepFailed

_SECONDS = 5.0


class NoResolver(StepFailed):
    """No resolver answers, so nothing is known."""


class Resolver(Protocol):
    """Answers for names; an empty list where a name has no such record.  Raises NoResolver."""

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, each as one text (RFC 7208 section 3.3)."""

    def exchanges(self, name: str) -> list[str]:
        """The hosts that take the mail of a domain, the preferred first."""

    def addresses(self, name: str) -> list[str]:
        """The addresses of a host, of both kinds."""


class DnsResolver:
    """The resolver of this machine.  Raises NoResolver where dnspython is not installed."""

    def __init__(self) -> None:
        try:
            import dns.resolver
        except ImportError as error:
            raise NoResolver(
                "dnspython is not installed", "pip install 'publisher[doctor]'"
            ) from error
        try:
            self._resolver = dns.resolver.Resolver()
        except dns.resolver.NoResolverConfiguration as error:
            raise NoResolver("this machine has no resolver", "see /etc/resolv.conf") from error
        self._resolver.lifetime = _SECONDS

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, each as one text."""
        return [
            b"".join(each.strings).decode("utf-8", "replace") for each in self._ask(name, "TXT")
        ]

    def exchanges(self, name: str) -> list[str]:
        """The hosts that take the mail of a domain, the preferred first."""
        found = sorted(self._ask(name, "MX"), key=lambda each: int(each.preference))
        return [str(each.exchange).rstrip(".") for each in found]

    def addresses(self, name: str) -> list[str]:
        """The addresses of a host, of both kinds; an address is its own."""
        with suppress(ValueError):
            return [str(ipaddress.ip_address(name))]
        return [str(each) for kind in ("A", "AAAA") for each in self._ask(name, kind)]

    def _ask(self, name: str, kind: str) -> list:  # type: ignore[type-arg]
        import dns.exception
        import dns.resolver

        try:
            return list(self._resolver.resolve(name, kind))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as error:
            raise NoResolver(
                f"no resolver answers for {name}: {type(error).__name__}",
                "see /etc/resolv.conf, or ask from another machine",
            ) from error
