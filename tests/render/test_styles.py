"""The style sheets of the themes."""

from __future__ import annotations

import re

import builders
import pytest
from webpages import THEMES

from publisher.language import Language
from publisher.render.styles import style

LANGUAGES = [Language("zh", "zh-CN", "中文"), Language("en", "en", "English")]
each_theme = pytest.mark.parametrize("name", sorted(THEMES))


def css(name: str = "default", languages: list[Language] = LANGUAGES) -> str:
    (data,) = style(THEMES[name], languages).values()
    return data.decode()


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@each_theme
def test_style_sheet_has_the_name_of_its_theme(name: str) -> None:
    """Pages ask for it by that name."""
    assert list(style(THEMES[name], LANGUAGES)) == [f"assets/{name}.css"]


@each_theme
def test_braces_and_comments_are_closed(name: str) -> None:
    """A comment that ends too early would swallow the first rule."""
    text = without_comments(css(name))

    assert text.count("{") == text.count("}")
    assert "*/" not in text
    assert text.lstrip().startswith(":root {")


@each_theme
def test_nothing_is_loaded_from_a_style_sheet(name: str) -> None:
    """No import, no picture, no font from elsewhere."""
    assert not re.search(r"@import|url\(|https?:", css(name))


@each_theme
@pytest.mark.parametrize("palette", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "panel"])
@pytest.mark.parametrize("colour", ["ink", "quiet", "accent"])
def test_text_has_contrast_enough(name: str, palette: str, ground: str, colour: str) -> None:
    """WCAG 1.4.3: 4.5 to 1 for text, on the page and on a panel, light and dark."""
    tokens = THEMES[name].tokens[palette]

    assert contrast(tokens[colour], tokens[ground]) >= 4.5


@each_theme
@pytest.mark.parametrize("palette", ["light", "dark"])
def test_text_on_the_accent_has_contrast_enough(name: str, palette: str) -> None:
    """The link that skips the navigation stands on it."""
    tokens = THEMES[name].tokens[palette]

    assert contrast(tokens["accent_text"], tokens["accent"]) >= 4.5


@each_theme
def test_reader_settings_are_followed(name: str) -> None:
    """Dark, high contrast and paper each have their rules, in that order."""
    found = re.findall(r"@media \(?(prefers-color-scheme: dark|prefers-contrast|print)", css(name))

    assert found == ["prefers-color-scheme: dark", "prefers-contrast", "print"]


def test_each_declared_language_has_its_rules_and_no_other() -> None:
    """Nothing in the theme knows which languages there are."""
    text = css(languages=[Language("ja", "ja", "日本語"), Language("ar", "ar", "العربية")])

    assert set(re.findall(r":lang\((.*?)\)", text)) == {"ja", "ar"}
    assert ":lang(ja) { line-break: strict" in text
    assert ":lang(ar) { line-break" not in text
    assert "Hiragino Sans'" in text


def test_regional_language_comes_after_the_general_one() -> None:
    """``:lang(en)`` meets ``en-GB`` as well: the rules for that must win."""
    text = css(languages=[Language("gb", "en-GB", "British"), Language("en", "en", "English")])

    assert text.index(":lang(en) {") < text.index(":lang(en-GB) {")


def test_tokens_of_a_child_theme_reach_its_style_sheet() -> None:
    """A child that holds two colours and nothing else has a style sheet of its own."""
    chosen = builders.theme("spark", **{"theme.toml": '[tokens.light]\naccent = "#123456"\n'})
    (data,) = style(chosen, LANGUAGES).values()

    assert b"--accent: #123456;" in data
