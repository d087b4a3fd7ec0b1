"""Explaining, rendering, building and checking a publication."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import threading
from email import message_from_bytes, policy

import pytest
from newsroom import Newsroom, at

from publisher.deliver.compiled import SLOT
from publisher.errors import ContentError, NothingToPublish, UsageError

# Explain, due, render ----------------------------------------------------------------------------


def test_explain_is_the_frozen_record(quick: Newsroom) -> None:
    """What is printed after publication is what was decided then, whatever changed since."""
    one = quick.entry("one")
    quick.entry("draft", draft=True)
    foreseen, was_frozen = quick.app().explain("daily", "2026-04-26")
    quick.publish()
    quick.edit(one, draft=True)
    told, is_frozen = quick.app().explain("daily", "2026-04-26")
    assert (was_frozen, is_frozen) == (False, True)
    assert told.candidates == foreseen.candidates == quick.issue_of().issue.candidates
    assert {each.entry[11:]: each.reason.value for each in told.candidates} == {
        "draft": "draft",
        "one": "selected",
    }


def test_explain_needs_no_content_of_a_published_issue(quick: Newsroom) -> None:
    """The record is in the archive."""
    quick.entry("one")
    quick.publish()
    shutil.rmtree(quick.root / "content/bulletins")
    assert quick.app().explain("daily", "2026-04-26")[1]


@pytest.mark.parametrize(
    ("bulletin", "name", "told"),
    [
        ("weakly", "2026-04-26", "there is no bulletin “weakly”; bulletins: daily"),
        ("daily", "2026-W17", "daily: '2026-W17' is not the name of a daily issue"),
        ("daily", "2026-02-30", "there is no day 2026-02-30 in the calendar"),
        ("daily", "../../x", "is not the name of a daily issue"),
    ],
)
def test_what_cannot_be_explained(quick: Newsroom, bulletin: str, name: str, told: str) -> None:
    """An unknown bulletin, or no name of an issue."""
    with pytest.raises(UsageError) as caught:
        quick.app().explain(bulletin, name)
    assert told in str(caught.value)


def test_an_issue_that_would_be_empty_cannot_be_explained(quick: Newsroom) -> None:
    """There is nothing to say."""
    with pytest.raises(NothingToPublish):
        quick.app().explain("daily", "2026-04-26")


def test_due_and_coming(quick: Newsroom) -> None:
    """What is due now, and what comes within some days."""
    quick.bulletin("weekly", cadence="weekly", schedule={"at": "08:00", "on": "mon"})
    found = quick.app(at("2026-04-26")).due(2)
    assert [(str(each), is_due) for each, is_due in found] == [
        ("weekly 2026-W17", True), ("daily 2026-04-26", True), ("weekly 2026-W18", False),
        ("daily 2026-04-27", False), ("daily 2026-04-28", False),
    ]  # fmt: skip


def test_render_of_a_published_issue_is_what_was_mailed(newsroom: Newsroom) -> None:
    """Byte for byte, but for what is a reader's own."""
    newsroom.publication(service_url="https://news.example.com")
    newsroom.bulletin("daily", editions=["zh"])
    newsroom.entry("one")
    newsroom.subscribe("zh")
    newsroom.publish()
    mail, _ = newsroom.app().render("daily", "2026-04-26", "zh")
    (raw,) = newsroom.mails().values()
    sent = message_from_bytes(raw, policy=policy.default)
    token = re.search("leave/([0-9a-f]{60})", str(sent["List-Unsubscribe"]))
    assert token is not None
    for subtype, text in (("html", mail.html), ("plain", mail.text)):
        body = sent.get_body((subtype,))
        assert body is not None
        assert body.get_content().replace("\r\n", "\n") == text.replace(SLOT, token[1])


def test_render_of_one_that_is_not_published_keeps_nothing(quick: Newsroom) -> None:
    """A preview as it would be now."""
    quick.entry("one")
    mail, _ = quick.app().render("daily", "2026-04-26", "en")
    assert "Daily" in mail.subject
    assert not (quick.root / "var/archive").exists()


def test_render_of_an_unknown_edition(quick: Newsroom) -> None:
    """Names those there are."""
    quick.entry("one")
    with pytest.raises(UsageError, match=r"daily has no edition “fr”; use one of zh, en"):
        quick.app().render("daily", "2026-04-26", "fr")


