"""JSON Schemas: right content passes, slips are marked while typing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

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
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


def schemas(root: Path) -> dict[str, Any]:
    """The schemas of a publication."""
    frame = load_frame(root)
    return make_schemas(frame.publication, frame.bulletins)


def faults(data: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "$") -> list[str]:
    """Where data breaks a schema: what JSON Schema 2020-12 says of the keywords that are used."""
    if "$ref" in schema:
        target = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        found = faults(data, target, root, at)
    else:
        found = []
    for keyword, value in schema.items():
        found += _FAULTS[keyword](data, value, schema, root, at) if keyword in _FAULTS else []
    return found


def _of_type(data: Any, value: Any, schema: Any, root: Any, at: str) -> list[str]:
    is_right = isinstance(data, TYPES[value]) and (value == "boolean" or data not in (True, False))
    return [] if is_right or (value == "integer" and type(data) is int) else [f"{at}: no {value}"]


def _properties(data: Any, value: Any, schema: Any, root: Any, at: str) -> list[str]:
    given = data.items() if isinstance(data, dict) else ()
    return [
        one for key, each in given if key in value
        for one in faults(each, value[key], root, f"{at}.{key}")
    ]  # fmt: skip


def _patterns(data: Any, value: Any, schema: Any, root: Any, at: str) -> list[str]:
    given = data.items() if isinstance(data, dict) else ()
    return [
        one
        for key, each in given
        for pattern, below in value.items()
        if re.search(pattern, key)
        for one in faults(each, below, root, f"{at}.{key}")
    ]


def _additional(data: Any, value: Any, schema: Any, root: Any, at: str) -> list[str]:
    patterns = schema.get("patternProperties", ())
    given = data if isinstance(data, dict) else ()
    extra = [
        key
        for key in given
        if key not in schema.get("properties", {})
        and not any(re.search(each, key) for each in patterns)
    ]
    if value is False:
        return [f"{at}.{key}: not known" for key in extra]
    if value is True:
        return []
    return [one for key in extra for one in faults(data[key], value, root, f"{at}.{key}")]


def _names(data: Any, value: Any, schema: Any, root: Any, at: str) -> list[str]:
    given = data if isinstance(data, dict) else ()
    return [one for key in given for one in faults(key, value, root, f"{at}.{key}")]


def _items(data: Any, value: Any, schema: Any, root: Any, at: str) -> list[str]:
    given = data if isinstance(data, list) else ()
    return [one for n, each in enumerate(given) for one in faults(each, value, root, f"{at}[{n}]")]


def _required(data: Any, value: Any, schema: Any, root: Any, at: str) -> list[str]:
    missing = set(value) - data.keys() if isinstance(data, dict) else set()
    return [f"{at}.{key}: missing" for key in sorted(missing)]


def _any_of(data: Any, value: Any, schema: Any, root: Any, at: str) -> list[str]:
    fits = any(not faults(data, each, root, at) for each in value)
    return [] if fits else [f"{at}: fits nothing"]


def _if(data: Any, value: Any, schema: Any, root: Any, at: str) -> list[str]:
    return [] if faults(data, value, root, at) else faults(data, schema["then"], root, at)


def _all_of(data: Any, value: Any, schema: Any, root: Any, at: str) -> list[str]:
    return [one for each in value for one in faults(data, each, root, at)]


def _simple(fits: Any) -> Any:
    return lambda data, value, schema, root, at: [] if fits(data, value) else [f"{at}: {value}"]


_FAULTS: dict[str, Any] = {
    "type": _of_type,
    "properties": _properties,
    "patternProperties": _patterns,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "items": _items,
    "required": _required,
    "anyOf": _any_of,
    "allOf": _all_of,
    "if": _if,
    "enum": _simple(lambda data, value: data in value),
    "const": _simple(lambda data, value: data == value),
    "pattern": _simple(lambda data, value: not isinstance(data, str) or re.search(value, data)),
    "minLength": _simple(lambda data, value: not isinstance(data, str) or len(data) >= value),
    "minItems": _simple(lambda data, value: not isinstance(data, list) or len(data) >= value),
    "minProperties": _simple(lambda data, value: not isinstance(data, dict) or len(data) >= value),
    "minimum": _simple(lambda data, value: not isinstance(data, int) or data >= value),
    "maximum": _simple(lambda data, value: not isinstance(data, int) or data <= value),
}
_KNOWN = {*_FAULTS, "$schema", "$defs", "$ref", "then", "title", "description", "default"}


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
        assert faults(data_of(root, path), schema, schema) == [], path


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
    assert faults(ENTRY, schema, schema) == []
    found = faults(ENTRY | change, schema, schema)
    assert found
    assert found[0].startswith(place)


def test_an_issue_file_knows_the_sections_of_the_bulletins():
    """A section that no bulletin has is marked."""
    schema = schemas(PROJECT)["issue"]
    assert faults({"sections": {"conclusions": {"items": []}}}, schema, schema) == []
    assert faults({"sections": {"conclusion": {}}}, schema, schema) == [
        "$.sections.conclusion: not known"
    ]


def test_both_forms_of_what_has_a_short_form_pass():
    """A listed entry is an id, or an id with more."""
    schema = schemas(PROJECT)["issue"]
    listed = ["2026/04/26/a", {"id": "2026/04/26/b", "again": True}]
    assert faults({"sections": {"top": {"entries": listed}}}, schema, schema) == []


@pytest.mark.parametrize("name", ["entry", "issue", "bulletin", "publication"])
def test_every_field_has_a_hint_and_no_name_of_the_programs_insides(name: str):
    """What an editor's program shows is written for editors."""
    schema = schemas(PROJECT)[name]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert [key for key, each in schema["properties"].items() if "description" not in each] == []
    assert set(_keywords(schema)) <= _KNOWN


def _keywords(node: Any) -> list[str]:
    """Every keyword of a schema; names below `properties` are none."""
    if isinstance(node, list):
        return [one for each in node for one in _keywords(each)]
    if not isinstance(node, dict):
        return []
    found = list(node)
    for key, value in node.items():
        if key in ("properties", "patternProperties", "$defs"):
            found += [one for each in value.values() for one in _keywords(each)]
        elif key != "default":
            found += _keywords(value)
    return found
