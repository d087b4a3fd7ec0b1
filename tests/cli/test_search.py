"""`publisher search`."""

from __future__ import annotations

from collections.abc import Callable

from newsroom import Newsroom

Run = Callable[..., tuple[int, str, str]]


def test_nothing_was_published_yet(run: Run) -> None:
    """There is nothing to find."""
    code, out, _ = run("search")
    assert (code, out.splitlines()[-1].endswith("0 years made, 0 unchanged, 0 removed")) == (
        0,
        True,
    )


def test_the_years_are_told(run: Run, newsroom: Newsroom) -> None:
    """Each that was made; the second time none is."""
    newsroom.entry("one")
    run("publish")
    code, out, _ = run("search")
    assert code == 0
    assert out.splitlines()[:2] == ["made      zh/2026", "made      en/2026"]
    assert (newsroom.root / "public/zh/search/2026/pagefind.js").is_file()
    assert run("search")[1].endswith("0 years made, 2 unchanged, 0 removed\n")
    again = newsroom.files()
    assert run("search", "--all")[1].endswith("2 years made, 0 unchanged, 0 removed\n")
    assert newsroom.files() == again
