"""The story of publishing, from files to mail, site and feeds."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from builders import both
from newsroom import TOP, Newsroom, at

from publisher.errors import ContentError, NothingToPublish, TransportError, UsageError
from publisher.site.output import tree

PROSE = {"id": "overview", "block": "prose", "optional": True}
OPTIONAL = TOP | {"optional": True}


def settled(newsroom: Newsroom) -> dict[str, bytes]:
    """All that was published: archive, site and mail."""
    return {
        f"{folder}/{path}": data
        for folder in ("var/archive", "public", "var/outbox/new")
        for path, data in newsroom.files(folder).items()
    }


# Publishing --------------------------------------------------------------------------------------


def test_what_is_due_is_published(quick: Newsroom) -> None:
    """Archive, site, one message per edition, and the row at its last step."""
    quick.entry("one")
    report = quick.publish()
    assert report.published == ("daily 2026-04-26",)
    assert (report.mailed, len(quick.mails())) == (2, 2)
    assert (quick.root / "public/zh/daily/2026-04-26/index.html").is_file()
    assert quick.steps() == {"daily 2026-04-26": "mailed"}
    assert quick.carried() == ["one"]


def test_publishing_again_changes_nothing(quick: Newsroom) -> None:
    """No byte, no date, no second message."""
    quick.entry("one")
    quick.publish()
    before, dates = settled(quick), quick.dates()
    report = quick.publish()
    assert (report.published, report.changed, report.mailed) == ((), 0, 0)
    assert (settled(quick), quick.dates()) == (before, dates)


def test_backfill_again_changes_nothing(quick: Newsroom) -> None:
    """It says what is there, and writes nothing."""
    quick.entry("one")
    quick.issue("2026-04-26")
    quick.publish(all_files=True)
    before, dates = settled(quick), quick.dates()
    report = quick.publish(all_files=True)
    assert (report.changed, report.removed, report.mailed) == (0, 0, 0)
    assert [each.edition for each in report.editions] == ["zh", "en"]
    assert (settled(quick), quick.dates()) == (before, dates)


def test_the_report_of_an_edition(quick: Newsroom) -> None:
    """Bulletin, issue, entries, bytes of mail, pages and feeds."""
    quick.entry("one", tags=["x"])
    quick.entry("two")
    first = quick.publish().editions[0]
    assert (first.bulletin, first.issue, first.edition, first.entries) == (
        "daily", "2026-04-26", "zh", 2,
    )  # fmt: skip
    assert first.email_bytes > 100
    assert (first.pages, first.feeds) == (3, 7)


def test_dates_are_not_counted_as_entries(quick: Newsroom) -> None:
    """They have pages, though."""
    dates = {"id": "dates", "block": "calendar", "select": {"kinds": ["signal"]}}
    quick.bulletin("daily", sections=[TOP | {"select": {"kinds": ["event"]}}, dates])
    quick.entry("one")
    quick.entry("two", kind="signal", happened="2026-05-01")
    first = quick.publish().editions[0]
    assert (first.entries, first.pages) == (1, 3)


def test_nothing_before_the_slot(quick: Newsroom) -> None:
    """The issue of yesterday, which has nothing in it, is all that is due."""
    quick.entry("one")
    report = quick.publish(time="17:59")
    assert (report.published, report.skipped[0][:22]) == ((), "daily 2026-04-25: dail")


def test_a_skipped_issue_is_not_tried_again(quick: Newsroom) -> None:
    """It is settled, until it gets a file."""
    assert quick.publish().skipped
    assert quick.publish().skipped == ()
    quick.entry("one")
    quick.issue("2026-04-26")
    assert quick.publish(all_files=True).published == ("daily 2026-04-26",)


def test_backfill_publishes_the_oldest_first(quick: Newsroom) -> None:
    """Over all bulletins; numbers follow the order."""
    quick.bulletin("early", schedule={"at": "08:00"}, window={"days": 2})
    quick.entry("one")
    for bulletin, name in (
        ("daily", "2026-04-26"),
        ("early", "2026-04-27"),
        ("daily", "2026-04-25"),
    ):
        quick.issue(name, bulletin)
    quick.entry("two", "2026-04-25")
    report = quick.publish(all_files=True)
    assert report.published == ("daily 2026-04-25", "daily 2026-04-26", "early 2026-04-27")
    assert [quick.issue_of(f"2026-04-2{n}").issue.number for n in (5, 6)] == [1, 2]


def test_an_issue_file_without_its_day_having_a_slot(quick: Newsroom) -> None:
    """A daily of weekdays may have a special number on a Sunday."""
    quick.bulletin("daily", schedule={"at": "18:00", "on": ["mon"]})
    quick.entry("one")
    quick.issue("2026-04-26")
    assert quick.publish(all_files=True).mailed == 2


def test_backfill_mails_also_what_is_old(quick: Newsroom) -> None:
    """As if now were its slot."""
    quick.entry("one")
    quick.issue("2026-04-26")
    quick.publish("2026-06-01", all_files=True)
    assert quick.steps() == {"daily 2026-04-26": "mailed"}


# Late, held, strict ------------------------------------------------------------------------------


@pytest.mark.parametrize(("time", "step"), [("06:00", "mailed"), ("06:01", "not-mailed")])
def test_a_late_issue_is_published_and_not_mailed(quick: Newsroom, time: str, step: str) -> None:
    """A daily that is more than twelve hours late."""
    quick.entry("one")
    quick.publish("2026-04-27", time)
    assert quick.steps() == {"daily 2026-04-26": step}
    assert (quick.root / "public/zh/daily/2026-04-26/index.html").is_file()
    assert bool(quick.mails()) is (step == "mailed")


def test_a_late_issue_says_why(quick: Newsroom) -> None:
    """The row names its slot, and a later run does not mail it either."""
    quick.entry("one")
    quick.publish("2026-04-27", "12:00")
    row = quick.app().rows.get("daily", "2026-04-26")
    assert row is not None
    assert row.reason.startswith("late: its slot was 2026-04-26T")
    quick.publish("2026-04-27", "12:05")
    assert quick.mails() == {}


def test_a_held_issue_does_not_keep_another(quick: Newsroom) -> None:
    """It is told and remembered; the other bulletin goes out."""
    quick.bulletin("strict", strict=True)
    quick.entry("one")
    quick.file("content/entries/2026/04/26/broken.yaml", "titel: x\n")
    report = quick.publish()
    assert report.published == ("daily 2026-04-26",)
    assert "strict 2026-04-26 is strict" in report.held[0]
    assert "content/entries/2026/04/26/broken.yaml:1:1" in report.held[0]
    assert quick.steps() == {"daily 2026-04-26": "mailed", "strict 2026-04-26": "held"}


def test_a_held_issue_comes_when_it_is_mended(quick: Newsroom) -> None:
    """The same evening it is mailed like any other."""
    quick.bulletin("daily", strict=True)
    quick.entry("one")
    quick.file("content/entries/2026/04/26/broken.yaml", "titel: x\n")
    assert quick.publish().held
    quick.entry("broken")
    report = quick.publish(time="19:00")
    assert (report.held, report.published, report.mailed) == ((), ("daily 2026-04-26",), 2)


def test_a_broken_entry_is_left_out_loudly(quick: Newsroom) -> None:
    """The rest goes out, and the problem is told with its place."""
    quick.entry("one")
    quick.file("content/entries/2026/04/26/broken.yaml", "kind: event\ntitel: x\n")
    report = quick.publish()
    assert quick.carried() == ["one"]
    assert str(report.problems[0]).startswith("content/entries/2026/04/26/broken.yaml:")


def test_a_broken_entry_comes_when_it_is_mended(quick: Newsroom) -> None:
    """In the next issue, as a late one."""
    quick.entry("one")
    quick.file("content/entries/2026/04/26/broken.yaml", "titel: x\n")
    quick.publish()
    quick.entry("broken")
    quick.entry("two", "2026-04-27")
    quick.publish("2026-04-27")
    assert quick.carried("2026-04-27") == ["two", "broken"]


def test_backfill_stops_for_one_problem(quick: Newsroom) -> None:
    """Before anything is written."""
    quick.entry("one")
    quick.issue("2026-04-26")
    quick.bulletin("signals", sections=[TOP | {"select": {"kinds": ["signal"]}}])
    quick.issue("2026-04-26", "signals")
    with pytest.raises(ContentError, match="signals 2026-04-26 selects nothing"):
        quick.publish(all_files=True)
    assert not (quick.root / "var/archive").exists()
    assert not (quick.root / "public").exists()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("content/publication.yaml", "name: [\n"),
        ("content/bulletins/daily.yaml", "cadence: hourly\n"),
        ("content/issues/daily/2026-04-26.yaml", "leed: x\n"),
        ("content/issues/nobody/2026-04-26.yaml", "lead: 2026/04/26/one\n"),
    ],
)
def test_broken_settings_stop_before_anything_is_written(
    quick: Newsroom, path: str, text: str
) -> None:
    """Whatever is broken of settings and issue files, with its place."""
    quick.entry("one")
    quick.file(path, text)
    with pytest.raises(ContentError, match=path):
        quick.publish()
    assert sorted(each.name for each in quick.root.iterdir()) == ["content"]


# Once --------------------------------------------------------------------------------------------


def test_a_late_entry_comes_once(quick: Newsroom) -> None:
    """Filed under yesterday after yesterday's issue was out."""
    quick.entry("one")
    quick.publish()
    quick.entry("late")
    for day in ("27", "28"):
        quick.entry("new", f"2026-04-{day}")
        quick.publish(f"2026-04-{day}")
    assert quick.carried("2026-04-27") == ["new", "late"]
    assert quick.carried("2026-04-28") == ["new"]


