"""One mailing through a run of faults: senders are killed and started until it is finished."""

from __future__ import annotations

import datetime as dt
import os
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkProcess
from pathlib import Path
from random import Random

from faultlab.account import Account, account
from faultlab.office import OPENED, REFUSED, STOPPED, Office
from faultlab.relay import FAULTY, STEADY, Relay
from faultlab.troubles import Trouble, disk_full, locked, quota, relay_stops, small_disk
from publisher.fakes.smtp_faults import Fault

_MOST_ROUNDS = 100
"""Senders that end by themselves before the mailing is given up for stuck."""
_LONGEST = 120
"""Seconds after which a sender that nobody kills is taken for hung."""
_MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Trial:
    """What goes wrong in a run; `trouble` is one of relay, lock, disk, for `seconds` each time.

    `end` is the signal that ends a sender.  `busy` is how long a sender waits for a locked
    database, in milliseconds; None is what the program does.
    """

    name: str
    policy: str = "hold"
    faults: Sequence[Fault] = STEADY
    end: signal.Signals = signal.SIGKILL
    trouble: str = ""
    times: int = 0
    seconds: float = 0.0
    busy: int | None = None
    canary: str = ""
    lanes: int = 8


@dataclass
class Result:
    """What a run came to; `crashed` are senders that ended in a way the program does not know.

    `silent` are messages after which the relay said nothing, `hidden` those that it had taken
    then, `slowest` the seconds that a sender took to stop when it was asked to.
    """

    trial: Trial
    kills: int = 0
    troubles: int = 0
    refused: int = 0
    crashed: int = 0
    hung: int = 0
    silent: int = 0
    hidden: int = 0
    slowest: float = 0.0
    seconds: float = 0.0
    state: str = ""
    last_words: str = ""
    account: Account = field(default_factory=lambda: Account(*[0] * 9))

    def broken(self) -> Iterator[str]:
        """Each promise that was broken, in words."""
        told, cut = self.account, self.trial.lanes * self._cuts()
        if self.state != "finished":
            yield f"the mailing is {self.state}"
        # Who is sent a message once more may be refused it then.
        wrong = ("lost", "open", "strange", *(["untold"] if self.trial.policy == "hold" else []))
        for what in wrong:
            if number := getattr(told, what):
                yield f"{number} {what}"
        if told.doubled > (0 if self.trial.policy == "hold" else cut + self.hidden):
            yield f"{told.doubled} doubled"
        if told.uncertain > (cut + self.silent if self.trial.policy == "hold" else 0):
            yield f"{told.uncertain} uncertain"
        for what in ("crashed", "hung"):
            if number := getattr(self, what):
                yield f"{number} senders {what}: {self.last_words}"

    def _cuts(self) -> int:
        """How often every connection was cut at once."""
        # Who is asked to stop cuts none, but where the machine stands still for a second.
        kills = self.kills if self.trial.end == signal.SIGKILL else 1
        return kills + (self.troubles if self.trial.trouble == "relay" else 0)


def run(trial: Trial, recipients: int, kills: int, seed: int) -> Result:
    """Run a trial over a mailing to so many."""
    begun = time.monotonic()
    with _place(trial, recipients) as (folder, disk):
        relay = Relay(folder / "accepted.log", trial.faults, seed)
        database = (disk or folder) / "publisher.sqlite"
        office = Office(
            folder, database, relay.port, trial.policy, trial.lanes, trial.busy, trial.canary
        )
        try:
            course = _Course(office, relay, _trouble(trial, relay, database, disk), Random(seed))
            result = course.run(trial, recipients, kills)
        finally:
            relay.close()
    result.seconds = time.monotonic() - begun
    return result


@contextmanager
def _place(trial: Trial, recipients: int) -> Iterator[tuple[Path, Path | None]]:
    """A folder, and a small disk where the trial is about one."""
    within = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory("", "faults-", within, ignore_cleanup_errors=True) as made:
        folder = Path(made)
        if trial.trouble != "disk":
            yield folder, None
            return
        with small_disk(folder / "disk", 8_000_000 + 2_000 * recipients) as disk:
            yield folder, disk


def _trouble(trial: Trial, relay: Relay, database: Path, disk: Path | None) -> Trouble:
    if trial.trouble == "relay":
        return relay_stops(relay)
    if trial.trouble == "lock":
        return locked(database)
    return disk_full(database) if disk else quota(database)


