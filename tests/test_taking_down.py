"""An entry that the law wants gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from newsroom import Newsroom, at

from publisher.archive.records import tombstones
from publisher.archive.takedown import bury
from publisher.errors import UsageError
from publisher.reproducing import NotReproducible, reproduce

TITLE = {"zh": "某人被控侵吞巨款的消息", "en": "Somebody accused of taking a fortune"}
SUMMARY = {
    "zh": "据称涉案金额巨大而且无人知晓，*真的*。",
    "en": "A sum that nobody has ever seen, it is said: *truly*.",
}
SECRETS = [*TITLE.values(), "据称涉案金额巨大而且无人知晓", "A sum that nobody has ever seen"]
NOW = at("2026-04-28", "12:00")


@pytest.fixture
def room(quick: Newsroom) -> Newsroom:
    """A publication with an entry in two issues' words, a story and a tag, and three others."""
    return published(quick)


def published(room: Newsroom) -> Newsroom:
    room.bulletin("daily", subject={"zh": "每日：{lead}", "en": "Daily: {lead}"})
    room.entry("bad", title=TITLE, summary=SUMMARY, tags=["court"], story="case", importance=3)
    room.entry("good")
    room.entry("other", story="case")
    room.commit()
    room.publish()
    room.correct("2026/04/26/bad")
    room.entry("later", day="2026-04-27", story="case")
    room.commit()
    room.publish("2026-04-27")
    return room


def left_of(room: Newsroom, folders: tuple[str, ...] = ("var", "public")) -> dict[str, list[str]]:
    """Files that still say a word of it; the mail that was sent is elsewhere."""
    found = {}
    for folder in folders:
        for path in sorted((room.root / folder).rglob("*")):
            if not path.is_file() or "outbox" in path.parts:
                continue
            data = path.read_bytes()
            said = [each for each in SECRETS if each.encode() in data]
            if said:
                found[str(path.relative_to(room.root))] = said
    return found


def take(room: Newsroom, name: str = "2026/04/26/bad") -> None:
    room.app(NOW).takedown(name, "a court order")


def test_no_word_of_it_is_left(room: Newsroom) -> None:
    """Not in the archive, nor the index, nor the database, nor on the site."""
    assert left_of(room)
    take(room)
    room.close()
    assert left_of(room) == {}


def test_its_pages_are_gone_and_the_others_stay(room: Newsroom) -> None:
    """Also its tag, which nothing else has."""
    before = room.files()
    take(room)
    gone = set(before) - set(room.files())
    assert "en/e/2026/04/26/bad/index.html" in gone
    assert "zh/tags/court/index.html" in gone
    assert not [each for each in gone if "good" in each or "daily/2026" in each]


def test_readers_see_that_something_was_removed(newsroom: Newsroom) -> None:
    """In its issue, on the day and in each language; the issue keeps its place and number."""
    room = published(newsroom)
    take(room)
    page = room.page("en/daily/2026-04-26/index.html")
    assert "Removed on" in page
    assert "for legal reasons" in page
    assert "因法律原因" in room.page("zh/daily/2026-04-26/index.html")
    assert "for legal reasons" in room.page("en/daily/atom.xml")
    assert room.issue_of().issue.number == 1


def test_the_web_server_is_told_addresses_and_no_reason(room: Newsroom) -> None:
    """In every edition."""
    take(room)
    told = room.page("_gone.nginx")
    assert "^/zh/e/2026/04/26/bad/(" in told
    assert "^/en/e/2026/04/26/bad/(" in told
    assert "@gone path /en/e/2026/04/26/bad/ " in room.page("_gone.caddy")
    assert "court" not in told + room.page("_gone.caddy")


