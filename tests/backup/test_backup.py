"""Making backups, and restoring them."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from newsroom import Newsroom, at

from publisher.app import App
from publisher.archive.store import MemoryStore
from publisher.backup.make import Source, backups, make_backup
from publisher.backup.manifest import fingerprints, read_manifest
from publisher.backup.restore import restore, verify
from publisher.config.settings import read_settings
from publisher.errors import SettingsError, StepFailed, UsageError
from publisher.storage.copies import Copies
from publisher.storage.database import open_database
from publisher.storage.keyring import load_keys
from publisher.subscribers.addresses import read_address
from publisher.subscribers.tokens import Keys, make_keys

NOON = at("2026-04-27", "12:00")
NOW = dt.datetime(2026, 4, 27, 3, tzinfo=dt.UTC)
NIGHT = dt.timedelta(days=1)


def keys_of(app: App) -> Keys:
    """The keys, without opening the database that they belong to."""
    return load_keys(app.settings.keys)


def source_of(app: App) -> Source:
    return Source(app.settings.database_url, "0003", app.store, app.keys, "0.1")


@pytest.fixture
def app(quick: Newsroom) -> App:
    """An installation with one issue, and a reader in each edition."""
    quick.entry("one")
    quick.publish()
    return quick.app(at("2026-04-27", "11:00"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def elsewhere(quick: Newsroom, tmp_path: Path) -> Callable[..., App]:
    """The same publication with a state folder of its own; it has the keys, and nothing else."""

    def make(now: dt.datetime = NOON) -> App:
        state = tmp_path / "new/var"
        if not state.exists():
            state.mkdir(parents=True)
            shutil.copy(quick.root / "var/keys.json", state)
        return quick.app(
            now, PUBLISHER_STATE=str(state), PUBLISHER_PUBLIC=str(tmp_path / "new/public")
        )

    return make


class TestMaking:
    def test_a_backup_holds_the_database_and_the_archive(self, app: App, place: Path) -> None:
        """Each file of the archive with its hash, and a database that can be opened."""
        made = make_backup(source_of(app), place, NOW)

        kept = {each.relative_to(made.folder / "archive").as_posix()
                for each in (made.folder / "archive").rglob("*") if each.is_file()}  # fmt: skip
        assert kept == set(made.manifest.files) == set(app.library.store.list(""))
        copy = sqlite3.connect(made.folder / "publisher.sqlite")
        assert copy.execute("SELECT count(*) FROM subscribers").fetchone() == (2,)
        copy.close()

    def test_it_is_for_its_owner_alone(self, app: App, place: Path) -> None:
        """It holds addresses."""
        made = make_backup(source_of(app), place, NOW)

        assert made.folder.stat().st_mode & 0o077 == 0
        assert (made.folder / "publisher.sqlite").stat().st_mode & 0o077 == 0

    def test_no_secret_is_in_it(self, app: App, place: Path) -> None:
        """Keys are recognised by their fingerprints."""
        made = make_backup(source_of(app), place, NOW)

        whole = b"".join(each.read_bytes() for each in made.folder.rglob("*") if each.is_file())
        for key in (*app.keys.signing.values(), app.keys.suppression):
            assert key not in whole
        assert made.manifest.keys == fingerprints(app.keys)

    def test_the_next_one_copies_what_is_new(self, app: App, quick: Newsroom, place: Path) -> None:
        """Files of the archive never change: the others are the same ones, not copies."""
        first = make_backup(source_of(app), place, NOW)
        quick.entry("two", "2026-04-27")
        quick.publish("2026-04-27")
        second = make_backup(source_of(app), place, NOW + NIGHT)

        added = set(second.manifest.files) - set(first.manifest.files)
        assert second.new == len(added) > 0
        some = next(iter(first.manifest.files))
        one, two = (each.folder / "archive" / some for each in (first, second))
        assert one.samefile(two)
        assert verify(second.folder) == second.manifest

    def test_old_ones_are_let_go(self, app: App, place: Path) -> None:
        """The newest stay, and are whole without those that went."""
        for night in range(4):
            last = make_backup(source_of(app), place, NOW + night * NIGHT, keep=2)

        assert [each.name for each in backups(place)] == ["20260429T030000Z", "20260430T030000Z"]
        assert [each.name for each in last.dropped] == ["20260428T030000Z"]
        verify(backups(place)[0])

    def test_one_that_was_interrupted_is_none(self, app: App, place: Path) -> None:
        """What a killed run has left is not called a backup, and goes with the next one."""
        half = place / ".unfinished-20260426T030000Z"
        half.mkdir(parents=True)
        (half / "publisher.sqlite").write_bytes(b"half")
        assert backups(place) == []

        make_backup(source_of(app), place, NOW)
        assert [each.name for each in place.iterdir()] == ["20260427T030000Z"]

    def test_a_damaged_last_one_is_not_linked_to(self, app: App, place: Path) -> None:
        """Where its manifest cannot be read, everything is copied."""
        first = make_backup(source_of(app), place, NOW)
        (first.folder / "manifest.json").write_text("{")
        second = make_backup(source_of(app), place, NOW + NIGHT)

        assert second.new == len(second.manifest.files)

    def test_a_database_that_is_none_is_told(self, app: App, place: Path) -> None:
        """And no backup is there afterwards."""
        source = replace(source_of(app), url=f"sqlite:///{app.settings.keys}")
        with pytest.raises(StepFailed, match="cannot be copied"):
            make_backup(source, place, NOW)
        assert backups(place) == []

    def test_a_folder_that_cannot_be_written_is_told(self, app: App, tmp_path: Path) -> None:
        """With its name."""
        (tmp_path / "file").touch()
        with pytest.raises(StepFailed, match=r"the backup in .*/file could not be written"):
            make_backup(source_of(app), tmp_path / "file", NOW)


class TestRestoring:
    def test_everything_is_as_it_was(
        self, app: App, place: Path, elsewhere: Callable[..., App]
    ) -> None:
        """The archive byte by byte, the readers, and the steps of each issue."""
        made = make_backup(source_of(app), place, NOW)
        there = elsewhere()
        restore(made.folder, there.settings, there.store, keys_of(there), there.now)

        store = there.library.store
        assert {path: store.get(path) for path in store.list("")} == {
            path: app.library.store.get(path) for path in app.library.store.list("")
        }
        assert there.people.active("daily") == {"zh": 1, "en": 1}
        assert [row.step for row in there.rows.all()] == ["mailed"]

    def test_it_goes_where_nothing_is(
        self, app: App, place: Path, elsewhere: Callable[..., App]
    ) -> None:
        """A database or an archive in the way is never written over."""
        made = make_backup(source_of(app), place, NOW)
        with pytest.raises(UsageError, match=r"the archive .* is in the way"):
            restore(made.folder, app.settings, app.store, app.keys, NOW)
        there = elsewhere()
        open_database(there.settings.database_url).dispose()
        with pytest.raises(UsageError, match=r"the database .* is in the way"):
            restore(made.folder, there.settings, there.store, keys_of(there), NOW)

    def test_other_keys_are_refused(
        self, app: App, place: Path, elsewhere: Callable[..., App]
    ) -> None:
        """With them forgotten people could be mailed again; nothing is put back."""
        made = make_backup(source_of(app), place, NOW)
        there = elsewhere()
        with pytest.raises(SettingsError, match=r"the keys are not those of the backup \(signing"):
            restore(made.folder, there.settings, there.store, make_keys(), NOW)
        assert not there.settings.archive.exists()

    def test_further_signing_keys_are_welcome(
        self, app: App, place: Path, elsewhere: Callable[..., App]
    ) -> None:
        """A key that was added since does no harm."""
        made = make_backup(source_of(app), place, NOW)
        there = elsewhere()
        keys = replace(
            app.keys, signing={**app.keys.signing, 7: b"another key of 32 bytes, random"}
        )
        assert restore(made.folder, there.settings, there.store, keys, NOW) == made.manifest

    @pytest.mark.parametrize("damage", ["flip", "delete", "database"])
    def test_a_damaged_backup_is_refused(
        self, app: App, place: Path, elsewhere: Callable[..., App], damage: str
    ) -> None:
        """A bit that flipped, a file that is gone: found before anything is put back."""
        made = make_backup(source_of(app), place, NOW)
        file = made.folder / "archive" / next(iter(made.manifest.files))
        if damage == "database":
            file = made.folder / "publisher.sqlite"
        file.chmod(0o600)
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(bytes(data))
        if damage == "delete":
            file.unlink()
        there = elsewhere()
        with pytest.raises(StepFailed, match=r"1 files of .* are missing or damaged"):
            restore(made.folder, there.settings, there.store, keys_of(there), NOW)
        assert not there.settings.archive.exists()

    def test_what_is_no_backup_is_told(self, tmp_path: Path) -> None:
        """By its name, with what would be one."""
        with pytest.raises(StepFailed, match=r"is no backup.*; name a folder that"):
            read_manifest(tmp_path)

    def test_another_kind_of_database_is_refused(
        self, app: App, place: Path, quick: Newsroom, tmp_path: Path
    ) -> None:
        """SQLite's file is none for PostgreSQL."""
        made = make_backup(source_of(app), place, NOW)
        other = {"PUBLISHER_DATABASE_URL": "postgresql+psycopg://localhost/none",
                 "PUBLISHER_STATE": str(tmp_path / "new")}  # fmt: skip
        settings = read_settings(quick.root, other)
        with pytest.raises(UsageError, match="of kind sqlite, and postgresql is set"):
            restore(made.folder, settings, MemoryStore(), app.keys, NOW)


