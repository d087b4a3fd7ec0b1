"""The blocks of an issue on its page."""

from __future__ import annotations

from typing import Any

import builders
import webpages
from webpages import entry, pages, tree, words

from publisher.render.views import Neighbours

REPORT = tree(webpages.every_page()["en/daily-ten/2026-04-27/index.html"])


def page(revision: Any, *entries: Any, **near: Any) -> Any:
    """The page of an issue, parsed."""
    found = entries or (entry(), entry("two"))
    made = pages("en").issue(revision, {each.entry.id: each for each in found}, Neighbours(**near))
    return tree(webpages.text(made))


def with_table(**changes: Any) -> Any:
    """The table of an issue that has nothing else, as an element."""
    settings = builders.bulletin(builders.section("traffic", "table"))
    written = {"traffic": {"table": builders.table(**changes)}}
    return page(builders.issue((), settings, written)).find(".//figure")


# Tables ------------------------------------------------------------------------------------------


def test_header_cells_say_what_they_head() -> None:
    """Columns, groups of columns and rows each have their scope."""
    columns = [
        {"id": "site", "label": builders.both("Site")},
        {"id": "a", "label": builders.both("A"), "type": "number"},
        {"id": "b", "label": builders.both("B"), "type": "number"},
    ]
    group = {"label": builders.both("Both"), "start": 1, "count": 2}
    row = [{"text": builders.both("One")}, {"value": "1"}, {"value": "2"}]
    table = with_table(columns=columns, groups=[group], rows=[row])

    heads = [(words(each), each.get("scope")) for each in table.findall(".//th")]
    assert heads == [
        ("Site (en)", "col"), ("Both (en)", "colgroup"), ("A (en)", "col"), ("B (en)", "col"),
        ("One (en)", "row"),
    ]  # fmt: skip


def test_table_scrolls_in_a_region_that_has_a_name_and_takes_the_focus() -> None:
    """WCAG 2.1.1: without a pointer, too."""
    (region,) = with_table().xpath(".//div[@role='region']")

    assert region.get("tabindex") == "0"
    assert region.get("aria-label") == "Table 1 Visits by site (en)"


def test_change_is_said_in_a_mark_and_in_a_word() -> None:
    """Neither colour nor shape alone says which way it went."""
    column = {"id": "change", "label": builders.both("Change"), "type": "percent", "change": True}
    site = {"id": "site", "label": builders.both("Site")}
    rows = [[{"text": builders.both("One")}, {"value": each}] for each in ("1.5", "-1.5", "0")]
    table = with_table(columns=[site, column], rows=rows)

    found = [words(each) for each in table.findall(".//td")]
    assert [each.split(" ")[0] for each in found] == ["▲up", "▼down", "unchanged"]


def test_cell_without_data_says_so() -> None:
    """A dash means nothing to a screen reader."""
    assert words(with_table().findall(".//td")[1]) == "–no data"


def test_caption_stands_above_and_file_below() -> None:
    """The number of the table stands before its caption; the rows can be had as CSV."""
    table = with_table()
    first, *_, last = table

    assert words(first) == "Table 1 Visits by site (en)"
    assert last.xpath(".//a/@href") == ["/en/daily-ten/2026-04-26/traffic.csv"]


# References --------------------------------------------------------------------------------------


def test_marks_lead_to_references_and_these_lead_back() -> None:
    """A mark stands in the text of its entry; the way back has the entry's name."""
    (mark,) = REPORT.xpath("//article[1]//sup/a")
    (target,) = REPORT.xpath(f"//li[@id='{mark.get('href')[1:]}']")
    back = target.xpath(".//a[@role='doc-backlink']")

    assert words(mark) == "[1]"
    assert mark.getparent().getparent().tag == "p"
    assert words(back[0]) == "↑ Title one (en)"
    assert back[0].get("href") == "#" + REPORT.xpath("//article[1]/@id")[0]


# Contents ----------------------------------------------------------------------------------------


