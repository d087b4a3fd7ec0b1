"""What editors should know: edits of what is published that readers do not see."""

from __future__ import annotations

import pytest
from builders import both
from newsroom import TOP, Newsroom

from publisher.document import Problem

TRAFFIC = {"id": "traffic", "block": "table", "title": both("Traffic")}
SCALE = {"id": "scale", "block": "table", "table": "scale"}
NOTE = {"date": "2026-04-27", "note": both("900 visits were 950")}
PARTS = {"traffic": {"table": "w17/traffic"}}
ROWS = [{"site": both("One"), "visits": 1200}, {"site": both("Two"), "visits": 950}]


@pytest.fixture
def tables(quick: Newsroom) -> Newsroom:
    """A published daily with a table of its own and a standing one, in git."""
    quick.bulletin("daily", sections=[TOP, TRAFFIC, SCALE])
    quick.entry("one")
    quick.table("w17/traffic")
    quick.table("scale")
    quick.issue("2026-04-26", sections=PARTS)
    quick.commit()
    quick.publish()
    return quick


def unseen(newsroom: Newsroom) -> list[Problem]:
    """What `check` says of edits."""
    return [each for each in newsroom.app().check() if each.code == "published_edit"]


def visits(newsroom: Newsroom) -> str | None:
    """A cell of the published table."""
    table = newsroom.issue_of().issue.sections[1].table
    return table and table.rows[1][1] and table.rows[1][1].value


def test_nothing_was_edited(tables: Newsroom) -> None:
    """Then nothing is told."""
    assert unseen(tables) == []
    assert tables.publish("2026-04-26", "18:30").revised == 0


def test_a_changed_table_is_told(tables: Newsroom) -> None:
    """By its own name, with the issue whose file can say that it is a correction."""
    tables.table("w17/traffic", rows=ROWS)
    (problem,) = unseen(tables)
    assert problem.path == "content/data/w17/traffic.yaml"
    assert "was published in daily 2026-04-26" in problem.what
    assert "under corrections: of content/issues/daily/2026-04-26.yaml" in problem.remedy
    assert tables.publish("2026-04-26", "18:30").revised == 0
    assert visits(tables) == "900"


def test_a_changed_csv_is_told(tables: Newsroom) -> None:
    """It lies in the folder of the table that reads it."""
    tables.table("w17/traffic", rows="traffic.csv")
    tables.file("content/data/w17/traffic.csv", "site,visits\nOne（中）,1200\nTwo（中）,900")
    tables.commit()
    tables.file("content/data/w17/traffic.csv", "site,visits\nOne（中）,1200\nTwo（中）,950")
    assert [each.path for each in unseen(tables)] == ["content/data/w17/traffic.yaml"]


def test_without_git_it_is_found_by_a_walk(quick: Newsroom) -> None:
    """Every published issue is looked at."""
    quick.bulletin("daily", sections=[TOP, TRAFFIC])
    quick.entry("one")
    quick.table("w17/traffic")
    quick.issue("2026-04-26", sections=PARTS)
    quick.publish()
    assert unseen(quick) == []
    quick.table("w17/traffic", rows=ROWS)
    assert [each.path for each in unseen(quick)] == ["content/data/w17/traffic.yaml"]


def test_a_correction_publishes_the_new_table(tables: Newsroom) -> None:
    """Once the issue's own corrections grew."""
    tables.table("w17/traffic", rows=ROWS)
    tables.issue("2026-04-26", sections=PARTS, corrections=[NOTE])
    assert unseen(tables) == []
    assert tables.publish("2026-04-26", "18:30").revised == 1
    assert visits(tables) == "950"
    assert unseen(tables) == []


def test_a_standing_table_may_change(tables: Newsroom) -> None:
    """It is of the next issue; a correction of this one leaves it."""
    tables.table("scale", rows=ROWS)
    assert unseen(tables) == []
    tables.issue("2026-04-26", sections=PARTS, corrections=[NOTE])
    tables.publish("2026-04-26", "18:30")
    standing = tables.issue_of().issue.sections[2].table
    assert standing is not None
    assert standing.rows[1][1] is not None
    assert standing.rows[1][1].value == "900"


def test_a_table_in_one_more_language(tables: Newsroom) -> None:
    """Is a translation: no note, but every page has it."""
    tables.table("w18", caption={"zh": "访问量"})
    tables.entry("two", "2026-04-27")
    tables.issue("2026-04-27", sections={"traffic": {"table": "w18"}})
    tables.commit()
    tables.publish("2026-04-27")
    tables.table("w18", caption={"zh": "访问量", "en": "Visits"})
    assert tables.publish("2026-04-27", "18:30").revised == 1
    revision = tables.issue_of("2026-04-27")
    table = revision.issue.sections[1].table
    assert (revision.kind, table and (table.caption or {})["en"]) == ("translation", "Visits")


@pytest.mark.parametrize("broken", ["{", None])
def test_a_correction_waits_for_its_table(tables: Newsroom, broken: str | None) -> None:
    """A broken one, or one that is gone: told, and nothing else waits for it."""
    path = "content/data/w17/traffic.yaml"
    if broken is None:
        (tables.root / path).unlink()
    else:
        tables.file(path, broken)
    tables.issue("2026-04-26", sections=PARTS, corrections=[NOTE])
    tables.entry("two", "2026-04-27")
    report = tables.publish("2026-04-27")
    assert (report.published, report.revised) == (("daily 2026-04-27",), 0)
    assert [each.path for each in report.problems] == [path]
    tables.table("w17/traffic", rows=ROWS)
    assert tables.publish("2026-04-27", "18:30").revised == 1
    assert visits(tables) == "950"


def test_a_table_that_is_gone_holds_up_nothing(tables: Newsroom) -> None:
    """What was published is in the archive."""
    (tables.root / "content/data/w17/traffic.yaml").unlink()
    report = tables.publish("2026-04-26", "18:30")
    assert (report.revised, report.problems) == (0, ())
    assert visits(tables) == "900"
