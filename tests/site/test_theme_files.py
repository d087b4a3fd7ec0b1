"""Reading themes from disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from publisher.errors import ThemeError
from publisher.site.theme_files import packaged_themes, read_themes


def test_the_themes_that_come_with_the_program(tmp_path: Path) -> None:
    """A publication without themes has them."""
    found = read_themes(tmp_path)
    assert {"default", "spark", "analyst"} <= set(found)
    assert "web/issue.html" in found["default"]
    assert packaged_themes().is_dir()


def test_a_theme_of_the_publication(tmp_path: Path) -> None:
    """With folders below it, by relative path."""
    (tmp_path / "themes/own/web").mkdir(parents=True)
    (tmp_path / "themes/own/web/issue.html").write_text("own", encoding="utf-8")
    assert read_themes(tmp_path)["own"] == {"web/issue.html": "own"}


def test_a_file_of_the_publication_takes_the_place_of_the_packaged_one(tmp_path: Path) -> None:
    """The other files of that theme stay: one file adds a language."""
    (tmp_path / "themes/default/strings").mkdir(parents=True)
    (tmp_path / "themes/default/strings/fr.yaml").write_text("home: Accueil\n")
    (tmp_path / "themes/default/web").mkdir()
    (tmp_path / "themes/default/web/404.html").write_text("gone")
    found, packaged = read_themes(tmp_path)["default"], read_themes(tmp_path / "none")["default"]
    assert found["strings/fr.yaml"] == "home: Accueil\n"
    assert found["web/404.html"] == "gone"
    assert found["web/issue.html"] == packaged["web/issue.html"]


@pytest.mark.parametrize("name", [".DS_Store", "logo.png", "README.md", "issue.html~"])
def test_other_files_are_not_read(tmp_path: Path, name: str) -> None:
    """Whatever lies beside templates, styles and strings."""
    (tmp_path / "themes/own").mkdir(parents=True)
    (tmp_path / "themes/own" / name).write_bytes(b"\xff\xfe")
    assert read_themes(tmp_path)["own"] == {}


@pytest.mark.parametrize("name", [".hidden", "README.html"])
def test_what_is_no_theme(tmp_path: Path, name: str) -> None:
    """Hidden folders, and files beside the themes."""
    (tmp_path / "themes").mkdir()
    if name.startswith("."):
        (tmp_path / "themes" / name).mkdir()
    else:
        (tmp_path / "themes" / name).write_text("x")
    assert name not in read_themes(tmp_path)


def test_a_link_is_refused(tmp_path: Path) -> None:
    """A theme is data from git, and reaches no other file of the machine."""
    (tmp_path / "themes/own/web").mkdir(parents=True)
    (tmp_path / "themes/own/web/issue.html").symlink_to("/etc/passwd")
    with pytest.raises(ThemeError, match=r"^themes/own/web/issue.html: is no regular file"):
        read_themes(tmp_path)


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    """Nor is what it holds."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/secret.html").write_text("secret")
    (tmp_path / "themes/own").mkdir(parents=True)
    (tmp_path / "themes/own/web").symlink_to(tmp_path / "elsewhere")
    assert read_themes(tmp_path)["own"] == {}


def test_a_device_is_refused(tmp_path: Path) -> None:
    """Reading it would wait for ever."""
    (tmp_path / "themes/own").mkdir(parents=True)
    os.mkfifo(tmp_path / "themes/own/issue.html")
    with pytest.raises(ThemeError, match="is no regular file"):
        read_themes(tmp_path)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """Is named with what to do."""
    (tmp_path / "themes/own").mkdir(parents=True)
    (tmp_path / "themes/own/issue.html").write_bytes("标题".encode("gbk"))
    with pytest.raises(ThemeError, match=r"themes/own/issue.html: is not UTF-8; save it as UTF-8"):
        read_themes(tmp_path)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    """Half a megabyte is no template."""
    (tmp_path / "themes/own").mkdir(parents=True)
    (tmp_path / "themes/own/issue.html").write_bytes(b"x" * (512 * 1024 + 1))
    with pytest.raises(ThemeError, match="is larger than 512 KB"):
        read_themes(tmp_path)
