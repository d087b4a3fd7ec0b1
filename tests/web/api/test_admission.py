"""Who is let in."""

from __future__ import annotations

import datetime as dt

import pytest
from frontoffice import NOW, Office

HOUR = dt.timedelta(hours=1)


def test_a_stranger_is_asked_for_a_token(office: Office) -> None:
    """Without a token the challenge names no error (RFC 6750 section 3.1)."""
    answer = office.ask("GET", "/subscribers", token="")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="publisher"'


@pytest.mark.parametrize("token", ["pub_unknown", "x" * 5000, "wrong"])
def test_an_unknown_token_is_no_token(office: Office, token: str) -> None:
    """The challenge says that the token is invalid."""
    answer = office.ask("GET", "/subscribers", token=token)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_a_token_may_what_its_scopes_say(office: Office) -> None:
    """Another scope is named in the answer."""
    token = office.tokens.create("reader", ["issues:read"], NOW)
    assert office.ask("GET", "/issues?bulletin=daily", token=token).status_code == 200
    answer = office.ask("GET", "/mailings", token=token)
    assert answer.status_code == 403
    challenge = answer.headers["www-authenticate"]
    assert 'error="insufficient_scope", scope="mailings:read"' in challenge


def test_a_token_ends(office: Office) -> None:
    """At the minute that it was made for."""
    token = office.tokens.create("short", ["issues:read"], NOW, NOW + HOUR)
    office.later(minutes=59)
    assert office.ask("GET", "/issues?bulletin=daily", token=token).status_code == 200
    office.later(minutes=1)
    assert office.ask("GET", "/issues?bulletin=daily", token=token).status_code == 401


def test_a_revoked_token_is_refused_at_once(office: Office) -> None:
    """Also where it was good a moment ago."""
    assert office.ask("GET", "/mailings").status_code == 200
    office.tokens.revoke("all")
    assert office.ask("GET", "/mailings").status_code == 401


def test_who_guesses_is_told_to_wait(office: Office) -> None:
    """After twenty unknown tokens; a token that was good before goes on."""
    assert office.ask("GET", "/mailings").status_code == 200
    for number in range(19):
        assert office.ask("GET", "/mailings", token=f"pub_{number}").status_code == 401
    answer = office.ask("GET", "/mailings", token="pub_more")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "30"
    assert office.ask("GET", "/mailings").status_code == 200
    office.seconds += 30
    assert office.ask("GET", "/mailings", token="pub_more").status_code == 401


def test_a_token_in_the_address_counts_for_nothing(office: Office) -> None:
    """Addresses stand in logs."""
    answer = office.ask("GET", f"/mailings?access_token={office.token}", token="")
    assert answer.status_code == 401


def test_a_password_of_a_browser_is_no_bearer_token(office: Office) -> None:
    """A browser sends it by itself, also for a page of somebody else."""
    answer = office.ask("GET", "/mailings", token="", headers={"Authorization": "Basic eDp5"})
    assert answer.status_code == 401


def test_nobody_else_is_let_in_from_a_page_of_theirs(office: Office) -> None:
    """No header of CORS is sent, and nothing is kept by a cache."""
    answer = office.ask("GET", "/mailings", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert answer.headers["cache-control"] == "no-store"
