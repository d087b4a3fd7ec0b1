"""A small publication on disk, and an editor who works in it.

YAML 1.2 holds all of JSON, so files are written as JSON: short, and nothing to indent.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from builders import both, theme_files
from PIL import Image

from publisher.app import App
from publisher.content.check import check, read_content
from publisher.document import Problem
from publisher.fakes.drawing import FakeDrawing
from publisher.fakes.painter import FakePainter
from publisher.fakes.paper import FakePrinter
from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.publishing import Report
from publisher.render.theme import REQUIRED, Theme, make_theme
from publisher.site.covers import Cover
from publisher.site.output import tree
from publisher.site.paper import Paper
from publisher.storage.subscriber_rows import Consent
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice

PUBLICATION: dict[str, Any] = {
    "name": {"zh": "望潮", "en": "Tidewatch"},
    "authority": "news.example.com,2026",
    "base_url": "https://news.example.com",
    "time_zone": "Asia/Shanghai",
    "languages": {"zh": {"tag": "zh-CN", "name": "中文"}, "en": {"tag": "en", "name": "English"}},
    "editions": {"zh": ["zh"], "en": ["en"]},
    "sender": {"name": {"zh": "望潮", "en": "Tidewatch"}, "address": "b@news.example.com"},
    "postal_address": {"zh": "上海样张路100号", "en": "100 Sample Road, Shanghai"},
    "contact": "editor@news.example.com",
    "kinds": {
        "event": {"name": {"zh": "事件", "en": "Event"}},
        "signal": {"name": {"zh": "观点", "en": "Signal"}},
    },
}
TOP: dict[str, Any] = {"id": "top", "block": "entries", "title": both("Top"), "select": {}}
DAILY: dict[str, Any] = {
    "name": {"zh": "每日", "en": "Daily"},
    "cadence": "daily",
    "schedule": {"at": "18:00"},
    "sections": [TOP],
}
TABLE: dict[str, Any] = {
    "caption": both("Visits"),
    "columns": [
        {"id": "site", "label": both("Site")},
        {"id": "visits", "label": both("Visits"), "type": "number"},
    ],
    "rows": [{"site": both("One"), "visits": 1200}, {"site": both("Two"), "visits": 900}],
}


def at(day: str, time: str = "18:05") -> dt.datetime:
    """A time in Shanghai: five past the daily's slot, unless another is given."""
    return dt.datetime.fromisoformat(f"{day}T{time}+08:00")


@cache
def packaged_theme(name: str) -> Theme:
    """A theme that comes with the program, compiled once for all tests."""
    return make_theme(name, theme_files())


@cache
def plain_files() -> dict[str, str]:
    """A theme of one line a page, for tests that do not look at pages."""
    files = dict.fromkeys(REQUIRED, "{{ publication.name }}")
    files["email/issue.mjml"] = (
        "<mjml><mj-body><mj-section><mj-column><mj-text>{{ issue.title }}"
        "</mj-text></mj-column></mj-section></mj-body></mjml>"
    )
    files["email/notice.mjml"] = files["email/issue.mjml"].replace(
        "issue.title", "publication.name"
    )
    files["web/search.js"] = "// nothing"
    files |= dict.fromkeys(
        ("pdf/style.css", "web/style.css", "wechat/style.css"), "a { color: #000 }"
    )
    default = theme_files()["default"]
    kept = ("strings/", "theme.toml")
    return files | {path: text for path, text in default.items() if path.startswith(kept)}


@cache
def plain_theme(name: str) -> Theme:
    """The plain theme, under whatever name a bulletin asks for."""
    return make_theme(name, {"default": plain_files(), name: plain_files()})


def check_content(root: Path) -> tuple[Problem, ...]:
    """Every problem of content, in the order of files and places."""
    content = read_content(root)
    return tuple(sorted({*content.problems, *check(content)}))


