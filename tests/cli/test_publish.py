"""`publisher publish`."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from newsroom import Newsroom

Run = Callable[..., tuple[int, str, str]]


def test_what_is_due(run: Run, newsroom: Newsroom) -> None:
    """A table with a line for each edition, and where to look."""
    newsroom.entry("one", tags=["x"])
    newsroom.subscribe()
    code, output, errors = run("publish")
    assert (code, errors) == (0, "")
    head, zh, en, *rest = output.splitlines()
    assert head == "bulletin  issue       edition  entries  email KB  pages  feeds"
    assert zh.split()[:4] == ["daily", "2026-04-26", "zh", "1"]
    assert en.split()[2] == "en"
    assert [line.split()[0] for line in rest] == ["site", "mail", "to"]
    assert "(2 messages new)" in output


def test_nothing_is_due(run: Run, newsroom: Newsroom) -> None:
    """Says so, and that no file was written."""
    newsroom.entry("one")
    run("publish")
    code, output, errors = run("publish", now="2026-04-26T18:10+08:00")
    assert (code, errors) == (0, "")
    assert output.startswith("nothing is due\n")
    assert "(unchanged: no file was written)" in output
    assert "to look" not in output


def test_without_readers_it_says_so(run: Run, newsroom: Newsroom) -> None:
    """An empty outbox would look like a failure."""
    newsroom.entry("one")
    _, output, _ = run("publish")
    assert "(nothing new)\n          nobody has subscribed to daily yet\n" in output


def test_mail_that_waits_is_told(run: Run, newsroom: Newsroom) -> None:
    """With how many there are, and why nothing is lost."""
    newsroom.entry("one")
    newsroom.subscribe()
    newsroom.file("var/outbox", "a file where a folder must be")
    code, output, _ = run("publish")
    assert code == 0
    assert "daily 2026-04-26: 2 to be tried again" in output


def test_backfill_twice(run: Run, newsroom: Newsroom) -> None:
    """The second time the table is the same, and nothing is new."""
    newsroom.entry("one")
    newsroom.issue("2026-04-26")
    _, first, _ = run("publish", "--backfill")
    code, second, _ = run("publish", "--backfill")
    assert code == 0
    assert second.splitlines()[:3] == first.splitlines()[:3]
    assert "(nothing new)" in second
    assert "no file was written" in second


def test_a_skipped_issue_is_told(run: Run) -> None:
    """With the reason."""
    code, output, _ = run("publish")
    assert code == 0
    assert "skipped daily 2026-04-26: has no entry between" in output


def test_a_broken_entry_is_loud(run: Run, newsroom: Newsroom) -> None:
    """On the error output, with place and remedy; the exit code is 0: the rest went out."""
    newsroom.entry("one")
    text = "kind: event\ntitle: {zh: 题, en: T}\nx: 1\n"
    newsroom.file("content/entries/2026/04/26/two.yaml", text)
    code, output, errors = run("publish")
    assert code == 0
    assert errors.startswith('content/entries/2026/04/26/two.yaml:3:1: there is no field "x" here')
    assert "daily     2026-04-26" in output


def test_a_held_issue(run: Run, newsroom: Newsroom) -> None:
    """Exit code 1, while the other bulletin is out."""
    newsroom.bulletin("strict", strict=True)
    newsroom.entry("one")
    newsroom.file("content/entries/2026/04/26/two.yaml", "kind: event\n")
    code, output, errors = run("publish")
    assert code == 1
    assert "held: " in errors
    assert "strict 2026-04-26 is strict" in errors
    assert "daily     2026-04-26" in output


def test_a_remark_is_a_note(run: Run, newsroom: Newsroom) -> None:
    """What an editor should know."""
    newsroom.entry("one")
    newsroom.issue("2026-04-26", lead="2026/04/26/none")
    _, _, errors = run("publish", "--backfill")
    assert "note: daily 2026-04-26: the lead 2026/04/26/none is not in the issue" in errors


def test_a_dry_run(run: Run, newsroom: Newsroom) -> None:
    """Names what would come, and leaves no site."""
    newsroom.entry("one")
    newsroom.subscribe()
    told = "would publish daily 2026-04-26 and mail it to 2 readers (en 1, zh 1)\n"
    assert run("publish", "--dry-run") == (0, told, "")
    assert not (newsroom.root / "public").exists()
    run("publish")
    assert run("publish", "--dry-run")[1] == "nothing is due\n"


def test_until_frozen(run: Run, newsroom: Newsroom) -> None:
    """Names the archive, where it is."""
    newsroom.entry("one")
    _, output, _ = run("publish", "--until", "frozen")
    assert output.splitlines()[-1] == f"archive   {newsroom.root / 'var/archive'}"


def test_corrections_are_counted(run: Run, newsroom: Newsroom) -> None:
    """Though no issue is due."""
    entry = newsroom.entry("one")
    run("publish")
    newsroom.correct(entry)
    _, output, _ = run("publish", now="2026-04-27T09:00+08:00")
    assert "1 corrected or translated after publication" in output
    assert "files written" in output


def test_one_problem_stops_a_backfill(run: Run, newsroom: Newsroom) -> None:
    """Exit code 1, and nothing is there."""
    newsroom.issue("2026-04-26", leed="x")
    code, output, errors = run("publish", "--backfill")
    assert (code, output) == (1, "")
    assert "nothing was published" in errors
    assert not (newsroom.root / "var/archive").exists()


# As the service starts it ------------------------------------------------------------------------


@pytest.fixture
def own_log() -> Iterator[None]:
    """What a command sets up for its process is not to stay in ours."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_mailing_is_opened_and_left_to_others(run: Run, newsroom: Newsroom) -> None:
    """The worker sends it."""
    newsroom.entry("one")
    newsroom.subscribe()
    code, _, _ = run("publish", "--no-send")
    assert (code, newsroom.steps()) == (0, {"daily 2026-04-26": "mailed"})
    assert newsroom.mails() == {}


