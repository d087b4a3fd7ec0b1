"""What DNS says of the domains that mail is from."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from publisher.doctor.finding import Finding
from publisher.doctor.names import Names, check_names
from publisher.doctor.resolver import DnsResolver, NoResolver
from publisher.fakes.resolver import FakeResolver

NAMES = Names("news.example.com", "bounces.example.com", ("news.example.com",), "s1")
KEY = "s1._domainkey.news.example.com"


def rsa_record(bits: int) -> str:
    key = rsa.generate_private_key(65537, bits).public_key()
    raw = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(raw).decode()}"


GOOD_KEY = rsa_record(2048)
GOOD = {
    "bounces.example.com": ["some other text", "v=spf1 ip4:192.0.2.1 -all"],
    KEY: [GOOD_KEY],
    "_dmarc.news.example.com": ["v=DMARC1; p=quarantine; rua=mailto:d@example.com"],
}


def look(
    txt: dict[str, list[str]] | None = None, names: Names = NAMES, **more: dict[str, list[str]]
) -> dict[str, Finding]:
    """What is found where all is well but for some records; by what it is about."""
    records = {
        "mx": {"bounces.example.com": ["mail.example.com"]},
        "a": {"news.example.com": ["192.0.2.7", "2001:db8::7"]},
        **more,
    }
    resolver = FakeResolver(GOOD | (txt or {}), records["mx"], records["a"])
    return {each.what: each for each in check_names(names, resolver)}


def test_where_all_is_well_nothing_is_wrong() -> None:
    """Pages, SPF, DKIM, DMARC, and where bounces go."""
    found = look()
    assert {each.state for each in found.values()} == {"ok"}
    assert set(found) == {"pages", "SPF", "DKIM", "DMARC", "bounces"}
    assert found["pages"].seen == "news.example.com is 192.0.2.7, 2001:db8::7"
    assert found["DKIM"].seen == f"{KEY}: RSA of 2048 bits"


@pytest.mark.parametrize(
    ("what", "name", "records", "state", "seen"),
    [
        ("SPF", "bounces.example.com", [], "problem", "has no SPF record"),
        ("SPF", "bounces.example.com", ["v=spf10 -all"], "problem", "has no SPF record"),
        ("SPF", "bounces.example.com", ["v=spf1 -all", "v=spf1 a -all"], "problem", "has 2 SPF"),
        ("SPF", "bounces.example.com", ["v=spf1 +all"], "problem", "lets everybody send"),
        ("SPF", "bounces.example.com", ["v=spf1 mx all"], "problem", "lets everybody send"),
        ("SPF", "bounces.example.com", ["v=spf1 mx"], "warning", "says nothing of other senders"),
        ("SPF", "bounces.example.com", ["V=SPF1 mx ~ALL"], "ok", "V=SPF1 mx ~ALL"),
        ("SPF", "bounces.example.com", ["v=spf1 redirect=_spf.example.net"], "ok", "redirect"),
        ("DKIM", KEY, [], "problem", "has no key"),
        ("DKIM", KEY, ["v=spf1 -all"], "problem", "has no key"),
        ("DKIM", KEY, ["v=DKIM1; p="], "problem", "is revoked"),
        ("DKIM", KEY, ["v=DKIM1; k=rsa; p=%%%"], "problem", "has a key that is none"),
        ("DKIM", KEY, ["v=DKIM1; k=rsa; p=aGVsbG8="], "problem", "has a key that is none"),
        ("DKIM", KEY, [rsa_record(1024)], "warning", "has a key of 1024 bits"),
        ("DKIM", KEY, ["v=DKIM1; k=ed25519; p=aGVsbG8="], "ok", "ed25519"),
        ("DMARC", "_dmarc.news.example.com", ["v=DMARC1; rua=mailto:d@x"], "problem", "no policy"),
        ("DMARC", "_dmarc.news.example.com", ["v=DMARC1; p=some"], "problem", "no policy"),
        ("DMARC", "_dmarc.news.example.com", ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
         "problem", "has 2 records"),
        ("DMARC", "_dmarc.news.example.com", ["v=DMARC1;p=none"], "ok", "p=none"),
    ],
)  # fmt: skip
def test_a_record_is_judged(
    what: str, name: str, records: list[str], state: str, seen: str
) -> None:
    """Each that is wrong is named, with a remedy."""
    found = look({name: records})[what]
    assert (found.state, seen in found.seen) == (state, True), found
    assert bool(found.remedy) == (state != "ok")


def test_a_domain_may_leave_dmarc_to_the_one_above() -> None:
    """RFC 7489 section 6.6.3: the organisational domain speaks for it."""
    found = look({"_dmarc.news.example.com": [], "_dmarc.example.com": ["v=DMARC1; p=reject"]})
    assert found["DMARC"].seen == "_dmarc.example.com: p=reject"


def test_a_domain_without_dmarc_is_told_what_to_publish() -> None:
    """With the name of the record."""
    found = look({"_dmarc.news.example.com": []})["DMARC"]
    assert found.state == "problem"
    assert 'publish _dmarc.news.example.com TXT "v=DMARC1; p=none' in found.remedy


def test_a_key_of_another_kind_in_the_wrong_place_is_none() -> None:
    """An Ed25519 key that calls itself RSA signs nothing."""
    raw = ed25519.Ed25519PrivateKey.generate().public_key()
    der = raw.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    found = look({KEY: [f"k=rsa; p={base64.b64encode(der).decode()}"]})["DKIM"]
    assert found.state == "problem"


def test_without_a_selector_nobody_knows_where_to_look() -> None:
    """And the setting is named."""
    found = look(names=Names("news.example.com", "bounces.example.com", ()))["DKIM"]
    assert (found.state, found.remedy) == ("unchecked", "set PUBLISHER_DKIM_SELECTOR")


@pytest.mark.parametrize("mx", [{}, {"bounces.example.com": [""]}])
def test_a_domain_that_takes_no_mail_loses_bounces(mx: dict[str, list[str]]) -> None:
    """No MX, or the one that says so (RFC 7505)."""
    assert look(mx=mx)["bounces"].state == "problem"


def test_a_host_without_an_address_is_told() -> None:
    """Nobody could read the pages."""
    assert look(a={})["pages"].state == "problem"


def test_without_a_resolver_nothing_is_claimed() -> None:
    """The caller says that it could not be looked at."""
    with pytest.raises(NoResolver):
        list(check_names(NAMES, FakeResolver(error=NoResolver("none answers"))))


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_an_address_is_its_own(address: str) -> None:
    """A rehearsal on this machine has no name to look up."""
    pytest.importorskip("dns")
    assert DnsResolver().addresses(address) == [address]
