"""Reading content from disk: the only input of this package.

A broken file never hides the others: what can be read is returned, and every problem with its
place.  Only a broken `publication.yaml` leaves nothing to work with.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from publisher.config.bulletin import Bulletin
from publisher.config.model import SLUG
from publisher.config.publication import Publication
from publisher.config.read import parse_bulletin, parse_publication
from publisher.content.entry import Entry, filed_day, parse_entry
from publisher.content.issue_file import IssueFile, parse_issue_file
from publisher.document import Document, Problem, parse, read
from publisher.errors import ContentError, UsageError

PUBLICATION = "content/publication.yaml"


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything but the entries: settings and issue files, few and always read whole."""

    publication: Publication
    bulletins: Mapping[str, Bulletin]
    issue_files: Mapping[tuple[str, str], IssueFile]
    broken_issue_files: frozenset[tuple[str, str]] = frozenset()
    documents: Mapping[str, Document] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries that were read, and for each broken one its first problem in words."""

    entries: Mapping[str, Entry]
    broken: Mapping[str, str]
    documents: Mapping[str, Document]
    problems: tuple[Problem, ...]


def find_root(start: Path) -> Path:
    """The nearest folder upward that holds a publication; raises UsageError where none does."""
    for folder in (start, *start.parents):
        if (folder / PUBLICATION).is_file():
            return folder
    raise UsageError(
        f"no publication here: neither {start} nor a folder above it has {PUBLICATION}",
        "go into your publication, name it with --root, or start one with `publisher init`",
    )


def load_frame(root: Path) -> Frame:
    """Read settings and issue files; raises ContentError where publication.yaml is broken."""
    document, problems = _document(root, PUBLICATION)
    publication = None
    if document is not None:
        publication, found = parse_publication(document)
        problems += found
    if document is None or publication is None:
        raise ContentError(
            "nothing can be done until publication.yaml is right", "mend it first", problems
        )
    documents = {PUBLICATION: document}
    bulletins, found = _load_bulletins(root, publication, documents)
    files, broken, more = _load_issue_files(root, publication, bulletins, documents)
    return Frame(
        publication, bulletins, files, frozenset(broken), documents, (*problems, *found, *more)
    )


def _document(root: Path, path: str) -> tuple[Document | None, tuple[Problem, ...]]:
    raw, problems = read(root, path)
    if raw is None:
        return None, problems
    document, found = parse(raw, path)
    return document, (*problems, *found)


def _load_bulletins(
    root: Path, publication: Publication, documents: dict[str, Document]
) -> tuple[dict[str, Bulletin], list[Problem]]:
    bulletins: dict[str, Bulletin] = {}
    problems: list[Problem] = []
    for path in _files(root, "content/bulletins", problems):
        document, found = _document(root, path)
        problems += found
        if document is None:
            continue
        documents[path] = document
        slug = Path(path).stem
        bulletin, found = parse_bulletin(document, slug, publication)
        problems += found
        if bulletin is not None:
            bulletins[slug] = bulletin
    return bulletins, problems


def _load_issue_files(
    root: Path,
    publication: Publication,
    bulletins: Mapping[str, Bulletin],
    documents: dict[str, Document],
) -> tuple[dict[tuple[str, str], IssueFile], list[tuple[str, str]], list[Problem]]:
    files: dict[tuple[str, str], IssueFile] = {}
    broken: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for path in _files(root, "content/issues", problems):
        parts = Path(path).parts
        key = (parts[2], Path(path).stem) if len(parts) == 4 else ("", "")
        document, found = _document(root, path)
        problems += found
        if document is not None:
            documents[path] = document
        if not (root / "content/bulletins" / f"{key[0]}.yaml").exists():
            known = ", ".join(sorted(bulletins)) or "none"
            problems.append(
                Problem(
                    path,
                    1,
                    1,
                    f"an issue file for a bulletin “{key[0]}” that does not exist",
                    f"move it to content/issues/<bulletin>/ (bulletins: {known})",
                    "error",
                    "unknown_bulletin",
                )  # fmt: skip
            )
            continue
        if document is None or key[0] not in bulletins:
            broken.append(key)
            continue
        parsed, found = parse_issue_file(document, bulletins[key[0]], publication)
        problems += found
        if parsed is None:
            broken.append(key)
        else:
            files[key] = parsed
    return files, broken, problems


def _files(root: Path, folder: str, problems: list[Problem]) -> Iterator[str]:
    """The YAML files below a folder, sorted; anything else that lies there is reported."""
    for path in _walk(root, folder):
        if path.endswith(".yaml"):
            yield path
        else:
            problems.append(_stray(path))


def _walk(root: Path, folder: str) -> Iterator[str]:
    found: list[str] = []
    for base, folders, names in os.walk(root / folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        relative = Path(base).relative_to(root).as_posix()
        links = [each for each in folders if (Path(base) / each).is_symlink()]
        found += [f"{relative}/{each}" for each in (*names, *links) if not each.startswith(".")]
    return iter(sorted(found))


def _stray(path: str) -> Problem:
    if path.endswith(".yml"):
        what, remedy = "the file ends in .yml and is not read", "rename it to end in .yaml"
    else:
        what, remedy = "this file is not read: it is no .yaml file", "move it out of content/"
    return Problem(path, 1, 1, what, remedy, "warning", "stray_file")


# Entries -----------------------------------------------------------------------------------------


def entry_path(entry_id: str) -> str:
    """The file of an entry."""
    return f"content/entries/{entry_id}.yaml"


def entry_ids(
    root: Path, first: dt.date | None = None, last: dt.date | None = None
) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """The ids of the entries filed between two days, both inclusive, and what lies astray.

    Only folders of those days are looked into, so that a daily run does not feel the archive.
    """
    if first is not None and last is not None:
        days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
        folders: Iterable[str] = (f"content/entries/{day:%Y/%m/%d}" for day in days)
    else:
        folders = ("content/entries",)
    ids: list[str] = []
    problems: list[Problem] = []
    for folder in folders:
        for path in _files(root, folder, problems):
            entry_id = path.removeprefix("content/entries/").removesuffix(".yaml")
            if problem := _misplaced(path, entry_id):
                problems.append(problem)
            else:
                ids.append(entry_id)
    return tuple(ids), tuple(problems)


def _misplaced(path: str, entry_id: str) -> Problem | None:
    try:
        filed_day(entry_id)
    except ValueError:
        name = entry_id.rpartition("/")[2]
        if not SLUG.fullmatch(name):
            what = f"“{name}” cannot stand in an address"
            remedy = "name the file with small letters, digits and single hyphens"
        else:
            what = "this file is not in the folder of a day that exists"
            remedy = "move it to content/entries/YYYY/MM/DD/, the day it is filed under"
        return Problem(path, 1, 1, what, remedy, "error", "entry_place")
    return None


def load_entries(root: Path, publication: Publication, ids: Iterable[str]) -> Entries:
    """Read entries; one that is not there is among the broken ones."""
    entries: dict[str, Entry] = {}
    broken: dict[str, str] = {}
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for entry_id in ids:
        path = entry_path(entry_id)
        document, found = _document(root, path)
        entry = None
        if document is not None:
            documents[path] = document
            entry, more = parse_entry(document, entry_id, publication)
            found += more
        problems += found
        if entry is not None:
            entries[entry_id] = entry
        else:
            first = next((each for each in found if each.severity == "error"), None)
            broken[entry_id] = str(first) if first else f"{path} is not there"
    return Entries(entries, broken, documents, tuple(problems))
