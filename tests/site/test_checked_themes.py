"""Themes that were found to be right are not looked through again."""

from __future__ import annotations

from pathlib import Path

import pytest
from newsroom import theme_files

from publisher.errors import ThemeError
from publisher.site.checked_themes import checked_theme


def broken() -> dict[str, dict[str, str]]:
    files = {**theme_files()["default"], "web/about.html": "{% if %}"}
    return {**theme_files(), "default": files}


def test_a_theme_that_is_right_is_remembered(tmp_path: Path) -> None:
    """By what is in it: the same theme is the same digest, in whatever process."""
    memory = tmp_path / "themes.json"
    checked_theme("default", theme_files(), memory)
    before = memory.read_bytes()
    checked_theme("default", theme_files(), memory)
    assert memory.read_bytes() == before
    checked_theme("spark", theme_files(), memory)
    assert len(memory.read_bytes()) > len(before)


def test_a_mistake_is_found_each_time(tmp_path: Path) -> None:
    """Also where the theme was right before."""
    memory = tmp_path / "themes.json"
    checked_theme("default", theme_files(), memory)
    for _ in range(2):
        with pytest.raises(ThemeError, match="Expected an expression"):
            checked_theme("default", broken(), memory)


@pytest.mark.parametrize("said", [b"", b"{}", b"\xff", b'["0"]'])
def test_what_cannot_be_read_is_not_believed(tmp_path: Path, said: bytes) -> None:
    """A damaged memory costs a look."""
    memory = tmp_path / "themes.json"
    memory.write_bytes(said)
    with pytest.raises(ThemeError):
        checked_theme("default", broken(), memory)
    checked_theme("default", theme_files(), memory)
    assert b'"' in memory.read_bytes()


def test_without_a_state_folder_nothing_is_kept(tmp_path: Path) -> None:
    """A check of a publication that was never published makes no folder."""
    checked_theme("default", theme_files(), tmp_path / "none/themes.json")
    assert not (tmp_path / "none").exists()
