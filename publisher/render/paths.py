"""Where everything stands on the site: permanent addresses, one function each.

A path begins at the site's root (``/zh/curious-spark/2026-04-26/``).  `Links` turns it into
what is written into a page (below the base URL's own path) or into a mail (absolute).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlsplit

FEED_FILES = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}


def home(edition: str) -> str:
    """The home page of an edition."""
    return f"/{edition}/"


def bulletin(edition: str, slug: str) -> str:
    """The front of a bulletin: its newest issues and its years."""
    return f"/{edition}/{slug}/"


def issue(edition: str, slug: str, name: str) -> str:
    """An issue."""
    return f"/{edition}/{slug}/{name}/"


def year(edition: str, slug: str, number: int) -> str:
    """All issues of a bulletin in one year."""
    return f"/{edition}/{slug}/{number:04d}/"


def month(edition: str, slug: str, day: dt.date) -> str:
    """All issues of a bulletin in one month."""
    return f"/{edition}/{slug}/{day:%Y/%m}/"


def entry(edition: str, entry_id: str) -> str:
    """An entry."""
    return f"/{edition}/e/{entry_id}/"


def entries(edition: str) -> str:
    """The newest entries of all bulletins, and the months."""
    return f"/{edition}/entries/"


def entries_month(edition: str, day: dt.date) -> str:
    """All entries filed in one month."""
    return f"/{edition}/entries/{day:%Y/%m}/"


def entries_year(edition: str, number: int) -> str:
    """The months of one year, for the entries filed in it."""
    return f"/{edition}/entries/{number:04d}/"


def tags(edition: str) -> str:
    """All tags."""
    return f"/{edition}/tags/"


def tag(edition: str, slug: str) -> str:
    """The newest entries with a tag, and its years."""
    return f"/{edition}/tags/{slug}/"


def tag_year(edition: str, slug: str, number: int) -> str:
    """The entries with a tag that are filed in one year, or the months of these."""
    return f"/{edition}/tags/{slug}/{number:04d}/"


def tag_month(edition: str, slug: str, day: dt.date) -> str:
    """The entries with a tag that are filed in one month."""
    return f"/{edition}/tags/{slug}/{day:%Y/%m}/"


def stories(edition: str) -> str:
    """The stories told on last, and the years."""
    return f"/{edition}/stories/"


def stories_year(edition: str, number: int) -> str:
    """The stories told in one year; a story may itself be called ``2026``."""
    return f"/{edition}/stories/year/{number:04d}/"


def story(edition: str, slug: str) -> str:
    """A story as a time line."""
    return f"/{edition}/stories/{slug}/"


def about(edition: str) -> str:
    """What this is, who makes it, how to leave."""
    return f"/{edition}/about/"


def search(edition: str) -> str:
    """The search; what it reads lies below, in a folder for each year."""
    return f"/{edition}/search/"


def search_script() -> str:
    """What the page of the search runs."""
    return "/assets/search.js"


def feeds(edition: str) -> str:
    """All feeds of an edition."""
    return f"/{edition}/feeds/"


def feed_page(list_path: str) -> str:
    """The page that explains the feeds of a list (of a bulletin, the entries, a tag)."""
    return f"{list_path}feed/"


def feed(list_path: str, form: str) -> str:
    """The feed of a list in one of the forms rss, atom, json."""
    return f"{list_path}{FEED_FILES[form]}"


def feed_archive(list_path: str, month: str, number: int) -> str:
    """A closed part of the feed of a list, of the items of one month (``2026-04``).

    It is called as every Atom feed is: one rule for servers tells of all of them.
    """
    return f"{list_path}archive/{month}-{number}/{FEED_FILES['atom']}"


def sitemap(part: str) -> str:
    """A part of the sitemap: ``pages``, or a month (``2026-04``)."""
    return f"/sitemap-{part}.xml"


def calendar(edition: str, slug: str) -> str:
    """The coming events of a bulletin, for calendar programs (RFC 5545)."""
    return f"/{edition}/{slug}/calendar.ics"


def table(edition: str, slug: str, name: str, section: str) -> str:
    """The table of a section of an issue, for spreadsheets (RFC 4180)."""
    return f"/{edition}/{slug}/{name}/{section}.csv"


def figure(stem: str, place: str = "") -> str:
    """A chart as a picture for mail, beside the table of its section; `place` is that of a cell."""
    return f"{stem}-{place}.png" if place else f"{stem}.png"


def pdf(edition: str, slug: str, name: str) -> str:
    """An issue as a PDF; its file name still tells what it is where somebody has saved it."""
    return f"/{edition}/{slug}/{name}/{slug}-{name}-{edition}.pdf"


def cover(edition: str, slug: str, name: str) -> str:
    """The picture that stands for an issue where its address is shared."""
    return f"/{edition}/{slug}/{name}/cover.png"


def opml(edition: str) -> str:
    """All feeds of an edition in one file, for feed readers (OPML 2.0)."""
    return f"/{edition}/feeds/feeds.opml"


# What the service answers, below one path that no edition can have (`publisher.web`).
SERVICE = "/-/"


def subscribe(edition: str) -> str:
    """Where the sign-up form is sent."""
    return f"{SERVICE}{edition}/subscribe"


def confirm(token: str) -> str:
    """Where a confirmation mail leads."""
    return f"{SERVICE}confirm/{token}"


def preferences(token: str) -> str:
    """What a reader gets, and how to change it."""
    return f"{SERVICE}preferences/{token}"


def leave(token: str) -> str:
    """How a reader leaves a bulletin: a page to GET, one click to POST (RFC 8058)."""
    return f"{SERVICE}leave/{token}"


def service_style() -> str:
    """The style sheet of the service's pages, which no other host has to serve."""
    return f"{SERVICE}style.css"


