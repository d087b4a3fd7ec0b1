"""New entries and issue files: they teach, they are right, and they never go out by accident."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from builders import both, bulletin, entry, publication, section

from publisher.content.read_entry import parse_entry
from publisher.content.read_issue_file import parse_issue_file
from publisher.content.read_table import parse_table
from publisher.content.scaffold import entry_name, new_entry, new_issue, new_table
from publisher.content.sheet import read_sheet
from publisher.document import parse

DAY = dt.date(2026, 4, 26)


@pytest.mark.parametrize("kind", ["event", "signal"])
def test_a_new_entry_is_a_right_draft(kind: str):
    """It has no error, one friendly warning, and stays back until its editor says otherwise."""
    path, text = new_entry(publication(), kind, DAY, "some-news")
    assert path == "content/entries/2026/04/26/some-news.yaml"
    document, found = parse(text.encode(), path)
    assert found == ()
    assert document is not None
    made, (problem,) = parse_entry(document, "2026/04/26/some-news", publication())
    assert made is not None
    assert made.draft
    assert (problem.severity, problem.code) == ("warning", "unfinished")


def test_a_new_entry_has_each_language_and_each_field_of_its_kind():
    """What the publication declares stands there to be filled in."""
    _, text = new_entry(publication(), "signal", DAY, "some-news")
    assert "title:\n  zh: …\n  en: …\n" in text
    assert "  handle: …" in text
    assert "  verdict:                      # 一句话判断\n    zh: …\n    en: …\n" in text


def test_an_entry_that_is_no_draft_may_hold_no_placeholder():
    """Deleting "draft: true" too early is an error, so that no reader sees a placeholder."""
    path, text = new_entry(publication(), "event", DAY, "some-news")
    ready = "".join(line for line in text.splitlines(True) if not line.startswith("draft:"))
    document, _ = parse(ready.encode(), path)
    assert document is not None
    made, problems = parse_entry(document, "2026/04/26/some-news", publication())
    assert made is None
    assert {each.code for each in problems} == {"unfinished"}


@pytest.mark.parametrize(
    "title",
    [
        "Google: a bet",
        "# 1",
        "yes",
        "2026",
        "“Quoted” it is",
        "Null",
        "- a",
        'He said "no"',
        "a\\b",
        "@x",
        "Über",
        "谷歌",
    ],
)
def test_any_title_may_be_given(title: str):
    """The title is written so that it is read as it was given."""
    path, text = new_entry(publication(), "event", DAY, "some-news", title)
    document, found = parse(text.encode(), path)
    assert found == ()
    assert document is not None
    assert document.data["title"]["zh"] == title


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Google invests in Anthropic!", "google-invests-in-anthropic"),
        ("L’été à Orléans", "lete-a-orleans"),
        ("What’s new", "whats-new"),
        ("谷歌加码Anthropic", "anthropic"),
        ("谷歌加码", ""),
        ("word " * 40, "word-word-word-word-word-word-word-word-word-word-word-word"),
    ],
)
def test_the_file_name_is_made_from_the_title(title: str, name: str):
    """A name has small letters a-z, digits and hyphens, and is not too long."""
    assert entry_name(title) == name


def test_a_new_issue_file_changes_nothing_until_it_is_written():
    """Its placeholders are warnings, and none of them comes into the issue."""
    daily = bulletin(section("intro", "prose"), section("points", "list"), section("top"))
    path, text = new_issue(publication(), "daily", daily, "2026-04-26")
    assert path == "content/issues/daily/2026-04-26.yaml"
    document, found = parse(text.encode(), path)
    assert found == ()
    assert document is not None
    written, (problem,) = parse_issue_file(document, daily, publication())
    assert (problem.severity, problem.code) == ("warning", "unfinished")
    assert written is not None
    assert written.sections["intro"].text is None
    assert written.sections["points"].items == []


@pytest.mark.parametrize("sections", [["top"], ["intro", "top"]])
def test_the_candidates_stand_there_to_be_chosen(sections: list[str]):
    """With the marks of the comment taken away, the listed entries are chosen."""
    blocks = [section(each, "entries" if each == "top" else "prose") for each in sections]
    candidates = [entry("one").entry, entry("two", draft=True).entry]
    _, text = new_issue(publication(), "daily", bulletin(*blocks), "2026-04-26", candidates)
    assert "- 2026/04/26/two    # (draft) Title two" in text
    at = text.index("# To choose")
    lines = [
        line.replace("# ", "", 1) if line.lstrip().startswith("#") else line
        for line in text[at:].splitlines()[1:]
    ]
    document, found = parse(
        "\n".join([*text[:at].rstrip().splitlines(), *lines]).encode(), "x.yaml"
    )
    assert found == ()
    assert document is not None
    listed = document.data["sections"]["top"]
    assert listed == {"only": True, "entries": ["2026/04/26/one", "2026/04/26/two"]}


WEEKLY = bulletin(
    section("intro", "prose"),
    section(),
    section("traffic", "table"),
    section("related", "related"),
    section("risks", "boilerplate", text=both("Risks")),
    section("contents", "contents"),
    facts={
        "sector": {"label": both("Sector"), "value": both("Internet")},
        "rating": {"label": both("Rating")},
    },
    masthead=["sector", "rating"],
)


def test_a_new_issue_file_has_a_place_for_each_part():
    """What must be written stands there; what may be written, in comments."""
    path, text = new_issue(publication(), "weekly", WEEKLY, "2026-W17")
    document, found = parse(text.encode(), path)
    assert found == ()
    assert document is not None
    assert list(document.data["sections"]) == ["intro"]
    assert list(document.data["facts"]) == ["rating"]
    assert "  #   table: weekly/2026-w17-traffic" in text
    written, (problem,) = parse_issue_file(document, WEEKLY, publication())
    assert written is not None
    assert problem.severity == "warning"


def test_what_may_be_written_is_right_without_the_marks():
    """Who takes the # away has a file with every part."""
    path, text = new_issue(publication(), "weekly", WEEKLY, "2026-W17")
    bare = "\n".join(
        line.replace("# ", "", 1) if line.lstrip().startswith("# ") else line
        for line in text.splitlines()
        if not line.lstrip().startswith(("# For", "# To"))
        and "this file" not in line
        and "Delete what" not in line
    )
    document, found = parse(bare.encode(), path)
    assert found == (), bare
    assert document is not None
    sections = document.data["sections"]
    assert set(sections) == {"intro", "top", "traffic", "related", "risks"}
    assert sections["traffic"] == {"table": "weekly/2026-w17-traffic"}
    assert set(document.data["facts"]) == {"sector", "rating"}
    _, problems = parse_issue_file(document, WEEKLY, publication())
    assert {each.severity for each in problems} == {"warning"}