@dataclass
class _Course:
    """The senders of one mailing, one after the other; `now` is the time that they are told."""

    office: Office
    relay: Relay
    trouble: Trouble
    random: Random
    now: dt.datetime = OPENED

    def run(self, trial: Trial, recipients: int, kills: int) -> Result:
        self.office.open(recipients)
        result = Result(trial)
        rounds = 0
        while rounds < _MOST_ROUNDS and self._goes_on():
            left = kills - result.kills
            if not self._life(result, left, recipients if left else 0):
                rounds += 1
        result.state = self.office.mailing().state
        result.silent, result.hidden = self.relay.ask("tell")
        result.account = account(recipients, self.office.rows(), self.relay.log.accepted())
        return result

    def _goes_on(self) -> bool:
        return self.office.mailing().state in ("open", "sending", "paused")

    def _life(self, result: Result, left: int, recipients: int) -> bool:
        """One sender from its start to its end; whether it was killed."""
        sender = self.office.start(self.now)
        is_killed = False
        if left:
            todo = 0.9 * recipients - self.relay.log.count - result.kills * self.office.lanes / 2
            mean = max(0.0, 0.6 * todo / left)
            if self._is_due(result, left):
                is_killed = self._suffer(sender, result, mean)
            else:
                self._wait(sender, mean)
                is_killed = self._kill(sender, result)
        sender.join(_LONGEST)
        self._note(sender, result, is_killed)
        # A day of retries passes in the time of a hundred kills; at the end by the hour.
        self.now += dt.timedelta(minutes=self.random.uniform(0, 8) if left else 60)
        if not is_killed:
            self.now += dt.timedelta(minutes=10)
        return is_killed

    def _is_due(self, result: Result, left: int) -> bool:
        """Whether this life meets with trouble, so that all of it is spread over the kills."""
        trial = result.trial
        if not trial.times or result.troubles >= trial.times:
            return False
        done = result.kills / (result.kills + left)
        return done >= (result.troubles + 0.5) / trial.times or left == 1

    def _suffer(self, sender: ForkProcess, result: Result, mean: float) -> bool:
        """Trouble in the middle of a life: the sender is killed in it, or has to get over it."""
        self._wait(sender, mean)
        if sender.exitcode is not None:
            return False
        result.troubles += 1
        with self.trouble(sender.pid or 0):
            self._sleep(sender, result.trial.seconds)
            if self.random.random() < 0.4:
                return self._kill(sender, result)
        self._wait(sender, mean)
        return self._kill(sender, result)

    def _wait(self, sender: ForkProcess, mean: float) -> None:
        """Until a random number of messages went out, or for a random time from the start on."""
        at_once = self.random.random() < 0.15
        count = self.relay.log.count + self.random.uniform(0, 2 * mean)
        until = time.monotonic() + (self.random.uniform(0, 0.2) if at_once else 5)
        while sender.is_alive() and time.monotonic() < until:
            if not at_once and self.relay.log.count >= count:
                break
            time.sleep(0.001)
        time.sleep(self.random.uniform(0, 0.015))

    def _sleep(self, sender: ForkProcess, seconds: float) -> None:
        until = time.monotonic() + seconds
        while sender.is_alive() and time.monotonic() < until:
            time.sleep(0.01)

    def _kill(self, sender: ForkProcess, result: Result) -> bool:
        """Send the signal; False where the sender had come to its end before."""
        if not sender.is_alive() or sender.pid is None:
            return False
        begun = time.monotonic()
        os.kill(sender.pid, result.trial.end)
        sender.join(_LONGEST)
        if result.trial.end != signal.SIGKILL:
            result.slowest = max(result.slowest, time.monotonic() - begun)
        result.kills += 1
        return True

    def _note(self, sender: ForkProcess, result: Result, is_killed: bool) -> None:
        status = sender.exitcode
        if status is None:
            result.hung += 1
            sender.kill()
            sender.join()
        elif status == REFUSED:
            result.refused += 1
        elif status not in ((-result.trial.end, STOPPED, 0) if is_killed else (0,)):
            result.crashed += 1
            result.last_words = self.office.last_words()


def trials(*, small: bool) -> list[Trial]:
    """Every run of the bench; the small ones wait less."""
    times, busy = (3, 300) if small else (6, None)
    lock = 1.5 if small else 12.5
    return [
        Trial("killed"),
        Trial("killed", "resend"),
        Trial("faulty relay", faults=FAULTY, trouble="relay", times=times, seconds=1.5),
        Trial("faulty relay", "resend", FAULTY, trouble="relay", times=times, seconds=1.5),
        Trial("canary", canary="10%"),
        Trial("locked database", trouble="lock", times=times, seconds=lock, busy=busy),
        Trial("full disk", trouble="disk", times=times, seconds=1.5),
        Trial("stopped", end=signal.SIGTERM),
    ]
