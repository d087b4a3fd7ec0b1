"""The core schema of YAML 1.2."""

from __future__ import annotations

import math

import pytest

from publisher.yaml12.core import resolve


@pytest.mark.parametrize(
    "text",
    [
        *("yes", "no", "on", "off", "y", "12:30", "2026-01-02", "1_000", "1,000", "0o8", "0xg"),
        *("-0x1", "tRUE", "nULL", "+", "-", ".", "..", "1e", "e1", "=", "<<", "１２", "0b1"),
    ],
)
def test_what_yaml_1_1_guesses_at_stays_text(text: str) -> None:
    """Table 10.2 of the specification knows none of them."""
    assert resolve(text) == text


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null(text: str) -> None:
    """In five spellings."""
    assert resolve(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("0", 0),
        ("010", 10),
        ("-7", -7),
        ("+7", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000.0),
        ("1.5", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1.5E-2", -0.015),
        (".inf", math.inf),
        ("-.Inf", -math.inf),
        ("+.INF", math.inf),
    ],
)
def test_words_and_numbers(text: str, value: object) -> None:
    """With the type, so that 1 is not taken for true."""
    assert (resolve(text), type(resolve(text))) == (value, type(value))


def test_not_a_number() -> None:
    """It equals nothing, not even itself."""
    value = resolve(".nan")

    assert isinstance(value, float)
    assert math.isnan(value)


def test_thousands_of_digits_are_text() -> None:
    """Python refuses to read so long a number; nobody means one."""
    assert resolve("9" * 5000) == "9" * 5000
