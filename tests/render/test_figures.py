"""Figures in every form of an issue: drawn, with their numbers; the numbers alone where not."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from builders import both, bulletin, issue, section, table, theme, views
from lxml import html

from publisher.content.chart import Chart
from publisher.fakes.drawing import FakeDrawing
from publisher.issue.issue import IssueRevision
from publisher.render import email, text, wechat
from publisher.render.email import MailLinks
from publisher.render.pages import Pages, make_site
from publisher.render.paths import Links
from publisher.render.pdf import printable
from publisher.render.views import Neighbours, Views

PAGE = "https://news.example.com/zh/daily-ten/2026-04-26/"
LINKS = MailLinks(PAGE, PAGE, PAGE)
THEMES = ["default", "spark", "analyst", "report"]
BAR = Chart(kind="bar", along="site", values=["visits"])
ROWS = [[{"text": both("One")}, {"value": "1200"}], [{"text": both("Two")}, {"value": "-3"}]]
LINE = {"id": "trend", "label": both("Trend"), "type": "sparkline"}


def revision(block: str = "figure", **changes: Any) -> IssueRevision:
    """An issue that has nothing but a figure."""
    settings = bulletin(section("traffic", block))
    data = {"rows": ROWS, "chart": BAR, "label": "figure", "note": both("Source")} | changes
    return issue((), settings, {"traffic": {"table": table(**data)}})


def lines() -> IssueRevision:
    """An issue with a table that has a sparkline in each row."""
    columns = [{"id": "site", "label": both("Site")}, LINE]
    rows = [[{"value": "One"}, {"value": "1 2 3"}], [{"value": "Two"}, {}]]
    return revision("table", columns=columns, rows=rows, chart=None)


def made(name: str = "default", *, can_draw: bool = True) -> Views:
    """The views of the English edition."""
    return views("en", None, theme(name), FakeDrawing(can_draw=can_draw))


def page(found: IssueRevision, name: str = "default", *, can_draw: bool = True) -> Any:
    """The issue's page, parsed."""
    own = dataclasses.replace(
        made(name, can_draw=can_draw), links=Links(made().publication.base_url)
    )
    site = make_site(own, [("daily-ten", bulletin())], has_tags=False, has_stories=False)
    settings = found.issue.settings.model_copy(update={"theme": name})
    found = found.model_copy(
        update={"issue": found.issue.model_copy(update={"settings": settings})}
    )
    files = Pages({each: theme(each) for each in THEMES}, own, site, "x").issue(
        found, {}, Neighbours()
    )
    return html.fromstring(next(iter(files.values())).decode())


def mail(found: IssueRevision, name: str = "default", *, can_draw: bool = True) -> Any:
    """The issue's mail, parsed."""
    own = made(name, can_draw=can_draw)
    return html.fromstring(email.render(theme(name), own, own.issue(found, {}), LINKS))


# Pages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", THEMES)
def test_a_page_has_the_drawing_its_caption_and_its_numbers(name: str):
    """Caption above, source below, and a table that opens."""
    (figure,) = page(revision(), name).xpath("//figure")
    drawings = figure.xpath(".//*[local-name()='svg']")
    assert [each.get("class") for each in drawings] == ["chart-wide", "chart-narrow"]
    assert {each.get("aria-label") for each in drawings} == {
        "Bar chart: Visits by site (en). 2 values, from -3 (Two (en)) to 1,200 (One (en))"
    }
    assert figure.find("figcaption").text_content().split() == [
        "Figure",
        "1",
        "Visits",
        "by",
        "site",
        "(en)",
    ]
    assert figure.xpath(".//details/summary")[0].text_content() == "The numbers as a table"
    assert len(figure.xpath(".//details//tbody/tr")) == 2


def test_a_page_has_no_style_that_its_policy_forbids():
    """Colours are classes."""
    (figure,) = page(revision()).xpath("//figure")
    assert not figure.xpath(".//@style")


def test_a_page_without_a_drawing_has_the_table_in_its_place():
    """No reader opens anything to see the numbers."""
    (figure,) = page(revision(), can_draw=False).xpath("//figure")
    assert not figure.xpath(".//details | .//*[local-name()='svg']")
    assert len(figure.xpath(".//tbody/tr")) == 2


def test_a_sparkline_stands_in_its_cell():
    """With words for those who do not see it; without a drawing its first and last number."""
    found = page(lines())
    (line,) = found.xpath("//td//*[local-name()='svg']")
    assert line.get("aria-label") == "From 1 to 3; lowest 1, highest 3"
    assert "1 → 3" in page(lines(), can_draw=False).xpath("//td")[0].text_content()


# Mail --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", THEMES)
def test_a_mail_has_a_picture_with_words_and_a_size(name: str):
    """By an absolute address; it never makes the mail wider than a phone."""
    (image,) = mail(revision(), name).xpath("//img[contains(@src, '/traffic')]")
    assert image.get("src") == "https://news.example.com/en/daily-ten/2026-04-26/traffic.png"
    assert image.get("alt").startswith("Bar chart: ")
    assert image.get("width") == "480"
    style = image.get("style").replace(" ", "")
    assert {"max-width:480px", "width:100%"} <= set(style.split(";"))


def test_a_mail_leads_to_the_numbers():
    """On the page, and as a file."""
    said = {each.text_content().strip() for each in mail(revision()).xpath("//a")}
    assert {"The whole table", "CSV"} <= said


def test_a_mail_without_a_picture_has_the_numbers():
    """As a table, as it stands where a section shows one."""
    found = mail(revision(), can_draw=False)
    assert not found.xpath("//img[contains(@src, '/traffic')]")
    assert "1,200" in found.text_content()


def test_a_plain_mail_has_the_numbers():
    """Where there are no pictures at all."""
    own = made()
    found = text.render(theme(), own, own.issue(revision(), {}), LINKS)
    assert "Figure 1" in found
    assert "1,200" in found


def test_a_sparkline_is_a_picture_in_mail():
    """Of the size of the line that it stands in."""
    (image,) = mail(lines()).xpath("//td//img[contains(@src, '/traffic')]")
    assert image.get("alt") == "From 1 to 3; lowest 1, highest 3"
    assert image.get("src").endswith("/traffic-trend-1.png")


# Elsewhere ---------------------------------------------------------------------------------------


def test_paper_has_the_drawing_without_a_table():
    """A vector in colours that stay; nothing opens on paper."""
    own = made()
    found = printable(theme(), own, own.issue(revision(), {}), "x")
    assert found.html.count("<svg") == 1
    assert "chart-narrow" not in found.html
    assert "<details" not in found.html


def test_paper_without_a_drawing_has_the_table():
    """As on the page."""
    own = made(can_draw=False)
    assert "1,200" in printable(theme(), own, own.issue(revision(), {}), "x").html


def test_an_article_lists_the_picture_to_upload():
    """As any other picture of the issue."""
    own = made()
    article = wechat.render(theme(), own, own.issue(revision(), {}))
    (picture,) = article.pictures
    assert picture.url.endswith("/en/daily-ten/2026-04-26/traffic.png")
    assert picture.alt.startswith("Bar chart: ")


def test_a_feed_has_the_picture_and_the_table():
    """Feed readers have neither our styles nor our classes."""
    own = made()
    found = theme().render(
        "feed/issue.html", issue=own.issue(revision(), {}), t=own.t, edition=own.edition_view()
    )
    assert '<img src="https://news.example.com/en/daily-ten/2026-04-26/traffic.png"' in found
    assert "<td" in found
