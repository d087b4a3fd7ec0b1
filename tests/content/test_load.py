"""Reading a publication from disk: what is read, and what lies astray."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from newsroom import Newsroom, check_content

from publisher.content.check import read_content
from publisher.content.files import content_files
from publisher.content.load import (
    entry_ids,
    load_entries,
    load_frame,
)
from publisher.document import MAX_BYTES
from publisher.errors import ContentError

FIXTURES = Path(__file__).parent.parent / "fixtures"


def told(root: Path) -> list[str]:
    """Every problem of a publication, in words."""
    return [str(each).removeprefix("content/") for each in check_content(root)]


@pytest.mark.parametrize("name", ["minimal", "four-languages"])
def test_a_right_publication_has_no_problems(name: str):
    """Nothing is said about what is right, in one language or in four."""
    assert told(FIXTURES / name) == []


def test_a_half_translated_publication_has_warnings_only():
    """What lacks a translation is told, and goes out all the same."""
    problems = check_content(FIXTURES / "half-translated")
    assert {each.code for each in problems} == {"missing-translation"}
    assert {each.severity for each in problems} == {"warning"}


def test_the_sample_that_comes_with_the_project_has_no_problems():
    """Who copies the sample starts without a single problem."""
    assert told(Path(__file__).parents[2]) == []


def test_a_broken_publication_leaves_no_frame(newsroom: Newsroom):
    """Without languages and kinds nothing else can be judged."""
    newsroom.publication(languages={})
    with pytest.raises(ContentError, match=r"publication\.yaml"):
        load_frame(newsroom.root)


def test_a_broken_publication_does_not_hide_files_that_cannot_be_read(newsroom: Newsroom):
    """What can be said without the publication is said in the same run."""
    newsroom.publication(authority="x")
    newsroom.file("content/entries/2026/04/26/a.yaml", "title: [")
    assert [each.split(":")[0] for each in told(newsroom.root)] == [
        "entries/2026/04/26/a.yaml",
        "publication.yaml",
    ]


def test_a_broken_file_hides_no_other(newsroom: Newsroom):
    """One broken entry is reported; the others are there."""
    good = newsroom.entry("good")
    bad = newsroom.entry("bad", kind="evnt")
    content = read_content(newsroom.root)
    assert list(content.entries.entries) == [good]
    assert bad in content.entries.broken
    assert 'there is no kind "evnt"' in content.entries.broken[bad]


def test_only_the_folders_of_the_days_asked_for_are_looked_into(newsroom: Newsroom):
    """A daily run does not feel the archive."""
    newsroom.entry("old", "2026-04-01")
    new = newsroom.entry("new", "2026-04-26")
    ids, _ = entry_ids(newsroom.root, dt.date(2026, 4, 20), dt.date(2026, 4, 26))
    assert ids == (new,)


def test_an_entry_that_is_not_there_is_among_the_broken(newsroom: Newsroom):
    """Who asks for an entry that does not exist hears about it."""
    frame = load_frame(newsroom.root)
    loaded = load_entries(newsroom.root, frame.publication, ["2026/04/26/none"])
    assert "2026/04/26/none" in loaded.broken
    assert loaded.entries == {}


def test_a_link_is_not_followed(newsroom: Newsroom, tmp_path: Path):
    """A file or folder that is a link could lead anywhere."""
    (tmp_path / "elsewhere.yaml").write_text("kind: event\n", "utf-8")
    folder = newsroom.root / "content/entries/2026/04/26"
    folder.mkdir(parents=True)
    (folder / "linked.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    (problem,) = told(newsroom.root)
    assert problem.startswith("entries/2026/04/26/linked.yaml:1:1: ")
    assert "symbolic link" in problem


def test_what_is_no_file_is_not_read(newsroom: Newsroom):
    """A folder with the name of a file is no entry."""
    (newsroom.root / "content/entries/2026/04/26/folder.yaml").mkdir(parents=True)
    assert told(newsroom.root) == []


def test_a_large_file_is_refused(newsroom: Newsroom):
    """An entry is a text by a person; a file of this size is a slip."""
    newsroom.file("content/entries/2026/04/26/a.yaml", "#" * (MAX_BYTES + 1))
    (problem,) = told(newsroom.root)
    assert "256 KiB" in problem


def test_files_at_the_wrong_depth_are_told_where_they_belong(newsroom: Newsroom):
    """A bulletin lies in bulletins/, an issue file in the folder of its bulletin."""
    newsroom.file("content/bulletins/sub/weekly.yaml", {})
    newsroom.file("content/issues/2026-04-26.yaml", {"exclude": []})
    assert told(newsroom.root) == [
        (
            "bulletins/sub/weekly.yaml:1:1: a bulletin's file lies directly in content/bulletins/; "
            "move it to content/bulletins/weekly.yaml"
        ),
        (
            "issues/2026-04-26.yaml:1:1: an issue file lies in the folder of its bulletin; "
            "move it to content/issues/<bulletin>/ (bulletins: daily)"
        ),
    ]


def test_notes_and_hidden_files_may_lie_anywhere(newsroom: Newsroom):
    """A README or a file of the system between the entries is no mistake."""
    newsroom.file("content/entries/README.md", "Notes")
    newsroom.file("content/entries/2026/.DS_Store", "x")
    assert told(newsroom.root) == []


def test_an_issue_file_of_a_broken_bulletin_is_broken_without_a_word_of_its_own(
    newsroom: Newsroom,
):
    """The cause is told once, where it is."""
    newsroom.bulletin("daily", cadence="dayly")
    newsroom.issue("2026-04-26", exclude=[])
    frame = load_frame(newsroom.root)
    assert frame.broken_issue_files == {("daily", "2026-04-26")}
    assert [each.path for each in frame.problems] == ["content/bulletins/daily.yaml"]


def test_the_files_that_are_read_are_counted():
    """The summary of a check names the number of files."""
    assert len(content_files(FIXTURES / "minimal")) == 4


def test_a_related_section_names_bulletins_that_exist(newsroom: Newsroom):
    """In whichever order the files are read; the nearest is offered."""
    related = {"id": "related", "block": "related"}
    newsroom.bulletin("a-weekly", sections=[{**related, "bulletins": ["daily"]}])
    assert told(newsroom.root) == []
    newsroom.bulletin("a-weekly", sections=[{**related, "bulletins": ["dayly"]}])
    (problem,) = told(newsroom.root)
    assert problem.endswith(
        'there is no bulletin "dayly"; did you mean "daily"? (bulletins: a-weekly, daily)'
    )


def test_a_bulletin_with_another_mistake_may_be_named(newsroom: Newsroom):
    """That it is broken is told where it is."""
    newsroom.bulletin("weekly", cadence="weakly")
    newsroom.bulletin("daily", sections=[{"id": "a", "block": "related", "bulletins": ["weekly"]}])
    assert [each.split(":")[0] for each in told(newsroom.root)] == ["bulletins/weekly.yaml"]


def test_tables_and_images_are_counted_as_files(newsroom: Newsroom):
    """They are read by a check like all others."""
    before = len(content_files(newsroom.root))
    newsroom.file("content/data/a/b.yaml", {})
    newsroom.file("content/data/a/b.csv", "a")
    newsroom.file("content/images/a.png", "a")
    newsroom.file("content/images/a.svg", "a")
    assert len(content_files(newsroom.root)) == before + 3
