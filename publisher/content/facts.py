"""What is kept of each entry for a check: what the rules across files ask for, and its problems.

It is plain enough to be handed from process to process and to be kept on disk.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher.config.addresses import normal_url
from publisher.config.publication import Publication
from publisher.content.check_texts import check_texts
from publisher.content.entry import Entry
from publisher.content.load import load_entry
from publisher.content.when import When
from publisher.document import Document, Problem, parse, read

# An event is reported within this time of its happening, or the year is a slip.
_FAR = dt.timedelta(days=20 * 366)


@dataclass(frozen=True, slots=True)
class Facts:
    """An entry as far as it concerns other files; `source` is the first one's `normal_url`."""

    id: str
    kind: str
    title: dict[str, str]
    draft: bool
    happened: When | None
    tags: list[str]
    importance: int
    story: str | None
    embargo: dt.datetime | None
    aliases: list[str]
    source: str | None

    @property
    def filed(self) -> dt.date:
        """The day the entry is filed under; the id was found to be one."""
        return dt.date(int(self.id[:4]), int(self.id[5:7]), int(self.id[8:10]))


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found in one entry's file; there are no facts of a broken one, but the reason."""

    facts: Facts | None
    broken: str
    problems: tuple[Problem, ...]


def judge(raw: bytes, path: str, entry_id: str, publication: Publication) -> Judged:
    """Everything that one file shows by itself."""
    document, entry, problems = load_entry(raw, path, entry_id, publication)
    if document is None or entry is None:
        return refused(problems)
    more = (*_dates(document, entry), *check_texts(document, entry, publication))
    return Judged(_facts(entry), "", (*problems, *more))


def refused(problems: tuple[Problem, ...]) -> Judged:
    """A file that gives no entry."""
    return Judged(None, next(str(each) for each in problems if each.severity == "error"), problems)


def _facts(entry: Entry) -> Facts:
    url = next((each.url for each in entry.sources[:1]), None)
    source = None if url is None else normal_url(url)
    return Facts(
        entry.id, entry.kind, dict(entry.title), entry.draft, entry.happened, entry.tags,
        entry.importance, entry.story, entry.embargo, entry.aliases, source,
    )  # fmt: skip


def _dates(document: Document, entry: Entry) -> Iterator[Problem]:
    if entry.happened and abs(entry.happened.start - entry.filed) > _FAR:
        away = abs(entry.happened.start.year - entry.filed.year)
        yield document.problem(
            ("happened",),
            f"this is {away} years from the day the entry is filed under",
            "look at the year",
            severity="warning",
            code="far-date",
        )
    for at, correction in enumerate(entry.corrections):
        if correction.date < entry.filed:
            yield document.problem(
                ("corrections", at, "date"),
                f"the correction is dated before the entry itself ({entry.filed})",
                "give the day on which it was corrected",
                severity="warning",
                code="far-date",
            )


# As bytes ----------------------------------------------------------------------------------------


def packed(judged: Judged) -> bytes:
    """What `unpacked` reads again."""
    found = judged.facts
    facts = found and [
        found.kind, found.title, found.draft, found.happened and found.happened.written,
        found.tags, found.importance, found.story, found.embargo and found.embargo.isoformat(),
        found.aliases, found.source,
    ]  # fmt: skip
    problems = [
        [each.line, each.column, each.what, each.remedy, each.severity, each.code]
        for each in judged.problems
    ]
    text = json.dumps([facts, judged.broken, problems], ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def unpacked(kept: bytes, path: str, entry_id: str) -> Judged:
    """What was found in a file; raises ValueError or TypeError where the bytes are damaged."""
    facts, broken, problems = json.loads(kept)
    found = tuple(Problem(path, *each) for each in problems)
    if facts is None:
        return Judged(None, broken, found)
    kind, title, draft, happened, tags, importance, story, embargo, aliases, source = facts
    return Judged(
        Facts(
            entry_id, kind, title, draft, When.parse(happened) if happened else None, tags,
            importance, story, dt.datetime.fromisoformat(embargo) if embargo else None,
            aliases, source,
        ),
        broken,
        found,
    )  # fmt: skip


# Places ------------------------------------------------------------------------------------------


class Documents(Mapping[str, Document]):
    """The files of entries by path, each read once more when a place in it is asked for.

    Where one is gone by now, or broken, an empty one stands for it: every place is its beginning.
    """

    def __init__(self, root: Path, paths: Sequence[str]) -> None:
        self._root, self._paths = root, paths
        self._known: dict[str, Document] = {}

    def __getitem__(self, path: str) -> Document:
        if path not in self._known:
            raw, _ = read(self._root, path)
            document = parse(raw, path)[0] if raw is not None else None
            self._known[path] = document or Document(path, {}, "")
        return self._known[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)