@pytest.mark.usefixtures("own_log")
def test_what_happens_is_said_as_a_log(run: Run, newsroom: Newsroom) -> None:
    """Lines with a time on standard error, and nothing else."""
    newsroom.entry("one")
    newsroom.file("content/entries/2026/04/26/two.yaml", "kind: event\n")
    code, output, errors = run("publish", "--log", "--no-send")
    assert (code, output) == (0, "")
    assert "INFO published daily 2026-04-26" in errors
    assert "INFO mailing of daily 2026-04-26 opened" in errors
    assert "WARNING content/entries/2026/04/26/two.yaml:1:1" in errors


@pytest.mark.usefixtures("own_log")
def test_an_error_is_a_line_of_the_log(run: Run, newsroom: Newsroom) -> None:
    """With the exit code that it has elsewhere."""
    newsroom.entry("one")
    newsroom.file("public", "")
    code, _, errors = run("publish", "--log")
    assert code == 3
    assert "ERROR" in errors
    assert "could not be written" in errors


@pytest.mark.usefixtures("own_log")
def test_remarks_are_lines_of_the_log(run: Run, newsroom: Newsroom) -> None:
    """Such as that a restored copy mails nobody: whoever reads the log must not miss it."""
    newsroom.entry("one")
    newsroom.issue("2026-04-26", lead="2026/04/26/none")
    _, _, errors = run("publish", "--log", "--no-send")
    assert "WARNING daily 2026-04-26: the lead 2026/04/26/none is not in the issue" in errors


@pytest.mark.usefixtures("own_log")
def test_a_page_that_is_awaited_is_told_once(
    run: Run, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked for every quarter of a minute."""
    monkeypatch.setenv("PUBLISHER_LIVE_CHECK", "on")
    newsroom.publication(base_url="http://127.0.0.1:9")
    newsroom.entry("one")
    _, _, first = run("publish", "--log", "--no-send")
    _, _, second = run("publish", "--log", "--no-send")
    assert "not mailed yet: daily 2026-04-26: http://127.0.0.1:9/" in first
    assert "not mailed yet" not in second


@pytest.mark.usefixtures("own_log")
def test_where_machines_read_an_error_is_json(
    run: Run, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that ends the command, whoever says it."""
    monkeypatch.setenv("PUBLISHER_LOG", "json")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("PUBLISHER_ADMIN_LISTEN", place)
        code, _, errors = run("serve")
    line = json.loads(errors)
    assert (code, line["level"]) == (2, "error")
    assert line["message"].startswith(f"PUBLISHER_ADMIN_LISTEN: {place} cannot be used")


@pytest.mark.usefixtures("own_log")
def test_a_pull_that_fails_stops_nothing(
    run: Run, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is here is published; the pull is remembered as a trouble."""
    monkeypatch.setenv("PUBLISHER_BRANCH", "main")
    newsroom.entry("one")
    code, _, errors = run("publish", "--pull", "--no-send", "--log")
    assert code == 0
    assert "cannot be used as a clone" in errors
    assert "published daily 2026-04-26" in errors
    assert [each.key for each in newsroom.app().post.troubles.all()] == ["pull"]


def test_without_a_branch_nothing_is_pulled(run: Run, newsroom: Newsroom) -> None:
    """The service asks for it in any case."""
    newsroom.entry("one")
    code, _, errors = run("publish", "--pull", "--no-send")
    assert (code, "pull" in errors) == (0, False)


def test_all_that_was_open_is_closed(newsroom: Newsroom) -> None:
    """Else SQLite leaves its log beside what is derived."""
    newsroom.entry("one")
    newsroom.commit()
    done = subprocess.run(
        [sys.executable, "-m", "publisher", "--root", str(newsroom.root),
         "--now", "2026-04-26T19:00+08:00", "publish"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    left = [path.name for path in (newsroom.root / "var").rglob("*-wal")]
    assert left == []
