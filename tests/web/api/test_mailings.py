"""Mailings through the API."""

from __future__ import annotations

import pytest
from frontoffice import NOW, Office

from publisher.storage.tables import deliveries


@pytest.fixture
def mailing(office: Office) -> int:
    """A mailing to three readers, open, none of it sent."""
    for number in range(3):
        office.person(f"r{number}@example.org")
    mails = office.desk.mailings
    return mails.open("daily", "2026-04-26", {"zh": b".", "en": b"."}, NOW).id


def settle(office: Office, state: str) -> None:
    with office.desk.engine.begin() as connection:
        connection.execute(deliveries.update().values(state=state, reply="550 r0@example.org"))


def test_a_mailing_is_shown_with_its_counts(office: Office, mailing: int) -> None:
    shown = office.get(f"/mailings/{mailing}")
    assert (shown["state"], shown["recipients"], shown["counts"]) == ("open", 3, {"queued": 3})
    assert shown["bounces"] == {}
    assert [each["id"] for each in office.get("/mailings?state=open")["items"]] == [mailing]
    assert office.get("/mailings?state=paused")["items"] == []
    assert office.get("/mailings?bulletin=weekly")["items"] == []


def test_a_mailing_is_paused_resumed_and_cancelled(office: Office, mailing: int) -> None:
    """And no move is done twice that would not be legal."""
    body = {"reason": "wrong  figures"}
    paused = office.ask("POST", f"/mailings/{mailing}/pause", json=body).json()
    assert paused["state"] == "paused"
    assert paused["reason"] == "paused by the operator: wrong figures"
    assert office.ask("POST", f"/mailings/{mailing}/resume").json()["state"] == "sending"
    assert office.told("POST", f"/mailings/{mailing}/resume")[0] == 409
    assert office.ask("POST", f"/mailings/{mailing}/cancel").json()["state"] == "cancelled"
    status, detail = office.told("POST", f"/mailings/{mailing}/pause")
    assert status == 409
    assert detail == "the mailing of daily 2026-04-26 is cancelled: it cannot be paused"
    assert office.get(f"/mailings/{mailing}")["counts"] == {"skipped": 3}


def test_uncertain_deliveries_are_sent_again_when_asked(office: Office, mailing: int) -> None:
    """It is named which ones."""
    settle(office, "uncertain")
    path = f"/mailings/{mailing}/resend"
    assert office.told("POST", path, json={"states": []})[0] == 422
    assert office.ask("POST", path, json={"states": ["failed"]}).json() == {"opened": 0}
    assert office.ask("POST", path, json={"states": ["uncertain"]}).json() == {"opened": 3}
    assert office.get(f"/mailings/{mailing}")["counts"] == {"queued": 3}


def test_deliveries_are_listed_a_page_at_a_time(office: Office, mailing: int) -> None:
    page = office.get(f"/mailings/{mailing}/deliveries?limit=2")
    rest = office.get(f"/mailings/{mailing}/deliveries?limit=2&after={page['next']}")
    found = page["items"] + rest["items"]
    assert sorted(each["address"] for each in found) == [f"r{n}@example.org" for n in range(3)]
    assert rest["next"] is None
    assert office.get(f"/mailings/{mailing}/deliveries?state=sent")["items"] == []


def test_who_may_not_see_subscribers_sees_no_address(office: Office, mailing: int) -> None:
    """Neither in what a server said."""
    settle(office, "failed")
    token = office.tokens.create("mailings", ["mailings:read"], NOW)
    path = f"/mailings/{mailing}/deliveries"
    masked = office.get(path, token=token)["items"]
    assert {(each["address"], each["reply"]) for each in masked} == {("r…@example.org", "")}
    assert office.get(path)["items"][0]["reply"] == "550 r0@example.org"


@pytest.mark.parametrize("path", ["", "/deliveries", "/pause", "/resume", "/cancel"])
def test_a_mailing_that_is_not_there_is_not_found(office: Office, path: str) -> None:
    method = "GET" if path in ("", "/deliveries") else "POST"
    assert office.told(method, f"/mailings/99{path}") == (404, "there is no mailing 99")


def test_a_number_that_no_mailing_can_have_is_refused(office: Office) -> None:
    """PostgreSQL numbers them with 31 bits."""
    assert office.told("GET", "/mailings?after=2147483648")[0] == 422
    assert office.told("GET", "/mailings/2147483648")[0] == 422


def test_a_filter_that_there_is_not_is_refused(office: Office, mailing: int) -> None:
    """A misspelt one would list everything."""
    answer = office.ask("GET", "/mailings?stat=paused")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "query.stat"
