"""`publisher new` and `publisher schema`: files to begin with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from newsroom import Newsroom, check_content

from publisher.cli import group
from publisher.errors import UsageError

NOW = "2026-04-26T23:30+00:00"  # in Shanghai the next day has begun


def run(root: Path, *arguments: str) -> str:
    """Run a command, and give back what it prints."""
    command = ["--root", str(root), "--now", NOW, *arguments]
    return (
        CliRunner()
        .invoke(group, command, catch_exceptions=False, standalone_mode=False)
        .output.strip()
    )


def test_a_new_entry_is_filed_under_today_in_the_publications_zone(newsroom: Newsroom):
    """The command says where the file is, and the file passes the check."""
    path = run(newsroom.root, "new", "entry", "Google", "invests", "in", "Anthropic")
    assert path == "content/entries/2026/04/27/google-invests-in-anthropic.yaml"
    assert "  zh: Google invests in Anthropic\n" in (newsroom.root / path).read_text("utf-8")
    assert {each.severity for each in check_content(newsroom.root)} == {"warning"}


def test_a_slug_is_taken_for_the_name(newsroom: Newsroom):
    """Who gives a file name has not given the title yet."""
    path = run(newsroom.root, "new", "entry", "--kind", "signal", "--date", "2026-04-01", "a-name")
    assert path == "content/entries/2026/04/01/a-name.yaml"
    text = (newsroom.root / path).read_text("utf-8")
    assert "kind: signal" in text
    assert "title:\n  zh: …\n" in text


def test_a_title_in_another_script_takes_a_slug(newsroom: Newsroom):
    """The title stays as it is; the file name is given beside it."""
    path = run(newsroom.root, "new", "entry", "--slug", "google-anthropic", "谷歌加码")
    assert "  zh: 谷歌加码\n" in (newsroom.root / path).read_text("utf-8")


def test_a_new_table_comes_with_its_csv(newsroom: Newsroom):
    """Both files are named, and hold no mistake but what is still to be written."""
    paths = run(newsroom.root, "new", "table", "daily/traffic").splitlines()
    assert paths == ["content/data/daily/traffic.yaml", "content/data/daily/traffic.csv"]
    assert {each.severity for each in check_content(newsroom.root)} == {"warning"}


def test_of_two_files_none_is_written_where_one_is_there(newsroom: Newsroom):
    """A table without its own rows would read those of another."""
    newsroom.file("content/data/traffic.csv", "mine")
    with pytest.raises(UsageError, match=r"traffic\.csv is there already"):
        run(newsroom.root, "new", "table", "traffic")
    assert not (newsroom.root / "content/data/traffic.yaml").exists()


REFUSED = [
    (["entry", "谷歌加码"], r"gives no file name; .*--slug"),
    (["entry", "--kind", "evnt", "a"], r'there is no kind “evnt”; did you mean "event"'),
    (["entry", "--date", "2026-02-30", "a"], r"--date: the day 2026-02-30 does not exist"),
    (["issue", "dayly"], r'there is no bulletin “dayly”; did you mean "daily"'),
    (["issue", "daily", "2026-W17"], r"is not the name of a daily issue"),
    (["table", "content/data/a.yaml"], r"is no name of a table; write a"),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_what_cannot_be_is_refused(newsroom: Newsroom, arguments: list[str], message: str):
    """The message says what would be right, and nothing is written."""
    with pytest.raises(UsageError, match=message):
        run(newsroom.root, "new", *arguments)
    assert not (newsroom.root / "content/entries").exists()
    assert not (newsroom.root / "content/issues").exists()


def test_nothing_is_ever_overwritten(newsroom: Newsroom):
    """A file that is there stays as it is."""
    path = run(newsroom.root, "new", "entry", "a-name")
    newsroom.file(path, "kind: event\n# mine")
    with pytest.raises(UsageError, match="there already"):
        run(newsroom.root, "new", "entry", "a-name")
    assert "# mine" in (newsroom.root / path).read_text("utf-8")


def test_a_new_issue_file_is_that_of_the_next_issue(newsroom: Newsroom):
    """With the entries of its days to choose from."""
    newsroom.entry("one", "2026-04-27")
    path = run(newsroom.root, "new", "issue", "daily")
    assert path == "content/issues/daily/2026-04-27.yaml"
    assert "2026/04/27/one" in (newsroom.root / path).read_text("utf-8")
    assert check_content(newsroom.root) == ()


def test_one_schema_is_printed(newsroom: Newsroom):
    """For a program that reads it from a pipe."""
    schema = json.loads(run(newsroom.root, "schema", "entry"))
    assert schema["properties"]["kind"]["enum"] == ["event", "signal"]


def test_the_schemas_are_written_with_how_to_use_them(newsroom: Newsroom):
    """The settings of the editor's program are printed, ready to paste."""
    output = run(newsroom.root, "schema", "--out", str(newsroom.root / ".schemas"))
    assert sorted(path.name for path in (newsroom.root / ".schemas").iterdir()) == [
        "bulletin.schema.json",
        "calendar.schema.json",
        "entry.schema.json",
        "issue.schema.json",
        "publication.schema.json",
        "table.schema.json",
    ]
    assert '"./.schemas/entry.schema.json": "content/entries/**/*.yaml"' in output
    assert '"./.schemas/calendar.schema.json": "content/calendars/*.yaml"' in output
    assert "# yaml-language-server: $schema=" in output


def test_a_new_one_off_issue(newsroom: Newsroom):
    """The file passes the check, and lists the entries of its day."""
    entry = newsroom.entry("one", "2026-05-03")
    path = run(newsroom.root, "new", "issue", "daily", "2026-05-03-launch")
    assert path == "content/issues/daily/2026-05-03-launch.yaml"
    text = (newsroom.root / path).read_text("utf-8")
    assert "publish_at: 2026-05-03T18:00+08:00" in text
    assert f"- {entry}" in text
    assert {each.severity for each in check_content(newsroom.root)} == {"warning"}


def test_a_wrong_name_of_a_one_off_issue(newsroom: Newsroom):
    """It is told what would be right."""
    with pytest.raises(UsageError, match="has no letter; write it like 2026-05-03-launch"):
        run(newsroom.root, "new", "issue", "daily", "2026-05-03-2")
