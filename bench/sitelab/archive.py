"""A publication with years behind it: its content, and the archive as freezing would leave it.

The first issue is frozen by the program itself, and is the pattern of the others: freezing ten or
a hundred years one by one would take longer than what is measured.  That the pattern is followed
is checked on the second issue, which the program freezes as well.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from publisher.app import App
from publisher.archive.records import LogRecord, dump, entry_file, issue_file, log_file
from sitelab.words import News, news

LAST = dt.date(2025, 12, 30)
"""The day of the newest issue of every archive; the next one is due the day after."""
PER_ISSUE = 10
_ZONE = ZoneInfo("Asia/Shanghai")
_SLOT = dt.time(18)

_PUBLICATION = """\
name: {zh: 望潮新闻室, en: Tidewatch Newsroom}
description: {zh: 每天十条新闻。, en: Ten stories a day.}
authority: news.example.com,2026
base_url: https://news.example.com
time_zone: Asia/Shanghai
languages:
  zh: {tag: zh-CN, name: 中文}
  en: {tag: en, name: English}
editions:
  zh: [zh]
  en: [en]
  bilingual: {languages: [zh, en], name: {zh: 双语, en: Bilingual}}
theme: default
sender:
  name: {zh: 望潮新闻室, en: Tidewatch Newsroom}
  address: bulletin@news.example.com
contact: editor@news.example.com
postal_address: {zh: 中国上海市示例区样张路100号, en: "100 Sample Road, Shanghai, China"}
kinds:
  event:
    name: {zh: 事件, en: Event}
    fields:
      why_it_matters: {zh: 为什么重要, en: Why it matters}
"""

_BULLETIN = """\
name: {zh: 每日十条, en: Ten a Day}
description: {zh: 每天十条新闻。, en: Ten stories a day.}
cadence: daily
schedule: {at: "18:00"}
window: {days: 1, ends: issue-day}
late_days: 0
editions: [zh, en, bilingual]
sections:
  - id: top
    block: entries
    title: {zh: 今日十条, en: Today’s ten}
    select: {}
    max: 10
    numbered: true
    show: [source, summary, fields]
