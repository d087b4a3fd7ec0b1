"""Draws, now: what may be drawn, by a process that is started for the first of it."""

from __future__ import annotations

import base64
import threading
from collections.abc import Sequence
from functools import partial
from typing import Literal

from publisher.site.drawable import (
    Hindered,
    Refused,
    by_script,
    examine_spec,
    examine_svg,
    lacks_font,
)
from publisher.site.drawing_talk import PROGRAM, SECONDS, Ended, Talk, TooLong

Form = Literal["svg", "png"]

_ENDED = "see to memory (it takes 160 MB); under systemd, set MemoryDenyWriteExecute=false"


class Painter:
    """Draws until it is closed; in a fork of its process, by a process of the fork's own."""

    def __init__(self, program: Sequence[str] = PROGRAM, seconds: float = SECONDS) -> None:
        self._start = partial(Talk, program, seconds)
        self._seconds = seconds
        self._talk: Talk | None = None
        self._is_written: dict[str, bool] = {}
        # One at a time: a preview has threads, and an answer says nothing of its question.
        self._lock = threading.Lock()

    def draw(self, form: Form, request: str) -> bytes:
        """A specification as SVG, or an SVG as PNG; raises Refused."""
        with self._lock:
            return self._draw(form, request)

    def _draw(self, form: Form, request: str) -> bytes:
        if form == "svg":
            examine_spec(request)
            made = self._ask("svg", request)
            self._refuse_boxes(examine_svg(made))
            return made.encode()
        self._refuse_boxes(examine_svg(request))
        return base64.b64decode(self._ask("png", request))

    def close(self) -> None:
        """End the process, if there is one."""
        if self._talk is not None:
            self._talk.end()
            self._talk = None

    def _refuse_boxes(self, text: str) -> None:
        """Refuse a text in a script that no font here has; a script is looked at once."""
        for script, letters in by_script(text).items():
            if script not in self._is_written:
                # Fonts lack rare letters, too: one of a few is enough.
                self._is_written[script] = len(self._ask("lacks", letters)) < len(letters)
            if not self._is_written[script]:
                raise lacks_font(script)

    def _ask(self, what: str, given: str) -> str:
        try:
            told = self._told(what, given)
        except Ended as error:
            raise Hindered(f"the process that draws has ended ({error})", _ENDED) from None
        except TooLong:
            raise Refused(f"it takes longer than {self._seconds:g} s") from None
        except OSError as error:
            why = f"no process can be started that draws: {error.strerror or error}"
            raise Hindered(why, "see to memory and the limits of processes") from None
        if what not in told:
            raise Refused(f"vl-convert says: {told.get('fault', 'nothing')}")
        return told[what]

    def _told(self, what: str, given: str) -> dict[str, str]:
        try:
            return self._process().ask(what, given)
        except Ended:
            # It may have been ended for want of memory while it had nothing to do.
            return self._process().ask(what, given)

    def _process(self) -> Talk:
        if self._talk is not None and not self._talk.is_ours:
            self.close()  # our ends of its pipes: it draws for the process that we come from
        if self._talk is None or not self._talk.is_alive:
            self._talk = self._start()
        return self._talk
