"""Themes: a chain of folders, given as text; sandboxed templates, tokens, strings.

A theme is data from git.  It runs in Jinja2's immutable sandbox with strict undefined names and
escapes by default.  A child theme holds only the files that differ: templates are looked up from
the child to ``default``; ``!default/web/issue.html`` names the file of one theme of the chain.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    Environment,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    meta,
)
from jinja2.exceptions import SecurityError

from publisher.errors import ThemeError
from publisher.language import Language
from publisher.render.sandbox import Sandbox
from publisher.render.strings import Strings

REQUIRED = (
    "email/issue.mjml",
    "email/notice.mjml",
    "feed/entry.html",
    "feed/issue.html",
    "pdf/issue.html",
    "pdf/style.css",
    "share/cover.svg",
    "text/issue.txt",
    "text/notice.txt",
    "web/404.html",
    "web/about.html",
    "web/archive.html",
    "web/bulletin.html",
    "web/confirm.html",
    "web/entries.html",
    "web/entries_month.html",
    "web/entries_year.html",
    "web/entry.html",
    "web/feed.html",
    "web/feeds.html",
    "web/home.html",
    "web/issue.html",
    "web/leave.html",
    "web/message.html",
    "web/preferences.html",
    "web/redirect.html",
    "web/root.html",
    "web/search.html",
    "web/search.js",
    "web/stories.html",
    "web/story.html",
    "web/style.css",
    "web/subscribe.html",
    "web/tag.html",
    "web/tag_month.html",
    "web/tag_year.html",
    "web/tags.html",
    "wechat/issue.html",
    "wechat/style.css",
)


_TEMPLATES = (".html", ".mjml", ".txt", ".css", ".svg")


class _ChainLoader(BaseLoader):
    """Looks a template up from the child to the root of the chain; ``!name/`` asks one theme."""

    def __init__(self, chain: Sequence[tuple[str, Mapping[str, str]]]) -> None:
        self._chain = chain

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        name, _, path = template.partition("/")
        wanted = [files for theme, files in self._chain if f"!{theme}" == name]
        looked_in = wanted or [files for _, files in self._chain]
        for files in looked_in:
            if (text := files.get(path if wanted else template)) is not None:
                return text, template, lambda: True
        raise TemplateNotFound(template)


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme, ready to render: its name, tokens and strings, and its chain of files."""

    name: str
    chain: tuple[tuple[str, Mapping[str, str]], ...]
    tokens: Mapping[str, Any]
    environment: Environment

    def render(self, template: str, **variables: Any) -> str:
        """Render a template; every failure names the template and the line."""
        try:
            found = self.environment.get_template(template)
            return found.render(theme=self.tokens, **variables)
        except TemplateSyntaxError as error:
            raise ThemeError(
                f"{error.message}", "mend the template",
                template=self.file_of(error.name or template), line=error.lineno,
            ) from error  # fmt: skip
        except TemplateNotFound as error:
            raise ThemeError(
                f"the theme “{self.name}” has no template {error.name}",
                f"add it to themes/{self.name}/, or correct its name",
                template=self.file_of(template),
            ) from error
        except (UndefinedError, SecurityError, TypeError, ValueError) as error:
            where, line = _place(error, template)
            raise ThemeError(
                str(error), "docs/themes.md lists what a template may use",
                template=self.file_of(where), line=line,
            ) from error  # fmt: skip
        except RecursionError as error:
            raise ThemeError(
                "the template extends itself",
                f'name the parent\'s file: {{% extends "!default/{template}" %}}',
                template=self.file_of(template),
            ) from error

    def strings(self, language: Language) -> Strings:
        """The interface strings in a language, English where one is missing."""
        return Strings.of(language, [files for _, files in self.chain])

    def file_of(self, template: str) -> str:
        """The file that a template's name stands for: ``themes/<theme>/<path>``."""
        name, _, path = template.partition("/")
        if name.startswith("!"):
            return f"themes/{name[1:]}/{path}"
        owner = next((theme for theme, files in self.chain if template in files), self.name)
        return f"themes/{owner}/{template}"


def _place(error: BaseException, template: str) -> tuple[str, int | None]:
    """The template and line in which rendering failed: the innermost frame of a template."""
    name, line, trace = template, None, error.__traceback__
    while trace is not None:
        source = trace.tb_frame.f_globals.get("__jinja_template__")
        if source is not None:
            name, line = source.name or template, source.get_corresponding_lineno(trace.tb_lineno)
        elif trace.tb_frame.f_code.co_filename.endswith(_TEMPLATES):
            name, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return name, line


