"""What can be found in an edition: its entries, and the written parts of its issues, by year."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.archive.queries import EntryKey, IssueKey
from publisher.issue.issue import IssueRevision
from publisher.render import paths
from publisher.render.context import Texts
from publisher.render.inert import inert
from publisher.render.views import Views
from publisher.site.editions import Editions
from publisher.site.pagefind import Record

# Each character of Han text is a word of its own: Pagefind and browsers tell words of Han text
# apart each in its own way, and find no 开源 in 开源模型.  The page takes the spaces away again.
_HAN = r"\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_BETWEEN = re.compile(rf"(?<=[{_HAN}])(?=\S)|(?<=\S)(?=[{_HAN}])")
_FORMAT = 1
"""Another one with each change of what a record says: every year is made again then."""


@dataclass(frozen=True, slots=True)
class Shard:
    """What of one year is in an edition, by the newest revisions."""

    edition: str
    year: str
    entries: tuple[EntryKey, ...]
    issues: tuple[IssueKey, ...]

    @property
    def folder(self) -> str:
        """Where its files lie below the site."""
        return f"{self.edition}/search/{self.year}"


def shards(site: Editions) -> list[Shard]:
    """Every year of every edition, the newest first."""
    return [each for edition in site.editions for each in _of_edition(site, edition)]


def _of_edition(site: Editions, edition: str) -> Iterator[Shard]:
    index, slugs = site.library.index, site.bulletins_of(edition)
    entries, issues = defaultdict(list), defaultdict(list)
    for key in index.entries(slugs):
        entries[key.id[:4]].append(key)
    for slug in slugs:
        for issue in index.issues(slug):
            issues[f"{issue.day:%Y}"].append(issue)
    for year in sorted({*entries, *issues}, reverse=True):
        yield Shard(
            edition, year,
            tuple(sorted(entries[year], key=lambda each: each.id)),
            tuple(sorted(issues[year], key=lambda each: (each.bulletin, each.name))),
        )  # fmt: skip


def shard_state(shard: Shard, site: Editions, release: str) -> str:
    """What the files of a shard follow from: where it is the same, so are they."""
    edition = site.publication.edition(shard.edition)
    told = [
        _FORMAT, release, site.publication.base_url,
        [each.tag for each in edition.languages],
        [[each.id, each.revision] for each in shard.entries],
        [[each.bulletin, each.name, each.revision] for each in shard.issues],
    ]  # fmt: skip
    return hashlib.blake2b(json.dumps(told).encode(), digest_size=16).hexdigest()


def records_of(shard: Shard, site: Editions) -> Iterator[Record]:
    """The records of a shard, entries first."""
    views = site.views(shard.edition, absolute=False)
    for key in shard.entries:
        yield _entry(views, site, key, shard.year)
    for issue in shard.issues:
        yield _issue(views, site.library.issue(issue), shard.year)


def _entry(views: Views, site: Editions, key: EntryKey, year: str) -> Record:
    entry = site.library.entry(key).entry
    texts = [
        views.texts(entry.summary, "block"), views.texts(entry.body, "block"),
        *(views.texts(each, "block") for each in entry.fields.values()),
        *(views.texts(each.title or each.publisher) for each in entry.sources),
    ]  # fmt: skip
    url = paths.entry(views.edition.name, entry.id)
    return _record(views, url, views.texts(entry.title), views.date(entry.filed),
                   entry.filed.isoformat(), texts, year)  # fmt: skip


def _issue(views: Views, revision: IssueRevision, year: str) -> Record:
    issue = revision.issue
    texts = [views.texts(issue.subtitle), views.texts(issue.preheader)]
    for section in issue.sections:
        texts += [views.texts(section.title), views.texts(section.text, "block")]
        texts += [views.texts(each, "block") for each in section.items]
    url = paths.issue(views.edition.name, issue.bulletin, issue.name)
    return _record(views, url, views.texts(issue.title), views.date(issue.day),
                   issue.day.isoformat(), texts, year)  # fmt: skip


def _record(
    views: Views, path: str, title: Texts, date: Texts, iso: str, texts: list[Texts], year: str
) -> Record:
    """One language after the other, so that no sentence is cut by its translation."""
    passages = [*title.rest, *(each for found in texts for each in found)]
    order = sorted(passages, key=lambda each: each.rank)
    content = "\n".join(" ".join(each.text.split()) for each in order if each.text)
    meta = {
        "title": inert(title.line), "date": date.line, "iso": iso,
        "lang": title[0].lang if title else views.lang,
    }  # fmt: skip
    text = _BETWEEN.sub(" ", inert(f"{meta['title']}\n{content}"))
    return Record(views.links.to(path), text, meta, {"year": [year]})
