"""`publisher tokens`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from newsroom import Newsroom, at

from publisher.storage.tokens import Tokens

Run = Callable[..., tuple[int, str, str]]
SHOP = ("tokens", "create", "shop", "--scope", "subscribers:write")


def test_a_token_is_printed_once(run: Run, newsroom: Newsroom) -> None:
    """Alone on standard output; what it may is told beside it."""
    code, output, told = run(*SHOP, "--scope", "issues:read", "--expires", "90d")
    assert (code, told) == (
        0,
        "shop may issues:read, subscribers:write until 2026-07-25 10:05Z; keep it secret\n",
    )
    found = Tokens(newsroom.app().post.engine).find(output.strip(), at("2026-04-26"))
    assert found is not None
    assert found.name == "shop"


def test_tokens_are_listed_without_the_secret(run: Run) -> None:
    assert run("tokens", "list")[1] == "there are no tokens\n"
    _, token, _ = run(*SHOP, "--expires", "1h")
    _, listed, _ = run("tokens", "list", now="2026-04-26T20:05+08:00")
    assert token.strip() not in listed
    assert listed.splitlines()[1].split("  ") == [
        "shop", "2026-04-26 10:05Z", "2026-04-26 11:05Z (over)", "never", "subscribers:write",
    ]  # fmt: skip


def test_tokens_are_listed_as_json(run: Run) -> None:
    run(*SHOP)
    assert json.loads(run("tokens", "list", "--format", "json")[1]) == [
        {"name": "shop", "scopes": ["subscribers:write"], "created": "2026-04-26T10:05:00+00:00",
         "expires": None, "used": None}
    ]  # fmt: skip


def test_a_token_is_revoked(run: Run) -> None:
    run(*SHOP)
    assert run("tokens", "revoke", "shop")[1] == "shop is revoked\n"
    code, _, told = run("tokens", "revoke", "shop")
    assert code == 2
    assert "there is no token “shop”" in told


@pytest.mark.parametrize("period", ["0d", "90", "d", "1y", "-1d", "999999d"])
def test_a_period_has_a_number_and_a_unit(run: Run, period: str) -> None:
    """Nothing is made where it has not."""
    code, output, told = run(*SHOP, f"--expires={period}")
    assert (code, output) == (2, "")
    assert "write it such as 12h, 90d or 52w" in told


def test_a_token_may_at_least_something(run: Run) -> None:
    assert run("tokens", "create", "shop")[0] == 2
    assert run("tokens", "create", "shop", "--scope", "everything")[0] == 2


@pytest.mark.parametrize("name", ["", "two\nlines", "x" * 101])
def test_a_name_is_a_line(run: Run, name: str) -> None:
    assert run("tokens", "create", name, "--scope", "issues:read")[0] == 2
