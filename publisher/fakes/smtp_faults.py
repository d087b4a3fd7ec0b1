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

    def due(self, step: Step, recipient: str = "") -> Fault | None:
        """The first fault that is due at this step, if one is."""
        with self._lock:
            for number, fault in enumerate(self.faults):
                about = fault.recipient in {"", recipient}
                if fault.step == step and about and self._is_due(number, fault, recipient):
                    return fault
        return None

    def _is_due(self, number: int, fault: Fault, recipient: str) -> bool:
        everybody, this = (number, ""), (number, f"to {recipient}")
        self._met[everybody] += 1
        self._met[this] += 1
        met = self._met[everybody]
        if fault.times and self._done[this] >= fault.times:
            return False
        if (fault.nth and met != fault.nth) or (fault.every and met % fault.every):
            return False
        # A die of its own for each try of each recipient.
        die = f"{self._seed} {number} {recipient} {self._met[this]}"
        if fault.rate < 1 and Random(die).random() >= fault.rate:  # noqa: S311  no secret
            return False
        self._done[this] += 1
        return True
