"""When an event happened or will happen: a day, several days, or a month."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from pydantic_core import CoreSchema, core_schema

from publisher.config.dates import day as parse_date
from publisher.config.refusal import called, refuse
from publisher.formats import format_date, format_date_range, format_month


@dataclass(frozen=True, slots=True)
class When:
    """Days from `start` to `end`, both inclusive; `written` is what the editor wrote."""

    start: dt.date
    end: dt.date
    written: str

    @classmethod
    def parse(cls, value: Any) -> When:
        """Read ``2026-05-13``, ``2026-05-13/2026-05-14`` or ``2026-05``."""
        if isinstance(value, When):
            return value
        if not isinstance(value, str):
            remedy = "write 2026-05-13, or 2026-05 for a month"
            raise refuse("when", f"{called(value)} is no date", remedy)
        if match := re.fullmatch(r"(\d{4})-(\d{2})", value):
            year, month = map(int, match.groups())
            if not 1 <= month <= 12 or not year:
                raise refuse("when", f"the month {value} does not exist", "months are 01 to 12")
            last = calendar.monthrange(year, month)[1]
            return cls(dt.date(year, month, 1), dt.date(year, month, last), value)
        first, slash, second = value.partition("/") if value.count("/") == 1 else (value, "", "")
        if slash and (remedy := _in_days(first, second)):
            raise refuse("when", f"{called(value)} is no date", remedy)
        start = parse_date(first)
        end = parse_date(second) if slash else start
        if end < start:
            raise refuse("when", f"{value} ends before it begins", "put the earlier day first")
        return cls(start, end, value)

    @property
    def is_month(self) -> bool:
        """Whether only the month is known."""
        return len(self.written) == 7

    def text(self, tag: str) -> str:
        """The language's own way to write it."""
        if self.is_month:
            return format_month(self.start, tag)
        if self.start == self.end:
            return format_date(self.start, tag)
        return format_date_range(self.start, self.end, tag)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(lambda w: w.written),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        day = r"\d{4}-\d{2}-\d{2}"
        return {"type": "string", "pattern": rf"^({day}(/{day})?|\d{{4}}-\d{{2}})$"}


def _in_days(first: str, second: str) -> str:
    """How to write several months, which are days from the first to the last; "" for others."""
    months = [re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", each) for each in (first, second)]
    if not all(months) or first.startswith("0000") or second.startswith("0000"):
        return ""
    last = calendar.monthrange(*map(int, second.split("-")))[1]
    return f"write {first}-01/{second}-{last}"
