"""An entry that the law wants gone, where archive and site lie in an object store."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from buckets import Buckets
from newsroom import Newsroom, at

from publisher.archive.object_store import ObjectStore
from publisher.archive.records import Tombstone, parse, tombstone_file
from publisher.fakes.stopping_store import Stopped, StoppingStore

BAD = "2026/04/26/bad"
TITLE = {"zh": "某人被控侵吞巨款的消息", "en": "Somebody accused of taking a fortune"}
SUMMARY = {"zh": "据称涉案金额巨大而且无人知晓。", "en": "A sum that nobody has seen, it is said."}
SECRETS = [each.encode() for each in (*TITLE.values(), *SUMMARY.values())]
OWN, SHARED = "0123456789abcdef.png", "fedcba9876543210.png"
NOW = at("2026-04-28", "12:00")


class Machine:
    """The publication on one of the machines that share the object store."""

    def __init__(self, newsroom: Newsroom, buckets: Buckets) -> None:
        self.newsroom, self.buckets = newsroom, buckets
        bucket = buckets.fresh()
        self.archive, self.site = f"{bucket}/archive", f"{bucket}/site"
        newsroom.environment |= {"PUBLISHER_ARCHIVE": self.archive, "PUBLISHER_PUBLIC": self.site}

    def objects(self) -> dict[str, bytes]:
        """What is in the bucket, of archive and site."""
        return {
            f"{url.rpartition('/')[2]}/{path}": data
            for url in (self.archive, self.site)
            for path, data in self.buckets.objects(url).items()
        }

    def take(self, most: int = 1000) -> None:
        """Take the entry down, and stop after some steps in the archive."""
        app = self.newsroom.app(NOW)
        app.store = StoppingStore(app.store, most)
        with suppress(Stopped):
            app.takedown(BAD, "a court order")
        app.close()


@pytest.fixture
def machine(quick: Newsroom, buckets: Buckets) -> Machine:
    """An entry with two revisions, in an issue with another, that names two blobs."""
    made = Machine(quick, buckets)
    for name in (OWN, SHARED):
        buckets.put(f"{made.archive}/blobs/{name}", b"a picture")
    own, shared = ({"publisher": "CNBC", "url": f"https://cnbc.com/{n}"} for n in (OWN, SHARED))
    quick.entry("bad", title=TITLE, summary=SUMMARY, tags=["court"], sources=[own, shared])
    quick.entry("good", sources=[shared])
    quick.publish()
    quick.correct(BAD)
    quick.publish("2026-04-27", "09:00")
    return made


def saying(objects: dict[str, bytes]) -> list[str]:
    return [path for path, data in objects.items() if any(each in data for each in SECRETS)]


def test_nothing_of_it_is_left_in_the_bucket(machine: Machine) -> None:
    """Its revisions and what only it used are deleted; its grave and the lists are written."""
    before = machine.objects()
    assert f"archive/entries/{BAD}/2.json" in before
    assert saying(before)
    machine.take()
    after = machine.objects()
    assert saying(after) == []
    gone = before.keys() - after.keys()
    assert {each for each in gone if each.startswith("archive/")} == {
        f"archive/entries/{BAD}/1.json", f"archive/entries/{BAD}/2.json", f"archive/blobs/{OWN}",
    }  # fmt: skip
    assert f"archive/blobs/{SHARED}" in after
    assert {"site/zh/e/2026/04/26/bad/index.html", "site/en/e/2026/04/26/bad/index.html",
            "site/en/tags/court/index.html"} <= gone  # fmt: skip
    assert "site/en/e/2026/04/26/good/index.html" in after
    path = tombstone_file(BAD)
    stone = parse(path, after[f"archive/{path}"], Tombstone)
    assert (stone.is_finished, stone.reason) == (True, "a court order")
    assert b"/en/e/2026/04/26/bad/" in after["site/_gone.nginx"]
    assert b"/zh/e/2026/04/26/bad/" in after["site/_gone.caddy"]


def test_an_object_that_nothing_remembers_goes_as_well(machine: Machine) -> None:
    """All below the address of the site is ours: what should not be there is removed."""
    machine.buckets.put(f"{machine.site}/en/e/old/bad.html", TITLE["en"].encode())
    machine.take()
    assert saying(machine.objects()) == []


@pytest.mark.parametrize("most", [4, 9, 13])
def test_the_next_run_finishes_it(machine: Machine, most: int) -> None:
    """Wherever it was stopped, as if it never had been."""
    machine.take(most)
    machine.newsroom.publish("2026-04-28", "12:00")
    found = machine.objects()
    assert saying(found) == []
    assert f"archive/entries/{BAD}/1.json" not in found
    path = tombstone_file(BAD)
    assert parse(path, found[f"archive/{path}"], Tombstone).is_finished


def test_another_machine_forgets_its_copies(machine: Machine, tmp_path: Path) -> None:
    """What it has read before: with the next thing that it does."""
    state = tmp_path / "other"
    ours = {"PUBLISHER_STATE": str(state)}
    machine.newsroom.app(NOW, **ours).build()
    copies = state / "archive-copies"
    assert (copies / f"entries/{BAD}/1.json").exists()
    machine.take()
    assert (copies / f"entries/{BAD}/1.json").exists()
    app = machine.newsroom.app(NOW, **ours)
    app.build()
    app.close()
    left = {each.relative_to(state).as_posix(): each.read_bytes()
            for each in state.rglob("*") if each.is_file()}  # fmt: skip
    assert saying(left) == []
    assert isinstance(app.store, ObjectStore)
