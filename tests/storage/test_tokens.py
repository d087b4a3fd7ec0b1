"""Tokens of the admin API."""

from __future__ import annotations

import datetime as dt

import pytest

from publisher.errors import UsageError
from publisher.storage.database import open_database
from publisher.storage.tokens import PREFIX, Tokens

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def tokens(database: str) -> Tokens:
    return Tokens(open_database(database))


def test_a_token_is_found_by_what_was_told(tokens: Tokens) -> None:
    """With its scopes; 256 bits of it are random."""
    token = tokens.create("shop", ["issues:read", "mailings:read", "issues:read"], NOW)
    found = tokens.find(token, NOW)
    assert found is not None
    assert (found.name, found.scopes) == ("shop", {"issues:read", "mailings:read"})
    assert token.startswith(PREFIX)
    assert len(token) - len(PREFIX) == 43


def test_no_two_tokens_are_alike(tokens: Tokens) -> None:
    """Nor have two the same name."""
    assert tokens.create("one", ["issues:read"], NOW) != tokens.create("two", ["issues:read"], NOW)
    with pytest.raises(UsageError, match="there is a token “one” already"):
        tokens.create("one", ["issues:read"], NOW)


def test_the_secret_is_nowhere_in_the_database(tokens: Tokens) -> None:
    """Only a hash of it."""
    token = tokens.create("shop", ["issues:read"], NOW)
    with tokens._engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM tokens").all()
    assert token.removeprefix(PREFIX) not in str(rows)


def test_a_token_is_good_until_it_ends(tokens: Tokens) -> None:
    """At that minute it is not good any more."""
    token = tokens.create("short", ["issues:read"], NOW, NOW + MINUTE)
    assert tokens.find(token, NOW + MINUTE / 2) is not None
    assert tokens.find(token, NOW + MINUTE) is None
    assert tokens.find("pub_other", NOW) is None


def test_the_last_use_is_noted_once_a_minute(tokens: Tokens) -> None:
    """Reading is not to cost a write each time."""
    token = tokens.create("shop", ["issues:read"], NOW)
    seen = []
    for seconds in (0, 59, 60):
        tokens.find(token, NOW + dt.timedelta(seconds=seconds))
        seen += [each.used for each in tokens.all()]
    assert seen == [NOW, NOW, NOW + MINUTE]


def test_a_revoked_token_is_gone(tokens: Tokens) -> None:
    """A second time there is nothing to revoke."""
    token = tokens.create("shop", ["issues:read"], NOW)
    assert tokens.revoke("shop")
    assert tokens.find(token, NOW) is None
    assert not tokens.revoke("shop")
