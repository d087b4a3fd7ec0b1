"""JSON Schemas: right content passes, slips are marked while typing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
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
KINDS = {"entries": "entry", "issues": "issue", "bulletins": "bulletin"}


def schemas(root: Path) -> dict[str, Any]:
    """The schemas of a publication."""
    frame = load_frame(root)
    return make_schemas(frame.publication, frame.bulletins)


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
    for path in content_files(root):
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
    found = faults({"sections": {"conclusion": {}}}, schema)

    assert len(found) == 1
    assert "conclusion" in found[0]


def test_both_forms_of_what_has_a_short_form_pass():
    """A listed entry is an id, or an id with more."""
    schema = schemas(PROJECT)["issue"]
    listed = ["2026/04/26/a", {"id": "2026/04/26/b", "again": True}]
    assert faults({"sections": {"top": {"entries": listed}}}, schema) == []


@pytest.mark.parametrize("name", ["entry", "issue", "bulletin", "publication"])
def test_every_field_has_a_hint_and_no_name_of_the_programs_insides(name: str):
    """What an editor's program shows is written for editors."""
    schema = schemas(PROJECT)[name]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert [key for key, each in schema["properties"].items() if "description" not in each] == []
    Draft202012Validator.check_schema(schema)
