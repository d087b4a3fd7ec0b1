"""Outputs as people last looked at them: mail, pages, paper, feeds, and an article for WeChat.

`make golden` writes them again; the diff is what a reviewer looks at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from builders import both
from newsroom import PUBLICATION, TOP, Newsroom, at, packaged_theme

from publisher.app import App
from publisher.fakes.drawing import FakeDrawing
from publisher.mailroom import Mailroom
from publisher.site.build import Builder
from publisher.site.covers import issue_cover
from publisher.site.editions import Editions
from publisher.site.output import tree
from publisher.site.paper import issue_on_paper
from publisher.site.targets import Target

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden"
EDITIONS = ("zh", "en", "bilingual")

ISSUES = (
    ("ai-frontier-daily", "2026-04-13"),
    ("ai-frontier-daily", "2026-04-20"),
    ("curious-spark", "2026-04-26"),
    ("ai-weekly", "2026-W17"),
    ("ai-monthly", "2026-04"),
)
SAMPLE = {
    f"sample/{bulletin}/{issue}/{edition}/{name}"
    for bulletin, issue in ISSUES
    for edition in EDITIONS
    for name in ("email.html", "email.txt", "page.html", "cover.svg")
} | {
    *(f"sample/entry/{edition}.html" for edition in EDITIONS),
    *(f"sample/ai-monthly/2026-04/{edition}/wechat.html" for edition in ("zh", "en")),
    *(f"sample/ai-monthly/2026-04/{edition}/paper.html" for edition in ("zh", "bilingual")),
    *(f"sample/ai-weekly/2026-W17/{edition}/traffic.csv" for edition in EDITIONS),
    *(f"sample/ai-weekly/2026-W17/{edition}/calendar.ics" for edition in EDITIONS),
    "sample/curious-spark/2026-04-26/zh/atom.xml",
    "sample/curious-spark/2026-04-26/en/rss.xml",
    "sample/ai-weekly/2026-W17/zh/rss.xml",
    "sample/ai-monthly/2026-04/en/atom.xml",
    "sample/ai-weekly/2026-W17/bilingual/feed.json",
}
SMALL = {
    *(f"small/{edition}/email.{form}" for edition in EDITIONS for form in ("html", "txt")),
    *(f"small/bilingual/{name}.html" for name in ("issue", "entry", "bulletin", "tag", "home")),
    *(f"small/bilingual/{name}" for name in ("rss.xml", "atom.xml", "feed.json")),
    *(f"small/en/{name}.html" for name in ("issue", "entry", "redirect")),
    "small/en/atom.xml",
    *(f"small/sitemap{part}.xml" for part in ("", "-pages", "-2026-04")),
}


class Outputs:
    """What a publication's archive renders to, under a version that never changes."""

    def __init__(self, app: App, day: str, bulletin: str) -> None:
        self.bulletin, self.day, self.app = bulletin, day, app
        self.site = Editions(
            app.frame.publication, app.library, app.theme_of, "0", drawing=app.drawings
        )

    def mail(self, edition: str, form: str) -> bytes:
        """The mail of an edition, before it is wrapped."""
        mailroom = Mailroom(self.site, "news.example.com")
        mail = mailroom.mail(self.app.issue(self.bulletin, self.day), edition)
        return (mail.html if form == "html" else mail.text).encode()

    def article(self, edition: str) -> bytes:
        """The issue for WeChat."""
        return self.app.article(self.bulletin, self.day, edition).html.encode()

    def paper(self, edition: str) -> bytes:
        """The HTML of its PDF, whose own bytes are those of the fonts here."""
        revision = self.app.issue(self.bulletin, self.day)
        return issue_on_paper(self.site, revision, edition).html.encode()

    def cover(self, edition: str) -> bytes:
        """The SVG of its picture, whose own bytes are those of the fonts here."""
        revision = self.app.issue(self.bulletin, self.day)
        return issue_cover(self.site, revision, edition).encode()

    def file(self, path: str, *target: str) -> bytes:
        """A file of the site."""
        kind, *name = target
        return Builder(self.site).render(Target(kind, tuple(name)))[path]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The sample publication of this repository, frozen in an archive of its own."""
    folder = tmp_path_factory.mktemp("sample")
    told = {"PUBLISHER_STATE": str(folder / "var"), "PUBLISHER_PUBLIC": str(folder / "public")}
    app = App(ROOT, told, dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    app.theme_of, app.drawings = packaged_theme, FakeDrawing()
    app.publish(all_files=True, until="frozen")
    yield app
    app.library.index.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outputs]:
    """One of everything: written parts, numbered entries, a story, a half translated entry,

    a verification, a correction, a rename, and the notice of it in the next issue.
    """
    newsroom = Newsroom(tmp_path_factory.mktemp("small") / "publication")
    stacked = {"languages": ["zh", "en"], "name": {"zh": "双语", "en": "Bilingual"}}
    newsroom.publication(editions=PUBLICATION["editions"] | {"bilingual": stacked})
    everything = ["emoji", "source", "summary", "body", "happened", "verification", "sources"]
    newsroom.bulletin(
        "daily", slogan=both("Slogan"), credit=both("Credit"), footer=both("Footer"),
        subtitle=both("Number {number}"), masthead=["date", "time_zone", "window", "number"],
        sections=[
            {"id": "overview", "block": "prose", "title": both("Overview"), "optional": True},
            {"id": "points", "block": "list", "title": both("Points"), "numbered": True},
            TOP | {"select": {"kinds": ["event"]}, "numbered": True, "show": everything},
            TOP | {"id": "views", "select": {"kinds": ["signal"]}, "optional": True},
        ],
    )  # fmt: skip
    one = newsroom.entry("one", emoji="🏆", tags=["funding"], story="deal", happened="2026-04-24",
                         importance=5, body=both("**Bold** and [a link](https://example.com/)."),
                         verification={"status": "mixed", "note": both("Partly")})  # fmt: skip
    newsroom.entry("half", title={"zh": "只有中文"}, summary={"zh": "没有译文。"}, tags=["chips"])
    newsroom.entry("view", kind="signal", story="deal")
    newsroom.publish(until="frozen")
    newsroom.correct(one, title=both("Corrected"))
    newsroom.app(at("2026-04-27", "09:00")).publish(until="frozen")
    newsroom.rename(one, "2026/04/26/renamed")
    newsroom.entry("next", "2026-04-27", story="deal")
    newsroom.issue(
        "2026-04-27", references=[{"publisher": "CNBC", "title": "T", "url": "https://cnbc.com/x"}],
        sections={"overview": {"text": both("An *overview*.")},
                  "points": {"items": [both("First"), both("Second")]}},
        window={"note": both("A note on the window")},
        corrections=[{"date": "2026-04-27", "note": both("Corrected before it was out")}],
    )  # fmt: skip
    app = newsroom.app(at("2026-04-27"))
    app.publish(until="frozen")
    yield Outputs(app, "2026-04-27", "daily")
    newsroom.close()


def sample_output(app: App, name: str) -> bytes:
    """An output of the sample by its golden name."""
    _, *place = name.split("/")
    if place[0] == "entry":
        edition, entry = place[1].removesuffix(".html"), "2026/04/26/google-anthropic"
        found = Outputs(app, "", "")
        return found.file(f"{edition}/e/{entry}/index.html", "entry", entry)
    bulletin, issue, edition, what = place
    found = Outputs(app, issue, bulletin)
    if what.startswith("email"):
        return found.mail(edition, "html" if what.endswith("html") else "txt")
    made = {"wechat.html": found.article, "paper.html": found.paper, "cover.svg": found.cover}
    if what in made:
        return made[what](edition)
    if what in ("page.html", "traffic.csv"):
        file = what.replace("page.html", "index.html")
        return found.file(f"{edition}/{bulletin}/{issue}/{file}", "issue", bulletin, issue)
    return found.file(f"{edition}/{bulletin}/{what}", "bulletin", bulletin)


def small_output(found: Outputs, name: str) -> bytes:
    """An output of the small publication by its golden name."""
    if name.startswith("small/sitemap"):
        kind, *month = {"": ["sitemap"], "-pages": ["sitemap-pages"]}.get(
            name[len("small/sitemap") : -len(".xml")], ["sitemap-month", "2026-04"]
        )
        return found.file(name.removeprefix("small/"), kind, *month)
    _, edition, what = name.split("/")
    if what.startswith("email"):
        return found.mail(edition, what.partition(".")[2])
    one = "2026/04/26/one"
    path, *target = {
        "issue.html": (f"daily/{found.day}/index.html", "issue", "daily", found.day),
        "entry.html": ("e/2026/04/26/renamed/index.html", "entry", one),
        "redirect.html": (f"e/{one}/index.html", "entry", one),
        "bulletin.html": ("daily/index.html", "bulletin", "daily"),
        "tag.html": ("tags/funding/index.html", "tag", "funding"),
        "home.html": ("index.html", "home"),
    }.get(what, (f"daily/{what}", "bulletin", "daily"))
    return found.file(f"{edition}/{path}", *target)


@pytest.mark.parametrize("name", sorted(SAMPLE))
def test_the_sample(sample: App, golden: Callable[[str, bytes], None], name: str) -> None:
    """Each bulletin in each edition, an entry, and one feed of each form."""
    golden(name, sample_output(sample, name))


@pytest.mark.parametrize("name", sorted(SMALL))
def test_a_small_publication(
    small: Outputs, golden: Callable[[str, bytes], None], name: str
) -> None:
    """One of everything that a page, a mail and a feed can hold."""
    golden(name, small_output(small, name))


def test_no_golden_output_is_left_over() -> None:
    """Each file is compared by some test."""
    assert set(tree(GOLDEN)) <= SAMPLE | SMALL
