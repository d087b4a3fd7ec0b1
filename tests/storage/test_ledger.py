"""The ledger: one row per reader of an issue, and what a sender may write into it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from publisher.deliver.ledger import Policy, Run, TakenOver
from publisher.deliver.plan import Outcome
from publisher.errors import UsageError
from publisher.storage.database import open_database
from publisher.storage.ledger import DatabaseLedger
from publisher.storage.mailing_opening import Canary
from publisher.storage.mailings import Mailings
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import read_address
from publisher.subscribers.standing import Standing
from publisher.subscribers.subscriber import Choice

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
SHOWN = Consent("en", "…", "form")
MESSAGES = {"zh": b"zh", "en": b"en"}


class Post:
    """A database with readers, its mailings and its ledger."""

    def __init__(self, database: str) -> None:
        engine = open_database(database)
        self.people, self.mailings = People(engine), Mailings(engine)
        self.ledger = DatabaseLedger(engine)

    def readers(self, number: int, edition: str = "zh", bulletin: str = "daily") -> list[int]:
        choice = (Choice(bulletin, edition), "active")
        addresses = [read_address(f"{edition}{each}@example.com") for each in range(number)]
        self.people.take_all([(each, "", [choice], SHOWN) for each in addresses], NOW)  # type: ignore[list-item]
        return sorted(each.id for each in self.people.walk(bulletin=bulletin, edition=edition))

    def open(self, issue: str = "2026-05-01", **more: object) -> int:
        return self.mailings.open("daily", issue, MESSAGES, NOW, **more).id  # type: ignore[arg-type]

    def states(self, mailing: int) -> dict[str, int]:
        return dict(Counter(each.state for each in self.mailings.deliveries(mailing)))


@pytest.fixture
def post(database: str) -> Post:
    return Post(database)


class TestOpening:
    def test_freezes_every_reader_in_their_edition(self, post: Post) -> None:
        post.readers(3)
        post.readers(2, "en")
        post.readers(4, "zh", "weekly")
        mailing = post.mailings.get(post.open())
        assert mailing.recipients == 5
        found = Counter(each.edition for each in post.mailings.deliveries(mailing.id))
        assert found == {"zh": 3, "en": 2}

    def test_a_second_time_gives_back_the_first(self, post: Post) -> None:
        post.readers(2)
        first = post.open()
        post.readers(2, "en")
        assert post.open() == first
        assert post.states(first) == {"queued": 2}

    def test_another_edition_afterwards_doubles_nobody(self, post: Post) -> None:
        (reader,) = post.readers(1)
        mailing = post.open()
        post.people.choose(reader, Choice("daily", "en"), NOW)
        run = post.ledger.take(mailing, 0, "hold", NOW)
        (addressed,) = post.ledger.turn(run, [], [reader], NOW).addressed
        assert addressed.edition == "zh"
        assert post.states(mailing) == {"sending": 1}

    def test_without_readers_it_is_finished(self, post: Post) -> None:
        assert post.mailings.get(post.open()).state == "finished"

    def test_readers_of_an_edition_that_is_no_more_are_told_of(self, post: Post) -> None:
        post.readers(1, "fr")
        mailing = post.open()
        (row,) = post.mailings.deliveries(mailing)
        assert (row.state, row.reply) == ("skipped", "the bulletin has no such edition")

    def test_ends_what_is_deferred_of_the_issue_before(self, post: Post) -> None:
        (reader,) = post.readers(1)
        first = post.open()
        run = post.ledger.take(first, 0, "hold", NOW)
        post.ledger.turn(run, [], [reader], NOW)
        late = Outcome(reader, "deferred", "451 later", int((NOW + HOUR).timestamp()))
        post.ledger.turn(run, [late], [], NOW)
        post.open("2026-05-02")
        (row,) = post.mailings.deliveries(first)
        assert (row.state, row.reply) == ("failed", "expired: the next issue is out: 451 later")
        assert post.mailings.get(first).state == "finished"

    def test_a_canary_is_a_share_of_the_readers(self, post: Post) -> None:
        post.readers(250)
        mailing = post.open(canary=Canary(share=0.01))
        run = post.ledger.take(mailing, 0, "hold", NOW)
        assert len(post.ledger.due(run, -1, NOW, 1000)) == 3
        assert post.ledger.slices(mailing, NOW) == [0]

    def test_a_canary_may_be_a_list(self, post: Post) -> None:
        post.readers(20)
        mailing = post.open(canary=Canary(addresses=("zh3@example.com", "zh7@example.com")))
        run = post.ledger.take(mailing, 0, "hold", NOW)
        assert len(post.ledger.due(run, -1, NOW, 1000)) == 2

    def test_the_others_are_released_after_the_canary_has_waited(self, post: Post) -> None:
        readers = post.readers(250)
        mailing = post.open(canary=Canary(share=0.01))
        run = post.ledger.take(mailing, 0, "hold", NOW)
        post.ledger.turn(run, [], readers[:3], NOW)
        post.ledger.turn(run, [Outcome(each, "sent", "250") for each in readers[:3]], [], NOW)
        assert post.ledger.slices(mailing, NOW) == []
        post.ledger.release(mailing, NOW, HOUR)
        post.ledger.release(mailing, NOW + HOUR / 2, HOUR)
        assert post.ledger.slices(mailing, NOW + HOUR / 2) == []
        post.ledger.release(mailing, NOW + HOUR, HOUR)
        assert post.ledger.slices(mailing, NOW + HOUR) == [1]


class TestSending:
    @pytest.fixture
    def sending(self, post: Post) -> tuple[Post, int, list[int]]:
        readers = post.readers(3)
        return post, post.open(), readers

    def test_marks_before_the_message_goes_out(self, sending: tuple[Post, int, list[int]]) -> None:
        post, mailing, readers = sending
        run = post.ledger.take(mailing, 0, "hold", NOW)
        turn = post.ledger.turn(run, [], readers[:2], NOW)
        assert {each.subscriber for each in turn.addressed} == set(readers[:2])
        assert post.states(mailing) == {"sending": 2, "queued": 1}

    def test_nobody_is_marked_twice(self, sending: tuple[Post, int, list[int]]) -> None:
        post, mailing, readers = sending
        run = post.ledger.take(mailing, 0, "hold", NOW)
        post.ledger.turn(run, [], readers[:1], NOW)
        assert post.ledger.turn(run, [], readers[:1], NOW).addressed == []

    def test_outcomes_and_the_next_are_one_transaction(
        self, sending: tuple[Post, int, list[int]]
    ) -> None:
        post, mailing, readers = sending
        run = post.ledger.take(mailing, 0, "hold", NOW)
        post.ledger.turn(run, [], readers[:1], NOW)
        post.ledger.turn(run, [Outcome(readers[0], "sent", "250 ok")], readers[1:2], NOW)
        assert post.states(mailing) == {"sent": 1, "sending": 1, "queued": 1}

    def test_a_deferred_one_is_due_when_its_time_has_come(
        self, sending: tuple[Post, int, list[int]]
    ) -> None:
        post, mailing, readers = sending
        run = post.ledger.take(mailing, 0, "hold", NOW)
        post.ledger.turn(run, [], readers, NOW)
        due = int((NOW + HOUR).timestamp())
        sent = [Outcome(each, "sent", "250") for each in readers[1:]]
        post.ledger.turn(run, [Outcome(readers[0], "deferred", "451", due), *sent], [], NOW)
        assert post.ledger.slices(mailing, NOW) == []
        assert post.ledger.slices(mailing, NOW + HOUR) == [0]
        (again,) = post.ledger.turn(run, [], [readers[0]], NOW + HOUR).addressed
        assert again.tries == 1

    def test_what_was_the_relay_s_fault_counts_no_try(
        self, sending: tuple[Post, int, list[int]]
    ) -> None:
        post, mailing, readers = sending
        run = post.ledger.take(mailing, 0, "hold", NOW)
        post.ledger.turn(run, [], readers[:1], NOW)
        post.ledger.turn(run, [Outcome(readers[0], "deferred", "", 0, counts=False)], [], NOW)
        (again,) = post.ledger.turn(run, [], readers[:1], NOW).addressed
        assert again.tries == 0

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda post, who: post.people.move(who, "daily", "ended", NOW, "one-click"), "left"),
            (lambda post, who: post.people.move(who, "daily", "paused", NOW), "paused"),
            (lambda post, who: post.people.stand(who, Standing("dead"), NOW), "dead"),
            (lambda post, who: post.people.stand(who, Standing("suspended"), NOW), "suspended"),
            (lambda post, who: post.people.stand(who, Standing("complained"), NOW), "complained"),
        ],
    )
    def test_who_has_gone_since_the_opening_is_skipped(
        self, sending: tuple[Post, int, list[int]], change: object, reason: str
    ) -> None:
        post, mailing, readers = sending
        change(post, readers[0])  # type: ignore[operator]
        run = post.ledger.take(mailing, 0, "hold", NOW)
        turn = post.ledger.turn(run, [], readers, NOW)
        assert [each.subscriber for each in turn.addressed] == readers[1:]
        rows = {each.subscriber: each for each in post.mailings.deliveries(mailing)}
        assert (rows[readers[0]].state, rows[readers[0]].reply) == ("skipped", reason)

    def test_who_was_forgotten_since_is_skipped_without_a_trace(
        self, sending: tuple[Post, int, list[int]]
    ) -> None:
        post, mailing, readers = sending
        person = post.people.get(readers[0])
        assert person is not None
        post.people.forget(read_address(person.address), "0" * 64, NOW)
        rows = {each.subscriber: each for each in post.mailings.deliveries(mailing)}
        gone = rows[readers[0]]
        assert (gone.state, gone.reply, gone.address) == ("skipped", "erased", "")

    def test_of_a_paused_mailing_nothing_is_begun_and_outcomes_count(
        self, sending: tuple[Post, int, list[int]]
    ) -> None:
        post, mailing, readers = sending
        run = post.ledger.take(mailing, 0, "hold", NOW)
        post.ledger.turn(run, [], readers[:1], NOW)
        post.mailings.pause(mailing, "by the operator")
        turn = post.ledger.turn(run, [Outcome(readers[0], "sent", "")], readers[1:], NOW)
        assert not turn.goes_on
        assert not turn.addressed
        assert post.states(mailing) == {"sent": 1, "queued": 2}

    def test_finished_when_nothing_is_left(self, sending: tuple[Post, int, list[int]]) -> None:
        post, mailing, readers = sending
        run = post.ledger.take(mailing, 0, "hold", NOW)
        post.ledger.turn(run, [], readers, NOW)
        assert post.ledger.settle(mailing, NOW).state == "sending"
        ends = ("sent", "failed", "uncertain")
        outcomes = [Outcome(*each, "") for each in zip(readers, ends, strict=True)]  # type: ignore[arg-type]
        post.ledger.turn(run, outcomes, [], NOW)
        assert post.ledger.settle(mailing, NOW).state == "finished"


class TestCrash:
    @pytest.fixture
    def crashed(self, post: Post) -> tuple[Post, int, list[int]]:
        """A sender died with two deliveries under way."""
        readers = post.readers(4)
        mailing = post.open()
        run = post.ledger.take(mailing, 0, "hold", NOW)
        post.ledger.turn(run, [], readers[:2], NOW)
        return post, mailing, readers

    def test_what_was_under_way_is_uncertain_and_held(
        self, crashed: tuple[Post, int, list[int]]
    ) -> None:
        post, mailing, _ = crashed
        run = post.ledger.take(mailing, 0, "hold", NOW)
        assert run.attempt == 2
        assert post.states(mailing) == {"uncertain": 2, "queued": 2}

    def test_or_sent_once_more_where_the_operator_wants_that(
        self, crashed: tuple[Post, int, list[int]]
    ) -> None:
        post, mailing, readers = crashed
        run = post.ledger.take(mailing, 0, "resend", NOW)
        assert len(post.ledger.due(run, -1, NOW, 10)) == len(readers)

    @pytest.mark.parametrize(("policy", "state"), [("hold", "uncertain"), ("resend", "deferred")])
    def test_it_is_found_where_nothing_else_is_to_be_sent(
        self, crashed: tuple[Post, int, list[int]], policy: Policy, state: str
    ) -> None:
        post, mailing, readers = crashed
        run = post.ledger.take(mailing, 0, "hold", NOW)
        post.ledger.turn(run, [], readers[2:], NOW)
        assert post.ledger.slices(mailing, NOW) == [0]
        post.ledger.take(mailing, 0, policy, NOW)
        assert post.states(mailing)[state] >= 2
        assert "sending" not in post.states(mailing)
        assert post.ledger.slices(mailing, NOW) == ([] if policy == "hold" else [0])

    def test_the_older_attempt_is_fenced_off(self, crashed: tuple[Post, int, list[int]]) -> None:
        post, mailing, readers = crashed
        old = post.ledger.take(mailing, 0, "hold", NOW)
        post.ledger.take(mailing, 0, "hold", NOW)
        with pytest.raises(TakenOver):
            post.ledger.turn(old, [], readers[2:3], NOW)
        assert post.states(mailing) == {"uncertain": 2, "queued": 2}

    def test_but_what_it_knows_to_be_accepted_counts(
        self, crashed: tuple[Post, int, list[int]]
    ) -> None:
        post, mailing, readers = crashed
        old = post.ledger.take(mailing, 0, "hold", NOW)
        post.ledger.take(mailing, 0, "hold", NOW)
        outcomes = [Outcome(readers[0], "sent", "250"), Outcome(readers[1], "failed", "550")]
        with pytest.raises(TakenOver):
            post.ledger.turn(old, outcomes, [], NOW)
        rows = {each.subscriber: each.state for each in post.mailings.deliveries(mailing)}
        assert rows[readers[0]] == "sent"
        assert rows[readers[1]] == "uncertain"


class TestDoubt:
    """The database wrote a turn, and its answer was lost: nobody was begun with."""

    @pytest.fixture
    def doubtful(self, post: Post) -> tuple[Post, Run, list[int]]:
        readers = post.readers(3)
        run = post.ledger.take(post.open(), 0, "hold", NOW)
        post.ledger.turn(run, [], readers[:2], NOW)
        post.ledger._doubtful.update(readers[:2])
        return post, run, readers

    def test_the_same_turn_again_marks_them_again(
        self, doubtful: tuple[Post, Run, list[int]]
    ) -> None:
        post, run, readers = doubtful
        again = post.ledger.turn(run, [], readers[:2], NOW).addressed
        assert [(each.subscriber, each.tries) for each in again] == [(r, 0) for r in readers[:2]]
        assert post.states(run.mailing) == {"sending": 2, "queued": 1}

    def test_once_that_is_written_nobody_is_marked_twice(
        self, doubtful: tuple[Post, Run, list[int]]
    ) -> None:
        post, run, readers = doubtful
        post.ledger.turn(run, [], readers[:2], NOW)
        assert post.ledger.turn(run, [], readers[:2], NOW).addressed == []

    def test_another_sender_leaves_them_to_a_person(
        self, doubtful: tuple[Post, Run, list[int]]
    ) -> None:
        post, run, readers = doubtful
        post.ledger.take(run.mailing, 0, "hold", NOW)
        with pytest.raises(TakenOver):
            post.ledger.turn(run, [], readers[:2], NOW)
        assert post.states(run.mailing) == {"uncertain": 2, "queued": 1}


class TestOperator:
    def test_cancelling_skips_what_is_open(self, post: Post) -> None:
        post.readers(2)
        mailing = post.open()
        assert post.mailings.cancel(mailing, NOW).state == "cancelled"
        assert {each.reply for each in post.mailings.deliveries(mailing)} == {"cancelled"}
        with pytest.raises(UsageError, match="was cancelled"):
            post.mailings.resend(mailing, ["failed"], NOW)

    def test_resending_opens_what_failed_and_nothing_else(self, post: Post) -> None:
        readers = post.readers(3)
        mailing = post.open()
        run = post.ledger.take(mailing, 0, "hold", NOW)
        post.ledger.turn(run, [], readers, NOW)
        ends = ("sent", "failed", "uncertain")
        outcomes = [Outcome(*each, "") for each in zip(readers, ends, strict=True)]  # type: ignore[arg-type]
        post.ledger.turn(run, outcomes, [], NOW)
        post.ledger.settle(mailing, NOW)
        assert post.mailings.resend(mailing, ["failed"], NOW) == 1
        assert post.states(mailing) == {"sent": 1, "queued": 1, "uncertain": 1}
        assert post.mailings.get(mailing).state == "sending"

    def test_a_finished_mailing_cannot_be_paused(self, post: Post) -> None:
        with pytest.raises(UsageError, match="is finished: it cannot be paused"):
            post.mailings.pause(post.open(), "why")

    def test_a_pause_of_the_sender_ends_by_itself(self, post: Post) -> None:
        post.readers(1)
        mailing = post.open()
        post.ledger.pause(mailing, "the relay is down", NOW, NOW + HOUR)
        assert post.mailings.resume_waiting(NOW + HOUR / 2) == []
        assert [each.id for each in post.mailings.resume_waiting(NOW + HOUR)] == [mailing]
        assert post.mailings.get(mailing).state == "sending"

    def test_an_operator_s_pause_does_not(self, post: Post) -> None:
        post.readers(1)
        mailing = post.open()
        post.mailings.pause(mailing, "by hand")
        assert post.mailings.resume_waiting(NOW + 1000 * HOUR) == []
        assert post.mailings.resume(mailing).state == "sending"

    def test_old_rows_are_folded_into_counts_and_failures_stay(self, post: Post) -> None:
        readers = post.readers(3)
        mailing = post.open()
        run = post.ledger.take(mailing, 0, "hold", NOW)
        post.ledger.turn(run, [], readers, NOW)
        ends = ("sent", "failed", "sent")
        outcomes = [Outcome(*each, "") for each in zip(readers, ends, strict=True)]  # type: ignore[arg-type]
        post.ledger.turn(run, outcomes, [], NOW)
        post.ledger.settle(mailing, NOW)
        assert post.mailings.fold(NOW - HOUR) == 0
        assert post.mailings.fold(NOW + HOUR) == 2
        assert post.mailings.fold(NOW + HOUR) == 0
        assert post.states(mailing) == {"failed": 1}
        assert post.mailings.counts(mailing) == {"failed": 1, "sent": 2}
