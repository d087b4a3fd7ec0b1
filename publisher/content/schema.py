"""JSON Schemas (2020-12) of what editors write, for completion and hints while they type.

They are made from the models, and then made narrower by the publication: its kinds and their
fields, its languages, its editions, the sections of its bulletins; and by what the block of a
section or the type of a column can be told.  They say less than
`publisher check`, which is the judge.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from publisher.config.bulletin import FACTS, Bulletin
from publisher.config.calendar import Calendar
from publisher.config.publication import Kind, Publication
from publisher.config.section import NEEDED, SETTINGS
from publisher.content.entry import Entry
from publisher.content.hints import HINTS
from publisher.content.issue_file import IssueFile
from publisher.content.read_issue_file import PARTS
from publisher.content.table import COLUMN_SETTINGS, TableFile
from publisher.language import Localized

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

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
) -> dict[str, Schema]:
    """The schemas by name; tables and images are offered where one can be named."""
    known = list(tables)
    return {
        "entry": _entry(publication),
        "issue": _issue(publication, bulletins.values(), known),
        "bulletin": _bulletin(publication, bulletins, known, images),
        "calendar": _base(Calendar, "A calendar", list(publication.languages)),
        "publication": _base(Publication, "A publication", list(publication.languages)),
        "table": _table(publication),
    }


def _base(model: type[BaseModel], title: str, languages: list[str]) -> Schema:
    """The schema of a model with texts in the publication's languages, and hints at each field."""
    schema = model.model_json_schema(by_alias=True)
    schema = _replace(schema, _text_as_reference)
    definitions = {**schema.pop("$defs", {}), "Text": _text(languages)}
    for name, definition in definitions.items():
        _narrow(name, definition)
    _narrow(model.__name__, schema)
    return {"$schema": DIALECT, **schema, "title": title, "$defs": definitions}


def _text(languages: list[str]) -> Schema:
    keys = {key: {"type": "string", "minLength": 1} for key in languages}
    mapping = {
        "type": "object",
        "properties": keys,
        "additionalProperties": False,
        "minProperties": 1,
    }
    if len(languages) != 1:
        return {"description": "The text, once in each language.", **mapping}
    return {"description": "The text.", "anyOf": [{"type": "string", "minLength": 1}, mapping]}


_LOCALIZED = Localized.__get_pydantic_json_schema__({}, None)


def _text_as_reference(node: Schema) -> Schema:
    if node.get("anyOf") == _LOCALIZED["anyOf"]:
        return {"$ref": "#/$defs/Text"}
    # The names that pydantic makes from Python's say nothing; what is left out needs no null.
    node = {key: value for key, value in node.items() if key != "title"}
    if node.get("default", 0) is None:
        del node["default"]
    choices = [each for each in node.get("anyOf", ()) if each != {"type": "null"}]
    if len(choices) == 1:
        return {**{key: value for key, value in node.items() if key != "anyOf"}, **choices[0]}
    return {**node, "anyOf": choices} if choices else node


def _replace(node: Any, change: Callable[[Schema], Schema]) -> Any:
    """The same tree with each mapping changed, the innermost first."""
    if isinstance(node, list):
        return [_replace(each, change) for each in node]
    if not isinstance(node, dict):
        return node
    done = {
        # Below "properties" and "$defs" stand names, not schemas.
        key: {name: _replace(one, change) for name, one in value.items()}
        if key in ("properties", "$defs")
        else _replace(value, change)
        for key, value in node.items()
    }
    return change(done)


def _narrow(name: str, schema: Schema) -> None:
    """What every model needs: its hints, and its short form."""
    for field, hint in HINTS.get(name, {}).items():
        if field in schema.get("properties", {}):
            schema["properties"][field] = {**schema["properties"][field], "description": hint}
    if short := _SHORT_FORMS.get(name):
        long = dict(schema)
        schema.clear()
        schema["anyOf"] = [short, long]


_SHORT_FORMS: dict[str, Schema] = {
    "Approval": {"const": True},
    "EditionSettings": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    "FieldSettings": {"$ref": "#/$defs/Text"},
    "ListedEntry": {"type": "string", "pattern": r"^\d{4}/\d{2}/\d{2}/[a-z0-9-]+$"},
}


# Entries -----------------------------------------------------------------------------------------


def _entry(publication: Publication) -> Schema:
    schema = _base(Entry, "An entry", list(publication.languages))
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
        properties["tags"]["items"] = _known_or_new(publication.tags, properties["tags"]["items"])
    if publication.stories:
        properties["story"] = _known_or_new(publication.stories, properties["story"])
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


def _known_or_new(known: Iterable[str], other: Schema) -> Schema:
    """Offer the names that the publication gives, and let others pass."""
    if not (known := list(known)):
        return other
    hint = {key: value for key, value in other.items() if key == "description"}
    return {**hint, "anyOf": [{"enum": known}, other]}


# Issue files and bulletins -----------------------------------------------------------------------


def _issue(publication: Publication, bulletins: Iterable[Bulletin], tables: list[str]) -> Schema:
    schema = _base(IssueFile, "The written parts of an issue", list(publication.languages))
    properties = schema["properties"]
    part = schema["$defs"]["SectionPart"]
    part["properties"]["table"] = _known_or_new(tables, part["properties"]["table"])
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
) -> Schema:
    schema = _base(Bulletin, "A bulletin", list(publication.languages))
    schema["properties"]["editions"]["items"] = {"enum": list(publication.editions)}
    schema["properties"]["masthead"]["items"] = _known_or_new(FACTS, {"type": "string"})
    definitions = schema["$defs"]
    definitions["Select"]["properties"]["kinds"]["items"] = {"enum": list(publication.kinds)}
    code = definitions["Code"]["properties"]
    code["image"] = _known_or_new(images, code["image"])
    section = definitions["SectionSettings"]
    settings = section["properties"]
    fields = dict.fromkeys(name for kind in publication.kinds.values() for name in kind.fields)
    settings["fields"]["items"] = {"enum": list(fields)}
    settings["table"] = _known_or_new(tables, settings["table"])
    settings["bulletins"]["items"] = _known_or_new(bulletins, settings["bulletins"]["items"])
    needed = {block: [name] for block, (name, _, _) in NEEDED.items()}
    _by_choice(section, "block", SETTINGS, needed)
    return schema


def _by_choice(
    schema: Schema,
    chooser: str,
    settings: Mapping[Any, Iterable[str]],
    needed: Mapping[Any, Iterable[str]],
) -> None:
    """Let a mapping have only the fields that belong to what its `chooser` says.

    Where the chooser may be left out, its default is what it says.
    """
    properties = schema["properties"]
    special = {name for names in settings.values() for name in names}
    common = [name for name in properties if name not in special]
    default = properties[chooser].get("default")
    del schema["additionalProperties"]
    schema["allOf"] = [
        {
            "if": {
                "properties": {chooser: {"const": choice}},
                "required": [chooser] if choice != default else [],
            },
            "then": {
                "properties": {name: properties[name] for name in (*common, *names)},
                "required": list(needed.get(choice, ())),
                "additionalProperties": False,
            },
        }
        for choice, names in settings.items()
    ]
    schema["properties"] = {name: properties[name] for name in common}


# Tables ------------------------------------------------------------------------------------------


def _table(publication: Publication) -> Schema:
    schema = _base(TableFile, "A table", list(publication.languages))
    properties = schema["properties"]
    _by_choice(schema["$defs"]["Column"], "type", COLUMN_SETTINGS, {"currency": ["currency"]})
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
