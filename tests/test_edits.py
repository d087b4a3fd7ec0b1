"""What becomes of an edit of what was published: corrections, translations, renames, commits."""

from __future__ import annotations

import shutil

from builders import both
from newsroom import TOP, Newsroom, at

PROSE = {"id": "overview", "block": "prose", "optional": True}


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
    before = quick.settled()
    quick.edit(entry, title=both("Quietly changed"))
    report = quick.publish(time="18:10")
    assert (report.revised, report.changed, quick.settled()) == (0, 0, before)
    (problem,) = quick.app().check()
    assert (problem.path, problem.code) == (f"content/entries/{entry}.yaml", "published_edit")


def test_an_edit_of_an_issue_file_changes_nothing_and_check_says_so(quick: Newsroom) -> None:
    """Its commentary was published as it was."""
    quick.bulletin("daily", sections=[PROSE, TOP])
    quick.entry("one")
    quick.issue("2026-04-26", sections={"overview": {"text": both("text")}})
    quick.publish()
    before = quick.settled()
    quick.issue("2026-04-26", sections={"overview": {"text": both("other")}})
    assert quick.publish(time="18:10").changed == 0
    assert quick.settled() == before
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
