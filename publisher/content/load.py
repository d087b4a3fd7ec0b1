"""Reading content from disk: the only input of this package.

A broken file never hides the others: what can be read is returned, and every problem with its
place.  Only a broken `publication.yaml` leaves nothing to work with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from publisher.config.bulletin import Bulletin
from publisher.config.calendar import Calendar
from publisher.config.publication import Publication
from publisher.config.read import parse_bulletin, parse_calendar, parse_publication
from publisher.config.refusal import nearest
from publisher.content.entry import Entry
from publisher.content.files import content_files, misplaced, yaml_files
from publisher.content.issue_file import IssueFile
from publisher.content.last_good import Reading, Versions
from publisher.content.read_entry import parse_entry
from publisher.content.read_issue_file import parse_issue_file
from publisher.content.root import PUBLICATION
from publisher.document import Document, Problem, parse, read
from publisher.errors import ContentError


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything but the entries: settings and issue files, few and always read whole.

    `earlier` are files that are broken now and read as they were in a commit, `left_out` those of
    which no version is good.
    """

    publication: Publication
    bulletins: Mapping[str, Bulletin]
    issue_files: Mapping[tuple[str, str], IssueFile]
    broken_issue_files: frozenset[tuple[str, str]] = frozenset()
    documents: Mapping[str, Document] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    earlier: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries that were read, and for each broken one its first problem in words."""

    entries: Mapping[str, Entry]
    broken: Mapping[str, str]
    documents: Mapping[str, Document]
    problems: tuple[Problem, ...]


def load_frame(root: Path, history: Versions | None = None) -> Frame:
    """Read settings and issue files; raises ContentError where publication.yaml is broken.

    With a history, the last good version of a broken file stands in for it.
    """
    reading = Reading(root, history)
    publication = reading.read(PUBLICATION, parse_publication)
    if publication is None:
        raise ContentError(
            "nothing can be done until publication.yaml is right", "mend it first", reading.problems
        )
    calendars = _load_calendars(reading, publication)  # bulletins are judged by what is left out
    bulletins = _load_bulletins(reading, publication)
    files, broken = _load_issue_files(reading, publication, bulletins)
    return Frame(
        publication, bulletins, files, frozenset(broken), reading.documents,
        tuple(reading.problems), reading.earlier, frozenset(reading.left_out),
        calendars,
    )  # fmt: skip


def _document(root: Path, path: str) -> tuple[Document | None, tuple[Problem, ...]]:
    return Reading(root).document(path)


def _load_bulletins(reading: Reading, publication: Publication) -> dict[str, Bulletin]:
    bulletins: dict[str, Bulletin] = {}
    for path in yaml_files(reading.root, "content/bulletins", reading.problems):
        slug = Path(path).stem
        if len(Path(path).parts) != 3:
            what = "a bulletin's file lies directly in content/bulletins/"
            remedy = f"move it to content/bulletins/{slug}.yaml"
            reading.problems.append(Problem(path, 1, 1, what, remedy, code="bulletin-place"))
            reading.leave_out(path)
            continue
        bulletin = reading.read(path, partial(_parse_bulletin, reading, slug, publication))
        if bulletin is not None:
            bulletins[slug] = bulletin
    return bulletins


def _parse_bulletin(
    reading: Reading, slug: str, publication: Publication, document: Document
) -> tuple[Bulletin | None, tuple[Problem, ...]]:
    bulletin, found = parse_bulletin(document, slug, publication)
    if bulletin is not None:
        found += tuple(_unknown_bulletins(reading.root, document, bulletin))
        found += tuple(_unknown_of_schedule(reading, document, bulletin))
    return bulletin, found


def _unknown_bulletins(root: Path, document: Document, bulletin: Bulletin) -> Iterator[Problem]:
    """Bulletins whose issues a section shall show, and that are not there."""
    known = _slugs(root)
    for at, section in enumerate(bulletin.sections):
        for n, slug in enumerate(section.bulletins):
            if slug not in known:
                yield document.problem(
                    ("sections", at, "bulletins", n),
                    f'there is no bulletin "{slug}"',
                    nearest(slug, known, "bulletins"),
                    code="unknown-related",
                )


def _unknown_of_schedule(
    reading: Reading, document: Document, bulletin: Bulletin
) -> Iterator[Problem]:
    """A calendar that cannot be followed, and a bulletin to stay clear of that can be none."""
    root, name = reading.root, bulletin.schedule.calendar
    known = _slugs(root, "calendars")
    if name is not None and f"content/calendars/{name}.yaml" in reading.left_out:
        # Without it, issues would come out on holidays.
        what = f'the calendar "{name}" is broken and was never right'
        remedy = f"mend content/calendars/{name}.yaml"
        yield document.problem(("schedule", "calendar"), what, remedy, code="broken-calendar")
    elif name is not None and name not in known:
        what = f'there is no calendar "{name}"'
        remedy = nearest(name, known, "calendars")
        yield document.problem(("schedule", "calendar"), what, remedy, code="unknown-calendar")
    other, own = bulletin.not_with, Path(document.path).stem
    known = [each for each in _slugs(root) if each != own]
    if other is not None and other not in known:
        what = f'there is no other bulletin "{other}"'
        remedy = nearest(other, known, "bulletins")
        yield document.problem(("not_with",), what, remedy, code="unknown-bulletin")


def _slugs(root: Path, folder: str = "bulletins") -> list[str]:
    return sorted(each.stem for each in (root / "content" / folder).glob("*.yaml"))


def _load_calendars(reading: Reading, publication: Publication) -> dict[str, Calendar]:
    calendars: dict[str, Calendar] = {}
    for path in yaml_files(reading.root, "content/calendars", reading.problems):
        parse_as = partial(parse_calendar, publication=publication)
        if (parsed := reading.read(path, parse_as)) is not None:
            calendars[Path(path).stem] = parsed
    return calendars


def _load_issue_files(
    reading: Reading, publication: Publication, bulletins: Mapping[str, Bulletin]
) -> tuple[dict[tuple[str, str], IssueFile], list[tuple[str, str]]]:
    files: dict[tuple[str, str], IssueFile] = {}
    broken: list[tuple[str, str]] = []
    for path in yaml_files(reading.root, "content/issues", reading.problems):
        parts = Path(path).parts
        slug, name = parts[2], Path(path).stem
        bulletin = bulletins.get(slug)
        if len(parts) != 4 or not (reading.root / f"content/bulletins/{slug}.yaml").exists():
            reading.problems += reading.document(path)[1]
            reading.problems.append(_homeless(reading.root, path, bulletins))
            continue
        if bulletin is None:
            reading.problems += reading.document(path)[1]
            broken.append((slug, name))
            continue
        parse_as = partial(_parse_issue_file, bulletin, publication)
        parsed = reading.read(path, parse_as)
        if parsed is None:
            broken.append((slug, name))
        else:
            files[slug, name] = parsed
    return files, broken


def _parse_issue_file(
    bulletin: Bulletin, publication: Publication, document: Document
) -> tuple[IssueFile | None, tuple[Problem, ...]]:
    return parse_issue_file(document, bulletin, publication)


def _homeless(root: Path, path: str, bulletins: Mapping[str, Bulletin]) -> Problem:
    """An issue file that lies in the folder of no bulletin."""
    slug, code = Path(path).parts[2], "unknown-bulletin"
    if len(Path(path).parts) != 4:
        what = "an issue file lies in the folder of its bulletin"
        remedy = f"move it to content/issues/<bulletin>/ (bulletins: {', '.join(bulletins)})"
        return Problem(path, 1, 1, what, remedy, code=code)
    what = f'there is no bulletin "{slug}" for this issue file'
    return Problem(path, 1, 1, what, nearest(slug, _slugs(root), "bulletins"), code=code)


def unreadable(root: Path) -> tuple[Problem, ...]:
    """What is wrong with files as YAML, where a broken publication allows no more than that."""
    return tuple(
        problem
        for path in content_files(root)
        if path != PUBLICATION and path.endswith(".yaml")
        for problem in _document(root, path)[1]
    )


# Entries -----------------------------------------------------------------------------------------


def entry_path(entry_id: str) -> str:
    """The file of an entry."""
    return f"content/entries/{entry_id}.yaml"


def bulletin_path(slug: str) -> str:
    """The file of a bulletin."""
    return f"content/bulletins/{slug}.yaml"


def issue_path(bulletin: str, name: str) -> str:
    """The file of an issue's written parts."""
    return f"content/issues/{bulletin}/{name}.yaml"


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
        for path in yaml_files(root, folder, problems):
            entry_id = path.removeprefix("content/entries/").removesuffix(".yaml")
            if problem := misplaced(path, entry_id):
                problems.append(problem)
            else:
                ids.append(entry_id)
    return tuple(ids), tuple(problems)


def load_entry(
    raw: bytes, path: str, entry_id: str, publication: Publication
) -> tuple[Document | None, Entry | None, tuple[Problem, ...]]:
    """The bytes of one file as an entry; None where it is broken, and every problem."""
    document, problems = parse(raw, path)
    if document is None:
        return None, None, problems
    entry, more = parse_entry(document, entry_id, publication)
    return document, entry, (*problems, *more)


def load_entries(root: Path, publication: Publication, ids: Iterable[str]) -> Entries:
    """Read entries; one that is not there is among the broken ones."""
    entries: dict[str, Entry] = {}
    broken: dict[str, str] = {}
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for entry_id in ids:
        path = entry_path(entry_id)
        document: Document | None = None
        entry: Entry | None = None
        found: tuple[Problem, ...] = ()
        raw, unread = read(root, path)
        if raw is not None:
            document, entry, found = load_entry(raw, path, entry_id, publication)
        if document is not None:
            documents[path] = document
        found += unread
        problems += found
        if entry is not None:
            entries[entry_id] = entry
        else:
            first = next((each for each in found if each.severity == "error"), None)
            broken[entry_id] = str(first) if first else f"{path} is not there"
    return Entries(entries, broken, documents, tuple(problems))
