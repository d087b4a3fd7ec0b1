"""From an assembled issue to files that never change."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import SLOT, both
from shelf import Shelf, written

from publisher.archive.freeze import (
    Commit,
    find_issue,
    freeze,
    log_freeze,
    log_revision,
    revise_entry,
    revise_issue,
)
from publisher.archive.records import get_blob, get_entry, read_log
from publisher.archive.store import MemoryStore
from publisher.issue.supplies import Supplies, image_of

HOUR = dt.timedelta(hours=1)
TOP = {"id": "top", "block": "entries", "select": {}}
LATER = SLOT + 5 * HOUR


class Recorder(MemoryStore):
    """Remembers the order in which files came."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    def put_new(self, path: str, data: bytes) -> bool:
        """Write, and remember."""
        self.order.append(path)
        return super().put_new(path, data)


def test_entries_come_before_the_issue(shelf: Shelf) -> None:
    """The issue's first revision is the commit point: what it refers to is there."""
    store = Recorder()
    freeze(store, shelf.assemble(written("a"), written("b")), {}, Commit())
    assert store.order == [
        "entries/2026/04/26/a/1.json",
        "entries/2026/04/26/b/1.json",
        "issues/daily/2026-04-26/1.json",
    ]


def test_images_come_first(shelf: Shelf) -> None:
    """Their bytes are there before anything names them; the same bytes are there once."""
    image, codes = image_of(b"bytes", "png", 10, 10), {"image": "code.png", "alt": both("Code")}
    section = {"id": "codes", "block": "qr-codes", "codes": [codes]}
    made = shelf.assemble(
        written("a"), sections=[section, TOP],
        supplies=Supplies(images={"code.png": (image, b"bytes")}),
    )  # fmt: skip
    store = Recorder()
    freeze(store, made, {}, Commit())
    assert store.order[0] == f"blobs/{image.blob}"
    assert get_blob(store, image.blob) == b"bytes"
    again = shelf.assemble(written("b"), name="2026-04-27", sections=[section, TOP],
                           supplies=Supplies(images={"code.png": (image, b"bytes")}))  # fmt: skip
    freeze(store, again, {}, Commit())
    assert list(store.list("blobs")) == [f"blobs/{image.blob}"]


def test_a_date_in_news_and_calendar_is_recorded_once(shelf: Shelf) -> None:
    """And frozen once."""
    calendar = {"id": "dates", "block": "calendar", "select": {}}
    revision = shelf.publish(written("a", happened="2026-05-01"), sections=[calendar, TOP])
    (record,) = read_log(shelf.store, 0)
    assert record.entries == [("2026/04/26/a", 1)]
    assert [each.revision for each in revision.issue.placed()] == [1, 1]


def test_who_comes_second_reads_what_is_there(shelf: Shelf) -> None:
    """The first freeze counts, whatever another one would say."""
    first = freeze(shelf.store, shelf.assemble(written("a")), {}, Commit())
    before = {path: shelf.store.get(path) for path in shelf.store.list("issues")}
    second = freeze(shelf.store, shelf.assemble(written("a"), written("b")), {}, Commit("0" * 40))
    assert second == first
    assert {path: shelf.store.get(path) for path in shelf.store.list("issues")} == before


def test_published_is_the_slot(shelf: Shelf) -> None:
    """Of the issue; of an entry, the slot of the first issue that carried it."""
    revision = shelf.publish(written("a"))
    assert (revision.published, revision.at) == (SLOT, SLOT)
    shelf.publish(written("a"), slug="weekly", name="2026-04-27")
    entry = shelf.library.newest(["2026/04/26/a"])["2026/04/26/a"]
    assert entry.published - SLOT < dt.timedelta(seconds=1)


def test_the_order_of_an_issue_is_the_order_of_times(shelf: Shelf) -> None:
    """Feed readers sort by time: the first entry is the newest, and no two are the same."""
    shelf.publish(*(written(name) for name in "abc"))
    moments = [get_entry(shelf.store, f"2026/04/26/{name}", 1).at for name in "abc"]
    assert moments == sorted(set(moments), reverse=True)


def test_an_entry_is_frozen_by_the_first_issue_that_carries_it(shelf: Shelf) -> None:
    """A second bulletin refers to that revision, and writes none."""
    shelf.publish(written("a"))
    second = shelf.publish(written("a"), slug="weekly")
    assert second.issue.placed()[0].revision == 1
    assert list(shelf.store.list("entries")) == ["entries/2026/04/26/a/1.json"]


