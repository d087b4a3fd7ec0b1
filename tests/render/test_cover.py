"""The picture that stands for an issue where its address is shared: its SVG, and what it says."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import builders
import pytest
import webpages
from builders import both, section

from publisher.errors import ThemeError
from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.render.context_cover import CoverView
from publisher.render.cover import cover, cover_view, picture
from publisher.render.theme import Theme

EDITIONS = ("zh", "en", "bilingual")
ENTRIES = tuple(builders.entry(name) for name in ("one", "two", "three", "four"))
SVG = "{http://www.w3.org/2000/svg}"


def revision(*entries: EntryRevision, settings: Any = None, **changes: Any) -> IssueRevision:
    """An issue whose title says no more than its bulletin and its day."""
    title = {"zh": "每日十条 2026-04-26", "en": "Daily Ten, April 26, 2026"}
    return builders.issue(entries, settings, **{"title": title} | changes)


def drawn(
    found: IssueRevision, edition: str = "en", theme: Theme | None = None
) -> list[ElementTree.Element]:
    """The texts of a picture."""
    views = builders.views(edition)
    view = views.issue(found, {each.entry.id: each for each in ENTRIES})
    root = ElementTree.fromstring(cover(theme or builders.theme(), views, view))
    return list(root.iter(f"{SVG}text"))


def said(found: IssueRevision, edition: str = "en") -> CoverView:
    """What a picture says."""
    views = builders.views(edition)
    return cover_view(views, views.issue(found, {each.entry.id: each for each in ENTRIES}))


def words(found: list[ElementTree.Element]) -> list[str]:
    return ["".join(each.itertext()) for each in found]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("theme", sorted(webpages.THEMES))
def test_every_theme_draws_every_edition(theme: str, edition: str) -> None:
    """Bulletin, day, three headlines in order, where it comes from; all within its edges."""
    texts = drawn(revision(*ENTRIES), edition, webpages.THEMES[theme])

    found, language = words(texts), "en" if edition == "en" else "zh"
    places = [found.index(both(f"Title {name}")[language]) for name in ("one", "two", "three")]
    assert places == sorted(places)
    assert both("Title four")[language] not in found
    assert {"每日十条", "Daily Ten"} & set(found)
    assert "news.example.com" in found
    assert all(80 <= int(each.get("x", "")) <= 1120 for each in texts)
    assert all(40 <= int(each.get("y", "")) <= 600 for each in texts)


def test_a_stacked_edition_says_all_in_both_languages() -> None:
    """Each line in the fonts of its own."""
    texts = drawn(revision(*ENTRIES), "bilingual")

    found = dict(zip(words(texts), texts, strict=True))
    zh, en = (found[both("Title one")[key]] for key in ("zh", "en"))
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert (zh.get(lang), en.get(lang)) == ("zh-CN", "en")
    assert "CJK SC" in zh.get("font-family", "")
    assert int(zh.get("font-size", "")) > int(en.get("font-size", ""))
    assert "2026年4月26日 · April 26, 2026" in found
    assert "望潮新闻室 · Tidewatch Newsroom" in found


@pytest.mark.parametrize(
    ("title", "heading", "above"),
    [
        ("Daily Ten, April 26, 2026", "Daily Ten", ""),
        ("Daily Ten | 2026.04.26", "Daily Ten", ""),
        ("Title one (en) | Daily news", "Daily Ten", ""),
        ("Daily Ten, week 17", "Daily Ten, week 17", ""),
        ("A special issue", "A special issue", "Daily Ten"),
    ],
)
def test_nothing_is_said_twice(title: str, heading: str, above: str) -> None:
    """The title is the heading where it says more than bulletin, day and headlines."""
    found = said(revision(*ENTRIES, title={"zh": title, "en": title}, lead=ENTRIES[0].entry.id))

    assert (found.heading.line, found.above.line) == (heading, above)


def test_headlines_are_short_titles() -> None:
    """A picture is seen at a third of its size."""
    one = builders.entry("one", short_title=both("Short"))
    views = builders.views("en")
    view = views.issue(revision(one), {one.entry.id: one})

    assert [each.line for each in cover_view(views, view).headlines] == ["Short (en)"]


def test_numbered_headlines_are_the_first_ones() -> None:
    """With their numbers, in the theme's accent."""
    found = revision(*ENTRIES, lead=ENTRIES[3].entry.id)

    assert said(found).numbers == (1, 2, 3)
    accent = [each for each in drawn(found) if each.get("fill") == "#0b57d0"]
    assert words(accent) == ["1", "2", "3"]


def test_without_numbers_the_lead_comes_first() -> None:
    """Then the others in reading order, none twice."""
    settings = builders.bulletin(section(numbered=False))
    found = said(revision(*ENTRIES, settings=settings, lead=ENTRIES[2].entry.id))

    assert [each.line.split()[1] for each in found.headlines] == ["three", "one", "two"]
    assert found.numbers == ()


