"""The picture of an issue as a file beside its page, and where pages and feeds name it."""

from __future__ import annotations

import dataclasses
import json
from functools import partial
from pathlib import Path

import pytest
from builders import both, theme_files
from newsroom import Newsroom, at

from publisher.render.theme import Theme, make_theme
from publisher.site.covers import Cover
from publisher.site.drawable import Hindered, LacksFont, Refused

PICTURE = "en/daily/2026-04-26/cover.png"
PAGE = "en/daily/2026-04-26/index.html"
ADDRESS = f"https://news.example.com/{PICTURE}"


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    """A daily that has pictures, and an entry for it."""
    newsroom.bulletin("daily", share_picture=True)
    newsroom.entry("one")
    return newsroom


def pictures(room: Newsroom) -> dict[str, bytes]:
    return {path: data for path, data in room.files().items() if path.endswith("cover.png")}


# Where all is well -------------------------------------------------------------------------------


def test_each_edition_has_its_own(room: Newsroom) -> None:
    """Made of what the issue says in it."""
    assert room.publish().remarks == ()

    found = pictures(room)
    assert list(found) == [PICTURE, PICTURE.replace("en", "zh")]
    assert b"Title one (en)" in found[PICTURE]
    assert "Title one（中）".encode() in found[PICTURE.replace("en", "zh")]


def test_the_page_names_it(room: Newsroom) -> None:
    """For those who share its address, and for machines."""
    room.publish()

    page = room.page(PAGE)
    assert f'<meta property="og:image" content="{ADDRESS}">' in page
    assert '<meta property="og:image:width" content="1200">' in page
    assert '<meta property="og:image:height" content="630">' in page
    assert '<meta property="og:image:type" content="image/png">' in page
    assert '<meta property="og:image:alt" content="' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
    (script,) = page.split('<script type="application/ld+json">')[1:]
    graph = json.loads(script.split("</script>")[0])["@graph"]
    (image,) = (each["image"] for each in graph if "image" in each)
    assert (image["url"], image["width"], image["height"]) == (ADDRESS, 1200, 630)
    assert "Title one (en)" in image["caption"]


def test_the_json_feed_names_it(room: Newsroom) -> None:
    """As the item's image (JSON Feed 1.1)."""
    room.publish()

    feed = json.loads(room.files()["en/daily/feed.json"])
    assert [each["image"] for each in feed["items"]] == [ADDRESS]


def test_a_bulletin_that_asks_for_none_has_none(newsroom: Newsroom) -> None:
    """Nor does any page of its name one."""
    newsroom.entry("one")
    newsroom.publish()

    assert pictures(newsroom) == {}
    assert newsroom.painter.drawn == []
    page = newsroom.page(PAGE)
    assert "og:image" not in page
    assert '<meta name="twitter:card" content="summary">' in page
    assert "image" not in json.loads(newsroom.files()["en/daily/feed.json"])["items"][0]


def test_other_pages_name_no_picture(room: Newsroom) -> None:
    """Entries and lists have none of their own."""
    room.publish()

    named = [path for path, data in room.files().items() if b"og:image" in data]
    assert named == [PAGE, PAGE.replace("en", "zh")]


# When it is made anew -----------------------------------------------------------------------------


def test_it_is_drawn_once(room: Newsroom) -> None:
    """A full build takes what is kept."""
    room.publish()
    drawn = len(room.painter.drawn)
    before = pictures(room)
    room.app().build()

    assert (len(room.painter.drawn), pictures(room)) == (drawn, before)


def test_a_correction_shows_in_it(newsroom: Newsroom) -> None:
    """The next run that publishes draws it again."""
    newsroom.bulletin("daily", share_picture=True)
    one = newsroom.entry("one")
    newsroom.publish()
    newsroom.correct(one, title=both("Right"))
    newsroom.app(at("2026-04-27", "09:00")).publish()

    assert b"Right (en)" in pictures(newsroom)[PICTURE]
    assert b"Title one" not in pictures(newsroom)[PICTURE]


def test_a_correction_that_it_does_not_show_leaves_it(newsroom: Newsroom) -> None:
    """It is there after the correction of a text as it was before."""
    newsroom.bulletin("daily", share_picture=True)
    one = newsroom.entry("one")
    newsroom.publish()
    before = pictures(newsroom)
    newsroom.correct(one, summary=both("Right"))
    newsroom.app(at("2026-04-27", "09:00")).publish()

    assert pictures(newsroom) == before


