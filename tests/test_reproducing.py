"""A published issue is assembled again from its commit and the archive before it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import both
from newsroom import TOP, Newsroom, at, plain_theme

from publisher.archive.records import entry_file, issue_file
from publisher.errors import UsageError
from publisher.reproducing import NotReproducible, Reproduced, reproduce

DATES = {"id": "dates", "block": "calendar", "title": {"zh": "日程", "en": "Dates"}, "select": {}}
ONE, TWO = "2026/04/26/one", "2026/04/26/two"


@pytest.fixture(scope="module")
def kept() -> Iterator[Path]:
    """Some days of a publication, with all that a later issue owes to the archive before it."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory, ignore_cleanup_errors=True) as folder:
        made = Newsroom(Path(folder), plain_theme)
        fill(made)
        made.close()
        yield made.root


def fill(newsroom: Newsroom) -> None:
    newsroom.bulletin("daily", sections=[TOP | {"max": 2}, DATES | {"optional": True}])
    for name, importance in (("one", 5), ("two", 4), ("three", 3)):
        newsroom.entry(name, importance=importance)
    newsroom.entry("date", happened="2026-04-29")
    newsroom.commit()
    newsroom.publish()
    newsroom.correct(ONE, title={"zh": "新", "en": "New"})
    newsroom.entry("four", "2026-04-27")
    newsroom.entry("late")
    newsroom.issue("2026-04-27", lead="2026/04/27/four")
    newsroom.commit("2026-04-27T12:00:00+08:00")
    newsroom.publish("2026-04-27")
    newsroom.rename(TWO, "2026/04/26/zwei")
    newsroom.entry("five", "2026-04-28")
    newsroom.commit("2026-04-28T12:00:00+08:00")
    newsroom.publish("2026-04-28")


@pytest.fixture
def year(swift: Path, kept: Path) -> Iterator[Newsroom]:
    """A copy of it."""
    place = swift / "year"
    shutil.copytree(kept, place)
    made = Newsroom(place, plain_theme)
    made.git("checkout", "--quiet", "--", "content")
    yield made
    made.close()


def again(newsroom: Newsroom, name: str, bulletin: str = "daily") -> Reproduced:
    return reproduce(newsroom.app(at("2026-05-30")), bulletin, name)


def tamper(newsroom: Newsroom, path: str, change: dict[str, Any]) -> None:
    """Change a file of the archive behind its back."""
    file = newsroom.root / "var/archive" / path
    data = json.loads(file.read_bytes())
    for key, value in change.items():
        *way, last = key.split(".")
        inner = data
        for each in way:
            inner = inner[each]
        inner[last] = value
    file.chmod(0o644)
    file.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")


@pytest.mark.parametrize("name", ["2026-04-26", "2026-04-27", "2026-04-28"])
def test_every_issue_is_the_same(year: Newsroom, name: str) -> None:
    """Whatever was carried, corrected and renamed before and after; each file with its hash."""
    found = again(year, name)
    assert found.is_same, [each.differences for each in found.files]
    assert found.files[0].path == issue_file("daily", name, 1)
    assert all(len(each.archived) == 64 for each in found.files)
    assert found.commit == year.issue_of(name).commit


def test_the_entries_that_came_with_it_are_compared(year: Newsroom) -> None:
    """Not those that an earlier issue brought."""
    paths = [each.path for each in again(year, "2026-04-27").files]
    assert entry_file("2026/04/27/four", 1) in paths
    assert entry_file(ONE, 1) not in paths


def test_nothing_is_changed(year: Newsroom) -> None:
    """Neither archive nor content nor repository."""
    before = year.settled() | year.files("content") | year.files(".git")
    again(year, "2026-04-27")
    assert year.settled() | year.files("content") | year.files(".git") == before


def test_content_that_was_deleted_later(year: Newsroom) -> None:
    """The commit has it still."""
    for file in (year.root / "content/entries").rglob("*.yaml"):
        file.unlink()
    year.file("content/bulletins/daily.yaml", "cadence: hourly")
    year.git("add", "--all", "content")
    year.commit()
    assert again(year, "2026-04-26").is_same


def test_a_last_good_version_is_found_again(year: Newsroom) -> None:
    """What stood in for a broken bulletin then does so now."""
    year.file("content/bulletins/daily.yaml", "cadence: hourly")
    year.entry("six", "2026-04-29")
    year.commit()
    year.publish("2026-04-29")
    year.bulletin("daily", name={"zh": "别", "en": "Other"})
    year.commit()
    found = again(year, "2026-04-29")
    assert found.is_same
    assert [path for path, _ in found.earlier] == ["content/bulletins/daily.yaml"]


def test_images_are_compared(quick: Newsroom) -> None:
    """By their bytes."""
    shown = {"image": "account.png", "alt": both("Code")}
    codes = {"id": "codes", "block": "qr-codes", "codes": [shown]}
    quick.bulletin("daily", sections=[TOP, codes])
    quick.image()
    quick.entry("one")
    quick.commit()
    quick.publish()
    found = again(quick, "2026-04-26")
    assert found.is_same
    blob = found.files[-1].path
    assert blob.startswith("blobs/")
    file = quick.root / "var/archive" / blob
    file.chmod(0o644)
    file.write_bytes(b"another")
    assert not again(quick, "2026-04-26").is_same


