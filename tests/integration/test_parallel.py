"""A whole site rendered by several processes is what one process would have written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from newsroom import Newsroom

from publisher.site.output import tree

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks for children in /proc"),
]
DAYS, ENTRIES = 3, 36
PUBLISH = ("--now", "2026-04-27T19:05+08:00", "publish", "--until", "written")


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """More targets than are rendered without other processes."""
    newsroom = Newsroom(tmp_path_factory.mktemp("newsroom"))
    for day in (f"2026-04-{26 + number}" for number in range(DAYS)):
        for name in (f"{day[-2:]}-{number}" for number in range(ENTRIES)):
            newsroom.entry(name, day, tags=[f"t{name}"], story=f"s{name}")
        newsroom.publish(day, until="written")
    return newsroom


def newsroom_with_news(newsroom: Newsroom) -> Newsroom:
    """One issue is out, and there is much for the next one."""
    newsroom.entry("first", "2026-04-26")
    newsroom.publish("2026-04-26", until="written")
    for number in range(ENTRIES):
        newsroom.entry(f"more-{number}", "2026-04-27", tags=[f"t{number}"])
    return newsroom


def start(newsroom: Newsroom, public: Path, processes: int, *command: str) -> subprocess.Popen[str]:
    """Build the whole site into a folder, or do something else."""
    told = {"PUBLISHER_PUBLIC": str(public), "PUBLISHER_PROCESSES": str(processes)}
    return subprocess.Popen(
        [sys.executable, "-m", "publisher", *(command or ("build",))], cwd=newsroom.root, text=True,
        env={**os.environ, **told}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def children(process: int) -> list[int]:
    """The processes that one has started."""
    try:
        found = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    return [int(each) for each in found.split()]


def working(running: subprocess.Popen[str], count: int) -> list[int]:
    """Its children, as soon as there are so many."""
    until = time.monotonic() + 30
    while time.monotonic() < until and running.poll() is None:
        if len(found := children(running.pid)) >= count:
            return found
        time.sleep(0.005)
    pytest.fail("it started no processes")


def files(folder: Path) -> dict[str, bytes]:
    """What a site consists of."""
    return {path: (folder / path).read_bytes() for path in tree(folder)}


def test_three_processes_write_what_one_does(archived: Newsroom, tmp_path: Path) -> None:
    """Byte for byte, and a second build finds nothing to write."""
    running = start(archived, tmp_path / "three", 3)
    working(running, 3)
    told, errors = running.communicate(timeout=50)
    assert (running.returncode, errors) == (0, "")
    assert files(tmp_path / "three") == archived.files()
    told, _ = start(archived, tmp_path / "three", 3).communicate(timeout=50)
    assert ": 0 files written" in told


def test_a_process_that_is_killed_is_an_error(archived: Newsroom, tmp_path: Path) -> None:
    """It says so, leaves no other process behind, and the next run does it all."""
    running = start(archived, tmp_path / "killed", 2)
    both = working(running, 2)
    os.kill(both[0], signal.SIGKILL)
    _, errors = running.communicate(timeout=50)
    assert running.returncode == 3
    assert "which rendered pages, was killed" in errors
    assert not Path(f"/proc/{both[1]}").exists()
    assert not [each for each in tmp_path.iterdir() if "staged" in each.name]
    start(archived, tmp_path / "killed", 1).communicate(timeout=50)
    assert files(tmp_path / "killed") == archived.files()


def test_an_issue_that_several_processes_render_is_the_same(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    """Its pages, lists and feeds, while another process holds a share of them."""
    running = start(newsroom_with_news(newsroom), newsroom.root / "public", 3, *PUBLISH)
    working(running, 2)
    _, errors = running.communicate(timeout=50)
    assert (running.returncode, errors) == (0, "")
    start(newsroom, tmp_path / "one", 1).communicate(timeout=50)
    assert files(tmp_path / "one") == newsroom.files()


def test_an_issue_waits_for_a_process_that_was_killed(newsroom: Newsroom) -> None:
    """Its site is not written; the next run does it all."""
    before = newsroom_with_news(newsroom).files()
    running = start(newsroom, newsroom.root / "public", 3, *PUBLISH)
    os.kill(working(running, 2)[0], signal.SIGKILL)
    _, errors = running.communicate(timeout=50)
    assert running.returncode == 3
    assert "which rendered pages, was killed" in errors
    assert newsroom.files() == before
    again = start(newsroom, newsroom.root / "public", 3, *PUBLISH)
    again.communicate(timeout=50)
    assert again.returncode == 0
    assert len(newsroom.files()) > len(before)


def test_the_processes_end_with_the_one_that_started_them(
    archived: Newsroom, tmp_path: Path
) -> None:
    """Also where it is killed, and can tell them nothing."""
    running = start(archived, tmp_path / "left", 2)
    both = working(running, 2)
    running.kill()
    running.communicate(timeout=50)
    until = time.monotonic() + 20
    while any(Path(f"/proc/{each}").exists() and _runs(each) for each in both):
        assert time.monotonic() < until
        time.sleep(0.05)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
