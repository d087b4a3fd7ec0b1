"""Which files of a publication are read, and what lies astray."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

from publisher.config.addresses import SLUG, slug_like
from publisher.config.refusal import nearest
from publisher.content.entry import filed_day
from publisher.content.root import PUBLICATION
from publisher.document import Problem

ENTRIES, DATA, IMAGES = "content/entries", "content/data", "content/images"
IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def yaml_files(root: Path, folder: str, problems: list[Problem]) -> Iterator[str]:
    """The YAML files below a folder, sorted; anything else that lies there is reported."""
    return _files(root, folder, (".yaml",), problems)


def data_files(root: Path, problems: list[Problem]) -> Iterator[str]:
    """Tables and CSV files, sorted; anything else that lies beside them is reported."""
    return _files(root, DATA, (".yaml", ".csv"), problems)


def image_files(root: Path, problems: list[Problem]) -> Iterator[str]:
    """Images, sorted; anything else that lies beside them is reported."""
    return _files(root, IMAGES, IMAGE_ENDINGS, problems)


def _files(
    root: Path, folder: str, endings: tuple[str, ...], problems: list[Problem]
) -> Iterator[str]:
    for path in _walk(root, folder):
        if path.lower().endswith(endings) if folder == IMAGES else path.endswith(endings):
            yield path
        elif not path.endswith((".md", ".txt")):
            problems.append(_stray(path, endings))


def _walk(root: Path, folder: str) -> Iterator[str]:
    found: list[str] = []
    start = str(root / folder)
    for base, folders, names in os.walk(start, onerror=_unless_missing):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        relative = folder + base.removeprefix(start)
        links = [each for each in folders if (Path(base) / each).is_symlink()]
        found += [f"{relative}/{each}" for each in (*names, *links) if not each.startswith(".")]
    return iter(sorted(found))


def _unless_missing(error: OSError) -> None:
    # A folder that cannot be read must not pass for one in which there is nothing.
    if not isinstance(error, FileNotFoundError):
        raise error


_SHEETS = (".xlsx", ".xls", ".ods", ".numbers", ".tsv")


def _stray(path: str, endings: tuple[str, ...]) -> Problem:
    if path.endswith(".yml"):
        what, remedy = "the file ends in .yml and is not read", "rename it to end in .yaml"
    elif ".csv" in endings and path.lower().endswith(_SHEETS):
        what, remedy = "the program reads no spreadsheets", "save it as CSV, and move this away"
    elif ".png" in endings and path.lower().endswith(".svg"):
        what, remedy = "SVG images are not read: mail programs do not show them", "save it as PNG"
    else:
        listed = " or ".join(endings)
        what, remedy = f"this is not read: its name does not end in {listed}", "move it elsewhere"
    return Problem(path, 1, 1, what, remedy, "warning", "stray-file")


_FOLDERS = ("entries", "bulletins", "calendars", "issues", "data", "images")


def stray_folders(root: Path) -> Iterator[Problem]:
    """Folders of content that nothing looks into, most likely for a slip in their name."""
    for folder in sorted((root / "content").iterdir()):
        if folder.name.startswith(".") or folder.name in _FOLDERS:
            continue
        path = f"content/{folder.name}"
        if folder.is_dir():
            what, remedy = (
                "nothing in this folder is read",
                nearest(folder.name, _FOLDERS, "folders"),
            )
            yield Problem(path, 1, 1, what, remedy, "warning", "stray-file")
        elif folder.suffix in (".yaml", ".yml") and path != PUBLICATION:
            remedy = "move it into the folder that it belongs to, or delete it"
            yield Problem(path, 1, 1, "this file is not read", remedy, "warning", "stray-file")


def content_files(root: Path) -> tuple[str, ...]:
    """Every file that is read when all of the content is."""
    folders = ("content/bulletins", "content/calendars", "content/issues", "content/entries")
    found = [path for folder in folders for path in yaml_files(root, folder, [])]
    return (PUBLICATION, *found, *data_files(root, []), *image_files(root, []))


def misplaced(path: str, entry_id: str) -> Problem | None:
    """An entry whose file name or folder can be no entry's."""
    try:
        filed_day(entry_id)
    except ValueError:
        folder, _, name = entry_id.rpartition("/")
        if not SLUG.fullmatch(name):
            what = f'the file name "{name}" cannot stand in a web address'
            near = slug_like(name)
            remedy = "use small letters a-z, digits and single hyphens"
            remedy = f"rename it to {near}.yaml ({remedy})" if near else remedy
        else:
            what = "this entry is not in the folder of a day that exists"
            remedy = f"move it to content/entries/{_day_folder(folder)}/, the day it is filed under"
        return Problem(path, 1, 1, what, remedy, "error", "entry-place")
    return None


def _day_folder(folder: str) -> str:
    """The folder that was meant: 2026/4/26 is 2026/04/26."""
    try:
        year, month, day = map(int, folder.split("/"))
        return f"{dt.date(year, month, day):%Y/%m/%d}"
    except ValueError:
        return "YYYY/MM/DD"
