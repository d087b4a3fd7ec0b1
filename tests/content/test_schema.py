"""JSON Schemas: right content passes, slips are marked while typing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from builders import bulletin
from jsonschema import Draft202012Validator

from publisher.content.files import content_files
from publisher.content.load import load_frame
from publisher.content.schema import make_schemas
from publisher.document import parse

PROJECT = Path(__file__).parents[2]
ROOTS = [
    PROJECT,
    *(
        PROJECT / "tests/fixtures" / name
        for name in ("minimal", "half-translated", "four-languages")
    ),
]
KINDS = {
    "entries": "entry", "issues": "issue", "bulletins": "bulletin", "data": "table",
    "calendars": "calendar",
}  # fmt: skip
# Models whose hint stands at the field that holds them.
WITHOUT_HINTS = (
    "AtLeast", "EditionSettings", "FieldSettings", "Kind", "LanguageSettings",
    "ListedEntry", "Sender", "WindowOverride", "WindowSettings",
)  # fmt: skip


@cache
def schemas(root: Path) -> dict[str, Any]:
    """The schemas of a publication."""
    frame = load_frame(root)
    return make_schemas(
        frame.publication, frame.bulletins, ["daily/traffic"], ["account.png"], ["china"]
    )


def faults(data: Any, schema: dict[str, Any]) -> list[str]:
    """Where data breaks a schema."""
    found = Draft202012Validator(schema).iter_errors(data)
    return sorted(f"{each.json_path}: {each.message}" for each in found)


def data_of(root: Path, path: str) -> Any:
    """What a file holds."""
    document, problems = parse((root / path).read_bytes(), path)
    assert document is not None, problems
    return document.data


@pytest.mark.parametrize("root", ROOTS, ids=lambda each: each.name)
def test_right_content_passes(root: Path):
    """The sample and every right fixture are valid by the schemas of their publication."""
    made = schemas(root)
    for path in (each for each in content_files(root) if each.endswith(".yaml")):
        schema = made[KINDS.get(path.split("/")[1], "publication")]
        assert faults(data_of(root, path), schema) == [], path


ENTRY = {"kind": "event", "title": {"zh": "甲", "en": "A"}}
SLIPS = [
    ({"kind": "evnt"}, "$.kind"),
    ({"title": "A"}, "$.title"),
    ({"title": {"zh": "甲", "eng": "A"}}, "$.title.eng"),
    ({"titel": {"zh": "甲"}}, "$.titel"),
    ({"importance": 6}, "$.importance"),
    ({"happened": "24.04.2026"}, "$.happened"),
    ({"fields": {"verdict": {"zh": "甲"}}}, "$.fields.verdict"),
    ({"kind": "signal", "fields": {"handle": {"zh": "甲"}}}, "$.fields.handle"),
    ({"sources": [{"url": "www.cnbc.com"}]}, "$.sources[0].url"),
    ({"sources": ["CNBC"]}, "$.sources[0]"),
    ({"tags": ["Open Source"]}, "$.tags[0]"),
    ({"verification": {"status": "checked"}}, "$.verification.status"),
    ({"id": "2026/04/26/x"}, "$.id"),
]


@pytest.mark.parametrize(("change", "place"), SLIPS)
def test_a_slip_in_an_entry_is_marked(change: dict[str, Any], place: str):
    """The schema of the sample marks what `publisher check` would refuse."""
    schema = schemas(PROJECT)["entry"]
    assert faults(ENTRY, schema) == []
    found = faults(ENTRY | change, schema)

    # A field that is not known is named at the place of the mapping around it.
    field = repr(place.rpartition(".")[2])
    assert any(place in each or field in each for each in found), found


def test_an_issue_file_knows_the_sections_of_the_bulletins():
    """A section that no bulletin has is marked."""
    schema = schemas(PROJECT)["issue"]
    assert faults({"sections": {"conclusions": {"items": []}}}, schema) == []
    found = faults({"sections": {"conclusionz": {}}}, schema)

    assert len(found) == 1
    assert "conclusionz" in found[0]


def test_both_forms_of_what_has_a_short_form_pass():
    """A listed entry is an id, or an id with more."""
    schema = schemas(PROJECT)["issue"]
    listed = ["2026/04/26/a", {"id": "2026/04/26/b", "again": True}]
    assert faults({"sections": {"top": {"entries": listed}}}, schema) == []


@pytest.mark.parametrize("name", ["entry", "issue", "bulletin", "calendar", "publication", "table"])
def test_every_field_has_a_hint_and_no_name_of_the_programs_insides(name: str):
    """What an editor's program shows is written for editors."""
    schema = schemas(PROJECT)[name]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    models = {name: schema, **schema["$defs"]}
    unsaid = [
        f"{name}.{key}"
        for name, model in models.items()
        for key, each in model.get("properties", {}).items()
        if "description" not in each and name not in ("Text", *WITHOUT_HINTS)
    ]
    assert unsaid == []
    Draft202012Validator.check_schema(schema)


CALENDAR_SLIPS = [
    ({"holydays": []}, "holydays"),
    ({"holidays": [{"on": "1.5.2026", "name": "a"}]}, "1.5.2026"),
    ({"holidays": [{"on": "2026-05-01"}]}, "name"),
    ({"holidays": [{"on": "2026-05-01", "name": ""}]}, "not valid"),
    ({"holidays": [{"on": "2026-05-01", "name": {"xx": "a"}}]}, "xx"),
    ({"workdays": ["2026-05-01"]}, "2026-05-01"),
]