def test_a_headline_that_is_taken_down_leaves_it(newsroom: Newsroom) -> None:
    """And is in nothing that is kept."""
    newsroom.bulletin("daily", share_picture=True)
    newsroom.entry("one")
    newsroom.entry("two")
    newsroom.publish()
    app = newsroom.app(at("2026-04-27", "09:00"))
    app.takedown("2026/04/26/one", "a court order")

    assert b"Title one" not in pictures(newsroom)[PICTURE]
    assert b"Title two" in pictures(newsroom)[PICTURE]
    kept = [each for each in (app.settings.state / "beside").rglob("*") if each.is_file()]
    assert kept
    assert not any(b"Title one" in each.read_bytes() for each in kept)


def test_another_template_or_another_program_draws_it_anew(room: Newsroom) -> None:
    """With the next build."""
    room.publish()
    before = pictures(room)[PICTURE]
    room.theme_of = partial(_theme, "<circle r='9'/>")
    room.app().build()
    assert b"<circle" in pictures(room)[PICTURE] != before

    room.painter.release = "2"
    room.app().build()
    assert b"by 2" in pictures(room)[PICTURE]


def _theme(ground: str, name: str) -> Theme:
    """A theme whose default has more on the ground of the picture."""
    files, path, block = theme_files(), "share/cover.svg", "{% block ground %}"
    changed = files["default"][path].replace(block, block + ground)
    return make_theme(name, files | {"default": files["default"] | {path: changed}})


# Where it cannot be made --------------------------------------------------------------------------


def test_without_the_extra_all_the_rest_is_published(room: Newsroom) -> None:
    """One line says what to install; the page is the same as where there is a picture."""
    room.painter.release = ""
    report = room.publish()

    assert pictures(room) == {}
    (remark,) = report.remarks
    assert "pip install 'publisher[charts]'" in remark
    assert list(_troubles(room)) == ["beside:cover"]
    without = room.page(PAGE)
    room.painter.release = "1"
    room.app().build()
    assert list(pictures(room)) == [PICTURE, PICTURE.replace("en", "zh")]
    assert room.page(PAGE) == without


@pytest.mark.parametrize(
    ("error", "key", "words"),
    [
        (LacksFont("no font here", "install one"), "beside:cover", "install one"),
        (Hindered("it has ended", "see to memory"), "beside:cover:daily/2026-04-26", "memory"),
        (Refused("it names an address"), "beside:cover:daily/2026-04-26", "share/cover.svg"),
    ],
)
def test_what_fails_is_told_and_keeps_no_issue_from_readers(
    room: Newsroom, error: Refused, key: str, words: str
) -> None:
    """As a trouble, with what helps."""
    room.painter.errors["Title one"] = error
    report = room.publish()

    assert pictures(room) == {}
    assert "Title one (en)" in room.page(PAGE)
    assert any(words in each for each in report.remarks)
    assert list(_troubles(room)) == [key]

    room.painter.errors.clear()
    room.app().build()
    assert PICTURE in pictures(room)


def test_a_script_without_a_font_stops_no_other_picture(room: Newsroom) -> None:
    """English ones are made; one trouble says of which editions some are not, and what helps."""
    room.painter.errors["（中）"] = LacksFont("no font here has Chinese letters", "install one")
    room.entry("two", day="2026-04-27")
    for day in ("2026-04-26", "2026-04-27"):
        (remark,) = room.publish(day).remarks
        assert remark.startswith("share pictures (zh) were left out: share pictures cannot be")

    assert [each.partition("/")[0] for each in pictures(room)] == ["en", "en"]
    assert _troubles(room) == {"beside:cover": "Some share pictures cannot be made here"}
    room.painter.errors.clear()
    room.publish("2026-04-28")
    room.app().build()
    assert [each.partition("/")[0] for each in pictures(room)] == ["en", "en", "zh", "zh"]


def _troubles(room: Newsroom) -> dict[str, str]:
    return {each.key: each.subject for each in room.app().post.troubles.all("beside:")}


def test_another_font_draws_all_anew(tmp_path: Path) -> None:
    """What is there to draw with is part of what a picture is made of."""
    one = dataclasses.replace(Cover(), fonts=(str(tmp_path),), release=lambda: "1")
    before = one.tools()
    (tmp_path / "new.otf").write_bytes(b"font")

    assert dataclasses.replace(one).tools() != before
