"""Every page of a small site, for tests: two entries of one story, all blocks, all editions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import builders
import html5lib

from publisher.config.publication import Publication
from publisher.issue.issue import EntryRevision, IssueRevision, Placed
from publisher.render import paths, site_files
from publisher.render.pages import Files, Pages, make_site
from publisher.render.rows import FeedList
from publisher.render.theme import Theme, make_theme
from publisher.render.views import Neighbours, Views

THEMES: dict[str, Theme] = {
    name: make_theme(name, builders.theme_files())
    for name in ("default", "spark", "analyst", "report")
}
SHOW = ["emoji", "source", "happened", "summary", "verification", "fields", "sources"]
GENERATOR = "publisher 1"


def views(edition: str = "zh", publication: Publication | None = None) -> Views:
    """The views of an edition with the links that pages have."""
    made = builders.views(edition, publication, THEMES["default"])
    return dataclasses.replace(made, links=paths.Links(made.publication.base_url))


def pages(edition: str = "zh", publication: Publication | None = None) -> Pages:
    """The pages of an edition that has one bulletin."""
    made = views(edition, publication)
    site = make_site(made, [("daily-ten", builders.bulletin())], has_tags=True, has_stories=True)
    return Pages(THEMES, made, site, GENERATOR)


def entry(name: str = "one", **changes: Any) -> EntryRevision:
    """An entry with everything that an entry may have, but for corrections."""
    whole: dict[str, Any] = {
        "emoji": "🏆",
        "tags": ["funding"],
        "story": "a-story",
        "happened": "2026-04-24",
        "fields": {"why": builders.both("Because")},
        "verification": {"status": "mixed", "note": builders.both("Half of it")},
    }
    return builders.entry(name, **(whole | changes))


def issue(*entries: EntryRevision, theme: str = "default", **changes: Any) -> IssueRevision:
    """An issue with a block of each kind, in a theme."""
    settings = builders.bulletin(
        builders.section("overview", "prose"),
        builders.section("points", "list", numbered=True),
        builders.section("top", show=SHOW),
        theme=theme,
        slogan=builders.both("Slogan"),
        footer=builders.both("Footer"),
        masthead=["date", "time_zone", "window", "number"],
    )
    written: dict[str, dict[str, Any]] = {
        "overview": {"text": builders.both("Overview **bold**")},
        "points": {"items": [builders.both("Point")]},
    }
    return builders.issue(entries or [entry(), entry("two")], settings, written, **changes)


def report(*entries: EntryRevision, **changes: Any) -> IssueRevision:
    """An issue with the blocks of a report: what is gathered, tables, dates, standing texts."""
    both, section = builders.both, builders.section
    settings = builders.bulletin(
        section("key-points", "key-points", of=["top", "advice"]),
        section("contents", "contents"),
        section("tables", "list-of-tables"),
        section("traffic", "table"),
        section("top", numbered="continued", headline="run-in", show=["summary"]),
        section("dates", "calendar", select={}),
        section("advice", "prose", numbered="continued"),
        section("references", "references", numbered="continued"),
        section("corrections", "corrections"),
        section("related", "related"),
        section("people", "people", people=[{"name": both("Ann"), "email": "a@news.example.com"}]),
        section("contact", "qr-codes", codes=[{"url": "https://news.example.com/"}]),
        section("notices", "boilerplate", text=both("Notice")),
        theme="report",
        facts={"rating": {"label": both("Rating"), "value": both("Good")}},
        masthead=["date", "rating"],
    )  # fmt: skip
    written: dict[str, dict[str, Any]] = {
        "traffic": {"table": builders.table(label="figure")},
        "advice": {"text": both("Advice with a [link](https://example.org/a)")},
        "dates": {"entries": [Placed(entry="2026/04/26/coming")]},
        "related": {"related": [{"title": both("Earlier"), "day": "2026-04-19"}]},
        "notices": {"text": both("Notice")},
    }
    made = {"name": "2026-04-27", "title": both("Report"), **changes}
    return builders.issue(entries or [entry(), entry("two")], settings, written, **made)


def issue_page(
    edition: str = "zh",
    *entries: EntryRevision,
    publication: Publication | None = None,
    theme: str = "default",
    **changes: Any,
) -> str:
    """The page of an issue with these entries, or two of its own."""
    found = entries or (entry(), entry("two"))
    made = pages(edition, publication)
    near = Neighbours(editions=tuple(made.views.publication.editions))
    revision = issue(*found, theme=theme, **changes)
    return text(made.issue(revision, {each.entry.id: each for each in found}, near))


def entry_page(
    edition: str = "zh",
    revision: EntryRevision | None = None,
    publication: Publication | None = None,
    near: Neighbours | None = None,
) -> str:
    """The page of an entry."""
    made = pages(edition, publication)
    near = near or Neighbours(editions=tuple(made.views.publication.editions))
    return text(made.entry(revision or entry(), made.views.publication.kinds, near))


def every_page(publication: Publication | None = None) -> dict[str, str]:
    """Every kind of page in every edition, by file."""
    publication = publication or builders.publication()
    files: dict[str, bytes] = {}
    for edition in publication.editions:
        for found in _edition(pages(edition, publication), tuple(publication.editions)):
            files.update(found)
    all_views = [views(edition, publication) for edition in publication.editions]
    files.update(site_files.root_page(all_views, THEMES["default"], GENERATOR))
    files.update(site_files.not_found(all_views, THEMES["default"], GENERATOR))
    return {path: data.decode() for path, data in files.items()}


def _edition(made: Pages, editions: tuple[str, ...]) -> Iterator[Files]:
    one, two = entry(), entry("two")
    name, settings, number = made.views.edition.name, builders.bulletin(), issue(one, two)
    kinds, years = made.views.publication.kinds, [(2026, [(4, 2)])]
    bulletin_feeds = FeedList(paths.bulletin(name, "daily-ten"), made.views.texts(settings.name))
    near = Neighbours(earlier=(one,), carried_in=(number,), editions=editions)
    yield made.home([number], editions)
    yield made.about(editions)
    coming = entry("coming", happened="2026-05")
    entries = {each.entry.id: each for each in (one, two, coming)}
    yield made.entry(coming, kinds, Neighbours(editions=editions), "report")
    yield made.issue(report(one, two), entries, Neighbours(previous=number, editions=editions))
    yield made.issue(number, entries, Neighbours(previous=number, next=number, editions=editions))
    yield made.bulletin("daily-ten", settings, [number], years, editions)
    yield made.archive("daily-ten", settings, [number], 2026, None, editions)
    yield made.archive("daily-ten", settings, [number], 2026, 4, editions)
    yield made.entry(one, kinds, Neighbours(editions=editions), "analyst")
    yield made.entry(two, kinds, near, "spark")
    yield made.entries([two, one], years, editions)
    yield made.entries_month([two, one], 2026, 4, editions)
    yield made.tags([("funding", 2)], editions)
    yield made.entries_year(2026, [(4, 2)], editions)
    yield made.tag("funding", [two, one], editions, [(2026, 2)])
    yield made.tag_year("funding", 2026, [two, one], editions)
    yield made.tag_year("funding", 2025, (), editions, [(4, 61)])
    yield made.tag_month("funding", 2025, 4, [two, one], editions)
    yield made.stories([("a-story", 2, None)], editions, [(2026, 1)])
    yield made.stories([("a-story", 2, None)], editions, year=2026)
    yield made.story("a-story", [one, two], {each.id: number for each in (one, two)}, editions)
    yield made.feeds([bulletin_feeds], editions)
    yield made.feed_page(bulletin_feeds.path, bulletin_feeds.title, editions=editions)


def text(files: Files) -> str:
    """The only file of a mapping."""
    (data,) = files.values()
    return data.decode()


def tree(html: str) -> Any:
    """The page as the HTML parsing algorithm reads it; any parse error fails the test."""
    parser = html5lib.HTMLParser(
        html5lib.getTreeBuilder("lxml"), strict=True, namespaceHTMLElements=False
    )
    return parser.parse(html).getroot()


def words(element: Any) -> str:
    """The text of an element as one line."""
    return " ".join("".join(element.itertext()).split())
