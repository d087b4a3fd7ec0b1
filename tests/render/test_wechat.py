"""An issue as an article for WeChat."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from pathlib import Path
from typing import Any

import builders
import pytest
import webpages
from builders import both
from lxml import etree, html

from publisher.config.section import BLOCKS
from publisher.errors import ThemeError
from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.render import wechat
from publisher.render.theme import Theme, make_theme
from publisher.render.wechat import LIMIT_BYTES, LIMIT_CHARACTERS, Article, excess
from publisher.render.wechat_html import ELEMENTS

THEMES = ("default", "spark", "analyst", "report")
EDITIONS = ("zh", "en", "bilingual")


def article(
    revision: IssueRevision,
    *entries: EntryRevision,
    edition: str = "en",
    chosen: Theme | None = None,
) -> Article:
    """The article of an issue with these entries."""
    views = builders.views(edition)
    view = views.issue(revision, {each.entry.id: each for each in entries})
    return wechat.render(chosen or builders.theme(), views, view)


@cache
def every(edition: str = "en", theme: str = "default") -> Article:
    """An article with every block that there is."""
    one = webpages.entry(summary=both("Summary one with *emphasis*"))
    two, coming = webpages.entry("two"), webpages.entry("coming", happened="2026-05-13")
    mended = {"date": "2026-04-27", "note": both("Mended")}
    notice = {"entry": "2026/04/20/wrong", "title": both("Wrong"), "correction": mended}
    revision = webpages.report(one, two, notices=[notice])
    points = builders.section("list", "list")
    listed = builders.issue((), builders.bulletin(points), {"list": {"items": [both("Item")]}})
    sections = (*revision.issue.sections, *listed.issue.sections)
    issue = revision.issue.model_copy(update={"sections": sections})
    revision = revision.model_copy(update={"issue": issue})
    return article(revision, one, two, coming, edition=edition, chosen=builders.theme(theme))


def tree(found: Article) -> Any:
    return html.fragment_fromstring(found.html)


def text(element: etree._Element) -> str:
    """The words of an element, a space between those of its parts."""
    return " ".join(" ".join(element.itertext()).split())


def small(*entries: EntryRevision, **settings: Any) -> Article:
    """An article of a section of entries alone."""
    found = entries or (builders.entry(),)
    section = builders.section(show=["summary", "sources"], **settings)
    return article(builders.issue(found, builders.bulletin(section)), *found)


# The fragment ------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("edition", EDITIONS)
def test_nothing_is_left_that_the_editor_takes_out(edition: str, theme: str) -> None:
    """One element; in it known elements, with styles of their own; no link, script or class."""
    root = tree(every(edition, theme))

    assert root.tag == "section"
    assert {each.tag for each in root.iter()} <= ELEMENTS
    assert root.xpath("//@class | //@id | //@href | //@onclick") == []
    assert re.findall(r"position|float|url\(|@media|var\(", every(edition, theme).html) == []


def test_colours_can_be_turned_in_dark_mode() -> None:
    """The article has no ground of its own, and nothing is pure black or white."""
    assert "background" not in tree(every()).get("style")
    assert re.findall(r"#fff\b|#ffffff|#000\b|#000000", every().html) == []


def test_pictures_fill_their_column_and_are_listed() -> None:
    """With absolute addresses, and words for those who do not see them."""
    (image,) = tree(every()).xpath("//img")

    assert "width:100%" in image.get("style")
    assert image.get("src").startswith("https://news.example.com/")
    assert [(each.url, each.alt) for each in every().pictures] == [
        (image.get("src"), image.get("alt"))
    ]
    assert image.get("alt")


def test_title_digest_and_original_are_told_apart_from_the_text() -> None:
    """WeChat's editor has fields for them; the article does not say its title twice."""
    found = every()

    assert (found.title, found.digest) == ("Report (en)", "Preheader (en)")
    assert found.url == "https://news.example.com/en/daily-ten/2026-04-27/"
    assert "Report (en)" not in text(tree(found))


def test_the_same_issue_gives_the_same_bytes() -> None:
    """Also when it is rendered again from the beginning."""
    first = every("bilingual")
    every.cache_clear()

    assert every("bilingual") == first


# Blocks ------------------------------------------------------------------------------------------


def test_every_block_has_a_template() -> None:
    """A block that WeChat could not show would hold up the article."""
    folder = Path(__file__).parents[2] / "themes/default/wechat/blocks"

    assert {each.stem for each in folder.iterdir()} == set(BLOCKS)


@pytest.mark.parametrize(
    "expected",
    [
        "Figure 1 Visits by site",  # list-of-tables, and the table's caption
        "One (en) 1,200",  # table
        "1. Title one (en)",  # entries, run-in
        "Summary one with emphasis (en)",
        "May 13, 2026",  # calendar
        "Title coming (en)",
        "Item (en)",  # list
        "Advice with a link",  # prose
        "Wrong (en) [",  # corrections
        "Mended (en)",
        "Earlier (en) April 19, 2026",  # related
        "Ann (en) a@news.example.com",  # people
        "https://news.example.com/",  # qr-codes
        "Notice (en)",  # boilerplate
        "CNBC | A story https://cnbc.com/a",  # references
    ],
)
def test_every_block_is_shown(expected: str) -> None:
    """With its own words."""
    lines = " ".join(text(each) for each in tree(every()).iter("p", "td", "li", "h2", "h3"))

    assert expected in lines


