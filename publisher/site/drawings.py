"""What was drawn, and what draws the rest: the extra ``charts``.

A drawing is kept below the state folder by what was asked for, and never drawn again: whatever is
installed later, readers see what they saw.  A folder that is lost costs time, and may change bytes.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from publisher import durable
from publisher.site.drawing_talk import PROGRAM, SECONDS, Ended, Talk, TooLong

_STYLE = 1
"""Raised where everything is to be drawn anew."""
_ENDS = {"svg": (b"<svg", b"</svg>"), "png": (b"\x89PNG\r\n", b"IEND\xaeB`\x82")}
_MOST = 200
"""Faults, and requests that failed, which are remembered; a publication has a few."""

INSTALL = "install it with `pip install 'publisher[charts]'`"

Form = Literal["svg", "png"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something cannot be drawn here, and what helps."""

    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.what}; {self.remedy}" if self.remedy else self.what


LACKING = Fault("charts cannot be drawn here: vl-convert is not installed", INSTALL)


def is_installed() -> bool:
    """Whether the extra is there; it is not loaded for that."""
    return importlib.util.find_spec("vl_convert") is not None


class Drawings:
    """Draws where nothing was kept; `publisher.render.drawing.Drawing` says what is asked of it.

    Nothing is opened before it is needed.  It may be used on in a fork of its process, which then
    draws by a process of its own; what cannot be drawn there is told here, too.
    """

    def __init__(
        self,
        folder: Path,
        *,
        is_there: Callable[[], bool] = is_installed,
        program: Sequence[str] = PROGRAM,
        seconds: float = SECONDS,
    ) -> None:
        self._folder = folder
        self._is_there = is_there
        self._start = partial(Talk, program, seconds)
        self._seconds = seconds
        self._talk: Talk | None = None
        self._failed: set[str] = set()
        self._faults: dict[Fault, None] = {}
        self._owner = os.getpid()
        self._asked = 0

    # What is asked -------------------------------------------------------------------------------

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
        """Why a specification cannot be drawn now; nothing is kept, and nothing kept is used."""
        if not self.can_draw:
            return LACKING
        try:
            svg = self._ask("svg", spec)
            self._ask("png", svg.decode())
        except _Faulty as error:
            return error.fault
        return None

    # What became of it ---------------------------------------------------------------------------

    @property
    def was_asked(self) -> bool:
        """Whether anything was to be drawn since, in this process or one forked from it."""
        return bool(self._asked) or bool(self.faults())

    def faults(self) -> tuple[Fault, ...]:
        """Why some things were not drawn, each reason once."""
        notes = self._notes
        if self._owner == os.getpid() and notes.exists():
            with suppress(OSError, ValueError):
                for line in notes.read_text(encoding="utf-8").splitlines():
                    self._faults[Fault(*json.loads(line))] = None
                notes.unlink()
        return tuple(self._faults)

    def close(self) -> None:
        """End the process that draws, if there is one."""
        if self._talk is not None:
            self._talk.end()
            self._talk = None

    @property
    def _notes(self) -> Path:
        """Where forks write what they cannot draw: they share no memory with us."""
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

    # Drawing -------------------------------------------------------------------------------------

    def _drawn(self, form: Form, request: str) -> bytes | None:
        self._asked += 1
        key = _key(form, request)
        path = self._folder / key[:2] / f"{key}.{form}"
        kept = _kept(path, form)
        if kept is not None:
            return kept
        if not self.can_draw:
            self._note(LACKING)
            return None
        if key in self._failed:
            return None
        try:
            made = self._ask(form, request)
        except _Faulty as error:
            self._note(error.fault)
            if len(self._failed) < _MOST:
                self._failed.add(key)
            return None
        self._keep(path, made)
        return made

    def _keep(self, path: Path, made: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Of its own name: others may be drawing the same.
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            draft.unlink(missing_ok=True)
            durable.create(draft, made)
            draft.replace(path)
        except OSError as error:
            what = f"{path.parent}: what was drawn cannot be kept: {error.strerror or error}"
            self._note(Fault(what, "see to the disk and the permissions"))

    def _ask(self, form: Form, request: str) -> bytes:
        """What is drawn now; raises _Faulty."""
        told = self._told(form, request)
        if form in told:
            return told[form].encode() if form == "svg" else base64.b64decode(told[form])
        what = f"{_name(form, request)} cannot be drawn: {told.get('fault', 'nobody knows why')}"
        raise _Faulty(Fault(what, told.get("remedy", "")))

    def _told(self, form: Form, request: str) -> dict[str, str]:
        try:
            try:
                return self._process().ask(form, request)
            except Ended:
                # It may have been ended for want of memory while it had nothing to do.
                return self._process().ask(form, request)
        except Ended:
            why = "the process that draws has ended"
            return {"fault": why, "remedy": "see to the memory of the machine; it takes 150 MB"}
        except TooLong:
            return {"fault": f"it takes longer than {self._seconds:g} s"}
        except OSError as error:
            return {"fault": f"no process can be started: {error.strerror or error}"}

    def _process(self) -> Talk:
        if self._talk is not None and not self._talk.is_ours:
            self.close()  # only our ends of its pipes: it draws for the process that we come from
        if self._talk is None or not self._talk.is_alive:
            self._talk = self._start()
        return self._talk


class _Faulty(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


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


def _name(form: Form, request: str) -> str:
    """How a drawing is called where its editor looks for it: by its title."""
    if form == "png":
        return "the picture of a figure"
    with suppress(ValueError, RecursionError):
        spec = json.loads(request)
        title = spec.get("title", "") if isinstance(spec, dict) else ""
        if isinstance(title, dict):
            title = title.get("text", "")
        if isinstance(title, str) and title:
            return f"figure “{title[:60]}”"
    return "a figure"
