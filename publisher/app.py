"""The composition root: the only place that names concrete classes.

`App.publish` reads as the story of publishing; `publisher.publishing` holds its decisions.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from publisher import durable
from publisher.archive.freeze import Commit
from publisher.archive.index import Index
from publisher.archive.library import Library
from publisher.archive.overlay import OverlayStore
from publisher.archive.records import read_log
from publisher.archive.revise import EntryEdit, IssueEdit, entry_edits, issue_edits, revise
from publisher.archive.store import FolderStore
from publisher.config.settings import Settings, read_settings
from publisher.content import git
from publisher.content.check import check_content
from publisher.content.load import Frame, load_entries, load_frame
from publisher.deliver.letters import IssueMail, address_mail, render_mail
from publisher.deliver.transports.base import Accepted, Transport
from publisher.deliver.transports.maildir import MaildirTransport
from publisher.document import Problem
from publisher.errors import ContentError, NothingToPublish, ThemeError, TransportError, UsageError
from publisher.issue.issue import IssueRevision
from publisher.publishing import UNTIL, Desk, Until, Wanted, backfill, due, is_late, rehearse
from publisher.render.theme import Theme, make_theme
from publisher.render.views import Views
from publisher.site import output
from publisher.site.build import Builder
from publisher.site.theme_files import read_themes
from publisher.storage.database import open_database
from publisher.storage.issues import IssueSteps, StepRow
from publisher.version import VERSION

# A full build is written in portions, each wholly or not at all, so that memory stays flat.
_PORTION = 5000


@dataclass(frozen=True, slots=True)
class EditionReport:
    """What became of an issue in one edition."""

    bulletin: str
    issue: str
    edition: str
    entries: int
    email_bytes: int
    pages: int
    feeds: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of `publish` has done."""

    editions: tuple[EditionReport, ...] = ()
    published: tuple[str, ...] = ()
    mailed: int = 0
    revised: int = 0
    skipped: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