def test_a_rejected_entry_never_comes_back(quick: Newsroom) -> None:
    """Lost to the cap on one day, it is no late entry of the next."""
    quick.bulletin("daily", sections=[TOP | {"max": 1}])
    quick.entry("one", importance=5)
    quick.entry("two")
    quick.publish()
    quick.publish("2026-04-27")
    assert quick.steps()["daily 2026-04-27"] == "skipped"


def test_several_bulletins_carry_the_same_entry(quick: Newsroom) -> None:
    """Frozen once, published with the first of them."""
    quick.bulletin("early", schedule={"at": "08:00"})
    entry = quick.entry("one")
    quick.publish()
    assert quick.carried("2026-04-26", "early") == quick.carried() == ["one"]
    assert quick.entry_of(entry).published < at("2026-04-26", "08:01")
    assert list(tree(quick.root / "var/archive/entries")) == ["2026/04/26/one/1.json"]


def test_a_renamed_entry_is_not_carried_again(quick: Newsroom) -> None:
    """It is known by its alias, also on the next day."""
    one = quick.entry("one")
    quick.publish()
    quick.rename(one, "2026/04/26/new-name")
    quick.publish("2026-04-27")
    assert quick.steps()["daily 2026-04-27"] == "skipped"


def test_a_renamed_entry_can_be_listed_by_its_new_name(quick: Newsroom) -> None:
    """`again: true` brings it once more, under its identity."""
    one = quick.entry("one")
    quick.publish()
    quick.rename(one, "2026/04/26/new-name")
    listed = {"entries": [{"id": "2026/04/26/new-name", "again": True}]}
    quick.issue("2026-04-27", sections={"top": listed})
    quick.publish("2026-04-27")
    assert quick.carried("2026-04-27") == ["one"]


