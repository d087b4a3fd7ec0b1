"""The dashboard, and who may see it."""

from __future__ import annotations

import base64
import re

import pytest
from frontoffice import NOW, Office
from newsroom import Newsroom

from publisher.storage.tables import deliveries


@pytest.fixture
def office(quick: Newsroom) -> Office:
    return Office(quick)


def shown(office: Office, token: str = "") -> str:
    """The page, for who holds a token."""
    answer = office.ask("GET", "//", token="", headers=password(token or office.token))
    assert answer.status_code == 200, answer.text
    return answer.text


def password(token: str) -> dict[str, str]:
    text = base64.b64encode(f"anybody:{token}".encode()).decode()
    return {"Authorization": f"Basic {text}"}


def test_a_browser_is_told_to_ask_for_a_token(office: Office) -> None:
    """In words for who looks at the answer."""
    for headers in ({}, {"Authorization": "Basic !"}, {"Authorization": f"Bearer {office.token}"}):
        answer = office.ask("GET", "//", token="", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith('Basic realm="publisher"')
        assert "--scope dashboard:read" in answer.text


def test_only_a_token_for_it_shows_the_page(office: Office) -> None:
    """Another scope is not enough, and an unknown token is none."""
    other = office.tokens.create("other", ["mailings:read"], NOW)
    own = office.tokens.create("own", ["dashboard:read"], NOW)
    assert office.ask("GET", "//", token="", headers=password("pub_x")).status_code == 401
    assert office.ask("GET", "//", token="", headers=password(other)).status_code == 403
    assert "Tidewatch" in shown(office, own)


def test_an_empty_publication_says_so(office: Office) -> None:
    page = shown(office)
    assert "Nobody has subscribed yet." in page
    assert "Nothing was mailed yet." in page
    assert "What came back" not in page


def test_numbers_stand_beside_the_charts(office: Office) -> None:
    """Of readers by edition, deliveries by state, and what came back."""
    for number in range(3):
        office.person(f"r{number}@example.org", "zh")
    office.person("e@example.org", "en")
    office.desk.mailings.open("daily", "2026-04-26", {"zh": b".", "en": b"."}, NOW)
    with office.desk.engine.begin() as connection:
        connection.execute(deliveries.update().values(state="sent"))
        connection.execute(
            deliveries.update().where(deliveries.c.edition == "en").values(bounced="hard")
        )
    page = " ".join(re.sub(r"<[^>]+>", " ", shown(office)).split())
    assert "may be mailed 4" in page
    assert "en 1 zh 3" in page
    assert "4 sent" in page
    assert "1 hard bounces" in page
    assert "25.00 %" in page


def test_the_page_runs_no_script_and_names_nobody(office: Office) -> None:
    """Nothing of it comes from elsewhere, nor is anybody's address on it."""
    office.person("reader@example.org")
    answer = office.ask("GET", "//", token="", headers=password(office.token))
    assert not re.search(r"<script|\son\w+=|style=|https?://", answer.text)
    assert "example.org" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_names_of_content_are_no_markup(office: Office) -> None:
    office.newsroom.publication(name={"zh": "望潮", "en": "<script>alert(1)</script>"})
    assert "<script" not in shown(office)


def test_the_style_sheet_needs_no_token(office: Office) -> None:
    """It tells nothing."""
    answer = office.ask("GET", "//dashboard.css", token="")
    assert (answer.status_code, answer.headers["content-type"][:8]) == (200, "text/css")


def test_numbers_are_kept_for_a_while(office: Office) -> None:
    """Half a minute: they are dear where there are many readers."""
    assert "Nobody has subscribed yet." in shown(office)
    office.person()
    assert "Nobody has subscribed yet." in shown(office)
    office.seconds += 600
    assert "Nobody has subscribed yet." not in shown(office)