def make_theme(
    name: str,
    folders: Mapping[str, Mapping[str, str]],
    *,
    is_checked: bool = True,
    compiled: BytecodeCache | None = None,
) -> Theme:
    """Put a theme together from the folders there are: ``{theme: {path: text}}``.

    With ``is_checked=False`` its templates are not looked through (see `check_theme`); `compiled`
    knows templates that were compiled before.  Raises ThemeError for a theme that is not there,
    extends itself, lacks a template, or has a file that cannot be read as what it is.
    """
    chain = _chain(name, folders)
    tokens: dict[str, Any] = {}
    for each, files in reversed(chain):
        tokens = _merge(tokens, _settings(each, files).get("tokens", {}))
    environment = Sandbox(
        loader=_ChainLoader(chain),
        autoescape=lambda template: not (template or "").endswith((".txt", ".css")),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        cache_size=-1,  # all of them: a theme has some sixty
        auto_reload=False,
        bytecode_cache=compiled,
    )
    environment.globals = {"range": range}
    environment.filters = {
        key: value
        for key, value in environment.filters.items()
        # Filters whose result depends on chance or on the order of a set would make a build
        # differ from the next one.
        if key not in {"random", "pprint"}
    }
    theme = Theme(name, tuple(chain), _freeze(tokens), environment)
    if is_checked:
        check_theme(theme)
    return theme


def _chain(
    name: str, folders: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, Mapping[str, str]]]:
    chain: list[tuple[str, Mapping[str, str]]] = []
    current: str | None = name
    while current is not None:
        if current in [theme for theme, _ in chain]:
            raise ThemeError(
                f"the theme “{current}” extends itself",
                "let it extend default, or a theme that does not come back to it",
                template=f"themes/{chain[-1][0]}/theme.toml",
            )
        if current not in folders:
            known = ", ".join(sorted(folders))
            where = f"themes/{chain[-1][0]}/theme.toml" if chain else ""
            raise ThemeError(
                f"there is no theme “{current}”", f"use one of: {known}", template=where
            )
        files = folders[current]
        chain.append((current, files))
        parent = _settings(current, files).get("extends")
        current = parent if parent or current == "default" else "default"
    return chain


def _settings(name: str, files: Mapping[str, str]) -> dict[str, Any]:
    try:
        return tomllib.loads(files.get("theme.toml", ""))
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(
            f"not valid TOML: {error}", "mend the file", template=f"themes/{name}/theme.toml"
        ) from error


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        merged[key] = _merge(old, value) if both else value  # type: ignore[arg-type]
    return merged


def _freeze(value: Any) -> Any:
    if isinstance(value, Mapping):
        return MappingProxyType({key: _freeze(each) for key, each in value.items()})
    if isinstance(value, list):
        return tuple(_freeze(each) for each in value)
    return value


def check_theme(theme: Theme) -> None:
    """Find what would fail on publishing day: missing, self-extending, unreadable templates.

    Raises ThemeError with the place.
    """
    present = {path for _, files in theme.chain for path in files}
    for path in REQUIRED:
        if path not in present:
            raise ThemeError(
                f"the theme “{theme.name}” lacks the template {path}",
                f"add themes/{theme.name}/{path}, or let the theme extend default",
            )
    for name, files in theme.chain:
        for path in sorted(files):
            if path.endswith(_TEMPLATES):
                _check_template(theme, f"!{name}/{path}", path, files[path])


@lru_cache(maxsize=2000)
def _templates_used_by(text: str) -> tuple[str | None, ...]:
    """What a template extends, includes and imports; parents are shared by many themes."""
    return tuple(meta.find_referenced_templates(Sandbox().parse(text)))


def _check_template(theme: Theme, name: str, path: str, text: str) -> None:
    file = theme.file_of(name)
    try:
        used = _templates_used_by(text)
    except TemplateSyntaxError as error:
        raise ThemeError(
            str(error.message), "mend the template", template=file, line=error.lineno
        ) from error
    for referenced in used:
        if referenced == path:
            parent = theme.chain[1][0] if len(theme.chain) > 1 else "default"
            raise ThemeError(
                "the template extends itself",
                f'name the parent\'s file: {{% extends "!{parent}/{path}" %}}',
                template=file,
            )
        if referenced is None:
            continue
        try:
            theme.environment.loader.get_source(theme.environment, referenced)  # type: ignore[union-attr]
        except TemplateNotFound:
            raise ThemeError(
                f"it uses {referenced}, which no theme of the chain has",
                "add that file, or correct its name",
                template=file,
            ) from None