@pytest.mark.parametrize(
    ("commit", "reproducible"),
    [(Commit(), False), (Commit("0" * 40, False), False), (Commit("0" * 40), True)],
)
def test_only_what_was_committed_is_reproducible(
    shelf: Shelf, commit: Commit, reproducible: bool
) -> None:
    """Without git, or with uncommitted edits, an issue is marked."""
    revision = freeze(shelf.store, shelf.assemble(written("a")), {}, commit)
    assert (revision.commit, revision.reproducible) == (commit.id, reproducible)


def test_an_entry_of_an_interrupted_freeze_that_was_edited_since(shelf: Shelf) -> None:
    """Nothing refers to the file that was left behind; the issue names the next number."""
    interrupted = shelf.assemble(written("a"))
    freeze(shelf.store, interrupted, {}, Commit())
    shelf.store.delete("issues/daily/2026-04-26/1.json")
    edited = shelf.assemble(written("a", title=both("edited")))
    revision = freeze(shelf.store, edited, {}, Commit())
    assert revision.issue.placed()[0].revision == 2
    assert get_entry(shelf.store, "2026/04/26/a", 2).entry.title["en"] == "edited (en)"


def test_an_interrupted_freeze_goes_on_with_the_same_files(shelf: Shelf) -> None:
    """What is there already is not written a second time."""
    freeze(shelf.store, shelf.assemble(written("a")), {}, Commit())
    shelf.store.delete("issues/daily/2026-04-26/1.json")
    revision = freeze(shelf.store, shelf.assemble(written("a")), {}, Commit())
    assert revision.issue.placed()[0].revision == 1


def test_find_issue(shelf: Shelf) -> None:
    """Whether an issue was ever frozen, asked of the archive itself."""
    assert find_issue(shelf.store, "daily", "2026-04-26") is None
    revision = freeze(shelf.store, shelf.assemble(written("a")), {}, Commit())
    assert find_issue(shelf.store, "daily", "2026-04-26") == revision


def test_the_record_names_what_was_frozen(shelf: Shelf) -> None:
    """The issue, its entries with their revisions, and the commit."""
    revision = freeze(shelf.store, shelf.assemble(written("a")), {}, Commit("0" * 40))
    record = log_freeze(shelf.store, revision, 0)
    assert (record.bulletin, record.issue, record.issue_revision) == ("daily", "2026-04-26", 1)
    assert (record.entries, record.commit) == ([("2026/04/26/a", 1)], "0" * 40)
    assert list(read_log(shelf.store, 0)) == [record]


# Later revisions ---------------------------------------------------------------------------------


def test_a_later_revision_of_an_entry(shelf: Shelf) -> None:
    """The next number, its own kind and time; `published` stays."""
    shelf.publish(written("a"))
    old = get_entry(shelf.store, "2026/04/26/a", 1)
    new = revise_entry(shelf.store, old, written("a", title=both("new")), "correction", LATER)
    assert (new.revision, new.kind, new.at) == (2, "correction", LATER)
    assert new.published == old.published
    assert get_entry(shelf.store, "2026/04/26/a", 2) == new
    assert get_entry(shelf.store, "2026/04/26/a", 1) == old


def test_time_goes_forward(shelf: Shelf) -> None:
    """A clock that was put back, or a commit of the same second, still makes a later time."""
    shelf.publish(written("a"))
    revision = get_entry(shelf.store, "2026/04/26/a", 1)
    for name, moment in (("b", SLOT - dt.timedelta(days=1)), ("c", LATER), ("d", LATER)):
        newer = revise_entry(
            shelf.store, revision, written("a", title=both(name)), "correction", moment
        )
        assert newer.at > revision.at
        revision = newer


def test_a_renamed_entry_keeps_its_identity(shelf: Shelf) -> None:
    """Its files stay below the first id, for ever."""
    shelf.publish(written("a"))
    old = get_entry(shelf.store, "2026/04/26/a", 1)
    new = revise_entry(shelf.store, old, written("b"), "rename", LATER)
    assert (new.id, new.entry.id) == ("2026/04/26/a", "2026/04/26/b")
    again = revise_entry(shelf.store, new, written("c"), "rename", LATER)
    assert (again.id, again.revision) == ("2026/04/26/a", 3)