@pytest.mark.parametrize(("slip", "word"), CALENDAR_SLIPS)
def test_a_slip_in_a_calendar_is_marked(slip: dict[str, Any], word: str):
    """Days have a name, and are days."""
    schema = schemas(PROJECT)["calendar"]
    found = Draft202012Validator(schema).iter_errors(slip)
    assert word in str([(each.message, each.instance) for each in found])


def test_both_forms_of_days_pass():
    """One day, and days in a row; named once or in each language."""
    days = [
        {"on": "2026-05-01", "name": "Labour Day"},
        {"from": "2026-05-01", "to": "2026-05-05", "name": {"zh": "劳动节", "en": "Labour Day"}},
    ]
    assert faults({"holidays": days, "workdays": days}, schemas(PROJECT)["calendar"]) == []


def test_the_calendars_and_bulletins_of_a_publication_are_offered():
    """Where a bulletin says which it follows, and whose days it leaves free; others may come."""
    bulletin = schemas(PROJECT)["bulletin"]
    calendar = bulletin["$defs"]["Schedule"]["properties"]["calendar"]
    other = bulletin["properties"]["not_with"]
    assert calendar["anyOf"][0] == {"enum": ["china"]}
    assert {"enum": list(load_frame(PROJECT).bulletins)} in other["anyOf"]
    for each in (calendar, other):
        schema = {"$schema": bulletin["$schema"], **each}
        assert faults("another", schema) == []
        assert faults("No Slug", schema) != []


def test_the_default_of_a_time_span_is_written_as_an_editor_would():
    """Not as programs write it (ISO 8601)."""
    approval = schemas(PROJECT)["bulletin"]["$defs"]["Approval"]["anyOf"][1]
    assert approval["properties"]["by"]["default"] == "0m"
    assert faults({"by": "0m"}, approval) == []
    assert faults({"by": "PT0S"}, approval) != []


SECTION = {"id": "a", "block": "entries", "select": {}}
SECTION_SLIPS = [
    ({"block": "entry"}, "entry"),
    ({"block": "prose"}, "select"),
    ({"block": "table", "select": {}}, "select"),
    ({"horizon": 30}, "horizon"),
    ({"numbered": "continud"}, "continud"),
    ({"id": "a", "block": "entries", "select": None}, "select"),
    ({"block": "calendar", "show": ["summary"]}, "show"),
    ({"mail": "links"}, "links"),
]


@pytest.mark.parametrize(("change", "word"), SECTION_SLIPS)
def test_a_section_may_say_what_belongs_to_its_block(change: dict[str, Any], word: str):
    """The settings of other blocks are marked, and not offered."""
    section = schemas(PROJECT)["bulletin"]["$defs"]["SectionSettings"]
    schema = {**section, "$defs": schemas(PROJECT)["bulletin"]["$defs"]}
    assert faults(SECTION, schema) == []
    found = faults(SECTION | change, schema)

    assert any(word in each for each in found), found


def test_what_a_block_needs_is_asked_for():
    """A section of entries without "select" is marked while it is written."""
    schema = schemas(PROJECT)["bulletin"]
    section = {**schema["$defs"]["SectionSettings"], "$defs": schema["$defs"]}
    (found,) = faults({"id": "a", "block": "people"}, section)

    assert "'people' is a required property" in found


def test_a_section_of_an_issue_file_takes_what_its_block_takes():
    """A table in a section of entries is marked, and so is a fact that no bulletin has."""
    frame = load_frame(PROJECT)
    schema = make_schemas(frame.publication, {"x": bulletin()})["issue"]
    assert faults({"sections": {"top": {"entries": []}}}, schema) == []

    assert len(faults({"sections": {"top": {"table": "daily/traffic"}}}, schema)) == 1
    assert len(faults({"facts": {"rating": {"zh": "甲"}}}, schema)) == 1


COLUMN = {"id": "a", "label": {"zh": "甲", "en": "A"}}
TABLE = {"columns": [COLUMN], "rows": "a.csv"}
TABLE_SLIPS = [
    {"columns": []},
    {"columns": [COLUMN | {"decimals": 2}]},
    {"columns": [COLUMN | {"type": "currency"}]},
    {"columns": [COLUMN | {"type": "nmber"}]},
    {"rows": "a.xlsx"},
    {"rows": []},
    {"rows": [{"a": ["x"]}]},
    {"label": "Figure"},
]


@pytest.mark.parametrize("change", TABLE_SLIPS)
def test_a_slip_in_a_table_is_marked(change: dict[str, Any]):
    """The schema of tables marks what `publisher check` would refuse."""
    schema = schemas(PROJECT)["table"]
    right = [
        TABLE,
        TABLE | {"rows": [{"a": 1}, {"a": {"zh": "甲"}}, {"a": None}]},
        TABLE | {"columns": [{"group": COLUMN["label"], "columns": [COLUMN]}]},
        TABLE | {"columns": [COLUMN | {"type": "currency", "currency": "USD", "decimals": 2}]},
    ]
    assert [faults(each, schema) for each in right] == [[]] * len(right)

    assert faults(TABLE | change, schema)
