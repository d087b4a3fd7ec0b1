"""What pydantic's errors mean to an editor: a plain sentence and a remedy for each kind.

The kinds are those of pydantic's "Validation Errors" page; one that is not known here keeps
pydantic's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from publisher.yaml12.core import describe
from publisher.yaml12.mistakes import quoted, shown


class Said(NamedTuple):
    """What is wrong, and what would be right."""

    what: str
    remedy: str = ""


class Fault(NamedTuple):
    """One error as the sentences need it."""

    kind: str
    subject: str  # how the value is called: "title", item 2 of "tags", the file
    value: Any
    written: str  # the value as it stands in the file, where that is a plain word
    ctx: Mapping[str, Any]
    message: str  # pydantic's own


_A_DATE, _A_TIME = "a date such as 2026-04-13", "a time of day such as 08:00"
_AN_INSTANT = "a day and time such as 2026-04-13T08:00+08:00"
_EXPECTED = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "finite_number": "a finite number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "iterable": "a list",
    "dict": "fields (name: value)",
    "mapping": "fields (name: value)",
    "model": "fields (name: value)",
    "model_attributes": "fields (name: value)",
    "dataclass": "fields (name: value)",
    "date": _A_DATE,
    "date_from_datetime": _A_DATE,
    "datetime": _AN_INSTANT,
    "datetime_from_date": _AN_INSTANT,
    "time": _A_TIME,
    "time_delta": "a length of time such as 01:30:00",
    "url": "a web address such as https://example.com/page",
    "none_required": "left out",
}
_ENDINGS = re.compile(r"_(type|parsing|inexact|object_invalid|from_float|parsing_size|syntax_.*)$")


def expected(kind: str, ctx: Mapping[str, Any]) -> str:
    """What an error of this kind would have had instead, as a noun; "" for other kinds."""
    if kind in ("literal_error", "enum"):
        return " or ".join(f'"{option}"' for option in options(ctx))
    return _EXPECTED.get(kind) or _EXPECTED.get(_ENDINGS.sub("", kind), "")


def options(ctx: Mapping[str, Any]) -> list[str]:
    """The possible words of a choice: pydantic hands them out as ``'a', 'b' or 'c'``."""
    text = str(ctx.get("expected", ""))
    return [
        one or other for one, other in re.findall(r"'((?:[^'\\]|\\.)*)'|(\w+)(?= or |,|$)", text)
    ]


def say(fault: Fault) -> Said:
    """One error, in words."""
    if sentence := _SENTENCES.get(fault.kind):
        return sentence(fault)
    if expected(fault.kind, fault.ctx):
        return mismatch(fault, [expected(fault.kind, fault.ctx)])
    what, _, remedy = str(fault.message).partition("; ")
    remedy = str(fault.ctx.get("remedy", remedy))
    if what.startswith("Input should "):
        what = f"{fault.subject} must {what.removeprefix('Input should ')}"
    return Said(what, remedy)


def mismatch(fault: Fault, wanted: list[str]) -> Said:
    """A value of another kind than the one, or the several, that may stand there."""
    nouns = " or ".join(dict.fromkeys(wanted))
    value = fault.value
    if value is None:
        return Said(f"{fault.subject} is empty", f"write {nouns}, or leave it out")
    if "a text" in wanted and isinstance(value, bool | int | float):
        what = f"{fault.subject} is read as {describe(value)}"
        return Said(what, f"put it between quotes: {quoted(fault.written or str(value))}")
    this = f"but this is {describe(value)}"
    if isinstance(value, str | int | float) and fault.written:
        this = f'not "{shown(fault.written)}"' if isinstance(value, str) else f"not {fault.written}"
    remedy = 'write "- " before each item, one on each line, or [one, two]'
    return Said(f"{fault.subject} must be {nouns}, {this}", remedy if "a list" in wanted else "")


def no_field(name: str, fields: list[str]) -> Said:
    """A name that the model does not have."""
    listed = f"fields: {', '.join(fields)}" if fields else "there are none here"
    close = did_you_mean(name, fields)
    return Said(
        f'there is no field "{shown(name)}" here', f"{close} ({listed})" if close else listed
    )


def did_you_mean(word: str, known: list[str]) -> str:
    """A question after the nearest of the known words; "" where none is near."""
    lower = {one.lower(): one for one in reversed(known)}
    close = get_close_matches(word.strip().lower().replace("-", "_"), lower, n=1, cutoff=0.6)
    return f'did you mean "{lower[close[0]]}"?' if close else ""


# One sentence for each kind ----------------------------------------------------------------------


def _missing(fault: Fault) -> Said:
    if fault.subject.startswith("item "):
        return Said(f"{fault.subject} is missing", "write one item more")
    return Said(f"{fault.subject} is missing", f"add {fault.subject.replace(chr(34), '')}: …")


def _choice(fault: Fault) -> Said:
    known = options(fault.ctx)
    listed = f"possible: {', '.join(known)}"
    if not isinstance(fault.value, str):
        return mismatch(fault, [" or ".join(f'"{one}"' for one in known)])
    close = did_you_mean(fault.value, known)
    what = f'{fault.subject} may not be "{shown(fault.value)}"'
    if fault.subject == f'the name "{fault.value}"':
        what = f'the name "{shown(fault.value)}" is not possible here'
    return Said(what, f"{close} ({listed})" if close else listed)


def _tag(fault: Fault) -> Said:
    name = str(fault.ctx.get("discriminator", "")).strip("'")
    if fault.kind == "union_tag_not_found":
        return Said(f'"{name}" is missing', f"add {name}: …")
    ctx = {"expected": fault.ctx.get("expected_tags", "")}
    return _choice(fault._replace(subject=f'"{name}"', value=fault.ctx.get("tag", ""), ctx=ctx))


def _limit(words: str, key: str) -> Callable[[Fault], Said]:
    def sentence(fault: Fault) -> Said:
        limit = fault.ctx.get(key)
        what = f"{fault.subject} must be {words} {limit}"
        return Said(what, f"this is {fault.written or fault.value}")

    return sentence


def _length(fault: Fault) -> Said:
    at_least, at_most = fault.ctx.get("min_length"), fault.ctx.get("max_length")
    unit = "character" if fault.kind.startswith("string") else "item"
    number = at_most if at_least is None else at_least
    if at_least == 1:
        return Said(f"{fault.subject} is empty", f"write at least one {unit}, or leave it out")
    bound = "at most" if at_least is None else "at least"
    what = f"{fault.subject} must have {bound} {number} {unit}{'s' * (number != 1)}"
    length = len(fault.value) if isinstance(fault.value, str | list | dict) else "not so many"
    return Said(what, f"it has {length}")


def _pattern(fault: Fault) -> Said:
    pattern = str(fault.ctx.get("pattern", ""))
    what = f'{fault.subject} may not be "{shown(str(fault.value))}"'
    if re.search(r"\[a-z0-9-\]|\[a-z0-9\]", pattern):
        return Said(what, 'use small letters a-z, digits and "-" between them')
    if re.search(r"\[a-z0-9_\]", pattern):
        return Said(what, 'use small letters a-z, digits and "_", beginning with a letter')
    return Said(what, f"it must match the pattern {pattern}")


def _author(fault: Fault) -> Said:
    """A check of our own: its text is made for the reader, ``what; remedy``."""
    text = str(fault.ctx.get("error") or fault.message.partition(", ")[2] or fault.message)
    what, _, remedy = text.partition("; ")
    return Said(what, remedy)


def _no_date(fault: Fault) -> Said:
    wanted = expected(fault.kind, fault.ctx)
    if isinstance(fault.value, str) and re.match(r"\d{4}-\d\d-\d\d", fault.value):
        return Said(f'{fault.subject}: "{shown(fault.value)}" does not exist', f"write {wanted}")
    return mismatch(fault, [wanted])


def _no_offset(fault: Fault) -> Said:
    return Said(f"{fault.subject} has no time zone", 'write its offset behind it, such as "+08:00"')


_SENTENCES: dict[str, Callable[[Fault], Said]] = {
    "missing": _missing,
    "literal_error": _choice,
    "enum": _choice,
    "union_tag_invalid": _tag,
    "union_tag_not_found": _tag,
    "greater_than": _limit("more than", "gt"),
    "greater_than_equal": _limit("at least", "ge"),
    "less_than": _limit("less than", "lt"),
    "less_than_equal": _limit("at most", "le"),
    "multiple_of": _limit("a multiple of", "multiple_of"),
    "string_too_short": _length,
    "string_too_long": _length,
    "too_short": _length,
    "too_long": _length,
    "string_pattern_mismatch": _pattern,
    "value_error": _author,
    "assertion_error": _author,
    "date_from_datetime_parsing": _no_date,
    "date_from_datetime_inexact": _no_date,
    "date_parsing": _no_date,
    "datetime_from_date_parsing": _no_date,
    "datetime_parsing": _no_date,
    "timezone_aware": _no_offset,
}
