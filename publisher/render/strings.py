"""Interface strings: one small YAML file per language, `strings/<tag>.yaml` in a theme.

A string may hold ``{placeholders}``, and plural forms by CLDR category (``{one: …, other: …}``).
What a language lacks is shown in English and reported by `publisher check`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from publisher.document import parse
from publisher.errors import ThemeError
from publisher.language import Language, locale_of, script_of

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Strings:
    """The strings of one language; `missing` are those that only English has."""

    tag: str
    texts: Mapping[str, Any]
    missing: tuple[str, ...]

    @classmethod
    def of(cls, language: Language, chain: Sequence[Mapping[str, str]]) -> Strings:
        """Collect the strings of a language over a chain of themes, the child's first."""
        english = _collect([FALLBACK], chain)
        own = _collect(lookup(language.tag), chain)
        missing = tuple(key for key in english if key not in own)
        return cls(language.tag, {**english, **own}, missing)

    def __call__(self, key: str, **values: Any) -> str:
        """The string `key` with its placeholders filled; `n` chooses the plural form."""
        text = self.texts.get(key)
        if text is None:
            raise ThemeError(
                f"there is no interface string “{key}”",
                f"add it to strings/{FALLBACK}.yaml of the theme",
            )
        if isinstance(text, Mapping):
            form = locale_of(self.tag).plural_form(values.get("n", 0))
            text = text.get(form, text.get("other", ""))
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return str(text)


def lookup(tag: str) -> list[str]:
    """File names to look for, the best first (RFC 4647 lookup, but never into another script)."""
    parts = tag.split("-")
    found = ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]
    with_script = f"{parts[0]}-{script_of(tag)}"
    if with_script not in found:
        found.insert(len(found) - 1, with_script)
    return [each for each in found if script_of(each) == script_of(tag)]


def _collect(names: Sequence[str], chain: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    collected: dict[str, Any] = {}
    for files in reversed(chain):
        for name in reversed(names):
            path = f"strings/{name}.yaml"
            if path in files:
                collected.update(_read(path, files[path]))
    return collected


# Each edition asks for English, and one in two languages for both again.
@lru_cache(maxsize=64)
def _read(path: str, text: str) -> Mapping[str, Any]:
    document, problems = parse(text.encode(), path)
    if document is None:
        raise ThemeError(str(problems[0]), "mend the file")
    return document.data
