"""What the schemas of all files are made of: from a model to a schema that editors can use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from publisher.content.hints import HINTS
from publisher.language import Localized

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def base_schema(model: type[BaseModel], title: str, languages: list[str]) -> Schema:
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


def known_or_new(known: Iterable[str], other: Schema) -> Schema:
    """Offer the names that the publication gives, and let others pass."""
    if not (known := list(known)):
        return other
    hint = {key: value for key, value in other.items() if key == "description"}
    return {**hint, "anyOf": [{"enum": known}, other]}


def by_choice(
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
