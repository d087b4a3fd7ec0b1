"""One connection, kept as long as it serves."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest

from publisher.deliver.transports.base import Accepted, Answer, Envelope, Refused, Uncertain
from publisher.deliver.transports.smtp import SmtpTransport
from publisher.fakes.smtp_server import Fault, Manners

Post = Any
Until = Callable[[Callable[[], object]], None]
MESSAGE = [b"Subject: hello\r\n\r\nhello\r\n"]


def test_messages_share_a_connection(post: Post) -> None:
    """A greeting and a login cost more than a message."""
    server, transport = post()
    for _ in range(5):
        assert isinstance(_send(transport), Accepted)
    assert (len(server.accepted), server.connections) == (5, 1)


def test_a_connection_ends_after_so_many_messages(post: Post) -> None:
    """Politely, before the relay does."""
    server, transport = post(max_messages_per_connection=2)
    for _ in range(5):
        assert isinstance(_send(transport), Accepted)
    assert server.connections == 3
    assert list(server.lines).count("QUIT") == 2


def test_a_connection_ends_after_refusals_in_a_row(post: Post) -> None:
    """A relay makes whoever errs too often wait; one message that it takes makes up for it."""
    refused = [Fault(step="RCPT", reply="550 5.1.1 no", nth=n) for n in (1, 2, 4, 5, 6, 7)]
    server, transport = post(*refused)
    for taken in (False, False, True, False, False, False, False):
        assert isinstance(_send(transport), Accepted if taken else Refused)
    assert server.connections == 1
    assert isinstance(_send(transport), Accepted)
    assert server.connections == 2


def test_a_connection_that_has_rested_too_long_is_not_used_again(post: Post) -> None:
    """The relay would soon close it."""
    server, transport = post(max_idle=0)
    for _ in range(2):
        assert isinstance(_send(transport), Accepted)
    assert server.connections == 2


@pytest.mark.parametrize("reply", [None, "250 2.0.0 Ok\r\n421 4.4.2 idle for too long"])
def test_a_relay_that_has_hung_up_meanwhile_is_no_failure(post: Post, reply: str | None) -> None:
    """With a word or without: nothing was handed over yet, so it is done again at once."""
    server, transport = post(Fault(step="dot", reply=reply, close=True, every=2))
    for _ in range(5):
        assert isinstance(_send(transport), Accepted)
    assert (len(server.accepted), server.connections) == (5, 3)


def test_a_real_idle_time_is_no_failure(post: Post, until: Until) -> None:
    """The relay says 421 to nobody and hangs up."""
    server, transport = post(manners=Manners(idle=0.05))
    assert isinstance(_send(transport), Accepted)
    until(lambda: not server.clients)
    assert isinstance(_send(transport), Accepted)
    assert server.connections == 2


def test_a_relay_that_was_started_anew_is_no_failure(post: Post) -> None:
    """Between two messages."""
    server, transport = post()
    assert isinstance(_send(transport), Accepted)
    server.restart()
    assert isinstance(_send(transport), Accepted)
    assert (len(server.accepted), server.connections) == (2, 2)


def test_a_relay_that_hangs_up_on_each_message_is_a_failure(post: Post) -> None:
    """It is tried once more, not for ever."""
    server, transport = post(Fault(step="MAIL", reply="", close=True, every=1))
    assert _send(transport) == Refused(True, "the relay closed the connection", "relay")
    server, transport = post(*(Fault(step="MAIL", reply="", close=True, nth=n) for n in (2, 3)))
    assert isinstance(_send(transport), Accepted)
    assert _send(transport) == Refused(True, "the relay closed the connection", "relay")
    assert server.connections == 2


def test_a_reset_that_is_refused_ends_the_connection(post: Post) -> None:
    """What is left of the message before may not get into this one."""
    server, transport = post(
        Fault(step="RCPT", reply="550 5.1.1 no", nth=1), Fault(step="RSET", reply="500 what")
    )
    assert isinstance(_send(transport), Refused)
    assert isinstance(_send(transport), Accepted)
    assert (len(server.accepted), server.connections) == (1, 2)


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.org>\r\nRCPT TO:<eve@example.org",
        "ann@example.org\n",
        "ann @example.org",
        "<ann@example.org",
        "ann\x00@example.org",
        "ann\x7f@example.org",
        "ann\u0085@example.org",
        "ann\u2028@example.org",
        "ann\ud800@example.org",
        "",
    ],
)
@pytest.mark.parametrize("is_utf8", [True, False])
def test_an_address_that_would_be_a_command_is_never_said(
    post: Post, address: str, is_utf8: bool
) -> None:
    """The recipient is refused for good, and the relay hears nothing of it."""
    server, transport = post()
    answer = transport.send(Envelope("b@example.com", address, "1", is_utf8), MESSAGE)
    assert isinstance(answer, Refused)
    assert (answer.temporary, answer.about) == (False, "recipient")
    assert answer.reply.isprintable()
    assert (server.connections, len(server.lines)) == (0, 0)


def test_a_sender_that_would_be_a_command_is_never_said(post: Post) -> None:
    """Neither is a sender beyond ASCII."""
    server, transport = post()
    for sender in ("b@example.com> SIZE=1\r\nDATA\r\n<", "bé@example.com"):
        assert isinstance(transport.send(Envelope(sender, "a@example.org", "1"), MESSAGE), Refused)
    assert server.connections == 0


def test_a_recipient_beyond_ascii_is_said_only_as_such(post: Post) -> None:
    """Whoever has not looked at the address has not looked at the domain either."""
    server, transport = post()
    answer = transport.send(Envelope("b@example.com", "anné@example.org", "1"), MESSAGE)
    assert answer == Refused(False, "an address that is not ASCII needs SMTPUTF8")
    assert server.connections == 0


def test_nobody_answers_a_message_without_a_sender(post: Post) -> None:
    """The empty path is a sender too (RFC 5321 section 4.5.5)."""
    server, transport = post()
    assert isinstance(transport.send(Envelope("", "a@example.org", "1"), MESSAGE), Accepted)
    assert server.accepted[0].sender == ""


def test_a_key_may_be_anything(post: Post) -> None:
    """It is written as xtext, and left out where it would be too long (RFC 3461)."""
    server, transport = post()
    for key in ("1> \r\nDATA\r\n", "k" * 101):
        envelope = Envelope("b@example.com", "a@example.org", key)
        assert isinstance(transport.send(envelope, MESSAGE), Accepted)
    first, second = (received.mail for received in server.accepted)
    assert first == "RET=HDRS ENVID=1>+20+0D+0ADATA+0D+0A"
    assert second == "RET=HDRS"


def test_the_relay_can_be_tried_without_a_message(post: Post) -> None:
    """The connection is used for the message after it."""
    server, transport = post()
    assert transport.check() == Accepted("250 2.0.0 Ok")
    assert isinstance(_send(transport), Accepted)
    assert transport.check() == Accepted("250 2.0.0 Ok")
    assert server.connections == 1


@pytest.mark.parametrize(
    ("fault", "refused"),
    [
        (Fault(step="NOOP", reply="550 5.0.0 no"), Refused(False, "550 5.0.0 no", "relay")),
        (Fault(step="NOOP", reply="421 bye", close=True), Refused(True, "421 bye", "relay")),
        (
            Fault(step="NOOP", reply="", close=True),
            Refused(True, "the relay closed the connection", "relay"),
        ),
    ],
)
def test_a_try_that_fails_says_why(post: Post, fault: Fault, refused: Refused) -> None:
    """As a message would."""
    _, transport = post(fault)
    assert transport.check() == refused


def test_whoever_leaves_says_so(post: Post, until: Until) -> None:
    """QUIT, once; and a message after it has a new connection."""
    server, transport = post()
    _send(transport)
    transport.close()
    transport.close()
    until(lambda: not server.clients)
    assert list(server.lines).count("QUIT") == 1
    assert isinstance(_send(transport), Accepted)
    assert server.connections == 2


@pytest.mark.parametrize(
    "fault",
    [Fault(step="QUIT", reply="", close=True), Fault(step="QUIT", reply="xxx", endless=True)],
)
def test_a_rude_goodbye_is_no_failure(post: Post, fault: Fault) -> None:
    """The messages are where they belong."""
    _, transport = post(fault)
    _send(transport)
    transport.close()
    assert isinstance(_send(transport), Accepted)


def test_closing_waits_for_no_message_and_loses_none(post: Post, until: Until) -> None:
    """The thread that sends gets its answer, then leaves."""
    server, transport = post(Fault(step="dot", delay=0.2))
    answers, thread = _sending(transport)
    until(lambda: "DATA" in server.lines)
    transport.close()
    thread.join()
    assert isinstance(answers[0], Accepted)
    until(lambda: "QUIT" in server.lines)


@pytest.mark.parametrize(("step", "kind"), [("RCPT", Refused), ("dot", Uncertain)])
def test_what_is_cut_off_is_answered_by_what_is_known(
    post: Post, until: Until, step: Any, kind: type[Answer]
) -> None:
    """Nobody waits for a relay that does not answer, and nothing is sent afterwards."""
    server, transport = post(Fault(step=step, delay=60))
    answers, thread = _sending(transport)
    until(lambda: server.accepted if step == "dot" else len(server.lines) == 3)
    transport.abort()
    thread.join()
    assert isinstance(answers[0], kind)
    assert _send(transport) == Refused(True, "the sending was broken off", "relay")
    assert server.connections == 1


def test_threads_have_a_connection_each(post: Post) -> None:
    """Transports beside each other lose and double nothing."""
    server, first = post()
    transports = [first, *(SmtpTransport(first.relay) for _ in range(5))]
    sending = [_sending(transport, 20) for transport in transports]
    for answers, thread in sending:
        thread.join()
        assert [type(answer) for answer in answers] == [Accepted] * 20
    for transport in transports:
        transport.close()
    assert (len(server.accepted), server.connections) == (120, 6)


def test_threads_may_share_a_transport(post: Post) -> None:
    """One message after the other."""
    server, transport = post()
    sending = [_sending(transport, 10) for _ in range(4)]
    for answers, thread in sending:
        thread.join()
        assert [type(answer) for answer in answers] == [Accepted] * 10
    assert (len(server.accepted), server.connections) == (40, 1)


def _sending(transport: SmtpTransport, number: int = 1) -> tuple[list[Answer], Thread]:
    answers: list[Answer] = []

    def run() -> None:
        answers.extend(_send(transport) for _ in range(number))

    thread = Thread(target=run)
    thread.start()
    return answers, thread


def _send(transport: SmtpTransport) -> Answer:
    return transport.send(Envelope("bounces@example.com", "ann@example.org", "1"), MESSAGE)
