"""An issue for paper: its HTML, its styles, and what a PDF says about itself."""

from __future__ import annotations

import re

import builders
import pytest
import webpages
from builders import both
from html5lib import parse

from publisher.render import pdf
from publisher.render.pdf import Printable

EDITIONS = ("zh", "en", "bilingual")


def printable(name: str = "report", edition: str = "en", **changes: object) -> Printable:
    """A report with every block that there is, in a theme."""
    one, two = webpages.entry(summary=both("Summary one")), webpages.entry("two")
    coming = webpages.entry("coming", happened="2026-05-13")
    entries = {each.entry.id: each for each in (one, two, coming)}
    views = builders.views(edition)
    view = views.issue(webpages.report(one, two, **changes), entries)
    return pdf.printable(webpages.THEMES[name], views, view, "publisher 1")


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("theme", sorted(webpages.THEMES))
def test_the_contents_lead_to_places_that_are_there(theme: str, edition: str) -> None:
    """What stands on the cover is numbered by pages: its places must be in the text."""
    tree = parse(printable(theme, edition).html, "lxml", namespaceHTMLElements=False)

    (cover,) = tree.xpath("//*[@class='cover-page']")
    rows = cover.xpath(".//nav[contains(@class, 'toc')]//a/@href")
    assert len(rows) > 3
    assert {each.removeprefix("#") for each in rows} <= set(tree.xpath("//main//@id"))
    assert len(cover.xpath(".//h1")) == 1
    assert tree.xpath("string(//html/@lang)") == ("en" if edition == "en" else "zh-CN")


def test_own_contents_come_once_and_with_what_stands_before_them() -> None:
    """The bulletin's contents are the cover's; the key points before them are listed, too."""
    tree = parse(printable().html, "lxml", namespaceHTMLElements=False)

    assert len(tree.xpath("//nav[contains(@class, 'cover-contents')]")) == 1
    assert tree.xpath("//*[@id='s-contents']") == []
    urls = tree.xpath("//nav[contains(@class, 'cover-contents')]//a/@href")
    assert urls[0] == "#s-key-points"


def test_where_there_are_no_contents_sections_and_entries_are_listed() -> None:
    """Entries below their section."""
    one, two = webpages.entry(), webpages.entry("two")
    entries = {each.entry.id: each for each in (one, two)}
    view = builders.views("en").issue(webpages.issue(one, two), entries)

    rows = pdf.outline(view)
    assert [each.url for each in rows] == ["#s-overview", "#s-points", "#s-top"]
    assert [each.url for each in rows[2].rows] == ["#e-2026-04-26-one", "#e-2026-04-26-two"]


def test_what_a_pdf_says_about_itself_is_of_the_issue() -> None:
    """Nothing is of the day on which it is made."""
    found = printable()

    assert (found.title, found.author, found.lang) == ("Report (en)", "Tidewatch Newsroom", "en")
    assert found.url == "https://news.example.com/en/daily-ten/2026-04-27/"
    assert found.keywords == ("funding",)
    assert found.created.startswith("2026-04-2")
    assert found.modified >= found.created


def test_a_date_is_never_missing() -> None:
    """Where the masthead does not say it, the line above it does."""
    one = builders.entry()
    revision = builders.issue((one,), builders.bulletin(masthead=[]))
    view = builders.views("en").issue(revision, {one.entry.id: one})
    found = pdf.printable(webpages.THEMES["default"], builders.views("en"), view, "publisher 1")

    tree = parse(found.html, "lxml", namespaceHTMLElements=False)
    assert tree.xpath("//*[@class='cover-line']/time/@datetime") == [view.date_iso]


def test_styles_are_the_page_s_and_paper_s() -> None:
    """With fonts for paper in place of those of the reader's machine."""
    css = printable().css

    assert "counter(page)" in css
    assert "target-counter" in css
    assert "'Noto Serif CJK SC'" in css
    assert "system-ui" not in css


def test_control_characters_do_no_harm() -> None:
    """Neither in the text nor in the title."""
    found = printable(title=both("Re\u202eport\u0007"))

    assert "\u202e" not in found.html + found.title
    assert found.title == "Report (en)"


def test_nothing_stands_between_blocks() -> None:
    """It would be set as an empty line; between words in a line it stays."""
    html = printable().html

    assert re.search(r"</(p|div|li|section|article)>\s+<", html) is None
    assert re.search(r"</(a|span)> <", html) is not None


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Short", "Short"),
        ("word " * 20, "word " * 13 + "word…"),
        ("字" * 60, "字" * 35 + "…"),
        ("word, " * 20, "word, " * 10 + "word…"),
        ("x" * 100, "x" * 71 + "…"),
    ],
)
def test_a_long_title_is_cut_where_it_runs_above_the_pages(title: str, shown: str) -> None:
    """A line has room for so much; the cover has all of it."""
    html = printable(title={"zh": title, "en": title}).html

    assert f'data-title="{shown}"' in html
    assert title.strip() in html
