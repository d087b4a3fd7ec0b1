"""Amazon's notifications: only what Amazon has signed, and only about our own mail."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from returned import NOW, Office

from publisher.config.settings import ServiceSettings
from publisher.returns.hooks import Answer, Hooks
from publisher.returns.sns import canonical

TOPIC = "arn:aws:sns:eu-central-1:123456789012:bounces"
CERTIFICATE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0.pem"
CONFIRM = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=1"
HASHES = {"1": SHA1, "2": SHA256}


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


class Amazon:
    """What stands in for Amazon: signs, and has the certificate at its address."""

    def __init__(self, key: RSAPrivateKey) -> None:
        self._key = key
        self.asked: list[str] = []
        self.is_down = False
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        self.pem = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(NOW - dt.timedelta(days=1))
            .not_valid_after(NOW + dt.timedelta(days=30))
            .sign(key, SHA256())
            .public_bytes(Encoding.PEM)
        )

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if self.is_down:
            raise ConnectionError("no route")
        return self.pem

    def message(self, content: object, version: str = "2", **changes: object) -> dict[str, object]:
        message: dict[str, object] = {
            "Type": "Notification", "MessageId": "m1", "TopicArn": TOPIC,
            "Message": content if isinstance(content, str) else json.dumps(content),
            "Timestamp": "2026-05-01T08:00:00.000Z", "SignatureVersion": version,
            "SigningCertURL": CERTIFICATE, **changes,
        }  # fmt: skip
        text = canonical(message)
        if text is not None and "Signature" not in changes:
            signature = self._key.sign(text, PKCS1v15(), HASHES[version]())
            message["Signature"] = base64.b64encode(signature).decode()
        return message


@pytest.fixture
def amazon(key: RSAPrivateKey) -> Amazon:
    return Amazon(key)


@pytest.fixture
def hooks(office: Office, amazon: Amazon) -> Hooks:
    return Hooks(office.returns, ServiceSettings(sns_topics=(TOPIC,)), amazon.fetch)


def post(hooks: Hooks, message: object, now: dt.datetime = NOW) -> Answer:
    return hooks.take("sns", {}, json.dumps(message).encode(), now)


def bounce(
    office: Office, who: int, kind: str = "Permanent", sub: str = "General", **recipient: str
) -> dict[str, object]:
    source = office.back(who, office.mail("2026-05-01"))
    return {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": kind, "bounceSubType": sub, "feedbackId": "f1",
            "bouncedRecipients": [{"emailAddress": "ann@example.com", **recipient}],
        },
        "mail": {"source": source, "messageId": "0", "destination": ["ann@example.com"]},
    }  # fmt: skip


NOBODY = {"status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}


class TestBounces:
    @pytest.mark.parametrize("version", ["1", "2"])
    def test_what_amazon_has_signed_is_decided(
        self, office: Office, amazon: Amazon, hooks: Hooks, version: str
    ) -> None:
        who = office.reader()
        message = amazon.message(bounce(office, who, **NOBODY), version)
        assert post(hooks, message) == (200, "counted")
        assert office.subscriber(who).state == "dead"

    @pytest.mark.parametrize(
        ("kind", "sub", "recipient", "after"),
        [
            ("Permanent", "General", NOBODY, ("dead", 0)),
            ("Permanent", "General", {}, ("dead", 0)),
            ("Permanent", "General", {"status": "5.7.1", "diagnosticCode": "policy"}, ("ok", 0)),
            ("Permanent", "NoEmail", {}, ("dead", 0)),
            ("Permanent", "Suppressed", {"status": "5.1.1", "diagnosticCode":
             "Amazon SES has suppressed sending to this address because it has a recent history "
             "of bouncing as an invalid address."}, ("dead", 0)),
            ("Permanent", "OnAccountSuppressionList", {"diagnosticCode":
             "Amazon SES did not send the message to this address because it is on the "
             "suppression list for your account."}, ("dead", 0)),
            ("Transient", "MailboxFull", {}, ("ok", 1)),
            ("Transient", "MessageTooLarge", {}, ("ok", 1)),
            ("Transient", "General", {"status": "4.4.1", "diagnosticCode": "timeout"}, ("ok", 1)),
            ("Transient", "General", {}, ("ok", 0)),
            ("Transient", "ContentRejected", {}, ("ok", 0)),
            ("Undetermined", "Undetermined", {}, ("ok", 1)),
            ("Undetermined", "Undetermined", NOBODY, ("ok", 1)),
        ],
    )  # fmt: skip
    def test_each_type_means_what_amazon_says_it_does(
        self,
        office: Office,
        amazon: Amazon,
        hooks: Hooks,
        kind: str,
        sub: str,
        recipient: dict[str, str],
        after: tuple[str, int],
    ) -> None:
        who = office.reader()
        answer = post(hooks, amazon.message(bounce(office, who, kind, sub, **recipient)))
        assert answer.status == 200
        found = office.subscriber(who)
        assert (found.state, found.soft_count) == after

    def test_an_event_says_the_same_as_a_notification(
        self, office: Office, amazon: Amazon, hooks: Hooks
    ) -> None:
        who = office.reader()
        document = bounce(office, who, **NOBODY)
        document["eventType"] = document.pop("notificationType")
        post(hooks, amazon.message(document))
        assert office.subscriber(who).state == "dead"

    def test_the_same_one_in_another_message_counts_once(
        self, office: Office, amazon: Amazon, hooks: Hooks
    ) -> None:
        who = office.reader()
        document = bounce(office, who, "Transient", "MailboxFull")
        assert post(hooks, amazon.message(document)).text == "counted"
        assert post(hooks, amazon.message(document, MessageId="m2")).text == "known"

    def test_it_is_found_by_the_headers_where_the_source_is_not_ours(
        self, office: Office, amazon: Amazon, hooks: Hooks
    ) -> None:
        who = office.reader()
        document = bounce(office, who, **NOBODY)
        mail = document["mail"]
        assert isinstance(mail, dict)
        back = mail["source"]
        mail.update(source="news@example.org", headers=[{"name": "Return-Path", "value": back}])
        post(hooks, amazon.message(document))
        assert office.subscriber(who).state == "dead"

    def test_one_without_a_token_of_ours_changes_nothing(
        self, office: Office, amazon: Amazon, hooks: Hooks
    ) -> None:
        who = office.reader()
        document = bounce(office, who, **NOBODY) | {"mail": {"source": "news@example.org"}}
        assert post(hooks, amazon.message(document)) == (200, "unclaimed")
        assert office.subscriber(who).state == "ok"


@pytest.mark.parametrize(
    ("feedback_type", "state"), [("abuse", "complained"), ("not-spam", "ok"), (None, "complained")]
)
def test_a_complaint_ends_everything(
    office: Office, amazon: Amazon, hooks: Hooks, feedback_type: str | None, state: str
) -> None:
    who = office.reader()
    document = bounce(office, who) | {
        "notificationType": "Complaint",
        "complaint": {
            "complainedRecipients": [{"emailAddress": "ann@example.com"}],
            "complaintFeedbackType": feedback_type,
        },
    }
    post(hooks, amazon.message(document))
    assert office.subscriber(who).state == state


@pytest.mark.parametrize(
    "content",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        {"notificationType": "Delivery", "delivery": {"recipients": ["ann@example.com"]}},
        {"eventType": "Open", "open": {}},
        {"notificationType": "Bounce"},
        [],
    ],
)
def test_what_is_no_bounce_is_ignored(amazon: Amazon, hooks: Hooks, content: object) -> None:
    assert post(hooks, amazon.message(content)) == (200, "ignored")


class TestForgeries:
    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"Signature": base64.b64encode(b"0" * 256).decode()}, "signature is wrong"),
            ({"Signature": "-"}, "no base64"),
            ({"Signature": None}, "signature is wrong"),
            ({"SignatureVersion": "3"}, "of no kind"),
            ({"TopicArn": TOPIC + "2"}, "of no topic"),
            ({"Type": "Other"}, "of no kind"),
            ({"MessageId": 5}, "of no kind"),
            ({"SigningCertURL": "http://sns.eu-central-1.amazonaws.com/a.pem"}, "not at Amazon's"),
            ({"SigningCertURL": "https://sns.eu-central-1.amazonaws.com.evil.example/a.pem"},
             "not at Amazon's"),
            ({"SigningCertURL": "https://x@sns.eu-central-1.amazonaws.com/a.pem"},
             "not at Amazon's"),
            ({"SigningCertURL": "https://sns.eu-central-1.amazonaws.com:8443/a.pem"},
             "not at Amazon's"),
            ({"SigningCertURL": "https://sns.eu-central-1.amazonaws.com/a.txt"},
             "not at Amazon's"),
            ({"SigningCertURL": "https://sns.us-east-1.amazonaws.com/a.pem"}, "not at Amazon's"),
            ({"SigningCertURL": "https://evil.example/?sns.eu-central-1.amazonaws.com/a.pem"},
             "not at Amazon's"),
            ({"SigningCertURL": "https://[/a.pem"}, "not at Amazon's"),
            ({"SigningCertURL": None}, "not at Amazon's"),
        ],
    )  # fmt: skip
    def test_what_amazon_has_not_signed_is_refused_and_changes_nothing(
        self, office: Office, amazon: Amazon, hooks: Hooks, change: dict[str, object], why: str
    ) -> None:
        who = office.reader()
        message = amazon.message(bounce(office, who, **NOBODY)) | change
        answer = post(hooks, message)
        assert answer.status == 403
        assert why in answer.text
        assert office.subscriber(who).state == "ok"
        assert [url for url in amazon.asked if url != CERTIFICATE] == []

    def test_a_changed_message_is_refused(
        self, office: Office, amazon: Amazon, hooks: Hooks
    ) -> None:
        who = office.reader()
        message = amazon.message({}) | {"Message": json.dumps(bounce(office, who, **NOBODY))}
        assert post(hooks, message).status == 403

    @pytest.mark.parametrize("days", [-2, 31])
    def test_a_certificate_out_of_its_time_is_refused(
        self, amazon: Amazon, hooks: Hooks, days: int
    ) -> None:
        answer = post(hooks, amazon.message({}), NOW + dt.timedelta(days=days))
        assert answer == (403, "its certificate is not valid now")

    def test_what_is_no_certificate_is_refused(self, amazon: Amazon, hooks: Hooks) -> None:
        amazon.pem = b"<html>"
        assert post(hooks, amazon.message({})).status == 403


class TestCertificates:
    def test_one_is_fetched_once(self, amazon: Amazon, hooks: Hooks) -> None:
        for number in range(3):
            post(hooks, amazon.message({}, MessageId=str(number)))
        assert amazon.asked == [CERTIFICATE]

    def test_where_none_can_be_had_amazon_is_to_try_again(
        self, amazon: Amazon, hooks: Hooks
    ) -> None:
        amazon.is_down = True
        assert post(hooks, amazon.message({})).status == 503

    def test_whoever_names_one_after_another_is_cut_off(self, amazon: Amazon, hooks: Hooks) -> None:
        amazon.is_down = True
        for number in range(50):
            url = CERTIFICATE.replace("-0.pem", f"-{number}.pem")
            post(hooks, amazon.message({}, SigningCertURL=url))
        assert len(amazon.asked) == 20


class TestConfirming:
    @pytest.fixture
    def confirm(self, amazon: Amazon, hooks: Hooks) -> Callable[..., Answer]:
        def call(**changes: object) -> Answer:
            values = {"Type": "SubscriptionConfirmation", "SubscribeURL": CONFIRM, "Token": "1"}
            return post(hooks, amazon.message("You have chosen …", **(values | changes)))

        return call

    def test_a_subscription_to_our_topic_is_confirmed(
        self, amazon: Amazon, confirm: Callable[..., Answer]
    ) -> None:
        assert confirm() == (200, "confirmed")
        assert amazon.asked == [CERTIFICATE, CONFIRM]

    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example/",
            "http://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription",
            "https://sns.eu-central-1.amazonaws.com@evil.example/",
            "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription",
        ],
    )
    def test_and_only_at_amazon_s(
        self, amazon: Amazon, confirm: Callable[..., Answer], url: str
    ) -> None:
        assert confirm(SubscribeURL=url).status == 403
        assert amazon.asked == [CERTIFICATE]

    def test_that_of_another_topic_is_not(
        self, amazon: Amazon, confirm: Callable[..., Answer]
    ) -> None:
        assert confirm(TopicArn=TOPIC.replace("bounces", "others")).status == 403
        assert amazon.asked == []

    def test_an_end_is_noted(self, confirm: Callable[..., Answer]) -> None:
        assert confirm(Type="UnsubscribeConfirmation") == (200, "noted")


def test_what_is_signed_is_written_as_amazon_writes_it() -> None:
    """Names in their order, each value on a line; a subject only where there is one."""
    message = {
        "Type": "Notification", "MessageId": "m", "TopicArn": TOPIC, "Message": "a\nb",
        "Timestamp": "t", "Subject": "s", "SignatureVersion": "1",
    }  # fmt: skip
    text = f"Message\na\nb\nMessageId\nm\nSubject\ns\nTimestamp\nt\nTopicArn\n{TOPIC}\n"
    assert canonical(message) == f"{text}Type\nNotification\n".encode()
    del message["Subject"]
    assert canonical(message) == f"{text}Type\nNotification\n".replace("Subject\ns\n", "").encode()
