"""Requests with an idempotency key are done once."""

from __future__ import annotations

from typing import Any

import httpx
from frontoffice import NOW, SOMEBODY, Office

KEY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}


def create(office: Office, address: str = "new@example.com", **options: Any) -> httpx.Response:
    options.setdefault("headers", KEY)
    return office.ask("POST", "/subscribers", json=SOMEBODY | {"address": address}, **options)


def test_the_same_request_gets_the_same_answer(office: Office) -> None:
    """The second one is told apart by a header only."""
    first, second = create(office), create(office)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["content-type"] == "application/json"
    assert "idempotent-replayed" not in first.headers


def test_without_a_key_it_is_done_again(office: Office) -> None:
    """And found to be done already."""
    assert create(office, headers={}).status_code == 201
    assert create(office, headers={}).status_code == 409


def test_a_key_in_quotes_is_the_same_without_them(office: Office) -> None:
    """The draft has it in quotes; most clients have not."""
    create(office)
    bare = {"Idempotency-Key": KEY["Idempotency-Key"].strip('"')}
    assert create(office, headers=bare).headers["idempotent-replayed"] == "true"


def test_a_key_is_good_for_one_request(office: Office) -> None:
    """Another body with it is refused, and nothing is done."""
    create(office)
    assert create(office, "other@example.com").status_code == 422
    assert [each["address"] for each in office.get("/subscribers")["items"]] == ["new@example.com"]


def test_a_refusal_is_an_answer(office: Office) -> None:
    """It is given again, though things stand otherwise now."""
    create(office, headers={})
    assert create(office).status_code == 409
    person = office.get("/subscribers")["items"][0]["id"]
    office.ask("DELETE", f"/subscribers/{person}")
    again = create(office)
    assert (again.status_code, again.headers["content-type"]) == (409, "application/problem+json")


def test_keys_belong_to_a_token(office: Office) -> None:
    """Two programs may happen to have the same one."""
    other = office.tokens.create("other", ["subscribers:write"], NOW)
    create(office)
    assert create(office, "other@example.com", token=other).status_code == 201


def test_while_the_first_is_at_work_the_second_waits(office: Office) -> None:
    """A minute later the first one is taken for dead, and it is done."""
    request = _hash_of(create(office, "probe@example.com", headers={}))
    office.desk.answers.claim(1, "busy", request, NOW)
    busy = {"Idempotency-Key": "busy"}
    told = office.told(
        "POST", "/subscribers", json=SOMEBODY | {"address": "probe@example.com"}, headers=busy
    )
    assert told == (409, "the first request with this Idempotency-Key is still at work")
    office.later(minutes=1)
    detail = office.told(
        "POST", "/subscribers", json=SOMEBODY | {"address": "probe@example.com"}, headers=busy
    )[1]
    assert detail.endswith("already")


def _hash_of(answer: httpx.Response) -> str:
    import hashlib

    request = answer.request
    head = "\0".join(("POST", "/api/v1/subscribers", "")).encode()
    return hashlib.sha256(head + b"\0" + request.content).hexdigest()


def test_answers_are_kept_for_a_day(office: Office) -> None:
    """Then the key is as new."""
    create(office)
    office.later(hours=24, seconds=1)
    assert create(office).status_code == 409


def test_a_person_who_was_forgotten_is_in_no_answer(office: Office) -> None:
    """What was answered about them is erased with them."""
    person = create(office).json()["id"]
    change = {"edition": "zh"}
    office.ask("PUT", f"/subscribers/{person}/subscriptions/daily", json=change,
               headers={"Idempotency-Key": "change"})  # fmt: skip
    office.ask("DELETE", f"/subscribers/{person}")
    assert office.told("POST", "/subscribers", json=SOMEBODY, headers=KEY) == (
        409, "n…@example.com was forgotten, and gets no mail",
    )  # fmt: skip


def test_a_key_that_cannot_be_kept_is_refused(office: Office) -> None:
    """Before anything is done."""
    assert create(office, headers={"Idempotency-Key": "a b"}).status_code == 400
    assert create(office, headers={"Idempotency-Key": "x" * 101}).status_code == 400
    assert office.get("/subscribers")["items"] == []