# Corrections and other edits ---------------------------------------------------------------------


def test_a_correction_is_shown_everywhere(newsroom: Newsroom) -> None:
    """On its page, in the issue, and in the feeds, with a later `updated`."""
    newsroom.bulletin("daily", editions=["en"])
    entry = newsroom.entry("one", title=both("Wrong"))
    newsroom.publish()
    newsroom.correct(entry, title=both("Right"))
    assert newsroom.publish("2026-04-27", "09:00").revised == 1
    for page in ("e/2026/04/26/one/index.html", "daily/2026-04-26/index.html",
                 "entries/atom.xml", "daily/feed.json"):  # fmt: skip
        assert "Right (en)" in newsroom.page(f"en/{page}"), page
    assert "Wrong (en)" not in newsroom.page("en/e/2026/04/26/one/index.html")
    assert "Correction 1 (en)" in newsroom.page("en/e/2026/04/26/one/index.html")
    assert "<updated>2026-04-27T01:00:00" in newsroom.page("en/entries/atom.xml")


def test_the_next_issue_carries_the_correction(newsroom: Newsroom) -> None:
    """Of each bulletin that carried the entry, once."""
    entry = newsroom.entry("one")
    newsroom.bulletin("other", sections=[TOP | {"select": {"tags": ["x"]}}])
    newsroom.entry("tagged", tags=["x"])
    newsroom.publish()
    newsroom.correct(entry)
    for day in ("27", "28"):
        newsroom.entry("new", f"2026-04-{day}", tags=["x"])
        newsroom.publish(f"2026-04-{day}")
    issues = {
        f"{slug} {day}": newsroom.issue_of(f"2026-04-{day}", slug).issue
        for slug in ("daily", "other")
        for day in ("27", "28")
    }
    notices = {name: [each.entry for each in issue.notices] for name, issue in issues.items()}
    assert notices == {"daily 27": [entry], "daily 28": [], "other 27": [], "other 28": []}
    assert "Correction 1 (en)" in newsroom.page("en/daily/2026-04-27/index.html")


