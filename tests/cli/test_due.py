"""`publisher due`."""

from __future__ import annotations

import json
from collections.abc import Callable

from newsroom import Newsroom

Run = Callable[..., tuple[int, str, str]]


def test_what_is_due_and_what_comes(run: Run) -> None:
    """By slot, with the offset of the bulletin's zone."""
    code, output, _ = run("due", "--days", "1")
    assert code == 0
    assert [line.split() for line in output.splitlines()] == [
        ["bulletin", "issue", "slot"],
        ["daily", "2026-04-26", "2026-04-26", "18:00", "+0800", "due", "now"],
        ["daily", "2026-04-27", "2026-04-27", "18:00", "+0800"],
    ]


def test_as_json(run: Run) -> None:
    """For programs."""
    told = json.loads(run("due", "--days", "1", "--format", "json")[1])
    assert [list(each) for each in told] == [["bulletin", "issue", "slot", "due", "skipped"]] * 2
    assert [list(each.values()) for each in told] == [
        ["daily", "2026-04-26", "2026-04-26T18:00:00+08:00", True, ""],
        ["daily", "2026-04-27", "2026-04-27T18:00:00+08:00", False, ""],
    ]


def test_what_is_out_is_not_due(run: Run, newsroom: Newsroom) -> None:
    """Nor what was skipped."""
    newsroom.entry("one")
    newsroom.publish()
    assert "due now" not in run("due")[1]


def test_no_bulletin(run: Run, newsroom: Newsroom) -> None:
    """Nothing comes, and nothing breaks."""
    (newsroom.root / "content/bulletins/daily.yaml").unlink()
    assert run("due")[0] == 0
