"""The file of keys, and the database that it belongs to."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from publisher.errors import SettingsError
from publisher.storage.database import open_database
from publisher.storage.keyring import check_keys, load_keys
from publisher.storage.subscribers import People
from publisher.subscribers.tokens import make_keys


def test_keys_are_made_once_and_private(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    first = load_keys(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_keys(file) == first


def test_keys_that_others_may_read_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    load_keys(file)
    file.chmod(0o640)
    with pytest.raises(SettingsError, match=r"can be read by others; chmod 600"):
        load_keys(file)


GOOD = "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "not json",
        json.dumps({"signing": {}, "suppression": GOOD}),
        json.dumps({"signing": [GOOD], "suppression": GOOD}),
        json.dumps({"signing": {"x": GOOD}, "suppression": GOOD}),
        json.dumps({"signing": {"1": "c2hvcnQ="}, "suppression": GOOD}),
        json.dumps({"signing": {"1": GOOD}, "suppression": 1}),
    ],
)
def test_a_damaged_file_is_not_replaced(tmp_path: Path, text: str) -> None:
    """New keys would break the links in every mail that was sent."""
    file = tmp_path / "keys.json"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(SettingsError, match="does not hold the keys"):
        load_keys(file)
    assert file.read_text() == text


def test_a_further_signing_key_takes_the_next_number(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    before = load_keys(file)
    kept = json.loads(file.read_text())
    kept["signing"]["2"] = kept["suppression"]
    file.write_text(json.dumps(kept))
    after = load_keys(file)
    assert (before.current, after.current) == (1, 2)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be kept in"):
        load_keys(tmp_path / "missing/keys.json")


def test_a_database_remembers_its_keys(database: str) -> None:
    """With others, forgotten people could be mailed again."""
    people = People(open_database(database))
    keys = make_keys()
    check_keys(keys, people)
    check_keys(keys, people)
    with pytest.raises(SettingsError, match="not those that this database was made with"):
        check_keys(make_keys(), people)
