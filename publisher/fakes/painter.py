"""What draws pictures, for tests: no process, no fonts, and it fails when it is told to."""

from __future__ import annotations

from publisher.fakes.drawing import white_png


class FakePainter:
    """Draws white pictures that hold their SVG after the end of the PNG.

    `drawn` are the SVGs; `errors` are raised where their text is part of one.  `release` is what
    is installed; "" where nothing is.
    """

    def __init__(self) -> None:
        self.drawn: list[str] = []
        self.errors: dict[str, Exception] = {}
        self.release = "1"

    def draw(self, form: str, request: str) -> bytes:
        """An SVG as a PNG."""
        for part, error in self.errors.items():
            if part in request:
                raise error
        self.drawn.append(request)
        return white_png(1200, 630) + f"{form} by {self.release}\n{request}".encode()

    def close(self) -> None:
        """Nothing was opened."""
