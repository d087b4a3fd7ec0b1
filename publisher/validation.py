"""A document against a model: every error at its place, in words that need no Python."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from publisher.document import Problem
from publisher.wording import Fault, Said, did_you_mean, expected, mismatch, no_field, say

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from publisher.document import Document

M = TypeVar("M", bound=BaseModel)
Keys = tuple[str | int, ...]


def fit(
    document: Document,
    model: type[M],
    context: dict[str, Any] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> tuple[M | None, tuple[Problem, ...]]:
    """The document as the model has it, or everything in it that the model does not take."""
    data = document.data | dict(extra or {})
    try:
        return model.model_validate(data, context=context), ()
    except ValidationError as error:
        raised = _without_misspelt(error.errors(include_url=False))
        details = [one for detail in raised for one in _each(detail)]
    found = [_found(detail, data, model, document) for detail in details]
    return None, tuple(sorted({one.problem(document) for one in _collapse(found)}))


def _without_misspelt(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the fields that are missing because their name, which is reported, has a slip."""
    unknown: dict[Keys, list[str]] = {}
    for detail in details:
        if detail["type"] == "extra_forbidden":
            unknown.setdefault(detail["loc"][:-1], []).append(str(detail["loc"][-1]))
    return [
        detail
        for detail in details
        if detail["type"] != "missing"
        or not did_you_mean(str(detail["loc"][-1]), unknown.get(detail["loc"][:-1], []))
    ]


def _each(detail: ErrorDetails) -> Iterator[ErrorDetails]:
    """The error, and those that a validator of ours, which can raise only one, found beside it."""
    yield detail
    for other in detail.get("ctx", {}).get("more", ()):
        yield {**detail, "type": other["code"], "msg": other["what"], "ctx": other}


@dataclass(frozen=True, slots=True)
class _Found:
    """One error of pydantic: where in the data it is, and which branches of unions it is of."""

    keys: Keys
    branches: tuple[tuple[int, str], ...]  # (how many keys lead to the union, name of the branch)
    fault: Fault
    said: Said
    points_at_name: bool

    def problem(self, document: Document) -> Problem:
        at = self.fault.ctx.get("at")
        keys = _existing(document, self.keys, at if isinstance(at, tuple) else (at,))
        to_name = self.points_at_name or at is not None
        line, column = document.key_place(*keys) if to_name else document.place(*keys)
        code = self.fault.kind.replace("_", "-")
        return Problem(document.path, line, column, self.said.what, self.said.remedy, code=code)


def _existing(document: Document, keys: Keys, below: Iterable[str | int | None]) -> Keys:
    """The keys, and those of the others that the file has: a short form lacks some of them."""
    data: Any = document.data
    for key in keys:
        data = data[key] if _has(data, key) else None
    for step in below:
        if step is not None and _has(data, step):
            keys, data = (*keys, step), data[step]
    return keys


