"""Tokens: who is meant, and that it was us who wrote so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.subscribers.tokens import (
    TOKEN_LENGTH,
    Keys,
    Kind,
    Token,
    bulletin_tag,
    confirm_hash,
    make_keys,
    new_confirm_token,
)

KEYS = make_keys()
TOKENS = st.builds(
    Token, st.sampled_from(Kind), st.integers(0, 2**63 - 1), st.integers(0, 2**32 - 1)
)


@given(TOKENS)
def test_what_was_written_is_read(token: Token) -> None:
    text = KEYS.write(token)
    assert len(text) == TOKEN_LENGTH
    assert KEYS.read(text, token.kind) == token


@given(TOKENS)
def test_a_token_survives_a_change_of_case(token: Token) -> None:
    assert KEYS.read(KEYS.write(token).upper(), token.kind) == token


@given(TOKENS)
def test_with_its_prefix_it_fits_the_local_part_of_an_address(token: Token) -> None:
    """64 octets (RFC 5321 section 4.5.3.1.1)."""
    assert len(f"b+{KEYS.write(token)}") <= 64


@given(TOKENS, st.integers(0, TOKEN_LENGTH - 1), st.sampled_from("0123456789abcdef"))
def test_a_token_with_another_digit_is_forged(token: Token, at: int, digit: str) -> None:
    text = KEYS.write(token)
    forged = text[:at] + digit + text[at + 1 :]
    assert KEYS.read(forged, token.kind) == (token if forged == text else None)


@given(TOKENS)
def test_a_foreign_token_is_none_of_ours(token: Token) -> None:
    assert make_keys().read(KEYS.write(token), token.kind) is None


@given(TOKENS)
def test_one_kind_is_never_taken_for_another(token: Token) -> None:
    other = Kind.READER if token.kind is Kind.DELIVERY else Kind.DELIVERY
    assert KEYS.read(KEYS.write(token), other) is None


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert KEYS.read(text, Kind.READER) is None


def test_old_tokens_verify_under_old_keys() -> None:
    """A list can be left by any old mail."""
    token = Token(Kind.READER, 1, 2)
    text = KEYS.write(token)
    both = Keys({**KEYS.signing, 2: make_keys().signing[1]}, KEYS.suppression)
    assert both.read(text, Kind.READER) == token
    assert both.write(token) != text
    without = Keys({2: both.signing[2]}, KEYS.suppression)
    assert without.read(text, Kind.READER) is None


def test_suppression_does_not_change_with_the_signing_keys() -> None:
    both = Keys({**KEYS.signing, 2: make_keys().signing[1]}, KEYS.suppression)
    assert both.suppression_hash("a@b.org") == KEYS.suppression_hash("a@b.org")
    assert both.suppression_fingerprint == KEYS.suppression_fingerprint
    assert make_keys().suppression_hash("a@b.org") != KEYS.suppression_hash("a@b.org")


def test_a_confirm_token_is_kept_as_a_hash() -> None:
    first, second = new_confirm_token(), new_confirm_token()
    assert first != second
    assert first not in confirm_hash(first)
    assert confirm_hash(first) == confirm_hash(first.upper())


@pytest.mark.parametrize(("slug", "tag"), [("daily", 1865494604), ("ai-weekly", 367639237)])
def test_the_tag_of_a_bulletin_never_changes(slug: str, tag: int) -> None:
    """Links in old mails hold it."""
    assert bulletin_tag(slug) == tag
