"""`publisher skip`."""

from __future__ import annotations

from collections.abc import Callable

from newsroom import Newsroom

Run = Callable[..., tuple[int, str, str]]


def test_a_skipped_issue_is_not_published(run: Run, newsroom: Newsroom) -> None:
    """When its time comes, nothing is due."""
    newsroom.entry("one")
    code, output, _ = run("skip", "daily", "2026-04-26", "--reason", "a holiday")
    told = "daily 2026-04-26 is not published: skipped by the operator: a holiday\n"
    assert (code, output) == (0, told)
    assert "nothing is due" in run("publish")[1]
    assert newsroom.steps() == {"daily 2026-04-26": "skipped"}


def test_a_coming_issue_is_shown_as_skipped(run: Run) -> None:
    """By `due`, with the reason."""
    assert run("skip", "daily", "2026-04-27", "--reason", "a holiday")[0] == 0
    lines = run("due", "--days", "2")[1].splitlines()
    (line,) = [each for each in lines if " 2026-04-27 " in each]
    assert line.endswith("skipped by the operator: a holiday")


def test_a_skip_is_undone(run: Run, newsroom: Newsroom) -> None:
    """Also after the time of the issue, which is published then."""
    newsroom.entry("one")
    run("skip", "daily", "2026-04-26")
    code, output, _ = run("skip", "daily", "2026-04-26", "--undo")
    assert (code, output) == (0, "daily 2026-04-26 is no longer skipped\n")
    run("publish", "--until", "frozen")
    assert newsroom.steps() == {"daily 2026-04-26": "frozen"}


def test_a_skip_that_was_undone_early_changes_nothing(run: Run) -> None:
    """The issue comes at its time, not before."""
    run("skip", "daily", "2026-04-28")
    run("skip", "daily", "2026-04-28", "--undo")
    assert "2026-04-28" not in run("publish", "--dry-run")[1]
    assert run("due", "--days", "3")[1].count("2026-04-28") == 2  # its name and its day


def test_a_published_issue_stays_and_is_not_mailed(run: Run, newsroom: Newsroom) -> None:
    """Its pages are there; the next run mails nothing."""
    newsroom.entry("one")
    run("publish", "--until", "written")
    code, output, _ = run("skip", "daily", "2026-04-26", "--reason", "wrong figures")
    told = "daily 2026-04-26 stays on the site and is not mailed: skipped by the operator: "
    assert (code, output) == (0, f"{told}wrong figures\n")
    run("publish")
    assert newsroom.steps() == {"daily 2026-04-26": "not-mailed"}
    assert (newsroom.root / "public/zh/daily/2026-04-26/index.html").is_file()
    assert newsroom.mails() == {}


def test_an_unknown_issue_is_refused(run: Run) -> None:
    """As everywhere."""
    for arguments in (("nightly", "2026-04-26"), ("daily", "2026-W17"), ("daily", "2026-05-03-x")):
        code, _, errors = run("skip", *arguments)
        assert code != 0
        assert errors.startswith("publisher: ")


def test_undo_takes_no_reason(run: Run) -> None:
    """It would be written nowhere."""
    code, _, errors = run("skip", "daily", "2026-04-26", "--undo", "--reason", "x")
    assert code == 2
    assert "--undo takes no --reason" in errors