def below(heading: str) -> list[str]:
    """What stands between a heading of the second level and the next."""
    found = []
    for each in tree(every()).xpath(f"//h2[.='{heading} (en)']")[0].itersiblings():
        if each.tag == "h2":
            break
        found.append(text(each))
    return found


def test_key_points_and_contents_name_the_entries() -> None:
    """Without links: there is nothing to jump with."""
    assert below("key-points")[:2] == ["top (en)", "Title one (en) Title two (en)"]
    assert {"1 Title one (en)", "2 Title two (en)"} < {*below("contents")}


# Notes -------------------------------------------------------------------------------------------


def test_notes_stand_at_the_end() -> None:
    """Each number in the text has its address there, in plain letters, with the link's words."""
    found = small()
    last = [text(each) for each in tree(found).xpath("//h2[.='Links']/following::p")]

    assert "Sources: CNBC [1]" in [text(each) for each in tree(found).iter("p")]
    assert last[0] == "[1] CNBC | A story https://cnbc.com/a"


def test_notes_stand_where_the_references_are() -> None:
    """There is one list, with one numbering."""
    found = every()
    below = tree(found).xpath("//h2[contains(., 'references')]/following::p[starts-with(., '[')]")

    assert [text(each).split()[0] for each in below] == [f"[{each.number}]" for each in found.notes]
    assert "Links" not in [text(each) for each in tree(found).iter("h2")]


def test_references_of_the_whole_issue_have_notes_too() -> None:
    """Those without an address are named without a number."""
    references = [
        {"publisher": "Reuters", "title": "T", "url": "https://reuters.example/t"},
        {"publisher": "On paper", "title": "P"},
    ]
    found = article(builders.issue(references=references))
    lines = [text(each) for each in tree(found).iter("p")]

    assert "[1] Reuters | T https://reuters.example/t" in lines
    assert "On paper | P" in lines


def test_an_article_without_links_has_no_notes() -> None:
    """Nor a heading for them."""
    found = small(builders.entry(sources=[{"publisher": "On paper", "title": "P"}]))

    assert found.notes == ()
    assert "Links" not in text(tree(found))


def test_links_that_depend_on_the_notes_are_refused() -> None:
    """A number without a note would lead nowhere."""
    one, two = (f'<a href="https://{each}.example/">{each}</a>' for each in "ab")
    template = f"{{% if notes %}}{two}{{% endif %}}{one}"
    chosen = builders.theme(**{"wechat/issue.html": template})

    with pytest.raises(ThemeError, match="other links") as caught:
        article(builders.issue(), chosen=chosen)

    assert "themes/default/wechat/issue.html" in str(caught.value)


# Languages and looks -----------------------------------------------------------------------------


def test_a_second_language_is_marked_and_quieter() -> None:
    """Chinese first, English beneath."""
    second = tree(every("bilingual")).xpath("//section[@lang='en'] | //span[@lang='en']")

    assert tree(every("bilingual")).get("lang") == "zh-CN"
    assert {"color:#57606a" in each.get("style") for each in second if each.get("style")} == {True}


def test_chinese_is_set_as_chinese() -> None:
    """Larger and wider than Latin; emphasis is bold, never slanted."""
    assert "font-size:17px;line-height:1.8" in tree(every("zh")).get("style")
    assert "font-size:16px;line-height:1.55" in tree(every("en")).get("style")
    emphases = tree(every("zh")).xpath("//em")
    assert {each.get("style") for each in emphases} == {"font-style:normal;font-weight:bold"}


def test_a_child_theme_brings_its_colours_and_its_styles() -> None:
    """Tokens are those of pages and mail; further rules stand in the block "more"."""
    style = '{% extends "!default/wechat/style.css" %}'
    more = "{% block more %}h2 { margin: 9px }{% endblock %}"
    own = {
        "theme.toml": '[tokens.light]\naccent = "#123456"',
        "wechat/style.css": style + more,
    }
    chosen = make_theme("child", builders.theme_files() | {"child": own})
    one = builders.entry()
    heading = tree(article(builders.issue([one]), one, chosen=chosen)).find("h2")

    assert "4px solid #123456" in heading.get("style")
    assert "margin:9px" in heading.get("style")


# Size --------------------------------------------------------------------------------------------


def test_too_many_characters_are_told() -> None:
    """With their number; tags do not count among them."""
    found = small(builders.entry(summary=both("字" * LIMIT_CHARACTERS)))
    (told,) = excess(found)

    assert f"{found.characters:,} characters" in told
    assert LIMIT_CHARACTERS < found.characters < LIMIT_CHARACTERS + 200
    assert list(excess(small())) == []


def test_too_many_bytes_are_told() -> None:
    """Of the HTML."""
    found = dataclasses.replace(small(), html="<br>" * (LIMIT_BYTES // 4))

    assert [each.split(";")[0] for each in excess(found)] == ["the article has 1,000,000 bytes"]