def test_a_tampered_issue(year: Newsroom) -> None:
    """What differs is told by its place, with what is there and what would be."""
    tamper(year, issue_file("daily", "2026-04-26", 1), {"issue.title.en": "Another day"})
    found = again(year, "2026-04-26")
    assert not found.is_same
    (differs,) = (each for each in found.files if not each.is_same)
    assert len(differs.differences) == 1
    assert differs.differences[0].startswith('issue.title.en: "Another day" in the archive, ')


def test_a_tampered_entry(year: Newsroom) -> None:
    """A text is shown from where it differs."""
    long = "It was said at length that this is so. " * 5
    year.entry("six", "2026-04-29", title={"zh": "六", "en": long + "one"})
    year.commit()
    year.publish("2026-04-29")
    path = entry_file("2026/04/29/six", 1)
    tamper(year, path, {"entry.title.en": long + "two"})
    (differs,) = (each for each in again(year, "2026-04-29").files if not each.is_same)
    assert differs.path == path
    assert differs.differences[0].endswith('one" now')
    assert 'two" in the archive' in differs.differences[0]


def test_an_entry_that_is_gone_from_the_archive(year: Newsroom) -> None:
    """It is said to be missing."""
    (year.root / "var/archive" / entry_file(TWO, 1)).unlink()
    (differs,) = (each for each in again(year, "2026-04-26").files if not each.is_same)
    assert differs.differences == ("it is not in the archive",)


def test_more_and_less(year: Newsroom) -> None:
    """Fields and items of lists that one side lacks."""
    path = issue_file("daily", "2026-04-26", 1)
    tamper(year, path, {"unless_gained": "2026-04-26T00:00:00Z", "issue.candidates": []})
    differences = again(year, "2026-04-26").files[0].differences
    assert 'unless_gained: "2026-04-26T00:00:00Z" in the archive, nothing now' in differences
    assert any(
        each.startswith("issue.candidates[0]: nothing in the archive, {") for each in differences
    )


def test_an_issue_that_cannot_be_assembled_now(year: Newsroom) -> None:
    """What stands in the way is told, and it is not the same."""
    empty = year.git("commit-tree", "-m", "empty", year.git("mktree"))
    tamper(year, issue_file("daily", "2026-04-26", 1), {"commit": empty})
    found = again(year, "2026-04-26")
    assert not found.is_same
    assert "publication.yaml" in found.failure


# Where there is nothing to compare with ---------------------------------------------------------


def why_not(newsroom: Newsroom, name: str = "2026-04-26") -> str:
    with pytest.raises(NotReproducible) as caught:
        again(newsroom, name)
    return str(caught.value)


def test_an_issue_that_was_never_published(year: Newsroom) -> None:
    """It is a wrong name."""
    with pytest.raises(UsageError, match="was never published"):
        again(year, "2026-04-30")


def test_published_without_git(quick: Newsroom) -> None:
    """No commit says what the content was."""
    quick.entry("one")
    quick.publish()
    assert "published without git" in why_not(quick)


def test_published_from_edits(quick: Newsroom) -> None:
    """Nobody can say what they were."""
    quick.entry("one")
    quick.commit()
    quick.entry("two")
    quick.publish()
    assert "files that differed from commit" in why_not(quick)


def test_another_format(year: Newsroom) -> None:
    """It belongs to another version of the program."""
    tamper(year, issue_file("daily", "2026-04-26", 1), {"format": 0})
    assert "was frozen in format 0, and this program writes 1" in why_not(year)


def test_a_commit_that_is_not_there(year: Newsroom) -> None:
    """It may still be at the remote."""
    tamper(year, issue_file("daily", "2026-04-26", 1), {"commit": "f" * 40})
    assert "fetch origin ffff" in why_not(year)


def test_a_shallow_clone(year: Newsroom, swift: Path) -> None:
    """How the rest is fetched is told."""
    first = year.issue_of().commit
    place = swift / "shallow"
    year.git("clone", "--quiet", "--depth", "1", f"file://{year.root}", str(place))
    (year.root / "var").rename(place / "var")
    clone = Newsroom(place, year.theme_of)
    said = why_not(clone)
    assert f"commit {first[:10] if first else ''}" in said
    assert f"git -C {place} fetch --unshallow" in said
    clone.git("fetch", "--quiet", "--unshallow")
    assert again(clone, "2026-04-26").is_same
    clone.close()


def test_a_record_that_was_not_written(year: Newsroom) -> None:
    """An interrupted run left it out."""
    record = max((year.root / "var/archive/log").iterdir())
    record.unlink()
    (year.root / "var/index.sqlite").unlink()
    assert "has no record of daily 2026-04-28" in why_not(year, "2026-04-28")