class App:
    """A publication with everything that belongs to it, opened as it is needed."""

    def __init__(self, root: Path, environment: Mapping[str, str], now: dt.datetime) -> None:
        self.root = root
        self.now = now
        self.settings: Settings = read_settings(root, environment)
        self.theme_of = lru_cache(maxsize=None)(self._make_theme)

    # Parts -------------------------------------------------------------------------------------

    @cached_property
    def frame(self) -> Frame:
        """Settings and issue files of the content."""
        return load_frame(self.root)

    @cached_property
    def library(self) -> Library:
        """What was published."""
        store = FolderStore(self.settings.archive)
        index = Index(self.settings.index, store)
        index.catch_up()
        return Library(store, index)

    @cached_property
    def steps(self) -> IssueSteps:
        """How far each issue is."""
        return IssueSteps(open_database(self.settings.database_url))

    @cached_property
    def transport(self) -> Transport:
        """Where mail goes."""
        return MaildirTransport(self.settings.outbox)

    @cached_property
    def head(self) -> git.Head | None:
        """The commit of the content."""
        return git.head(self.root)

    @cached_property
    def theme_folders(self) -> Mapping[str, Mapping[str, str]]:
        """Every theme, as text."""
        return read_themes(self.root)

    def _make_theme(self, name: str) -> Theme:
        return make_theme(name, self.theme_folders)

    @property
    def desk(self) -> Desk:
        """What assembling and freezing need."""
        commit = Commit(self.head.commit, not self.head.differing) if self.head else Commit()
        return Desk(self.root, self.frame, self.library, commit)

    def builder(self) -> Builder:
        """What renders the site, as the archive is now."""
        return Builder(self.frame.publication, self.library, self.theme_of, VERSION)

    # check -------------------------------------------------------------------------------------

    def check(self) -> tuple[Problem, ...]:
        """Every problem of content and themes, and the edits that readers will not see."""
        problems = list(check_content(self.root))
        try:
            frame = self.frame
        except ContentError:
            return tuple(problems)
        problems += self._theme_problems(frame)
        if self.settings.archive.is_dir():
            entries, issues = self._edits()
            problems += [_unseen_entry(each) for each in entries if each.change.is_edited]
            problems += [_unseen_issue(each) for each in issues if each.change.is_edited]
        return tuple(sorted(set(problems)))

    def _theme_problems(self, frame: Frame) -> Iterator[Problem]:
        for name, path in self._theme_names(frame):
            try:
                theme = self.theme_of(name)
            except ThemeError as error:
                yield Problem(
                    error.template or path, error.line or 1, 1, error.what, error.remedy,
                    "error", "theme",
                )  # fmt: skip
                continue
            for key in frame.publication.languages:
                language = frame.publication.language(key)
                missing = theme.strings(language).missing
                if missing:
                    shown = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
                    yield Problem(
                        f"themes/{name}/strings/{language.tag}.yaml", 1, 1,
                        f"{len(missing)} interface strings are missing in {language.name}: {shown}",
                        "copy them from themes/default/strings/en.yaml and translate them; "
                        "until then they are shown in English", "warning", "strings",
                    )  # fmt: skip

    @staticmethod
    def _theme_names(frame: Frame) -> list[tuple[str, str]]:
        names = {frame.publication.theme: "content/publication.yaml"}
        for slug, bulletin in frame.bulletins.items():
            if bulletin.theme:
                names.setdefault(bulletin.theme, f"content/bulletins/{slug}.yaml")
        return sorted(names.items())

    def _edits(self) -> tuple[list[EntryEdit], list[IssueEdit]]:
        """Published entries and issue files that were edited since."""
        library, frame = self.library, self.frame
        paths = self._changed_paths()
        entries = load_entries(self.root, frame.publication, _entries_of(paths))
        files = [
            (key, written)
            for key, written in frame.issue_files.items()
            if f"content/issues/{key[0]}/{key[1]}.yaml" in paths
        ]
        return (
            list(entry_edits(library, entries.entries.values())),
            list(issue_edits(library, files)),
        )

    def _changed_paths(self) -> frozenset[str]:
        """Content files that may differ from what was processed last: by git, or by a walk."""
        commit = self.library.index.last_commit
        changed = git.changed_since(self.root, commit) if commit and self.head else None
        if changed is not None:
            return frozenset(each for each in changed if (self.root / each).is_file())
        found = [f"content/entries/{key.id}.yaml" for key in self.library.index.all_entries()]
        issues = [f"content/issues/{k.bulletin}/{k.name}.yaml" for k in self.library.index.issues()]
        return frozenset(each for each in (*found, *issues) if (self.root / each).is_file())

    # publish -----------------------------------------------------------------------------------

    def publish(
        self, *, all_files: bool = False, until: Until = "mailed", dry_run: bool = False
    ) -> Report:
        """Publish what is due, or every issue that has a file.

        Everything is tried in a rehearsal first, so that a problem is told before anything is
        written.
        """
        self._refuse_broken_settings()
        output.recover(self.settings.public, journal=self.settings.journal)
        wanted = backfill(self.frame) if all_files else self._due()
        rehearsed = self._rehearse(wanted, all_files)
        held, remarks, problems = rehearsed
        if dry_run:
            return Report(
                published=tuple(f"{each.bulletin} {each.name}" for each in wanted),
                held=tuple(held.values()), remarks=remarks, problems=problems,
            )  # fmt: skip
        revised = self._revise()
        rows = [self._freeze(each) for each in wanted if (each.bulletin, each.name) not in held]
        skipped = [f"{row.bulletin} {row.issue}: {row.reason}" for row in rows
                   if row.step == "skipped"]  # fmt: skip
        frozen = [row for row in rows if row.step != "skipped"]
        for key, why in held.items():
            self._hold(key, why, wanted)
        written = self.write_site() if until != "frozen" else output.Written((), 0, ())
        mailed, editions = self._finish(frozen, wanted, until, catching_up=not all_files)
        return Report(
            editions=tuple(editions),
            published=tuple(f"{row.bulletin} {row.issue}" for row in frozen),
            mailed=mailed,
            revised=revised,
            skipped=tuple(skipped),
            held=tuple(held.values()),
            problems=problems,
            remarks=remarks,
            changed=len(written.changed),
            removed=len(written.removed),
            unchanged=written.unchanged,
        )

    def _refuse_broken_settings(self) -> None:
        """Settings, issue files and themes must be right before anything is written."""
        problems = [each for each in self.frame.problems if each.severity == "error"]
        problems += [p for p in self._theme_problems(self.frame) if p.severity == "error"]
        if problems:
            raise ContentError(
                "nothing was published",
                "mend the above; `publisher check` reports every problem at once", problems,
            )  # fmt: skip

    def _due(self) -> list[Wanted]:
        return due(self.frame, self.library, self.steps, self.now)

    def _rehearse(
        self, wanted: list[Wanted], must_all_be_right: bool
    ) -> tuple[dict[tuple[str, str], str], tuple[str, ...], tuple[Problem, ...]]:
        overlay = OverlayStore(self.library.store)
        library = Library(overlay, self.library.index.rehearsal(overlay))
        desk = self.desk.rehearsal(library)
        held: dict[tuple[str, str], str] = {}
        remarks: list[str] = []
        problems: dict[Problem, None] = {}
        portions = [wanted] if must_all_be_right else [[each] for each in wanted]
        for portion in portions:
            try:
                for each, prepared in rehearse(desk, portion):
                    name = f"{each.bulletin} {each.name}"
                    remarks += [f"{name}: {one}" for one in prepared.assembled.remarks]
                    problems.update(dict.fromkeys(prepared.problems))
            except ContentError as error:
                if must_all_be_right:
                    raise
                held[portion[0].bulletin, portion[0].name] = str(error)
        return held, tuple(remarks), tuple(problems)

    def _revise(self) -> int:
        entries, issues = self._edits()
        commit = self.desk.commit
        at = self.head.at if self.head and not self.head.differing else self.now
        return revise(self.library, entries, issues, commit, at)

    def _freeze(self, wanted: Wanted) -> StepRow:
        """Freeze an issue, unless it is; where its row was lost, it is not mailed any more."""
        row = self.steps.get(wanted.bulletin, wanted.name)
        known = self.desk.frozen(wanted.bulletin, wanted.name)
        if known is not None and row is None:
            row = self.steps.start(wanted.bulletin, wanted.name, wanted.slot, self.now)
            reason = "unknown: it was in the archive, and its steps were lost"
            return self._move(row, "not-mailed", reason)
        if row is None or row.step in ("started", "held", "skipped"):
            row = self.steps.start(wanted.bulletin, wanted.name, wanted.slot, self.now)
            try:
                if known is None:
                    self.desk.freeze(self.desk.prepare(wanted.bulletin, wanted.name))
            except NothingToPublish as nothing:
                return self._move(row, "skipped", nothing.what)
            return self._move(row, "frozen")
        return row

    def _hold(self, key: tuple[str, str], why: str, wanted: Iterable[Wanted]) -> None:
        slot = next(each.slot for each in wanted if (each.bulletin, each.name) == key)
        self._move(self.steps.start(*key, slot, self.now), "held", f"frozen: {why}")

    def _move(self, row: StepRow, step: str, reason: str = "") -> StepRow:
        return self.steps.move(row, step, self.now, reason) or row

    def _finish(
        self, rows: Iterable[StepRow], wanted: Iterable[Wanted], until: Until, *, catching_up: bool
    ) -> tuple[int, list[EditionReport]]:
        """Bring frozen issues, whose pages are written, to the step that was asked for."""
        builder, mailed, reports = self.builder(), 0, []
        last = UNTIL.index(until)
        by_key = {(each.bulletin, each.name): each for each in wanted}
        for row in rows:
            revision = self._issue(row.bulletin, row.issue)
            mails = self.mails(builder, revision)
            reports += [self._edition_report(builder, revision, mail) for mail in mails]
            # The write is the proof that an issue is live, and nobody is told of it yet: the
            # steps are there for the operators who ask for more.
            for step in UNTIL[1 : last + 1]:
                if step == "mailed" or row.step not in UNTIL or UNTIL.index(row.step) >= UNTIL.index(step):
                    continue
                row = self._move(row, step)
            if until == "mailed" and row.step in UNTIL[:-1]:
                cadence = revision.issue.settings.cadence
                late = catching_up and is_late(by_key[row.bulletin, row.issue], cadence, self.now)
                if late:
                    self._move(row, "not-mailed", f"late: its slot was {row.slot.isoformat()}")
                    continue
                mailed += self._mail(builder, revision, mails)
                self._move(row, "mailed")
        return mailed, reports

    def _issue(self, bulletin: str, name: str) -> IssueRevision:
        key = self.library.index.issue(bulletin, name)
        if key is None:
            raise UsageError(
                f"{bulletin} {name} was never published",
                "`publisher publish` publishes what is due, `--backfill` every issue with a file",
            )
        return self.library.issue(key)

    # The site ----------------------------------------------------------------------------------

    def write_site(self, *, whole: bool = False) -> output.Written:
        """Write what changed since the site was written last, or all of it."""
        builder, state = self.builder(), self.settings.state / "site.json"
        if not builder.bulletins:
            return output.Written((), 0, ())
        known, fingerprint = _read_state(state), builder.fingerprint()
        last = self.library.index.last_log
        if not whole and known.get("fingerprint") == fingerprint and self.settings.public.is_dir():
            records = list(read_log(self.library.store, int(str(known.get("log", 0)))))
            targets = builder.touched(records) if records else []
            written = self._write(builder.render(target) for target in targets)
        else:
            written = self._write_all(builder)
        durable_replace(state, {"fingerprint": fingerprint, "log": last})
        return written

    def _write(self, portions: Iterable[Mapping[str, bytes]]) -> output.Written:
        files: dict[str, bytes | None] = {}
        for portion in portions:
            files.update(portion)
        written = output.write(self.settings.public, files, journal=self.settings.journal)
        _add_to_manifest(self.settings.state / "site.files", written.changed)
        return written

    def _write_all(self, builder: Builder) -> output.Written:
        """Every target; files of an earlier build that are no more are removed at the end."""
        changed: list[str] = []
        unchanged, names = 0, set()
        files: dict[str, bytes | None] = {}

        def flush() -> None:
            nonlocal unchanged
            written = output.write(self.settings.public, files, journal=self.settings.journal)
            changed.extend(written.changed)
            unchanged += written.unchanged
            files.clear()

        for target in builder.everything():
            found = builder.render(target)
            names |= found.keys()
            files.update(found)
            if len(files) >= _PORTION:
                flush()
        manifest = self.settings.state / "site.files"
        gone = _manifest(manifest) - names
        files.update(dict.fromkeys(sorted(gone)))
        written = output.write(self.settings.public, files, journal=self.settings.journal)
        _write_manifest(manifest, names)
        return output.Written(
            (*changed, *written.changed), unchanged + written.unchanged, written.removed
        )

    # Mail --------------------------------------------------------------------------------------

    def mails(self, builder: Builder, revision: IssueRevision) -> list[IssueMail]:
        """The mail of an issue in each of its bulletin's editions."""
        return [
            self._mail_in(builder, revision, edition)
            for edition in builder.editions_of(revision.issue.bulletin)
        ]

    def _mail_in(self, builder: Builder, revision: IssueRevision, edition: str) -> IssueMail:
        views = builder.views(edition, absolute=True)
        theme = self.theme_of(builder.theme_name(revision.issue.bulletin))
        return render_mail(views, theme, revision, self.library.entries_of(revision))

    def render(self, bulletin: str, name: str, edition: str) -> tuple[IssueMail, bytes]:
        """The mail of an issue in one edition, and the message to the readers of it.

        Of an issue that is not published yet, as it would be now.
        """
        app = self._as_if_published(bulletin, name)
        builder = app.builder()
        revision = app._issue(bulletin, name)
        editions = builder.editions_of(bulletin)
        if edition not in editions:
            raise UsageError(
                f"{bulletin} has no edition “{edition}”", f"use one of {', '.join(editions)}"
            )
        mail = app._mail_in(builder, revision, edition)
        return mail, app._address(builder, revision, mail)[1]

    def _as_if_published(self, bulletin: str, name: str) -> App:
        if self.library.index.issue(bulletin, name) is not None:
            return self
        self._refuse_unknown(bulletin)
        self._refuse_broken_settings()
        overlay = OverlayStore(self.library.store)
        rehearsal = App(self.root, {}, self.now)
        rehearsal.settings, rehearsal.frame = self.settings, self.frame
        rehearsal.library = Library(overlay, self.library.index.rehearsal(overlay))
        desk = self.desk.rehearsal(rehearsal.library)
        desk.freeze(desk.prepare(bulletin, name))
        return rehearsal

    def _refuse_unknown(self, bulletin: str) -> None:
        if bulletin not in self.frame.bulletins:
            known = ", ".join(sorted(self.frame.bulletins)) or "none"
            raise UsageError(f"there is no bulletin “{bulletin}”", f"bulletins: {known}")

    def _address(
        self, builder: Builder, revision: IssueRevision, mail: IssueMail
    ) -> tuple[object, bytes]:
        views: Views = builder.views(mail.edition, absolute=True)
        recipient = f"readers+{mail.edition}@{self.frame.publication.domain}"
        return address_mail(mail, views, revision, recipient)

    def _mail(self, builder: Builder, revision: IssueRevision, mails: list[IssueMail]) -> int:
        """One message per edition, to the readers of it; a second time changes nothing."""
        for mail in mails:
            views = builder.views(mail.edition, absolute=True)
            recipient = f"readers+{mail.edition}@{self.frame.publication.domain}"
            envelope, message = address_mail(mail, views, revision, recipient)
            answer = self.transport.send(envelope, message)
            if not isinstance(answer, Accepted):
                raise TransportError(
                    f"{revision.issue.id} could not be put into {self.settings.outbox}: "
                    f"{answer.reply}",
                    "mend it and run `publisher publish` again; nobody gets it twice",
                )
        return len(mails)

    def _edition_report(
        self, builder: Builder, revision: IssueRevision, mail: IssueMail
    ) -> EditionReport:
        issue = revision.issue
        entries = self.library.entries_of(revision)
        tags = {tag for each in entries.values() for tag in each.entry.tags}
        # The issue's page and its entries'; the bulletin's and the entries' feeds in three forms,
        # and one for each tag.
        return EditionReport(
            issue.bulletin, issue.name, mail.edition, len(entries),
            len(mail.html.encode()), 1 + len(entries), 6 + len(tags),
        )  # fmt: skip


