"""The types that all settings and content share: dates, times, addresses, names."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from publisher.config.addresses import slug_like
from publisher.config.model import (
    Day,
    Email,
    LanguageTag,
    Moment,
    Name,
    Site,
    Slug,
    TimeOfDay,
    Url,
    Zone,
)

RIGHT: list[tuple[Any, Any, Any]] = [
    (Day, "2024-02-29", dt.date(2024, 2, 29)),
    (TimeOfDay, "8:05", dt.time(8, 5)),
    (TimeOfDay, "23:59", dt.time(23, 59)),
    (TimeOfDay, "08:00:00", dt.time(8)),  # as a frozen issue has it
    (Moment, "2026-04-26T06:00+08:00", dt.datetime.fromisoformat("2026-04-26T06:00+08:00")),
    (Moment, "2026-04-26 06:00Z", dt.datetime(2026, 4, 26, 6, tzinfo=dt.UTC)),
    (Slug, "ai-frontier-2", "ai-frontier-2"),
    (Name, "why_it_matters", "why_it_matters"),
    (Url, "https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
    (Url, "http://zh.example.com:8080/谷歌", "http://zh.example.com:8080/谷歌"),
    (Site, "news.example.co.uk", "news.example.co.uk"),
    (Email, "Editor@Example.com", "Editor@example.com"),
    (LanguageTag, "zh-Hant-TW", "zh-Hant-TW"),
]


@pytest.mark.parametrize(("kind", "written", "meant"), RIGHT)
def test_what_is_right_is_read_as_it_is_meant(kind: Any, written: str, meant: object):
    """Each type reads the forms that the documentation shows."""
    assert TypeAdapter(kind).validate_python(written) == meant


def test_a_time_zone_is_one_of_the_iana_list():
    """A zone is read by name and written by name."""
    adapter: TypeAdapter[Any] = TypeAdapter(Zone)
    zone = adapter.validate_python("Asia/Shanghai")
    assert adapter.dump_python(zone, mode="json") == "Asia/Shanghai"


WRONG: list[tuple[Any, Any, str]] = [
    (Day, "2026-02-29", "that month has the days 01 to 28"),
    (Day, "2026-00-10", "months are 01 to 12, and this says 00; did you mean 2026-10-00?"),
    (Day, "2026.4.9", "write 2026-04-09"),
    (Day, 20260409, "write 2026-04-09"),
    (Day, None, "write year-month-day, such as 2026-04-26"),
    (Day, "0000-01-01", "write year-month-day, such as 2026-04-26"),
    (TimeOfDay, "24:00", 'write hours and minutes, such as "08:00" or "20:30"'),
    (TimeOfDay, "8am", 'write hours and minutes, such as "08:00" or "20:30"'),
    (Moment, "2026-04-26", "add the offset from UTC, such as 2026-04-26T00:00+08:00"),
    (Moment, 5, "write it such as 2026-04-26T06:00+08:00"),
    (Zone, "Asia/Beijing", "did you mean Asia/Shanghai?"),
    (Zone, "shanghai", "did you mean Asia/Shanghai?"),
    (Zone, "../etc/passwd", "use a name of the IANA list, such as Asia/Shanghai or Europe/Berlin"),
    (Slug, "Ünited Kingdom", "use small letters a-z, digits and single hyphens, such as ai-weekly"),
    (Slug, "a--b", 'write "a-b"'),
    (Name, "Why-It", 'write "why_it"'),
    (Name, "2nd", 'write "nd"'),
    (Url, "//example.com/a", "give the whole address, such as https://example.com/page"),
    (Url, "https://", "give the whole address, such as https://example.com/page"),
    (Url, "https://localhost/a", "give the whole address, such as https://example.com/page"),
    (Url, "https://a..b.com", "give the whole address, such as https://example.com/page"),
    (Url, "https://[::1", "give the whole address, such as https://example.com/page"),
    (Url, "https://example.com:99999/", "give the whole address, such as https://example.com/page"),
    (Url, "data:text/html,x", "give one that begins with https:// or http://"),
    (Url, "JavaScript:alert(1)", "give one that begins with https:// or http://"),
    (Url, "https://example.com/<b>", "write %3C in its place"),
    (Url, "example.com:8080/a", "write https://example.com:8080/a"),
    (Site, "cnbc", "write the bare domain, such as cnbc.com"),
    (Site, "cnbc.com/world", "write cnbc.com"),
    (Email, "a@b", ("write it such as editor@example.com "
     "(The part after the @-sign is not valid. It should have a period)")),
    (LanguageTag, "jp", "did you mean ja?"),
    (LanguageTag, "pt_BR", "did you mean pt-BR?"),
    (LanguageTag, "xx-klingon", "use a BCP 47 tag, such as zh-CN, en or pt-BR"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "written", "remedy"), WRONG)
def test_what_is_wrong_is_refused_with_what_would_be_right(kind: Any, written: Any, remedy: str):
    """The remedy is as close to what was meant as the type can tell."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(written)
    (error,) = caught.value.errors()
    assert error["ctx"]["remedy"] == remedy


@pytest.mark.parametrize(
    ("text", "near"), [("Open Models!", "open-models"), ("Café", "cafe"), ("融资", ""), ("--", "")]
)
def test_the_nearest_slug_to_a_text(text: str, near: str):
    """What is offered in place of a name that cannot stand in an address."""
    assert slug_like(text) == near
