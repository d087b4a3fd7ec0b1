"""What becomes of a message when the relay says no, nonsense or nothing, at each step."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.deliver.transports.base import Accepted, Answer, Envelope, Refused, Uncertain
from publisher.deliver.transports.smtp import Relay, SmtpTransport, Timeouts
from publisher.deliver.transports.smtp_commands import Offers
from publisher.fakes.smtp_server import Fault, Manners, ScriptedSmtpServer

Post = Any
ONE_BY_ONE = Manners(extensions=("DSN", "SIZE 1000000"))
BOTH = pytest.mark.parametrize("manners", [Manners(), ONE_BY_ONE], ids=["pipelined", "one by one"])
MESSAGE = [b"Message-ID: <1@example.com>\r\n", b"\r\nhello\r\n"]
# More than the buffers of both sides hold: it cannot be handed over while nobody reads.
HUGE = [(b"x" * 74 + b"\r\n") * 1000] * 600


@BOTH
@pytest.mark.parametrize(
    ("step", "reply", "temporary", "about"),
    [
        ("MAIL", "451 4.3.0 later", True, "relay"),
        ("MAIL", "550 5.7.1 not from there", False, "relay"),
        ("MAIL", "530 5.7.0 log in first", False, "relay"),
        ("MAIL", "552 5.3.4 too large", False, "recipient"),
        ("MAIL", "500 5.2.3 too large", False, "recipient"),
        ("RCPT", "450 4.7.1 greylisted", True, "recipient"),
        ("RCPT", "452 4.2.2 mailbox full", True, "recipient"),
        ("RCPT", "550 5.1.1 no such user", False, "recipient"),
        ("RCPT", "530 5.7.0 log in first", False, "relay"),
        ("DATA", "554 5.7.1 no", False, "recipient"),
        ("DATA", "451 4.3.0 later", True, "recipient"),
        ("DATA", "454 4.3.0 later", True, "relay"),
        ("dot", "451 4.3.0 later", True, "recipient"),
        ("dot", "554 5.6.0 spam", False, "recipient"),
        ("dot", "451 4.7.650 too much mail from you", True, "relay"),
        ("dot", "452 too many messages", True, "relay"),
        ("dot", "452 4.3.1 disk full", True, "relay"),
        ("dot", "452 4.2.2 mailbox full", True, "recipient"),
    ],
)
def test_a_refusal_is_told_and_the_connection_kept(
    post: Post, manners: Manners, step: Any, reply: str, temporary: bool, about: Any
) -> None:
    """The next message goes over the same connection."""
    server, transport = post(Fault(step=step, reply=reply, nth=1), manners=manners)
    assert _send(transport) == Refused(temporary, reply, about)
    assert not server.accepted
    assert isinstance(_send(transport), Accepted)
    assert (len(server.accepted), server.connections) == (1, 1)


@BOTH
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "dot"])
@pytest.mark.parametrize("close", [True, False])
def test_a_closing_relay_is_left(post: Post, manners: Manners, step: Any, close: bool) -> None:
    """421 is about the relay wherever it comes, and the next message has a new connection."""
    fault = Fault(step=step, reply="421 4.7.28 slow down", close=close, nth=1)
    server, transport = post(fault, manners=manners)
    assert _send(transport) == Refused(True, "421 4.7.28 slow down", "relay")
    assert isinstance(_send(transport), Accepted)
    assert (len(server.accepted), server.connections) == (1, 2)


@BOTH
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ({"reply": "", "close": True}, "the relay closed the connection"),
        ({"reply": "hello"}, "the relay's answer is not SMTP: hello"),
        ({"reply": "250-one\r\n550 two"}, "the relay's answer is not SMTP: 550 two"),
        ({"reply": "999 one"}, "the relay's answer is not SMTP: 999 one"),
        ({"reply": "250-more\r\n", "endless": True}, "the relay's answer does not end"),
        ({"reply": "2" * 1000, "endless": True}, "the relay's answer does not end"),
        ({"reply": "334 what"}, "the relay's answer is out of turn: 334 what"),
    ],
)
def test_nothing_is_handed_over_to_a_relay_that_fails(
    post: Post, manners: Manners, step: Any, trouble: dict[str, Any], reason: str
) -> None:
    """Before the message itself, whatever happens is safe to try again."""
    server, transport = post(Fault(step=step, nth=1, **trouble), manners=manners)
    assert _send(transport) == Refused(True, reason, "relay")
    assert not server.accepted
    assert isinstance(_send(transport), Accepted)
    assert server.connections == 2


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_silence_has_an_end(post: Post, step: Any) -> None:
    """A relay that answers nothing is left after the time for a command."""
    fault = Fault(step=step, delay=60, nth=1)
    server, transport = post(fault, timeouts=Timeouts(command=0.2))
    assert _send(transport) == Refused(True, "the relay did not answer in time", "relay")
    assert not server.accepted


@pytest.mark.parametrize("is_taken", [True, False])
@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ({"reply": "", "close": True}, "the relay closed the connection"),
        ({"delay": 60}, "the relay did not answer in time"),
        ({"reply": "thanks"}, "the relay's answer is not SMTP: thanks"),
        ({"reply": "354 more"}, "the relay's answer is out of turn: 354 more"),
        ({"reply": "250-x\r\n", "endless": True}, "the relay's answer does not end"),
    ],
)
def test_without_an_answer_to_the_dot_nobody_knows(
    post: Post, is_taken: bool, trouble: dict[str, Any], reason: str
) -> None:
    """Taken or not, it looks the same from here."""
    fault = Fault(step="dot", nth=1, is_taken=is_taken, **trouble)
    timeouts = Timeouts(final=0.2 if "delay" in trouble else 60)
    server, transport = post(fault, timeouts=timeouts)
    assert _send(transport) == Uncertain(f"the message was handed over, then: {reason}")
    assert len(server.accepted) == is_taken
    assert isinstance(_send(transport), Accepted)


def test_a_message_that_was_cut_off_may_be_tried_again(post: Post) -> None:
    """While the system has not taken the last dot, nobody can have seen it."""
    server, transport = post(Fault(step="body", after_bytes=1000, close=True, nth=1))
    answer = transport.send(_envelope(), HUGE)
    assert isinstance(answer, Refused)
    assert (answer.temporary, answer.about) == (True, "relay")
    assert not server.accepted
    assert isinstance(_send(transport), Accepted)


def test_the_relays_last_words_are_heard(post: Post) -> None:
    """A relay that ends in the middle of a message may say why."""
    fault = Fault(step="body", after_bytes=1000, reply="421 4.3.2 going down", close=True)
    _, transport = post(fault)
    assert transport.send(_envelope(), HUGE) == Refused(True, "421 4.3.2 going down", "relay")


def test_a_slow_reader_gets_everything(post: Post) -> None:
    """What the system takes in pieces arrives whole."""
    server, transport = post(Fault(step="body", after_bytes=1000, delay=0.1))
    assert isinstance(transport.send(_envelope(), HUGE), Accepted)
    assert server.accepted[0].data == b"".join(HUGE)


def test_a_reader_that_stops_is_left(post: Post) -> None:
    """The time for a message is that of the whole message."""
    fault = Fault(step="body", after_bytes=1000, delay=60)
    server, transport = post(fault, timeouts=Timeouts(data=0.2))
    reason = "the relay did not take the message in time"
    assert transport.send(_envelope(), HUGE) == Refused(True, reason, "relay")
    assert not server.accepted


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_relay_that_wants_a_message_for_nobody_gets_an_empty_one(post: Post, step: Any) -> None:
    """RFC 2920 section 3.1: after 354 a dot ends what has no recipient."""
    refused = Fault(step=step, reply="550 5.1.1 no", nth=1)
    server, transport = post(refused, Fault(step="DATA", reply="354 go ahead", nth=1))
    assert _send(transport).reply == "550 5.1.1 no"
    assert isinstance(_send(transport), Accepted)
    assert (len(server.accepted), server.connections) == (1, 1)


def test_a_refusal_counts_though_the_door_closes_behind_it(post: Post) -> None:
    """What a relay says of a recipient before it hangs up is an answer."""
    refused = Fault(step="RCPT", reply="550 5.1.1 no such user", close=True)
    _, transport = post(refused)
    assert _send(transport) == Refused(False, "550 5.1.1 no such user")


def test_a_reply_of_many_lines_is_told_on_one(post: Post) -> None:
    """The code and the enhanced code stand once; what cannot be printed is left out."""
    reply = "550-5.1.1 no\x07 such\r\n550-5.1.1\r\n550 5.1.1 user"
    _, transport = post(Fault(step="RCPT", reply=reply))
    assert _send(transport) == Refused(False, "550 5.1.1 no such user")


def test_a_long_reply_is_cut(post: Post) -> None:
    """The ledger has no room for a novel."""
    _, transport = post(Fault(step="RCPT", reply="550 " + "x" * 5000))
    assert _send(transport).reply == "550 " + "x" * 496


def test_more_answers_than_questions_break_the_connection(post: Post) -> None:
    """Else each answer would be taken for that to the next command."""
    surplus = Fault(step="dot", reply="250 2.0.0 Ok\r\n250 2.0.0 Ok", nth=1)
    server, transport = post(surplus)
    assert isinstance(_send(transport), Accepted)
    assert isinstance(_send(transport), Accepted)
    assert (len(server.accepted), server.connections) == (2, 2)


def test_a_yes_before_the_message_is_no_yes(post: Post) -> None:
    """It would be taken for the answer to the dot, whatever that is."""
    early = Fault(step="DATA", reply="354 go ahead\r\n250 2.0.0 taken", nth=1)
    server, transport = post(early)
    assert _send(transport) == Refused(True, "the relay speaks out of turn", "relay")
    assert not server.accepted


REPLIES = [
    None, "", "250 a", "354 a", "421 a", "450 a", "550 a", "a", "250-a\r\n250 b", "250 a\r\n250 b",
    "250 a\r\n354 b", "550 a\r\n354 b", "354 a\r\n250 b", "550 a\r\n550 b",
]  # fmt: skip
FAULTS = st.builds(
    Fault,
    step=st.sampled_from(["greeting", "EHLO", "RSET", "MAIL", "RCPT", "DATA", "dot"]),
    reply=st.sampled_from(REPLIES),
    close=st.booleans(),
    nth=st.integers(0, 3),
)


@settings(max_examples=150)
@given(st.lists(FAULTS, max_size=4), st.sampled_from([Manners(), ONE_BY_ONE]))
def test_whatever_a_relay_does_the_answer_is_true(faults: list[Fault], manners: Manners) -> None:
    """Accepted is there once, refused is not there, and nothing at all is there twice."""
    with ScriptedSmtpServer(faults, manners) as server:
        times = Timeouts(command=0.1, final=0.1, quit=0.1)
        relay = Relay(host="127.0.0.1", port=server.port, security="none", timeouts=times)
        transport = SmtpTransport(relay)
        answers = [
            transport.send(Envelope("b@x.example", f"{n}@x.example", f"{n}"), MESSAGE)
            for n in range(4)
        ]
        transport.close()
    for number, answer in enumerate(answers):
        taken = [it for it in server.accepted if it.recipient == f"{number}@x.example"]
        expected = {Accepted: {1}, Refused: {0}, Uncertain: {0, 1}}[type(answer)]
        assert len(taken) in expected, answer


def test_a_message_that_is_too_large_is_not_begun(post: Post) -> None:
    """The relay has named its limit (RFC 1870)."""
    server, transport = post(manners=Manners(extensions=("SIZE 100",)))
    answer = transport.send(_envelope(), [b"x" * 99 + b"\r\n"])
    assert answer == Refused(False, "the message has 101 bytes, the relay takes 100")
    assert not any(line.startswith("MAIL") for line in server.lines)
    assert isinstance(_send(transport), Accepted)


def test_an_address_beyond_ascii_needs_a_relay_that_knows_it(post: Post) -> None:
    """Without SMTPUTF8 the recipient cannot be reached, the others can."""
    server, transport = post(manners=Manners(extensions=("PIPELINING",)))
    envelope = Envelope("b@example.com", "anné@example.org", "1", is_utf8=True)
    refused = Refused(False, "the relay does not offer SMTPUTF8")
    assert transport.send(envelope, MESSAGE) == refused
    assert not any(line.startswith("MAIL") for line in server.lines)
    assert isinstance(_send(transport), Accepted)


def test_an_address_beyond_ascii_arrives(post: Post) -> None:
    """RFC 6531 and 6533: said in UTF-8, and with its parameters."""
    server, transport = post()
    envelope = Envelope("b@example.com", "anné@example.org", "1", is_utf8=True)
    assert isinstance(transport.send(envelope, MESSAGE), Accepted)
    (received,) = server.accepted
    assert received.recipient == "anné@example.org"
    assert received.mail == "SMTPUTF8 RET=HDRS ENVID=1"
    assert received.rcpt == r"NOTIFY=FAILURE,DELAY ORCPT=utf-8;ann\x{E9}@example.org"


def test_the_parameters_are_those_that_were_offered(post: Post) -> None:
    """Size and notices, when the relay knows of them."""
    server, transport = post(manners=ONE_BY_ONE)
    envelope = Envelope("b+1=a@example.com", "a+b=c@example.org", "k+1")
    assert isinstance(transport.send(envelope, MESSAGE), Accepted)
    (received,) = server.accepted
    assert (received.sender, received.recipient) == ("b+1=a@example.com", "a+b=c@example.org")
    assert received.mail == f"SIZE={len(b''.join(MESSAGE))} RET=HDRS ENVID=k+2B1"
    assert received.rcpt == "NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb+3Dc@example.org"


@pytest.mark.parametrize("faults", [[], [Fault(step="EHLO", reply="502 5.5.1 what", nth=1)]])
def test_a_relay_without_extensions_is_spoken_to_plainly(post: Post, faults: list[Fault]) -> None:
    """No parameter is used that was not offered, also with HELO alone."""
    server, transport = post(*faults, manners=Manners(extensions=()))
    assert isinstance(_send(transport), Accepted)
    (received,) = server.accepted
    assert (received.mail, received.rcpt) == ("", "")


@pytest.mark.parametrize("size", ["", "0", "x", "-1", "9" * 30, "¹"])
def test_a_limit_that_is_none_limits_nothing(size: str) -> None:
    """RFC 1870: zero and nothing are no limit; neither is nonsense."""
    assert Offers.of({"size": size}).refusal(_envelope(), 10**9) is None


def _send(transport: SmtpTransport) -> Answer:
    return transport.send(_envelope(), MESSAGE)


def _envelope() -> Envelope:
    return Envelope("bounces@example.com", "ann@example.org", "1")
