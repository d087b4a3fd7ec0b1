"""What lies in the folder of a site: looked at without following links."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Literal

from publisher.errors import OutputError

STAGED = ".publisher-staged"
NOTHING_CHANGED = "nothing was changed"

_LONGEST = 255  # bytes of a file name (NAME_MAX of every common file system)

Kind = Literal["nothing", "file", "folder"]


class Ground:
    """What lies where a site is to be written, each place looked at once; links are refused."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self._kinds: dict[str, Kind] = {}

    def kind(self, path: str) -> Kind:
        """What is at a path; nothing where a file is in the place of a folder above it."""
        found = self._kinds.get(path)
        if found is None:
            found = self._kinds[path] = "nothing" if self.obstacle(path) else self._look(path)
        return found

    def obstacle(self, path: str) -> str | None:
        """The file that lies where a folder of the path has to be."""
        for folder in above(path):
            if (self._kinds.get(folder) or self.kind(folder)) == "file":
                return folder
        return None

    def _look(self, path: str) -> Kind:
        # As text: a whole site asks some hundred thousand times.
        place = f"{self.target}/{path}"
        try:
            mode = os.lstat(place).st_mode
        except FileNotFoundError:
            return "nothing"
        if S_ISDIR(mode):
            return "folder"
        if S_ISREG(mode):
            return "file"
        raise OutputError(
            f"{place} is a link or a device",
            "move it away: a site is written to plain files and folders only",
        )


def above(path: str) -> Iterator[str]:
    """The folders of a path, the outermost first: a, a/b of a/b/c."""
    end = path.find("/")
    while end != -1:
        yield path[:end]
        end = path.find("/", end + 1)


def entries(folder: Path) -> Iterator[str]:
    """The relative paths of all below a folder that is no folder itself: files, and links."""
    for base, folders, names in os.walk(folder):
        here = Path(base)
        if here == folder:
            folders[:] = [name for name in folders if not name.startswith(STAGED)]
        names += [name for name in folders if (here / name).is_symlink()]
        yield from ((here / name).relative_to(folder).as_posix() for name in names)


def checked(path: str) -> str:
    """A path of the site as it was given; refused if it could lead out of it."""
    if not is_path(path):
        raise OutputError(
            f"{path!r} cannot be a path in the site",
            "use relative paths with / between the folders, and no . or .. or control characters",
        )
    return path


def is_path(path: str) -> bool:
    """Whether a path stays in the site, and can be one on every common file system."""
    parts = path.split("/")
    fits = all(part not in {"", ".", ".."} and _is_name(part) for part in parts)
    return fits and not parts[0].startswith(STAGED)


def _is_name(part: str) -> bool:
    try:
        return part.isprintable() and "\\" not in part and len(part.encode()) <= _LONGEST
    except UnicodeEncodeError:
        return False


@contextmanager
def saying(folder: Path, then: str, path: str = "") -> Iterator[None]:
    """Turn an error of the system into one that says what, where and what to do."""
    try:
        yield
    except OSError as error:
        place = folder / path
        where = f" ({error.filename})" if error.filename not in {None, str(place)} else ""
        what = f"{place} could not be written{where}: {error.strerror or error}; {then}"
        raise OutputError(what, _remedy(error)) from error


def _remedy(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "free some space on its disk, then run the same command again"
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return "give the folder to the user that runs publisher, then run the same command again"
    return "mend this, then run the same command again"