def test_an_issue_that_was_never_published(quick: Newsroom) -> None:
    """Asking for it says how to publish."""
    with pytest.raises(UsageError, match="daily 2026-04-26 was never published"):
        quick.app().issue("daily", "2026-04-26")


def test_a_build_without_archive_writes_nothing(quick: Newsroom) -> None:
    """There is nothing to show."""
    written = quick.app().build()
    assert (written.changed, written.unchanged) == ((), 0)
    assert not (quick.root / "public").exists()


# Check -------------------------------------------------------------------------------------------


def test_check_of_a_good_publication(newsroom: Newsroom) -> None:
    """Nothing to say, and nothing is made."""
    newsroom.entry("one")
    assert newsroom.app().check() == ()
    assert not (newsroom.root / "var").exists()


def test_check_names_a_broken_theme(newsroom: Newsroom) -> None:
    """With the template and its line."""
    newsroom.theme_of = None
    newsroom.bulletin("daily", theme="own")
    newsroom.file("themes/own/web/issue.html", "x\n{% if %}")
    (problem,) = newsroom.app().check()
    assert (problem.path, problem.line, problem.code) == ("themes/own/web/issue.html", 2, "theme")


def test_check_goes_on_where_the_publication_is_broken(newsroom: Newsroom) -> None:
    """What is wrong with the file itself is told."""
    newsroom.file("content/publication.yaml", "name: [")
    assert [each.path for each in newsroom.app().check()] == ["content/publication.yaml"]


def test_now_decides(quick: Newsroom) -> None:
    """The app never asks the clock: another `now`, another issue."""
    quick.entry("one", "2031-01-01")
    assert quick.publish("2031-01-01").published == ("daily 2031-01-01",)
    assert quick.issue_of("2031-01-01").at == dt.datetime.fromisoformat("2031-01-01T18:00+08:00")


# What others do meanwhile ------------------------------------------------------------------------


def test_a_run_that_waited_reads_what_was_pulled(quick: Newsroom) -> None:
    """Its settings and its commit are of one time, whatever it had read before it had to wait."""
    quick.entry("one")
    quick.commit()
    app = quick.app(at("2026-04-26"))
    assert app.frame.bulletins["daily"].late_days != 1
    assert app.head
    assert app.post
    quick.bulletin("daily", late_days=1)
    quick.publication(name={"zh": "新", "en": "New"})
    quick.entry("two")
    commit = quick.commit()
    app.publish()
    assert (app.frame.bulletins["daily"].late_days, app.head.commit) == (1, commit)
    assert app.post.publication == app.frame.publication
    revision = quick.issue_of()
    assert revision.commit == commit
    assert quick.carried() == ["one", "two"]


def test_settings_that_are_broken_meanwhile_stop_a_run(quick: Newsroom) -> None:
    """Without git, too."""
    quick.entry("one")
    app = quick.app(at("2026-04-26"))
    assert app.frame.bulletins
    quick.bulletin("daily", cadence="hourly")
    with pytest.raises(ContentError, match=r"daily\.yaml"):
        app.publish()
    assert quick.steps() == {}


def test_a_run_that_had_not_to_wait_reads_nothing_twice(quick: Newsroom) -> None:
    quick.entry("one")
    quick.commit()
    app = quick.app(at("2026-04-26"))
    frame = app.frame
    app.publish()
    assert app.frame is frame


# git ---------------------------------------------------------------------------------------------


def test_what_git_was_asked_before_the_content_changed_counts_no_more(quick: Newsroom) -> None:
    """It is asked early; who reads the content anew asks it anew, too."""
    quick.entry("one")
    first = quick.commit()
    app = quick.app()
    app.ask_for_head()
    quick.entry("two")
    second = quick.commit()
    app.read_anew()
    assert app.head is not None
    assert (app.head.commit, app.head.differing) == (second, ())
    assert first != second


def test_no_thread_is_left_that_waits_for_git(quick: Newsroom) -> None:
    """A process with threads is not forked, and would render by itself alone."""
    quick.entry("one")
    commit = quick.commit()
    before, app = threading.active_count(), quick.app()
    app.ask_for_head()
    assert app.head is not None
    assert (app.head.commit, threading.active_count()) == (commit, before)
