"""Requests that tell what came back: signed JSON, signed mails, and Amazon's notifications."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

from publisher.config.settings import ServiceSettings
from publisher.returns import ses
from publisher.returns.returns import NoMail, Returns, Verdict, entry_of
from publisher.returns.signature import HEADER, is_signed
from publisher.returns.sns import Certificates, Fetch, NotAmazon, confirm_url, verify
from publisher.subscribers.feedback.report import Report
from publisher.subscribers.judging import mildest, read_reply
from publisher.subscribers.meant import Meant, meant, meant_by_report
from publisher.subscribers.tokens import TOKEN_LENGTH, Kind

log = logging.getLogger("publisher.returns")

MOST_OCTETS = {"json": 64 * 1024, "mail": 5 * 1024 * 1024, "sns": 512 * 1024}
"""Of the body of a request, by kind; whoever reads it need not read more."""
_HOUR = dt.timedelta(hours=1)
_TYPES = ("bounce", "complaint", "unsubscribe")


class Answer(NamedTuple):
    """What a request is answered: status of HTTP, and a line of text."""

    status: int
    text: str


class Refused(Exception):
    """A request that changes nothing."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.answer = Answer(status, text)


class Hooks:
    """Takes requests; `fetch` gets Amazon's certificates, and confirms to it."""

    def __init__(self, returns: Returns, settings: ServiceSettings, fetch: Fetch) -> None:
        self._returns = returns
        self._settings = settings
        self._fetch = fetch
        self._certificates = Certificates(fetch)
        self._told: dict[str, dt.datetime] = {}

    def take(self, kind: str, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> Answer:
        """Answer a request of a kind: json, mail or sns; raises StepFailed, to be told as 503.

        The names of `headers` may be written in any case.
        """
        if kind not in MOST_OCTETS or not self._is_open(kind):
            return Answer(404, "there is nothing here")
        if len(body) > MOST_OCTETS[kind]:
            return Answer(413, f"at most {MOST_OCTETS[kind]} octets are taken")
        try:
            if kind == "sns":
                return self._sns(body, now)
            self._refuse_unsigned(headers, body, now)
            return self._json(body, now) if kind == "json" else self._mail(body, now)
        except Refused as refused:
            if refused.answer.status == 403:
                self._tell(kind, refused.answer.text, now)
            return refused.answer

    def _is_open(self, kind: str) -> bool:
        if kind == "sns":
            return bool(self._settings.sns_topics)
        return bool(self._settings.webhook_secret)

    def _refuse_unsigned(self, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> None:
        given = next((value for name, value in headers.items() if name.lower() == HEADER), "")
        if not is_signed(self._settings.webhook_secret, given, body, now):
            raise Refused(403, "the signature is missing, wrong or too old")

    def _tell(self, kind: str, why: str, now: dt.datetime) -> None:
        """Once an hour: whoever knocks must not fill the log."""
        if now - self._told.get(kind, now - _HOUR) >= _HOUR:
            self._told[kind] = now
            log.warning("a request to /-/feedback/%s was refused: %s", kind, why)

    # Our own -----------------------------------------------------------------------------------

    def _mail(self, body: bytes, now: dt.datetime) -> Answer:
        try:
            return _answer(self._returns.take(body, None, now))
        except NoMail as error:
            raise Refused(400, str(error)) from None

    def _json(self, body: bytes, now: dt.datetime) -> Answer:
        document = _document(body)
        report, who = _report_of(document), self._who(document)
        if who.token is None:
            log.warning("a %s by JSON for nobody of ours: nothing was changed", report.kind)
            raise Refused(422, "this is no token or return address of ours: nothing was changed")
        given = document.get("id")
        key = str(given) if given else hashlib.sha256(body).hexdigest()
        return self._count(report, who, f"json {key}", now)

    def _who(self, document: Mapping[str, Any]) -> Meant:
        """By a token as it is, or by an address of ours that holds one."""
        text = document.get("token") or document.get("recipient")
        if not isinstance(text, str):
            raise Refused(400, "neither “token” nor “recipient” says who is meant")
        if len(text) == TOKEN_LENGTH:
            keys = self._returns.keys
            token = keys.read(text, Kind.DELIVERY) or keys.read(text, Kind.READER)
            return Meant(token, is_forged=token is None)
        found = meant(self._returns.keys, "b", [text])
        return found if found.token else meant(self._returns.keys, "u", [text])

    # Amazon's ----------------------------------------------------------------------------------

    def _sns(self, body: bytes, now: dt.datetime) -> Answer:
        message = _document(body)
        if message.get("TopicArn") not in self._settings.sns_topics:
            raise Refused(403, "it is of no topic in PUBLISHER_SNS_TOPICS")
        try:
            verify(message, self._certificates, now)
            if message["Type"] == "SubscriptionConfirmation":
                self._fetch(confirm_url(message))
                log.info("confirmed the subscription to %s", message["TopicArn"])
                return Answer(200, "confirmed")
        except NotAmazon as error:
            raise Refused(403, str(error)) from None
        except OSError as error:
            log.warning("Amazon SNS cannot be asked: %s", error)
            raise Refused(503, "Amazon SNS cannot be asked now") from None
        if message["Type"] == "UnsubscribeConfirmation":
            log.warning("the subscription to %s has ended", message["TopicArn"])
            return Answer(200, "noted")
        return self._ses(message, now)

    def _ses(self, message: Mapping[str, Any], now: dt.datetime) -> Answer:
        try:
            document = json.loads(message["Message"])
        except (ValueError, RecursionError):
            document = None  # SNS says in plain words that a topic works
        reports = ses.reports_of(document) if isinstance(document, dict) else []
        if not reports:
            return Answer(200, "ignored")
        places = list(ses.addresses_of(document))
        who = meant_by_report(self._returns.keys, places[:1], places[1:])
        key = ses.identity_of(document) or str(message["MessageId"])
        return self._count(mildest(reports), who, f"ses {key}", now)

    def _count(self, report: Report, who: Meant, key: str, now: dt.datetime) -> Answer:
        entry = dataclasses.replace(entry_of(report, who, key), ended_by="webhook")
        return _answer(self._returns.count([entry], now))


def _document(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "the body is no JSON") from None
    if not isinstance(found, dict):
        raise Refused(400, "the body is no JSON object")
    return found


def _report_of(document: Mapping[str, Any]) -> Report:
    kind = document.get("type")
    if kind not in _TYPES:
        raise Refused(400, f"“type” is none of {', '.join(_TYPES)}")
    texts = {name: document.get(name) or "" for name in ("status", "diagnostic", "feedback_type")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise Refused(400, "“status”, “diagnostic” and “feedback_type” are texts")
    if kind == "bounce":
        return read_reply(f"{texts['status']} {texts['diagnostic']}".strip())
    return dataclasses.replace(
        read_reply(""), kind=kind, feedback_type=texts["feedback_type"],
        diagnostic=texts["diagnostic"][:500],
    )  # fmt: skip


def _answer(verdicts: list[Verdict]) -> Answer:
    """What was made of it; nothing about a person."""
    return Answer(200, ", ".join(verdict.outcome for verdict in verdicts))
