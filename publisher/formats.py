"""Dates, numbers, amounts, durations and lists as a language writes them: CLDR, through Babel.

UTS #35 describes what stands in CLDR: https://www.unicode.org/reports/tr35/.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from copy import copy
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, dates, lists, numbers

from publisher.language import locale_of


# The days of a month stand in its issues, lists and feeds, again and again.
@lru_cache(maxsize=2048)
def format_date(day: dt.date, tag: str, pattern: str = "long") -> str:
    """A day in the language's own way: a CLDR width (short … full) or a CLDR pattern."""
    return dates.format_date(day, format=pattern, locale=locale_of(tag))


def format_month(day: dt.date, tag: str) -> str:
    """Year and month: ``2026年4月``, ``April 2026``."""
    return dates.format_skeleton("yMMMM", day, locale=locale_of(tag))


_AXIS = {1: "y", 2: "yMMM", 3: "MMMd"}


def format_day_of_axis(day: dt.date, tag: str, parts: int) -> str:
    """A day beside a scale: its year (`parts` is 1), year and month (2), or month and day (3)."""
    return dates.format_skeleton(_AXIS[parts], day, locale=locale_of(tag))


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
