"""`publisher reproduce`."""

from __future__ import annotations

from collections.abc import Callable

from newsroom import Newsroom

Run = Callable[..., tuple[int, str, str]]


def published(run: Run, newsroom: Newsroom) -> str:
    newsroom.entry("one")
    newsroom.git("init", "--quiet")
    newsroom.git("add", "content", "themes")
    commit = newsroom.commit()
    run("publish")
    return commit


def test_the_same(run: Run, newsroom: Newsroom) -> None:
    """Exit code 0, and the hashes by which anybody can check it."""
    commit = published(run, newsroom)
    code, output, _ = run("reproduce", "daily", "2026-04-26")
    lines = output.splitlines()
    assert code == 0
    assert lines[:2] == [
        "daily 2026-04-26 is the same",
        f"commit {commit}, and the archive before record 1",
    ]
    assert lines[2].endswith("  issues/daily/2026-04-26/1.json")
    assert lines[3].endswith("  entries/2026/04/26/one/1.json")


def test_a_difference(run: Run, newsroom: Newsroom) -> None:
    """Exit code 1, both hashes, and what differs in words."""
    published(run, newsroom)
    file = newsroom.root / "var/archive/entries/2026/04/26/one/1.json"
    file.chmod(0o644)
    file.write_text(file.read_text("utf-8").replace("Title one", "Title 1"), "utf-8")
    code, output, _ = run("reproduce", "daily", "2026-04-26")
    assert code == 1
    assert output.startswith("daily 2026-04-26 differs\n")
    assert "entries/2026/04/26/one/1.json, in the archive\n" in output
    assert "entries/2026/04/26/one/1.json, now\n" in output
    assert '  entry.title.en: "Title 1 (en)" in the archive, "Title one (en)" now\n' in output


def test_nothing_to_compare_with(run: Run, newsroom: Newsroom) -> None:
    """Exit code 3 where the content is not in git, 2 for a name that never was."""
    newsroom.entry("one")
    run("publish")
    code, _, errors = run("reproduce", "daily", "2026-04-26")
    assert code == 3
    assert "published without git" in errors
    assert run("reproduce", "daily", "2026-04-30")[0] == 2
