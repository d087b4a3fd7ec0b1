"""An overview as pure data; nothing in it names a reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class IssueLine:
    """How far an issue is; `reason` is why, where it is held, skipped or not mailed."""

    bulletin: str
    name: str
    slot: dt.datetime
    step: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.bulletin} {self.name}"


@dataclass(frozen=True, slots=True)
class MailingLine:
    """A mailing: its deliveries by state, and how it goes.

    `rate` is messages a second over the last minutes; `due` deliveries should be under way by
    now, the oldest of them for `waiting` seconds.
    """

    bulletin: str
    issue: str
    state: str
    reason: str
    recipients: int
    opened: dt.datetime
    finished: dt.datetime | None = None
    resumes: dt.datetime | None = None
    waits_until: dt.datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    rate: float = 0.0
    due: int = 0
    waiting: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether something of it may still be sent."""
        return self.state in ("open", "sending", "paused")

    def __str__(self) -> str:
        return f"{self.bulletin} {self.issue}"


@dataclass(frozen=True, slots=True)
class Coming:
    """An issue and its slot; `note` is why it is not going to come out, where that is known."""

    bulletin: str
    name: str
    slot: dt.datetime
    note: str = ""

    def __str__(self) -> str:
        return f"{self.bulletin} {self.name}"


@dataclass(frozen=True, slots=True)
class TroubleLine:
    """Something that needs a person."""

    key: str
    subject: str
    lines: tuple[str, ...]
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of publishing: when it ended, how long it took, what came of it."""

    at: dt.datetime
    seconds: float = 0.0
    ok: bool = True
    error: str = ""
    published: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of life of a process: `kind` is run or worker; `next` is when it wakes up."""

    kind: str
    host: str
    at: dt.datetime
    pid: int = 0
    next: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Queues:
    """What waits: deliveries that are due, deferred or uncertain, notices, calls to others.

    `calls_failed` are those that were given up within a day.
    """

    due: int = 0
    deferred: int = 0
    uncertain: int = 0
    notices: int = 0
    calls: int = 0
    calls_failed: int = 0


@dataclass(frozen=True, slots=True)
class Lag:
    """How late things are, in seconds: the oldest due delivery, the oldest due issue."""

    delivery: float = 0.0
    publishing: float = 0.0


@dataclass(frozen=True, slots=True)
class Disk:
    """The room where a folder lies, in bytes."""

    what: str
    path: Path
    free: int
    size: int


@dataclass(frozen=True, slots=True)
class Database:
    """Which kind of database it is, and its version."""

    kind: str
    version: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that a person who is woken at night wants to know first.

    `unseen` says in words what could not be looked at, by part: ``content``, ``database``,
    ``archive``.  What belongs to such a part is empty then, not nought.  `copy_of` is when the
    backup was taken of which this is an unconfirmed copy, which mails nobody.
    """

    at: dt.datetime
    version: str
    publication: str = ""
    commit: str = ""
    unseen: Mapping[str, str] = field(default_factory=dict)
    database: Database | None = None
    disks: tuple[Disk, ...] = ()
    issues: tuple[IssueLine, ...] = ()
    steps: Mapping[str, int] = field(default_factory=dict)
    mailings: tuple[MailingLine, ...] = ()
    mailing_states: Mapping[str, int] = field(default_factory=dict)
    overdue: tuple[Coming, ...] = ()
    coming: tuple[Coming, ...] = ()
    troubles: tuple[TroubleLine, ...] = ()
    last_run: LastRun | None = None
    signs: tuple[Sign, ...] = ()
    queues: Queues = Queues()
    copy_of: dt.datetime | None = None

    @property
    def lag(self) -> Lag:
        """How late things are."""
        since = min((each.slot for each in self.overdue), default=self.at)
        oldest = max((each.waiting for each in self.mailings), default=0.0)
        return Lag(oldest, max(0.0, (self.at - since).total_seconds()))

    def data(self) -> dict[str, object]:
        """The same as JSON has it: times in RFC 3339."""
        plain = _plain(asdict(self) | {"lag": asdict(self.lag)})
        assert isinstance(plain, dict)
        return plain


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, 3)
    return str(value) if isinstance(value, Path) else value
