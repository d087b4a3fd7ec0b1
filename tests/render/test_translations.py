"""Which pages are translations of one another, and which are indexed."""

from __future__ import annotations

import builders
import pytest

from publisher.render.translations import hreflang, is_indexed, translations

TWO = {"editions": {"both": ["zh", "en"], "zh": ["zh"], "en": ["en"], "again": ["zh"]}}
STACKED = {"editions": {"both": ["zh", "en"], "zh": ["zh"]}}


def test_translations_are_the_first_editions_of_one_language_each() -> None:
    """A stacked edition and a second one of the same language are none."""
    found = builders.publication(**TWO)

    assert translations(found, found.editions) == {"zh": "zh-CN", "en": "en"}


@pytest.mark.parametrize(
    ("edition", "having", "expected"),
    [
        ("zh", ["zh"], True),
        ("again", ["again"], True),
        ("again", ["zh", "again"], False),
        ("both", ["both"], True),
        ("both", ["both", "zh"], True),
        ("both", ["both", "zh", "en"], False),
    ],
)
def test_page_is_indexed_unless_each_of_its_languages_has_the_same_elsewhere(
    edition: str, having: list[str], expected: bool
) -> None:
    """What counts is where the same thing exists, not what the publication declares."""
    assert is_indexed(builders.publication(**TWO), edition, having) is expected


def test_default_is_the_first_translation_or_the_page_that_is_named() -> None:
    """Home pages name the root."""
    found, paths = builders.publication(), {"zh": "/zh/", "en": "/en/", "bilingual": "/bilingual/"}

    assert hreflang(found, paths) == {"zh-CN": "/zh/", "en": "/en/", "x-default": "/zh/"}
    assert hreflang(found, paths, "/")["x-default"] == "/"


def test_stacked_pages_alone_have_no_translations() -> None:
    """There is nothing to choose between."""
    assert hreflang(builders.publication(**STACKED), {"both": "/both/"}) == {}
