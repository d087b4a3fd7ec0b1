"""What an edit of a published thing is."""

from __future__ import annotations

from typing import Any

import pytest
from builders import LANGUAGES, both, bulletin, section
from builders import entry as frozen_entry
from builders import issue as frozen_issue

from publisher.content.entry import Entry
from publisher.content.issue_file import IssueFile
from publisher.issue.changes import entry_change, issue_change
from publisher.issue.issue import Issue

NOTE = {"date": "2026-04-27", "note": both("It was 40, not 30")}


def entry(**changes: Any) -> Entry:
    """An entry with a field and a verification."""
    data = {
        "fields": {"why": both("why")},
        "verification": {"status": "signal", "note": both("note")},
    }
    return frozen_entry(**(data | changes)).entry


def written(**changes: Any) -> IssueFile:
    """An issue file with an overview."""
    data = {"sections": {"overview": {"text": both("overview")}}}
    return IssueFile.model_validate(data | changes, context=LANGUAGES)


def issue(**changes: Any) -> Issue:
    """The issue that was made from it."""
    settings = bulletin(section("overview", "prose"), section())
    return frozen_issue(
        [frozen_entry()], settings, {"overview": {"text": both("overview")}}, **changes
    ).issue


# Entries -----------------------------------------------------------------------------------------


def test_the_same_is_no_change() -> None:
    """Nothing to do, nothing to say."""
    change = entry_change(entry(), entry())
    assert (change.kind, change.is_edited) == (None, False)


def test_a_correction_takes_every_edit_with_it() -> None:
    """Where `corrections` grew, the new text counts as a whole."""
    change = entry_change(entry(), entry(title=both("New"), corrections=[NOTE]))
    assert (change.kind, change.is_edited) == ("correction", False)
    assert change.entry.title["en"] == "New (en)"


def test_a_second_correction_is_one() -> None:
    """Each that is added."""
    change = entry_change(entry(corrections=[NOTE]), entry(corrections=[NOTE, NOTE]))
    assert change.kind == "correction"


@pytest.mark.parametrize("corrections", [[], [{"date": "2026-04-28", "note": both("other")}]])
def test_a_changed_note_is_no_correction(corrections: list[Any]) -> None:
    """Only a list that grew is; what was said once stays said."""
    change = entry_change(entry(corrections=[NOTE]), entry(corrections=corrections))
    assert (change.kind, change.is_edited) == (None, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": both("Other")},
        {"title": {"zh": "Title one（中）"}},  # a language was taken away
        {"tags": ["new"]},
        {"importance": 5},
        {"sources": [{"publisher": "Other"}]},
        {"body": both("a text where there was none in any language")},
    ],
)
def test_any_other_edit_changes_nothing(changes: dict[str, Any]) -> None:
    """What was published stays as it was; `check` says so."""
    change = entry_change(entry(), entry(**changes))
    assert (change.kind, change.entry, change.is_edited) == (None, entry(), True)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": {"zh": "题"}},
        {"summary": {"en": "Summary"}},
        {"fields": {"why": {"zh": "为什么"}}},
        {"verification": {"status": "signal", "note": {"zh": "注"}}},
    ],
)
def test_a_text_in_a_language_that_was_missing_is_a_translation(changes: dict[str, Any]) -> None:
    """In any place of the entry where text stands."""
    (name, value), *_ = changes.items()
    full = both("translated")
    gained: Any = {
        "fields": {"why": full | value.get("why", {})} if name == "fields" else None,
        "verification": {"status": "signal", "note": full | (value.get("note") or {})},
    }.get(name) or full | value
    change = entry_change(entry(**changes), entry(**{name: gained}))
    assert (change.kind, change.is_edited) == ("translation", False)
    assert change.entry == entry(**{name: gained})


def test_a_translation_does_not_carry_other_edits() -> None:
    """The new language comes, the edit of the old one does not, and `check` says so."""
    old = entry(title={"zh": "题"})
    change = entry_change(old, entry(title={"zh": "改", "en": "Title"}, importance=5))
    assert (change.kind, change.is_edited) == ("translation", True)
    assert dict(change.entry.title) == {"zh": "题", "en": "Title"}
    assert change.entry.importance == 3


def test_a_rename_changes_the_address_only() -> None:
    """With the alias that makes it one; an edit beside it is no correction."""
    new = entry(id="2026/04/26/new", aliases=["2026/04/26/one"], importance=5)
    change = entry_change(entry(), new)
    assert (change.kind, change.is_edited) == ("rename", True)
    assert (change.entry.id, change.entry.importance) == ("2026/04/26/new", 3)
    assert change.entry.aliases == ["2026/04/26/one"]


def test_a_rename_may_bring_a_translation() -> None:
    """Both at once are one revision."""
    new = entry(id="2026/04/26/new", aliases=["2026/04/26/one"])
    change = entry_change(entry(title={"zh": "Title one（中）"}), new)
    assert (change.kind, change.is_edited) == ("rename", False)
    assert set(change.entry.title) == {"zh", "en"}


@pytest.mark.parametrize("changes", [{"draft": True}, {"embargo": "2027-01-01T00:00+08:00"}])
def test_what_holds_an_entry_back_no_longer_matters(changes: dict[str, Any]) -> None:
    """It is published: a draft mark takes nothing back, and is no edit."""
    change = entry_change(entry(), entry(**changes))
    assert (change.kind, change.is_edited) == (None, False)


# Issues ------------------------------------------------------------------------------------------


def test_the_same_issue_file_is_no_change() -> None:
    """Nothing to do."""
    change = issue_change(issue(), written())
    assert (change.kind, change.is_edited) == (None, False)


def test_a_correction_of_an_issue() -> None:
    """Its texts are the new ones; which entries it carries never changes."""
    new = written(
        sections={"overview": {"text": both("new")}, "top": {"entries": ["2026/04/26/two"]}},
        corrections=[NOTE],
    )
    change = issue_change(issue(), new)
    assert (change.kind, change.is_edited) == ("correction", False)
    assert change.issue.sections[0].text == new.sections["overview"].text
    assert change.issue.placed() == issue().placed()


def test_a_translation_of_an_issue() -> None:
    """A text that gained a language."""
    half = issue_change(
        issue(), written(sections={"overview": {"text": {"zh": "x"}}}, corrections=[NOTE])
    ).issue
    change = issue_change(half, written(sections={"overview": {"text": {"zh": "x", "en": "y"}}},
                                        corrections=[NOTE]))  # fmt: skip
    assert change.kind == "translation"
    assert dict(change.issue.sections[0].text or {}) == {"zh": "x", "en": "y"}


@pytest.mark.parametrize(
    "changes",
    [
        {"sections": {"overview": {"text": both("other")}}},
        {"sections": {}},
        {"references": [{"publisher": "CNBC"}]},
        {"window": {"note": both("note")}},
    ],
)
def test_any_other_edit_of_an_issue_file(changes: dict[str, Any]) -> None:
    """Changes nothing, and `check` says so."""
    change = issue_change(issue(), written(**changes))
    assert (change.kind, change.issue, change.is_edited) == (None, issue(), True)
