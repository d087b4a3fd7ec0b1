"""The interface strings that come with the program: the same in every language, to the key."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from babel import Locale

from publisher.document import parse
from publisher.language import Language
from publisher.render.strings import Strings

FOLDER = Path(__file__).parents[2] / "themes/default/strings"
OTHERS = sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != "en")


def strings(tag: str) -> dict[str, Any]:
    """The strings of a language, as its file has them."""
    file = FOLDER / f"{tag}.yaml"
    document, problems = parse(file.read_bytes(), file.name)
    assert document is not None, problems
    return document.data


def placeholders(text: Any) -> set[str]:
    """The placeholders of a string, over all its plural forms."""
    forms = text.values() if isinstance(text, dict) else [text]
    return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}


@pytest.mark.parametrize("tag", OTHERS)
def test_a_language_has_exactly_the_strings_of_english(tag: str):
    """Nothing is shown in English by accident, and nothing is translated in vain."""
    assert list(strings(tag)) == list(strings("en"))


@pytest.mark.parametrize("tag", OTHERS)
def test_a_translation_has_the_placeholders_of_english(tag: str):
    """What a string is given is what it says."""
    english, own = strings("en"), strings(tag)
    assert {key: placeholders(text) for key, text in own.items()} == {
        key: placeholders(text) for key, text in english.items()
    }


@pytest.mark.parametrize("tag", ["en", *OTHERS])
def test_counted_strings_have_the_plural_forms_of_the_language(tag: str):
    """Forms are those that CLDR knows in the language, "other" always among them."""
    forms = {*Locale.parse(tag, sep="-").plural_form.tags, "other"}
    for key, text in strings(tag).items():
        if isinstance(text, dict):
            assert "other" in text, key
            assert set(text) <= forms, key


@pytest.mark.parametrize("tag", ["en", *OTHERS])
def test_no_string_is_empty_or_has_spaces_at_its_ends(tag: str):
    """A label's colon and the end of a run-in headline bring their own; nothing else does."""
    for key, text in strings(tag).items():
        for form in text.values() if isinstance(text, dict) else [text]:
            assert form.strip(), key
            assert key in ("label_colon", "run_in_end") or form == form.strip(), key


@pytest.mark.parametrize(
    ("tag", "n", "expected"),
    [("en", 1, "1 entry"), ("en", 2, "2 entries"), ("fr", 0, "0 article"), ("ja", 1, "1件")],
)
def test_counting_follows_the_language(tag: str, n: int, expected: str):
    """French counts nothing as one; Japanese has one form."""
    chain = [{f"strings/{path.name}": path.read_text("utf-8") for path in FOLDER.glob("*.yaml")}]
    assert Strings.of(Language(tag, tag, tag), chain)("entries_n", n=n) == expected
