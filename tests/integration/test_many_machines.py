"""Many machines on one PostgreSQL: killed, stalled, cut off; nobody is lost or gets mail twice."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from clusters import Cluster

sys.path.append(str(Path(__file__).parents[2] / "bench"))

from integration.machines import LANES, Machines

from publisher.storage.queue import schema_name


@pytest.fixture
def machines(tmp_path: Path, cluster: Cluster) -> Iterator[Machines]:
    made = Machines(tmp_path, cluster)
    yield made
    made.close()


def _is_accounted_for(machines: Machines, number: int) -> None:
    """Everybody has the mail once, but for those of whom nobody can know."""
    told = machines.account(number)
    assert (told.lost, told.doubled, told.open, told.strange, told.untold) == (0, 0, 0, 0, 0)
    assert told.uncertain <= LANES * machines.cuts
    assert told.sent + told.uncertain == number


def test_a_mailing_of_twenty_thousand_survives_kills_and_stalls(machines: Machines) -> None:
    """Three workers and two services with a worker each; of each kind one dies and one stalls."""
    number = 20_000
    machines.open(number, 20)
    workers = [machines.start("worker") for _ in range(3)]
    services = [machines.start("run") for _ in range(2)]
    machines.until(machines.sent(1_000), 60)
    machines.kill(workers[0])
    machines.until(machines.sent(3_000), 60)
    machines.stall(workers[1])
    machines.start("worker")
    machines.until(machines.sent(6_000), 60)
    machines.kill(services[0])
    machines.until(machines.sent(9_000), 60)
    machines.stall(services[1])
    machines.until(machines.sent(14_000), 60)
    machines.wake(workers[1])
    machines.wake(services[1])
    machines.until(lambda: machines.state() == "finished", 90)
    _is_accounted_for(machines, number)


def test_a_mailing_goes_on_when_the_database_was_away_or_the_queue_is_lost(
    machines: Machines,
) -> None:
    """And a worker that is asked to stop ends at once, and gives back what it has."""
    number = 4_000
    machines.open(number, 8)
    workers = [machines.start("worker") for _ in range(2)]
    machines.until(machines.sent(500), 60)
    machines.cluster.stop()
    time.sleep(2)
    machines.cluster.start()
    machines.until(machines.sent(1_200), 60)
    machines.sql(f"TRUNCATE {schema_name()}.procrastinate_jobs CASCADE")
    machines.sql(f"TRUNCATE {schema_name()}.procrastinate_workers CASCADE")
    machines.until(machines.sent(1_800), 60)
    machines.sql(f"DROP SCHEMA {schema_name()} CASCADE")
    machines.until(machines.sent(2_400), 60)
    machines.end(workers[0])
    machines.until(lambda: machines.state() == "finished", 60)
    assert machines.cuts == 0
    _is_accounted_for(machines, number)
    assert "Traceback" not in machines.log()


class TestPublishing:
    """A run that takes some seconds, and a machine that is lost in the middle of it."""

    def test_a_service_that_dies_at_its_slot_is_replaced(self, machines: Machines) -> None:
        """It dies with the worker that publishes; another service stands ready."""
        issue = machines.slow_issue(ahead=dt.timedelta(seconds=65))
        for _ in range(2):
            machines.start("run")
        machines.until(machines.steps, 120)
        lost = machines.publishing()
        machines.kill_with_parent(lost)
        self._is_published_by_another(machines, issue, lost)

    def test_a_stalled_one_that_wakes_up_writes_nothing_more(self, machines: Machines) -> None:
        issue = machines.slow_issue()
        workers = {each.pid: each for each in [machines.start("worker") for _ in range(2)]}
        assert machines.ask_for_tick("slot")
        machines.until(lambda: machines.steps() == ["frozen"], 30)
        # Then it renders for seconds, and locks nothing; the freeze before has the index to itself.
        time.sleep(0.5)
        lost = machines.publishing()
        machines.stall(workers[lost])
        self._is_published_by_another(machines, issue, lost)
        before = machines.written()
        machines.wake(workers[lost])
        machines.until(lambda: "another machine has taken over" in machines.log(), 30)
        after = machines.written()
        assert {each for each in after | before if after.get(each) != before.get(each)} == set()
        assert machines.steps() == ["mailed"]

    def _is_published_by_another(self, machines: Machines, issue: str, lost: int) -> None:
        assert machines.steps() != ["mailed"], "too quick to be lost in the middle"
        assert lost
        machines.until(lambda: machines.publishing() not in (0, lost), 30)
        machines.until(lambda: machines.relay.log.count == 2, 60)
        machines.until(lambda: machines.state() == "finished", 20)
        assert sorted(machines.relay.log.accepted().values()) == [1, 1]
        assert machines.sql("SELECT bulletin, issue FROM mailings") == [("daily", issue)]