class TestACopy:
    """A restored installation mails nobody until it is told that it is the only one."""

    @pytest.fixture
    def copy(
        self, app: App, quick: Newsroom, place: Path, elsewhere: Callable[..., App]
    ) -> Callable[..., App]:
        made = make_backup(source_of(app), place, NOW)
        there = elsewhere()
        restore(made.folder, there.settings, there.store, keys_of(there), there.now)
        quick.entry("two", "2026-04-27")
        return elsewhere

    def outbox(self, app: App) -> int:
        place = app.settings.outbox / "new"
        return len(list(place.iterdir())) if place.is_dir() else 0

    def test_it_publishes_and_does_not_mail(self, copy: Callable[..., App]) -> None:
        """The issue waits at its step."""
        there = copy(at("2026-04-27"))
        report = there.publish()

        assert report.published == ("daily 2026-04-27",)
        assert self.outbox(there) == 0
        assert {row.issue: row.step for row in there.rows.all()}["2026-04-27"] == "announced"
        assert any("restored" in each for each in report.remarks)

    def test_what_was_queued_there_is_not_sent(self, copy: Callable[..., App]) -> None:
        """Nor are notices, such as a confirmation that was asked for before the backup."""
        there = copy(at("2026-04-27"))
        room, revision = there.mailroom(), there.issue("daily", "2026-04-26")
        compiled = room.compiled(revision, room.mails(revision))
        opened = there.post.mailing_desk().open("daily", "2026-04-25", compiled, there.now)
        there.post.notices.queue("confirm", read_address("a@example.org"), b"", there.now)
        there.deliver()

        assert self.outbox(there) == 0
        assert there.mailings.counts(opened.id) == {"queued": 2}

    def test_told_that_it_is_the_only_one_it_mails_what_comes(
        self, copy: Callable[..., App]
    ) -> None:
        """An issue whose slot comes after that."""
        there = copy(at("2026-04-27", "17:00"))
        Copies(there.post.engine).confirm(there.now)
        report = copy(at("2026-04-27")).publish()

        assert report.mailed == 2

    def test_what_the_original_may_have_mailed_is_not_mailed_again(
        self, copy: Callable[..., App]
    ) -> None:
        """An issue that was due between the backup and now is published only."""
        there = copy(at("2026-04-27"))
        Copies(there.post.engine).confirm(there.now)
        report = there.publish()

        (row,) = (each for each in there.rows.all() if each.issue == "2026-04-27")
        assert (report.mailed, row.step) == (0, "not-mailed")
        assert "restored from a backup" in row.reason

    def test_mailings_that_were_under_way_wait_for_a_person(self, copy: Callable[..., App]) -> None:
        """Nobody knows how far the original came."""
        there = copy(at("2026-04-27"))
        there.mailings.open("daily", "2026-04-25", {"zh": b"", "en": b""}, there.now)

        assert Copies(there.post.engine).confirm(there.now) == 1
        found = there.mailings.find("daily", "2026-04-25")
        assert found is not None
        assert (found.state, found.resumes) == ("paused", None)

    def test_an_installation_that_is_no_copy_needs_no_word(self, app: App) -> None:
        """Confirming does nothing."""
        assert Copies(app.post.engine).taken() is None
        assert Copies(app.post.engine).confirm(NOW) == 0
