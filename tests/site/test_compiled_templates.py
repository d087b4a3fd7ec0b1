"""Templates are compiled once, and never taken for others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from publisher.render.theme import Theme, make_theme
from publisher.site.compiled_templates import CompiledTemplates


def theme(folder: Path, text: str, name: str = "default") -> Theme:
    """A theme with one template, whose templates are kept in a folder."""
    folders = {"default": {"a.html": text}, "child": {"a.html": text}}
    return make_theme(name, folders, is_checked=False, compiled=CompiledTemplates(folder, name))


def kept(folder: Path) -> dict[Path, bytes]:
    """The files below it."""
    return {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where templates are kept, in a state folder that is there."""
    return tmp_path / "templates"


def test_what_was_compiled_is_read_by_the_next_process(folder: Path) -> None:
    """Nothing is compiled again, and so nothing is written again."""
    theme(folder, "one {{ 1 }}").render("a.html")
    (path,) = kept(folder)
    os.utime(path, ns=(1, 1))
    assert theme(folder, "one {{ 1 }}").render("a.html") == "one 1"
    assert path.stat().st_mtime_ns == 1


def test_an_edited_template_is_compiled_anew(folder: Path) -> None:
    """In the place of what was kept of it."""
    theme(folder, "one").render("a.html")
    assert theme(folder, "two").render("a.html") == "two"
    assert len(kept(folder)) == 1


def test_themes_do_not_share_templates_of_one_name(folder: Path) -> None:
    """Each has its own file, so that they do not take turns in compiling."""
    theme(folder, "one").render("a.html")
    theme(folder, "one", "child").render("a.html")
    assert len(kept(folder)) == 2


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, b"short"])
def test_a_damaged_file_is_not_believed(folder: Path, damage: bytes) -> None:
    """A power cut may leave half of one."""
    theme(folder, "one").render("a.html")
    ((path, data),) = kept(folder).items()
    for each in (damage, data[:-1], data[:20] + damage):
        path.write_bytes(each)
        assert theme(folder, "one").render("a.html") == "one"
        assert kept(folder)[path] == data


def test_what_another_version_kept_goes(folder: Path) -> None:
    """With the first template that this one compiles."""
    (folder / "0123").mkdir(parents=True)
    (folder / "0123/old").write_bytes(b"old")
    theme(folder, "one").render("a.html")
    assert not (folder / "0123").exists()
    assert len(kept(folder)) == 1


def test_without_a_state_folder_nothing_is_kept(tmp_path: Path) -> None:
    """A check of a publication that was never published makes no folder."""
    assert theme(tmp_path / "none/templates", "one").render("a.html") == "one"
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_it_is_compiled_each_time(folder: Path) -> None:
    """A file in the folder's place is as good as a disk that is full."""
    folder.write_bytes(b"a file")
    assert theme(folder, "one").render("a.html") == "one"