def _entries_of(paths: Iterable[str]) -> list[str]:
    prefix, suffix = "content/entries/", ".yaml"
    return sorted(
        each.removeprefix(prefix).removesuffix(suffix)
        for each in paths
        if each.startswith(prefix) and each.endswith(suffix)
    )


def _unseen_entry(edit: EntryEdit) -> Problem:
    entry = edit.change.entry
    return Problem(
        f"content/entries/{entry.id}.yaml", 1, 1,
        "this entry was published and edited since; readers do not see the edit",
        "if it corrects a mistake, say so under corrections: with date and note", "warning",
        "published_edit",
    )  # fmt: skip


def _unseen_issue(edit: IssueEdit) -> Problem:
    issue = edit.published.issue
    return Problem(
        f"content/issues/{issue.bulletin}/{issue.name}.yaml", 1, 1,
        "this issue was published and its file edited since; readers do not see the edit",
        "if it corrects a mistake, say so under corrections: with date and note", "warning",
        "published_edit",
    )  # fmt: skip


def _read_state(path: Path) -> Mapping[str, object]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def durable_replace(path: Path, data: object) -> None:
    """Write a small JSON file so that it is wholly the old or wholly the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    durable.create(temporary, json.dumps(data).encode())
    temporary.replace(path)


def _manifest(path: Path) -> set[str]:
    try:
        return set(path.read_text(encoding="utf-8").splitlines())
    except OSError:
        return set()


def _write_manifest(path: Path, names: set[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    durable.create(temporary, "".join(f"{each}\n" for each in sorted(names)).encode())
    temporary.replace(path)


def _add_to_manifest(path: Path, names: Iterable[str]) -> None:
    known = _manifest(path)
    if new := set(names) - known:
        _write_manifest(path, known | new)
