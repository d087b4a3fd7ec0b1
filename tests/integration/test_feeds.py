"""The feeds and calendars of the sample, as other programs read them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import icalendar
import pytest

SCHEMA = Path(__file__).parents[1] / "render/feeds/atom.rnc"
LISTS = [
    f"{edition}/{name}"
    for edition in ("zh", "en", "bilingual")
    for name in ("curious-spark", "ai-frontier-daily", "ai-weekly", "ai-monthly", "entries")
]


@pytest.mark.skipif(shutil.which("jing") is None, reason="jing is not installed")
def test_every_atom_feed_is_valid(sample: Path) -> None:
    """All of them by the schema of RFC 4287, those of tags and the archives as well."""
    public = sample / "public"
    feeds = sorted(map(str, public.rglob("atom.xml")))
    assert len(feeds) > 100
    assert any("/archive/" in each for each in feeds)
    done = subprocess.run(
        ["jing", "-c", str(SCHEMA), *feeds], capture_output=True, text=True, check=False
    )
    assert done.stdout == ""


@pytest.mark.parametrize("place", LISTS)
def test_a_list_has_the_same_items_in_every_form(sample: Path, place: str) -> None:
    """RSS, Atom and JSON name the same ids, and nothing in them is out of order."""
    folder = sample / "public" / place
    rss, atom = (
        feedparser.parse((folder / f"{form}.xml").read_bytes()) for form in ("rss", "atom")
    )
    feed = json.loads((folder / "feed.json").read_bytes())

    assert not rss.bozo
    assert not atom.bozo
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    ids = [each["id"] for each in feed["items"]]
    assert ids == [each.id for each in rss.entries] == [each.id for each in atom.entries]
    assert all(each.startswith("tag:news.example.com,2026:") for each in ids)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("place", LISTS)
def test_a_feed_is_read_back_to_its_beginning(sample: Path, place: str) -> None:
    """RFC 5005 §4: each archive names the one before it, the first one none, and all are met."""
    folder = sample / "public" / place
    left = {each.parent.name for each in folder.glob("archive/*/atom.xml")}
    document = feedparser.parse((folder / "atom.xml").read_bytes())
    while previous := _links(document).get("prev-archive"):
        own = urlsplit(previous).path
        assert own.startswith(f"/{place}/archive/")
        file = sample / "public" / own.removeprefix("/")
        left.remove(file.parent.name)
        document = feedparser.parse(file.read_bytes())
        assert not document.bozo
        assert "fh_archive" in document.feed
        assert _links(document)["self"] == previous
        assert _links(document)["current"] == f"https://news.example.com/{place}/atom.xml"
    assert left == set()


def _links(document: feedparser.FeedParserDict) -> dict[str, str]:
    return {each.rel: each.href for each in document.feed.links}


@pytest.mark.parametrize("form", ["atom.xml", "rss.xml", "feed.json"])
def test_no_feed_is_larger_than_aggregators_take(sample: Path, form: str) -> None:
    """250 kB, in every edition and form."""
    sizes = {path: path.stat().st_size for path in (sample / "public").rglob(form)}
    assert sizes
    assert {path: size for path, size in sizes.items() if size >= 250_000} == {}


@pytest.mark.parametrize("edition", ["zh", "en", "bilingual"])
def test_an_issue_holds_its_tables_in_the_feed(sample: Path, edition: str) -> None:
    """The weekly's item has the whole table, and the address of its file."""
    feed = json.loads((sample / f"public/{edition}/ai-weekly/feed.json").read_bytes())
    content = feed["items"][0]["content_html"]

    assert content.count("<tr>") > 49
    assert f"https://news.example.com/{edition}/ai-weekly/2026-W17/traffic.csv" in content


@pytest.mark.parametrize("edition", ["zh", "en", "bilingual"])
def test_a_calendar_is_one_that_programs_take(sample: Path, edition: str) -> None:
    """RFC 5545: CRLF, lines of 75 octets, what every event must have; all six dates are there."""
    raw = (sample / f"public/{edition}/ai-weekly/calendar.ics").read_bytes()
    lines = raw.split(b"\r\n")
    found = icalendar.Calendar.from_ical(raw)

    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert found["VERSION"] == "2.0"
    assert found["PRODID"]
    events = found.walk("VEVENT")
    assert len(events) == 6
    assert len({str(each["UID"]) for each in events}) == 6
    for each in events:
        assert each["DTSTAMP"].dt.tzinfo is not None
        assert each["DTEND"].dt > each["DTSTART"].dt
        assert each["SUMMARY"]
