"""Languages, editions, and text in several languages.

Nothing here knows Chinese or English: languages are what a publication declares.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_RTL_SCRIPTS = {"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm"}


@lru_cache(maxsize=64)
def locale_of(tag: str) -> Locale:
    """The Babel locale of a BCP 47 tag; raises ValueError for one that CLDR does not know."""
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise ValueError(f"{tag!r} is no language tag that is known") from error


@lru_cache(maxsize=64)
def script_of(tag: str) -> str:
    """The script a language is usually written in, as ISO 15924 has it ("Hans", "Latn")."""
    from babel.core import get_global

    parts = tag.replace("_", "-").split("-")
    for part in parts[1:]:
        if len(part) == 4 and part.isalpha():
            return part.title()
    likely = get_global("likely_subtags")
    for key in ("_".join(parts[:2]), parts[0]):
        if key in likely:
            return str(likely[key]).split("_")[1]
    return "Latn"


@dataclass(frozen=True, slots=True)
class Language:
    """A language of a publication: a short key, its BCP 47 tag, its own name, its direction."""

    key: str
    tag: str
    name: str
    direction: str = ""

    def __post_init__(self) -> None:
        if not self.direction:
            direction = "rtl" if script_of(self.tag) in _RTL_SCRIPTS else "ltr"
            object.__setattr__(self, "direction", direction)

    @property
    def script(self) -> str:
        """The script, as ISO 15924 has it."""
        return script_of(self.tag)


@dataclass(frozen=True, slots=True)
class Edition:
    """A named, ordered choice of languages; its name is the slug in URLs."""

    name: str
    languages: tuple[Language, ...]
    label: Localized

    @property
    def first(self) -> Language:
        """The language of the page itself; the others stand beneath it."""
        return self.languages[0]

    @property
    def is_stacked(self) -> bool:
        """Whether several languages stand one beneath the other."""
        return len(self.languages) > 1


class Localized(Mapping[str, str]):
    """One text in several languages, by language key, in the order in which they were written.

    Immutable and hashable.  Where pydantic validates one, the declared languages come from the
    validation context (``{"languages": [...]}``), and a plain string stands for the only
    language of a publication that has one.
    """

    __slots__ = ("_texts",)
    _texts: dict[str, str]

    def __init__(self, texts: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        self._texts = dict(texts)

    def __getitem__(self, key: str) -> str:
        return self._texts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._texts.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Localized) and self._texts == other._texts

    def __repr__(self) -> str:
        return f"Localized({self._texts!r})"

    def resolve(self, wanted: Iterable[str]) -> tuple[str, str]:
        """(key, text) in the first wanted language there is, else in the first one written."""
        for key in wanted:
            if key in self._texts:
                return key, self._texts[key]
        return next(iter(self._texts.items()), ("", ""))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            _validate_localized,
            serialization=core_schema.plain_serializer_function_ser_schema(dict),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {
            "description": "One text per language, or a plain text where there is one language.",
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "minProperties": 1,
                },
            ],
        }


def _validate_localized(value: Any, info: core_schema.ValidationInfo) -> Localized:
    """Check a text in several languages; the errors name the languages that are declared."""
    if isinstance(value, Localized):
        return value
    declared = list((info.context or {}).get("languages", ()))
    example = "{" + ", ".join(f"{key}: …" for key in declared or ["en"]) + "}"
    if isinstance(value, str) and len(declared) == 1:
        value = {declared[0]: value}
    if not isinstance(value, Mapping) or not value:
        raise _not_localized(value, example)
    faults = [
        fault
        for key, text in value.items()
        if (fault := _fault(str(key), text, declared)) is not None
    ]
    if faults:
        # A validator can raise only one error: the others go with it.
        first, *others = faults
        raise PydanticCustomError(first["code"], "{what}", {**first, "more": others})
    return Localized(value)


def _not_localized(value: object, example: str) -> PydanticCustomError:
    what, remedy = "one text for each language is expected here", f"write {example}"
    if value is None or value == {} or (isinstance(value, str) and not value.strip()):
        what, remedy = "the text is empty", f"write {example}, or leave the field out"
    elif isinstance(value, str):
        what = "this text does not say which language it is in"
    context = {"code": "localized_type", "what": what, "remedy": remedy}
    return PydanticCustomError("localized_type", "{what}", context)


def _fault(key: str, text: object, declared: list[str]) -> dict[str, Any] | None:
    """What is wrong with the text of one language."""
    if declared and key not in declared:
        code, what = "language_unknown", f'the publication has no language "{key}"'
        close = difflib.get_close_matches(key.lower(), declared, n=1, cutoff=0.55)
        remedy = f"it declares {', '.join(declared)}"
        if close:
            remedy = f'did you mean "{close[0]}"? ({remedy})'
    elif text is None or (isinstance(text, str) and not text.strip()):
        code, what = "localized_empty", f'the text for "{key}" is empty'
        remedy = "write it, or delete the line: readers get another language then"
        if len(declared) == 1:
            remedy = "write it, or leave the field out"
    elif not isinstance(text, str):
        code, what = "localized_text", f'what stands at "{key}" is no text to YAML'
        remedy = f'put it between quotes: "{str(text).lower()}"'
        if isinstance(text, Mapping | list):
            remedy = 'write the text behind the colon, or "|" there and the text below'
    else:
        return None
    return {"code": code, "what": what, "remedy": remedy, "at": key}
