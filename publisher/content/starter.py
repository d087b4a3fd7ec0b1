"""A new publication from its templates, in the languages that somebody asked for.

The templates of `publisher/starter/` hold each text in every language that we can write; of these
the wanted ones stay.  A wanted language that we cannot write gets the English text and a note.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from publisher.config.addresses import NAME
from publisher.language import Language, locale_of

_WRITTEN = ("en", "zh", "fr", "de", "es", "ja")
_TEXT = re.compile(rf"(?P<indent>[ ]+)(?P<key>{'|'.join(_WRITTEN)}): ?(?P<rest>.*)")
_NAME = re.compile(r"\{\{name(?::([^}]*))?\}\}")
_IF = re.compile(r"\{\{if (\w+)\}\}\n(.*?)\{\{end\}\}\n", re.DOTALL)
_NOTE = "# to be translated"
# A language without a region is taken to be that of the region with most of its readers.
_USUAL = {"zh": "zh-CN"}


def languages_of(tags: Sequence[str]) -> list[Language]:
    """The languages with short keys; raises ValueError for a tag that nobody knows."""
    found: list[Language] = []
    for given in tags:
        tag = _USUAL.get(given, given)
        locale = locale_of(tag)
        has_script = any(len(part) == 4 for part in tag.split("-")[1:])
        name = str((locale.display_name if has_script else locale.get_language_name()) or tag)
        key = tag.partition("-")[0].lower()
        if key in [each.key for each in found]:
            key = tag.lower().replace("-", "_")
        if not NAME.fullmatch(key) or key in [each.key for each in found]:
            raise ValueError(f"{given} is there twice")
        found.append(Language(key, tag, name[:1].upper() + name[1:]))
    return found


def start(
    templates: Mapping[str, str], languages: Sequence[Language], name: str, day: dt.date
) -> dict[str, str]:
    """The files of a new publication, with its sample filed under a day."""
    return {
        path.replace("TODAY", f"{day:%Y/%m/%d}" if "/entries/" in path else f"{day}"): _fill(
            text, languages, name, day, is_yaml=path.endswith(".yaml")
        )
        for path, text in templates.items()
    }


def _fill(
    text: str, languages: Sequence[Language], name: str, day: dt.date, *, is_yaml: bool
) -> str:
    together = {1: "", 2: "bilingual"}.get(len(languages), "all")
    kept = _IF.sub(lambda match: match[2] if match[1] == together else "", text)
    lines = "\n".join(_choose(kept.split("\n"), languages)) if is_yaml else kept
    keys = [each.key for each in languages]
    editions = [key.replace("_", "-") for key in keys]
    values = {
        "languages": "\n".join(_declare(each) for each in languages),
        "editions": "\n".join(f"  {key.replace('_', '-')}: [{key}]" for key in keys),
        "keys": ", ".join(keys),
        "all": ", ".join([*editions, *([together] if together else [])]),
        "year": str(day.year),
        "today": str(day),
    }
    for key, value in values.items():
        lines = lines.replace("{{" + key + "}}", value)
    return "\n".join(_named(line, name) for line in lines.split("\n"))


def _declare(language: Language) -> str:
    return f"  {language.key}: {{tag: {language.tag}, name: {_scalar(language.name)}}}"


def _scalar(text: str) -> str:
    return text if re.fullmatch(r"\w[\w ’-]*", text) else json.dumps(text, ensure_ascii=False)


def _named(line: str, name: str) -> str:
    """The line with the name of the publication, between quotes where it is a value by itself."""
    match = _NAME.search(line)
    if match is None:
        return line
    chosen = name or match[1] or "A publication"
    alone = line.endswith(match[0]) and line[: match.start()].endswith(": ")
    return _NAME.sub(lambda _: _scalar(chosen) if alone else chosen, line)


# Languages ---------------------------------------------------------------------------------------


def _choose(lines: Sequence[str], languages: Sequence[Language]) -> Iterator[str]:
    """The lines with each text in the wanted languages only, in their order."""
    at = 0
    while at < len(lines):
        texts, after = _texts(lines, at)
        if texts:
            for language in languages:
                yield from _text_of(language, texts)
        else:
            yield lines[at]
        at = after


def _texts(lines: Sequence[str], at: int) -> tuple[dict[str, list[str]], int]:
    """The texts by language that begin at a line, and where they end."""
    texts: dict[str, list[str]] = {}
    first = _TEXT.fullmatch(lines[at])
    while first and at < len(lines):
        match = _TEXT.fullmatch(lines[at])
        if match is None or match["indent"] != first["indent"] or match["key"] in texts:
            break
        end = at + 1
        deeper = first["indent"] + " "
        while end < len(lines) and lines[end].startswith(deeper):
            end += 1
        texts[match["key"]] = list(lines[at:end])
        at = end
    return texts, max(at, at + (not texts))


def _text_of(language: Language, texts: Mapping[str, Iterable[str]]) -> Iterator[str]:
    key = language.tag.partition("-")[0].lower()
    is_ours = key in texts and (key != "zh" or language.script == "Hans")
    first, *more = texts[key if is_ours else "en"]
    indent, _, rest = first.partition(f"{key if is_ours else 'en'}:")
    if not is_ours and "{{name" not in rest:
        yield f"{indent}{_NOTE}"
    yield f"{indent}{language.key}:{rest}"
    yield from more
