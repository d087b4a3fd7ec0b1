"""What a template may use of a chart, which is drawn when the template asks.

A part of the contract with theme authors (see ``context``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from markupsafe import Markup


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

    def paper(self) -> Markup:
        """For paper."""
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


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart, or the sparkline of a cell.  All are empty where it could not be drawn here."""

    kind: str  # bar, grouped-bar, line, area or sparkline
    alt: str  # what it shows, in words
    # Underscored, so that the sandbox keeps templates from it.
    _drawn: Drawn = field(repr=False, compare=False)
    text: str = ""  # of a sparkline: its first and its last number

    @property
    def wide(self) -> Markup:
        """An SVG in the colours of the page, by classes: ``f-accent``, ``s-series-2``."""
        return self._drawn.page(narrow=False)

    @property
    def narrow(self) -> Markup:
        """The same for a phone."""
        return self._drawn.page(narrow=True)

    @property
    def paper(self) -> Markup:
        """The same for paper, in the theme's light colours."""
        return self._drawn.paper()

    @property
    def image_url(self) -> str:
        """A picture for mail, of twice as many px as `width` and `height` say."""
        return self._drawn.url() if self._drawn.picture() else ""

    @property
    def width(self) -> int:
        """Px of the picture as it is shown."""
        return self._drawn.size()[0]

    @property
    def height(self) -> int:
        """Px of the picture as it is shown."""
        return self._drawn.size()[1]


def picture_of(chart: ChartView) -> Picture | None:
    """The picture that `image_url` names."""
    return chart._drawn.picture()
