"""What an edit of a published thing is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from builders import LANGUAGES, both, bulletin, publication, section, table
from builders import entry as frozen_entry
from builders import issue as frozen_issue

from publisher.content.entry import Correction, Entry
from publisher.content.issue_file import IssueFile
from publisher.content.table import Table
from publisher.issue.changes import (
    IssueChange,
    entry_change,
    gained_languages,
    issue_change,
    tables_to_compare,
)
from publisher.issue.issue import Issue, Related
from publisher.language import Localized

DAY = dt.date(2026, 4, 25)
NOTE = {"date": "2026-04-27", "note": both("It was 40, not 30")}

CORRECTION = Correction.model_validate(NOTE, context=LANGUAGES)


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


def change_of(old: Issue, new: IssueFile, tables: Mapping[str, Table] | None = None) -> IssueChange:
    """What became of an issue; `tables` is the content, of which it is given what it asks for."""
    wanted = tables_to_compare(old, new)
    given = {key: each for key, each in (tables or {}).items() if key in wanted}
    return issue_change(old, new, publication(), given)


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
    change = change_of(issue(), written())
    assert (change.kind, change.is_edited) == (None, False)


def test_a_correction_of_an_issue() -> None:
    """Its texts are the new ones; which entries it carries never changes."""
    new = written(
        sections={"overview": {"text": both("new")}, "top": {"entries": ["2026/04/26/two"]}},
        corrections=[NOTE],
    )
    change = change_of(issue(), new)
    assert (change.kind, change.is_edited) == ("correction", False)
    assert change.issue.sections[0].text == new.sections["overview"].text
    assert change.issue.placed() == issue().placed()


def test_a_translation_of_an_issue() -> None:
    """A text that gained a language."""
    half = change_of(
        issue(), written(sections={"overview": {"text": {"zh": "x"}}}, corrections=[NOTE])
    ).issue
    change = change_of(half, written(sections={"overview": {"text": {"zh": "x", "en": "y"}}},
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
    change = change_of(issue(), written(**changes))
    assert (change.kind, change.issue, change.is_edited) == (None, issue(), True)


# Facts, tables, works ----------------------------------------------------------------------------

RICH = bulletin(
    section("risks", "boilerplate", text=both("standing")),
    section("traffic", "table"),
    section("scale", "table", table="scale"),
    section("related", "related"),
    section("notes", "prose", title=both("Notes of {date:yyyy}")),
    section(),
    facts={"rating": {"label": both("Rating"), "value": both("Hold")}},
)
WORK = {"title": both("Work"), "date": "2026-01-02"}
EARLIER = Related(title=Localized(both("issue")), day=DAY, issue="daily-ten/2026-04-25")
PARTS = {"traffic": {"table": "traffic"}, "related": {"related": [WORK]}}


def rich(**changes: Any) -> Issue:
    """An issue with a standing text, two tables and two related works."""
    related = [Related(title=Localized(both("Work")), day=dt.date(2026, 1, 2)), EARLIER]
    parts = {"risks": {"text": both("standing")}, "traffic": {"table": table()},
             "scale": {"table": table("scale")}, "related": {"related": related}}  # fmt: skip
    made = frozen_issue([frozen_entry()], RICH, parts, **({"facts": FACTS} | changes)).issue
    return made.model_copy(update={"sections": [s for s in made.sections if not s.is_empty]})


FACTS = {"rating": both("Hold")}
TABLES = {"traffic": table()}


def file(**changes: Any) -> IssueFile:
    """Its issue file."""
    return IssueFile.model_validate({"sections": PARTS} | changes, context=LANGUAGES)


def test_the_same_parts_are_no_change() -> None:
    """What stands in every issue is no part of the file."""
    change = change_of(rich(), file(), TABLES)
    assert (change.kind, change.is_edited, change.tables) == (None, False, ())


def test_a_standing_table_goes_on() -> None:
    """Only those that the issue file names are compared with what was published."""
    assert tables_to_compare(rich(), file()) == {"traffic": "traffic"}


def test_a_table_that_the_file_no_longer_names() -> None:
    """The standing one comes in its place, so that one is read."""
    settings = bulletin(section("scale", "table", table="scale"), section())
    old = frozen_issue([frozen_entry()], settings, {"scale": {"table": table("own")}}).issue
    assert tables_to_compare(old, IssueFile()) == {"scale": "scale"}
    change = change_of(old, IssueFile(corrections=[CORRECTION]), {"scale": table("scale")})
    assert change.issue.sections[0].table == table("scale")


def test_a_changed_table_is_another_edit() -> None:
    """The file is as it was; readers do not see it, and the table is named."""
    change = change_of(rich(), file(), {"traffic": table(caption=both("other"))})
    assert (change.kind, change.issue) == (None, rich())
    assert (change.is_edited, change.tables) == (False, ("traffic",))


def test_a_correction_takes_the_new_table_as_well() -> None:
    """Where the list of corrections grew."""
    new = table(rows=[[{"text": both("One")}, {"value": "1300"}]])
    change = change_of(rich(), file(corrections=[NOTE]), {"traffic": new})
    assert (change.kind, change.is_edited, change.tables) == ("correction", False, ())
    assert change.issue.sections[1].table == new
    assert change.issue.sections[2].table == table("scale")


def test_a_table_that_gained_a_language_is_a_translation() -> None:
    """In its caption, its header and its cells; an edit beside it is none."""
    half = table(caption={"zh": "说明"}, rows=[[{"text": {"zh": "一"}}, {"value": "1"}]])
    old = change_of(rich(), file(corrections=[NOTE]), {"traffic": half}).issue
    caption = {"zh": "说明", "en": "Caption"}
    new = table(caption=caption, rows=[[{"text": {"zh": "一", "en": "One"}}, {"value": "2"}]])
    change = change_of(old, file(corrections=[NOTE]), {"traffic": new})
    gained = change.issue.sections[1].table
    assert (change.kind, change.tables) == ("translation", ("traffic",))
    assert gained is not None
    assert (gained.caption, gained.rows[0][1]) == (new.caption, half.rows[0][1])
    assert gained_languages(old, change.issue) == {"en"}


def test_a_table_of_a_period_survives_a_translation() -> None:
    """Its days are written `from` and `to`."""
    dated = table(period={"from": "2026-04-16", "to": "2026-04-22"}, caption={"zh": "说明"})
    old = change_of(rich(), file(corrections=[NOTE]), {"traffic": dated}).issue
    new = dated.model_copy(update={"caption": Localized(both("x") | {"zh": "说明"})})
    change = change_of(old, file(corrections=[NOTE]), {"traffic": new})
    assert (change.kind, change.tables) == ("translation", ())
    assert change.issue.sections[1].table == new


@pytest.mark.parametrize(
    "changes",
    [
        {"facts": {"rating": both("Buy")}},
        {"sections": PARTS | {"risks": {"text": both("own")}}},
        {"sections": PARTS | {"related": {}}},
        {"sections": PARTS | {"related": {"related": [WORK, WORK]}}},
        {"sections": PARTS | {"traffic": {}}},
        {"sections": PARTS | {"notes": {"text": both("new section")}}},
    ],
)
def test_facts_texts_and_works_change_by_a_correction_only(changes: dict[str, Any]) -> None:
    """Without one, readers do not see the edit, and `check` says so."""
    change = change_of(rich(), file(**changes), TABLES)
    assert (change.kind, change.issue, change.is_edited) == (None, rich(), True)
    corrected = change_of(rich(), file(corrections=[NOTE], **changes), TABLES)
    assert (corrected.kind, corrected.is_edited) == ("correction", False)
    again = change_of(corrected.issue, file(corrections=[NOTE], **changes), TABLES)
    assert (again.kind, again.is_edited, again.tables) == (None, False, ())


def test_a_correction_changes_facts_and_written_works() -> None:
    """Links to earlier issues stay as they are."""
    work = {"title": both("Other"), "date": "2026-01-03"}
    parts = PARTS | {"related": {"related": [work]}, "risks": {"text": both("own")}}
    new = file(facts={"rating": both("Buy")}, sections=parts, corrections=[NOTE])
    found = change_of(rich(), new, TABLES).issue
    assert found.facts["rating"]["en"] == "Buy (en)"
    assert [each.title["en"] for each in found.sections[3].related] == ["Other (en)", "issue (en)"]
    assert (found.sections[0].text or {})["en"] == "own (en)"


def test_a_fact_and_a_work_that_gained_a_language() -> None:
    """Are translations, too."""

    def said(fact: dict[str, str], work: dict[str, str]) -> IssueFile:
        related = {"related": {"related": [WORK | {"title": work}]}}
        facts, parts = {"rating": fact}, PARTS | related
        return file(corrections=[NOTE], facts=facts, sections=parts)

    old = change_of(rich(), said({"zh": "持有"}, {"zh": "作"}), TABLES).issue
    change = change_of(old, said({"zh": "持有", "en": "Hold"}, {"zh": "作", "en": "W"}), TABLES)
    assert (change.kind, change.is_edited) == ("translation", False)
    assert change.issue.facts["rating"]["en"] == "Hold"
    assert change.issue.sections[3].related[0].title["en"] == "W"


def test_a_section_that_was_forgotten_comes_with_a_correction() -> None:
    """In its place, with its title; one that is empty now goes."""
    parts = {"notes": {"text": both("note")}, "related": PARTS["related"]}
    found = change_of(rich(), file(sections=parts, corrections=[NOTE]), {}).issue
    assert [each.settings.id for each in found.sections] == [
        "risks", "scale", "related", "notes", "top",
    ]  # fmt: skip
    assert (found.sections[3].title or {})["en"] == "Notes of 2026 (en)"
