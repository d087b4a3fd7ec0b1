"""Files that go with issues and bulletins: tables, pictures, calendars."""

from __future__ import annotations

import re

import builders
import pytest
from builders import both, section, theme
from shelf import Shelf, written

from publisher.issue.supplies import Supplies, image_of
from publisher.site.build import Builder
from publisher.site.editions import Editions
from publisher.site.targets import Target, everything

IMAGE = image_of(b"a picture", "png", 20, 20)
CODES = section(
    "codes",
    "qr-codes",
    codes=[
        {"url": "https://example.org/", "label": both("Site")},
        {"image": "account.png", "alt": both("Account")},
    ],
)
DATES = section("dates", "calendar", select={"kinds": ["event"]}, horizon=400)
NEWS = section("top", select={"kinds": ["signal"]}, optional=True)
TRAFFIC = section("traffic", "table", optional=True)
SUPPLIES = Supplies(
    tables={"traffic": builders.table()}, images={"account.png": (IMAGE, b"a picture")}
)


def built(shelf: Shelf, target: Target) -> dict[str, bytes]:
    """The files of a target."""
    site = Editions(builders.publication(), shelf.library, lambda _: theme(), "1")
    return dict(Builder(site).render(target))


def publish(shelf: Shelf, name: str, *happened: str, sections: list[object] | None = None) -> None:
    """An issue with a table, codes, and an entry for each date."""
    day = name.replace("-", "/")
    entries = [
        written(f"d{at}", day, happened=each, title=both(f"Date {each}"))
        for at, each in enumerate(happened)
    ]
    news = written("news", day, kind="signal")
    chosen = sections or [NEWS, TRAFFIC, DATES, CODES]
    shelf.publish(news, *entries, name=name, sections=chosen, supplies=SUPPLIES)


@pytest.fixture
def shelf() -> Shelf:
    """Two issues: a week before the first date, and after it."""
    found = Shelf()
    publish(found, "2026-04-26", "2026-05-01", "2026-06")
    publish(found, "2026-05-03", "2026-05-13")
    return found


def calendar(shelf: Shelf, edition: str = "en") -> list[str]:
    """What the calendar of the bulletin names."""
    data = built(shelf, Target("bulletin", ("daily",)))[f"{edition}/daily/calendar.ics"]
    return re.findall(r"Date (\d[\d-]*)", data.decode())


def test_an_issue_has_its_tables_in_each_edition(shelf: Shelf) -> None:
    """Beside its page."""
    found = built(shelf, Target("issue", ("daily", "2026-04-26")))

    tables = {path: data.split(b"\r\n")[0].decode() for path, data in found.items()
              if path.endswith(".csv")}  # fmt: skip
    assert tables == {
        "zh/daily/2026-04-26/traffic.csv": "Site（中）,Visits（中）",
        "en/daily/2026-04-26/traffic.csv": "Site (en),Visits (en)",
        "bilingual/daily/2026-04-26/traffic.csv": "Site（中）,Visits（中）",
    }


def test_an_issue_has_its_pictures_once(shelf: Shelf) -> None:
    """They are the same in all editions, and in all issues."""
    found = built(shelf, Target("issue", ("daily", "2026-04-26")))
    again = built(shelf, Target("issue", ("daily", "2026-05-03")))

    pictures = {path: data for path, data in found.items() if path.startswith("assets/")}
    assert pictures.pop(f"assets/images/{IMAGE.blob}") == b"a picture"
    ((path, data),) = pictures.items()
    assert re.fullmatch(r"assets/codes/[0-9a-f]{32}\.png", path)
    assert data.startswith(b"\x89PNG")
    assert again[path] == data


def test_a_calendar_keeps_what_was_ever_in_it(shelf: Shelf) -> None:
    """A reader's program would drop what is over, were it gone."""
    for edition in ("zh", "en", "bilingual"):
        assert calendar(shelf, edition)[:1] == ["2026-05-01"]
    assert calendar(shelf) == ["2026-05-01", "2026-05-13", "2026-06"]


def test_a_calendar_drops_what_is_long_over(shelf: Shelf) -> None:
    """A year after it, counted from the day of the newest issue."""
    publish(shelf, "2027-05-01", "2027-05-20")
    assert calendar(shelf)[0] == "2026-05-01"

    publish(shelf, "2027-05-02")
    assert calendar(shelf)[0] == "2026-05-13"


def test_a_calendar_stays_when_its_bulletin_has_none_any_more(shelf: Shelf) -> None:
    """People are subscribed to it; a bulletin that never had one has no file."""
    publish(shelf, "2026-05-04", sections=[NEWS])
    assert calendar(shelf) == ["2026-05-01", "2026-05-13", "2026-06"]

    other = Shelf()
    publish(other, "2026-05-04", sections=[NEWS])
    files = built(other, Target("bulletin", ("daily",)))
    assert [path for path in files if path.endswith(".ics")] == []


def test_bulletin_that_may_have_dates_has_a_calendar() -> None:
    """Its page links to it before there are any."""
    shelf = Shelf()
    publish(shelf, "2026-04-26")

    page = built(shelf, Target("bulletin", ("daily",)))

    assert calendar(shelf) == []
    assert '"/en/daily/calendar.ics"' in page["en/daily/index.html"].decode()


def test_pages_of_a_bulletin_name_its_calendar_to_programs(shelf: Shelf) -> None:
    """In the head, by its whole address, beside the feeds."""
    link = (
        r'<link rel="alternate" type="text/calendar"[^>]*'
        r' href="https://news.example.com/en/daily/calendar.ics">'
    )
    for target, path in (
        (Target("bulletin", ("daily",)), "en/daily/index.html"),
        (Target("issue", ("daily", "2026-04-26")), "en/daily/2026-04-26/index.html"),
    ):
        assert re.search(link, built(shelf, target)[path].decode())


def test_what_is_attached_is_the_same_each_time(shelf: Shelf) -> None:
    """Files that did not change are not written."""
    for target in everything(shelf.index):
        assert built(shelf, target) == built(shelf, target)
