"""JSON Schemas (2020-12) of what editors write, for completion and hints while they type.

They are made from the models, and then made narrower by the publication: its kinds and their
fields, its languages, its editions, the sections of its bulletins; and by what the block of a
section or the type of a column can be told.  They say less than
`publisher check`, which is the judge.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from publisher.config.bulletin import FACTS, Bulletin
from publisher.config.calendar import Calendar
from publisher.config.publication import Kind, Publication
from publisher.config.section import NEEDED, SETTINGS
from publisher.content.entry import Entry
from publisher.content.hints import HINTS
from publisher.content.issue_file import IssueFile
from publisher.content.read_issue_file import PARTS
from publisher.content.schema_parts import Schema, base_schema, by_choice, known_or_new
from publisher.content.table import COLUMN_SETTINGS, TableFile

# Which files each schema is for, as editors' programs match them.
FILES = {
    "entry": "content/entries/**/*.yaml",
    "issue": "content/issues/*/*.yaml",
    "bulletin": "content/bulletins/*.yaml",
    "calendar": "content/calendars/*.yaml",
    "publication": "content/publication.yaml",
    "table": "content/data/**/*.yaml",
}


def make_schemas(
    publication: Publication,
    bulletins: Mapping[str, Bulletin],
    tables: Iterable[str] = (),
    images: Iterable[str] = (),
    calendars: Iterable[str] = (),
) -> dict[str, Schema]:
    """The schemas by name; tables, images and calendars are offered where one can be named."""
    known = list(tables)
    return {
        "entry": _entry(publication),
        "issue": _issue(publication, bulletins.values(), known),
        "bulletin": _bulletin(publication, bulletins, known, images, calendars),
        "calendar": _calendar(publication),
        "publication": base_schema(Publication, "A publication", list(publication.languages)),
        "table": _table(publication),
    }


# Entries -----------------------------------------------------------------------------------------


def _entry(publication: Publication) -> Schema:
    schema = base_schema(Entry, "An entry", list(publication.languages))
    properties = schema["properties"]
    del properties["id"]
    schema["required"] = [name for name in schema["required"] if name != "id"]
    properties["kind"] = {
        "description": HINTS["Entry"]["kind"],
        "enum": list(publication.kinds),
    }
    properties["fields"] = {
        "description": HINTS["Entry"]["fields"],
        "type": "object",
        "properties": {name: {} for kind in publication.kinds.values() for name in kind.fields},
    }
    schema["allOf"] = [_fields_of(name, kind) for name, kind in publication.kinds.items()]
    if publication.tags:
        properties["tags"]["items"] = known_or_new(publication.tags, properties["tags"]["items"])
    if publication.stories:
        properties["story"] = known_or_new(publication.stories, properties["story"])
    return schema


def _fields_of(name: str, kind: Kind) -> Schema:
    """If an entry is of this kind, its labelled fields are these."""
    fields = {
        field: {
            "description": " · ".join(settings.label.values()),
            **({"type": "string"} if settings.type == "plain" else {"$ref": "#/$defs/Text"}),
        }
        for field, settings in kind.fields.items()
    }
    return {
        "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
        "then": {"properties": {"fields": {"properties": fields, "additionalProperties": False}}},
    }


# Issue files and bulletins -----------------------------------------------------------------------


def _issue(publication: Publication, bulletins: Iterable[Bulletin], tables: list[str]) -> Schema:
    schema = base_schema(IssueFile, "The written parts of an issue", list(publication.languages))
    properties = schema["properties"]
    part = schema["$defs"]["SectionPart"]
    part["properties"]["table"] = known_or_new(tables, part["properties"]["table"])
    parts: dict[str, dict[str, None]] = {}
    facts: dict[str, str] = {}
    for bulletin in bulletins:
        for section in bulletin.sections:
            parts.setdefault(section.id, {}).update(dict.fromkeys(PARTS.get(section.block, ())))
        facts |= {name: " · ".join(fact.label.values()) for name, fact in bulletin.facts.items()}
    properties["sections"] = {
        "description": HINTS["IssueFile"]["sections"],
        "type": "object",
        "properties": {key: _only(part, names) for key, names in parts.items() if names},
        "additionalProperties": False,
    }
    properties["facts"] = {
        "description": HINTS["IssueFile"]["facts"],
        "type": "object",
        "properties": {
            name: {"description": label, "$ref": "#/$defs/Text"} for name, label in facts.items()
        },
        "additionalProperties": False,
    }
    del schema["$defs"]["SectionPart"]
    return schema


def _only(schema: Schema, names: Iterable[str]) -> Schema:
    """The schema of a mapping with some of its fields alone."""
    return {**schema, "properties": {name: schema["properties"][name] for name in names}}


def _bulletin(
    publication: Publication,
    bulletins: Iterable[str],
    tables: Iterable[str],
    images: Iterable[str],
    calendars: Iterable[str],
) -> Schema:
    schema = base_schema(Bulletin, "A bulletin", list(publication.languages))
    schema["properties"]["not_with"] = known_or_new(bulletins, schema["properties"]["not_with"])
    schema["properties"]["editions"]["items"] = {"enum": list(publication.editions)}
    schema["properties"]["masthead"]["items"] = known_or_new(FACTS, {"type": "string"})
    definitions = schema["$defs"]
    schedule = definitions["Schedule"]["properties"]
    schedule["calendar"] = known_or_new(calendars, schedule["calendar"])
    definitions["Select"]["properties"]["kinds"]["items"] = {"enum": list(publication.kinds)}
    code = definitions["Code"]["properties"]
    code["image"] = known_or_new(images, code["image"])
    section = definitions["SectionSettings"]
    settings = section["properties"]
    fields = dict.fromkeys(name for kind in publication.kinds.values() for name in kind.fields)
    settings["fields"]["items"] = {"enum": list(fields)}
    settings["table"] = known_or_new(tables, settings["table"])
    settings["bulletins"]["items"] = known_or_new(bulletins, settings["bulletins"]["items"])
    needed = {block: [name] for block, (name, _, _) in NEEDED.items()}
    by_choice(section, "block", SETTINGS, needed)
    return schema


def _calendar(publication: Publication) -> Schema:
    schema = base_schema(Calendar, "A calendar", list(publication.languages))
    for model in (schema, schema["$defs"]["Days"]):
        name = model["properties"]["name"]
        model["properties"]["name"] = {
            "description": name["description"],
            "anyOf": [{"type": "string", "minLength": 1}, {"$ref": "#/$defs/Text"}],
        }
    return schema


# Tables ------------------------------------------------------------------------------------------


def _table(publication: Publication) -> Schema:
    schema = base_schema(TableFile, "A table", list(publication.languages))
    properties = schema["properties"]
    by_choice(schema["$defs"]["Column"], "type", COLUMN_SETTINGS, {"currency": ["currency"]})
    words = [{"type": each} for each in ("string", "number", "null")]
    cell = {"anyOf": [*words, {"$ref": "#/$defs/Text"}]}
    row = {"type": "object", "additionalProperties": cell}
    properties["rows"] = {
        "description": HINTS["TableFile"]["rows"],
        "anyOf": [
            {"type": "string", "pattern": r"^[^/]+\.csv$"},
            {"type": "array", "items": row, "minItems": 1},
        ],
    }
    return schema


def to_text(schema: Schema) -> str:
    """A schema as a file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
