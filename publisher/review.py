"""The review of what editors wrote: themes that fail, and edits of what is published."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from publisher.archive.library import Library
from publisher.archive.revise import EntryEdit, IssueEdit, entry_edits, issue_edit
from publisher.config.publication import Publication
from publisher.content import git
from publisher.content.issue_file import IssueFile
from publisher.content.load import Frame, entry_ids, entry_path, issue_path, load_entries
from publisher.content.load_data import load_table, table_path
from publisher.content.table import Table
from publisher.document import Problem
from publisher.errors import ThemeError
from publisher.issue.changes import tables_to_compare
from publisher.issue.issue import Issue
from publisher.render.theme import Theme


def theme_problems(frame: Frame, theme_of: Callable[[str], Theme]) -> Iterator[Problem]:
    """Themes that cannot be used, and interface strings that are missing."""
    for name, path in _theme_names(frame):
        try:
            theme = theme_of(name)
        except ThemeError as error:
            # A theme that is not there is a mistake where it is named.
            place = (error.line or 1, 1) if error.template else frame.documents[path].place("theme")
            where = error.template or path
            yield Problem(where, *place, error.what, error.remedy, "error", "theme")
            continue
        yield from _missing_strings(frame, theme)


def errors_of(frame: Frame, theme_of: Callable[[str], Theme]) -> list[Problem]:
    """What is broken of settings, issue files and themes."""
    errors = [each for each in frame.problems if each.severity == "error"]
    # A file that no theme can be read for is told once, not once for each theme.
    found = (each for each in theme_problems(frame, theme_of) if each.severity == "error")
    return [*errors, *dict.fromkeys(found)]


def is_spared(frame: Frame, problem: Problem) -> bool:
    """Whether publishing goes on though a file is broken.

    Its last good version is used, or it is a bulletin that never had one and is left out, or an
    issue file: its issue is held, and the others go out.
    """
    path = problem.path
    return path in frame.earlier or path in frame.left_out or path.startswith("content/issues/")


class Told(Protocol):
    """Who keeps in mind what needs a person (`publisher.post.Post`)."""

    def trouble(self, key: str, subject: str, lines: list[str]) -> None:
        """Remember something that needs a person."""

    def settled(self, key: str) -> None:
        """It is over."""


BROKEN = "broken:"
"""How the keys begin under which broken files are kept in mind."""


def broken_files(frame: Frame) -> tuple[Problem, ...]:
    """Every problem of settings and issue files that are broken, and what stands in for them."""
    broken = {each.path for each in frame.problems if each.severity == "error"}
    return tuple(each for each in frame.problems if each.path in broken)


def remember_broken(told: Told, known: Iterable[str], broken: Sequence[Problem]) -> None:
    """Keep in mind which files are broken, and that others are right again.

    `known` are the keys of what was wrong before.
    """
    for path in sorted({each.path for each in broken}):
        lines = [str(each) for each in broken if each.path == path]
        told.trouble(f"{BROKEN}{path}", f"{path} is broken", lines)
    for key in known:
        path = key.removeprefix(BROKEN)  # a long one was cut when it was kept
        if not any(each.path.startswith(path) for each in broken):
            told.settled(key)


def _theme_names(frame: Frame) -> list[tuple[str, str]]:
    """The themes that are used, and the file that names each first."""
    names = {frame.publication.theme: "content/publication.yaml"}
    for slug, bulletin in frame.bulletins.items():
        if bulletin.theme:
            names.setdefault(bulletin.theme, f"content/bulletins/{slug}.yaml")
    return sorted(names.items())


def _missing_strings(frame: Frame, theme: Theme) -> Iterator[Problem]:
    for key in frame.publication.languages:
        language = frame.publication.language(key)
        missing = theme.strings(language).missing
        if missing:
            shown = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
            yield Problem(
                f"themes/{theme.name}/strings/{language.tag}.yaml", 1, 1,
                f"{len(missing)} interface strings are missing in {language.name}: {shown}",
                "copy them from themes/default/strings/en.yaml and translate them; "
                "until then they are shown in English", "warning", "strings",
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edits:
    """Published entries and issues whose files say something else now.

    `problems` are those of tables that cannot be read: what was edited in their issues waits.
    """

    entries: tuple[EntryEdit, ...] = ()
    issues: tuple[IssueEdit, ...] = ()
    problems: tuple[Problem, ...] = ()

    def unseen(self) -> Iterator[Problem]:
        """The edits that are neither corrections nor translations: readers do not see them."""
        for entry in self.entries:
            if entry.change.is_edited:
                yield _unseen(entry_path(entry.change.entry.id), "this entry was published")
        for edit in self.issues:
            issue = edit.published.issue
            path = issue_path(issue.bulletin, issue.name)
            if edit.change.is_edited:
                yield _unseen(path, "this issue was published")
            for name in edit.change.tables:
                what = f"this table was published in {issue.bulletin} {issue.name}"
                yield _unseen(table_path(name), what, f" of {path}")


def _unseen(path: str, what: str, where: str = "") -> Problem:
    return Problem(
        path, 1, 1, f"{what} and its file edited since; readers do not see the edit",
        f"if it corrects a mistake, say so under corrections:{where} with date and note", "warning",
        "published_edit",
    )  # fmt: skip


def find_edits(root: Path, frame: Frame, library: Library, head: git.Head | None) -> Edits:
    """Compare what may have changed since the last commit that was processed."""
    paths = _changed_paths(root, library, head)
    entries = load_entries(root, frame.publication, _entries_of(paths))
    issues: list[IssueEdit] = []
    problems: list[Problem] = []
    for (bulletin, name), written in frame.issue_files.items():
        key = library.index.issue(bulletin, name)
        if key is None or not _may_differ(paths, issue_path(bulletin, name), written):
            continue
        published = library.issue(key)
        tables, broken = _tables(root, frame.publication, published.issue, written)
        edit = issue_edit(published, written, frame.publication, tables)
        if edit is not None and edit.change.kind and broken:
            problems += broken
        elif edit is not None:
            issues.append(edit)
    return Edits(
        tuple(entry_edits(library, entries.entries.values())), tuple(issues), tuple(problems)
    )


def _may_differ(paths: Collection[str], path: str, written: IssueFile) -> bool:
    """Whether an issue's file changed, or something in the folder of a table that it names."""
    named = (part.table for part in written.sections.values() if part.table)
    folders = {_folder(table_path(name)) for name in named}
    return path in paths or any(_folder(each) in folders for each in paths)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _tables(
    root: Path, publication: Publication, published: Issue, written: IssueFile
) -> tuple[dict[str, Table], list[Problem]]:
    """The tables that an issue is to be compared with, by section, and why others are not there."""
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    for section, name in tables_to_compare(published, written).items():
        table, found = load_table(root, publication, name)
        if table is not None:
            tables[section] = table
        else:
            problems += found
    return tables, problems


def _changed_paths(root: Path, library: Library, head: git.Head | None) -> frozenset[str]:
    """Content files that may differ from what was processed last: by git, or by a walk."""
    index = library.index
    commit = index.last_commit
    changed = git.changed_between(root, commit, head.commit) if commit and head else None
    if changed is not None and head is not None:
        # What differs from the newest commit was looked for already.
        changed = (*changed, *head.differing)
    else:
        entries = [
            entry_path(each)
            for each in entry_ids(root)[0]
            if index.identity(each) is not None or _has_aliases(root, each)
        ]
        changed = (*entries, *(issue_path(k.bulletin, k.name) for k in index.issues()))
    return frozenset(each for each in changed if (root / each).is_file())


def _has_aliases(root: Path, entry_id: str) -> bool:
    """Whether a file that is not known may be a published entry under a new name."""
    try:
        return b"aliases" in (root / entry_path(entry_id)).read_bytes()
    except OSError:
        return False


def _entries_of(paths: Iterable[str]) -> list[str]:
    prefix, suffix = "content/entries/", ".yaml"
    return sorted(
        each.removeprefix(prefix).removesuffix(suffix)
        for each in paths
        if each.startswith(prefix) and each.endswith(suffix)
    )