DATES = {"id": "dates", "block": "calendar", "title": both("Dates"), "select": {"tags": ["y"]}}


def three_bulletins(newsroom: Newsroom) -> tuple[str, str]:
    """Two entries alike, of which one is in three bulletins, in the last only as a date."""
    newsroom.bulletin("daily", editions=["en"])
    only_y = [TOP | {"select": {"tags": ["y"]}}]
    newsroom.bulletin("second", schedule={"at": "19:00"}, editions=["en"], sections=only_y)
    news = TOP | {"select": {"tags": ["z"]}}
    newsroom.bulletin("third", schedule={"at": "20:00"}, editions=["en"], sections=[DATES, news])
    known = {"happened": "2026-06-01", "story": "deal", "title": both("Wrong")}
    one = newsroom.entry("one", tags=["x", "y"], **known)
    two = newsroom.entry("two", tags=["x", "z"], **known | {"story": "deal-too"})
    newsroom.entry("three", tags=["x"], story="deal", title=both("Other"), importance=1)
    newsroom.publish(time="20:05")
    return one, two


def test_an_entry_of_three_bulletins_stands_once_in_each_list(newsroom: Newsroom) -> None:
    """In feeds, and on the pages of all entries, of its month, its tag and its story."""
    one, two = three_bulletins(newsroom)
    for feed in ("entries/atom.xml", "entries/rss.xml", "entries/feed.json", "tags/x/atom.xml"):
        found = newsroom.page(f"en/{feed}")
        assert found.count(f"tag:news.example.com,2026:{one}/en") == 1, feed
    for page in ("entries", "entries/2026/04", "tags/x"):
        assert links(newsroom, page, one) == links(newsroom, page, two) > 0, page
    assert links(newsroom, "stories/deal", one) == links(newsroom, "stories/deal-too", two) > 0


def links(newsroom: Newsroom, page: str, entry: str) -> int:
    """How many links of a page lead to an entry."""
    return newsroom.page(f"en/{page}/index.html").count(f'href="/en/e/{entry}/"')


def test_a_correction_shows_in_every_issue_and_is_told_once_by_each_bulletin(
    newsroom: Newsroom,
) -> None:
    """Also where the entry stood in a calendar alone."""
    one, _ = three_bulletins(newsroom)
    newsroom.correct(one, title=both("Right"))
    newsroom.publish("2026-04-27", "09:00")
    for slug in ("daily", "second", "third"):
        assert "Right (en)" in newsroom.page(f"en/{slug}/2026-04-26/index.html"), slug
    told = []
    for day in ("27", "28"):
        newsroom.entry(f"n{day}", f"2026-04-{day}", tags=["y", "z"])
        newsroom.publish(f"2026-04-{day}", "20:05")
        issues = [
            newsroom.issue_of(f"2026-04-{day}", slug) for slug in ("daily", "second", "third")
        ]
        told.append([[each.entry for each in one.issue.notices] for one in issues])
    assert told == [[[one]] * 3, [[]] * 3]
    assert [each.entry for each in issues[2].issue.dates()].count(one) == 1


