"""Data for machines in a page."""

from __future__ import annotations

import json
from typing import Any

import builders
import pytest
import webpages
from hypothesis import given
from hypothesis import strategies as st

from publisher.render import json_ld, paths

BASE = "https://news.example.com"


def graph(html: str) -> dict[str, Any]:
    """The nodes of a page by their type."""
    (script,) = webpages.tree(html).xpath("//script/text()")
    return {
        each["@type"] if isinstance(each["@type"], str) else each["@type"][-1]: each
        for each in json.loads(script)["@graph"]
    }


@given(st.text())
def test_script_is_json_that_can_end_no_script_element(text: str) -> None:
    """Neither ``</script`` nor ``<!--`` comes through, and the text stays what it was."""
    made = json_ld.script({"name": text})

    assert not set("<>&\u2028\u2029") & set(made)
    assert json.loads(made)["@graph"] == [{"name": text}]


def test_article_says_what_it_is_based_on() -> None:
    """The sources with an address, and all of them as citations."""
    sources = [
        {"publisher": "CNBC", "site": "cnbc.com", "lang": "en"},
        {"publisher": "P", "title": "A", "url": "https://example.org/a"},
    ]
    article = graph(webpages.entry_page("zh", webpages.entry(sources=sources)))["NewsArticle"]

    assert article["isBasedOn"] == ["https://example.org/a"]
    assert [each["name"] for each in article["citation"]] == ["CNBC", "A"]
    assert "url" not in article["citation"][0]


def test_article_has_dates_with_an_offset_language_and_publisher() -> None:
    """What a news article needs to be found."""
    article = graph(webpages.entry_page("en"))["NewsArticle"]

    assert article["headline"] == "Title one (en)"
    assert article["datePublished"] == "2026-04-26T18:00:00+08:00"
    assert article["inLanguage"] == "en"
    assert article["publisher"]["name"] == "Tidewatch Newsroom"
    assert article["mainEntityOfPage"] == f"{BASE}/en/e/2026/04/26/one/"


def test_stacked_page_is_in_all_its_languages() -> None:
    """In the order of the edition."""
    article = graph(webpages.entry_page("bilingual"))["NewsArticle"]

    assert article["inLanguage"] == ["zh-CN", "en"]


def test_article_lists_its_corrections() -> None:
    """Schema.org has a word for them."""
    note = [{"date": "2026-04-27", "note": builders.both("Mended")}]
    article = graph(webpages.entry_page("en", webpages.entry(corrections=note)))["NewsArticle"]

    assert article["correction"][0]["text"] == "Mended (en)"


def test_issue_lists_its_entries_in_order() -> None:
    """An issue is a number of a periodical and a list of links."""
    issue = graph(webpages.issue_page("en"))["PublicationIssue"]
    listed = issue["mainEntity"]["itemListElement"]

    assert issue["issueNumber"] == 7
    assert issue["isPartOf"]["url"] == f"{BASE}/en/daily-ten/"
    assert [each["position"] for each in listed] == [1, 2]
    assert listed[0]["url"] == f"{BASE}/en/e/2026/04/26/one/"


def test_a_one_off_issue_has_no_number() -> None:
    """So none is told to machines."""
    issue = graph(webpages.issue_page("en", number=None))["PublicationIssue"]

    assert "issueNumber" not in issue


@pytest.mark.parametrize("base", [BASE, "https://example.com/news", "https://example.com/a/b"])
def test_links_become_absolute_below_any_base(base: str) -> None:
    """The path of the base URL stands in it once."""
    links = paths.Links(base)

    assert json_ld.absolute(links, links.to("/zh/")) == f"{base}/zh/"
