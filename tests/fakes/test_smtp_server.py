"""The scripted server, as smtplib sees it: a client of other people."""

from __future__ import annotations

import datetime as dt
import hashlib
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.fakes.certificate import server_context, write_certificate
from publisher.fakes.smtp_server import Fault, Manners, ScriptedSmtpServer

MESSAGE = b"Message-ID: <1.a@example.com>\r\n\r\n.\r\n..dots\r\nhello\r\n"
TO = ["ann@example.org"]


@pytest.fixture
def server() -> Iterator[ScriptedSmtpServer]:
    """One that takes everything."""
    with ScriptedSmtpServer(keeps_data=True) as made:
        yield made


def test_a_message_is_kept_with_its_envelope(server: ScriptedSmtpServer) -> None:
    """As it was before it was sent."""
    with _client(server) as client:
        client.sendmail("b@example.com", TO, MESSAGE, ["RET=HDRS"], ["NOTIFY=NEVER"])
    (received,) = server.accepted
    assert (received.sender, received.recipient) == ("b@example.com", "ann@example.org")
    assert (received.mail, received.rcpt) == ("RET=HDRS", "NOTIFY=NEVER")
    assert received.message_id == "1.a@example.com"
    assert received.data == MESSAGE
    assert received.sha256 == hashlib.sha256(MESSAGE).hexdigest()


def test_each_recipient_of_a_message_has_one(server: ScriptedSmtpServer) -> None:
    """In the order of their RCPT."""
    with _client(server) as client:
        client.sendmail("b@example.com", ["ann@example.org", "bob@example.org"], MESSAGE)
    assert [each.recipient for each in server.accepted] == ["ann@example.org", "bob@example.org"]


def test_messages_are_not_kept_unless_asked_for() -> None:
    """A mailing of thousands would not fit."""
    with ScriptedSmtpServer() as server, _client(server) as client:
        client.sendmail("b@example.com", TO, MESSAGE)
        assert server.accepted[0].data == b""
        assert server.accepted[0].sha256 == hashlib.sha256(MESSAGE).hexdigest()


def test_the_log_has_what_was_taken_before_it_is_answered(tmp_path: Path) -> None:
    """Also when the answer never comes."""
    log = tmp_path / "taken.log"
    faults = [
        Fault(step="dot", reply="", close=True, is_taken=True, nth=1),
        Fault(step="dot", reply="", close=True, is_taken=False, nth=2),
    ]
    with ScriptedSmtpServer(faults, log=log) as server:
        for _ in faults:
            with _client(server) as client, pytest.raises(smtplib.SMTPServerDisconnected):
                client.sendmail("b@example.com", TO, MESSAGE)
    digest = hashlib.sha256(MESSAGE).hexdigest()
    assert log.read_text() == f"1.a@example.com\tann@example.org\t{digest}\n"
    assert len(server.accepted) == 1


def test_it_keeps_order(server: ScriptedSmtpServer) -> None:
    """Commands out of turn are refused as a real server would."""
    with _client(server) as client:
        client.ehlo()
        codes = [client.docmd(line)[0] for line in ("RCPT TO:<a@x>", "DATA", "MAIL FROM:<b@x>")]
        codes += [client.docmd(line)[0] for line in ("MAIL FROM:<b@x>", "RCPT TO: a@x", "WHAT")]
    assert codes == [503, 554, 250, 503, 501, 502]


def test_a_limit_of_size_is_kept() -> None:
    """RFC 1870."""
    manners = Manners(extensions=("SIZE 10",))
    refused = pytest.raises(smtplib.SMTPSenderRefused, match=r"5\.3\.4")
    with ScriptedSmtpServer(manners=manners) as server, _client(server) as client, refused:
        client.sendmail("b@example.com", TO, MESSAGE)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_login_over_tls_is_checked(tmp_path: Path, mechanism: str, is_first: bool) -> None:
    """By both mechanisms, and with both kinds of TLS."""
    file = write_certificate(tmp_path / "tls.pem", "127.0.0.1", dt.datetime.now(dt.UTC))
    trust = ssl.create_default_context(cafile=str(file))
    manners = Manners(tls=server_context(file), is_tls_first=is_first, logins={"ann": "secret"})
    with ScriptedSmtpServer(manners=manners) as server:
        client: smtplib.SMTP
        if is_first:
            client = smtplib.SMTP_SSL("127.0.0.1", server.port, context=trust)
        else:
            client = _client(server)
            client.starttls(context=trust)
        with client:
            client.ehlo()
            assert client.mail("b@example.com")[0] == 530
            client.user, client.password = "ann", "wrong"
            says = client.auth_plain if mechanism == "PLAIN" else client.auth_login
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.auth(mechanism, says)
            client.password = "secret"
            client.auth(mechanism, says)
            client.sendmail("b@example.com", TO, MESSAGE)
        assert (server.accepted[0].user, server.accepted[0].is_encrypted) == ("ann", True)


def test_it_comes_back_on_the_same_port(server: ScriptedSmtpServer) -> None:
    """Whoever was connected is cut off."""
    with _client(server) as client:
        server.restart()
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()
    with _client(server) as client:
        assert client.noop()[0] == 250
    assert server.connections == 2


def test_it_stops_at_once_in_the_middle_of_a_delay() -> None:
    """A test that is over does not wait for it."""
    server = ScriptedSmtpServer([Fault(step="greeting", delay=600)])
    server.start()
    with socket.create_connection(("127.0.0.1", server.port), 30) as sock:
        while not server.clients:
            time.sleep(0.001)
        server.stop()
        assert sock.recv(100) == b""
    assert server.clients == 0


def test_nobody_is_waited_for_for_ever() -> None:
    """A client that says nothing is sent away."""
    with ScriptedSmtpServer(manners=Manners(idle=0.05)) as server, _client(server) as client:
        assert client.getreply()[0] == 421


def _client(server: ScriptedSmtpServer) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", server.port, local_hostname="client.test", timeout=30)