def test_what_was_taken_down_never_comes_back(room: Newsroom) -> None:
    """Not by its file, which lies there still, nor under a new name; `check` says so."""
    take(room)
    room.rename("2026/04/26/bad", "2026/04/27/bad-again")
    room.commit()
    room.publish("2026-04-28")
    room.close()
    assert left_of(room) == {}
    told = [each for each in room.app(NOW).check() if each.code == "taken_down"]
    assert [each.path for each in told] == ["content/entries/2026/04/27/bad-again.yaml"]


def test_again_is_no_mistake(room: Newsroom) -> None:
    """By any of its names; the day and the reason stay."""
    take(room)
    done = room.app(at("2026-05-01")).takedown("2026/04/26/bad", "another")
    assert not done.is_new
    assert (str(done.stone.day), done.stone.reason) == ("2026-04-28", "a court order")


def test_an_unknown_name_is_refused_with_the_nearest(room: Newsroom) -> None:
    """Before anything is written."""
    with pytest.raises(UsageError, match="2026/04/26/bad"):
        room.app(NOW).takedown("2026/04/26/bd", "why")
    assert tombstones(room.app().store) == []


def begin(room: Newsroom) -> None:
    """Be interrupted when only the tombstone was written."""
    bury(room.app().store, [], "2026/04/26/bad", NOW.date(), "a court order")


def found_by_search(room: Newsroom) -> Path:
    """A part of the search of its year."""
    memory = room.root / "var/search.json"
    page = room.root / "public/en/search/2026/words"
    page.parent.mkdir(parents=True)
    page.write_bytes(TITLE["en"].encode())
    known = {"en/search/2026": {"state": "x", "files": ["en/search/2026/words"]}}
    public = str(room.app(NOW).settings.public)
    memory.write_text(json.dumps({"public": public, "shards": known}), encoding="utf-8")
    return page


def test_the_next_run_finishes_what_was_begun(room: Newsroom) -> None:
    """By the same steps: also what nothing remembers, and the search."""
    found_by_search(room)
    copy = room.root / "public/en/e/2026/04/26/bad/index.html.gz"
    copy.write_bytes(TITLE["en"].encode())
    begin(room)
    room.publish("2026-04-28")
    room.close()
    assert left_of(room) == {}
    assert [each.is_finished for each in tombstones(room.app().store)] == [True]


def branch(room: Newsroom) -> Path:
    """Keep the archive in a branch of its own, pushed to a remote."""
    archive = room.root / "var/archive"
    room.git("init", "--quiet", "--bare", "remote.git")
    room.git("init", "--quiet", str(archive))
    for arguments in (
        ["remote", "add", "origin", str(room.root / "remote.git")], ["add", "."],
        ["commit", "--quiet", "-m", "as it was"], ["push", "--quiet", "origin", "HEAD:published"],
        ["branch", "--quiet", "-M", "published"],
    ):  # fmt: skip
        room.git("-C", str(archive), *arguments)
    return archive


def history(room: Newsroom) -> tuple[str, ...]:
    """All commits of the archive, here and at the remote, and what differs from them."""
    archive = str(room.root / "var/archive")
    return (
        room.git("-C", archive, "log", "--all", "--format=%s"),
        room.git("-C", str(room.root / "remote.git"), "log", "--all", "--format=%s"),
        room.git("-C", archive, "status", "--porcelain"),
    )


@pytest.mark.parametrize("is_interrupted", [False, True])
def test_its_branch_has_no_history(room: Newsroom, is_interrupted: bool) -> None:
    """Whoever finishes it; the one commit says already that it is finished."""
    branch(room)
    assert history(room) == ("as it was", "as it was", "")
    if is_interrupted:
        begin(room)
        room.publish("2026-04-28", "12:00")
    else:
        take(room)
    once = "What is published, without 2026/04/26/bad"
    assert history(room) == (once, once, "")