"""


def days(issues: int) -> Iterator[dt.date]:
    """The days of so many issues, the oldest first."""
    return (LAST - dt.timedelta(days=back) for back in range(issues - 1, -1, -1))


def next_slot() -> dt.datetime:
    """When the issue after the newest is due."""
    return dt.datetime.combine(LAST + dt.timedelta(days=1), _SLOT, _ZONE)


def write_publication(root: Path) -> None:
    """The settings of the publication, and an empty place for its entries."""
    (root / "content/bulletins").mkdir(parents=True)
    (root / "content/entries").mkdir()
    (root / "content/publication.yaml").write_text(_PUBLICATION, encoding="utf-8")
    (root / "content/bulletins/daily.yaml").write_text(_BULLETIN, encoding="utf-8")


def write_entries(root: Path, wanted: Iterator[dt.date], seed: int) -> None:
    """The files of the entries of some days."""
    for day in wanted:
        folder = root / f"content/entries/{day:%Y/%m/%d}"
        folder.mkdir(parents=True)
        for place in range(PER_ISSUE):
            one = news(seed, day.toordinal(), place)
            (folder / f"{one.slug}.yaml").write_text(_yaml(one), encoding="utf-8")


def commit_content(root: Path) -> str:
    """Commit the content to git, as every publication has it; the commit."""
    (root / ".gitignore").write_text("/public/\n/var/\n", encoding="utf-8")
    name = ("-c", "user.name=bench", "-c", "user.email=bench@example.com")
    for each in (("init", "--quiet"), ("add", "."), (*name, "commit", "--quiet", "-m", "content")):
        subprocess.run(["git", "-C", str(root), *each], check=True)
    found = subprocess.run(
        ["git", "-C", str(root), "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    )
    return found.stdout.strip()


def write_archive(archive: Path, issues: int, seed: int, commit: str | None = None) -> None:
    """The archive of so many issues, as if each had been frozen at its slot.

    `commit` is the one that was processed last: a publish compares the content with it.
    """
    pattern = _frozen(seed, LAST, LAST + dt.timedelta(days=1))
    _check(pattern, seed)
    folders: set[Path] = set()
    for number, day in enumerate(days(issues), 1):
        for path, data in _files(pattern[0], seed, day, number, commit):
            file = archive / path
            if file.parent not in folders:
                file.parent.mkdir(parents=True, exist_ok=True)
                folders.add(file.parent)
            file.write_bytes(data)
            file.chmod(0o444)


def _yaml(one: News) -> str:
    story = f"story: {one.story}\n" if one.story else ""
    sources = "".join(f'  - {{publisher: {name}, url: "{url}"}}\n' for name, url in one.sources)
    return (
        "kind: event\n"
        f"title:\n  zh: {one.title[0]}\n  en: {one.title[1]}\n"
        f"summary:\n  zh: |\n    {one.summary[0]}\n  en: |\n    {one.summary[1]}\n"
        "fields:\n  why_it_matters:\n"
        f"    zh: |\n      {one.why[0]}\n    en: |\n      {one.why[1]}\n"
        f"sources:\n{sources}"
        f"tags: [{', '.join(one.tags)}]\n"
        f"importance: {one.importance}\n{story}"
    )


def _frozen(seed: int, *wanted: dt.date) -> list[dict[str, Any]]:
    """What the program freezes of some days: path → bytes for each issue."""
    root = Path(tempfile.mkdtemp(prefix="publisher-pattern-"))
    try:
        write_publication(root)
        write_entries(root, iter(wanted), seed)
        found = []
        now = dt.datetime.combine(wanted[-1], _SLOT, _ZONE) + dt.timedelta(minutes=1)
        app = App(root, {"PUBLISHER_STATE": str(root / "var")}, now)
        desk, archive = app.desk, root / "var/archive"
        seen: set[str] = set()
        for day in wanted:
            desk.freeze(desk.prepare("daily", day.isoformat()))
            files = {each.relative_to(archive).as_posix() for each in archive.rglob("*.json")}
            found.append({path: (archive / path).read_bytes() for path in sorted(files - seen)})
            seen |= files
        app.close()
        return found
    finally:
        shutil.rmtree(root)


def _check(pattern: list[dict[str, Any]], seed: int) -> None:
    """The second issue, made after the first, must be what the program froze."""
    made = dict(_files(pattern[0], seed, LAST + dt.timedelta(days=1), 2))
    if made != pattern[1]:
        path = next(p for p in pattern[1] if made.get(p) != pattern[1][p])
        raise SystemExit(f"the pattern of bench/sitelab/archive.py does not fit any more: {path}")


def _files(
    pattern: dict[str, bytes], seed: int, day: dt.date, number: int, commit: str | None = None
) -> Iterator[tuple[str, bytes]]:
    issue_path = next(path for path in pattern if path.startswith("issues/"))
    issue = json.loads(pattern[issue_path])
    entry = next(json.loads(data) for path, data in pattern.items() if path.startswith("entries/"))
    slot = dt.datetime.combine(day, _SLOT, _ZONE)
    written = {_id(day, one): one for one in _of(seed, day)}
    order = sorted(written, key=lambda each: (-written[each].importance, each))
    for place, entry_id in enumerate(order):
        moment = slot + dt.timedelta(milliseconds=PER_ISSUE - place)
        yield entry_file(entry_id, 1), _entry(entry, entry_id, written[entry_id], moment)
    yield issue_file("daily", day.isoformat(), 1), _issue(issue, day, slot, number, order, written)
    record = LogRecord(
        number=number, what="freeze", bulletin="daily", issue=day.isoformat(), issue_revision=1,
        entries=[(each, 1) for each in order], commit=commit,
    )  # fmt: skip
    yield log_file(number), dump(record)


def _of(seed: int, day: dt.date) -> list[News]:
    return [news(seed, day.toordinal(), place) for place in range(PER_ISSUE)]


def _id(day: dt.date, one: News) -> str:
    return f"{day:%Y/%m/%d}/{one.slug}"


def _entry(pattern: dict[str, Any], entry_id: str, one: News, moment: dt.datetime) -> bytes:
    old = pattern["entry"]
    new = {
        **old,
        "id": entry_id,
        "title": _both(one.title),
        "summary": _both(one.summary, "\n"),
        "fields": {"why_it_matters": _both(one.why, "\n")},
        "sources": [{"publisher": name, "url": url} for name, url in one.sources],
        "tags": list(one.tags),
        "importance": one.importance,
        "story": one.story,
    }
    keys = [*(key for key in _ENTRY_KEYS if key in new)]
    entry = {key: new[key] for key in keys if key != "story" or one.story}
    when = moment.isoformat()
    return _json({**pattern, "published": when, "at": when, "entry": entry})


_ENTRY_KEYS = (
    "id", "kind", "title", "summary", "fields", "sources", "tags", "importance", "story", "draft",
    "aliases", "corrections",
)  # fmt: skip


def _issue(
    pattern: dict[str, Any], day: dt.date, slot: dt.datetime, number: int, order: list[str],
    written: dict[str, News],
) -> bytes:  # fmt: skip
    new = copy.deepcopy(pattern)
    issue = new["issue"]
    new["published"] = new["at"] = slot.isoformat()
    issue |= {
        "name": day.isoformat(), "number": number, "slot": slot.isoformat(),
        "day": day.isoformat(), "window": {"start": day.isoformat(), "end": day.isoformat()},
        "lead": order[0],
    }  # fmt: skip
    issue["title"] = issue["subject"] = {
        "zh": f"每日十条 · {day.year}年{day.month}月{day.day}日",
        "en": f"Ten a Day · {day:%B} {day.day}, {day.year}",
    }
    titles = [written[each].title for each in order[1:4]]
    issue["preheader"] = _both((" · ".join(t[0] for t in titles), " · ".join(t[1] for t in titles)))
    [section] = issue["sections"]
    section["entries"] = [{**section["entries"][0], "entry": each} for each in order]
    issue["candidates"] = [{**issue["candidates"][0], "entry": each} for each in sorted(order)]
    return _json(new)


def _both(texts: tuple[str, str], end: str = "") -> dict[str, str]:
    return {"zh": texts[0] + end, "en": texts[1] + end}


def _json(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