class Newsroom:
    """A publication in a folder: files are written, committed and published by name."""

    def __init__(
        self, root: Path, theme_of: Callable[[str], Theme] | None = packaged_theme
    ) -> None:
        """`theme_of` stands for the themes on disk; None reads them as the program does."""
        self.root = root
        self.theme_of = theme_of
        self.printer = FakePrinter()
        self.painter = FakePainter()
        self.environment: dict[str, str] = {}
        self.drawings: Any = FakeDrawing()
        self._open: list[App] = []
        self._has_readers = False
        self.file("content/publication.yaml", PUBLICATION)
        self.bulletin("daily")

    # Writing -----------------------------------------------------------------------------------

    def file(self, path: str, data: Mapping[str, Any] | str) -> Path:
        """Write a file of the publication."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, indent=1)
        file.write_text(text + "\n", encoding="utf-8")
        return file

    def publication(self, **changes: Any) -> None:
        """Write publication.yaml with changes."""
        self.file("content/publication.yaml", PUBLICATION | changes)

    def bulletin(self, slug: str, **changes: Any) -> None:
        """Write a bulletin: a daily of one section at 18:00, with changes."""
        self.file(f"content/bulletins/{slug}.yaml", DAILY | changes)

    def issue(self, name: str, bulletin: str = "daily", **parts: Any) -> None:
        """Write an issue file."""
        self.file(f"content/issues/{bulletin}/{name}.yaml", parts)

    def entry(self, name: str, day: str = "2026-04-26", **changes: Any) -> str:
        """Write an entry, and give back its id."""
        entry_id = f"{day.replace('-', '/')}/{name}"
        data = {"kind": "event", "title": both(f"Title {name}"), "summary": both(f"About {name}")}
        data["sources"] = [{"publisher": "CNBC", "url": f"https://cnbc.com/{name}"}]
        self.file(f"content/entries/{entry_id}.yaml", data | changes)
        return entry_id

    def edit(self, entry_id: str, **changes: Any) -> None:
        """Change some fields of an entry."""
        path = f"content/entries/{entry_id}.yaml"
        self.file(path, json.loads((self.root / path).read_text("utf-8")) | changes)

    def correct(self, entry_id: str, day: str = "2026-04-27", **changes: Any) -> None:
        """Change an entry and say so under `corrections`."""
        path = self.root / f"content/entries/{entry_id}.yaml"
        known = json.loads(path.read_text("utf-8")).get("corrections", [])
        note = {"date": day, "note": both(f"Correction {len(known) + 1}")}
        self.edit(entry_id, corrections=[*known, note], **changes)

    def rename(self, old: str, new: str) -> None:
        """Rename an entry's file, with an alias."""
        file = self.root / f"content/entries/{old}.yaml"
        data = json.loads(file.read_text("utf-8"))
        file.unlink()
        aliases = [*data.get("aliases", []), old]
        self.file(f"content/entries/{new}.yaml", data | {"aliases": aliases})

    def table(self, name: str = "traffic", **changes: Any) -> None:
        """Write a table of two sites, with changes."""
        self.file(f"content/data/{name}.yaml", TABLE | changes)

    def image(self, name: str = "account.png", colour: int = 0) -> bytes:
        """Write a small image, and give back its bytes."""
        file = self.root / "content/images" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 8), colour).save(file, "PNG")
        return file.read_bytes()

    def plain(self) -> None:
        """Lay the plain theme over the packaged one, for the program as people start it."""
        for path in {**theme_files()["default"], **plain_files()}:
            if not path.startswith("strings/"):
                self.file(f"themes/default/{path}", plain_files().get(path, ""))

    def git(self, *arguments: str, now: str = "2026-04-26T12:00:00+08:00") -> str:
        """Ask git, as an author with a name, at a time."""
        who = {"NAME": "Editor", "EMAIL": "editor@example.com", "DATE": now}
        told = {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in who.items()}
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        done = subprocess.run(
            ["git", "-C", str(self.root), *arguments],
            check=True, capture_output=True, text=True, env={**os.environ, **told, **own},
        )  # fmt: skip
        return done.stdout.strip()

    def commit(self, now: str = "2026-04-26T12:00:00+08:00") -> str:
        """Commit the content, in a new repository if there is none; give back the commit."""
        if not (self.root / ".git").exists():
            self.git("init", "--quiet")
        self.git("add", "content")
        self.git("commit", "--quiet", "--allow-empty", "--message", "content", now=now)
        return self.git("rev-parse", "HEAD")

    # Publishing --------------------------------------------------------------------------------

    def app(self, now: dt.datetime | None = None, **environment: str) -> App:
        """The publication, opened; with `environment` over the one that it always has."""
        app = App(self.root, self.environment | environment, now or at("2026-04-26"))
        if self.theme_of is not None:
            app.theme_of = self.theme_of
        app.drawings = self.drawings
        app.covers = Cover(self.painter, lambda: self.painter.release, fonts=())
        app.beside_kinds = (
            Paper(self.printer, lambda: self.printer.release, fonts=()), app.covers,
        )  # fmt: skip
        self._open.append(app)
        return app

    def subscribe(self, *editions: str, bulletin: str = "daily") -> None:
        """A reader for each edition who has confirmed; in every edition where none is named."""
        people = self.app().people
        named = editions or tuple(self.app().frame.publication.editions)
        shown = Consent(named[0], "Send it to me.", "test")
        for each in named:
            reader = read_address(f"{each}@example.org")
            people.add(reader, "", [Choice(bulletin, each)], shown, at("2026-04-01"))
        self._has_readers = True

    def publish(self, day: str = "2026-04-26", time: str = "18:05", **options: Any) -> Report:
        """Publish what is due on a day at five past six, to a reader of each edition."""
        if not self._has_readers:
            self.subscribe()
        return self.app(at(day, time)).publish(**options)

    def close(self) -> None:
        """Close what was opened."""
        for app in self._open:
            if "library" in vars(app):
                app.library.index.close()

    # Looking -----------------------------------------------------------------------------------

    def files(self, folder: str = "public") -> dict[str, bytes]:
        """Every file below a folder."""
        place = self.root / folder
        return {path: (place / path).read_bytes() for path in tree(place)}

    def settled(self) -> dict[str, bytes]:
        """All that was published: archive, site and mail."""
        return {
            f"{folder}/{path}": data
            for folder in ("var/archive", "public", "var/outbox/new")
            for path, data in self.files(folder).items()
        }

    def page(self, path: str) -> str:
        """A file of the site."""
        return (self.root / "public" / path).read_text(encoding="utf-8")

    def dates(self, folder: str = "public") -> dict[str, int]:
        """When each file below a folder was written."""
        place = self.root / folder
        return {path: (place / path).stat().st_mtime_ns for path in tree(place)}

    def mails(self) -> dict[str, bytes]:
        """The messages in the outbox."""
        return self.files("var/outbox/new") if (self.root / "var/outbox/new").is_dir() else {}

    def issue_of(self, name: str = "2026-04-26", bulletin: str = "daily") -> IssueRevision:
        """The newest revision of a published issue."""
        return self.app().issue(bulletin, name)

    def carried(self, name: str = "2026-04-26", bulletin: str = "daily") -> list[str]:
        """The entries of a published issue, by file name."""
        return [each.entry[11:] for each in self.issue_of(name, bulletin).issue.placed()]

    def entry_of(self, entry_id: str) -> EntryRevision:
        """The newest revision of a published entry."""
        return self.app().library.newest([entry_id])[entry_id]

    def steps(self) -> dict[str, str]:
        """How far each issue is."""
        return {f"{row.bulletin} {row.issue}": row.step for row in self.app().rows.all()}