def style(theme: str) -> str:
    """The style sheet of a theme."""
    return f"/assets/{theme}.css"


def image(blob: str) -> str:
    """An image of an issue, by its name among the blobs of the archive."""
    return f"/assets/images/{blob}"


def code(name: str) -> str:
    """A QR code as a picture, for mail."""
    return f"/assets/codes/{name}.png"


def in_edition(path: str, edition: str) -> str:
    """The path of the same thing in another edition."""
    return f"/{edition}/" + path.split("/", 2)[2]


def file_of(path: str) -> str:
    """The file below the output folder that serves a path."""
    relative = path.removeprefix("/")
    return f"{relative}index.html" if path.endswith("/") else relative


@dataclass(frozen=True, slots=True)
class Links:
    """Turns paths into links: below the base URL's path on pages, absolute in mail and feeds."""

    base_url: str
    absolute: bool = False

    def to(self, path: str) -> str:
        """The link to a path, as this output needs it."""
        if self.absolute:
            return self.absolute_to(path)
        return _quoted(_path_of(self.base_url) + path)

    def absolute_to(self, path: str) -> str:
        """The absolute address of a path."""
        return self.base_url + _quoted(path)


@lru_cache(maxsize=8)
def _path_of(base_url: str) -> str:
    return urlsplit(base_url).path.rstrip("/")


# Most links of a page are those of its neighbours, too: editions, tags, fronts.
@lru_cache(maxsize=4096)
def _quoted(path: str) -> str:
    return quote(path, safe="/:@#.-_~")


def anchor(entry_id: str) -> str:
    """The id of an entry within an issue page or mail, the same everywhere."""
    return "e-" + entry_id.replace("/", "-")


def section_anchor(section: str) -> str:
    """The id of a section within an issue page or mail."""
    return f"s-{section}"


def table_anchor(section: str) -> str:
    """The id of the table of a section within an issue page or mail."""
    return f"t-{section}"


def reference_anchor(number: int) -> str:
    """The id of a reference within an issue page or mail."""
    return f"r-{number}"
