"""A broken file of settings is read as it last was good."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from newsroom import DAILY, Newsroom

from publisher.content.history import MOST_COMMITS, History
from publisher.content.load import Frame, load_frame
from publisher.errors import ContentError

DAILY_PATH = "content/bulletins/daily.yaml"
WEEKLY = {**DAILY, "cadence": "weekly", "schedule": {"on": "mon", "at": "18:00"}}


def frame_of(newsroom: Newsroom) -> Frame:
    return load_frame(newsroom.root, History(newsroom.root))


def told(frame: Frame, path: str) -> list[str]:
    """The warnings of a file."""
    return [each.what for each in frame.problems if each.path == path and each.code == "last-good"]


def test_a_broken_bulletin(newsroom: Newsroom) -> None:
    """Its last version counts, that is told beside the error, and the file stays as it is."""
    commit = newsroom.commit()
    newsroom.file(DAILY_PATH, "name: [")
    newsroom.commit()
    frame = frame_of(newsroom)
    assert frame.bulletins["daily"].cadence == "daily"
    assert frame.earlier == {DAILY_PATH: commit}
    assert told(frame, DAILY_PATH) == [
        f"this file is broken: its version of commit {commit[:10]} is used"
    ]
    assert [each.severity for each in frame.problems if each.path == DAILY_PATH] == [
        "error",
        "warning",
    ]
    assert (newsroom.root / DAILY_PATH).read_text("utf-8") == "name: [\n"


def test_an_edit_that_is_not_committed(newsroom: Newsroom) -> None:
    """What was committed last stands in for it."""
    commit = newsroom.commit()
    newsroom.bulletin("daily", cadence="hourly")
    assert frame_of(newsroom).earlier == {DAILY_PATH: commit}


def test_the_newest_that_is_good(newsroom: Newsroom) -> None:
    """Versions that are not YAML, not valid, or not there are passed over."""
    newsroom.commit()
    newsroom.bulletin("daily", late_days=1)
    good = newsroom.commit()
    newsroom.bulletin("daily", cadence="hourly")
    newsroom.commit()
    (newsroom.root / DAILY_PATH).unlink()
    newsroom.git("add", "--all", "content")
    newsroom.commit()
    newsroom.file(DAILY_PATH, "name: [")
    newsroom.commit()
    frame = frame_of(newsroom)
    assert frame.earlier == {DAILY_PATH: good}
    assert frame.bulletins["daily"].late_days == 1


def test_a_broken_publication(newsroom: Newsroom) -> None:
    """It stands in for itself, too, and bulletins are judged by it."""
    commit = newsroom.commit()
    newsroom.publication(languages={})
    frame = frame_of(newsroom)
    assert list(frame.publication.languages) == ["zh", "en"]
    assert frame.earlier == {"content/publication.yaml": commit}
    assert list(frame.bulletins) == ["daily"]


def test_a_broken_issue_file(newsroom: Newsroom) -> None:
    """The issue comes out as its file last was good."""
    newsroom.issue("2026-04-26", title={"zh": "一", "en": "One"})
    newsroom.commit()
    newsroom.issue("2026-04-26", leed="x")
    frame = frame_of(newsroom)
    assert ("daily", "2026-04-26") in frame.issue_files
    assert not frame.broken_issue_files
    assert list(frame.earlier) == ["content/issues/daily/2026-04-26.yaml"]


def test_a_bulletin_that_was_never_good(newsroom: Newsroom) -> None:
    """It is left out, with its issues, and the others are there."""
    newsroom.file("content/bulletins/weekly.yaml", json.dumps(WEEKLY | {"cadence": "x"}))
    newsroom.issue("2026-W17", "weekly")
    newsroom.commit()
    frame = frame_of(newsroom)
    assert list(frame.bulletins) == ["daily"]
    assert frame.left_out == {"content/bulletins/weekly.yaml"}
    assert frame.broken_issue_files == {("weekly", "2026-W17")}
    assert told(frame, "content/bulletins/weekly.yaml") == [
        "this file is left out: git has no version of it that is right"
    ]


def test_a_bulletin_in_a_folder(newsroom: Newsroom) -> None:
    """A new file in the wrong place stops nobody, either."""
    newsroom.file("content/bulletins/deep/weekly.yaml", json.dumps(WEEKLY))
    newsroom.commit()
    assert frame_of(newsroom).left_out == {"content/bulletins/deep/weekly.yaml"}


CALENDAR_PATH = "content/calendars/cn.yaml"
HOLIDAYS = {"holidays": [{"on": "2026-05-01", "name": "Labour Day"}]}
FOLLOWS = {**DAILY["schedule"], "calendar": "cn"}


def test_a_calendar_that_was_never_good(newsroom: Newsroom) -> None:
    """Who follows it is left out: without it, issues would come out on holidays."""
    newsroom.bulletin("daily", schedule=FOLLOWS)
    newsroom.file("content/bulletins/weekly.yaml", json.dumps(WEEKLY))
    newsroom.file(CALENDAR_PATH, "holidays: [")
    newsroom.commit()
    frame = frame_of(newsroom)
    assert list(frame.bulletins) == ["weekly"]
    assert frame.left_out == {CALENDAR_PATH, DAILY_PATH}
    errors = [each for each in frame.problems if each.severity == "error"]
    assert [(each.path, each.code) for each in errors][-1:] == [(DAILY_PATH, "broken-calendar")]
    assert str(errors[-1]).endswith(
        'the calendar "cn" is broken and was never right; mend content/calendars/cn.yaml'
    )


def test_a_bulletin_before_it_followed_a_broken_calendar(newsroom: Newsroom) -> None:
    """Its last good version is the one that does not follow it."""
    commit = newsroom.commit()
    newsroom.bulletin("daily", schedule=FOLLOWS)
    newsroom.file(CALENDAR_PATH, "holidays: [")
    newsroom.commit()
    frame = frame_of(newsroom)
    assert frame.earlier == {DAILY_PATH: commit}
    assert frame.bulletins["daily"].schedule.calendar is None


def test_a_calendar_that_was_good(newsroom: Newsroom) -> None:
    """Its last version counts, and who follows it follows that."""
    newsroom.bulletin("daily", schedule=FOLLOWS)
    newsroom.file(CALENDAR_PATH, json.dumps(HOLIDAYS))
    commit = newsroom.commit()
    newsroom.file(CALENDAR_PATH, "holidays: [")
    newsroom.commit()
    frame = frame_of(newsroom)
    assert frame.earlier == {CALENDAR_PATH: commit}
    assert frame.bulletins["daily"].schedule.calendar == "cn"
    assert list(frame.calendars) == ["cn"]


def test_an_issue_file_that_was_never_good(newsroom: Newsroom) -> None:
    """Its issue is known to be broken, as without git."""
    newsroom.issue("2026-04-26", leed="x")
    newsroom.commit()
    assert frame_of(newsroom).broken_issue_files == {("daily", "2026-04-26")}


def test_a_section_that_shows_a_bulletin_which_is_not_there(newsroom: Newsroom) -> None:
    """That is a broken bulletin, too: the version before is used."""
    commit = newsroom.commit()
    related = {"id": "more", "block": "related", "title": {"zh": "多", "en": "More"}}
    newsroom.bulletin("daily", sections=[*DAILY["sections"], related | {"bulletins": ["nope"]}])
    frame = frame_of(newsroom)
    assert frame.earlier == {DAILY_PATH: commit}
    assert [each.id for each in frame.bulletins["daily"].sections] == ["top"]


def test_without_a_repository(newsroom: Newsroom) -> None:
    """There is nothing to go back to: a bulletin is missing, a publication stops."""
    newsroom.file(DAILY_PATH, "name: [")
    frame = frame_of(newsroom)
    assert (dict(frame.bulletins), dict(frame.earlier), frame.left_out) == ({}, {}, frozenset())
    newsroom.file("content/publication.yaml", "name: [")
    with pytest.raises(ContentError, match="nothing can be done until"):
        frame_of(newsroom)


def test_a_publication_that_was_never_good(newsroom: Newsroom) -> None:
    """It stops everything, in git or not."""
    newsroom.publication(languages={})
    newsroom.commit()
    with pytest.raises(ContentError, match="git has no version of it that is right"):
        frame_of(newsroom)


def test_the_past_has_an_end(newsroom: Newsroom) -> None:
    """So many versions are looked at and no more: a broken file costs no minutes."""
    newsroom.commit()
    for number in range(MOST_COMMITS):
        newsroom.file(DAILY_PATH, f"name: [{number}")
        newsroom.commit()
    assert frame_of(newsroom).left_out == {DAILY_PATH}


def test_a_commit_and_those_before_it(newsroom: Newsroom) -> None:
    """Versions that came later do not count: an old issue is read as it was then."""
    first = newsroom.commit()
    newsroom.file(DAILY_PATH, "name: [")
    second = newsroom.commit()
    newsroom.bulletin("daily", late_days=1)
    newsroom.commit()
    history = History(newsroom.root, second)
    assert [commit for commit, _ in history.versions(DAILY_PATH)] == [first]


def test_a_publication_in_a_folder_of_the_repository(newsroom: Newsroom) -> None:
    """Paths are those of the publication."""
    inner = Newsroom(newsroom.root / "inner")
    newsroom.git("init", "--quiet")
    newsroom.git("add", "inner")
    newsroom.git("commit", "--quiet", "--message", "content")
    inner.file(DAILY_PATH, "name: [")
    assert list(frame_of(inner).earlier) == [DAILY_PATH]


def test_a_folder_that_git_cannot_read(tmp_path: Path) -> None:
    """A history that is none has no versions."""
    history = History(tmp_path)
    assert not history.is_there
    assert list(history.versions(DAILY_PATH)) == []
