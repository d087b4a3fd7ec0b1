"""What DNS says of the domains that mail is from, and of the hosts of the publication.

SPF is RFC 7208, DKIM RFC 6376, DMARC RFC 7489; Google and Yahoo ask all three of bulk senders
(https://support.google.com/a/answer/81126).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.doctor.finding import Finding
from publisher.doctor.resolver import Resolver

_SHORT, _WEAK = 1024, 2048
"""Bits of an RSA key: below the first it is refused by many, below the second it is old."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names to look at: domain of the sender, of bounces, hosts of pages; DKIM's selector."""

    sender: str
    bounces: str
    hosts: tuple[str, ...]
    selector: str = ""


def check_names(names: Names, resolver: Resolver) -> Iterator[Finding]:
    """Every record that mail and pages need.  Raises NoResolver."""
    for host in names.hosts:
        yield _host(host, resolver)
    yield _spf(names.bounces, resolver)
    yield _dkim(names, resolver)
    yield _dmarc(names, resolver)
    yield _mx(names.bounces, resolver)


def _host(host: str, resolver: Resolver) -> Finding:
    found = resolver.addresses(host)
    if found:
        return Finding("pages", "ok", f"{host} is {', '.join(sorted(found)[:4])}")
    return Finding("pages", "problem", f"{host} has no address", "give it an A or AAAA record")


def _spf(domain: str, resolver: Resolver) -> Finding:
    found = [each for each in resolver.texts(domain) if _begins(each, "v=spf1")]
    record = f'{domain} TXT "v=spf1 ip4:<address of your relay> -all"'
    if not found:
        return Finding("SPF", "problem", f"{domain} has no SPF record", f"publish {record}")
    if len(found) > 1:
        return Finding("SPF", "problem", f"{domain} has {len(found)} SPF records, so none counts",
                       "make one of them")  # fmt: skip
    words = found[0].lower().split()
    if "+all" in words or "all" in words:
        return Finding("SPF", "problem", f"{domain} lets everybody send: {found[0]}",
                       "end it with -all or ~all")  # fmt: skip
    if not any(word.endswith("all") or word.startswith("redirect=") for word in words):
        return Finding("SPF", "warning", f"{domain} says nothing of other senders: {found[0]}",
                       "end it with -all or ~all")  # fmt: skip
    return Finding("SPF", "ok", f"{domain}: {found[0]}")


def _begins(record: str, tag: str) -> bool:
    return record.lower() == tag or record.lower().startswith((f"{tag} ", f"{tag};"))


def _dkim(names: Names, resolver: Resolver) -> Finding:
    if not names.selector:
        return Finding("DKIM", "unchecked", "nobody has said which selector the relay signs with",
                       "set PUBLISHER_DKIM_SELECTOR")  # fmt: skip
    name = f"{names.selector}._domainkey.{names.sender}"
    found = [tags for tags in map(_tags, resolver.texts(name)) if "p" in tags]
    if not found:
        return Finding("DKIM", "problem", f"{name} has no key",
                       "publish the record that the relay shows for its key")  # fmt: skip
    return _judge_key(name, found[0])


def _judge_key(name: str, tags: dict[str, str]) -> Finding:
    if not tags["p"]:
        return Finding("DKIM", "problem", f"the key at {name} is revoked",
                       "publish the record of the key that the relay signs with")  # fmt: skip
    if tags.get("k", "rsa").lower() != "rsa":
        return Finding("DKIM", "ok", f"{name}: {tags['k']}")
    bits = _rsa_bits(tags["p"])
    if bits < _SHORT:
        seen = f"{name} has a key of {bits} bits" if bits else f"{name} has a key that is none"
        return Finding("DKIM", "problem", seen, "make one of 2048 bits")
    if bits < _WEAK:
        return Finding("DKIM", "warning", f"{name} has a key of {bits} bits",
                       "make one of 2048 bits")  # fmt: skip
    return Finding("DKIM", "ok", f"{name}: RSA of {bits} bits")


def _tags(record: str) -> dict[str, str]:
    """The tags of a record such as ``v=DKIM1; k=rsa; p=…`` (RFC 6376 section 3.2)."""
    parts = (each.partition("=") for each in record.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, is_tag, value in parts if is_tag}


def _rsa_bits(key: str) -> int:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        found = load_der_public_key(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return 0
    return found.key_size if isinstance(found, RSAPublicKey) else 0


def _dmarc(names: Names, resolver: Resolver) -> Finding:
    for domain in _upward(names.sender):
        name = f"_dmarc.{domain}"
        found = [each for each in resolver.texts(name) if _begins(each, "v=dmarc1")]
        if len(found) > 1:
            return Finding("DMARC", "problem", f"{name} has {len(found)} records, so none counts",
                           "make one of them")  # fmt: skip
        if found:
            return _judge_dmarc(name, found[0])
    return Finding("DMARC", "problem", f"{names.sender} has no DMARC record",
                   f'publish _dmarc.{names.sender} TXT "v=DMARC1; p=none; rua=mailto:…", and make '
                   "it p=quarantine when the reports are good")  # fmt: skip


def _upward(domain: str) -> Iterator[str]:
    """The domain and those above it: without a list of public suffixes, down to two labels."""
    labels = domain.split(".")
    for first in range(max(1, len(labels) - 1)):
        yield ".".join(labels[first:])


def _judge_dmarc(name: str, record: str) -> Finding:
    policy = _tags(record).get("p", "").lower()
    if policy not in ("none", "quarantine", "reject"):
        return Finding("DMARC", "problem", f"{name} has no policy: {record}",
                       "add p=none, p=quarantine or p=reject")  # fmt: skip
    return Finding("DMARC", "ok", f"{name}: p={policy}")


def _mx(domain: str, resolver: Resolver) -> Finding:
    found = resolver.exchanges(domain)
    if not found or found == [""]:
        return Finding("bounces", "problem", f"{domain} takes no mail, so bounces are lost",
                       "give it an MX record, or set PUBLISHER_BOUNCE_DOMAIN")  # fmt: skip
    return Finding("bounces", "ok", f"mail to {domain} goes to {', '.join(found[:3])}")