def test_a_revision_that_an_interrupted_run_left_behind_counts(shelf: Shelf) -> None:
    """The same revision at another time of day is the one that is there."""
    revision = shelf.publish(written("a"))
    old, edited = get_entry(shelf.store, "2026/04/26/a", 1), written("a", title=both("new"))
    left = revise_entry(shelf.store, old, edited, "correction", LATER)
    again = revise_entry(shelf.store, old, edited, "correction", LATER + HOUR)
    assert again == left
    issue = revision.issue.model_copy(update={"subtitle": edited.title})
    left_issue = revise_issue(shelf.store, revision, issue, "correction", LATER)
    later = LATER + HOUR
    assert revise_issue(shelf.store, revision, issue, "correction", later) == left_issue


def test_another_revision_in_the_place_keeps_it(shelf: Shelf) -> None:
    """What was edited between two interrupted runs takes the next number."""
    revision = shelf.publish(written("a"))
    old = get_entry(shelf.store, "2026/04/26/a", 1)
    revise_entry(shelf.store, old, written("a", title=both("new")), "correction", LATER)
    newer = revise_entry(shelf.store, old, written("a", title=both("newer")), "correction", LATER)
    assert newer.revision == 3
    one, other = (
        revision.issue.model_copy(update={"title": written(title=both(name)).title})
        for name in ("new", "newer")
    )
    revise_issue(shelf.store, revision, one, "correction", LATER)
    assert revise_issue(shelf.store, revision, other, "correction", LATER).revision == 3


def test_a_later_revision_of_an_issue(shelf: Shelf) -> None:
    """It keeps slot, commit and reproducibility, and gets its own time."""
    revision = shelf.publish(written("a"), commit="0" * 40)
    title = written(title={"zh": "期"}).title
    old = revision.model_copy(
        update={"issue": revision.issue.model_copy(update={"subtitle": title})}
    )
    issue = revision.issue.model_copy(update={"subtitle": written(title=both("x")).title})
    new = revise_issue(shelf.store, old, issue, "translation", LATER)
    assert (new.revision, new.kind, new.at) == (2, "translation", LATER)
    assert (new.published, new.commit) == (SLOT, "0" * 40)
    assert (new.updated_in(["zh"]), new.updated_in(["en"])) == (SLOT, LATER)
    later = revise_issue(shelf.store, new, issue, "correction", LATER + HOUR)
    assert later.updated_in(["zh"]) == LATER + HOUR


def test_a_translation_is_dated_in_its_own_languages(shelf: Shelf) -> None:
    """Readers of the others had nothing new; a later correction is news to all."""
    shelf.publish(written("a", title={"zh": "题"}))
    first = get_entry(shelf.store, "2026/04/26/a", 1)
    both_ways = written("a", title={"zh": "题", "en": "Title"})
    second = revise_entry(shelf.store, first, both_ways, "translation", LATER)
    assert second.updated_in(["zh"]) == first.at
    assert second.updated_in(["en"]) == second.updated_in(["zh", "en"]) == LATER
    third = revise_entry(shelf.store, second, both_ways, "correction", LATER + HOUR)
    assert third.updated_in(["zh"]) == third.updated_in(["en"]) == LATER + HOUR


def test_a_second_translation_keeps_the_time_of_the_first(shelf: Shelf) -> None:
    """Each language has its own; the one without any text is as old as the entry."""
    shelf.publish(written("a", title={"zh": "题"}, digest={"en": "Digest"}))
    first = get_entry(shelf.store, "2026/04/26/a", 1)
    titled = written("a", title={"zh": "题", "en": "Title"}, digest={"en": "Digest"})
    second = revise_entry(shelf.store, first, titled, "translation", LATER)
    whole = written("a", title={"zh": "题", "en": "Title"}, digest=both("Digest"))
    third = revise_entry(shelf.store, second, whole, "translation", LATER + HOUR)
    assert [third.updated_in([key]) for key in ("en", "zh", "fr")] == [
        LATER, LATER + HOUR, first.at,
    ]  # fmt: skip


def test_later_revisions_are_recorded(shelf: Shelf) -> None:
    """With the number each got, or as a commit that was processed."""
    shelf.publish(written("a"))
    old = get_entry(shelf.store, "2026/04/26/a", 1)
    new = revise_entry(shelf.store, old, written("a", importance=5), "correction", LATER)
    record = log_revision(shelf.store, 1, "0" * 40, entries=[new])
    assert (record.number, record.what, record.entries) == (2, "revise", [("2026/04/26/a", 2)])
    assert log_revision(shelf.store, 2, "1" * 40).commit == "1" * 40
