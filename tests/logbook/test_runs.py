"""How runs of publishing went, as it is written down."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from newsroom import Newsroom, at

from publisher.errors import ContentError, OutputError, StepFailed
from publisher.fakes.drawing import FakeDrawing
from publisher.logbook.runs import LAST, publish_noted
from publisher.site.drawings import LACKING
from publisher.storage.facts import Facts
from publisher.storage.troubles import Troubles


def last(newsroom: Newsroom) -> dict[str, Any]:
    """How the last run went."""
    told = Facts(newsroom.app().post.engine).get(LAST)
    assert told is not None
    found: dict[str, Any] = json.loads(told)
    return found


def troubles(newsroom: Newsroom) -> list[str]:
    """What is wrong now."""
    return [each.key for each in Troubles(newsroom.app().post.engine).all()]


def test_a_good_run(quick: Newsroom) -> None:
    """When it was, how long it took, and what came out."""
    quick.entry("one")
    publish_noted(quick.app(at("2026-04-26")), send=False)
    told = last(quick)
    assert told.pop("seconds") >= 0
    assert told == {
        "at": "2026-04-26T10:05:00+00:00", "ok": True, "error": "",
        "published": ["daily 2026-04-26"], "held": [], "waiting": False,
    }  # fmt: skip
    assert troubles(quick) == []


def test_a_dry_run_leaves_nothing(quick: Newsroom) -> None:
    """It was no run of publishing."""
    quick.entry("one")
    publish_noted(quick.app(at("2026-04-26")), dry_run=True)
    assert Facts(quick.app().post.engine).get(LAST) is None


def test_a_run_that_fails_is_a_trouble_until_one_goes_well(quick: Newsroom) -> None:
    """And the error goes on to whoever asked for the run."""
    quick.entry("one")
    quick.file("public", "")
    with pytest.raises(OutputError):
        publish_noted(quick.app(at("2026-04-26")), send=False)
    assert (last(quick)["ok"], "could not be written" in last(quick)["error"]) == (False, True)
    assert troubles(quick) == ["publish"]
    (quick.root / "public").unlink()
    publish_noted(quick.app(at("2026-04-26")), send=False)
    assert (last(quick)["ok"], troubles(quick)) == (True, [])


def test_a_publication_that_cannot_be_read(quick: Newsroom) -> None:
    """Nobody can be written to without its name and sender; it stands in the troubles."""
    quick.app().post.engine.dispose()
    quick.file("content/publication.yaml", "name: [")
    with pytest.raises(ContentError):
        publish_noted(quick.app(at("2026-04-26")), send=False)
    quick.publication()
    [trouble] = Troubles(quick.app().post.engine).all()
    assert trouble.key == "publish"
    assert any("content/publication.yaml:" in line for line in trouble.lines)


def test_a_database_that_is_broken_is_told_once(
    quick: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """By whoever ends with it: that nothing can be written down follows from it."""
    quick.file("var/publisher.sqlite", "no database " * 100)
    with pytest.raises(StepFailed, match="not a database"):
        publish_noted(quick.app(at("2026-04-26")), send=False)
    assert caplog.messages == []


def test_an_approval_that_is_missing_is_told_once(quick: Newsroom) -> None:
    """That the issue is held for it follows."""
    quick.bulletin("daily", approval=True)
    quick.entry("one")
    assert publish_noted(quick.app(at("2026-04-26")), send=False).held
    assert troubles(quick) == ["approval:daily/2026-04-26"]


def test_a_mistake_of_ours_is_told_by_its_kind(quick: Newsroom) -> None:
    """What nobody has foreseen is a trouble as well."""
    with pytest.raises(TypeError):
        publish_noted(quick.app(at("2026-04-26")), nonsense=True)
    assert last(quick)["error"].startswith("TypeError: ")


def test_a_held_issue_is_a_trouble_until_it_moves_on(quick: Newsroom) -> None:
    """Each by its own name."""
    quick.bulletin("daily", strict=True)
    quick.entry("one")
    broken = quick.file("content/entries/2026/04/26/two.yaml", "kind: event\n")
    assert publish_noted(quick.app(at("2026-04-26")), send=False).held
    assert troubles(quick) == ["held:daily/2026-04-26"]
    broken.unlink()
    publish_noted(quick.app(at("2026-04-26")), send=False)
    assert troubles(quick) == []


def test_a_slot_that_is_still_to_come_makes_the_clock_suspect(
    quick: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """It was published by a clock that was an hour ahead; now nothing is due, nor doubled."""
    quick.entry("one")
    quick.publish(time="18:05")
    mails = quick.mails()
    report = publish_noted(quick.app(at("2026-04-26", "17:05")))
    assert (report.published, quick.mails()) == ((), mails)
    assert troubles(quick) == ["clock"]
    assert "the clock of this machine may be wrong" in caplog.text


def test_the_clock_is_not_suspect_any_more_when_the_slot_has_come(quick: Newsroom) -> None:
    """It settles by itself."""
    quick.entry("one")
    quick.publish(time="18:05")
    app = quick.app(at("2026-04-26", "17:05"))
    publish_noted(app)
    publish_noted(quick.app(at("2026-04-26", "18:00") - dt.timedelta(minutes=4)))
    assert troubles(quick) == []


def test_a_page_that_was_not_seen_is_one_trouble(quick: Newsroom) -> None:
    """With words of its own; that a page is waited for is written down."""
    quick.entry("one")
    settings = {"PUBLISHER_LIVE_CHECK": "on", "PUBLISHER_LIVE_TIMEOUT": "10m"}
    quick.publication(base_url="http://127.0.0.1:9")  # nobody listens there (RFC 863)

    publish_noted(quick.app(at("2026-04-26"), **settings), send=False)
    assert last(quick)["waiting"] is True
    publish_noted(quick.app(at("2026-04-26", "18:15"), **settings), send=False)
    assert last(quick)["waiting"] is False
    assert troubles(quick) == ["live:daily/2026-04-26"]


def test_figures_that_are_not_drawn_are_a_trouble_until_they_are(quick: Newsroom) -> None:
    """A run that draws nothing changes nothing about it."""
    quick.entry("one")
    quick.drawings.troubles = (str(LACKING),)
    report = publish_noted(quick.app(at("2026-04-26")), send=False)
    assert report.remarks == (str(LACKING),)
    assert troubles(quick) == ["drawing"]
    quick.drawings = FakeDrawing()
    quick.drawings.svg("{}")
    publish_noted(quick.app(at("2026-04-26", "18:10")), send=False)
    assert troubles(quick) == []


def test_figures_that_nobody_wants_are_no_trouble(quick: Newsroom) -> None:
    """Where the last bulletin with figures has gone without them."""
    quick.entry("one")
    quick.drawings.troubles = (str(LACKING),)
    publish_noted(quick.app(at("2026-04-26")), send=False)
    quick.drawings = FakeDrawing()
    publish_noted(quick.app(at("2026-04-26", "18:10")), send=False)
    assert troubles(quick) == []
