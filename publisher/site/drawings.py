"""What was drawn, and what draws the rest: the extra ``charts``.

A drawing is kept below the state folder by what was asked for, and never drawn again: whatever is
installed later, readers see what they saw.  A folder that is lost costs time, and may change bytes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from publisher import durable
from publisher.config.bulletin import Bulletin
from publisher.issue.issue import Issue
from publisher.site.drawable import Refused
from publisher.site.painter import Form, Painter

_STYLE = 1
"""Raised where everything is to be drawn anew."""
_ENDS = {"svg": (b"<svg", b"</svg>"), "png": (b"\x89PNG\r\n", b"IEND\xaeB`\x82")}
_MOST = 200
"""Faults, and requests that failed, that are remembered; a publication has a few."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something is not drawn here, and what helps."""

    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.what}; {self.remedy}" if self.remedy else self.what


LACKING = Fault(
    "figures are not drawn here: vl-convert is not installed",
    "install it with `pip install 'publisher[charts]'`",
)


def is_installed() -> bool:
    """Whether the extra is there; it is not loaded for that."""
    return importlib.util.find_spec("vl_convert") is not None


def has_figures(settings: Bulletin) -> bool:
    """Whether issues of a bulletin have figures."""
    return any(each.block == "figure" for each in settings.sections)


def has_sparklines(issue: Issue) -> bool:
    """Whether a table of an issue has a column that is drawn."""
    tables = (each.table for each in issue.sections if each.table is not None)
    return any(column.type == "sparkline" for table in tables for column in table.columns)


def may_draw(settings: Bulletin) -> bool:
    """Whether anything in an issue may be drawn; a column of a table may be."""
    return any(each.block in ("figure", "table") for each in settings.sections)


class Drawings:
    """Draws what was not drawn before; a `publisher.render.drawing.Drawing`.

    Nothing is opened before it is needed.  A fork of its process may use it on; what is not drawn
    there is told here.
    """

    def __init__(
        self,
        folder: Path,
        painter: Painter | None = None,
        is_there: Callable[[], bool] = is_installed,
    ) -> None:
        self._folder = folder
        self._painter = painter or Painter()
        self._is_there = is_there
        self._owner = os.getpid()
        self._was_asked = False
        self._failed: set[str] = set()
        self._faults: dict[Fault, None] = {}

    @property
    def can_draw(self) -> bool:
        """Whether something is installed that draws."""
        return self._is_there()

    def svg(self, spec: str) -> str | None:
        """A specification as SVG: as it was drawn once, or drawn now; None where it cannot be."""
        drawn = self._drawn("svg", spec)
        return None if drawn is None else drawn.decode()

    def png(self, svg: str) -> bytes | None:
        """An SVG as a PNG: as it was drawn once, or drawn now; None where it cannot be."""
        return self._drawn("png", svg)

    def fault(self, spec: str) -> Fault | None:
        """Why a specification is not drawn now, whatever was drawn before; nothing is kept."""
        if not self.can_draw:
            return LACKING
        try:
            svg = self._painter.draw("svg", spec)
            self._painter.draw("png", svg.decode())
        except Refused as error:
            return _fault("svg", spec, error)
        return None

    @property
    def was_asked(self) -> bool:
        """Whether this process has asked for a drawing."""
        return self._was_asked

    def faults(self) -> tuple[Fault, ...]:
        """Why some things were not drawn since, each reason once."""
        notes = self._notes
        if self._owner == os.getpid() and notes.exists():
            with suppress(OSError, ValueError):
                for line in notes.read_text(encoding="utf-8").splitlines():
                    self._faults[Fault(*json.loads(line))] = None
                notes.unlink()
        return tuple(self._faults)

    def close(self) -> None:
        """End the process that draws, if there is one."""
        self._painter.close()

    # Drawing -------------------------------------------------------------------------------------

    def _drawn(self, form: Form, request: str) -> bytes | None:
        self._was_asked = True
        key = _key(form, request)
        path = self._folder / key[:2] / f"{key}.{form}"
        if (kept := _kept(path, form)) is not None:
            return kept
        if not self.can_draw:
            self._note(LACKING)
            return None
        if key in self._failed:
            return None
        try:
            made = self._painter.draw(form, request)
        except Refused as error:
            self._note(_fault(form, request, error))
            if len(self._failed) < _MOST:
                self._failed.add(key)
            return None
        self._keep(path, made)
        return made

    def _keep(self, path: Path, made: bytes) -> None:
        # By a name of our own: others may be drawing the same.
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.unlink(missing_ok=True)
            durable.create(draft, made)
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            what = f"what was drawn cannot be kept in {self._folder}: {error.strerror or error}"
            self._note(Fault(what, "see to the disk and the permissions"))

    # What is told --------------------------------------------------------------------------------

    @property
    def _notes(self) -> Path:
        """Where forks write what they did not draw: they share no memory with us."""
        return self._folder / f"faults-{self._owner}"

    def _note(self, fault: Fault) -> None:
        if fault in self._faults or len(self._faults) >= _MOST:
            return
        self._faults[fault] = None
        if self._owner == os.getpid():
            return
        line = json.dumps([fault.what, fault.remedy]) + "\n"
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._notes.open("a", encoding="utf-8") as file:
                file.write(line)


def _key(form: Form, request: str) -> str:
    asked = json.dumps([_STYLE, form, request])
    return hashlib.blake2b(asked.encode(), digest_size=16).hexdigest()


def _kept(path: Path, form: Form) -> bytes | None:
    """What was drawn before; None where nothing was, or it is broken."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    begins, ends = _ENDS[form]
    return data if data.startswith(begins) and data.endswith(ends) else None


def _fault(form: Form, request: str, error: Refused) -> Fault:
    return Fault(f"{_name(form, request)} is not drawn: {error}", error.remedy)


def _name(form: Form, request: str) -> str:
    """What is drawn, as its editor knows it: by its title."""
    if form == "png":
        return "the picture of a figure for mail"
    with suppress(ValueError, RecursionError):
        spec = json.loads(request)
        title = spec.get("title") if isinstance(spec, dict) else None
        title = title.get("text") if isinstance(title, dict) else title
        if isinstance(title, str) and title:
            return f"figure “{title[:60]}”"
    return "a figure"
