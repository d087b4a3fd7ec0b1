"""What draws: from a Vega-Lite specification to SVG, and from SVG to a picture for mail.

The seam between views, which say what is to be drawn, and the program that draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from markupsafe import Markup

Tokens = Mapping[str, Any]
"""Colours and faces of a theme."""


class Drawing(Protocol):
    """Draws; the same specification gives the same bytes, for ever where they are kept."""

    @property
    def can_draw(self) -> bool:
        """Whether something draws here; costs nothing to ask."""
        ...

    def svg(self, spec: str) -> str | None:
        """A specification (Vega-Lite 5, as JSON) as SVG; None where nothing can draw it here."""
        ...

    def png(self, svg: str) -> bytes | None:
        """An SVG as a PNG of twice its size in px, palettised; None where nothing can draw it."""
        ...


class NoDrawing:
    """Draws nothing: readers get the numbers alone."""

    can_draw = False

    def svg(self, spec: str) -> str | None:
        """None."""
        return None

    def png(self, svg: str) -> bytes | None:
        """None."""
        return None


NOTHING = NoDrawing()


# What was drawn ----------------------------------------------------------------------------------


class Picture(NamedTuple):
    """A drawing for mail: its path on the site, which stays when it is drawn anew, and its bytes.

    Mails that were sent long ago show it still.
    """

    path: str
    data: bytes


class Drawn(Protocol):
    """What draws a chart for each place where it may stand; nothing where that fails."""

    def page(self, *, narrow: bool) -> Markup:
        """For a page, wide or for a phone."""
        ...

    def picture(self) -> Picture | None:
        """For mail."""
        ...

    def url(self) -> str:
        """Where the picture lies on the site."""
        ...

    def size(self) -> tuple[int, int]:
        """Px of the picture as it is shown: it has twice as many."""
        ...
