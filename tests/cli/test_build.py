"""`publisher build`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from newsroom import Newsroom

Run = Callable[..., tuple[int, str, str]]


def test_an_empty_archive(run: Run, newsroom: Newsroom) -> None:
    """Is no error, and makes no site."""
    assert run("build") == (0, "the archive is empty: nothing was published yet\n", "")
    assert not (newsroom.root / "public").exists()


def test_the_whole_site_again(
    run: Run, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts what was written; into another folder it is the same site."""
    newsroom.entry("one")
    run("publish")
    count = len(newsroom.files())
    assert run("build")[1].endswith(f"0 files written, {count} unchanged, 0 removed\n")
    (newsroom.root / "public/index.html").unlink()
    assert f"1 files written, {count - 1} unchanged" in run("build")[1]
    monkeypatch.setenv("PUBLISHER_PUBLIC", "other")
    assert f"{count} files written" in run("build")[1]
    assert newsroom.files("other") == newsroom.files()


def test_a_pdf_that_cannot_be_made_stops_nothing(run: Run, newsroom: Newsroom) -> None:
    """Publishing and building say so in one line, and all is well."""
    newsroom.file("themes/ink/pdf/issue.html", "{{ nothing.here }}")
    newsroom.bulletin("daily", pdf=True, theme="ink")
    newsroom.entry("one")
    for command in ("publish", "build"):
        code, out, told = run(command)
        assert code == 0
        assert "files written" in out
        assert told.count("\n") == 1
        assert told.startswith("note: no PDF of daily/2026-04-26 (zh), daily/2026-04-26 (en): ")
        assert "themes/ink/pdf/issue.html:1" in told


def test_content_is_not_looked_at(run: Run, newsroom: Newsroom) -> None:
    """An entry with an error stops no build."""
    newsroom.entry("one")
    run("publish")
    newsroom.file("content/entries/2026/04/26/two.yaml", "[")
    newsroom.file("content/bulletins/daily.yaml", "[")
    assert run("build")[0] == 0
