"""A disk that is really full: a file system of a few kilobytes in memory."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.archive.store import FolderStore
from publisher.deliver.transports.base import Accepted, Envelope, Refused
from publisher.deliver.transports.maildir import MaildirTransport
from publisher.errors import ArchiveError, OutputError
from publisher.site.output import tree, write

PAGE = b"x" * 40_000


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 128 KB."""
    disk = tmp_path / "small"
    disk.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("mounting a small file system needs root")
    command = [mount, "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small file system is not permitted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_the_site_stays_as_it_was(small: Path) -> None:
    """A run for which there is no room names path and remedy, and cleans up after itself."""
    site, journal = small / "public", small / "journal"
    write(site, {"index.html": b"old", "a.html": PAGE}, journal=journal)
    with pytest.raises(OutputError, match=r"c\.html.*No space left.*nothing was changed; free"):
        write(site, {"index.html": b"new", "b.html": PAGE, "c.html": PAGE * 2}, journal=journal)
    assert list(tree(small)) == ["public/a.html", "public/index.html"]
    assert (site / "index.html").read_bytes() == b"old"


def test_the_site_is_written_once_there_is_room(small: Path) -> None:
    """The same command again, after some space was freed, does what failed before."""
    site, ballast = small / "public", small / "ballast"
    ballast.write_bytes(PAGE * 2)
    with pytest.raises(OutputError):
        write(site, {"a.html": PAGE, "b.html": PAGE}, journal=small / "journal")
    ballast.unlink()
    write(site, {"a.html": PAGE, "b.html": PAGE}, journal=small / "journal")
    assert list(tree(small)) == ["public/a.html", "public/b.html"]


def test_the_archive_holds_no_half_file(small: Path) -> None:
    """What does not fit is not there, and the error says what to do."""
    store = FolderStore(small)
    with pytest.raises(ArchiveError, match=r"No space left.*; free some space"):
        store.put_new("entries/1.json", PAGE * 4)
    assert list(tree(small)) == []
    assert store.put_new("entries/1.json", PAGE)


def test_a_message_waits_for_room(small: Path) -> None:
    """A full outbox is a refusal for now; the message is taken when there is room."""
    transport, envelope = MaildirTransport(small), Envelope("b@x", "a@x", "1")
    (small / "ballast").write_bytes(PAGE * 2)
    outcome = transport.send(envelope, [PAGE * 2])
    assert isinstance(outcome, Refused)
    assert outcome.temporary
    (small / "ballast").unlink()
    assert isinstance(transport.send(envelope, [PAGE * 2]), Accepted)
