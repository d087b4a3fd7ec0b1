"""The review of what editors wrote: themes that fail, and edits of what is published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from publisher.archive.library import Library
from publisher.archive.revise import EntryEdit, IssueEdit, entry_edits, issue_edits
from publisher.content import git
from publisher.content.load import Frame, entry_ids, entry_path, issue_path, load_entries
from publisher.document import Problem
from publisher.errors import ThemeError
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
    """Published entries and issues whose files say something else now."""

    entries: tuple[EntryEdit, ...] = ()
    issues: tuple[IssueEdit, ...] = ()

    def unseen(self) -> Iterator[Problem]:
        """The edits that are neither corrections nor translations: readers do not see them."""
        for entry in self.entries:
            if entry.change.is_edited:
                yield _unseen(entry_path(entry.change.entry.id), "this entry was published")
        for edit in self.issues:
            if edit.change.is_edited:
                issue = edit.published.issue
                yield _unseen(issue_path(issue.bulletin, issue.name), "this issue was published")


def _unseen(path: str, what: str) -> Problem:
    return Problem(
        path, 1, 1, f"{what} and its file edited since; readers do not see the edit",
        "if it corrects a mistake, say so under corrections: with date and note", "warning",
        "published_edit",
    )  # fmt: skip


def find_edits(root: Path, frame: Frame, library: Library, head: git.Head | None) -> Edits:
    """Compare what may have changed since the last commit that was processed."""
    paths = _changed_paths(root, library, head)
    entries = load_entries(root, frame.publication, _entries_of(paths))
    files = [
        (key, written) for key, written in frame.issue_files.items() if issue_path(*key) in paths
    ]
    return Edits(
        tuple(entry_edits(library, entries.entries.values())), tuple(issue_edits(library, files))
    )


def _changed_paths(root: Path, library: Library, head: git.Head | None) -> frozenset[str]:
    """Content files that may differ from what was processed last: by git, or by a walk."""
    index = library.index
    commit = index.last_commit
    changed = git.changed_since(root, commit) if commit and head else None
    if changed is None:
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