def test_the_next_issue_tells_the_correction_of_an_issue(newsroom: Newsroom) -> None:
    """Of the same bulletin, once, with the title of the corrected one."""
    newsroom.bulletin("daily", sections=[PROSE, TOP], editions=["en"])
    newsroom.bulletin("other", editions=["en"])
    newsroom.entry("one")
    newsroom.issue("2026-04-26", sections={"overview": {"text": both("wrong")}})
    newsroom.publish()
    note = {"date": "2026-04-27", "note": both("It was right")}
    parts = {"overview": {"text": both("right")}}
    newsroom.issue("2026-04-26", sections=parts, corrections=[note])
    told = []
    for day in ("27", "28"):
        newsroom.entry("new", f"2026-04-{day}")
        newsroom.publish(f"2026-04-{day}")
        issues = [newsroom.issue_of(f"2026-04-{day}", slug).issue for slug in ("daily", "other")]
        told += [[each.issue for each in issue.notices] for issue in issues]
    assert told == [["daily/2026-04-26"], [], [], []]
    page = newsroom.page("en/daily/2026-04-27/index.html")
    assert "It was right (en)" in page
    assert 'href="/en/daily/2026-04-26/"' in page


def test_a_correction_mails_nothing(quick: Newsroom) -> None:
    """The issue is out; the mail that is sent is sent."""
    entry = quick.entry("one")
    quick.publish()
    before = quick.mails()
    quick.correct(entry)
    assert quick.publish("2026-04-27", "09:00").mailed == 0
    assert quick.mails() == before


def test_a_translation_moves_updated(quick: Newsroom) -> None:
    """It is a revision of its own kind and needs no note."""
    entry = quick.entry("one", title={"zh": "题"})
    quick.publish()
    first = quick.entry_of(entry)
    quick.edit(entry, title={"zh": "题", "en": "Title"})
    quick.publish("2026-04-27", "09:00")
    second = quick.entry_of(entry)
    assert (second.kind, second.revision) == ("translation", 2)
    assert second.at == at("2026-04-27", "09:00") > first.at
    assert second.published == first.published
    assert quick.app().library.index.notices("daily") == []


def test_a_translation_is_news_to_its_own_readers(newsroom: Newsroom) -> None:
    """`updated` moves in the editions that gained text, and in no other."""
    entry = newsroom.entry("one", title={"zh": "题"}, summary=None)
    newsroom.publish()
    before = {path: newsroom.page(f"zh/{path}/atom.xml") for path in ("entries", "daily")}
    newsroom.edit(entry, title={"zh": "题", "en": "Title"})
    newsroom.publish("2026-04-27", "09:00")
    for path, feed in before.items():
        assert newsroom.page(f"zh/{path}/atom.xml") == feed
        assert "<updated>2026-04-27T01:00:00" in newsroom.page(f"en/{path}/atom.xml")


def test_another_edit_changes_nothing_and_check_says_so(quick: Newsroom) -> None:
    """No revision, no byte of the site."""
    entry = quick.entry("one")
    quick.publish()
    before = settled(quick)
    quick.edit(entry, title=both("Quietly changed"))
    report = quick.publish(time="18:10")
    assert (report.revised, report.changed, settled(quick)) == (0, 0, before)
    (problem,) = quick.app().check()
    assert (problem.path, problem.code) == (f"content/entries/{entry}.yaml", "published_edit")


def test_an_edit_of_an_issue_file_changes_nothing_and_check_says_so(quick: Newsroom) -> None:
    """Its commentary was published as it was."""
    quick.bulletin("daily", sections=[PROSE, TOP])
    quick.entry("one")
    quick.issue("2026-04-26", sections={"overview": {"text": both("text")}})
    quick.publish()
    before = settled(quick)
    quick.issue("2026-04-26", sections={"overview": {"text": both("other")}})
    assert quick.publish(time="18:10").changed == 0
    assert settled(quick) == before
    assert [each.code for each in quick.app().check()] == ["published_edit"]


def test_a_correction_of_an_issue_file(quick: Newsroom) -> None:
    """Makes a revision of the issue; which entries it carries stays."""
    quick.bulletin("daily", sections=[PROSE, TOP])
    quick.entry("one")
    quick.issue("2026-04-26", sections={"overview": {"text": both("text")}})
    quick.publish()
    note = {"date": "2026-04-27", "note": both("wrong")}
    quick.issue("2026-04-26", sections={"overview": {"text": both("right")}}, corrections=[note])
    assert quick.publish("2026-04-27", "09:00").revised == 1
    revision = quick.issue_of()
    assert (revision.revision, revision.kind, revision.at) == (
        2, "correction", at("2026-04-27", "09:00"),
    )  # fmt: skip
    assert (revision.issue.sections[0].text or {})["en"] == "right (en)"
    assert quick.carried() == ["one"]


