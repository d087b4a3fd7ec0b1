"""People and issues that several change at once, on PostgreSQL: SQLite lets one write at a time."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from crowd import DAILY, NOW, SHOWN, at_once, mailing_of, readers, until, waits
from sqlalchemy import Engine, text

from publisher.storage.database import open_database, writing
from publisher.storage.feedback import Entry, Feedback
from publisher.storage.issues import IssueSteps
from publisher.storage.mailings import Mailings
from publisher.storage.notices import Notices
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import read_address

pytestmark = pytest.mark.integration

DAY = dt.timedelta(days=1)
ANNA = read_address("anna@example.com")


@pytest.fixture
def engine(postgres: str) -> Engine:
    return open_database(postgres)


@pytest.fixture
def people(engine: Engine) -> People:
    return People(engine)


class TestPeopleAtOnce:
    def test_one_of_two_confirmations_counts(self, people: People) -> None:
        """A link that is opened twice at once confirms once."""
        people.ask(ANNA, "", [DAILY], SHOWN, "token", NOW, NOW + DAY)
        found = at_once(6, lambda _: people.confirm("token", NOW))
        assert len([each for each in found if each is not None]) == 1
        assert people.active("daily") == {"zh": 1}

    def test_two_that_sign_up_one_address_are_one_person(self, people: People) -> None:
        """Whoever comes second finds the first."""
        found = at_once(
            6, lambda n: people.ask(ANNA, "", [DAILY], SHOWN, f"token {n}", NOW, NOW + DAY)
        )
        assert len(set(found)) == 1
        assert len(list(people.walk())) == 1

    def test_leaving_and_pausing_at_once_ends_as_left(self, people: People) -> None:
        """An ended subscription is not paused by somebody who has looked before."""
        for number in range(5):
            who = people.add(read_address(f"r{number}@example.com"), "", [DAILY], SHOWN, NOW)
            at_once(2, lambda n, who=who: people.move(who, "daily", ("ended", "paused")[n], NOW))
            person = people.get(who)
            assert person is not None
            assert person.subscriptions[0].state == "ended"

    def test_reports_that_are_read_twice_at_once_count_once(
        self, people: People, engine: Engine
    ) -> None:
        """In whichever order two programs read them."""
        ids = readers(people, 10)
        entries = [Entry(f"k{who}", "bounce", "hard", who, None) for who in ids]
        taken = at_once(2, lambda n: Feedback(engine).take(entries if n else entries[::-1], NOW))
        assert sum(each.is_new for found in taken for each in found) == len(ids)

    def test_nobody_s_mailbox_is_flooded(self, engine: Engine) -> None:
        """By requests that come at once."""
        notices = Notices(engine)
        done = at_once(8, lambda _: notices.queue("confirm", ANNA, b".", NOW, most=3))
        assert sum(done) == 3

    def test_a_notice_is_sent_by_one(self, engine: Engine) -> None:
        """Of several that look for some at once."""
        notices = Notices(engine)
        for _ in range(5):
            notices.queue("confirm", ANNA, b".", NOW)
        found = at_once(4, lambda _: [each.id for each in notices.claim(NOW, 2)])
        ids = [each for some in found for each in some]
        assert len(ids) == len(set(ids)) == 5


class TestIssuesAtOnce:
    def test_each_attempt_at_an_issue_has_a_number_of_its_own(self, engine: Engine) -> None:
        """The first one, too, that several begin at once."""
        steps = IssueSteps(engine)
        found = at_once(5, lambda _: steps.start("daily", "2026-05-01", NOW, NOW).attempt)
        assert sorted(found) == [1, 2, 3, 4, 5]

    def test_a_mailing_is_opened_once(self, people: People, engine: Engine) -> None:
        """Whoever comes second gets the first one."""
        readers(people, 20)
        found = at_once(4, lambda _: mailing_of(engine))
        assert len(set(found)) == 1
        assert Mailings(engine).counts(found[0]) == {"queued": 20}

    def test_nobody_waits_for_a_mailing_that_is_being_opened(
        self, people: People, engine: Engine
    ) -> None:
        """A million rows take a while: people come and go, and other mailings are sent."""
        ids = readers(people, 3)
        other = mailing_of(engine)
        with writing(engine, "mailings of weekly") as connection:
            connection.execute(text("LOCK TABLE messages IN SHARE ROW EXCLUSIVE MODE"))
            opening = ThreadPoolExecutor(1)
            opened = opening.submit(Mailings(engine).open, "weekly", "2026-W18", {"zh": b"."}, NOW)
            until(waits(engine))
            people.ask(ANNA, "", [DAILY], SHOWN, "token", NOW, NOW + DAY)
            assert people.move(ids[0], "daily", "ended", NOW)
            assert Mailings(engine).pause(other, "by hand").state == "paused"
            assert not opened.done()
        assert opened.result(10).bulletin == "weekly"
        opening.shutdown()