def test_issue_with_contents_of_its_own_gets_no_others() -> None:
    """There is one table of contents; an issue without a block of it gets a line of links."""
    assert len(REPORT.xpath("//nav[@class='contents']")) == 0
    assert len(page(webpages.issue()).xpath("//nav[@class='contents']")) == 1


def test_contents_name_what_is_numbered_through_by_its_number() -> None:
    """Entries first, then the texts that go on counting."""
    rows = [words(each) for each in REPORT.xpath("//nav[@id='s-contents']//li")]
    numbered = [each for each in rows if each[0].isdigit()]

    assert numbered == [
        "1 Title one (en)",
        "2 Title two (en)",
        "3 advice (en)",
        "4 references (en)",
    ]


def test_line_of_links_leads_to_no_entry_of_a_calendar() -> None:
    """It has no place of its own in the issue."""
    dates = builders.section("dates", "calendar", select={}, title=None)
    settings = builders.bulletin(builders.section("top", title=None), dates)
    coming = entry("coming", happened="2026-05-13")
    written = {"dates": {"entries": [{"entry": coming.entry.id}]}}
    found = (entry(), entry("two"), coming)
    root = page(builders.issue(found[:2], settings, written), *found)

    assert len(root.xpath("//nav[@class='contents']//a")) == 2


# Entries -----------------------------------------------------------------------------------------


def test_run_in_headline_is_a_heading_that_the_text_follows_at_once() -> None:
    """The full stop brings the space that the language wants; there is no other."""
    article = REPORT.xpath("//article[1]")[0]
    heading = article.find("h3")

    assert "".join(heading.itertext()) == "1 Title one (en). "
    assert heading.tail is None
    assert words(article.find("div/div/p")).startswith("Summary one (en)")


def test_what_came_before_in_its_story_stands_below_an_entry() -> None:
    """With its day."""
    found, before = entry(), entry("before")
    root = page(webpages.issue(found), found, earlier_of={found.id: (before,)})

    (earlier,) = root.xpath("//div[@class='earlier']")
    assert words(earlier) == "Earlier in this story: Title before (en) Apr 26, 2026"


# Other blocks ------------------------------------------------------------------------------------


def test_calendar_lists_dates_by_month_and_can_be_subscribed_to() -> None:
    """A date leads to the page of its entry; its sources are among the references."""
    (section,) = REPORT.xpath("//section[@id='s-dates']")

    assert [words(each) for each in section.xpath(".//h3 | .//dt")] == ["May 2026", "May 2026"]
    assert section.xpath(".//a/@href") == [
        "/en/e/2026/04/26/coming/",
        "#r-1",
        "/en/daily-ten/calendar.ics",
    ]


def test_key_points_lead_to_what_they_are_taken_from() -> None:
    """Each digest to its entry, each title to its section."""
    (panel,) = REPORT.xpath("//section[@id='s-key-points']")

    assert panel.xpath(".//h3/a/@href") == ["#s-top", "#s-advice"]
    assert [each[:3] for each in panel.xpath(".//li/a/@href")] == ["#e-", "#e-"]


def test_code_is_drawn_in_the_page_with_words_for_those_who_do_not_see_it() -> None:
    """No picture is loaded."""
    (drawing,) = REPORT.xpath("//div[@class='code']/*")

    assert drawing.get("role") == "img"
    assert words(drawing[0]) == "QR code: https://news.example.com/"


def test_cover_says_the_facts_that_the_bulletin_asks_for() -> None:
    """Its own among them."""
    facts = [words(each) for each in REPORT.xpath("//dl[@class='facts']/div")]

    assert facts == ["Date April 26, 2026", "Rating (en) Good (en)"]


# The masthead ------------------------------------------------------------------------------------


def test_the_cover_of_a_report_keeps_its_slogan() -> None:
    """The publisher stands above it; nothing of the masthead is lost."""
    settings = builders.bulletin(
        builders.section("top"), theme="report", slogan=builders.both("Slogan")
    )
    cover = page(builders.issue((entry(),), settings)).find(".//header[@class='masthead cover']")

    assert [each.get("class") for each in cover][:3] == ["cover-publisher", "slogan", None]
    assert words(cover[1]) == "Slogan (en)"
