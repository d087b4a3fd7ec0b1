"""Themes that were found to be right are not looked through again by every process.

To read each of a hundred templates for mistakes takes longer than a day's pages do.  What is kept
is derived, and may be deleted at any time: a digest of each theme, with the versions of the program
and of Jinja2 in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from publisher import durable
from publisher.render.theme import Theme, check_theme, make_theme
from publisher.site.compiled_templates import CompiledTemplates
from publisher.version import VERSION

_MOST = 64
"""Digests that are kept: a theme that is being written has a new one at each save."""


def checked_theme(name: str, folders: Mapping[str, Mapping[str, str]], memory: Path) -> Theme:
    """A theme, looked through unless the file `memory` says that it is right.

    Raises ThemeError; nothing is kept of a theme that has a mistake.
    """
    compiled = CompiledTemplates(memory.with_name("templates"), name)
    theme = make_theme(name, folders, is_checked=False, compiled=compiled)
    digest, known = _digest(theme), _known(memory)
    if digest not in known:
        check_theme(theme)
        _remember(memory, [digest, *known][:_MOST])
    return theme


def _digest(theme: Theme) -> str:
    told = [VERSION, version("jinja2"), [(name, dict(files)) for name, files in theme.chain]]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _known(memory: Path) -> list[str]:
    try:
        found = json.loads(memory.read_bytes())
    except (OSError, ValueError):
        return []
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _remember(memory: Path, digests: list[str]) -> None:
    """Keep them for the next process, where there is a state folder that may be written."""
    with suppress(OSError):
        durable.replace(memory, json.dumps(digests).encode())
