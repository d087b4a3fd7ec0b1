"""`publisher check`: for people, for programs, for pull requests."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from newsroom import Newsroom

from publisher.cli import group

INVALID = Path(__file__).parent.parent / "fixtures/invalid"


def check(root: Path, *arguments: str, **options: bool) -> Result:
    """Run the command as a shell would, without catching what goes wrong."""
    command = ["--root", str(root), "check", *arguments]
    return CliRunner().invoke(
        group, command, catch_exceptions=False, standalone_mode=False, **options
    )


def test_a_right_publication_is_one_line(newsroom: Newsroom):
    """Nothing but the summary, and exit code 0."""
    newsroom.entry("one")
    result = check(newsroom.root)
    assert (result.output, result.return_value) == ("no problems in 3 files\n", 0)


def test_a_problem_is_shown_with_its_line_and_a_mark_below_the_place(newsroom: Newsroom):
    """As a good compiler does: place, what, remedy, the line, a caret."""
    newsroom.file(
        "content/entries/2026/04/26/a.yaml", "kind: event\ntitle: {zh: 谷歌加码, eng: Google}"
    )
    result = check(newsroom.root)
    assert result.output.splitlines() == [
        (
            'content/entries/2026/04/26/a.yaml:2:19: the publication has no language "eng"; '
            'did you mean "en"? (it declares zh, en)'
        ),
        "    2 | title: {zh: 谷歌加码, eng: Google}",
        "      |                       ^",
        "1 error in 3 files",
    ]
    assert result.return_value == 1


def test_warnings_alone_are_no_failure(newsroom: Newsroom):
    """A missing translation does not stop a pull request."""
    newsroom.entry("one", title={"zh": "标题"})
    result = check(newsroom.root)
    assert "warning: " in result.output
    assert result.output.endswith("1 warning in 3 files\n")
    assert result.return_value == 0


def test_problems_are_sorted_by_file_and_place():
    """The order is that of the files, and within one that of its lines."""
    problems = json.loads(check(INVALID, "--format", "json").output)["problems"]
    places = [(each["path"], each["line"], each["column"]) for each in problems]
    assert places == sorted(places)
    assert len(places) > 50


def test_for_programs_there_is_one_object(newsroom: Newsroom):
    """Problems as data, and their numbers."""
    newsroom.entry("one", importance=9)
    report = json.loads(check(newsroom.root, "--format", "json").output)
    assert (report["errors"], report["warnings"], report["files"]) == (1, 0, 3)
    assert report["problems"][0]["code"] == "less-than-equal"
    assert report["problems"][0]["path"] == "content/entries/2026/04/26/one.yaml"


def test_for_pull_requests_there_are_annotations(newsroom: Newsroom):
    """GitHub shows a workflow command beside the line it names."""
    newsroom.entry("one", importance=9)
    lines = check(newsroom.root, "--format", "github").output.splitlines()
    assert lines[0].startswith("::error file=content/entries/2026/04/26/one.yaml,line=")
    assert lines[-1] == "1 error in 3 files"


def test_paths_choose_what_is_reported(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch):
    """An editor may ask about one file, or one folder, from wherever they are."""
    newsroom.entry("one", importance=9)
    newsroom.entry("two", "2026-04-25", importance=9)
    monkeypatch.chdir(newsroom.root / "content/entries/2026/04")
    output = check(newsroom.root, "26").output
    assert "04/26/one.yaml" in output
    assert "04/25/two.yaml" not in output
    assert output.endswith("1 error in 1 file\n")


def test_control_characters_of_a_file_never_reach_the_terminal(newsroom: Newsroom):
    """A file could otherwise change the title or the colours of the terminal."""
    newsroom.file("content/entries/2026/04/26/a.yaml", "kind: event\n\x1b]0;x\x07title: y")
    output = check(newsroom.root).output
    assert "\x1b" not in output
    assert "\x07" not in output


def test_colours_are_for_terminals_only(newsroom: Newsroom):
    """What is read by a program has no escape sequences."""
    newsroom.entry("one", importance=9)
    assert "\x1b[" not in check(newsroom.root).output
    assert "\x1b[" in check(newsroom.root, color=True).output


def test_a_long_line_is_shown_around_the_place(newsroom: Newsroom):
    """The place is seen, however long the line is."""
    text = "长" * 200
    newsroom.file(
        "content/entries/2026/04/26/a.yaml", f"kind: event\ntitle: {{zh: {text}, eng: x}}"
    )
    _, line, mark, _ = check(newsroom.root).output.splitlines()
    assert "eng: x" in line
    assert len(mark) < 110


@pytest.mark.skipif(os.name != "posix", reason="names of files are bytes there")
def test_a_file_name_that_is_no_text_is_reported(newsroom: Newsroom):
    """The name of a file may be any bytes; the report is text all the same."""
    folder = newsroom.root / "content/entries/2026/04/26"
    folder.mkdir(parents=True)
    (Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.yaml"))).write_bytes(b"kind: event\n")
    result = check(newsroom.root)
    assert "cannot stand in a web address" in result.output
    assert result.return_value == 1
