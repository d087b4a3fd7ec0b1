"""Requests that tell what came back: our own, signed, and the rules for all of them."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from returned import NOW, Office, dsn, letter

from publisher.config.settings import ServiceSettings
from publisher.returns.hooks import MOST_OCTETS, Answer, Hooks
from publisher.returns.signature import sign

SECRET = "a secret of the service"


def refuse(url: str) -> bytes:
    raise ConnectionError(f"{url} was asked")


@pytest.fixture
def hooks(office: Office) -> Hooks:
    return Hooks(office.returns, ServiceSettings(webhook_secret=SECRET), refuse)


def post(
    hooks: Hooks, body: object, kind: str = "json", at: dt.datetime = NOW, now: dt.datetime = NOW
) -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return hooks.take(kind, {"X-Publisher-Signature": sign(SECRET, data, at)}, data, now)


def bounce(office: Office, who: int, **more: object) -> dict[str, object]:
    token = office.back(who, office.mail("2026-05-01"))[2:62]
    return {"type": "bounce", "token": token, "status": "5.1.1", "id": "1", **more}


class TestJson:
    def test_a_bounce_is_decided(self, office: Office, hooks: Hooks) -> None:
        who = office.reader()
        assert post(hooks, bounce(office, who)) == (200, "counted")
        assert office.subscriber(who).state == "dead"

    @pytest.mark.parametrize(
        ("status", "diagnostic", "state", "soft"),
        [
            ("", "550 5.1.1 user unknown", "dead", 0),
            ("5.2.2", "mailbox full", "ok", 1),
            ("5.7.1", "refused by policy", "ok", 0),
        ],
    )
    def test_by_status_and_words(
        self, office: Office, hooks: Hooks, status: str, diagnostic: str, state: str, soft: int
    ) -> None:
        who = office.reader()
        post(hooks, bounce(office, who, status=status, diagnostic=diagnostic))
        found = office.subscriber(who)
        assert (found.state, found.soft_count) == (state, soft)

    def test_a_complaint_ends_everything(self, office: Office, hooks: Hooks) -> None:
        who = office.reader()
        post(hooks, bounce(office, who, type="complaint"))
        assert office.subscriber(who).state == "complained"

    @pytest.mark.parametrize("by", ["token", "recipient"])
    def test_who_leaves_is_named_by_a_token_or_an_address_of_ours(
        self, office: Office, hooks: Hooks, by: str
    ) -> None:
        who = office.reader("ann@example.com", "daily", "weekly")
        named = office.leave(who)
        document = {"type": "unsubscribe", by: named[2:62] if by == "token" else named}
        assert post(hooks, document) == (200, "counted")
        states = {each.bulletin: each.state for each in office.subscriber(who).subscriptions}
        assert states == {"daily": "ended", "weekly": "active"}

    def test_the_same_request_again_counts_once(self, office: Office, hooks: Hooks) -> None:
        who = office.reader()
        document = bounce(office, who, status="4.2.2", diagnostic="full")
        assert post(hooks, document).text == "counted"
        later = NOW + dt.timedelta(hours=1)
        assert post(hooks, document, at=later, now=later).text == "known"
        assert office.subscriber(who).soft_count == 1

    def test_a_reader_s_own_address_says_nothing(self, office: Office, hooks: Hooks) -> None:
        who = office.reader()
        document = {"type": "bounce", "recipient": "ann@example.com", "status": "5.1.1"}
        assert post(hooks, document).status == 422
        assert office.subscriber(who).state == "ok"

    def test_a_forged_token_is_refused(self, office: Office, hooks: Hooks) -> None:
        who = office.reader()
        answer = post(hooks, {"type": "bounce", "token": "0" * 60, "status": "5.1.1"})
        assert answer.status == 422
        assert "nothing was changed" in answer.text
        assert office.subscriber(who).state == "ok"

    @pytest.mark.parametrize(
        ("body", "why"),
        [
            (b"{", "no JSON"),
            (b"[" * 30_000, "no JSON"),
            (b"\xff\xfe", "no JSON"),
            (b"[]", "no JSON object"),
            ({"type": "other", "token": "0" * 60}, "“type” is none of"),
            ({"type": "bounce"}, "neither “token” nor “recipient”"),
            ({"type": "bounce", "token": 5}, "neither “token” nor “recipient”"),
            ({"type": "bounce", "token": "0" * 60, "status": 5}, "are texts"),
        ],
    )
    def test_what_is_not_understood_is_told(self, hooks: Hooks, body: object, why: str) -> None:
        answer = post(hooks, body)
        assert answer.status == 400
        assert why in answer.text


class TestMail:
    def test_a_mail_as_it_was_received_is_decided(self, office: Office, hooks: Hooks) -> None:
        who = office.reader()
        message = dsn(office.back(who, office.mail("2026-05-01")))
        assert post(hooks, message, "mail") == (200, "counted")
        assert office.subscriber(who).state == "dead"

    def test_ordinary_mail_is_ignored(self, hooks: Hooks) -> None:
        assert post(hooks, letter("bounces@example.org"), "mail") == (200, "ignored")

    def test_what_is_no_mail_is_told(self, hooks: Hooks) -> None:
        assert post(hooks, b"\0\1", "mail").status == 400


class TestSignatures:
    @pytest.mark.parametrize(
        "header",
        [
            None,
            "",
            "v1=00",
            f"t={int(NOW.timestamp())},v1={'0' * 64}",
            sign("another secret", b"{}", NOW),
            sign(SECRET, b"{ }", NOW),
            sign(SECRET, b"{}", NOW - dt.timedelta(minutes=6)),
            sign(SECRET, b"{}", NOW + dt.timedelta(minutes=6)),
            sign(SECRET, b"{}", NOW).replace("t=1", "t=2"),
        ],
    )
    def test_a_wrong_or_old_one_is_refused_and_changes_nothing(
        self, hooks: Hooks, header: str | None
    ) -> None:
        headers = {} if header is None else {"x-publisher-signature": header}
        answer = hooks.take("json", headers, b"{}", NOW)
        assert answer == (403, "the signature is missing, wrong or too old")

    def test_one_of_two_secrets_is_enough(self, hooks: Hooks) -> None:
        """While the secret is changed."""
        old, new = sign("old", b"{}", NOW), sign(SECRET, b"{}", NOW)
        both = f"{old},{new.partition(',')[2]}"
        assert hooks.take("json", {"X-PUBLISHER-SIGNATURE": both}, b"{}", NOW).status == 400

    def test_refusals_are_logged_once_an_hour_and_kind(
        self, hooks: Hooks, caplog: pytest.LogCaptureFixture
    ) -> None:
        for minutes in (0, 10, 59, 61):
            for kind in ("json", "mail"):
                hooks.take(kind, {}, b"{}", NOW + dt.timedelta(minutes=minutes))
        assert len(caplog.messages) == 4


def test_an_unknown_kind_is_not_there(hooks: Hooks) -> None:
    assert post(hooks, {}, "other").status == 404


@pytest.mark.parametrize("kind", ["json", "mail", "sns"])
def test_without_a_secret_or_a_topic_nothing_is_there(office: Office, kind: str) -> None:
    closed = Hooks(office.returns, ServiceSettings(), refuse)
    assert closed.take(kind, {"x-publisher-signature": sign("", b"{}", NOW)}, b"{}", NOW)[0] == 404


@pytest.mark.parametrize("kind", ["json", "mail"])
def test_what_is_too_long_is_refused(hooks: Hooks, kind: str) -> None:
    assert post(hooks, b"x" * (MOST_OCTETS[kind] + 1), kind).status == 413
