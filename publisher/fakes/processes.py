"""Processes and clocks of a test: nothing is started, and time passes when it is told to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass
class FakeClock:
    """A wall clock and a monotonic one; they part where the wall clock is set."""

    now: dt.datetime = dt.datetime(2026, 4, 26, 9, 0, tzinfo=dt.UTC)
    seconds: float = 1000.0

    def wall(self) -> dt.datetime:
        """The time of day."""
        return self.now

    def monotonic(self) -> float:
        """Seconds since some time."""
        return self.seconds

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds
        self.now += dt.timedelta(seconds=seconds)

    def set_by(self, span: dt.timedelta) -> None:
        """Set the wall clock, as a person or NTP does it."""
        self.now += span


@dataclass
class FakeChild:
    """A process that runs until it is told how it ended; `is_deaf` to SIGTERM."""

    arguments: tuple[str, ...]
    pid: int
    code: int | None = None
    is_deaf: bool = False
    heard: list[str] = field(default_factory=list)

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        return self.code

    def terminate(self) -> None:
        """Ask it to end."""
        self.heard.append("terminate")
        if self.code is None and not self.is_deaf:
            self.code = -15

    def kill(self) -> None:
        """End it."""
        self.heard.append("kill")
        if self.code is None:
            self.code = -9


class FakeStart:
    """Starts fake children, and keeps them; `error` is raised instead where it is set."""

    def __init__(self) -> None:
        self.children: list[FakeChild] = []
        self.error: OSError | None = None

    def __call__(self, arguments: tuple[str, ...]) -> FakeChild:
        """Start one."""
        if self.error is not None:
            raise self.error
        child = FakeChild(arguments, len(self.children) + 1)
        self.children.append(child)
        return child
