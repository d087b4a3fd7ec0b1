"""Frozen publications, entries and issues for tests: small, bilingual, and changed by keyword."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from publisher.config.bulletin import Bulletin
from publisher.config.publication import Publication
from publisher.content.entry import Entry
from publisher.content.table import Table
from publisher.issue.issue import EntryRevision, Issue, IssueRevision, Placed, Section, Window
from publisher.render.drawing import NOTHING, Drawing
from publisher.render.paths import Links
from publisher.render.strings import Strings
from publisher.render.theme import Theme, make_theme
from publisher.render.views import Views

LANGUAGES = {"languages": ["zh", "en"]}
SLOT = dt.datetime.fromisoformat("2026-04-26T18:00:00+08:00")
THEMES = Path(__file__).parent.parent / "themes"


def both(text: str) -> dict[str, str]:
    """A text in both languages, each recognisable."""
    return {"zh": f"{text}（中）", "en": f"{text} (en)"}


def publication(**changes: Any) -> Publication:
    """A publication in Chinese and English with three editions."""
    data: dict[str, Any] = {
        "name": {"zh": "望潮新闻室", "en": "Tidewatch Newsroom"},
        "authority": "news.example.com,2026",
        "base_url": "https://news.example.com",
        "time_zone": "Asia/Shanghai",
        "languages": {
            "zh": {"tag": "zh-CN", "name": "中文"},
            "en": {"tag": "en", "name": "English"},
        },
        "editions": {
            "zh": ["zh"],
            "en": ["en"],
            "bilingual": {"languages": ["zh", "en"], "name": {"zh": "双语", "en": "Bilingual"}},
        },
        "sender": {"name": {"zh": "望潮", "en": "Tidewatch"}, "address": "b@news.example.com"},
        "postal_address": {"zh": "上海样张路100号", "en": "100 Sample Road, Shanghai"},
        "contact": "editor@news.example.com",
        "kinds": {
            "event": {
                "name": {"zh": "事件", "en": "Event"},
                "fields": {"why": {"zh": "为什么重要", "en": "Why it matters"}},
            },
            "signal": {
                "name": {"zh": "观点", "en": "Signal"},
                "fields": {
                    "handle": {"label": {"zh": "账号", "en": "Account"}, "type": "plain"},
                    "verdict": {"zh": "一句话判断", "en": "In one sentence"},
                },
            },
        },
    }
    data |= changes
    return Publication.model_validate(data, context={"languages": list(data["languages"])})


def section(section_id: str = "top", block: str = "entries", **changes: Any) -> dict[str, Any]:
    """The settings of a section; of entries, unless the block says otherwise."""
    data: dict[str, Any] = {"id": section_id, "block": block, "title": both(section_id)}
    if block == "entries":
        data |= {"select": {}, "numbered": True}
    return data | changes


def bulletin(*sections: Mapping[str, Any], **changes: Any) -> Bulletin:
    """A daily bulletin with the given sections, or one of entries."""
    data = {
        "name": {"zh": "每日十条", "en": "Daily Ten"},
        "cadence": "daily",
        "schedule": {"at": "18:00"},
        "sections": list(sections) or [section()],
    }
    return Bulletin.model_validate(data | changes, context=LANGUAGES)


def entry(name: str = "one", **changes: Any) -> EntryRevision:
    """An entry of 26 April as it was frozen, with a title and a summary."""
    data = {
        "id": f"2026/04/26/{name}",
        "kind": "event",
        "title": both(f"Title {name}"),
        "summary": both(f"Summary {name}"),
        "sources": [{"publisher": "CNBC", "title": "A story", "url": "https://cnbc.com/a"}],
    }
    frozen = Entry.model_validate(data | changes, context=LANGUAGES)
    return EntryRevision(revision=1, published=SLOT, at=SLOT, entry=frozen)


def table(name: str = "traffic", **changes: Any) -> Table:
    """A table of two sites as an issue carries it: what they are, and a number."""
    label, visits = {"id": "site", "label": both("Site")}, {"id": "visits", "label": both("Visits")}
    data: dict[str, Any] = {
        "name": name,
        "caption": both("Visits by site"),
        "columns": [label, visits | {"type": "number", "decimals": 0}],
        "rows": [[{"text": both("One")}, {"value": "1200"}], [{"text": both("Two")}, {}]],
    }
    return Table.model_validate(data | changes, context=LANGUAGES)


def issue(
    entries: Iterable[EntryRevision] = (),
    settings: Bulletin | None = None,
    written: Mapping[str, Mapping[str, Any]] | None = None,
    **changes: Any,
) -> IssueRevision:
    """An issue of 26 April: the entries stand in its first section of entries.

    `written` holds what the issue file writes, by section: ``{"overview": {"text": …}}``.
    """
    settings = settings or bulletin()
    placed = [Placed(entry=each.entry.id) for each in entries]
    sections = []
    for each in settings.sections:
        own: dict[str, Any] = {"settings": each, "title": each.title}
        if each.block == "entries":
            own["entries"], placed = placed, []
        sections.append(Section.model_validate(own | dict((written or {}).get(each.id, {}))))
    data = {
        "bulletin": "daily-ten",
        "name": "2026-04-26",
        "number": 7,
        "slot": SLOT,
        "day": SLOT.date(),
        "time_zone": "Asia/Shanghai",
        "window": Window(start=SLOT.date(), end=SLOT.date()),
        "title": both("Issue"),
        "subject": both("Subject"),
        "preheader": both("Preheader"),
        "sections": sections,
        "settings": settings,
        "kinds": publication().kinds,
    }
    frozen = Issue.model_validate(data | changes, context=LANGUAGES)
    return IssueRevision(revision=1, published=SLOT, at=SLOT, issue=frozen)


@cache
def theme_files() -> dict[str, dict[str, str]]:
    """The themes that come with the program, as they are handed to `make_theme`."""
    return {
        folder.name: {
            path.relative_to(folder).as_posix(): path.read_text("utf-8")
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        for folder in sorted(THEMES.iterdir())
    }


@cache
def _own(name: str) -> Theme:
    return make_theme(name, theme_files())


def theme(name: str = "default", **files: str) -> Theme:
    """A theme that comes with the program, with some of its files replaced."""
    if not files:
        return _own(name)
    return make_theme(name, theme_files() | {name: theme_files()[name] | files})


def views(
    edition: str = "zh",
    found: Publication | None = None,
    chosen: Theme | None = None,
    drawing: Drawing = NOTHING,
) -> Views:
    """The views of an edition with absolute links, as mail and feeds need them."""
    found = found or publication()
    chosen = chosen or theme()
    strings: dict[str, Strings] = {
        key: chosen.strings(found.language(key)) for key in found.languages
    }
    links = Links(found.base_url, absolute=True)
    tokens = chosen.tokens
    return Views(
        found, found.edition(edition), strings, links,
        drawing=drawing, tokens_of=lambda _: tokens,
    )  # fmt: skip
