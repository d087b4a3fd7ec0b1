"""A Maildir in which mail comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from returned import NOW, Office, dsn, letter

from publisher.returns.maildir import MaildirFolder
from publisher.returns.reading import take_all
from publisher.returns.source import MOST_OCTETS, Unreachable


@pytest.fixture
def folder(swift: Path) -> Path:
    made = swift / "back"
    for part in ("tmp", "new", "cur"):
        (made / part).mkdir(parents=True)
    return made


def test_what_was_dealt_with_is_moved_and_marked_as_seen(office: Office, folder: Path) -> None:
    who = office.reader()
    message = dsn(office.back(who, office.mail("2026-05-01")))
    (folder / "new/1.a").write_bytes(message)
    (verdict,) = take_all(MaildirFolder(folder), office.returns, NOW)
    assert verdict.state == "dead"
    assert (folder / ".processed/cur/1.a:2,S").read_bytes() == message
    assert list((folder / "new").iterdir()) == []


def test_what_somebody_has_looked_at_is_read_all_the_same(office: Office, folder: Path) -> None:
    who = office.reader()
    (folder / "cur/1.a:2,RS").write_bytes(dsn(office.back(who, office.mail("2026-05-01"))))
    list(take_all(MaildirFolder(folder), office.returns, NOW))
    assert office.subscriber(who).state == "dead"
    assert (folder / ".processed/cur/1.a:2,S").is_file()


def test_a_crash_between_the_decision_and_the_move_counts_nothing_twice(
    office: Office, folder: Path
) -> None:
    who = office.reader()
    message = dsn(office.back(who, office.mail("2026-05-01")), "4.2.2", "452 Mailbox full")
    (folder / "new/1.a").write_bytes(message)
    arrived = next(MaildirFolder(folder).messages())
    office.returns.take(arrived.message, arrived.recipient, NOW)
    (verdict,) = take_all(MaildirFolder(folder), office.returns, NOW)
    assert verdict.outcome == "known"
    assert office.subscriber(who).soft_count == 1


def test_what_is_no_mail_blocks_no_other(
    office: Office, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    who = office.reader()
    (folder / "new/0.broken").write_bytes(b"\xff\xfe\0\0")
    (folder / "new/1.empty").touch()
    (folder / "new/2.folder").mkdir()
    (folder / "new/3.good").write_bytes(dsn(office.back(who, office.mail("2026-05-01"))))
    (verdict,) = take_all(MaildirFolder(folder), office.returns, NOW)
    assert verdict.state == "dead"
    aside = sorted(each.name for each in (folder / ".unreadable/cur").iterdir())
    assert aside == ["0.broken:2,S", "1.empty:2,S", "2.folder:2,S"]
    assert [each for each in caplog.messages if "set aside" in each] == caplog.messages
    assert len(caplog.messages) == 3


def test_ordinary_mail_is_dealt_with_too(office: Office, folder: Path) -> None:
    (folder / "new/1.a").write_bytes(letter("bounces@example.org"))
    (verdict,) = take_all(MaildirFolder(folder), office.returns, NOW)
    assert verdict.outcome == "ignored"
    assert list(take_all(MaildirFolder(folder), office.returns, NOW)) == []


def test_of_a_mail_that_is_too_long_the_beginning_is_read(folder: Path) -> None:
    (folder / "new/1.a").write_bytes(b"Subject: long\n\n" + b"x" * (MOST_OCTETS + 1))
    (arrived,) = MaildirFolder(folder).messages()
    assert len(arrived.message) == MOST_OCTETS


def test_what_another_process_has_taken_meanwhile_is_no_matter(folder: Path) -> None:
    (folder / "new/1.a").write_bytes(b"Subject: one\n\n")
    (folder / "new/2.b").write_bytes(b"Subject: two\n\n")
    found = MaildirFolder(folder).messages()
    first = next(found)
    (folder / "new/1.a").unlink()
    (folder / "new/2.b").unlink()
    first.done()
    assert list(found) == []


def test_a_folder_that_is_not_there_is_told(swift: Path) -> None:
    with pytest.raises(Unreachable, match=r"no Maildir that can be read.*names the folder that"):
        list(MaildirFolder(swift / "none").messages())
