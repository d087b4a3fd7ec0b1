"""`publisher feedback`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from newsroom import Newsroom
from returned import NOW, dsn, letter

from publisher.storage.database import open_database
from publisher.storage.keyring import load_keys
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice
from publisher.subscribers.tokens import Kind, Token

Run = Callable[..., tuple[int, str, str]]


class Reader:
    """A reader of the newsroom, whose mail comes back to a Maildir."""

    def __init__(self, root: Path) -> None:
        var = root / "var"
        var.mkdir(exist_ok=True)
        self.people = People(open_database(f"sqlite:///{var / 'publisher.sqlite'}"))
        choice, consent = Choice("daily", "en"), Consent("en", "…", "form")
        address = read_address("ann@example.com")
        self.id = self.people.add(address, "", [choice], consent, NOW)
        token = load_keys(var / "keys.json").write(Token(Kind.DELIVERY, self.id, 1))
        self.message = dsn(f"b+{token}@bounces.example.org")

    @property
    def state(self) -> str:
        found = self.people.get(self.id)
        assert found is not None
        return found.state


@pytest.fixture
def reader(newsroom: Newsroom) -> Reader:
    return Reader(newsroom.root)


@pytest.fixture
def back(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = newsroom.root / "back"
    for part in ("tmp", "new", "cur"):
        (folder / part).mkdir(parents=True)
    monkeypatch.setenv("PUBLISHER_FEEDBACK", str(folder))
    return folder


def test_what_came_back_is_decided_and_told(run: Run, reader: Reader, back: Path) -> None:
    (back / "new/1").write_bytes(reader.message)
    (back / "new/2").write_bytes(letter("bounces@example.org"))
    code, output, _ = run("feedback")
    assert code == 0
    assert f"counted  bounce  hard      no-such-address  5.1.1   {reader.id}" in output
    assert output.endswith("ignored, because they are no reports or say nothing: 1\n")
    assert reader.state == "dead"
    assert run("feedback")[1] == "nothing has come back\n"


def test_files_are_only_looked_at(run: Run, reader: Reader, newsroom: Newsroom) -> None:
    file = newsroom.root / "one.eml"
    file.write_bytes(reader.message)
    code, output, _ = run("feedback", "--format", "json", str(file))
    (told,) = json.loads(output)
    assert (code, told["decision"], told["subscriber"]) == (0, "hard", reader.id)
    assert reader.state == "ok"


def test_of_files_ordinary_mail_is_told_too(run: Run, newsroom: Newsroom) -> None:
    file = newsroom.root / "one.eml"
    file.write_bytes(letter("bounces@example.org"))
    assert "ignored  mail  ignored   no report" in run("feedback", str(file))[1]


def test_a_file_that_is_no_mail_is_told(run: Run, newsroom: Newsroom) -> None:
    file = newsroom.root / "one.eml"
    file.write_bytes(b"\0")
    code, _, errors = run("feedback", str(file))
    assert code == 2
    assert "one.eml: this is no mail" in errors


def test_a_file_that_is_not_there_is_told(run: Run) -> None:
    code, _, errors = run("feedback", "nothing.eml")
    assert (code, "nothing.eml: No such file" in errors) == (2, True)


def test_without_a_place_it_says_how_to_name_one(run: Run) -> None:
    code, _, errors = run("feedback")
    assert (code, "set PUBLISHER_FEEDBACK" in errors) == (2, True)


def test_a_place_that_is_not_there_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_FEEDBACK", "nowhere")
    code, _, errors = run("feedback")
    assert (code, "no Maildir that can be read" in errors) == (3, True)