def test_a_rename_moves_the_page_and_keeps_the_id(newsroom: Newsroom) -> None:
    """The old address leads to the new one; readers of feeds see the same item."""
    newsroom.bulletin("daily", editions=["en"])
    one = newsroom.entry("one")
    newsroom.publish()
    newsroom.rename(one, "2026/04/26/better")
    newsroom.publish("2026-04-27", "09:00")
    assert "/en/e/2026/04/26/better/" in newsroom.page("en/e/2026/04/26/one/index.html")
    assert "Title one (en)" in newsroom.page("en/e/2026/04/26/better/index.html")
    feed = newsroom.page("en/entries/atom.xml")
    assert "tag:news.example.com,2026:2026/04/26/one/en" in feed
    assert "https://news.example.com/en/e/2026/04/26/better/" in feed


def test_time_only_goes_forward(quick: Newsroom) -> None:
    """Two corrections at the same instant, and one on a clock that was put back."""
    entry = quick.entry("one")
    quick.publish()
    moments = [quick.entry_of(entry).at]
    for time in ("18:10", "18:10", "12:00"):
        quick.correct(entry)
        quick.publish(time=time)
        moments.append(quick.entry_of(entry).at)
    assert moments == sorted(set(moments))


# Git ---------------------------------------------------------------------------------------------


def test_a_committed_publication_is_reproducible(quick: Newsroom) -> None:
    """The commit is frozen with the issue."""
    quick.entry("one")
    commit = quick.commit()
    assert quick.publish().remarks == ()
    revision = quick.issue_of()
    assert (revision.commit, revision.reproducible) == (commit, True)


def test_a_working_tree_that_differs_is_told(quick: Newsroom) -> None:
    """What is read is the tree; the issue is marked."""
    quick.entry("one")
    quick.commit()
    quick.entry("two")
    (remark,) = quick.publish().remarks
    assert "content/entries/2026/04/26/two.yaml" in remark
    assert "not reproducible" in remark
    assert not quick.issue_of().reproducible
    assert quick.carried() == ["one", "two"]


def test_a_correction_has_the_time_of_its_commit(quick: Newsroom) -> None:
    """Not of the run that found it."""
    entry = quick.entry("one")
    quick.commit()
    quick.publish()
    quick.correct(entry)
    quick.commit("2026-04-27T07:30:00+08:00")
    quick.publish("2026-04-27", "12:00")
    assert quick.entry_of(entry).at == at("2026-04-27", "07:30")


def test_corrections_are_found_without_the_commit(quick: Newsroom) -> None:
    """A history that was written anew: the published files are walked through."""
    entry = quick.entry("one")
    quick.commit()
    quick.publish()
    shutil.rmtree(quick.root / ".git")
    quick.correct(entry)
    quick.commit()
    assert quick.publish("2026-04-27", "12:00").revised == 1


def test_a_renamed_file_is_found_by_a_walk(quick: Newsroom) -> None:
    """Without git the new name is known from no record."""
    one = quick.entry("one")
    quick.publish()
    quick.rename(one, "2026/04/26/two")
    assert quick.publish("2026-04-27", "09:00").revised == 1
    assert quick.entry_of(one).entry.id == "2026/04/26/two"


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
    for name in ("site.json", "site.files"):
        (quick.root / "var" / name).unlink()
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
    for name in ("public", "var/archive", "var/outbox", "var/site.json"):
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
    """The site is out; the row waits for the mail; nobody gets it twice."""
    quick.entry("one")
    outbox = quick.root / "var/outbox"
    outbox.parent.mkdir()
    outbox.write_text("a file where a folder must be")
    with pytest.raises(TransportError, match="could not be handed over"):
        quick.publish()
    assert quick.steps() == {"daily 2026-04-26": "announced"}
    outbox.unlink()
    assert quick.publish(time="18:10").mailed == 2
    assert quick.publish(time="18:15").mailed == 0


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
    """Byte for byte."""
    newsroom.bulletin("daily", editions=["zh"])
    newsroom.entry("one")
    newsroom.publish()
    _, message = newsroom.app().render("daily", "2026-04-26", "zh")
    assert list(newsroom.mails().values()) == [message.replace(b"\r\n", b"\n")]


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
