"""Which pages somebody gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reception import front

from publisher.web.office import wanted_languages

FRONT = front()


@pytest.mark.parametrize(
    ("edition", "languages", "expected"),
    [
        ("bilingual", "en", "bilingual"),
        ("gone", "", "zh"),
        (None, "", "zh"),
        (None, "en", "en"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "de, en;q=0.5, zh;q=0.7", "zh"),
        (None, "zh-TW", "zh"),
        (None, "zh-CN;q=0, en", "en"),
        (None, "fr, de", "zh"),
    ],
)
def test_pages_are_those_of_an_edition_or_in_a_language_that_is_read(
    edition: str | None, languages: str, expected: str
) -> None:
    """An edition that is gone is none; a stacked one is nobody's language."""
    assert FRONT.pages_of(edition, languages).edition == expected


@given(st.text(max_size=200))
def test_any_header_of_languages_is_read(header: str) -> None:
    """What is no language is left out."""
    assert all(each and each == each.lower() for each in wanted_languages(header))
