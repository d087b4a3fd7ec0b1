"""What stands in a cell: numbers, lengths of time and currencies, and what is nearly one.

Numbers stay decimal, as they were written; no float ever holds one.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import cache

from babel.numbers import list_currencies
from pydantic_core import PydanticCustomError

from publisher.config.refusal import called, nearest, refuse

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
# More digits than these are no measurement, and CLDR's rules would round them.
_MOST_DIGITS = 24
_FEWEST, _MOST_POINTS = 2, 120  # numbers of a sparkline

_NO_DATA = frozenset(
    {"-", "--", "—", "–", "/", "?", "…", "...", "n/a", "na", "nm", "nan", "none", "null", "无",
     "暂无", "不适用"}
)  # fmt: skip
_DOWN, _UP = "↓▼▽⬇↘", "↑▲△⬆↗"
_UNITS = {"万": 4, "亿": 8}


def number(text: str) -> str:
    """A plain decimal number as it is written: ``4502570``, ``-0.44``."""
    return _number(text, text)


def percent(text: str) -> str:
    """The same, with or without the sign: 3.41 and ``3.41%`` are 3.41 per cent."""
    return _number(re.sub(r"(?<=[0-9])\s*[%％]\Z", "", text), text)


def series(text: str) -> str:
    """The numbers of a sparkline, with spaces between them: ``12 14 9.5``."""
    found = text.split()
    if len(found) < _FEWEST:
        what = f"{called(text)} is one number, and a line needs more" if found else "it is empty"
        if re.fullmatch(r"[0-9.-]+([,;/|][0-9.-]+)+", text):
            what = f"{called(text)} is no list of numbers"
        remedy = "write them with spaces between them, the oldest first: 12 14 9.5"
        raise refuse("series", what, remedy)
    if len(found) > _MOST_POINTS:
        what = f"there are {len(found)} numbers in this cell; {_MOST_POINTS} are the most"
        raise refuse("series", what, "leave the oldest out, or draw a chart of kind line")
    return " ".join(map(number, found))


def _number(text: str, written: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise refuse("number", f"{called(written)} is no number", _number_remedy(text))
    if sum(map(str.isdigit, text)) > _MOST_DIGITS:
        what = f"{called(written)} has more than {_MOST_DIGITS} digits"
        raise refuse("number", what, "round it, or write it as a text")
    return text


def _number_remedy(text: str) -> str:
    if text.lower() in _NO_DATA:
        return "leave the cell empty: readers are told that there is no data"
    if text.startswith("#"):
        return "this is an error of the spreadsheet: mend the formula, or leave the cell empty"
    plain = _plain(text)
    if plain is None:
        return "write it plainly, such as 4502570 or -0.44; a unit belongs into the column's label"
    if re.match(r"-?0[0-9]", text):
        return f"write {plain}; a code belongs into a column of type text"
    return f"write {plain}"


def _plain(text: str) -> str | None:
    """The number that was most likely meant by one with signs and separators around it."""
    # Full-width digits and signs are the same in another width; a minus has several forms.
    bare = re.sub("[−‒–—]", "-", unicodedata.normalize("NFKC", text))
    if re.search(r"[0-9]\s*-\s*[0-9]", bare):
        return None  # A date, a range or a telephone number.
    is_down = bool(re.match(r"[\s+]*-|\(.*\)\Z", bare)) or any(sign in bare for sign in _DOWN)
    bare = "".join(
        char
        for char in bare
        if not (
            char.isspace() or char in f"{_DOWN}{_UP}+-()%'_" or unicodedata.category(char) == "Sc"
        )
    )
    unit = _UNITS.get(bare[-1:], 0)
    digits = _separated(bare[:-1] if unit else bare)
    if digits is None or len(digits) > _MOST_DIGITS:
        return None
    value = format(Decimal(digits).scaleb(unit), "f")
    whole, point, rest = value.partition(".")
    found = (whole.lstrip("0") or "0") + (point + rest)
    return f"-{found}" if is_down else found


def _separated(text: str) -> str | None:
    """Digits with at most one point, from digits with separators of any custom."""
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", text):
        return text.replace(",", "")
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(\.[0-9]{3}){2,}", text):
        return text.replace(".", "").replace(",", ".")
    if re.fullmatch(r"[0-9]+,[0-9]+", text):
        return text.replace(",", ".")
    return text.rstrip(".") if re.fullmatch(r"[0-9]+\.?[0-9]*|\.[0-9]+", text) else None


# Lengths of time ---------------------------------------------------------------------------------

_DURATION = re.compile(r"(-?)(?:([0-9]{1,4}):([0-5][0-9])|([0-5]?[0-9])):([0-5][0-9])")
_PARTS = re.compile(
    r"""(?:(?P<h>[0-9]{1,4})\s*(?:h|hrs?|hours?|小时|时|:(?=\s*[0-9]+\s*[:m分'′]))\s*)?
    (?:(?P<m>[0-9]{1,4})\s*(?:m|mins?|minutes?|分钟|分|:|'|′)\s*)?
    (?:(?P<s>[0-9]{1,5})\s*(?:s|secs?|seconds?|秒|"|″|'')?)?""",
    re.VERBOSE | re.IGNORECASE,
)


def duration(text: str) -> str:
    """A length of time, ``h:mm:ss`` or ``m:ss``, in seconds."""
    if match := _DURATION.fullmatch(text):
        sign, hours, of_hour, minutes, seconds = match.groups(default="0")
        total = int(hours) * 3600 + (int(of_hour) + int(minutes)) * 60 + int(seconds)
        return f"-{total}" if sign == "-" else str(total)
    raise refuse("duration", f"{called(text)} is no length of time", _duration_remedy(text))


def _duration_remedy(text: str) -> str:
    if text.lower() in _NO_DATA:
        return "leave the cell empty: readers are told that there is no data"
    bare = re.sub("[−‒–—]", "-", unicodedata.normalize("NFKC", text)).strip()
    if _DURATION.fullmatch(bare):
        return f"write {bare}"
    match = _PARTS.fullmatch(bare) if bare else None
    if match is None:
        return "write hours, minutes and seconds: 0:05:50, or minutes and seconds: 5:50"
    total = sum(int(match[name] or 0) * size for name, size in (("h", 3600), ("m", 60), ("s", 1)))
    meant = written(total)
    if bare.isdigit():
        return f"write {meant}, if it is in seconds"
    if ":" in bare and any(int(match[name] or 0) > 59 for name in ("m", "s")):
        return f"minutes and seconds are 00 to 59; did you mean {meant}?"
    return f"write {meant}"


def written(seconds: int) -> str:
    """A length of time as it is written in a cell."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


# Currencies --------------------------------------------------------------------------------------

# What people call currencies by, and what ISO 4217 has them under.
_CALLED = {
    "RMB": "CNY", "CNH": "CNY", "人民币": "CNY", "元": "CNY", "美元": "USD", "$": "USD",
    "US$": "USD", "港元": "HKD", "港币": "HKD", "HK$": "HKD", "欧元": "EUR", "€": "EUR",
    "EURO": "EUR", "日元": "JPY", "英镑": "GBP", "£": "GBP", "NTD": "TWD", "NT$": "TWD",
}  # fmt: skip


@cache
def _codes() -> frozenset[str]:
    return frozenset(list_currencies())


def is_currency(code: str) -> bool:
    """Whether a text is a code of ISO 4217."""
    return code in _codes()


def currency(text: str) -> str:
    """A currency by its code of ISO 4217: ``HKD``."""
    if not is_currency(text):
        raise no_currency(text)
    return text


def no_currency(text: str) -> PydanticCustomError:
    """That a text is no currency, and which one was most likely meant."""
    known = _CALLED.get(text.upper(), text.upper())
    remedy = f"write {known}"
    if not is_currency(known):
        usual = ("CNY", "HKD", "USD", "EUR", "JPY", "GBP")
        remedy = nearest(known, usual, "codes of ISO 4217, such as")
    return refuse("currency", f"{called(text)} is no currency", remedy)