def test_a_branch_that_is_refused_does_not_stop_publishing(room: Newsroom) -> None:
    """The operator is told; the next run tries again."""
    branch(room)
    room.git("-C", str(room.root / "remote.git"), "config", "receive.denyNonFastForwards", "true")
    begin(room)
    room.entry("new", day="2026-04-28")
    room.commit()
    report = room.publish("2026-04-28")
    assert "daily 2026-04-28" in report.published
    (told,) = room.app().post.troubles.all("takedown:")
    assert "branch published of the archive was not written anew" in "".join(told.lines)
    assert not (room.root / "public/en/e/2026/04/26/bad/index.html").exists()

    room.git("-C", str(room.root / "remote.git"), "config", "receive.denyNonFastForwards", "false")
    number = room.app().library.index.last_log
    room.publish("2026-04-28", "19:00")
    assert room.app().post.troubles.all("takedown:") == []
    assert history(room)[1] == "What is published, without 2026/04/26/bad"
    assert room.app().library.index.last_log == number  # nothing was left to do in the archive


def test_a_mailing_that_was_held_meanwhile_goes_on(quick: Newsroom) -> None:
    """One that somebody paused for another reason does not."""
    quick.bulletin("early", schedule={"at": "08:00"})
    quick.entry("bad", title=TITLE, summary=SUMMARY)
    quick.entry("good")
    quick.subscribe("en")
    quick.subscribe("zh", bulletin="early")
    quick.publish(send=False)
    begin(quick)
    mailings = quick.app(NOW).mailings
    by_name = {str(each): each.id for each in mailings.all()}
    mailings.pause(by_name["daily 2026-04-26"], "2026/04/26/bad was taken down")
    mailings.pause(by_name["early 2026-04-26"], "somebody asked for it")
    quick.publish("2026-04-26", "19:00", send=False)
    (stone,) = tombstones(quick.app().store)
    assert stone.issues == ["daily/2026-04-26", "early/2026-04-26"]
    states = {str(each): each.state for each in mailings.all()}
    assert states["daily 2026-04-26"] == "sending"
    assert states["early 2026-04-26"] == "paused"


def test_an_index_that_is_lost_is_made_again_without_it(room: Newsroom) -> None:
    """And so is the site, byte by byte."""
    take(room)
    before = room.files()
    room.close()
    for each in Path(room.root / "var").glob("index.sqlite*"):
        each.unlink()
    room.app(NOW).build()
    assert room.files() == before


def test_its_issue_cannot_be_reproduced_any_more(room: Newsroom) -> None:
    """And says why."""
    take(room)
    with pytest.raises(NotReproducible, match="was taken down on 2026-04-28"):
        reproduce(room.app(NOW), "daily", "2026-04-26")


def test_a_mailing_under_way_goes_on_without_it(quick: Newsroom) -> None:
    """What waits gets the new message."""
    quick.entry("bad", title=TITLE, summary=SUMMARY)
    quick.entry("good")
    quick.publish(send=False)
    done = quick.app(NOW).takedown("2026/04/26/bad", "a court order")
    assert [(str(each.mailing), each.mailing.state, each.is_stopped) for each in done.mailed] == [
        ("daily 2026-04-26", "sending", False)
    ]
    quick.app(at("2026-04-26", "18:10")).deliver()
    mails = quick.mails().values()
    assert len(mails) == 2
    assert not [each for each in mails if b"fortune" in each]


def test_what_nothing_remembers_goes_as_well(room: Newsroom) -> None:
    """A page and its copy whose ledger was lost, and what a check keeps of titles."""
    copy = room.root / "public/en/e/2026/04/26/bad/index.html.gz"
    copy.write_bytes(TITLE["en"].encode())
    kept = room.root / "var/check.sqlite"
    kept.write_bytes(TITLE["zh"].encode())
    (room.root / "var/site.sqlite").unlink()
    take(room)
    room.close()
    assert left_of(room) == {}
    assert not copy.exists()


def test_the_search_of_its_years_is_withdrawn(room: Newsroom) -> None:
    """At once, in every edition: the year of the entry and of its issues."""
    page = found_by_search(room)
    take(room)
    assert not page.exists()