def _has(data: Any, key: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(key, int) and key < len(data)
    return isinstance(data, dict) and key in data


def _found(detail: ErrorDetails, data: Any, model: type[BaseModel], document: Document) -> _Found:
    kind, loc = detail["type"], detail["loc"]
    of_key = loc[-1:] == ("[key]",)
    if of_key:
        loc = loc[:-1]
    is_missing = kind == "missing"
    path = loc[:-1] if is_missing else loc
    keys, branches, parent = _follow(path, data, model)
    subject = _name((*keys, loc[-1]) if is_missing else loc if of_key else keys)
    fault = Fault(
        kind,
        f"the name {subject}" if of_key else subject,
        detail["input"],
        "" if of_key else document.written(*keys),
        detail.get("ctx", {}),
        detail["msg"],
    )
    said = no_field(str(loc[-1]), parent) if kind == "extra_forbidden" else say(fault)
    by_name = is_missing or of_key or kind == "extra_forbidden"
    return _Found(keys, branches, fault, said, by_name)


def _name(keys: Keys) -> str:
    """How a value is called: its own name, or its number in the list of that name."""
    if not keys:
        return "the file"
    if isinstance(keys[-1], str):
        return f'"{keys[-1]}"'
    owner = next((f' of "{key}"' for key in reversed(keys) if isinstance(key, str)), "")
    return f"item {keys[-1] + 1}{owner}"


# Where an error is -------------------------------------------------------------------------------


def _follow(
    loc: Keys, data: Any, annotation: Any
) -> tuple[Keys, tuple[tuple[int, str], ...], list[str]]:
    """Go along an error's location, through the data and the types at once.

    pydantic puts the names of union members between the keys, and a validator that runs before
    the model may have put keys there which the file does not have; neither leads anywhere in
    the data.  The last part of the answer are the fields of the model around the value.
    """
    keys: list[str | int] = []
    branches: list[tuple[int, str]] = []
    fields: list[str] = []
    for part in loc:
        members = _members(annotation)
        if len(members) > 1:
            branches.append((len(keys), str(part)))
            annotation = next((one for one in members if _branch_name(one) == part), None)
            continue
        annotation = members[0] if members else None
        fields = _fields(annotation)
        annotation = _below(annotation, part)
        if _has(data, part):
            keys.append(part)
            data = data[part]
    return tuple(keys), tuple(branches), fields


def _members(annotation: Any) -> list[Any]:
    """The types that an annotation allows, but None: more than one for a union."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) not in (Union, types.UnionType):
        return [annotation]
    parts = [one for one in get_args(annotation) if one is not type(None)]
    return _members(parts[0]) if len(parts) == 1 else parts


def _branch_name(annotation: Any) -> str:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return str(getattr(annotation, "__name__", annotation))


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _fields(annotation: Any) -> list[str]:
    """The names that a model's fields have in a file."""
    if not _is_model(annotation):
        return []
    return [field.alias or name for name, field in annotation.model_fields.items()]


def _below(annotation: Any, part: str | int) -> Any:
    if _is_model(annotation):
        fields = annotation.model_fields.items()
        return next(
            (field.annotation for name, field in fields if part in (field.alias, name)), None
        )
    inner = get_args(annotation)
    return inner[-1 if get_origin(annotation) in (dict, Mapping) else 0] if inner else None


# Unions ------------------------------------------------------------------------------------------


def _collapse(found: Iterable[_Found]) -> list[_Found]:
    """One error, or those of one member, for each union in which no member took the value."""
    result: list[_Found] = []

    def union(one: _Found) -> tuple[Any, ...]:
        return (one.keys[: one.branches[0][0]],) if one.branches else ()

    for place, group in groupby(sorted(found, key=lambda one: repr(union(one))), key=union):
        errors = list(group)
        names = list(dict.fromkeys(one.branches[0][1] for one in errors if one.branches))
        if not place:
            result += errors
        elif len(names) == 1:
            result += _collapse(replace(one, branches=one.branches[1:]) for one in errors)
        else:
            by_name = [[one for one in errors if one.branches[0][1] == name] for name in names]
            result += _choose(place[0], by_name)
    return result


def _choose(place: Keys, members: list[list[_Found]]) -> list[_Found]:
    """The errors of the member that comes nearest, or one error that names all members."""
    near = [errors for errors in members if not any(_is_mismatch(one, place) for one in errors)]
    if near:
        best = min(near, key=len)
        return _collapse(replace(one, branches=one.branches[1:]) for one in best)
    first = members[0][0]
    wanted = [expected(one.fault.kind, one.fault.ctx) for errors in members for one in errors]
    if len(set(wanted)) == 1:
        return [first]
    return [replace(first, said=mismatch(first.fault, wanted))]


def _is_mismatch(one: _Found, place: Keys) -> bool:
    """Whether the value itself, not something in it, is of another kind."""
    return one.keys == place and bool(expected(one.fault.kind, one.fault.ctx))
