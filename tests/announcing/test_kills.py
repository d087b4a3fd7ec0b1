"""Publishing that is killed while pages are looked at and others are told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from publisher.fakes.web_server import Asked, Given

pytestmark = pytest.mark.integration

# The fixture `either` is that of conftest.py.
Room = Any
MARK = '<meta name="publisher:revision" content="{{ page.revision }}">'


def run(room: Room, time: str, at: str = "") -> int:
    """Publish in a process of its own; it is killed when `at` is asked for."""
    known, dead = room.web.answer, list[int]()

    def answer(asked: Asked) -> Given:
        if at and asked.path.startswith(at) and not dead:
            dead.append(process.pid)
            os.kill(process.pid, signal.SIGKILL)
            raise ConnectionError
        given: Given = known(asked)
        return given

    room.web.answer = answer
    command = [sys.executable, "-m", "publisher", "--root", str(room.news.root)]
    process = subprocess.Popen(
        [*command, "--now", f"2026-04-26T{time}+08:00", "publish"],
        env={**os.environ, **room.environment}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        return process.wait(timeout=60)
    finally:
        room.web.answer = known


def test_whoever_is_killed_loses_nothing_and_tells_nothing_under_another_id(either: Room) -> None:
    """At a page, at the first call of a hook, at a hub; what was under way comes once more."""
    room = either
    room.news.plain()
    room.news.file("themes/default/web/issue.html", MARK)
    room.checks()
    room.news.entry("one")

    killed = [run(room, "18:05", "/zh/"), run(room, "18:10", "/hook"), run(room, "18:15", "/hub")]
    last = run(room, "18:20")

    assert killed == [-signal.SIGKILL] * 3
    assert last == 0
    assert {"issue.frozen", "issue.live", "mailing.opened", "mailing.finished"} == set(room.events)
    assert len({each["id"] for each in room.hooked}) == 4
    # One call was under way at a death; a hub's was, too.
    assert len(room.hooked) <= 5
    assert len(set(room.pinged)) == 12
    assert len(room.pinged) <= 13
    assert len(room.news.mails()) == 2
    assert room.app().post.calls.counts() == {"sent": 16}
