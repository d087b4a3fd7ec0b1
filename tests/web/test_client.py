"""Whose request it is, and where it comes from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.web.client import client_address, is_foreign, network_of

OURS = {"https://news.example.com", "https://subscribe.example.com"}


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        ("192.0.2.1", [], [], "192.0.2.1"),
        ("192.0.2.1", ["203.0.113.9"], [], "192.0.2.1"),
        ("127.0.0.1", ["203.0.113.9"], ["127.0.0.1"], "203.0.113.9"),
        ("127.0.0.1", [], ["127.0.0.1"], "127.0.0.1"),
        ("127.0.0.1", ["6.6.6.6, 203.0.113.9"], ["127.0.0.1"], "203.0.113.9"),
        ("127.0.0.1", ["6.6.6.6, 203.0.113.9, 10.1.2.3"], ["127.0.0.1", "10.0.0.0/8"],
         "203.0.113.9"),
        ("127.0.0.1", ["203.0.113.9", "10.1.2.3"], ["127.0.0.1", "10.0.0.0/8"], "203.0.113.9"),
        ("127.0.0.1", ["10.1.2.3"], ["127.0.0.1", "10.0.0.0/8"], "10.1.2.3"),
        ("127.0.0.1", ["203.0.113.9, nonsense"], ["127.0.0.1"], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9:4711"], ["127.0.0.1"], "203.0.113.9"),
        ("127.0.0.1", ['"[2001:db8::7]:4711"'], ["127.0.0.1"], "2001:db8::7"),
        ("::ffff:127.0.0.1", ["2001:db8::7"], ["127.0.0.1"], "2001:db8::7"),
        ("", ["203.0.113.9"], ["127.0.0.1"], "unknown"),
    ],
)  # fmt: skip
def test_only_a_proxy_of_ours_is_believed(
    peer: str, forwarded: list[str], proxies: list[str], expected: str
) -> None:
    """What stands left of the client's own address, the client has written."""
    assert client_address(peer, forwarded, proxies) == expected


@given(st.lists(st.text(max_size=40), max_size=5))
def test_whatever_a_header_holds_it_is_read_or_left(forwarded: list[str]) -> None:
    """No header makes it fail, and nothing but an address comes out."""
    found = client_address("127.0.0.1", forwarded, ["127.0.0.0/8", "::1"])

    assert network_of(found) != "unknown"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("unknown", "unknown"),
    ],
)
def test_a_network_of_ipv6_is_one_client(address: str, network: str) -> None:
    """A customer of a provider has all of it."""
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (False, False)),
        ({"origin": "https://news.example.com"}, (False, False)),
        ({"origin": "https://NEWS.example.com", "sec-fetch-site": "same-site"}, (False, False)),
        ({"origin": "https://news.example.com", "sec-fetch-site": "cross-site"}, (False, False)),
        ({"origin": "https://evil.example"}, (True, True)),
        ({"origin": "https://news.example.com.evil.example"}, (True, True)),
        ({"origin": "http://news.example.com"}, (True, True)),
        ({"origin": "https://news.example.com:8443"}, (True, True)),
        ({"origin": "http://127.0.0.1:8300", "sec-fetch-site": "same-origin"}, (False, False)),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, (False, False)),
        ({"origin": "null"}, (True, False)),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, (True, True)),
        ({"sec-fetch-site": "cross-site"}, (True, True)),
        ({"sec-fetch-site": "none"}, (False, False)),
    ],
)
def test_a_form_from_elsewhere_is_told(
    headers: dict[str, str], expected: tuple[bool, bool]
) -> None:
    """Without a token, and with one: a page with a token does not tell its origin."""
    found = tuple(is_foreign(headers, OURS, has_token=each) for each in (False, True))

    assert found == expected
