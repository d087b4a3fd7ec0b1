"""What all feed formats share: bounds, clean texts, absolute addresses, honest dates."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

import pytest

from publisher.render.feeds import rss
from publisher.render.feeds.item import Feed, Item, absolute, clean, limit, prepared

MakeItem = Callable[..., Item]
MakeFeed = Callable[..., Feed]
BASE = "https://news.example.com/en/e/one/"


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 4, 1, tzinfo=dt.UTC) + dt.timedelta(days=number)


def ids(items: tuple[Item, ...]) -> list[str]:
    return [item.id for item in items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00\x08\x0b\x0c\x0e\x1fb", "ab"),
        ("tab\tline\nreturn\r", "tab\tline\nreturn\r"),
        ("a\x7f\x80\x85\x9fb", "ab"),
        ("a\ufffe\uffffb", "ab"),
        ("a\ud800\udfffb", "ab"),
        ("\u202eright to left", "\u202eright to left"),
        ("👩\u200d🚀 人工智能 𠮷", "👩\u200d🚀 人工智能 𠮷"),
    ],
)
def test_clean_removes_what_xml_forbids_and_nothing_else(text: str, expected: str) -> None:
    """XML 1.0 §2.2 decides what goes; emoji, Han and direction marks stay (F1)."""
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<a href="/x">', '<a href="https://news.example.com/x">'),
        ('<a href="x?a=1&amp;b=2">', f'<a href="{BASE}x?a=1&amp;b=2">'),
        ('<a href="#note">', f'<a href="{BASE}#note">'),
        ('<a href="../two/">', '<a href="https://news.example.com/en/e/two/">'),
        ("<a href='/x'>", '<a href="https://news.example.com/x">'),
        ("<a href=/x>", '<a href="https://news.example.com/x">'),
        ('<A HREF="/x">', '<A HREF="https://news.example.com/x">'),
        ('<a title="y"href="/x">', '<a title="y"href="https://news.example.com/x">'),
        ('<img src="a.png" alt="a > b"/>', f'<img src="{BASE}a.png" alt="a > b"/>'),
        ('<img alt="a > b" src="a.png">', f'<img alt="a > b" src="{BASE}a.png">'),
        ('<img src="//cdn.example.com/a">', '<img src="https://cdn.example.com/a">'),
        (
            '<img srcset="a.png 1x, /b.png 2x">',
            f'<img srcset="{BASE}a.png 1x, https://news.example.com/b.png 2x">',
        ),
        ('<blockquote cite="/q">', '<blockquote cite="https://news.example.com/q">'),
    ],
)
def test_relative_urls_become_absolute(content: str, expected: str) -> None:
    """Readers have no base, so no URL in content may be relative (F7)."""
    assert absolute(content, BASE) == expected


@pytest.mark.parametrize(
    "content",
    [
        '<a href="https://example.org/?a=1&amp;b=2">x</a>',
        "<a href='mailto:a@example.org'>x</a>",
        '<img src="data:image/png;base64,AA==">',
        '<p title="see href=/x">no link</p>',
        "text with href=/x and a < b",
        "&lt;a href=&quot;/x&quot;&gt;",
        '<a href="http://[">x</a>',
        '<a data-href="/x">x</a>',
        "<a href",
    ],
)
def test_everything_else_keeps_its_bytes(content: str) -> None:
    """Only relative URLs in attributes of tags are rewritten."""
    assert absolute(content, BASE) == content


@pytest.mark.parametrize("part", ["<a ", '<a "', "<a<", "<a href=", "<a href='"])
def test_hostile_html_costs_little_time(part: str) -> None:
    """Broken tags by the ten thousand do not make the rewriting explode."""
    start = time.process_time()
    absolute(part * 30_000, BASE)
    assert time.process_time() - start < 2


def test_limit_puts_the_newest_first(make_item: MakeItem) -> None:
    """A feed is sorted by publication, newest first (H11)."""
    items = [make_item(id=str(number), published=day(number)) for number in (2, 3, 1)]
    assert ids(limit(items)) == ["3", "2", "1"]


def test_limit_orders_ties_by_id(make_item: MakeItem) -> None:
    """Items of one instant keep one order, whatever the order they came in (H11)."""
    items = [make_item(id=name, published=day(1)) for name in "bca"]
    assert ids(limit(items)) == ids(limit(items[::-1])) == ["a", "b", "c"]


def test_limit_bounds_the_number(make_item: MakeItem) -> None:
    """Thirty items at most, and those the newest (H11)."""
    items = [make_item(id=str(number), published=day(number)) for number in range(40)]
    assert ids(limit(items)) == [str(number) for number in range(39, 9, -1)]


def test_limit_bounds_the_bytes_of_the_rendered_feed(
    make_item: MakeItem, make_feed: MakeFeed
) -> None:
    """The estimate holds for the real thing: under 250 kB (H11, J4)."""
    content = "<p>" + "多&amp;" * 4_000 + "</p>"
    items = [make_item(id=str(n), published=day(n), content_html=content) for n in range(30)]
    chosen = limit(items)
    assert 1 < len(chosen) < 30
    assert len(rss.render(make_feed(items=chosen))) < 250_000


def test_limit_leaves_no_hole(make_item: MakeItem) -> None:
    """Nothing older is taken once an item did not fit, however small it is."""
    sizes = (100, 300_000, 100)
    items = [
        make_item(id=f"{n}", published=day(-n), content_html="x" * s) for n, s in enumerate(sizes)
    ]
    assert ids(limit(items)) == ["0"]


def test_limit_keeps_the_newest_however_large(make_item: MakeItem) -> None:
    """A feed is not empty because its newest item is large."""
    assert len(limit([make_item(content_html="x" * 300_000)])) == 1


def test_a_feed_is_as_old_as_its_last_change(make_feed: MakeFeed) -> None:
    """`updated` is that of the item changed last, not the time of the build (A4)."""
    assert make_feed().updated == dt.datetime(2026, 4, 27, 1, 30, tzinfo=dt.UTC)


def test_an_empty_feed_is_as_old_as_itself(make_feed: MakeFeed) -> None:
    """Without items a feed was last changed when it was made."""
    assert make_feed(items=()).updated == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def test_an_id_occurs_once_in_a_feed(make_feed: MakeFeed, make_item: MakeItem) -> None:
    """Two items with one id are a mistake of the caller (F4, A5)."""
    with pytest.raises(ValueError, match="same id"):
        make_feed(items=(make_item(), make_item()))


@pytest.mark.parametrize("field", ["published", "updated"])
def test_item_dates_have_a_zone(make_item: MakeItem, field: str) -> None:
    """A date without a zone names no instant."""
    with pytest.raises(ValueError, match="time zone"):
        make_item(**{field: day(0).replace(tzinfo=None)})


def test_feed_dates_have_a_zone(make_feed: MakeFeed) -> None:
    """The date of a feed names an instant too."""
    with pytest.raises(ValueError, match="time zone"):
        make_feed(created=day(0).replace(tzinfo=None))


def test_a_blank_title_gives_way_to_the_address(make_feed: MakeFeed, make_item: MakeItem) -> None:
    """No format does without a title: the address stands in for it (F2, A2)."""
    feed = prepared(make_feed(title=" ", description="", items=(make_item(title="\x08"),)))
    assert (feed.title, feed.description, feed.items[0].title) == (
        feed.page_url,
        feed.page_url,
        feed.items[0].url,
    )


def test_every_text_of_a_feed_is_cleaned(make_feed: MakeFeed, make_item: MakeItem) -> None:
    """A control character in any field, however deep, does not reach the writer (F1)."""
    item = make_item(tags=(("a\x08", "b\x08"),), authors=("c\x08",), external_url="d\x08")
    assert "\\x08" not in repr(prepared(make_feed(rights="e\x08", items=(item,))))


def test_dates_are_written_in_utc(make_feed: MakeFeed) -> None:
    """The zone in which an instant was noted does not change a byte."""
    assert prepared(make_feed()).items[0].published.isoformat() == "2026-04-26T00:00:00+00:00"
