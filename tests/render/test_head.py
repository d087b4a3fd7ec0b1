"""Titles, descriptions and locales of pages."""

from __future__ import annotations

import builders
import pytest
import webpages

from publisher.config.publication import Publication
from publisher.render.head import (
    DESCRIPTION_LENGTH,
    Feeds,
    Head,
    make_page,
    og_locale,
    revision_mark,
    shorten,
)

SAME = {"zh": "Tidewatch", "en": "Tidewatch"}


def title(edition: str, publication: Publication | None = None, own: str = "News") -> str:
    head = Head(kind="about", path=f"/{edition}/about/", title=own, description="")
    return make_page(webpages.views(edition, publication), head).title


def test_title_ends_with_the_publications_name() -> None:
    """In the language of the page."""
    assert title("en") == "News · Tidewatch Newsroom"


def test_stacked_edition_names_itself() -> None:
    """Its pages have the titles of its first language otherwise."""
    assert title("bilingual") == "News · 双语 · 望潮新闻室"


def test_editions_are_told_apart_where_the_name_is_the_same_in_all_languages() -> None:
    """The first edition needs no label, the others do."""
    found = builders.publication(name=SAME)

    assert [title(each, found) for each in ("zh", "en", "bilingual")] == [
        "News · Tidewatch",
        "News · English · Tidewatch",
        "News · 双语 · Tidewatch",
    ]


def test_home_says_the_name_once() -> None:
    """The title of the home page is the name alone."""
    assert title("en", own="Tidewatch Newsroom") == "Tidewatch Newsroom"


def test_marks_that_turn_the_direction_do_not_reach_a_title() -> None:
    """In a browser's tab they would turn whatever stands behind them."""
    assert title("en", own="a\u202eb") == "ab · Tidewatch Newsroom"


def test_calendar_stands_among_the_feeds_of_its_list() -> None:
    """Programs find it as they find feeds; its address is whole."""
    feeds = Feeds("/en/daily/", "Daily", ("atom",), ("zh",), calendar="/en/daily/calendar.ics")
    head = Head(kind="bulletin", path="/en/daily/", title="Daily", description="", feeds=(feeds,))

    found = make_page(webpages.views("en"), head).feeds

    assert [(each.form, each.type, each.lang) for each in found] == [
        ("atom", "application/atom+xml", "en"),
        ("calendar", "text/calendar", "en"),
        ("atom", "application/atom+xml", "zh-CN"),
    ]
    assert found[1].url == "https://news.example.com/en/daily/calendar.ics"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("short", "short"),
        ("two\n\n lines", "two lines"),
        ("汉" * 200, "汉" * (DESCRIPTION_LENGTH - 1) + "…"),
        ("word " * 50, "word " * 30 + "word…"),
    ],
)
def test_description_is_one_line_that_ends_at_a_word(text: str, expected: str) -> None:
    """Han text has no spaces to end at."""
    assert shorten(text) == expected


@pytest.mark.parametrize("text", ["汉，" * 200, "a" * 500, "some words, and more; " * 30])
def test_description_fits(text: str) -> None:
    """However it is cut."""
    assert len(shorten(text)) <= DESCRIPTION_LENGTH


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("zh-CN", "zh_CN"),
        ("en", "en_US"),
        ("zh-Hant", "zh_TW"),
        ("pt-BR", "pt_BR"),
        ("ar", "ar_EG"),
    ],
)
def test_open_graph_locale_always_has_a_territory(tag: str, expected: str) -> None:
    """The likely one where the language tag names none."""
    assert og_locale(tag) == expected


def test_a_mark_tells_one_state_of_an_issue_from_another() -> None:
    """It changes with a revision of the issue, or of an entry that it shows, and never else."""
    entry = webpages.entry()
    issue = webpages.issue(entry)
    first = revision_mark(issue, {"a": entry, "b": entry})

    assert first == revision_mark(issue, {"b": entry, "a": entry})
    assert first.startswith(f"{issue.issue.id}/1-")
    corrected = entry.model_copy(update={"revision": 2})
    others = {
        revision_mark(issue.model_copy(update={"revision": 2}), {"a": entry, "b": entry}),
        revision_mark(issue, {"a": corrected, "b": entry}),
        revision_mark(issue, {"a": entry, "b": corrected}),
        revision_mark(issue, {"a": entry}),
    }
    assert len(others | {first}) == 5
