"""Issues through the API."""

from __future__ import annotations

import shutil

import pytest
from frontoffice import Office


def test_an_issue_is_shown_with_how_far_it_is(office: Office) -> None:
    """After it was published: mailed, its first revision, its mailing."""
    office.newsroom.entry("one")
    office.newsroom.publish()
    shown = office.get("/issues/daily/2026-04-26")
    assert (shown["step"], shown["revision"], shown["mailing"]) == ("mailed", 1, 1)
    listed = office.get("/issues?bulletin=daily")["items"]
    assert [each["issue"] for each in listed] == ["2026-04-26"]


def test_issues_are_listed_the_newest_first(office: Office) -> None:
    """A page at a time."""
    for day in ("24", "25", "26"):
        office.ask("POST", f"/issues/daily/2026-04-{day}/skip")
    page = office.get("/issues?bulletin=daily&limit=2")
    assert [each["issue"] for each in page["items"]] == ["2026-04-26", "2026-04-25"]
    last = office.get(f"/issues?bulletin=daily&limit=2&after={page['next']}")
    assert ([each["issue"] for each in last["items"]], last["next"]) == (["2026-04-24"], None)
    assert office.get("/issues?bulletin=daily&after=nothing")["items"] == []


def test_an_issue_whose_row_is_lost_is_still_out(office: Office) -> None:
    """The archive knows it; of mail nothing is known."""
    office.newsroom.entry("one")
    office.newsroom.publish()
    with office.desk.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM issue_steps")
    shown = office.get("/issues/daily/2026-04-26")
    assert (shown["step"], shown["attempt"], shown["revision"]) == ("announced", 0, 1)


def test_an_issue_is_skipped_and_lifted(office: Office) -> None:
    """With the reason that is given."""
    skipped = office.ask("POST", "/issues/daily/2026-04-26/skip", json={"reason": "a holiday"})
    assert skipped.json()["step"] == "skipped"
    assert skipped.json()["reason"] == "skipped by the operator: a holiday"
    lifted = office.ask("POST", "/issues/daily/2026-04-26/lift")
    assert (lifted.status_code, lifted.json()["step"]) == (200, "started")
    status, detail = office.told("POST", "/issues/daily/2026-04-26/lift")
    assert (status, detail) == (409, "daily 2026-04-26 is not skipped")


def test_an_issue_that_was_mailed_is_not_skipped(office: Office) -> None:
    """The answer says what stops the rest."""
    office.newsroom.entry("one")
    office.newsroom.publish()
    assert office.told("POST", "/issues/daily/2026-04-26/skip") == (
        409, "daily 2026-04-26 was mailed already",
    )  # fmt: skip


@pytest.mark.parametrize("path", ["none/2026-04-26", "daily/2026-04-31", "daily/2026-W17"])
def test_what_can_be_no_issue_is_not_there(office: Office, path: str) -> None:
    """Neither to look at nor to skip."""
    assert office.told("GET", f"/issues/{path}")[0] == 404
    assert office.told("POST", f"/issues/{path}/skip")[0] == 404


def test_a_publication_that_cannot_be_read_is_said(office: Office) -> None:
    """In words, with a status that means: ask again."""
    office.ask("GET", "/issues?bulletin=daily")
    shutil.rmtree(office.newsroom.root / "content")
    status, detail = office.told("POST", "/issues/daily/2026-04-26/skip")
    assert status in (409, 503)
    assert "publication.yaml" in detail
