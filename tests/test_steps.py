"""Publishing that stops after a step, and what is lost between two runs."""

from __future__ import annotations

import shutil

import pytest
from newsroom import Newsroom

# Lost --------------------------------------------------------------------------------------------


def test_lost_rows_mail_nothing(quick: Newsroom) -> None:
    """What is in the archive counts as not mailed, for a reason that says so."""
    quick.entry("one")
    quick.issue("2026-04-26")
    quick.publish()
    (quick.root / "var/publisher.sqlite").unlink()
    shutil.rmtree(quick.root / "var/outbox")
    for all_files in (False, True):
        assert quick.publish(all_files=all_files).mailed == 0
    row = quick.app().rows.get("daily", "2026-04-26")
    assert row is not None
    assert (row.step, row.reason.partition(":")[0]) == ("not-mailed", "unknown")


def test_a_lost_index_changes_nothing(quick: Newsroom) -> None:
    """It is made again, and the site stays as it is."""
    entry = quick.entry("one", tags=["x"], story="deal")
    quick.publish()
    quick.correct(entry)
    quick.publish("2026-04-27", "09:00")
    before = quick.files()
    for file in (quick.root / "var").glob("index.sqlite*"):
        file.unlink()
    assert quick.app().build().changed == ()
    assert quick.publish("2026-04-27", "09:05").changed == 0
    assert quick.files() == before


def test_a_lost_memory_of_the_site_changes_nothing(quick: Newsroom) -> None:
    """All of it is rendered again, and no file differs."""
    quick.entry("one")
    quick.publish()
    dates = quick.dates()
    (quick.root / "var/site.sqlite").unlink()
    report = quick.publish(time="18:10")
    assert (report.changed, report.unchanged) == (0, len(dates))
    assert quick.dates() == dates


def test_a_lost_site_is_written_again(quick: Newsroom) -> None:
    """From the archive, the same bytes."""
    quick.entry("one")
    quick.publish()
    before = quick.files()
    shutil.rmtree(quick.root / "public")
    assert quick.publish(time="18:10").changed == len(before)
    assert quick.files() == before


def test_content_is_not_needed_any_more(newsroom: Newsroom) -> None:
    """With everything but publication.yaml deleted, a build changes nothing."""
    entry = newsroom.entry("one", tags=["x"], story="deal")
    newsroom.entry("two")
    newsroom.issue("2026-04-26", references=[{"publisher": "CNBC"}])
    newsroom.publish()
    newsroom.correct(entry)
    newsroom.publish("2026-04-27", "09:00")
    before = newsroom.files()
    for name in ("bulletins", "entries", "issues"):
        shutil.rmtree(newsroom.root / "content" / name)
    written = newsroom.app().build()
    assert (written.changed, written.removed, written.unchanged) == ((), (), len(before))
    assert newsroom.files() == before


# Steps -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "site", "mail"),
    [("frozen", False, False), ("written", True, False), ("live", True, False),
     ("announced", True, False), ("mailed", True, True)],
)  # fmt: skip
def test_until_stops_after_a_step(quick: Newsroom, until: str, site: bool, mail: bool) -> None:
    """The row says how far it is, and the next run goes on from there."""
    quick.bulletin("daily", editions=["zh"])
    quick.entry("one")
    quick.publish(until=until)
    assert quick.steps() == {"daily 2026-04-26": until}
    assert (quick.root / "public").exists() is site
    assert bool(quick.mails()) is mail
    quick.publish(time="18:10")
    assert quick.steps() == {"daily 2026-04-26": "mailed"}
    assert len(quick.mails()) == 1


def test_a_dry_run_publishes_nothing(quick: Newsroom) -> None:
    """It says what would be; archive, site, mail and rows stay as they are."""
    quick.entry("one")
    report = quick.publish(dry_run=True)
    assert report.published == ("daily 2026-04-26",)
    for name in ("public", "var/archive", "var/outbox", "var/site.sqlite"):
        assert not (quick.root / name).exists()
    assert quick.steps() == {}


def test_a_dry_run_does_not_name_what_is_out(quick: Newsroom) -> None:
    """Nor an issue with nothing in it."""
    quick.entry("one")
    quick.issue("2026-04-26")
    quick.publish()
    assert quick.publish(dry_run=True, all_files=True).published == ()
    assert quick.publish("2026-04-27", dry_run=True).published == ()


def test_a_refused_message_stops_and_may_be_sent_again(quick: Newsroom) -> None:
    """The site is out, the readers wait in the ledger; nobody gets it twice."""
    quick.entry("one")
    outbox = quick.root / "var/outbox"
    outbox.parent.mkdir()
    outbox.write_text("a file where a folder must be")
    (sent,) = quick.publish().sent or ()
    assert (sent.tally.sent, sent.counts) == (0, {"deferred": 2})
    assert quick.steps() == {"daily 2026-04-26": "mailed"}
    outbox.unlink()
    assert quick.publish(time="18:10").mailed == 2
    assert quick.publish(time="18:15").mailed == 0
