"""`publisher subscribers`."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Callable

import pytest
from newsroom import Newsroom
from sqlalchemy import select

from publisher.storage.database import reading
from publisher.storage.tables import subscribers
from publisher.subscribers.addresses import read_address

Run = Callable[..., tuple[int, str, str]]
HEADER = "address,name,bulletin,edition,state,confirmed,source\n"
ANNA = "anna@example.com,Anna A.,daily,zh,active,2026-04-01T08:00:00+00:00,form\n"
BEN = "ben@example.com,Ben,daily,en,paused,2026-04-02T08:00:00+00:00,form\n"


@pytest.fixture
def readers(run: Run, newsroom: Newsroom) -> str:
    """A file of two readers who are there already."""
    file = newsroom.file("readers.csv", (HEADER + ANNA + BEN).rstrip("\n"))
    assert run("subscribers", "import", str(file))[0] == 0
    return str(file)


class TestImport:
    def test_says_what_is_new_and_what_was_there(self, run: Run, readers: str) -> None:
        _, output, _ = run("subscribers", "import", readers)
        assert output == "0 new people, 0 new subscriptions\n2 were there already\n"

    def test_takes_another_programs_file_with_bulletin_and_edition(
        self, run: Run, newsroom: Newsroom
    ) -> None:
        file = newsroom.file("listmonk.csv", "email,name,attributes\na@example.com,A,{}")
        arguments = ("subscribers", "import", str(file), "--bulletin", "daily", "--edition", "zh")
        code, _, errors = run(*arguments)
        assert (code, "--confirmed" in errors) == (1, True)
        code, output, _ = run(*arguments, "--confirmed")
        assert (code, output) == (0, "1 new people, 1 new subscriptions\n")

    def test_refuses_a_file_with_a_wrong_line(self, run: Run, newsroom: Newsroom) -> None:
        file = newsroom.file("bad.csv", HEADER + ANNA + "nobody,,daily,zh,active,,")
        code, output, errors = run("subscribers", "import", str(file))
        assert (code, output) == (1, "")
        assert f"{file}:3:1: “nobody” is no mail address" in errors
        assert "nothing was imported: 1 of 2 lines are wrong" in errors
        assert run("subscribers", "list")[1] == "nobody\n"

    def test_skips_wrong_lines_where_that_is_asked_for(self, run: Run, newsroom: Newsroom) -> None:
        file = newsroom.file("bad.csv", HEADER + ANNA + "nobody,,daily,zh,active,,")
        code, output, errors = run("subscribers", "import", str(file), "--skip-bad")
        told = "1 new people, 1 new subscriptions\n1 left out: wrong lines\n"
        assert (code, output) == (0, told)
        assert f"{file}:3:1:" in errors

    @pytest.mark.parametrize(
        ("option", "value", "told"),
        [
            ("--bulletin", "dayly", 'did you mean "daily"?'),
            ("--edition", "fr", "editions: zh, en"),
        ],
    )
    def test_refuses_unknown_names(
        self, run: Run, readers: str, option: str, value: str, told: str
    ) -> None:
        code, _, errors = run("subscribers", "import", readers, option, value)
        assert code == 2
        assert told in errors


class TestAdd:
    def test_adds_at_once_whom_the_operator_answers_for(self, run: Run, newsroom: Newsroom) -> None:
        options = ("--bulletin", "daily", "--edition", "zh", "--confirmed")
        code, output, _ = run("subscribers", "add", "anna@example.com", *options, "--name", "Anna")
        assert (code, output) == (0, "a…@example.com gets daily (zh)\n")
        people = newsroom.app().people
        found = people.find(read_address("anna@example.com"))
        assert found is not None
        assert people.active("daily") == {"zh": 1}
        assert "operator asserts" in str(people.consents(found.id)[0]["shown"])

    def test_brings_back_who_had_left(self, run: Run, newsroom: Newsroom, readers: str) -> None:
        people = newsroom.app().people
        found = people.find(read_address("anna@example.com"))
        assert found is not None
        people.end_all(found.id, newsroom.app().now, "one-click")
        options = ("--bulletin", "daily", "--edition", "en", "--confirmed")
        run("subscribers", "add", "anna@example.com", *options)
        assert people.active("daily") == {"en": 1}

    def test_asks_who_has_not_confirmed(self, run: Run, newsroom: Newsroom) -> None:
        options = ("--bulletin", "daily", "--edition", "zh")
        code, output, _ = run("subscribers", "add", "anna@example.com", *options)
        assert (code, output) == (0, "a…@example.com is asked to confirm daily (zh)\n")
        app = newsroom.app()
        assert app.people.active("daily") == {}
        assert app.notices.counts() == {("confirm", "queued"): 1}

    def test_refuses_who_was_forgotten_unless_they_asked_again(
        self, run: Run, readers: str
    ) -> None:
        run("subscribers", "forget", "anna@example.com", "--yes")
        options = ("--bulletin", "daily", "--edition", "zh", "--confirmed")
        code, _, errors = run("subscribers", "add", "anna@example.com", *options)
        assert (code, "--again" in errors) == (2, True)
        code, output, _ = run("subscribers", "add", "anna@example.com", *options, "--again")
        assert (code, output) == (0, "a…@example.com gets daily (zh)\n")

    def test_refuses_what_is_no_address(self, run: Run) -> None:
        code, _, errors = run("subscribers", "add", "a b", "--bulletin", "daily", "--edition", "zh")
        assert code == 2
        assert "is no mail address" in errors


class TestList:
    def test_masks_addresses(self, run: Run, readers: str) -> None:
        _, output, _ = run("subscribers", "list")
        assert "a…@example.com" in output
        assert "anna@" not in output
        assert "anna@example.com" in run("subscribers", "list", "--addresses")[1]

    @pytest.mark.parametrize(
        ("options", "found"),
        [
            (("--edition", "en"), ["ben@example.com"]),
            (("--state", "active"), ["anna@example.com"]),
            (("--state", "dead"), []),
            (("--bulletin", "daily", "--limit", "1"), ["anna@example.com"]),
            (("--search", "BEN"), ["ben@example.com"]),
        ],
    )
    def test_filters(
        self, run: Run, readers: str, options: tuple[str, ...], found: list[str]
    ) -> None:
        _, output, _ = run("subscribers", "list", "--addresses", "--format", "json", *options)
        assert [each["address"] for each in json.loads(output)] == found


class TestShow:
    def test_shows_everything_that_is_held(
        self, run: Run, newsroom: Newsroom, readers: str
    ) -> None:
        app = newsroom.app()
        mailing = app.mailings.open("daily", "2026-04-26", {"zh": b".", "en": b"."}, app.now)
        assert mailing.recipients == 1
        _, output, _ = run("subscribers", "show", "ANNA@example.com", "--format", "json")
        held = json.loads(output)
        assert (held["address"], held["name"]) == ("anna@example.com", "Anna A.")
        assert held["subscriptions"][0]["bulletin"] == "daily"
        assert held["consents"][0]["confirmed"] == "2026-04-01T08:00:00+00:00"
        assert held["deliveries"][0]["state"] == "queued"
        assert held["notices"] == held["feedback"] == held["confirmations"] == []
        with reading(app.post.engine) as connection:
            columns = connection.execute(select(subscribers)).keys()
        assert held.keys() >= set(columns)

    def test_shows_it_as_text(self, run: Run, readers: str) -> None:
        _, output, _ = run("subscribers", "show", "anna@example.com")
        assert "name: Anna A.\n" in output
        assert "subscriptions:\n  - bulletin: daily; edition: zh; state: active" in output
        assert "feedback: none\n" in output

    def test_says_that_nothing_is_held(self, run: Run) -> None:
        assert run("subscribers", "show", "nobody@example.com")[1] == "nothing is held\n"
        run("subscribers", "forget", "nobody@example.com", "--yes")
        told = "nothing is held but a hash: the address was forgotten\n"
        assert run("subscribers", "show", "nobody@example.com")[1] == told


class TestExport:
    def test_writes_what_import_reads(self, run: Run, readers: str) -> None:
        _, output, _ = run("subscribers", "export")
        assert output.replace("\r\n", "\n") == HEADER + ANNA + BEN

    def test_filters(self, run: Run, readers: str) -> None:
        _, output, _ = run("subscribers", "export", "--state", "paused", "--edition", "en")
        assert [row["address"] for row in csv.DictReader(output.splitlines())] == [
            "ben@example.com"
        ]

    def test_a_file_is_for_its_owner_alone(
        self, run: Run, newsroom: Newsroom, readers: str
    ) -> None:
        """Also where others could read it before."""
        out = newsroom.file("out.csv", "old")
        out.chmod(0o644)
        _, output, _ = run("subscribers", "export", "--out", str(out))
        assert output == f"{out}  2 subscriptions\n"
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        assert out.read_text(encoding="utf-8").count("\n") == 3


class TestForget:
    def test_erases_and_says_what_remains(self, run: Run, newsroom: Newsroom, readers: str) -> None:
        code, output, _ = run("subscribers", "forget", "anna@example.com", "--yes")
        assert code == 0
        assert output.startswith("erased\nwhat is elsewhere stays: backups of ")
        assert newsroom.app().people.find(read_address("anna@example.com")) is None
        _, output, _ = run("subscribers", "import", readers)
        assert "1 left out: forgotten" in output

    def test_asks_first(self, run: Run, readers: str) -> None:
        code, _, errors = run("subscribers", "forget", "anna@example.com")
        assert (code, "add --yes" in errors) == (2, True)
        assert "a…@example.com" in run("subscribers", "list")[1]

    def test_an_unknown_address_is_kept_out_from_now_on(self, run: Run) -> None:
        _, output, _ = run("subscribers", "forget", "nobody@example.com", "--yes")
        assert output.startswith("nothing was held; the address will not be imported\n")
