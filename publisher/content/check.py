"""Rules across files: what no single file shows, and an editor is glad to hear before it is out."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from publisher.config.refusal import nearest
from publisher.content.check_calendar import NEAR, are_two_events, check_calendars
from publisher.content.check_data import check_data
from publisher.content.entry import filed_day, is_entry_id
from publisher.content.facts import Documents, Facts
from publisher.content.files import stray_folders
from publisher.content.issue_file import IssueFile
from publisher.content.judging import MANY, Found, Tell, judge_all
from publisher.content.load import Frame, entry_ids, entry_path, load_frame, unreadable
from publisher.content.load_data import Data, load_data
from publisher.content.remedy import Place, missing_translations
from publisher.content.root import PUBLICATION
from publisher.document import Document, Problem
from publisher.errors import ContentError
from publisher.language import Localized


@dataclass(frozen=True, slots=True)
class Known:
    """What rules across files ask of entries; of each broken one, its first problem in words."""

    entries: Mapping[str, Facts]
    broken: Mapping[str, str]
    documents: Mapping[str, Document]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that editors wrote, and the problems of the files by themselves."""

    frame: Frame | None
    entries: Known
    problems: tuple[Problem, ...]
    data: Data = field(default_factory=Data)


def read_content(
    root: Path, state: Path | None = None, tell: Tell | None = None, many: int = MANY
) -> Content:
    """Read all of it; with a broken publication.yaml there is no frame, and no entry.

    In a folder for it, what is found in `many` entries is kept for the next time; nothing of what
    is found depends on that.
    """
    astray = tuple(stray_folders(root))
    try:
        frame = load_frame(root)
    except ContentError as error:
        broken = [each for each in error.problems if isinstance(each, Problem)]
        return Content(None, Known({}, {}, {}), (*broken, *unreadable(root), *astray))
    ids, misplaced = entry_ids(root)
    found = _judged(root, frame, ids, state if len(ids) >= many else None, tell)
    entries = _known(root, found)
    problems = (*frame.problems, *misplaced, *entries.problems, *astray)
    return Content(frame, entries, problems, load_data(root, frame.publication))


def _judged(
    root: Path, frame: Frame, ids: tuple[str, ...], state: Path | None, tell: Tell | None
) -> Found:
    if state is None:
        return judge_all(root, frame.publication, ids, {}, tell)
    from publisher.content.check_cache import Cache

    cache = Cache(state, frame.publication)
    known = cache.rows()
    try:
        found = judge_all(root, frame.publication, ids, known, tell)
    except (ValueError, TypeError):  # a damaged row: nothing in there is believed
        found, known = judge_all(root, frame.publication, ids, {}, tell), {}
    cache.keep(found.new, known.keys() - set(ids))
    return found


def _known(root: Path, found: Found) -> Known:
    judged = found.judged.items()
    return Known(
        {entry_id: each.facts for entry_id, each in judged if each.facts is not None},
        {entry_id: each.broken for entry_id, each in judged if each.facts is None},
        Documents(root, [entry_path(each) for each in found.judged]),
        tuple(problem for _, each in judged for problem in each.problems),
    )


def check(content: Content) -> Iterator[Problem]:
    """The rules across files."""
    if content.frame is not None:
        for rule in _RULES:
            yield from rule(content.frame, content.entries)
        yield from check_data(content.frame, content.data)


def _document(entries: Known, entry_id: str) -> Document:
    return entries.documents[entry_path(entry_id)]


# Entries -----------------------------------------------------------------------------------------


def _aliases(frame: Frame, entries: Known) -> Iterator[Problem]:
    """An old name belongs to one entry, and no entry has it now."""
    owners: dict[str, str] = {}
    for entry_id, entry in entries.entries.items():
        for at, alias in enumerate(entry.aliases):
            owner = owners.setdefault(alias, entry_id)
            if alias == entry_id:
                what, remedy = "this alias is the entry's own id", "delete it"
            elif alias in entries.entries or alias in entries.broken:
                what = f"an entry is called {alias} now, so it is no old name of this one"
                remedy = "delete the alias, or that entry"
            elif owner != entry_id or alias in entry.aliases[:at]:
                what = f"{alias} is given as an old name of {owner} already"
                remedy = "delete one of the two"
            else:
                continue
            yield _document(entries, entry_id).problem(("aliases", at), what, remedy, code="alias")


def _same_title(frame: Frame, entries: Known) -> Iterator[Problem]:
    """Two entries of the same days with the same title are most likely one, written twice."""
    seen: dict[tuple[str, str], Facts] = {}
    for entry in entries.entries.values():
        for key, text in entry.title.items() if not entry.draft else ():
            earlier = seen.get((key, text.casefold()))
            seen[key, text.casefold()] = entry
            if earlier is None or are_two_events(earlier, entry):
                continue
            if entry.filed - earlier.filed <= NEAR:
                yield _document(entries, entry.id).problem(
                    ("title", key),
                    f"{earlier.id} has the same title",
                    "delete one of the two, or tell them apart in their titles",
                    severity="warning",
                    code="same-title",
                )
                break