@pytest.mark.parametrize("block", ["table", "related", "contents"])
def test_a_bulletin_without_texts_has_an_empty_new_issue_file(block: str):
    """All of it is in comments."""
    only = bulletin(section("a", block))
    _, text = new_issue(publication(), "weekly", only, "2026-W17")
    document, _ = parse(text.encode(), "x.yaml")
    assert document is not None
    assert document.data == {"exclude": []}
    assert ("# sections:" in text) == (block != "contents")


def test_a_new_table_is_right_but_for_what_is_still_to_write():
    """Its file and its CSV belong together; nothing in them is a mistake but the placeholders."""
    files = new_table(publication(), "weekly/2026-w17-traffic", DAY)
    path, sheet_path = files
    assert (path, sheet_path) == (
        "content/data/weekly/2026-w17-traffic.yaml",
        "content/data/weekly/2026-w17-traffic.csv",
    )
    document, found = parse(files[path].encode(), path)
    assert found == ()
    assert document is not None
    assert document.data["rows"] == "2026-w17-traffic.csv"
    sheet, found = read_sheet(files[sheet_path].encode(), sheet_path)
    assert found == ()
    table, problems = parse_table(document, "weekly/2026-w17-traffic", publication(), sheet)
    assert table is None
    assert {each.code for each in problems} == {"unfinished"}


def test_a_new_table_that_is_written_is_right():
    """With a text for each placeholder, and the marks of the comments taken away."""
    path, sheet_path = files = new_table(publication(), "traffic", DAY)
    texts = {name: text.replace("…", "文字") for name, text in files.items()}
    lines = texts[path].splitlines()[2:]
    bare = "\n".join(re.sub(r"^( *)# ", r"\1", line) for line in lines)
    document, found = parse(bare.encode(), path)
    assert found == (), bare
    assert document is not None
    sheet, _ = read_sheet(texts[sheet_path].encode(), sheet_path)
    table, problems = parse_table(document, "traffic", publication(), sheet)
    assert problems == ()
    assert table is not None


def test_a_publication_with_one_language_has_one_column_for_a_text():
    """There is nothing to tell apart."""
    single = publication(
        name="A", sender={"name": "A", "address": "b@news.example.com"}, postal_address="A",
        languages={"en": {"tag": "en", "name": "English"}}, editions={"en": ["en"]},
        kinds={"event": {"name": "Event"}},
    )  # fmt: skip
    files = new_table(single, "traffic", DAY)
    assert files["content/data/traffic.csv"].startswith("name,amount\n")
