"""The relay, and a mail whose signature is checked."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from publisher.deliver.transports.smtp_relay import Relay, Timeouts
from publisher.doctor.finding import Finding
from publisher.doctor.postal import TestMail, check_relay, check_signature
from publisher.fakes.resolver import FakeResolver
from publisher.fakes.smtp_server import ScriptedSmtpServer
from publisher.returns.source import Arrived

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
KEY = rsa.generate_private_key(65537, 2048)
PRIVATE = KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
RESOLVER = FakeResolver({"s1._domainkey.example.com": [f"v=DKIM1; k=rsa; p={PUBLIC}"]})
MAIL = b"From: b@news.example.com\r\nTo: a@example.org\r\nSubject: Hello\r\n\r\nA text.\r\n"


def signed(message: bytes = MAIL, domain: bytes = b"example.com") -> bytes:
    header: bytes = dkim.sign(
        message, b"s1", domain, PRIVATE, include_headers=[b"from", b"subject"]
    )
    return header + message


def states(found: Iterator[Finding]) -> list[tuple[str, str]]:
    return [(each.what, each.state) for each in found]


class TestTheRelay:
    def test_none_means_that_mail_stays_here(self) -> None:
        """In the outbox."""
        assert states(check_relay(None)) == [("relay", "ok")]

    def test_one_that_answers_is_fine(self) -> None:
        """It is greeted and asked for nothing."""
        with ScriptedSmtpServer() as server:
            relay = Relay(host="127.0.0.1", port=server.port, security="none")
            assert states(check_relay(relay)) == [("relay", "ok")]
            assert server.accepted == []

    def test_one_that_is_not_there_is_a_problem(self) -> None:
        """With where it was looked for."""
        with ScriptedSmtpServer() as server:
            port = server.port
        relay = Relay(host="127.0.0.1", port=port, security="none", timeouts=Timeouts(connect=2))
        (found,) = check_relay(relay)
        assert found.state == "problem"
        assert found.seen.startswith(f"127.0.0.1:{port}: ")


class TestSignatures:
    def test_one_that_holds_is_fine(self) -> None:
        """The domain above the sender's counts for DMARC."""
        (found,) = check_signature(signed(), "news.example.com", RESOLVER)
        assert (found.state, found.seen) == ("ok", "signed for example.com, and it holds")

    def test_a_mail_that_was_kept_with_other_line_ends_is_the_same(self) -> None:
        """A Maildir has LF."""
        kept = signed().replace(b"\r\n", b"\n")
        assert states(check_signature(kept, "news.example.com", RESOLVER)) == [("signature", "ok")]

    def test_a_mail_that_was_changed_is_a_problem(self) -> None:
        """A list program that adds a line, say."""
        changed = signed().replace(b"A text.", b"Another text.")
        (found,) = check_signature(changed, "news.example.com", RESOLVER)
        assert found.state == "problem"
        assert found.seen.startswith("that of example.com does not hold: body hash mismatch")

    def test_a_key_that_nobody_publishes_is_a_problem(self) -> None:
        """Nobody can check it then."""
        (found,) = check_signature(signed(), "news.example.com", FakeResolver())
        assert found.state == "problem"

    def test_somebody_elses_signature_is_a_warning(self) -> None:
        """It holds, and DMARC does not count it."""
        resolver = FakeResolver({"s1._domainkey.relay.test": [f"v=DKIM1; p={PUBLIC}"]})
        (found,) = check_signature(signed(domain=b"relay.test"), "news.example.com", resolver)
        assert found.state == "warning"

    def test_a_mail_without_one_is_a_problem(self) -> None:
        """The relay does not sign."""
        assert states(check_signature(MAIL, "example.com", RESOLVER)) == [("signature", "problem")]

    def test_what_is_no_signature_is_told(self) -> None:
        """And raises nothing."""
        broken = b"DKIM-Signature: v=1; d=example.com; s=s1; b=;\r\n" + MAIL
        (found,) = check_signature(broken, "example.com", RESOLVER)
        assert found.state == "problem"


@dataclass
class Mailbox:
    """What is sent arrives here, after some looks, between other people's mail."""

    looks: int = 0
    mails: list[bytes] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)

    def send(self, message: bytes, recipient: str) -> str:
        self.mails += [b"Subject: Delivery failed\r\n\r\n", signed(message)]
        return "250 queued"

    def messages(self) -> Iterator[Arrived]:
        self.looks -= 1
        if self.looks < 0:
            for each in list(self.mails):
                yield Arrived(each, None, lambda each=each: self.taken.append(each), lambda: None)


def compose(address: str, subject: str, now: dt.datetime) -> bytes:
    return f"From: b@example.com\r\nTo: {address}\r\nSubject: {subject}\r\n\r\nHello.\r\n".encode()


@pytest.fixture
def mail() -> TestMail:
    """A mail to a mailbox in which it arrives."""
    box = Mailbox()
    return TestMail(compose, box.send, box, "doctor@example.com", "example.com", patience=0)


def test_a_mail_that_comes_back_signed_is_fine(mail: TestMail) -> None:
    """Sent, arrived, signed."""
    found = list(mail.check(NOW, RESOLVER))
    assert [each.state for each in found] == ["ok", "ok", "ok"]
    assert found[-1].what == "signature"


def test_other_peoples_mail_stays_for_whom_it_is(mail: TestMail) -> None:
    """A bounce that lies there is still read by the service."""
    list(mail.check(NOW, RESOLVER))
    assert isinstance(mail.source, Mailbox)
    assert [b"Test mail" in each for each in mail.source.taken] == [True]


def test_a_mail_that_does_not_come_is_a_problem(mail: TestMail) -> None:
    """After the patience is over."""
    never = Mailbox(looks=1000)
    found = list(replace(mail, source=never, send=never.send).check(NOW, RESOLVER))
    assert found[-1].state == "problem"
    assert "did not arrive" in found[-1].seen


def test_without_a_mailbox_somebody_has_to_look(mail: TestMail) -> None:
    """And is told at what."""
    found = list(replace(mail, source=None).check(NOW, RESOLVER))
    assert found[-1].state == "unchecked"
    assert "Authentication-Results" in found[-1].remedy
