"""Reading themes: the publication's own folder over the package's, file by file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from publisher.errors import ThemeError

_SUFFIXES = (".html", ".mjml", ".txt", ".css", ".svg", ".js", ".toml", ".yaml")
_MAX_BYTES = 512 * 1024


def packaged_themes() -> Path:
    """The themes that come with the program: in the wheel, or beside the package in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def theme_folders(root: Path) -> list[Path]:
    """Where themes lie: those that come with the program, then the publication's own."""
    return list(dict.fromkeys((packaged_themes(), root / "themes")))


def read_themes(root: Path) -> dict[str, dict[str, str]]:
    """Every theme as ``{name: {path: text}}``.

    A publication's ``themes/default/strings/fr.yaml`` adds to the packaged theme of that name,
    or takes the place of its file.
    """
    found: dict[str, dict[str, str]] = {}
    for folder in theme_folders(root):
        for theme in sorted(folder.iterdir()) if folder.is_dir() else ():
            if theme.is_dir() and not theme.name.startswith("."):
                found.setdefault(theme.name, {}).update(_texts(theme))
    return found


def _texts(theme: Path) -> Iterator[tuple[str, str]]:
    for base, folders, names in os.walk(theme):
        folders.sort()
        for name in sorted(names):
            file = Path(base) / name
            if name.endswith(_SUFFIXES):
                yield file.relative_to(theme).as_posix(), _text(theme, file)


def _text(theme: Path, file: Path) -> str:
    place = f"themes/{theme.name}/{file.relative_to(theme).as_posix()}"
    if file.is_symlink() or not file.is_file():
        raise ThemeError("is no regular file", "put the file itself there", template=place)
    if file.stat().st_size > _MAX_BYTES:
        raise ThemeError("is larger than 512 KB", "split it", template=place)
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ThemeError("is not UTF-8", "save it as UTF-8", template=place) from error
    except OSError as error:
        raise ThemeError(f"cannot be read: {error.strerror}", template=place) from error
