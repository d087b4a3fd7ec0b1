"""Subscribers through the API."""

from __future__ import annotations

from typing import Any

import pytest
from frontoffice import CONSENT, SOMEBODY, Office

from publisher.subscribers.addresses import read_address
from publisher.subscribers.standing import Standing


def change(office: Office, person: str, body: Any, bulletin: str = "daily") -> Any:
    path = f"/subscribers/{person}/subscriptions/{bulletin}"
    return office.ask("PUT", path, json=body)


def test_somebody_who_agreed_gets_a_bulletin_at_once(office: Office) -> None:
    """The proof is kept as it was given."""
    asked = "2026-03-01T10:00:00+08:00"
    consent = CONSENT | {"asked": asked, "asked_from": "192.0.2.7"}
    answer = office.ask("POST", "/subscribers", json=SOMEBODY | {"consent": consent})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["address"], made["state"], made["source"]) == ("new@example.com", "ok", "shop")
    (choice,) = made["subscriptions"]
    assert (choice["bulletin"], choice["edition"], choice["state"]) == ("daily", "en", "active")
    (proof,) = office.desk.people.consents(int(made["id"]))
    assert (proof["shown"], proof["source"]) == ("Send it to me.", "shop")
    assert (proof["asked"], proof["asked_from"]) == ("2026-03-01T02:00:00+00:00", "192.0.2.7")


def test_without_consent_a_mail_asks_for_it(office: Office) -> None:
    """Nothing runs before that was confirmed."""
    body = {key: value for key, value in SOMEBODY.items() if key != "consent"}
    answer = office.ask("POST", "/subscribers", json=body)
    assert (answer.status_code, answer.json()) == (202, {"status": "asked"})
    (person,) = office.get("/subscribers?state=pending")["items"]
    assert [each["state"] for each in person["subscriptions"]] == ["pending"]


def test_a_known_address_is_not_added_again(office: Office) -> None:
    """In any spelling; the answer names whose it is."""
    person = office.person("new@example.com")
    status, detail = office.told(
        "POST", "/subscribers", json=SOMEBODY | {"address": "NEW@EXAMPLE.com"}
    )
    assert (status, detail) == (409, f"N…@example.com is subscriber {person} already")


def test_who_was_forgotten_does_not_come_back(office: Office) -> None:
    """Neither with consent nor with a mail that asks."""
    person = office.person("new@example.com")
    assert office.ask("DELETE", f"/subscribers/{person}").json() == {"is_complete": True}
    assert office.ask("GET", f"/subscribers/{person}").status_code == 404
    for body in (SOMEBODY, SOMEBODY | {"consent": None}):
        assert office.told("POST", "/subscribers", json=body)[0] == 409


def test_an_address_must_be_one(office: Office) -> None:
    """The answer says what is wrong with it, in the shape of all problems."""
    body = SOMEBODY | {"address": "nobody at example"}
    answer = office.ask("POST", "/subscribers", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "address"


@pytest.mark.parametrize(
    ("change_of", "status"),
    [
        ({"subscriptions": [{"bulletin": "none", "edition": "en"}]}, 404),
        ({"subscriptions": [{"bulletin": "daily", "edition": "fr"}]}, 404),
        ({"subscriptions": []}, 422),
        ({"consent": {"shown": "", "language": "en", "source": "x"}}, 422),
        ({"consent": CONSENT | {"asked": "2026-01-01T00:00:00"}}, 422),
        ({"unknown": 1}, 422),
        ({"name": "\ud800"}, 422),
    ],
)
def test_what_does_not_fit_adds_nobody(
    office: Office, change_of: dict[str, Any], status: int
) -> None:
    """Everything is looked at before anything is written."""
    import json

    text = json.dumps(SOMEBODY | change_of)
    headers = {"Content-Type": "application/json"}
    assert office.told("POST", "/subscribers", content=text, headers=headers)[0] == status
    assert office.get("/subscribers")["items"] == []


def test_subscribers_are_listed_a_page_at_a_time(office: Office) -> None:
    """Each once, by number; the last page has no next."""
    made = {office.person(f"r{number}@example.org") for number in range(5)}
    seen: list[str] = []
    after = ""
    while True:
        page = office.get(f"/subscribers?limit=2{after}")
        seen += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == sorted(made, key=int)


def test_subscribers_are_found(office: Office) -> None:
    """By part of the address, bulletin and edition, state of the address."""
    office.person("anna@example.org", "zh")
    bob = office.person("bob@example.org", "en")
    office.desk.people.stand(int(bob), Standing("dead"), office.now)

    def found(query: str) -> list[str]:
        return [each["address"] for each in office.get(f"/subscribers?{query}")["items"]]

    assert found("match=ANNA") == ["anna@example.org"]
    assert found("bulletin=daily&edition=en") == ["bob@example.org"]
    assert found("state=dead") == ["bob@example.org"]
    assert found("state=ended") == []
    assert found("match=%25") == []


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "after=-1", "after=x", "state=no"])
def test_a_page_has_limits(office: Office, query: str) -> None:
    """Of 500 at most."""
    assert office.told("GET", f"/subscribers?{query}")[0] == 422


def test_a_subscription_changes_pauses_and_ends(office: Office) -> None:
    """As a reader could do it on their own page."""
    person = office.person()
    for body, state, edition in (
        ({"edition": "en"}, "active", "en"),
        ({"edition": "en", "state": "paused"}, "paused", "en"),
        ({"edition": "zh", "state": "active"}, "active", "zh"),
        ({"edition": "zh", "state": "ended"}, "ended", "zh"),
        ({"edition": "zh", "state": "ended"}, "ended", "zh"),
    ):
        told = change(office, person, body).json()
        assert (told["state"], told["edition"]) == (state, edition)
    assert told["ended_by"] == "api"


def test_a_subscription_begins_only_with_consent(office: Office) -> None:
    """Also anew after its end."""
    person = office.person()
    change(office, person, {"edition": "zh", "state": "ended"})
    assert change(office, person, {"edition": "zh", "state": "paused"}).status_code == 409
    assert change(office, person, {"edition": "zh"}).status_code == 409
    again = change(office, person, {"edition": "zh", "consent": CONSENT})
    assert (again.status_code, again.json()["state"]) == (200, "active")
    assert len(office.desk.people.consents(int(person))) == 2


def test_an_address_that_gets_no_mail_begins_nothing(office: Office) -> None:
    """Who follows the link of a mail is back; a program cannot say it for them."""
    person = office.person()
    change(office, person, {"edition": "zh", "state": "ended"})
    office.desk.people.stand(int(person), Standing("complained"), office.now)
    answer = change(office, person, {"edition": "zh", "consent": CONSENT})
    assert answer.status_code == 409
    assert "complained" in answer.json()["detail"]


def test_who_was_never_subscribed_has_nothing_to_end(office: Office) -> None:
    """There is no such subscription."""
    office.newsroom.bulletin("weekly")
    person = office.person()
    ended = {"edition": "zh", "state": "ended"}
    assert change(office, person, ended, "weekly").status_code == 404
    assert office.desk.people.find(read_address("reader@example.org")) is not None


@pytest.mark.parametrize("number", ["9223372036854775808", "-1", "x", "%00"])
def test_a_number_that_nobody_can_have_is_refused(office: Office, number: str) -> None:
    """The database is not asked for it."""
    assert office.told("GET", f"/subscribers/{number}")[0] == 422
