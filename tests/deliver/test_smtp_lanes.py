"""Many connections in one thread: what becomes of each message, whatever the others do."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.deliver.lanes import Job, Result
from publisher.deliver.smtp_lanes import SmtpLanes
from publisher.deliver.transports.base import Accepted, Envelope, Refused, Uncertain
from publisher.deliver.transports.smtp_relay import Relay, Timeouts
from publisher.fakes.certificate import server_context, write_certificate
from publisher.fakes.smtp_server import Fault, Manners, ScriptedSmtpServer

Meet = Callable[..., tuple[ScriptedSmtpServer, SmtpLanes]]
MESSAGE = [b"Message-ID: <1@example.com>\r\n", b"\r\nhello\r\n"]
# More than the buffers of both sides hold.
HUGE = [(b"x" * 74 + b"\r\n") * 1000] * 100
BROKEN_OFF = "the sending was broken off"
HANDED_OVER = "the message was handed over, then: "


@pytest.fixture
def meet() -> Iterator[Meet]:
    """Makes a server with faults and manners, and lanes to it with these settings."""
    with ExitStack() as stack:

        def make(
            *faults: Fault, lanes: int = 1, manners: Manners | None = None, **settings: Any
        ) -> tuple[ScriptedSmtpServer, SmtpLanes]:
            server = stack.enter_context(ScriptedSmtpServer(faults, manners, keeps_data=True))
            given = {"host": "127.0.0.1", "port": server.port, "security": "none", **settings}
            made = SmtpLanes(Relay(**given), lanes)
            stack.callback(made.close, 0)
            return server, made

        yield make


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    return write_certificate(path, "127.0.0.1", dt.datetime.now(dt.UTC))


def test_everybody_has_their_message_once(meet: Meet) -> None:
    server, lanes = meet(lanes=5)
    answers = _sent(lanes, 60)
    assert [type(each) for each in answers.values()] == [Accepted] * 60
    assert sorted(each.recipient for each in server.accepted) == sorted(map(_to, range(60)))
    assert server.connections == 5


def test_few_messages_need_few_connections(meet: Meet) -> None:
    server, lanes = meet(lanes=5)
    for number in range(3):
        lanes.start(_job(number))
        assert len(_all(lanes, 1)) == 1
    assert server.connections == 1


def test_a_lane_has_one_job_at_a_time(meet: Meet) -> None:
    """From its start until its result is fetched."""
    _, lanes = meet(lanes=2)
    assert (lanes.free, lanes.flying) == (2, 0)
    lanes.start(_job(1))
    lanes.start(_job(2))
    assert (lanes.free, lanes.flying) == (0, 2)
    _all(lanes, 2)
    assert (lanes.free, lanes.flying) == (2, 0)


def test_waiting_for_nothing_ends(meet: Meet) -> None:
    _, lanes = meet()
    assert lanes.results(0) == []
    assert lanes.results(0.01) == []


@pytest.mark.parametrize("is_first", [True, False], ids=["tls", "starttls"])
def test_tls_carries_what_no_buffer_holds(meet: Meet, certificate: Path, is_first: bool) -> None:
    manners = Manners(tls=server_context(certificate), is_tls_first=is_first)
    server, lanes = meet(
        Fault(step="body", after_bytes=1000, delay=0.05), lanes=2, manners=manners,
        security="tls" if is_first else "starttls", ca_file=certificate,
    )  # fmt: skip
    for number in range(2):
        lanes.start(_job(number, HUGE))
    assert {type(each.answer) for each in _all(lanes, 2)} == {Accepted}
    assert {each.data for each in server.accepted} == {b"".join(HUGE)}
    assert all(each.is_encrypted for each in server.accepted)


def test_what_is_taken_in_pieces_arrives_whole(meet: Meet) -> None:
    server, lanes = meet(Fault(step="body", after_bytes=1000, delay=0.1))
    lanes.start(_job(1, HUGE))
    assert isinstance(_all(lanes, 1)[0].answer, Accepted)
    assert server.accepted[0].data == b"".join(HUGE)


def test_a_lane_that_hangs_holds_up_no_other(meet: Meet) -> None:
    server, lanes = meet(Fault(step="RCPT", delay=60, recipient=_to(0)), lanes=2)
    lanes.start(_job(0))
    for number in range(1, 20):
        lanes.start(_job(number))
        (result,) = _all(lanes, 1)
        assert (result.job.subscriber, type(result.answer)) == (number, Accepted)
    assert lanes.flying == 1
    assert len(server.accepted) == 19


def test_a_slow_greeting_holds_up_no_other(meet: Meet) -> None:
    """Opening a connection is left to a thread."""
    _, lanes = meet(Fault(step="greeting", delay=60, nth=1), lanes=2)
    lanes.start(_job(0))
    lanes.start(_job(1))
    assert {each.job.subscriber for each in _all(lanes, 1)} <= {0, 1}
    assert lanes.flying == 1


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (Fault(step="greeting", reply="554 go away", nth=1),
         Refused(False, "the relay does not talk to us: 554 go away", "relay")),
        (Fault(step="MAIL", reply="451 4.3.0 later", nth=1),
         Refused(True, "451 4.3.0 later", "relay")),
        (Fault(step="RCPT", reply="550 5.1.1 no", nth=1), Refused(False, "550 5.1.1 no")),
        (Fault(step="DATA", reply="", close=True, nth=1),
         Refused(True, "the relay closed the connection", "relay")),
        (Fault(step="dot", reply="452 4.2.2 full", nth=1), Refused(True, "452 4.2.2 full")),
        (Fault(step="dot", reply="", close=True, nth=1),
         Uncertain("the message was handed over, then: the relay closed the connection")),
        (Fault(step="dot", reply="250-x\r\n", endless=True, nth=1),
         Uncertain("the message was handed over, then: the relay's answer does not end")),
    ],
)  # fmt: skip
def test_a_fault_is_answered_and_the_next_message_goes_out(
    meet: Meet, fault: Fault, answer: object
) -> None:
    _, lanes = meet(fault)
    lanes.start(_job(1))
    assert [each.answer for each in _all(lanes, 1)] == [answer]
    lanes.start(_job(2))
    assert isinstance(_all(lanes, 1)[0].answer, Accepted)


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("RCPT", Refused(True, "the relay did not answer in time", "relay")),
        ("dot", Uncertain("the message was handed over, then: the relay did not answer in time")),
    ],
)
def test_silence_has_an_end(meet: Meet, step: Any, answer: object) -> None:
    _, lanes = meet(Fault(step=step, delay=60), timeouts=Timeouts(command=0.1, final=0.1))
    lanes.start(_job(1))
    assert [each.answer for each in _all(lanes, 1)] == [answer]


def test_an_answer_that_came_is_taken_however_late_it_is_looked_at(meet: Meet) -> None:
    """Whoever drives the lanes may have waited for something else meanwhile."""
    server, lanes = meet(timeouts=Timeouts(final=1.0))
    lanes.start(_job(1))
    found: list[Result] = []
    while not server.accepted:
        found += lanes.results(0)
    time.sleep(1.1)
    found = found or _all(lanes, 1)
    assert isinstance(found[0].answer, Accepted)


def test_a_relay_that_is_started_anew_between_messages_is_no_failure(meet: Meet) -> None:
    server, lanes = meet(lanes=2)
    assert len(_sent(lanes, 4)) == 4
    server.restart()
    lanes.results(0)
    assert {type(each) for each in _sent(lanes, 4).values()} == {Accepted}
    assert len(server.accepted) == 8


def test_a_relay_that_is_killed_leaves_nobody_without_an_answer(meet: Meet) -> None:
    server, lanes = meet(Fault(step="dot", delay=60, nth=1), lanes=3)
    for number in range(3):
        lanes.start(_job(number))
    answers: dict[int, object] = {}
    while len(server.accepted) < 2:
        answers |= {each.job.subscriber: each.answer for each in lanes.results(0)}
    server.stop()
    answers |= {each.job.subscriber: each.answer for each in _all(lanes, lanes.flying)}
    _check(answers, server)
    lanes.start(_job(9))
    refused = _all(lanes, 1)[0].answer
    assert isinstance(refused, Refused)
    assert refused.about == "relay"
    server.start()


def test_a_message_that_cannot_be_made_is_refused(meet: Meet) -> None:
    server, lanes = meet()

    def fails() -> list[bytes]:
        raise ValueError("no")

    lanes.start(Job(1, 0, _job(1).envelope, fails))
    assert _all(lanes, 1)[0].answer == Refused(False, "the message cannot be made: no")
    assert (lanes.free, server.connections) == (1, 0)


def test_whoever_leaves_says_so_on_every_connection(meet: Meet) -> None:
    server, lanes = meet(lanes=3)
    _sent(lanes, 6)
    assert lanes.close(1) == []
    assert list(server.lines).count("QUIT") == 3


def test_closing_waits_for_what_is_under_way(meet: Meet) -> None:
    _, lanes = meet(Fault(step="dot", delay=0.2))
    lanes.start(_job(1))
    assert [type(each.answer) for each in lanes.close(10)] == [Accepted]


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (Fault(step="greeting", delay=60), Refused(True, BROKEN_OFF, "relay")),
        (Fault(step="RCPT", delay=60), Refused(True, BROKEN_OFF, "relay")),
        (
            Fault(step="dot", delay=60),
            Uncertain(f"the message was handed over, then: {BROKEN_OFF}"),
        ),
    ],
)
def test_closing_cuts_off_what_hangs(meet: Meet, fault: Fault, answer: object) -> None:
    """It is answered by what is known, within the patience asked for and a moment."""
    server, lanes = meet(fault, lanes=2)
    for number in range(2):
        lanes.start(_job(number))
    while fault.step == "dot" and len(server.accepted) < 2:
        lanes.results(0)
    assert [each.answer for each in lanes.close(0.1)] == [answer] * 2


def test_closing_cuts_off_a_message_in_the_middle(meet: Meet) -> None:
    server, lanes = meet(Fault(step="body", after_bytes=1000, delay=60))
    lanes.start(_job(1, [*HUGE] * 6))
    while "DATA" not in server.lines:
        lanes.results(0)
    assert [each.answer for each in lanes.close(0.1)] == [Refused(True, BROKEN_OFF, "relay")]
    assert not server.accepted


def test_a_goodbye_that_hangs_is_cut_off(meet: Meet) -> None:
    _, lanes = meet(Fault(step="QUIT", delay=60), lanes=3)
    _sent(lanes, 3)
    assert lanes.close(0.1) == []


FAULTS = st.builds(
    Fault,
    step=st.sampled_from(["greeting", "EHLO", "RSET", "MAIL", "RCPT", "DATA", "dot"]),
    reply=st.sampled_from([
        None, "", "250 a", "354 a", "421 a", "450 a", "550 a", "a", "250 a\r\n354 b",
        "550 a\r\n354 b", "354 a\r\n250 b",
    ]),
    close=st.booleans(),
    nth=st.integers(0, 4),
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(FAULTS, max_size=4))
def test_whatever_a_relay_does_the_answer_is_true(faults: list[Fault]) -> None:
    """Accepted is there once, refused is not there, and nothing at all is there twice."""
    with ScriptedSmtpServer(faults) as server:
        times = Timeouts(command=0.1, final=0.1, quit=0.1)
        relay = Relay(host="127.0.0.1", port=server.port, security="none", timeouts=times)
        lanes = SmtpLanes(relay, 3)
        answers = _sent(lanes, 9)
        assert lanes.close(1) == []
    _check(answers, server)


def _check(answers: Mapping[int, object], server: ScriptedSmtpServer) -> None:
    for number, answer in answers.items():
        taken = [it for it in server.accepted if it.recipient == _to(number)]
        expected = {Accepted: {1}, Refused: {0}, Uncertain: {0, 1}}[type(answer)]
        assert len(taken) in expected, answer


def _job(number: int, message: list[bytes] = MESSAGE) -> Job:
    return Job(number, 0, Envelope("b@example.com", _to(number), f"{number}"), lambda: message)


def _to(number: int) -> str:
    return f"r{number}@example.org"


def _all(lanes: SmtpLanes, number: int) -> list[Result]:
    """So many results."""
    found: list[Result] = []
    until = time.monotonic() + 30
    while len(found) < number:
        found += lanes.results(0.5)
        assert time.monotonic() < until
    return found


def _sent(lanes: SmtpLanes, number: int) -> dict[int, object]:
    """What became of so many messages, as many at a time as there are lanes."""
    answers: dict[int, object] = {}
    following = iter(range(number))
    while len(answers) < number:
        for each in following if lanes.free else ():
            lanes.start(_job(each))
            if not lanes.free:
                break
        answers |= {each.job.subscriber: each.answer for each in lanes.results(0.5)}
    return answers
