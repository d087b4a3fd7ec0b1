"""Addresses and codes as they stand in reports."""

from __future__ import annotations

import pytest

from publisher.subscribers.feedback.addresses import (
    addresses,
    field_address,
    printable,
    reply_in,
    status_in,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("to <Ann@Reader.Example.ORG>: no", ["Ann@reader.example.org"]),
        ("a@b.org, a@b.org; c@d.org.", ["a@b.org", "c@d.org"]),
        ("收件人邮件地址（wang@163.example.com）不存在", ["wang@163.example.com"]),
        ("用户@例子.example 不存在", ["用户@例子.example"]),
        ("'a+b=c@d.org'", ["a+b=c@d.org"]),
        ("ann@[192.0.2.1] no", ["ann@[192.0.2.1]"]),
        ("@ a@ @b", []),
    ],
)
def test_addresses_are_found_in_running_text(text: str, found: list[str]) -> None:
    assert addresses(text) == found


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("rfc822; a@b.org", "a@b.org"),
        ("RFC822;<a@b.org> (Ann)", "a@b.org"),
        ("a@b.org", "a@b.org"),
        (r"utf-8; \x{7528}\x{6237}@b.org", "用户@b.org"),
        (r"utf-8; \x{0}\x{D800}a@b.org", "a@b.org"),
        ("rfc822; |/usr/bin/procmail", ""),
        ("", ""),
    ],
)
def test_a_field_gives_its_address(value: str, address: str) -> None:
    assert field_address(value) == address


@pytest.mark.parametrize(
    ("text", "status", "reply"),
    [
        ("550 5.1.1 no such user", "5.1.1", "550"),
        ("550-5.7.26 first 550 5.7.26 last", "5.7.26", "550"),
        ("said: 452-4.2.2 full", "4.2.2", "452"),
        ("(#5.1.2)", "5.1.2", ""),
        ("5.0.0 then 5.2.2", "5.2.2", ""),
        ("host 10.5.1.1 port 587, Exim 4.8.5.1, line 1550 x", "", ""),
        ("ERROR_CODE :550, ERROR_CODE :5.2.1 x", "5.2.1", "550"),
        ("[554 5.4.6 Hop count exceeded]", "5.4.6", "554"),
        ("nothing", "", ""),
    ],
)
def test_codes_are_told_from_other_numbers(text: str, status: str, reply: str) -> None:
    assert (status_in(text), reply_in(text)) == (status, reply)


def test_printable_text_is_one_line_without_controls() -> None:
    assert printable("a\r\n\tb\x00\x85c\u2028d " + "e" * 9, 12) == "a b c d eeee"
