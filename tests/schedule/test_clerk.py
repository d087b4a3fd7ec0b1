"""What the service hears of its processes."""

from __future__ import annotations

import json

import pytest
from newsroom import Newsroom, at

from publisher.app import App
from publisher.logbook.runs import LAST, publish_noted
from publisher.schedule.clerk import Clerk
from publisher.schedule.runs import Ended
from publisher.storage.facts import Facts


class Stage:
    """A clerk of a newsroom."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        self.clerk = Clerk(self.app)

    def app(self) -> App:
        """The publication."""
        return self.newsroom.app(at("2026-04-26"))

    def troubles(self) -> dict[str, tuple[str, ...]]:
        """What is wrong, in which words."""
        return {each.key: each.lines for each in self.app().post.troubles.all()}


@pytest.fixture
def stage(quick: Newsroom) -> Stage:
    """Nothing was ever published."""
    return Stage(quick)


@pytest.mark.parametrize(("code", "how"), [(-9, "signal 9"), (2, "exit code 2")])
def test_a_run_that_wrote_nothing_down_is_a_trouble(stage: Stage, code: int, how: str) -> None:
    """It was killed, or found nothing to begin with; the next good one settles it."""
    assert stage.clerk.ended(code) == Ended()
    assert stage.troubles()["publish"][0] == f"A run of publishing ended with {how}."
    publish_noted(stage.app(), send=False)
    assert stage.troubles() == {}


def test_a_run_that_says_what_failed_is_left_its_words(stage: Stage) -> None:
    """The trouble is there, and is not written over."""
    Facts(stage.app().post.engine).set(LAST, json.dumps({"ok": False}))
    stage.app().post.trouble("publish", "Publishing failed", ["the disk is full"])
    assert stage.clerk.ended(3) == Ended(is_failed=True)
    assert stage.troubles()["publish"] == ("the disk is full",)


def test_what_waits_is_heard_of(stage: Stage) -> None:
    """Also on another machine."""
    Facts(stage.app().post.engine).set(LAST, json.dumps({"ok": True, "waiting": True}))
    assert stage.clerk.last() == stage.clerk.ended(0) == Ended(is_waiting=True)


def test_a_fact_that_is_none_means_nothing(stage: Stage) -> None:
    """Whoever has written it."""
    Facts(stage.app().post.engine).set(LAST, "{")
    assert stage.clerk.last() == Ended()


def test_a_run_that_hangs_is_a_trouble_until_one_goes_well(stage: Stage) -> None:
    """It says for how long."""
    stage.clerk.hangs(1860)
    assert "more than 31 minutes" in stage.troubles()["publish:hung"][0]
    publish_noted(stage.app(), send=False)
    assert stage.troubles() == {}


def test_a_process_that_does_not_stay_is_a_trouble_until_it_does(stage: Stage) -> None:
    """By its name."""
    stage.clerk.unwell("serve", 2)
    assert "the last time with 2" in stage.troubles()["process:serve"][0]
    stage.clerk.well("serve")
    assert stage.troubles() == {}


def test_a_database_that_cannot_be_used_ends_nothing(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said in the log."""
    newsroom.file("var", "no folder")
    clerk = Clerk(newsroom.app)
    assert clerk.ended(-9) == Ended()
    assert "ended with signal 9" in caplog.text
    assert "it cannot be written down" in caplog.text
