"""A plugin for Pelican: the pages of a publication from its YAML entries, with Pelican's cache.

Pelican runs it, in an environment of its own; nothing of the publisher is imported.
"""

from __future__ import annotations

import datetime as dt
import html
import json
from pathlib import Path
from urllib.parse import urlsplit

import markdown
import yaml
from markupsafe import Markup
from model import feeds_of, pages_of
from pelican import signals
from pelican.generators import CachingGenerator


class Entries(CachingGenerator):
    """Reads what changed, and writes everything."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self._markdown = markdown.Markdown()

    def generate_context(self):
        """Read the entries: Pelican calls this first."""
        top = Path(self.settings["ENTRIES"])
        self.entries = []
        for file in sorted(top.rglob("*.yaml")):
            found = self.get_cached_data(str(file), None)
            if found is None:
                found = self._read(file, top)
                self.cache_data(str(file), found)
            self.entries.append(found)
        self.save_cache()

    def generate_output(self, writer):
        """Write pages, feeds and the sitemap: Pelican calls this last."""
        site = self.settings["WORDS"]
        page, feed = self.get_template("page"), self.get_template("feed")
        pages = list(pages_of(self.entries, site))
        for each in pages:
            self._write(writer, f"{each['ed']}/{each['rel']}index.html", page, p=each)
        for each in feeds_of(pages, site):
            self._write(writer, f"{each['ed']}/{each['rel']}{each['file']}", feed, p=each)
        for name in ("index.html", "404.html"):
            self._write(writer, name, self.get_template("root"))
        self._write(writer, "sitemap.xml", self.get_template("sitemap"), pages=pages)

    def _write(self, writer, name, template, **data):
        writer.write_file(name, template, self.context, site=self.settings["WORDS"], **data)

    def _read(self, file, top):
        entry = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
        entry_id = file.relative_to(top).with_suffix("").as_posix()
        year, month, day, _ = entry_id.split("/")
        sources = [{**each, "site": urlsplit(each["url"]).hostname} for each in entry["sources"]]
        plain = {lang: text.replace("**", "").strip() for lang, text in entry["summary"].items()}
        return {
            "id": entry_id, "path": f"e/{entry_id}/", "anchor": entry_id.replace("/", "-"),
            "day": f"{year}-{month}-{day}", "month": f"{year}-{month}", "year": year,
            "short": f"{month}-{day}", "title": entry["title"], "plain": plain,
            "about": {lang: f"{text[:150]}…" for lang, text in plain.items()},
            "summary": self._html(entry["summary"]),
            "why": self._html(entry["fields"]["why_it_matters"]),
            "sources": sources, "site": sources[0]["site"], "tags": entry["tags"],
            "story": entry.get("story", ""), "importance": entry["importance"],
        }  # fmt: skip

    def _html(self, texts):
        return {lang: self._markdown.reset().convert(text) for lang, text in texts.items()}


def day(text, lang):
    """A date in words."""
    found = dt.date.fromisoformat(text)
    if lang == "en":
        return f"{found:%B} {found.day}, {found.year}"
    return f"{found.year}年{found.month}月{found.day}日"


def rfc822(text):
    """A date as RSS has it."""
    return f"{dt.date.fromisoformat(text):%a, %d %b %Y} 10:00:00 +0000"


def as_json(data):
    """Data in a script."""
    return Markup(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    )


def markup(text):
    """HTML inside XML."""
    return Markup(html.escape(str(text), quote=False))


def _generator(_):
    return Entries


def register():
    """What Pelican calls."""
    signals.get_generators.connect(_generator)
