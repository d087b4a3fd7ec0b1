"""Languages, editions and text in several languages; dates, numbers and lists through Babel.

Nothing here knows Chinese or English: languages are what a publication declares.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, lists, numbers
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


# Dates, numbers, lists -------------------------------------------------------------------------


def format_date(day: dt.date, tag: str, pattern: str = "long") -> str:
    """A day in the language's own way: a CLDR width (short … full) or a CLDR pattern."""
    return dates.format_date(day, format=pattern, locale=locale_of(tag))


def format_month(day: dt.date, tag: str) -> str:
    """Year and month: ``2026年4月``, ``April 2026``."""
    return dates.format_skeleton("yMMMM", day, locale=locale_of(tag))


def format_date_range(start: dt.date, end: dt.date, tag: str) -> str:
    """Two days as one range: ``2026年4月7日至13日``, ``April 7 – 13, 2026``."""
    if start == end:
        return format_date(start, tag)
    locale = locale_of(tag)
    # Few languages have an interval with long names of months: the one with short names is
    # widened, as UTS #35 has it ("Missing Skeleton Fields").
    parts = _interval(locale, "yMMMMd", start, end) or _interval(locale, "yMMMd", start, end)
    if len(parts) != 2:
        return dates.format_interval(start, end, skeleton="yMMMMd", locale=locale)
    return "".join(
        dates.format_date(day, format=re.sub(r"(?<!M)MMM(?!M)", "MMMM", part), locale=locale)
        for day, part in zip((start, end), parts, strict=True)
    )


def _interval(locale: Locale, skeleton: str, start: dt.date, end: dt.date) -> list[str]:
    """The patterns of both days, by the largest field in which they differ."""
    largest = "y" if start.year != end.year else "M" if start.month != end.month else "d"
    return list(locale.interval_formats.get(skeleton, {}).get(largest, ()))


def rounded(value: str, decimals: int | None = None) -> Decimal:
    """A number as it is shown: with so many decimals, halves away from zero; else as written.

    What comes out as zero has no sign.
    """
    number = Decimal(value)
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return number or abs(number)


def format_number(
    value: float | Decimal, tag: str, decimals: int | None = None, *, signed: bool = False
) -> str:
    """A number with the language's separators; `signed` writes a plus, too."""
    return _apply(locale_of(tag).decimal_formats[None], Decimal(str(value)), tag, decimals, signed)


def format_percent(value: Decimal, tag: str, *, signed: bool = False) -> str:
    """So many per cent, with the decimals it has: 3.41 is ``3.41%``, ``3,41 %``."""
    pattern = locale_of(tag).percent_formats[None]
    return _apply(pattern, value.scaleb(-2), tag, decimals_of(value), signed)


def format_currency(value: Decimal, currency: str, tag: str, *, signed: bool = False) -> str:
    """An amount, with the decimals it has: ``HK$493.40``, ``493,40 HK$``."""
    pattern = locale_of(tag).currency_formats["standard"]
    return _apply(pattern, value, tag, decimals_of(value), signed, currency)


def decimals_of(value: Decimal) -> int:
    """How many decimals a number is written with."""
    return max(0, -int(value.as_tuple().exponent))


def _apply(
    pattern: numbers.NumberPattern,
    value: Decimal,
    tag: str,
    decimals: int | None,
    signed: bool,
    currency: str | None = None,
) -> str:
    """A pattern of CLDR with so many decimals, and the signs that the language writes."""
    own, locale = copy(pattern), locale_of(tag)
    if decimals is not None:
        own.frac_prec = (decimals, decimals)
    plus = numbers.get_plus_sign_symbol(locale) if signed and value else ""
    minus = numbers.get_minus_sign_symbol(locale)
    # A pattern has its sign at the place where the language writes it.
    before, after = own.prefix[1], own.suffix[1]
    positive = (before.replace("-", plus), after.replace("-", plus))
    negative = (before.replace("-", minus), after.replace("-", minus))
    own.prefix, own.suffix = zip(positive, negative, strict=True)
    text = own.apply(value, locale, currency=currency, currency_digits=False)
    return _spaced(text, numbers.get_currency_symbol(currency, locale)) if currency else text


def _spaced(text: str, symbol: str) -> str:
    """A space between a number and a currency that is a word, as CLDR asks for: ``CHF 5``."""
    word = re.escape(symbol)
    if symbol[-1:].isalpha():
        text = re.sub(rf"({word})(?=\d)", "\\1\u00a0", text)
    return re.sub(rf"(?<=\d)({word})", "\u00a0\\1", text) if symbol[:1].isalpha() else text


_UNITS = (("hour", 3600), ("minute", 60), ("second", 1))


def format_duration(seconds: int, tag: str, *, spoken: bool = False, signed: bool = False) -> str:
    """``5m 50s``, ``5分钟50秒``; `spoken` in whole words: ``5 minutes, 50 seconds``."""
    locale, rest = locale_of(tag), abs(seconds)
    parts: list[str] = []
    for unit, length in _UNITS:
        count, rest = divmod(rest, length)
        if count or (unit == "second" and not parts):
            parts.append(_unit(count, unit, locale, "long" if spoken else "narrow"))
    style = "unit" if spoken else "unit-narrow"
    patterns = _inherited(locale.list_patterns, style, "unit-short", "unit", "standard")
    text, *others = parts
    for at, part in enumerate(others, 1):
        place = "2" if len(parts) == 2 else "start" if at == 1 else "end"
        text = patterns.get(place, patterns["end"]).format(text, part)
    if seconds < 0:
        return f"{numbers.get_minus_sign_symbol(locale)}{text}"
    return f"{numbers.get_plus_sign_symbol(locale)}{text}" if signed and seconds else text


def _unit(count: int, unit: str, locale: Locale, width: str) -> str:
    widths = locale._data["unit_patterns"][f"duration-{unit}"]
    forms = _inherited(widths, width, "short")
    form = forms.get(locale.plural_form(count), forms["other"])
    return str(form.format(numbers.format_decimal(count, locale=locale)))


def _inherited(found: Mapping[str, Any], *names: str) -> dict[str, str]:
    """What stands under the first of the names, the rest from those behind it.

    CLDR leaves out what is inherited (narrow from short, long from short), and so does Babel.
    """
    return {key: text for name in reversed(names) for key, text in found.get(name, {}).items()}


def format_list(items: Iterable[str], tag: str) -> str:
    """``a、b和c``, ``a, b, and c``."""
    return lists.format_list(list(items), locale=locale_of(tag))


def format_time_zone(zone: str, day: dt.date) -> str:
    """A time zone by its IANA name, with its offset on that day: ``Asia/Shanghai (UTC+8)``."""
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    minutes = int((noon.utcoffset() or dt.timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    offset = f"{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
    return f"{zone} (UTC{offset if minutes else ''})"
