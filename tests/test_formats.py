"""Dates, numbers, amounts and durations as each language writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.formats import (
    decimals_of,
    format_currency,
    format_date_range,
    format_duration,
    format_number,
    format_percent,
    rounded,
)

NBSP, ALM, LRM, RLM = "\u00a0", "\u061c", "\u200e", "\u200f"
THIN = "\u2009"
TAGS = ["zh-CN", "zh-TW", "en", "de", "fr", "es", "ja", "ar", "he", "fa", "hi", "ru", "sv", "de-CH"]

DAY = dt.date(2026, 4, 20)


@pytest.mark.parametrize(
    ("tag", "within", "across"),
    [
        ("zh-CN", "2026年4月20日至26日", "2026年4月20日至5月2日"),
        ("en", f"April 20{THIN}–{THIN}26, 2026", f"April 20{THIN}–{THIN}May 2, 2026"),
        ("en-GB", "20–26 April 2026", f"20 April{THIN}–{THIN}2 May 2026"),
        ("de", "20.–26. April 2026", f"20. April{THIN}–{THIN}2. Mai 2026"),
        ("es", "20–26 de abril de 2026", f"20 de abril{THIN}–{THIN}2 de mayo de 2026"),
        ("ja", "2026年4月20日～26日", "2026年4月20日～5月2日"),
        ("ar", "20–26 أبريل 2026", "20 أبريل – 2 مايو 2026"),
    ],
)
def test_range_of_days_names_months_in_full(tag: str, within: str, across: str) -> None:
    """And says once what both days share."""
    assert format_date_range(DAY, dt.date(2026, 4, 26), tag) == within
    assert format_date_range(DAY, dt.date(2026, 5, 2), tag) == across


def test_range_over_new_year_names_both_years() -> None:
    """The larger unit that differs decides."""
    found = format_date_range(dt.date(2025, 12, 30), dt.date(2026, 1, 2), "zh-CN")

    assert found == "2025年12月30日至2026年1月2日"


def test_range_of_one_day_is_a_day() -> None:
    """Nothing runs from a day to itself."""
    assert format_date_range(DAY, DAY, "zh-CN") == "2026年4月20日"


@pytest.mark.parametrize(
    ("written", "decimals", "shown"),
    [
        ("0.125", 2, "0.13"),
        ("-0.125", 2, "-0.13"),
        ("1289", 2, "1289.00"),
        ("1289.50", None, "1289.50"),
        ("-0.001", 2, "0.00"),
        ("-0", None, "0"),
    ],
)
def test_number_is_rounded_as_people_do(written: str, decimals: int | None, shown: str) -> None:
    """Halves away from zero, as many decimals as asked for, and no zero below zero."""
    assert str(rounded(written, decimals)) == shown


@pytest.mark.parametrize(
    ("tag", "number", "percent"),
    [
        ("zh-CN", "4,502,570.50", "-0.44%"),
        ("en", "4,502,570.50", "-0.44%"),
        ("de", "4.502.570,50", f"-0,44{NBSP}%"),
        ("fr", "4\u202f502\u202f570,50", f"-0,44{NBSP}%"),
        ("sv", f"4{NBSP}502{NBSP}570,50", f"−0,44{NBSP}%"),
        ("de-CH", "4’502’570.50", "-0.44%"),
        ("ar", "4,502,570.50", f"{LRM}-0.44%"),
    ],
)
def test_number_has_the_separators_and_signs_of_the_language(
    tag: str, number: str, percent: str
) -> None:
    """From CLDR: nothing here knows a language."""
    value = Decimal("4502570.50")
    assert format_number(value, tag, decimals_of(value)).replace(LRM, "") == number
    assert format_percent(Decimal("-0.44"), tag) == percent


def test_change_has_a_sign_in_both_directions() -> None:
    """A plus tells that it is a change, where the colour and the arrow are not seen."""
    assert format_percent(Decimal("3.41"), "en", signed=True) == "+3.41%"
    assert format_percent(Decimal("3.41"), "ar", signed=True) == f"{LRM}+3.41%"
    assert format_number(Decimal(-12), "zh-CN", 0, signed=True) == "-12"
    assert format_number(Decimal(0), "zh-CN", 0, signed=True) == "0"


@pytest.mark.parametrize(
    ("tag", "hkd", "usd", "chf"),
    [
        ("zh-CN", "HK$493.40", "US$493.40", f"CHF{NBSP}493.40"),
        ("en", "HK$493.40", "$493.40", f"CHF{NBSP}493.40"),
        ("de", f"493,40{NBSP}HK$", f"493,40{NBSP}$", f"493,40{NBSP}CHF"),
        ("ja", "HK$493.40", "$493.40", f"CHF{NBSP}493.40"),
        ("ar", f"{RLM}493.40{NBSP}HK$", f"{RLM}493.40{NBSP}US$", f"{RLM}493.40{NBSP}CHF"),
    ],
)
def test_amount_has_the_symbol_that_readers_of_the_language_know(
    tag: str, hkd: str, usd: str, chf: str
) -> None:
    """Before or after the number; a symbol that is a word keeps its distance."""
    amount = Decimal("493.40")
    assert [format_currency(amount, each, tag) for each in ("HKD", "USD", "CHF")] == [hkd, usd, chf]


def test_amount_has_the_decimals_that_it_is_written_with() -> None:
    """Not those that the currency is minted in."""
    assert format_currency(Decimal(493), "USD", "en") == "$493"
    assert format_currency(Decimal("493.125"), "JPY", "en") == "¥493.125"
    assert format_currency(Decimal("-493.4"), "HKD", "zh-CN", signed=True) == "-HK$493.4"
    assert format_currency(Decimal("493.4"), "HKD", "zh-CN", signed=True) == "+HK$493.4"


@pytest.mark.parametrize(
    ("tag", "seconds", "short", "spoken"),
    [
        ("zh-CN", 350, "5分钟50秒", "5分钟50秒钟"),
        ("en", 350, "5m 50s", "5 minutes, 50 seconds"),
        ("en", 3661, "1h 1m 1s", "1 hour, 1 minute, 1 second"),
        ("en", 3600, "1h", "1 hour"),
        ("en", 0, "0s", "0 seconds"),
        ("en", -10, "-10s", "-10 seconds"),
        ("de", 350, "5 Min., 50 Sek.", "5 Minuten, 50 Sekunden"),
        ("ja", 350, "5m50s", "5 分 50 秒"),
        ("ar", 350, "5 د و50 ث", "5 دقائق و50 ثانية"),
    ],
)
def test_duration_is_short_to_read_and_whole_to_hear(
    tag: str, seconds: int, short: str, spoken: str
) -> None:
    """A screen reader would say "five m": it gets the words."""
    assert format_duration(seconds, tag).replace(LRM, "") == short
    assert format_duration(seconds, tag, spoken=True).replace(LRM, "") == spoken


def test_change_of_a_duration_has_a_sign() -> None:
    """As any other change."""
    assert format_duration(10, "en", signed=True) == "+10s"
    assert format_duration(0, "en", signed=True) == "0s"


@given(st.decimals(-(10**12), 10**12, places=3), st.sampled_from(TAGS))
def test_every_number_can_be_shown_in_every_language(value: Decimal, tag: str) -> None:
    """The digits are those of the number, whatever stands between them."""
    for text in (
        format_number(value, tag, decimals_of(value)),
        format_percent(value, tag),
        format_currency(value, "HKD", tag),
    ):
        digits = "".join(each for each in text if each.isdecimal())
        assert int(digits) == int(str(abs(value)).replace(".", ""))


@given(st.integers(-(10**6), 10**6), st.sampled_from(TAGS), st.booleans())
def test_every_duration_can_be_said_in_every_language(value: int, tag: str, spoken: bool) -> None:
    """CLDR leaves out what a language inherits; nothing is empty for that."""
    assert format_duration(value, tag, spoken=spoken)
