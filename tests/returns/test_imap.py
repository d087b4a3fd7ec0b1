"""A mailbox in which mail comes back, read by IMAP."""

from __future__ import annotations

import dataclasses
import datetime as dt
import ssl
from pathlib import Path

import pytest
from returned import NOW, Office, dsn

from publisher.config.settings import FeedbackSettings
from publisher.fakes.certificate import server_context, write_certificate
from publisher.fakes.imap_server import ImapServer, Manners
from publisher.returns.imap import ImapMailbox
from publisher.returns.reading import take_all
from publisher.returns.source import MOST_OCTETS, Unreachable

MAILS = [b"Subject: one\r\n\r\n", b"Subject: two\r\n\r\n", b"Subject: three\r\n\r\n"]


def mailbox(server: ImapServer, seconds: float = 5, **changes: object) -> ImapMailbox:
    settings = FeedbackSettings(
        imap_host="127.0.0.1", imap_port=server.port, imap_security="none",
        imap_user="bounces", imap_password="secret",
    )  # fmt: skip
    return ImapMailbox(dataclasses.replace(settings, **changes), None, seconds)  # type: ignore[arg-type]


def read(box: ImapMailbox) -> list[bytes]:
    found = []
    for arrived in box.messages():
        found.append(arrived.message)
        arrived.done()
    return found


def test_what_is_not_seen_is_read_and_marked(office: Office) -> None:
    who = office.reader()
    message = dsn(office.back(who, office.mail("2026-05-01"))).replace(b"\n", b"\r\n")
    with ImapServer([message, b"Subject: hello\r\n\r\n"]) as server:
        verdicts = list(take_all(mailbox(server), office.returns, NOW))
        assert [each.outcome for each in verdicts] == ["counted", "ignored"]
        assert server.seen == {11, 12}
        assert list(take_all(mailbox(server), office.returns, NOW)) == []
    assert office.subscriber(who).state == "dead"


def test_nothing_is_marked_before_it_is_decided_about() -> None:
    with ImapServer(MAILS) as server:
        found = mailbox(server).messages()
        first = next(found)
        assert server.seen == set()
        first.done()
        next(found)
        assert server.seen == {11}
        found.close()  # type: ignore[attr-defined]
    assert server.seen == {11}


@pytest.mark.parametrize("has_plain", [True, False])
def test_a_password_may_hold_any_character(has_plain: bool) -> None:
    manners = Manners(password="s p$c|al", has_plain=has_plain)
    with ImapServer(MAILS, manners) as server:
        assert read(mailbox(server, imap_password="s p$c|al")) == MAILS


def test_a_folder_may_have_a_name_in_any_language() -> None:
    with ImapServer(MAILS, Manners(folder="~peter/mail/&U,BTFw-/&ZeVnLIqe-")) as server:
        assert read(mailbox(server, imap_folder="~peter/mail/台北/日本語")) == MAILS


@pytest.mark.parametrize("command", ["UID FETCH 12", "UID STORE 11", "UID SEARCH", "AUTHENTICATE"])
def test_a_connection_that_is_lost_is_made_again(command: str) -> None:
    """Each message is handed out once, and marked."""
    with ImapServer(MAILS, Manners(hang_up=[command])) as server:
        assert read(mailbox(server)) == MAILS
        assert server.seen == {11, 12, 13}


def test_one_that_is_lost_again_and_again_is_told() -> None:
    with ImapServer(MAILS, Manners(hang_up=["UID FETCH 12"] * 9)) as server:
        with pytest.raises(Unreachable, match="cannot be read by IMAP"):
            read(mailbox(server))
        assert server.seen == {11}


def test_numbers_of_another_folder_are_not_mixed_up() -> None:
    """The folder was made anew while the connection was lost."""
    with ImapServer(MAILS, Manners(hang_up=["UID STORE 11"])) as server:
        found = mailbox(server).messages()
        next(found).done()
        server.validity = 2
        assert next(found).message == MAILS[0]
        found.close()  # type: ignore[attr-defined]
        assert server.seen == set()


@pytest.mark.parametrize("has_plain", [True, False])
def test_a_wrong_password_is_told(has_plain: bool) -> None:
    with (
        ImapServer(MAILS, Manners(has_plain=has_plain)) as server,
        pytest.raises(Unreachable, match=r"refuses the login of bounces: .*wrong password") as told,
    ):
        read(mailbox(server, imap_password="guessed"))
    assert "guessed" not in str(told.value)


def test_a_folder_that_is_not_there_is_told() -> None:
    with (
        ImapServer(MAILS) as server,
        pytest.raises(Unreachable, match=r"has no folder “Bounces”: .*no such mailbox"),
    ):
        read(mailbox(server, imap_folder="Bounces"))


def test_a_server_that_says_nothing_is_told() -> None:
    with (
        ImapServer(MAILS, Manners(silent=("UID SEARCH",))) as server,
        pytest.raises(Unreachable, match="did not answer in time"),
    ):
        read(mailbox(server, seconds=0.1))


def test_a_server_that_is_not_there_is_told() -> None:
    with ImapServer(MAILS) as server:
        pass
    with pytest.raises(Unreachable, match="cannot be read by IMAP: Connection refused"):
        read(mailbox(server))


def test_a_server_of_another_kind_is_told() -> None:
    with (
        ImapServer(MAILS, Manners(greeting=b"220 mx ESMTP")) as server,
        pytest.raises(Unreachable, match="cannot be read by IMAP"),
    ):
        read(mailbox(server))


def test_a_server_that_sends_more_than_it_was_asked_for_is_cut_off() -> None:
    manners = Manners(announces=10 * MOST_OCTETS)
    with ImapServer(MAILS, manners) as server, pytest.raises(Unreachable, match="were asked for"):
        read(mailbox(server))


class TestTls:
    @pytest.fixture
    def certificate(self, swift: Path) -> Path:
        return write_certificate(swift / "imap.pem", "127.0.0.1", dt.datetime.now(dt.UTC))

    def test_mail_is_read_over_it(self, certificate: Path) -> None:
        trusting = ssl.create_default_context(cafile=str(certificate))
        with ImapServer(MAILS, context=server_context(certificate)) as server:
            box = mailbox(server, imap_security="tls")
            box = ImapMailbox(box._settings, trusting, 5)
            assert read(box) == MAILS

    def test_a_certificate_of_somebody_else_is_refused_and_told(self, certificate: Path) -> None:
        with ImapServer(MAILS, context=server_context(certificate)) as server:
            with pytest.raises(Unreachable, match="certificate that is not good"):
                read(mailbox(server, imap_security="tls"))
            assert server.commands == []
