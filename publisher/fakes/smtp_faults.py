"""What goes wrong at a scripted SMTP server, where, how often and for whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from threading import Lock
from typing import Literal

Step = Literal[
    "greeting", "EHLO", "STARTTLS", "AUTH", "NOOP", "RSET", "MAIL", "RCPT", "DATA", "body", "dot",
    "QUIT",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    r"""One thing that goes wrong at `step`; without a condition, each time.

    What: wait `delay` seconds; answer `reply` (lines with ``\r\n`` between, ``""`` for nothing,
    None for what is usual), without end when `endless`; then `close` the connection.  Step
    "body" lies between the answer to DATA and the dot: there `after_bytes` are read first, and
    no reply is usual.  At "dot", `is_taken` says whether the message is kept; by default it is
    unless the reply is another one.

    When: for `recipient` (from RCPT on), the n-th time (`nth`), each n-th time (`every`),
    with a probability of `rate`; at most `times` for each recipient.
    """

    step: Step
    reply: str | None = None
    close: bool = False
    delay: float = 0
    endless: bool = False
    after_bytes: int = 0
    is_taken: bool | None = None
    recipient: str = ""
    nth: int = 0
    every: int = 0
    rate: float = 1
    times: int = 0


class Script:
    """Decides which fault is due; the same seed decides the same, whatever the threads do."""

    def __init__(self, faults: Sequence[Fault] = (), seed: int = 0) -> None:
        self.faults = tuple(faults)
        self._seed = seed
        self._met: Counter[tuple[int, str]] = Counter()
        self._done: Counter[tuple[int, str]] = Counter()
        self._lock = Lock()

    def done(self, fault: Fault) -> int:
        """How often one of the faults was the one that was due."""
        with self._lock:
            number = self.faults.index(fault)
            return sum(times for (of, _), times in self._done.items() if of == number)

    def due(self, step: Step, recipient: str = "") -> Fault | None:
        """The first fault that is due at this step, if one is; all of them count the time."""
        here = [
            (number, fault)
            for number, fault in enumerate(self.faults)
            if fault.step == step and fault.recipient in {"", recipient}
        ]
        with self._lock:
            for number, _ in here:
                self._met[number, ""] += 1
                self._met[number, f"to {recipient}"] += 1
            for number, fault in here:
                if self._is_due(number, fault, recipient):
                    self._done[number, recipient] += 1
                    return fault
        return None

    def _is_due(self, number: int, fault: Fault, recipient: str) -> bool:
        met = self._met[number, ""]
        if fault.times and self._done[number, recipient] >= fault.times:
            return False
        if (fault.nth and met != fault.nth) or (fault.every and met % fault.every):
            return False
        # A die of its own for each try of each recipient.
        die = f"{self._seed} {number} {recipient} {self._met[number, f'to {recipient}']}"
        return fault.rate >= 1 or Random(die).random() < fault.rate  # noqa: S311  no secret
