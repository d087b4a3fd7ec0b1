"""The transport of tests."""

from __future__ import annotations

import pytest

from publisher.deliver.transports.base import Accepted, Envelope, Refused, Uncertain
from publisher.deliver.transports.memory import MemoryTransport

ANN = Envelope("b@example.com", "ann@example.org", "1")
BOB = Envelope("b@example.com", "bob@example.org", "2")
LATER, NEVER = Refused(True, "451 later"), Refused(False, "550 never")


def test_envelope_and_message_are_kept() -> None:
    """A test can look at both."""
    transport = MemoryTransport()
    transport.send(ANN, [b"hello"])
    assert transport.sent == [(ANN, b"hello")]


def test_a_message_sent_twice_is_kept_twice() -> None:
    """A double is not hidden from the test that looks for it."""
    transport = MemoryTransport()
    for _ in range(2):
        transport.send(ANN, [b"hello"])
    assert len(transport.sent) == 2


def test_refusals_come_in_their_order_and_end() -> None:
    """A recipient is refused as scripted, then accepted."""
    transport = MemoryTransport({"ann@example.org": [LATER, NEVER]})
    replies = [transport.send(ANN, [b"hello"]) for _ in range(3)]
    assert replies[:2] == [LATER, NEVER]
    assert isinstance(replies[2], Accepted)
    assert len(transport.sent) == 1


def test_others_are_not_refused() -> None:
    """A refusal holds for its recipient alone."""
    transport = MemoryTransport({"ann@example.org": [NEVER]})
    assert isinstance(transport.send(BOB, [b"hello"]), Accepted)


def test_it_knows_that_it_was_closed() -> None:
    """A test can see whether its owner let go of it."""
    transport = MemoryTransport()
    assert not transport.closed
    transport.close()
    assert transport.closed


def test_an_answer_that_is_a_yes_is_given_as_it_stands() -> None:
    """A test can tell the replies of two messages apart."""
    transport = MemoryTransport({"ann@example.org": [Accepted("250 as ABC")]})
    assert transport.send(ANN, [b"hello"]) == Accepted("250 as ABC")
    assert len(transport.sent) == 1


@pytest.mark.parametrize(("is_lost", "kept"), [(False, 1), (True, 0)])
def test_an_uncertain_message_may_have_arrived_or_not(is_lost: bool, kept: int) -> None:
    """Both can happen, and whoever sends sees no difference."""
    unknown = Uncertain("the connection was lost")
    transport = MemoryTransport({"ann@example.org": [unknown]}, loses_uncertain=is_lost)
    assert transport.send(ANN, [b"hello"]) == unknown
    assert len(transport.sent) == kept
