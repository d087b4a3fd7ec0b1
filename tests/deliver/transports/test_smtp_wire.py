"""The way to a relay: name, connection, greeting, TLS and login."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from publisher.deliver.transports.base import Accepted, Answer, Envelope, Refused, Uncertain
from publisher.deliver.transports.smtp import Relay, SmtpTransport, Timeouts
from publisher.errors import SettingsError
from publisher.fakes.certificate import server_context, write_certificate
from publisher.fakes.smtp_server import Fault, Manners

Post = Any
SECURE = pytest.mark.parametrize("security", ["starttls", "tls"])
LOGIN = {"user": "ann", "password": "secret"}


@pytest.mark.parametrize(
    ("step", "reply", "refused"),
    [
        ("greeting", "554 5.7.1 go away", (False, "the relay does not talk to us: ")),
        ("greeting", "421 4.3.2 come later", (True, "the relay does not talk to us: ")),
        ("greeting", "250 what", (True, "the relay does not talk to us: ")),
        ("EHLO", "550 5.7.1 who are you", (False, "the relay does not take our name: ")),
        ("EHLO", "421 4.3.2 come later", (True, "the relay does not take our name: ")),
    ],
)
def test_a_relay_that_does_not_want_us_is_told(
    post: Post, step: Any, reply: str, refused: tuple[bool, str]
) -> None:
    """With what it said; the next message tries again."""
    _, transport = post(Fault(step=step, reply=reply, close=True, nth=1))
    assert _send(transport) == Refused(refused[0], refused[1] + reply, "relay")
    assert isinstance(_send(transport), Accepted)


@pytest.mark.parametrize("step", ["greeting", "EHLO"])
@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ({"reply": "", "close": True}, "the relay closed the connection"),
        ({"reply": "SSH-2.0-OpenSSH_9"}, "the relay's answer is not SMTP: SSH-2.0-OpenSSH_9"),
        ({"reply": "250-more\r\n", "endless": True}, "the relay's answer does not end"),
        ({"reply": "x" * 1000, "endless": True}, "the relay's answer does not end"),
        ({"delay": 60}, "the relay did not answer in time"),
    ],
)
def test_a_beginning_that_goes_wrong_is_told(
    post: Post, step: Any, trouble: dict[str, Any], reason: str
) -> None:
    """Also by a server that is no mail server, or without end."""
    timeouts = Timeouts(command=0.2 if "delay" in trouble else 60)
    _, transport = post(Fault(step=step, **trouble), timeouts=timeouts)
    assert _send(transport) == Refused(True, reason, "relay")


def test_nobody_at_home_is_told(post: Post) -> None:
    """A relay that is down is named with its port."""
    server, transport = post()
    server.stop()
    reason = f"the relay 127.0.0.1:{server.port} cannot be reached: Connection refused"
    assert _send(transport) == Refused(True, reason, "relay")
    server.start()
    assert isinstance(_send(transport), Accepted)


def test_a_name_that_does_not_exist_is_told() -> None:
    """No name of a host has an empty part."""
    answer = _send(SmtpTransport(Relay(host="relay..example", port=25, security="none")))
    assert isinstance(answer, Refused)
    assert answer.reply.startswith("the relay's name relay..example was not found")
    assert (answer.temporary, answer.about) == (True, "relay")


@SECURE
def test_mail_goes_encrypted_to_a_relay_that_is_trusted(
    post: Post, security: str, certificate: Path
) -> None:
    """A large message arrives as it was, after a login."""
    manners = _manners(certificate, security, logins={"ann": "secret"})
    server, transport = post(manners=manners, security=security, ca_file=certificate, **LOGIN)
    message = [b"." * 2 + b"x" * 998 + b"\r\n"] * 500
    for _ in range(2):
        assert isinstance(transport.send(_envelope(), message), Accepted)
    first, second = server.accepted
    assert (first.is_encrypted, first.user, server.connections) == (True, "ann", 1)
    assert first.data == second.data == b"".join(part[1:] for part in message)


@SECURE
def test_a_certificate_that_nobody_has_signed_is_refused(
    post: Post, security: str, certificate: Path
) -> None:
    """Without the file that says so, it is not trusted, and no password is said."""
    manners = _manners(certificate, security, logins={"ann": "secret"})
    server, transport = post(manners=manners, security=security, **LOGIN)
    reason = "the relay's certificate is not valid: self-signed certificate"
    assert _send(transport) == Refused(True, reason, "relay")
    assert not any(line.startswith(("AUTH", "MAIL")) for line in server.lines)


@SECURE
def test_a_certificate_for_another_is_refused(post: Post, security: str, tmp_path: Path) -> None:
    """A relay that is trusted is trusted for its own name."""
    other = write_certificate(tmp_path / "other.pem", "relay.example", dt.datetime.now(dt.UTC))
    server, transport = post(manners=_manners(other, security), security=security, ca_file=other)
    answer = _send(transport)
    assert isinstance(answer, Refused)
    assert answer.reply.startswith("the relay's certificate is not valid: IP address mismatch")
    assert not server.accepted


def test_a_certificate_that_has_expired_is_refused(post: Post, tmp_path: Path) -> None:
    """The operator reads why."""
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    old = write_certificate(tmp_path / "old.pem", "127.0.0.1", long_ago)
    _, transport = post(manners=_manners(old, "tls"), security="tls", ca_file=old)
    assert _send(transport).reply == "the relay's certificate is not valid: certificate has expired"


def test_a_relay_that_speaks_no_tls_is_told(post: Post) -> None:
    """The usual mistake: the port of STARTTLS, spoken to in TLS."""
    _, transport = post(security="tls")
    answer = _send(transport)
    assert isinstance(answer, Refused)
    assert answer.about == "relay"
    assert answer.reply.startswith("TLS with the relay 127.0.0.1:")


def test_nothing_is_sent_where_starttls_is_not_offered(post: Post) -> None:
    """Somebody in between may have taken the offer away."""
    server, transport = post(security="starttls")
    assert _send(transport) == Refused(True, "the relay does not offer STARTTLS", "relay")
    assert [line.split()[0] for line in server.lines] == ["ehlo"]


def test_a_refused_starttls_is_told(post: Post, certificate: Path) -> None:
    """With the reply of the relay."""
    fault = Fault(step="STARTTLS", reply="454 4.7.0 no TLS today")
    _, transport = post(fault, manners=_manners(certificate, "starttls"), security="starttls")
    reason = "the relay refused STARTTLS: 454 4.7.0 no TLS today"
    assert _send(transport) == Refused(True, reason, "relay")


def test_what_was_said_before_tls_is_not_believed_after_it(post: Post, certificate: Path) -> None:
    """An answer to EHLO that somebody has put before the encryption (CVE-2011-0411)."""
    fault = Fault(step="STARTTLS", reply="220 go ahead\r\n250 SIZE 1")
    server, transport = post(
        fault,
        manners=_manners(certificate, "starttls"),
        security="starttls",
        ca_file=certificate,
    )
    assert isinstance(_send(transport), Accepted)
    assert server.accepted[0].is_encrypted


def test_a_wrong_password_is_told(post: Post, certificate: Path) -> None:
    """With the reply of the relay, and without the password."""
    manners = _manners(certificate, "tls", logins={"ann": "another"})
    server, transport = post(manners=manners, security="tls", ca_file=certificate, **LOGIN)
    reason = "the relay refused the login: 535 5.7.8 wrong user or password"
    assert _send(transport) == Refused(False, reason, "relay")
    assert transport.check() == Refused(False, reason, "relay")
    assert not server.accepted


@pytest.mark.parametrize(
    ("reply", "close", "refused"),
    [
        ("535 5.7.8 no", True, (False, "the relay refused the login: 535 5.7.8 no")),
        ("454 4.7.0 later", False, (True, "the relay refused the login: 454 4.7.0 later")),
        ("", True, (True, "the relay closed the connection")),
        ("334 A", False, (True, "the relay's answer is not SMTP: ")),
    ],
)
def test_a_login_that_goes_wrong_is_told(
    post: Post, certificate: Path, reply: str, close: bool, refused: tuple[bool, str]
) -> None:
    """The reason is that of the relay, where it gave one."""
    manners = _manners(certificate, "tls", logins={"ann": "secret"})
    fault = Fault(step="AUTH", reply=reply, close=close)
    _, transport = post(fault, manners=manners, security="tls", ca_file=certificate, **LOGIN)
    answer = _send(transport)
    assert isinstance(answer, Refused)
    assert (answer.temporary, answer.about) == (refused[0], "relay")
    assert answer.reply.startswith(refused[1])


def test_a_relay_without_logins_is_told(post: Post) -> None:
    """A password for a relay that asks for none is a mistake in the settings."""
    _, transport = post(**LOGIN)
    assert _send(transport) == Refused(True, "the relay does not offer a login", "relay")


def test_a_relay_with_strange_logins_is_told(post: Post) -> None:
    """Those that smtplib does not know."""
    server, transport = post(manners=Manners(extensions=("AUTH GSSAPI",)), **LOGIN)
    reason = f"the relay 127.0.0.1:{server.port} cannot be used: No suitable authentication method"
    assert _send(transport).reply.startswith(reason)


def test_a_relay_that_is_silent_about_tls_is_told(post: Post) -> None:
    """A connection alone is no relay yet."""
    timeouts = Timeouts(connect=0.2)
    server, transport = post(Fault(step="greeting", delay=60), security="tls", timeouts=timeouts)
    reason = f"the relay 127.0.0.1:{server.port} did not answer in time"
    assert _send(transport) == Refused(True, reason, "relay")


def test_over_tls_too_nobody_knows_after_the_dot(post: Post, certificate: Path) -> None:
    """And what was cut off before it may be tried again."""
    manners = _manners(certificate, "tls")
    server, transport = post(
        Fault(step="dot", reply="", close=True, is_taken=True, nth=1),
        Fault(step="body", after_bytes=1000, close=True, nth=2),
        manners=manners,
        security="tls",
        ca_file=certificate,
    )
    assert isinstance(_send(transport), Uncertain)
    answer = transport.send(_envelope(), [b"x" * 74 + b"\r\n"] * 600_000)
    assert isinstance(answer, Refused)
    assert (answer.temporary, answer.about) == (True, "relay")
    assert len(server.accepted) == 1


@pytest.mark.parametrize("content", [None, b"", b"nonsense"])
def test_certificates_that_cannot_be_read_are_a_mistake_in_the_settings(
    tmp_path: Path, content: bytes | None
) -> None:
    """Told before the first message."""
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    relay = Relay(host="127.0.0.1", port=25, ca_file=file)
    with pytest.raises(SettingsError, match=r"the certificates in .*ca\.pem cannot be read"):
        SmtpTransport(relay)
    assert SmtpTransport(dataclasses.replace(relay, security="none"))


def _manners(certificate: Path, security: str, **more: Any) -> Manners:
    context = server_context(certificate)
    return Manners(tls=context, is_tls_first=security == "tls", **more)


def _send(transport: SmtpTransport) -> Answer:
    return transport.send(_envelope(), [b"Subject: hello\r\n\r\nhello\r\n"])


def _envelope() -> Envelope:
    return Envelope("bounces@example.com", "ann@example.org", "1")
