"""What draws: from a Vega-Lite specification to SVG, and from SVG to a picture for mail.

The seam between views, which say what is to be drawn, and the program that draws.
"""

from __future__ import annotations

from typing import Protocol


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
