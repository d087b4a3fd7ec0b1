"""The service of a publication, and when something comes due in it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from clones import Clones
from newsroom import Newsroom, at

from publisher.checkout import Checkout
from publisher.content.clone import PullFailed
from publisher.fakes.processes import FakeClock
from publisher.schedule.branch import Moved
from publisher.schedule.making import make_service, slots
from publisher.schedule.signs import Edited

DAY = dt.timedelta(days=1)


@pytest.fixture
def clones(swift: Path) -> Iterator[Clones]:
    """A publication that is edited here and published there."""
    found = Clones(swift)
    yield found
    found.close()


def test_the_slots_of_all_bulletins(newsroom: Newsroom) -> None:
    """And of issues that come out but once."""
    newsroom.bulletin("weekly", cadence="weekly", schedule={"on": "mon", "at": "09:00"})
    window = {"from": "2026-04-27", "to": "2026-04-27"}
    newsroom.issue("2026-04-27-launch", publish_at="2026-04-27T12:00+08:00", window=window)
    now = at("2026-04-26", "18:00")
    found = slots(lambda: newsroom.app(now), now, now + DAY)
    assert sorted(found) == [
        at("2026-04-27", "09:00"), at("2026-04-27", "12:00"), at("2026-04-27", "18:00"),
    ]  # fmt: skip


def test_the_deadline_of_an_approval_wakes_the_service(newsroom: Newsroom) -> None:
    """Though its slot lies beyond: the operator is told on time. One that is given is no news."""
    newsroom.bulletin("daily", approval={"by": "3h"})
    newsroom.issue("2026-04-28", approved=True)
    now = at("2026-04-26", "18:00")
    found = slots(lambda: newsroom.app(now), now, now + 3 * DAY - dt.timedelta(hours=2))
    assert sorted(found) == [
        at("2026-04-27", "15:00"), at("2026-04-27", "18:00"), at("2026-04-28", "18:00"),
        at("2026-04-29", "15:00"),
    ]  # fmt: skip


def test_a_deadline_is_met_on_the_minute(newsroom: Newsroom) -> None:
    """A tick that it rings for finds the approval missing, and no tick is rung for twice."""
    newsroom.bulletin("daily", approval={"by": "3h"})
    deadline, moment = at("2026-04-27", "15:00"), dt.timedelta(minutes=1)
    assert slots(newsroom.app, deadline - moment, deadline) == [deadline]
    assert slots(newsroom.app, deadline, deadline + moment) == []
    for now, is_told in ((deadline - moment, False), (deadline, True)):
        app = newsroom.app(now)
        app.publish()
        told = {each.key for each in app.post.troubles.all("approval:")}
        assert ("approval:daily/2026-04-27" in told) is is_told


def test_a_publication_that_cannot_be_read_has_no_slots(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """The service stays, and says so."""
    newsroom.file("content/publication.yaml", "name: [")
    now = at("2026-04-26", "18:00")
    assert slots(lambda: newsroom.app(now), now, now + DAY) == []
    assert "content/publication.yaml:2:1" in caplog.text


def test_the_commit_at_the_remote(clones: Clones) -> None:
    """It is asked for, and nothing is fetched."""
    app = clones.app()
    checkout = Checkout(app.root, app.settings.pull, app.now)
    assert checkout.remote_head() == clones.first
    clones.editor.entry("three")
    commit = clones.push()
    assert checkout.remote_head() == commit
    assert clones.server.git("rev-parse", "HEAD") == clones.first


def test_a_remote_that_is_gone(clones: Clones) -> None:
    """In the words of a pull."""
    clones.server.git("remote", "set-url", "origin", str(clones.server.root / "nowhere"))
    app = clones.app()
    with pytest.raises(PullFailed, match="could not be fetched from origin"):
        Checkout(app.root, app.settings.pull, app.now).remote_head()


def test_the_branch_is_looked_at_in_place_of_the_files(clones: Clones) -> None:
    """Where content comes by git nobody else writes it."""
    for app, sign in ((clones.app(), Moved), (clones.server.app(), Edited)):
        service = make_service(
            app.root, lambda app=app: app, threading.Event(), FakeClock().monotonic
        )  # fmt: skip
        assert [type(each) for each in service.signs][-1] is sign