def test_the_number_stands_where_the_masthead_has_it() -> None:
    """Beside the day, as each language says it."""
    settings = builders.bulletin(masthead=["date", "number"])
    numbered = revision(*ENTRIES, settings=settings)

    assert said(numbered, "zh").facts.line == "2026年4月26日·第7期"
    assert said(numbered, "en").facts.line == "April 26, 2026 · Issue 7"
    assert said(revision(*ENTRIES)).facts.line == "April 26, 2026"


@pytest.mark.parametrize("edition", EDITIONS)
def test_without_entries_the_picture_says_what_the_bulletin_is(edition: str) -> None:
    """Or the subtitle of the issue, if there is one."""
    prose = section("overview", "prose")
    settings = builders.bulletin(prose, description=both("What it is"))
    written = {"overview": {"text": both("A text")}}
    found = revision(settings=settings, written=written)

    key = "en" if edition == "en" else "zh"
    assert both("What it is")[key] in words(drawn(found, edition))
    subtitled = revision(settings=settings, written=written, subtitle=both("Subtitle"))
    assert both("Subtitle")[key] in words(drawn(subtitled, edition))


@pytest.mark.parametrize("edition", EDITIONS)
def test_long_texts_stay_within_the_picture(edition: str) -> None:
    """Two lines of smaller type, and at last an ellipsis."""
    long = {"zh": "关于加快推进人工智能产业高质量发展的若干措施，" * 6, "en": "Long words " * 30}
    many = tuple(builders.entry(each.entry.id[11:], title=long) for each in ENTRIES)
    views = builders.views(edition)
    settings = builders.bulletin(name=long)
    view = views.issue(revision(*many, settings=settings, title={"zh": "特" * 90, "en": "S " * 90}),
                       {each.entry.id: each for each in many})  # fmt: skip
    root = ElementTree.fromstring(cover(builders.theme(), views, view))

    places = [int(each.get("y", "")) for each in root.iter(f"{SVG}text")]
    assert max(places) <= 600
    assert any("…" in each for each in words(list(root.iter(f"{SVG}text"))))


def test_emoji_are_left_out() -> None:
    """No font for text has them, and readers would see boxes."""
    one = builders.entry("one", title=both("🏆 A prize 1️⃣ for 👩‍🔬 → them ▲"))
    views = builders.views("en")
    view = views.issue(revision(one, title=both("🤖 Robots")), {one.entry.id: one})
    svg = cover(builders.theme(), views, view)

    assert ">A prize 1 for → them ▲ (en)<" in svg
    assert not {"🏆", "🤖", "\ufe0f", "\u200d", "\u20e3"} & set(svg)
    assert picture(views, view).alt == (
        "Daily Ten · Robots (en) · April 26, 2026 · A prize 1 for → them ▲ (en)"
    )


def test_what_an_editor_writes_is_text() -> None:
    """Neither markup nor control characters get into the picture."""
    one = builders.entry("one", title=both('</text><image href="file:///etc/passwd"/>\u202e&'))
    views = builders.views("en")
    view = views.issue(revision(one), {one.entry.id: one})
    svg = cover(builders.theme(), views, view)

    assert "<image" not in svg
    assert "\u202e" not in svg
    ElementTree.fromstring(svg)


def test_it_is_twice_as_large_as_it_says() -> None:
    """What draws makes two px of each."""
    views = builders.views("en")
    view = views.issue(revision(*ENTRIES), {each.entry.id: each for each in ENTRIES})
    root = ElementTree.fromstring(cover(builders.theme(), views, view))
    found = picture(views, view)

    assert (root.get("width"), root.get("height")) == ("600", "315")
    assert root.get("viewBox") == "0 0 1200 630"
    assert (found.width, found.height) == (1200, 630)
    assert found.url == "https://news.example.com/en/daily-ten/2026-04-26/cover.png"


def test_a_child_theme_changes_blocks() -> None:
    """It extends the default's file, and uses its macros and places."""
    own = (
        '{% extends "!default/share/cover.svg" %}'
        "{% block ground %}<circle r='{{ left }}'/>{% endblock %}"
        "{% block foot %}{{ row(box(publication.name, (400, 80), (26,)).lines, 90, 'red') }}"
        "{% endblock %}"
    )
    texts = words(
        drawn(revision(*ENTRIES), theme=builders.theme("spark", **{"share/cover.svg": own}))
    )

    assert "Tidewatch Newsroom" in texts
    assert "news.example.com" not in texts


def test_a_broken_template_is_named_with_its_line() -> None:
    """As with every other template."""
    with pytest.raises(ThemeError, match=r"themes/spark/share/cover.svg:2"):
        builders.theme("spark", **{"share/cover.svg": "<svg>\n{% if %}"})
    theme = builders.theme("spark", **{"share/cover.svg": "<svg>\n\n{{ cover.nothing }}"})
    with pytest.raises(ThemeError, match=r"themes/spark/share/cover.svg:3"):
        drawn(revision(*ENTRIES), theme=theme)
