"""The core schema of YAML 1.2 (section 10.3): what a text without quotes means."""

from __future__ import annotations

import math
import re

# Table 10.2 of the specification.
_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_NUMBER_STARTS = frozenset("0123456789+-.")
# More digits than these are no number to anybody, and Python would refuse to read them.
_MOST_DIGITS = 400
_INT = re.compile(r"[-+]?[0-9]+\Z")
_PREFIXED = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")

# A name with a colon in it is a slip; so is one beside a space that only looks like one.
ODD_KEY = re.compile(r"[:：]|\A[\u3000\xa0]|[\u3000\xa0]\Z")

Scalar = str | int | float | bool | None


def resolve(text: str) -> Scalar:
    """What a text without quotes means."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS or len(text) > _MOST_DIGITS:
        return text
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return int(text, 0) if _PREFIXED.match(text) else text


def needs_quotes(name: str) -> bool:
    """Whether a name would be refused if it stood there without quotes."""
    return name == "<<" or bool(ODD_KEY.search(name)) or not isinstance(resolve(name), str)


def describe(value: object) -> str:
    """How a value is called in a message: editors know no Python."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the word for {'yes' if value else 'no'} ({str(value).lower()})"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list | tuple) else "fields (name: value)"
