"""What becomes of a delivery after a try."""

from __future__ import annotations

import datetime as dt

import pytest

from publisher.deliver.plan import GIVE_UP, outcome_of
from publisher.deliver.transports.base import Accepted, Answer, Refused, Uncertain

OPENED = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
SOON = OPENED + dt.timedelta(minutes=1)
LATE = OPENED + GIVE_UP
GREYLISTED = Refused(temporary=True, reply="450 4.7.1 greylisted")


@pytest.mark.parametrize(
    ("answer", "resends", "now", "state"),
    [
        (Accepted("250 Ok"), False, SOON, "sent"),
        (GREYLISTED, False, SOON, "deferred"),
        (GREYLISTED, False, LATE, "failed"),
        (Refused(temporary=False, reply="550 5.1.1 unknown"), False, SOON, "failed"),
        (Refused(False, "535 5.7.8 no login", "relay"), False, SOON, "deferred"),
        (Refused(True, "connection refused", "relay"), False, LATE, "deferred"),
        (Uncertain("silence after the dot"), False, SOON, "uncertain"),
        (Uncertain("silence after the dot"), True, SOON, "deferred"),
        (Uncertain("silence after the dot"), True, LATE, "uncertain"),
    ],
)
def test_an_answer_decides(answer: Answer, resends: bool, now: dt.datetime, state: str) -> None:
    """With the policy for what may have arrived, and the time since the mailing was opened."""
    assert outcome_of(1, answer, 0, OPENED, now, resends=resends).state == state


@pytest.mark.parametrize(("tries", "minutes"), [(0, 5), (1, 15), (2, 30), (6, 480), (60, 480)])
@pytest.mark.parametrize("answer", [GREYLISTED, Uncertain("silence after the dot")])
def test_the_wait_grows(answer: Answer, tries: int, minutes: int) -> None:
    """The same for what is refused and for what is sent again because nobody knows."""
    due = outcome_of(1, answer, tries, OPENED, SOON, resends=True).due
    assert due == int((SOON + dt.timedelta(minutes=minutes)).timestamp())


def test_an_address_in_a_reply_is_masked() -> None:
    """Who is forgotten while their message is under way is named in no row afterwards."""
    answer = Refused(False, "550 5.1.1 <anna@example.org>: no such user")
    outcome = outcome_of(1, answer, 0, OPENED, SOON)
    assert outcome.reply == "550 5.1.1 <a…@example.org>: no such user"
