"""The operator's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.config.settings import read_settings
from publisher.errors import SettingsError

ROOT = Path("/srv/news")


def test_everything_lies_below_the_publication() -> None:
    """Where nothing is set."""
    found = read_settings(ROOT, {})
    assert (found.state, found.public) == (ROOT / "var", ROOT / "public")
    assert (found.archive, found.index) == (ROOT / "var/archive", ROOT / "var/index.sqlite")
    assert found.outbox == ROOT / "var/outbox"
    assert found.database_url == "sqlite:////srv/news/var/publisher.sqlite"


def test_what_belongs_to_the_state_moves_with_it() -> None:
    """Archive, database and outbox, unless they are set themselves."""
    found = read_settings(ROOT, {"PUBLISHER_STATE": "/state"})
    assert found.archive == Path("/state/archive")
    assert found.outbox == Path("/state/outbox")
    assert found.database_url == "sqlite:////state/publisher.sqlite"
    own = read_settings(ROOT, {"PUBLISHER_STATE": "/state", "PUBLISHER_OUTBOX": "/mail"})
    assert own.outbox == Path("/mail")


def test_a_relative_folder_is_below_the_publication() -> None:
    """Wherever the command is given."""
    assert read_settings(ROOT, {"PUBLISHER_PUBLIC": "out"}).public == ROOT / "out"
    assert read_settings(ROOT, {"PUBLISHER_PUBLIC": "../out"}).public == Path("/srv/out")


def test_home_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tilde, as in a shell."""
    monkeypatch.setenv("HOME", "/home/ann")
    assert read_settings(ROOT, {"PUBLISHER_PUBLIC": "~/out"}).public == Path("/home/ann/out")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("PUBLISHER_STAT", "did you mean PUBLISHER_STATE?"),
        ("PUBLISHER_PUBLIC_DIR", "did you mean PUBLISHER_PUBLIC?"),
        ("PUBLISHER_DATABASE", "did you mean PUBLISHER_DATABASE_URL?"),
        ("PUBLISHER_X", "known are PUBLISHER_STATE, PUBLISHER_PUBLIC"),
    ],
)
def test_a_setting_that_does_not_exist(name: str, told: str) -> None:
    """Is a slip of the pen, and refused."""
    with pytest.raises(SettingsError, match=f"there is no setting {name}") as caught:
        read_settings(ROOT, {name: "x"})
    assert told in str(caught.value)


def test_other_peoples_variables_are_not_looked_at() -> None:
    """Only those that begin with PUBLISHER_."""
    assert read_settings(ROOT, {"PATH": "/bin", "PUBLISHERX": "1"}) == read_settings(ROOT, {})


@pytest.mark.parametrize("name", ["PUBLISHER_STATE", "PUBLISHER_PUBLIC"])
@pytest.mark.parametrize("folder", [".", "content", "content/out", "/srv/news/content/entries"])
def test_what_is_made_does_not_mix_with_what_is_written(name: str, folder: str) -> None:
    """The publication itself and its content are the editors'."""
    with pytest.raises(SettingsError, match=f"{name}: .*; name a folder of its own"):
        read_settings(ROOT, {name: folder})


@pytest.mark.parametrize("url", ["mysql://x", "sqlite://", "postgresql://x/y", "x"])
def test_databases_that_are_not_supported(url: str) -> None:
    """Say which are; a password in the URL is not repeated."""
    with pytest.raises(SettingsError, match=r"not supported; use sqlite:///… or postgresql"):
        read_settings(ROOT, {"PUBLISHER_DATABASE_URL": url})


@pytest.mark.parametrize("url", ["sqlite:////data/x.sqlite", "postgresql+psycopg://u@h/db"])
def test_databases_that_are(url: str) -> None:
    """SQLite and PostgreSQL."""
    assert read_settings(ROOT, {"PUBLISHER_DATABASE_URL": url}).database_url == url


def test_an_empty_variable_is_not_set() -> None:
    """As `PUBLISHER_STATE= publisher …` means it."""
    empty = dict.fromkeys(
        ("PUBLISHER_STATE", "PUBLISHER_PUBLIC", "PUBLISHER_OUTBOX", "PUBLISHER_DATABASE_URL"), ""
    )
    assert read_settings(ROOT, empty) == read_settings(ROOT, {})
