"""What came back: counted once, whoever reads it, in one transaction with what follows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from returned import DAY, NOW, Office

from publisher.errors import StepFailed
from publisher.storage.feedback import Entry


@pytest.fixture
def office(database: str) -> Office:
    return Office(database)


def soft(key: str, who: int | None, mailing: int | None) -> Entry:
    return Entry(key, "bounce", "soft", who, mailing, cause="mailbox-full", status="4.2.2")


def test_two_that_read_the_same_at_once_count_it_once(office: Office) -> None:
    who = office.reader()
    mailing = office.mail("2026-05-01")

    def read(_: int) -> bool:
        (taken,) = office.feedback.take([soft("k", who, mailing)], NOW)
        return taken.is_new

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(read, range(8))) == [*[False] * 7, True]
    assert office.subscriber(who).soft_count == 1


def test_a_report_and_what_follows_are_one_transaction(office: Office) -> None:
    """One that cannot be written takes the others of its batch with it."""
    who = office.reader()
    mailing = office.mail("2026-05-01")
    broken = Entry("broken", "bounce", "soft", 2**70, mailing)
    with pytest.raises((StepFailed, OverflowError)):
        office.feedback.take([soft("k", who, mailing), broken], NOW)
    assert office.subscriber(who).soft_count == 0
    assert office.feedback.counts() == {}


def test_counts_are_by_kind_and_decision(office: Office) -> None:
    who = office.reader()
    mailing = office.mail("2026-05-01")
    office.feedback.take([soft("a", who, mailing), soft("b", who, None)], NOW)
    office.feedback.take([Entry("c", "bounce", "hard", None)], NOW)
    assert office.feedback.counts() == {("bounce", "soft"): 2, ("bounce", "unclaimed"): 1}


def test_a_worse_mark_replaces_a_better_one_and_not_the_other_way(office: Office) -> None:
    who = office.reader()
    mailing = office.mail("2026-05-01")
    office.feedback.take([Entry("a", "bounce", "hard", who, mailing)], NOW)
    office.feedback.take([soft("b", who, mailing)], NOW)
    assert office.bounced(mailing) == {who: "hard"}


def test_of_somebody_who_is_not_there_nothing_is_kept_but_that_it_came(office: Office) -> None:
    office.reader()
    mailing = office.mail("2026-05-01")
    entry = Entry("a", "bounce", "hard", 7, mailing, detail="somebody's mailbox")
    (taken,) = office.feedback.take([entry], NOW)
    assert (taken.is_new, taken.state) == (True, "")
    assert office.feedback.counts(mailing) == {("bounce", "hard"): 1}


def test_old_reports_are_dropped(office: Office) -> None:
    who = office.reader()
    office.feedback.take([soft("a", who, None)], NOW)
    assert office.feedback.purge(NOW) == 0
    assert office.feedback.purge(NOW + DAY) == 1
