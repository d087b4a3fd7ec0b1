"""Addresses as people type them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.subscribers.addresses import (
    NAME_LENGTH,
    AddressRefused,
    masked,
    read_address,
    read_name,
)

LOCAL = st.text("abcXYZ019.+-_'", min_size=1, max_size=30).filter(
    lambda text: not text.startswith(".") and not text.endswith(".") and ".." not in text
)


@pytest.mark.parametrize(
    ("given_one", "other"),
    [
        ("Anna@example.com", "anna@EXAMPLE.com"),
        ("leser@Bücher.example", "LESER@xn--bcher-kva.example"),
        ("读者@例子.中国", "读者@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_spellings_of_one_mailbox_match(given_one: str, other: str) -> None:
    assert read_address(given_one).match == read_address(other).match


@pytest.mark.parametrize("other", ["anna+news@example.com", "an.na@example.com"])
def test_dots_and_what_follows_a_plus_tell_mailboxes_apart(other: str) -> None:
    assert read_address("anna@example.com").match != read_address(other).match


def test_the_local_part_is_kept_as_typed() -> None:
    found = read_address(" Anna.B@Example.COM ")
    assert (found.text, found.envelope) == ("Anna.B@example.com", "Anna.B@example.com")


def test_a_domain_in_another_script_goes_out_in_ascii() -> None:
    found = read_address("leser@bücher.example")
    assert (found.text, found.envelope) == (
        "leser@bücher.example", "leser@xn--bcher-kva.example",
    )  # fmt: skip
    assert not found.needs_utf8


def test_a_local_part_in_another_script_needs_servers_that_know_it() -> None:
    assert read_address("用户@example.com").needs_utf8


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no mail address"),
        ("anna", "no mail address"),
        ("anna@", "no mail address"),
        ("anna@example", "no mail address"),
        ("a b@example.com", "no mail address"),
        ("anna@example.com\r\nBcc: x@example.com", "control character or a line break"),
        ("an\x00na@example.com", "control character"),
        ("anna\u202e@example.com", "control character"),
        ("an\u200bna@example.com", "control character"),
        ("anna＠example.com", "full-width “＠”"),
        ("a" * 65 + "@example.com", "no mail address"),
        ("anna@" + "a" * 64 + ".com", "no mail address"),
        ("anna@[192.0.2.1]", "no mail address"),
        ('"anna b"@example.com', "no mail address"),
        ("anna@example.com, bert@example.com", "no mail address"),
        ("Anna <anna@example.com>", "no mail address"),
    ],
)
def test_what_is_no_address_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(AddressRefused, match=re.escape(why)):
        read_address(text)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        told = read_address(text).envelope
    except AddressRefused as refused:
        told = str(refused).replace(" ", "")
    assert told.isprintable()


@given(LOCAL)
def test_reading_again_changes_nothing(local: str) -> None:
    found = read_address(f"{local}@example.com")
    assert read_address(found.text) == found


@given(st.text())
def test_a_name_is_one_short_line(name: str) -> None:
    found = read_name(name)
    assert len(found) <= NAME_LENGTH
    assert not re.search(r"[\r\n\x00-\x1f\x7f\u2028\u202e]", found)


def test_a_masked_address_shows_where_it_is_and_not_whose() -> None:
    assert masked("anna@example.com") == "a…@example.com"
