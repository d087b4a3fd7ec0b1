"""One-off issues: what they are called, and what their files must say."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from builders import bulletin, publication
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.content.issue_file import IssueFile
from publisher.content.one_off import is_one_off, one_off_day
from publisher.content.read_issue_file import parse_issue_file
from publisher.document import parse

LISTED = "publish_at: 2026-05-03T09:30+08:00\ntitle: {zh: 特刊, en: Special}\n"
WINDOW = "window: {from: 2026-05-01, to: 2026-05-03}\n"


def read(text: str, name: str = "2026-05-03-launch", **settings: object) -> list[str]:
    """The problems of a file, without its path."""
    path = f"content/issues/daily/{name}.yaml"
    document, found = parse(text.encode(), path)
    assert document is not None, found
    problems = parse_issue_file(document, bulletin(**settings), publication())[1]
    return [str(each).removeprefix(f"{path}:") for each in sorted(problems)]


# Names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["launch", "a", "w17", "3d-printing", "2026-review", "x" * 29])
def test_a_day_and_a_word(word: str) -> None:
    """A slug with a letter in it."""
    assert is_one_off(f"2026-05-03-{word}")
    assert one_off_day(f"2026-05-03-{word}") == dt.date(2026, 5, 3)


@pytest.mark.parametrize("name", ["2026-05-03", "2026-W17", "2026-05", "2026", "feed", ""])
def test_names_of_other_issues_and_pages(name: str) -> None:
    """None of them is meant for a one-off."""
    assert not is_one_off(name)
    with pytest.raises(ValueError, match="write it like 2026-05-03-launch"):
        one_off_day(name)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("2026-05-03-", "is not made of a-z"),
        ("2026-05-03-Launch", "is not made of a-z"),
        ("2026-05-03-a--b", "is not made of a-z"),
        ("2026-05-03--a", "is not made of a-z"),
        ("2026-05-03-a/b", "is not made of a-z"),
        ("2026-05-03-大桥", "is not made of a-z"),
        ("2026-05-03-2", "has no letter"),
        ("2026-05-03-04-05", "has no letter"),
        ("2026-05-03-" + "x" * 30, "has more than 29 characters"),
        ("2026-02-30-launch", "there is no day 2026-02-30"),
        ("0999-05-03-launch", "lies outside the years 1000 to 9998"),
        ("9999-05-03-launch", "lies outside the years 1000 to 9998"),
    ],
)
def test_a_wrong_name_is_refused(name: str, what: str) -> None:
    """With what is wrong, and an example that is right."""
    with pytest.raises(ValueError, match=re.escape(what)) as caught:
        one_off_day(name)
    like = str(caught.value).partition("; write it like ")[2]
    assert one_off_day(like)


@given(st.text("0123456789-Wabé\n", max_size=16).map("2026-05-03-{}".format))
@example("2026-05-03-a\n")
def test_every_name_that_is_taken_is_one_segment_of_an_address(name: str) -> None:
    """And neither a year, a month nor a day, whatever stands behind the day."""
    try:
        one_off_day(name)
    except ValueError:
        return
    assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(-[a-z0-9]+)+", name)
    assert re.search("[a-z]", name)


# Files -------------------------------------------------------------------------------------------


def test_a_file_with_a_window_is_right() -> None:
    """It says when it comes out, and what it covers."""
    assert read(LISTED + WINDOW) == []


def test_a_file_that_lists_entries_is_right() -> None:
    """Then it needs no window."""
    assert read(f"{LISTED}sections: {{top: {{entries: [2026/05/01/one]}}}}") == []


def test_an_empty_list_of_entries_is_none() -> None:
    """One of the two is needed."""
    (problem,) = read(f"{LISTED}sections: {{top: {{entries: []}}}}")
    assert "needs one of the two: a window, or entries" in problem


def test_the_day_is_that_of_the_bulletins_zone() -> None:
    """Half past nine in Shanghai is the evening before in Los Angeles."""
    (problem,) = read(LISTED + WINDOW, time_zone="America/Los_Angeles")
    assert problem == (
        "1:13: this is 2026-05-02 18:30 in America/Los_Angeles, and the name of the file says "
        "2026-05-03; change the time, or rename the file to 2026-05-02-launch.yaml"
    )


@pytest.mark.parametrize("name", ["2026-05-03", "2026-W18", "2026-05", "launch"])
def test_no_other_issue_says_when_it_comes_out(name: str) -> None:
    """The schedule does."""
    (problem,) = read(LISTED + WINDOW, name)
    assert problem.startswith('1:1: "publish_at" belongs in the file of a one-off issue')


@pytest.mark.parametrize("field", ["title", "subject", "subtitle", "preheader"])
def test_it_has_no_number_to_speak_of(field: str) -> None:
    """Each pattern is looked at."""
    text = "publish_at: 2026-05-03T09:30+08:00\ntitle: {zh: 特刊, en: Special}\n"
    if field == "title":
        text = text.partition("\n")[0] + "\n"
    (problem,) = read(text + WINDOW + f'{field}: {{zh: 特刊, en: "No. {{number}}"}}')
    assert "a one-off issue has no number" in problem


@pytest.mark.parametrize(
    ("text", "is_one_off", "lists_all"),
    [
        ({}, False, False),
        ({"window": {"from": "2026-05-01", "to": "2026-05-03"}}, False, False),
        ({"publish_at": "2026-05-03T09:30+08:00"}, True, True),
        ({"publish_at": "2026-05-03T09:30+08:00", "window": {"note": {"en": "A"}}}, True, True),
        (
            {
                "publish_at": "2026-05-03T09:30+08:00",
                "window": {"from": "2026-05-01", "to": "2026-05-03"},
            },
            True,
            False,
        ),
    ],
)
def test_without_a_window_the_list_is_all(
    text: dict[str, object], is_one_off: bool, lists_all: bool
) -> None:
    """Of a one-off issue alone."""
    written = IssueFile.model_validate(text, context={"languages": ["en"]})
    assert (written.is_one_off, written.lists_all) == (is_one_off, lists_all)
