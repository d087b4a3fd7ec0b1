"""`publisher init`: from an empty folder to a first issue."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from publisher.cli import group
from publisher.errors import UsageError

NOW = "2026-04-26T12:00+00:00"


def run(*arguments: str) -> Result:
    """Run a command as a shell would, without catching what goes wrong."""
    command = ["--now", NOW, *arguments]
    return CliRunner().invoke(group, command, catch_exceptions=False, standalone_mode=False)


def files(folder: Path) -> set[str]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_new_publication_has_what_it_needs(tmp_path: Path):
    """Settings, a bulletin, two entries and an issue of today; a README, and what git ignores."""
    output = run("init", str(tmp_path / "new")).output
    assert files(tmp_path / "new") == {
        ".gitignore",
        "README.md",
        "content/bulletins/daily.yaml",
        "content/entries/2026/04/26/first-story.yaml",
        "content/entries/2026/04/26/how-an-issue-is-made.yaml",
        "content/issues/daily/2026-04-26.yaml",
        "content/publication.yaml",
    }
    assert "publisher publish --backfill" in output


def test_its_first_issue_can_be_published_at_once(tmp_path: Path):
    """`publisher publish --backfill` works without a change, in each language."""
    root = str(tmp_path)
    run("init", root, "--language", "zh", "--language", "en", "--name", "Tide: news")
    assert run("--root", root, "check").output == "no problems in 5 files\n"
    assert run("--root", root, "publish", "--backfill").return_value == 0
    for edition in ("zh", "en", "bilingual"):
        page = tmp_path / f"public/{edition}/daily/2026-04-26/index.html"
        assert "Tide: news" in page.read_text("utf-8")


def test_a_folder_with_a_publication_is_left_alone(tmp_path: Path):
    """Running it twice is a mistake, and costs nothing."""
    run("init", str(tmp_path))
    before = files(tmp_path)
    with pytest.raises(UsageError, match="holds a publication already"):
        run("init", str(tmp_path), "--language", "zh")
    assert files(tmp_path) == before


def test_files_that_are_there_stay(tmp_path: Path):
    """A repository may have a README before it has a publication."""
    (tmp_path / "README.md").write_text("mine", "utf-8")
    output = run("init", str(tmp_path)).output
    assert (tmp_path / "README.md").read_text("utf-8") == "mine"
    assert "README.md is there already, and was left as it is" in output


def test_what_is_no_language_is_refused(tmp_path: Path):
    """The message says how a tag is written, and nothing is made."""
    with pytest.raises(UsageError, match=r"no language tag.*such as en, zh"):
        run("init", str(tmp_path / "new"), "--language", "klingon")
    assert not (tmp_path / "new").exists()
