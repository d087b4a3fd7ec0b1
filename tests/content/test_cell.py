"""Cells: numbers, lengths of time, currencies, and what is said about what is nearly one."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from publisher.content import cell


def said(read: Callable[[str], str], text: str) -> str:
    """What a cell is, or ``what; remedy``."""
    try:
        return read(text)
    except PydanticCustomError as error:
        found = error.context or {}
        return f"{found['what']}; {found['remedy']}"


@pytest.mark.parametrize("text", ["0", "4502570", "-0.44", "1289.00", "0.1", "-0"])
def test_a_plain_number_stays_as_it_is_written(text: str):
    """With the digits that its editor wrote, no more and no fewer."""
    assert cell.number(text) == text


REMEDIES = {
    "4,502,570": "write 4502570",
    "1 289": "write 1289",
    "1.234,56": "write 1234.56",
    "1.234.567": "write 1234567",
    "3,41": "write 3.41",
    "↑ 3.41%": "write 3.41",
    "↓3.41%": "write -3.41",
    "▼ 0.5": "write -0.5",
    "−3.4": "write -3.4",
    "(3.4)": "write -3.4",
    "+3": "write 3",
    "$12.5": "write 12.5",
    "４５０": "write 450",
    "450.2万": "write 4502000",
    "1.5亿": "write 150000000",
    ".5": "write 0.5",
    "5.": "write 5",
    "007": "write 7; a code belongs into a column of type text",
    "n/a": "leave the cell empty: readers are told that there is no data",
    "—": "leave the cell empty: readers are told that there is no data",
    "#DIV/0!": "this is an error of the spreadsheet: mend the formula, or leave the cell empty",
    "16x": "write it plainly, such as 4502570 or -0.44; a unit belongs into the column's label",
    "12,34,5": "write it plainly, such as 4502570 or -0.44; a unit belongs into the column's label",
    "2026-4": "write it plainly, such as 4502570 or -0.44; a unit belongs into the column's label",
    "1e6": "write it plainly, such as 4502570 or -0.44; a unit belongs into the column's label",
}


@pytest.mark.parametrize(("text", "remedy"), REMEDIES.items())
def test_what_is_nearly_a_number_is_told_how_to_write_it(text: str, remedy: str):
    """The message has the number itself, to be copied."""
    assert said(cell.number, text) == f'"{text}" is no number; {remedy}'


def test_a_number_that_no_measurement_has_is_refused():
    """Such digits are a serial number, or an accident."""
    assert said(cell.number, "1" * 25).endswith(
        "has more than 24 digits; round it, or write it as a text"
    )


@pytest.mark.parametrize(("text", "value"), [("3.41", "3.41"), ("3.41%", "3.41"), ("-3 ％", "-3")])
def test_a_percentage_may_have_its_sign(text: str, value: str):
    """3.41 and 3.41% mean the same."""
    assert cell.percent(text) == value


def test_a_percentage_is_shown_as_it_was_written():
    """The message names what stands in the cell, sign and all."""
    assert said(cell.percent, "↑ 3.41%") == '"↑ 3.41%" is no number; write 3.41'


DURATIONS = {
    "0:05:50": "350",
    "5:50": "350",
    "00:03:12": "192",
    "1:02:03": "3723",
    "-0:12": "-12",
}


@pytest.mark.parametrize(("text", "seconds"), DURATIONS.items())
def test_a_length_of_time_is_kept_in_seconds(text: str, seconds: str):
    """Hours, minutes and seconds, or minutes and seconds."""
    assert cell.duration(text) == seconds


TIMES = {
    "0:72:10": "minutes and seconds are 00 to 59; did you mean 1:12:10?",
    "75:10": "minutes and seconds are 00 to 59; did you mean 1:15:10?",
    "1:75": "minutes and seconds are 00 to 59; did you mean 2:15?",
    "350": "write 5:50, if it is in seconds",
    "3分12秒": "write 3:12",
    "1小时2分3秒": "write 1:02:03",
    "3m12s": "write 3:12",
    "3：12": "write 3:12",
    "0:5:50": "write 5:50",
    "−9:30": "write -9:30",
    "n/a": "leave the cell empty: readers are told that there is no data",
    "soon": "write hours, minutes and seconds: 0:05:50, or minutes and seconds: 5:50",
}


@pytest.mark.parametrize(("text", "remedy"), TIMES.items())
def test_what_is_nearly_a_length_of_time_is_told_how_to_write_it(text: str, remedy: str):
    """The message has the length itself, to be copied."""
    assert said(cell.duration, text) == f'"{text}" is no length of time; {remedy}'


CURRENCIES = {
    "hkd": "write HKD",
    "RMB": "write CNY",
    "人民币": "write CNY",
    "US$": "write USD",
    "HKDD": ('did you mean "HKD"? (codes of ISO 4217, such as: CNY, HKD, USD, EUR, JPY, GBP)'),
}


@pytest.mark.parametrize(("text", "remedy"), CURRENCIES.items())
def test_what_is_nearly_a_currency_is_told_its_code(text: str, remedy: str):
    """Currencies are known by their codes in ISO 4217."""
    assert said(cell.currency, text) == f'"{text}" is no currency; {remedy}'


def test_a_currency_is_its_code():
    """HKD is HKD."""
    assert cell.currency("HKD") == "HKD"


# Properties --------------------------------------------------------------------------------------

DECIMALS = st.decimals(
    min_value=Decimal("-1e12"), max_value=Decimal("1e12"), places=6, allow_nan=False
)


@given(DECIMALS)
def test_every_number_comes_back_as_it_was(value: Decimal):
    """No digit is lost, and no float is met on the way."""
    assert Decimal(cell.number(format(value, "f"))) == value


@given(DECIMALS)
def test_a_number_with_separators_is_read_by_its_remedy(value: Decimal):
    """What the message says to write is the same number."""
    text = format(value, ",f")
    remedy = said(cell.number, text)
    if "," in text:
        assert Decimal(remedy.rpartition("write ")[2]) == value


@given(st.integers(min_value=0, max_value=9999 * 3600))
def test_every_length_of_time_comes_back_as_it_was(seconds: int):
    """As it is written in a cell, it is read from one."""
    assert cell.duration(cell.written(seconds)) == str(seconds)


@given(st.text(max_size=40))
def test_any_text_is_taken_or_told_what_to_do(text: str):
    """Nothing but a refusal with a remedy is ever raised, and what a remedy proposes is right."""
    for read in (cell.number, cell.percent, cell.duration, cell.currency):
        what, _, remedy = said(read, text).partition("; ")
        assert remedy or what
        if remedy.startswith("write ") and remedy.count(" ") == 1:
            assert read(remedy.removeprefix("write "))
