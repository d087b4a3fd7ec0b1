"""A Maildir as outbox."""

from __future__ import annotations

import mailbox
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.deliver.transports.base import Accepted, Envelope, Refused
from publisher.deliver.transports.maildir import MaildirTransport

PROCESSES = multiprocessing.get_context("fork")
MESSAGE = b"Subject: hello\r\n\r\nline\r\n"
KEPT = b"Subject: hello\n\nline\n"


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """The folder of a Maildir, not made yet."""
    return tmp_path / "var/outbox"


def test_the_file_is_named_after_the_delivery(outbox: Path) -> None:
    """One message is one file with a name that can be foretold."""
    _send(outbox, "daily.2026-04-13.42")
    assert _files(outbox) == ["new/daily.2026-04-13.42.publisher"]


def test_lines_end_with_a_line_feed(outbox: Path) -> None:
    """A file of a Maildir has the line ends of the system."""
    _send(outbox, "1")
    assert (outbox / "new/1.publisher").read_bytes() == KEPT


def test_a_mail_program_reads_it(outbox: Path) -> None:
    """The standard library finds a Maildir with one message."""
    _send(outbox, "1")
    messages = list(mailbox.Maildir(outbox, create=False))
    assert [message["Subject"] for message in messages] == ["hello"]


def test_only_the_owner_may_read_it(outbox: Path) -> None:
    """Mail holds addresses and tokens."""
    _send(outbox, "1")
    assert (outbox / "new/1.publisher").stat().st_mode & 0o077 == 0
    assert (outbox / "new").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "place",
    [
        "new/1.publisher",
        "cur/1.publisher",
        "cur/1.publisher:2,",
        "cur/1.publisher:2,S",
        "cur/1.publisher:2,FRSab",
    ],
)
def test_sent_again_it_is_one_message(outbox: Path, place: str) -> None:
    """Where a reader has put a message makes no difference, nor who sends it again."""
    transport = MaildirTransport(outbox)
    _send(outbox, "1", transport)
    (outbox / "new/1.publisher").rename(outbox / place)
    for sender in (transport, MaildirTransport(outbox), transport):
        assert isinstance(_send(outbox, "1", sender), Accepted)
    assert _files(outbox) == [place]


def test_a_message_is_found_whenever_it_was_moved(outbox: Path) -> None:
    """A reader who moves each message at once, as fast as it comes, makes no doubles."""
    transport = MaildirTransport(outbox)
    for n in range(200):
        _send(outbox, f"{n}", transport)
        (outbox / f"new/{n}.publisher").rename(outbox / f"cur/{n}.publisher:2,S")
        _send(outbox, f"{n}", transport)
    assert len(_files(outbox)) == 200


def test_a_move_within_a_tick_of_the_clock_is_seen(outbox: Path) -> None:
    """A young folder is listed again, for its time may not show the latest change."""
    transport = MaildirTransport(outbox)
    _send(outbox, "1", transport)
    time = (outbox / "cur").stat().st_mtime_ns
    (outbox / "new/1.publisher").rename(outbox / "cur/1.publisher:2,S")
    os.utime(outbox / "cur", ns=(time, time))
    _send(outbox, "1", transport)
    assert _files(outbox) == ["cur/1.publisher:2,S"]


def test_a_folder_that_does_not_change_is_listed_once(outbox: Path) -> None:
    """Of two sends to an outbox that nobody reads, the second does not list ``cur/`` again."""
    transport = MaildirTransport(outbox)
    _send(outbox, "1", transport)
    os.utime(outbox / "cur", (1000, 1000))

    def run() -> None:
        listed = []
        _send(outbox, "2", transport)
        sys.addaudithook(lambda event, args: listed.append(args) if event == "os.listdir" else None)
        _send(outbox, "3", transport)
        assert listed == []

    assert _exit_code(run) == 0


def test_another_key_is_another_message(outbox: Path) -> None:
    """A key that merely begins like another does not count as sent."""
    _send(outbox, "1")
    (outbox / "new/1.publisher").rename(outbox / "cur/1.publisher:2,S")
    _send(outbox, "1.publisher")
    _send(outbox, "11")
    assert len(_files(outbox)) == 3


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("a+b=c_d-e.f@g", "a+b=c_d-e.f@g"),
        ("../../etc/x", "%2E.%2F..%2Fetc%2Fx"),
        (".hidden", "%2Ehidden"),
        ("a:2,S", "a%3A2,S"),
        ("a%3A2,S", "a%253A2,S"),
        ("新\n", "%E6%96%B0%0A"),
    ],
)
def test_any_key_is_one_file_name(outbox: Path, key: str, name: str) -> None:
    """No key leads out of the folder, looks like flags or is hidden, and no two are the same."""
    _send(outbox, key)
    assert _files(outbox) == [f"new/{name}.publisher"]


def test_of_several_processes_that_send_the_same_one_is_kept(outbox: Path) -> None:
    """Two senders that both believe that it is theirs leave one message for each key."""

    def send_all() -> None:
        for n in range(20):
            assert isinstance(_send(outbox, f"{n}"), Accepted)

    workers = [PROCESSES.Process(target=send_all) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    assert len(_files(outbox)) == 20


def test_a_kill_at_any_step_leaves_one_message_in_the_end(outbox: Path) -> None:
    """Killed before each call on the file system in turn, then sent again, it is there once."""
    for step in range(1, 100):
        if not _killed_at(step, lambda step=step: _send(outbox, f"{step}")):  # type: ignore[misc]
            break
        assert (outbox / f"new/{step}.publisher").exists() in {True, False}
        _send(outbox, f"{step}")
        assert (outbox / f"new/{step}.publisher").read_bytes() == KEPT
    assert step > 5
    assert len(list((outbox / "new").iterdir())) == step


def test_a_full_disk_is_a_refusal_for_now(outbox: Path) -> None:
    """A message that cannot be written is refused with the reason, and leaves nothing."""

    def run() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        refused = MaildirTransport(outbox).send(Envelope("b@x", "a@x", "1"), [b"x" * 2000])
        assert isinstance(refused, Refused)
        assert refused.temporary
        assert refused.reply.endswith("cannot be written: File too large")

    assert _exit_code(run) == 0
    assert _files(outbox) == []


def test_a_folder_that_cannot_be_made_is_a_refusal_for_now(outbox: Path) -> None:
    """A file in the place of the folder does not end the mailing with an exception."""
    outbox.parent.mkdir()
    outbox.write_bytes(b"")
    outcome = _send(outbox, "1")
    assert isinstance(outcome, Refused)
    assert outcome.temporary


def _send(outbox: Path, key: str, transport: MaildirTransport | None = None) -> Accepted | Refused:
    envelope = Envelope("bounces@example.com", "ann@example.org", key)
    return (transport or MaildirTransport(outbox)).send(envelope, [MESSAGE])


def _files(outbox: Path) -> list[str]:
    files = (path for path in outbox.rglob("*") if path.is_file())
    return sorted(path.relative_to(outbox).as_posix() for path in files)


def _exit_code(work: Callable[[], object]) -> int | None:
    child = PROCESSES.Process(target=work)
    child.start()
    child.join()
    return child.exitcode


def _killed_at(step: int, work: Callable[[], object]) -> bool:
    def run() -> None:
        left = step

        def watch(event: str, _: object) -> None:
            nonlocal left
            if event == "open" or event.startswith("os."):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        work()

    code = _exit_code(run)
    assert code in {0, -signal.SIGKILL}
    return code != 0
