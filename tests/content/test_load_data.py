"""Tables from disk: the file, the CSV beside it, and all of them for a check."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import both
from newsroom import Newsroom, check_content

from publisher.content.load import load_frame
from publisher.content.load_data import load_data, load_table
from publisher.content.table import Table

COLUMNS = [{"id": "site", "label": both("Site")}, {"id": "n", "label": both("N"), "type": "number"}]
SHOWN = {"id": "figures", "block": "table", "table": "week/traffic"}


def load(root: Path, name: str) -> tuple[Table | None, list[str]]:
    """A table, and its problems."""
    table, problems = load_table(root, load_frame(root).publication, name)
    return table, [str(each).removeprefix("content/data/") for each in problems]


def told(newsroom: Newsroom) -> list[str]:
    """What a check says, as ``path:line:column: what; remedy``."""
    return [str(each).removeprefix("content/") for each in check_content(newsroom.root)]


def test_a_table_reads_its_rows_from_the_csv_beside_it(newsroom: Newsroom):
    """In its own folder."""
    newsroom.file("content/data/week/traffic.yaml", {"columns": COLUMNS, "rows": "rows.csv"})
    newsroom.file("content/data/week/rows.csv", "site,n\nA,1")
    table, problems = load(newsroom.root, "week/traffic")
    assert problems == []
    assert table is not None
    assert table.name == "week/traffic"
    assert len(table.rows) == 1


def test_a_table_that_is_not_there_is_told(newsroom: Newsroom):
    """With the path that was looked for."""
    assert load(newsroom.root, "traffic") == (
        None,
        ["traffic.yaml:1:1: there is no such file; see to the spelling of its name"],
    )


def test_a_csv_that_is_not_there_is_told_where_it_is_named(newsroom: Newsroom):
    """And the nearest one of the folder is offered."""
    newsroom.file("content/data/a.yaml", {"columns": COLUMNS, "rows": "trafic.csv"})
    newsroom.file("content/data/traffic.csv", "site,n\nA,1")
    _, (problem,) = load(newsroom.root, "a")
    assert problem.endswith(
        "there is no file trafic.csv beside this one; "
        'did you mean "traffic.csv"? (CSV files: traffic.csv)'
    )


def test_a_csv_is_read_through_no_link(newsroom: Newsroom, tmp_path: Path):
    """It could lead anywhere."""
    (tmp_path / "elsewhere.csv").write_text("site,n\nA,1\n", "utf-8")
    newsroom.file("content/data/a.yaml", {"columns": COLUMNS, "rows": "a.csv"})
    (newsroom.root / "content/data/a.csv").symlink_to(tmp_path / "elsewhere.csv")
    table, (problem,) = load(newsroom.root, "a")
    assert table is None
    assert "symbolic link" in problem


def test_the_mistakes_of_both_files_are_told(newsroom: Newsroom):
    """In one run."""
    columns = [*COLUMNS, {"id": "more"}]
    newsroom.file("content/data/a.yaml", {"columns": columns, "rows": "a.csv"})
    newsroom.file("content/data/a.csv", "site;n")
    _, problems = load(newsroom.root, "a")
    assert [each.partition(":")[0] for each in problems] == ["a.csv", "a.yaml"]


def test_a_table_with_a_text_still_to_write_is_not_published(newsroom: Newsroom):
    """Readers never see a placeholder."""
    data = {"caption": {"zh": "…", "en": "…"}, "columns": COLUMNS, "rows": [{"site": "A", "n": 1}]}
    newsroom.file("content/data/week/traffic.yaml", data)
    table, (problem,) = load(newsroom.root, "week/traffic")
    assert table is None
    assert "there are texts still to write: caption.zh, caption.en" in problem


def test_while_nobody_names_it_a_table_may_be_unfinished(newsroom: Newsroom):
    """It is a warning until a bulletin or an issue file shows it."""
    data = {"caption": {"zh": "…", "en": "…"}, "columns": COLUMNS, "rows": "traffic.csv"}
    newsroom.file("content/data/week/traffic.yaml", data)
    newsroom.file("content/data/week/traffic.csv", "site,n\n…,1")
    assert {each.severity for each in check_content(newsroom.root)} == {"warning"}
    newsroom.bulletin("daily", sections=[SHOWN])
    assert {each.severity for each in check_content(newsroom.root)} == {"error"}


def test_a_table_that_is_named_and_right_is_no_problem(newsroom: Newsroom):
    """In a bulletin, or in an issue file."""
    newsroom.file("content/data/week/traffic.yaml", {"columns": COLUMNS, "rows": "traffic.csv"})
    newsroom.file("content/data/week/traffic.csv", "site,n\nA,1")
    newsroom.file("content/data/other.yaml", {"columns": COLUMNS, "rows": [{"site": "A", "n": 1}]})
    newsroom.bulletin("daily", sections=[SHOWN])
    newsroom.issue("2026-04-26", sections={"figures": {"table": "other"}})
    assert told(newsroom) == []


def test_a_table_that_nothing_is_like_can_be_started(newsroom: Newsroom):
    """The message has the command."""
    newsroom.bulletin("daily", sections=[SHOWN])
    (problem,) = told(newsroom)
    assert problem.endswith("see to the spelling, or start one: publisher new table week/traffic")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("code.svg", ["images end in .png, .jpg, .jpeg, .gif, .webp: save it as PNG"]),
        ("content/images/code.png", ["an image is named from content/images/ on"]),
    ],
)
def test_an_image_that_cannot_be_one_is_told_once(
    newsroom: Newsroom, name: str, expected: list[str]
):
    """With what would be right, not only that it is not there."""
    code = {"image": name, "alt": {"zh": "码", "en": "Code"}}
    newsroom.bulletin("daily", sections=[{"id": "a", "block": "qr-codes", "codes": [code]}])
    found = told(newsroom)
    assert len(found) == len(expected)
    assert expected[0] in found[0]


def test_names_are_looked_at_in_a_file_with_other_mistakes(newsroom: Newsroom):
    """One mistake hides no other, and makes no other."""
    newsroom.file("content/data/other.yaml", {"columns": COLUMNS, "rows": [{"site": "A", "n": 1}]})
    newsroom.bulletin("daily", sections=[SHOWN, {**SHOWN, "id": "b", "table": "other"}], titel="x")
    found = told(newsroom)
    assert len(found) == 2
    assert any("there is no table content/data/week/traffic.yaml" in each for each in found)


def test_where_a_file_cannot_be_read_nothing_is_called_unused(newsroom: Newsroom):
    """It may be what names them."""
    newsroom.file("content/data/other.yaml", {"columns": COLUMNS, "rows": [{"site": "A", "n": 1}]})
    newsroom.file("content/bulletins/weekly.yaml", "name: [")
    assert len(told(newsroom)) == 1


def test_one_csv_may_serve_two_tables(newsroom: Newsroom):
    """It is used, as long as one of them names it."""
    for name in ("one", "two"):
        newsroom.file(f"content/data/{name}.yaml", {"columns": COLUMNS, "rows": "rows.csv"})
    newsroom.file("content/data/rows.csv", "site,n\nA,1")
    data = load_data(newsroom.root, load_frame(newsroom.root).publication)
    assert set(data.tables.values()) == data.csv == {"content/data/rows.csv"}


def test_notes_may_lie_beside_tables_and_images(newsroom: Newsroom):
    """Where the figures are from, for those who come next."""
    newsroom.file("content/data/README.md", "Notes")
    newsroom.file("content/images/licence.txt", "Notes")
    assert told(newsroom) == []
