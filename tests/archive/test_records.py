"""The files of the archive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from builders import both, bulletin, entry, issue, section, table

from publisher.archive.records import (
    LogRecord,
    append_log,
    blob_file,
    dump,
    entry_file,
    get,
    get_blob,
    get_entry,
    get_issue,
    issue_file,
    log_file,
    read_log,
)
from publisher.archive.store import MemoryStore
from publisher.errors import ArchiveError
from publisher.issue.issue import EntryRevision, IssueRevision

SAMPLES = Path(__file__).parent / "samples"


def record(number: int = 1, **changes: object) -> LogRecord:
    """A record of the log."""
    return LogRecord.model_validate({"number": number, "what": "freeze"} | changes)


def test_paths() -> None:
    """Where things lie, for ever."""
    assert entry_file("2026/04/26/one", 2) == "entries/2026/04/26/one/2.json"
    assert issue_file("daily", "2026-04-26", 1) == "issues/daily/2026-04-26/1.json"
    assert blob_file("0f.png") == "blobs/0f.png"
    assert log_file(12) == "log/00000012.json"


def test_what_is_frozen_comes_back_as_it_was() -> None:
    """Entries and issues, through bytes and back."""
    store, one = MemoryStore(), entry(aliases=["2026/04/25/old"], embargo="2026-04-26T06:00+08:00")
    whole = issue([one], bulletin(slogan=both("slogan")))
    store.put_new("entries/2026/04/26/one/1.json", dump(one))
    store.put_new("issues/daily-ten/2026-04-26/1.json", dump(whole))
    assert get_entry(store, "2026/04/26/one", 1) == one
    assert get_issue(store, "daily-ten", "2026-04-26", 1) == whole


def test_tables_and_images_come_back_as_they_were() -> None:
    """With cells that others reach over, and a period, which is written `from` and `to`."""
    cells = [[{"text": both("One"), "columns": 2}, None], [{"text": both("Two")}, {}]]
    period = {"from": "2026-04-16", "to": "2026-04-22"}
    parts = {
        "traffic": {"table": table(rows=cells, period=period)},
        "codes": {"images": {"a.png": {"blob": "0f.png", "width": 1, "height": 2}}},
        "related": {"related": [{"title": both("Work"), "day": "2026-01-02", "issue": "a/b"}]},
    }
    codes = [{"image": "a.png", "alt": both("Code")}]
    settings = bulletin(
        section("traffic", "table"), section("related", "related"),
        section("codes", "qr-codes", codes=codes),
    )  # fmt: skip
    store, whole = MemoryStore(), issue([], settings, parts, facts={"rating": both("Hold")})
    store.put_new("issues/daily-ten/2026-04-26/1.json", dump(whole))
    assert get_issue(store, "daily-ten", "2026-04-26", 1) == whole


def test_the_same_model_gives_the_same_bytes() -> None:
    """Also after it was read."""
    data = dump(issue([entry()]))
    assert dump(IssueRevision.model_validate_json(data)) == data


def test_the_files_are_text_that_people_read() -> None:
    """UTF-8 with one thing a line, and no escapes."""
    text = dump(entry()).decode()
    assert "Title one（中）" in text
    assert text.endswith("}\n")
    assert text.count("\n") > 10


@pytest.mark.parametrize("version", sorted(each.name for each in SAMPLES.iterdir()))
def test_what_older_versions_wrote_is_read(version: str) -> None:
    """Samples of every format that ever was; never edit one, add the next."""
    for name, model in (("entry", EntryRevision), ("issue", IssueRevision), ("log", LogRecord)):
        for file in (SAMPLES / version).glob(f"{name}*.json"):
            found = model.model_validate_json(file.read_bytes())
            assert _holds(json.loads(dump(found)), json.loads(file.read_bytes()))


def _holds(now: Any, then: Any) -> bool:
    """Whether all that was there is there; a field may have been added since."""
    if isinstance(then, dict):
        return all(key in now and _holds(now[key], value) for key, value in then.items())
    if isinstance(then, list):
        return len(now) == len(then) and all(map(_holds, now, then))
    return bool(now == then)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "EOF"),
        (b"{", "EOF"),
        (b"[]", "restore it from a backup"),
        (b'{"format": 1, "revision": "x"}', "revision"),
        (b'{"format": 2, "tomorrow": true}', "it has format 2, this program knows 1: use a newer"),
    ],
)
def test_a_damaged_file_is_named(raw: bytes, told: str) -> None:
    """With what is wrong and what to do."""
    store = MemoryStore()
    store.put_new("entries/2026/04/26/one/1.json", raw)
    with pytest.raises(ArchiveError, match=r"entries/2026/04/26/one/1\.json") as caught:
        get_entry(store, "2026/04/26/one", 1)
    assert told in str(caught.value)


def test_a_missing_file_is_named() -> None:
    """An entry, issue or image to which something refers."""
    with pytest.raises(ArchiveError, match=r"entries/x/3\.json is missing"):
        get_entry(MemoryStore(), "x", 3)
    with pytest.raises(ArchiveError, match=r"issues/daily/2026/1\.json is missing"):
        get_issue(MemoryStore(), "daily", "2026", 1)
    with pytest.raises(ArchiveError, match=r"blobs/0f\.png is missing from the archive"):
        get_blob(MemoryStore(), "0f.png")
    assert get(MemoryStore(), "issues/daily/2026/1.json", IssueRevision) is None


def test_the_log_is_read_in_order() -> None:
    """From the number after the one that is known, up to the first that is not there."""
    store = MemoryStore()
    for number in (1, 2, 3, 5):
        store.put_new(log_file(number), dump(record(number)))
    assert [each.number for each in read_log(store, 0)] == [1, 2, 3]
    assert [each.number for each in read_log(store, 2)] == [3]


def test_a_record_takes_the_first_free_number() -> None:
    """Another process may have been quicker; nothing is overwritten."""
    store = MemoryStore()
    append_log(store, record(1, issue="first"))
    added = append_log(store, record(1, issue="second"))
    assert (added.number, [each.issue for each in read_log(store, 0)]) == (2, ["first", "second"])


def test_a_record_that_another_machine_has_written_already_is_not_written_twice() -> None:
    """Of two that log the same freeze, one was stalled and comes late."""
    store = MemoryStore()
    append_log(store, record(1, issue="first"))
    append_log(store, record(2, issue="same"))
    added = append_log(store, record(1, issue="same"))
    assert (added.number, [each.issue for each in read_log(store, 0)]) == (2, ["first", "same"])
