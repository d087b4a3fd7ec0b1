"""JSON Schemas (2020-12) of what editors write, for completion and hints while they type.

They are made from the models, and then made narrower by the publication: its kinds and their
fields, its languages, its editions, the sections of its bulletins.  They say less than
`publisher check`, which is the judge.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from publisher.config.bulletin import Bulletin
from publisher.config.publication import Kind, Publication
from publisher.content.entry import Entry
from publisher.content.hints import HINTS
from publisher.content.issue_file import IssueFile
from publisher.language import Localized

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# Which files each schema is for, as editors' programs match them.
FILES = {
    "entry": "content/entries/**/*.yaml",
    "issue": "content/issues/*/*.yaml",
    "bulletin": "content/bulletins/*.yaml",
    "publication": "content/publication.yaml",
}


def make_schemas(publication: Publication, bulletins: Mapping[str, Bulletin]) -> dict[str, Schema]:
    """The four schemas by name."""
    return {
        "entry": _entry(publication),
        "issue": _issue(publication, bulletins.values()),
        "bulletin": _bulletin(publication),
        "publication": _base(Publication, "A publication", list(publication.languages)),
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
    hint = {key: value for key, value in other.items() if key == "description"}
    return {**hint, "anyOf": [{"enum": list(known)}, other]}


# Issue files and bulletins -----------------------------------------------------------------------


def _issue(publication: Publication, bulletins: Iterable[Bulletin]) -> Schema:
    schema = _base(IssueFile, "The written parts of an issue", list(publication.languages))
    sections = {
        section.id: {"$ref": "#/$defs/SectionPart"}
        for bulletin in bulletins
        for section in bulletin.sections
    }
    schema["properties"]["sections"] = {
        "description": HINTS["IssueFile"]["sections"],
        "type": "object",
        "properties": sections,
        "additionalProperties": False,
    }
    return schema


def _bulletin(publication: Publication) -> Schema:
    schema = _base(Bulletin, "A bulletin", list(publication.languages))
    schema["properties"]["editions"]["items"] = {"enum": list(publication.editions)}
    definitions = schema["$defs"]
    definitions["Select"]["properties"]["kinds"]["items"] = {"enum": list(publication.kinds)}
    fields = dict.fromkeys(name for kind in publication.kinds.values() for name in kind.fields)
    definitions["SectionSettings"]["properties"]["fields"]["items"] = {"enum": list(fields)}
    return schema


def to_text(schema: Schema) -> str:
    """A schema as a file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
