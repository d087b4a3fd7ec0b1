"""Light and dark by rewriting the style."""

from __future__ import annotations

import pytest

from publisher.preview.scheme import force

CSS = """:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) { a { color: #fff } }
@media (prefers-color-scheme:light) { a { color: #000 } }
@media print { a { color: red } }"""


def test_the_rules_of_the_wanted_scheme_hold_always() -> None:
    """Those for dark in dark, and never those for light."""
    dark = force(CSS, "dark")
    assert "@media all { a { color: #fff } }" in dark
    assert "@media not all { a { color: #000 } }" in dark
    assert "color-scheme: dark;" in dark


def test_other_rules_stay() -> None:
    """What has nothing to do with a scheme is as it was."""
    assert "@media print { a { color: red } }" in force(CSS, "light")


@pytest.mark.parametrize("name", ["color-scheme", "supported-color-schemes"])
def test_what_a_page_says_of_itself(name: str) -> None:
    """Form fields and scroll bars follow the meta elements."""
    said = force(f'<meta name="{name}" content="light dark">', "dark")
    assert said == f'<meta name="{name}" content="dark">'


def test_the_style_sheet_is_asked_for_in_the_same_scheme() -> None:
    """It is another file, and would be in the computer's own scheme."""
    page = '<link rel="stylesheet" href="/assets/spark.css">'
    assert 'href="/assets/spark.css?scheme=dark"' in force(page, "dark")


@pytest.mark.parametrize("scheme", ["", "sepia"])
def test_any_other_word_changes_nothing(scheme: str) -> None:
    """The text comes as readers get it."""
    assert force(CSS, scheme) == CSS