def _tags_alike(frame: Frame, entries: Known) -> Iterator[Problem]:
    """``open-source`` and ``opensource``: two lists of entries where readers expect one."""
    uses: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for entry in entries.entries.values():
        for at, tag in enumerate(entry.tags):
            uses[tag].append((entry.id, at))
    spellings: dict[str, list[str]] = defaultdict(list)
    for tag in sorted(uses, key=lambda one: -len(uses[one])):
        spellings[tag.replace("-", "")].append(tag)
    for usual, *others in spellings.values():
        for tag in others:
            entry_id, at = uses[tag][0]
            yield _document(entries, entry_id).problem(
                ("tags", at),
                f'"{tag}" and "{usual}" are two tags',
                f'write "{usual}" ({len(uses[usual])} so far) if you mean the same',
                severity="warning",
                code="tags-alike",
            )


# Bulletins and issue files -----------------------------------------------------------------------


def _untranslated_settings(frame: Frame, entries: Known) -> Iterator[Problem]:
    """Texts of the publication and its bulletins that lack a language of their readers."""
    publication = frame.publication
    document = frame.documents[PUBLICATION]
    yield from missing_translations(document, _texts(publication), publication.languages)
    for slug, bulletin in frame.bulletins.items():
        editions = bulletin.editions or publication.editions
        wanted = dict.fromkeys(k for name in editions for k in publication.editions[name].languages)
        document = frame.documents[f"content/bulletins/{slug}.yaml"]
        yield from missing_translations(document, _texts(bulletin), wanted)


def _texts(value: object, at: Place = ()) -> Iterator[tuple[Place, Localized]]:
    """Every text in several languages within a model, with its place in the file."""
    if isinstance(value, Localized):
        yield at, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name), (*at, name))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(one, (*at, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _texts(one, (*at, index))


def _idle_sections(frame: Frame, entries: Known) -> Iterator[Problem]:
    """Sections that ask for tags which no entry has."""
    used = {tag for entry in entries.entries.values() for tag in entry.tags}
    for slug, bulletin in frame.bulletins.items():
        for at, section in enumerate(bulletin.sections):
            wanted = section.select.tags if section.select else []
            if wanted and used and not used & set(wanted):
                yield frame.documents[f"content/bulletins/{slug}.yaml"].problem(
                    ("sections", at, "select", "tags"),
                    f'the section "{section.id}" selects nothing: '
                    f"no entry has the tag {' or '.join(wanted)}",
                    nearest(wanted[0], sorted(used)[:20], "tags"),
                    severity="warning",
                    code="idle-section",
                )


def _issue_files(frame: Frame, entries: Known) -> Iterator[Problem]:
    known = _known_ids(entries)
    for slug, name in (*frame.issue_files, *frame.broken_issue_files):
        document = frame.documents.get(f"content/issues/{slug}/{name}.yaml")
        if document is None:
            continue
        for at, entry_id in _named(document.data):
            if entry_id not in known:
                what = f"there is no entry {entry_id}"
                yield document.problem(at, what, _nearest_id(entry_id, known), code="unknown-entry")
            elif at[0] != "exclude" and _is_draft(known[entry_id], entries):
                yield document.problem(
                    at,
                    f"{entry_id} is a draft, and would be left out",
                    "finish it before the issue is due, or delete this line",
                    severity="warning",
                    code="listed-not-ready",
                )
    for (slug, name), written in frame.issue_files.items():
        yield from _excluded_too(frame.documents[f"content/issues/{slug}/{name}.yaml"], written)


def _known_ids(entries: Known) -> dict[str, str]:
    """Every name that an entry has or had, and its id."""
    known = {alias: entry.id for entry in entries.entries.values() for alias in entry.aliases}
    return known | {each: each for each in (*entries.broken, *entries.entries)}


def _named(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Each entry that an issue file names, with the place; the file may have other faults."""
    sections, exclude = data.get("sections"), data.get("exclude")
    places: list[tuple[Place, object]] = [(("lead",), data.get("lead"))]
    for key, part in sections.items() if isinstance(sections, dict) else ():
        listed = part.get("entries") if isinstance(part, dict) else None
        for at, one in enumerate(listed if isinstance(listed, list) else ()):
            long = isinstance(one, dict)
            place: Place = ("sections", key, "entries", at)
            places.append(((*place, "id"), one.get("id")) if long else (place, one))
    for at, one in enumerate(exclude if isinstance(exclude, list) else ()):
        places.append((("exclude", at), one))
    for where, entry_id in places:
        if isinstance(entry_id, str) and is_entry_id(entry_id):
            yield where, entry_id


def _is_draft(entry_id: str, entries: Known) -> bool:
    # That a broken entry would be left out is no second problem.
    return entry_id in entries.entries and entries.entries[entry_id].draft


def _excluded_too(document: Document, written: IssueFile) -> Iterator[Problem]:
    listed = {one.id for part in written.sections.values() for one in part.entries}
    for at, entry_id in enumerate(written.exclude):
        if entry_id in listed or entry_id == written.lead:
            what = f"{entry_id} is excluded here, and asked for above"
            yield document.problem(("exclude", at), what, "delete one of the two", code="excluded")


def _nearest_id(entry_id: str, known: Iterable[str]) -> str:
    """The entry that was meant: of the same name on another day, or with a name like it."""
    name, day = entry_id.rpartition("/")[2], filed_day(entry_id)
    same = [each for each in known if each.endswith(f"/{name}")]
    about = [each for each in known if abs((filed_day(each) - day).days) <= 31]
    close = same or difflib.get_close_matches(entry_id, about, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else "look at the folder and the file name"


_RULES: tuple[Callable[[Frame, Known], Iterator[Problem]], ...] = (
    _aliases,
    _same_title,
    check_calendars,
    _tags_alike,
    _untranslated_settings,
    _idle_sections,
    _issue_files,
)
