"""A clock that is set back or forth between runs makes no second issue and no second mail."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from newsroom import Newsroom, at, plain_theme

from publisher.publishing import due

HOUR = dt.timedelta(hours=1)
BEGIN = at("2026-04-25", "17:30")
SETTLED = ("mailed", "not-mailed", "skipped")
# Each run: how many hours later it is, and by how many the clock is wrong then.
RUNS = st.lists(st.tuples(st.integers(0, 30), st.integers(-7, 7)), min_size=2, max_size=3)


def opened(root: Path) -> Newsroom:
    """Two bulletins: one is mailed for long, so that several of its issues are due at once.

    The other needs entries, and its days roll over.
    """
    room = Newsroom(root, plain_theme)
    room.bulletin("daily", max_lateness="3d", late_days=0)
    rolls = {"entries": 3, "otherwise": "roll-over"}
    room.bulletin("rolls", schedule={"at": "08:00"}, at_least=rolls, late_days=0)
    return room


@pytest.fixture(scope="module")
def ready() -> Iterator[Path]:
    """The publication with readers, entries of five days, and its first issues."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory, ignore_cleanup_errors=True) as folder:
        room = opened(Path(folder) / "ready")
        for day, names in (("24", "abj"), ("25", "cde"), ("26", "f"), ("27", "gh"), ("28", "i")):
            for name in names:
                room.entry(name, f"2026-04-{day}")
        for bulletin in ("daily", "rolls"):
            room.subscribe("en" if bulletin == "daily" else "zh", bulletin=bulletin)
        room.publish("2026-04-24")
        room.close()
        yield room.root


# An example takes half a second, and is short: making it smaller would take minutes.
@settings(max_examples=3, phases=(Phase.explicit, Phase.generate))
@given(RUNS)
@example([(1, 0), (0, -3), (6, 0)])  # back to before the slot of what was just mailed
@example([(0, 7), (1, 0), (48, -5), (5, 0)])  # ahead, then right; away for two days
def test_whatever_the_clock_does(ready: Path, runs: list[tuple[int, int]]) -> None:
    """What is settled stays so and is never due again; every message goes out once."""
    with tempfile.TemporaryDirectory(dir=ready.parent, ignore_cleanup_errors=True) as folder:
        shutil.copytree(ready, Path(folder) / "room")
        room = opened(Path(folder) / "room")
        now, ended, frozen = BEGIN, settled(room), issues(room)
        for later, wrong in runs:
            now += later * HOUR
            room.app(now + wrong * HOUR).publish()
            before, ended = ended, settled(room)
            assert before.items() <= ended.items()
            kept, frozen = frozen, issues(room)
            assert kept.items() <= frozen.items()
            look_for_twins(room, ended)
            look_for_settled(room, now, ended)
        room.close()


def settled(room: Newsroom) -> dict[str, str]:
    """The issues for which nothing is left to do, and their step."""
    return {name: step for name, step in room.steps().items() if step in SETTLED}


def issues(room: Newsroom) -> dict[str, bytes]:
    """The frozen issues, by file."""
    return room.files("var/archive/issues")


def look_for_twins(room: Newsroom, ended: dict[str, str]) -> None:
    """One revision and one number for each issue; one message for each that was mailed."""
    paths = issues(room)
    assert all(path.endswith("/1.json") for path in paths)
    found = [room.issue_of(*reversed(path.split("/")[:2])).issue for path in paths]
    numbers = Counter((each.bulletin, each.number) for each in found)
    assert set(numbers.values()) == {1}
    ids = [message_from_bytes(mail)["Message-ID"] for mail in room.mails().values()]
    assert len(ids) == len(set(ids))
    # Each bulletin has one reader.
    assert len(ids) == list(ended.values()).count("mailed")


def look_for_settled(room: Newsroom, now: dt.datetime, ended: dict[str, str]) -> None:
    """At no time near by is anything due that is settled."""
    app = room.app(now)
    for hours in (-26, -7, -1, 0, 1, 7, 26):
        asked = due(app.frame, app.library, app.rows, now + hours * HOUR)
        assert not {str(each) for each in asked} & ended.keys()
