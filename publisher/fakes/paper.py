"""What makes PDFs, for tests: no libraries, no time, and it fails when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol


class Page(Protocol):
    """What is needed of `publisher.render.pdf.Printable`."""

    @property
    def html(self) -> str:
        """The issue for paper."""

    @property
    def url(self) -> str:
        """Of the issue's page."""


class FakePrinter:
    """Makes “PDFs” that hold the words of an issue as they are.

    `made` are the pages' addresses; `errors` are raised where their text is part of an address.
    `release` is what is installed; "" where nothing is.
    """

    def __init__(self) -> None:
        self.made: list[str] = []
        self.errors: dict[str, Exception] = {}
        self.release = "1"
        self.unknown = ""

    def __call__(
        self, found: Page, files: Mapping[str, bytes], told: Callable[[str], None]
    ) -> bytes:
        """The PDF of an issue."""
        for part, error in self.errors.items():
            if part in found.url:
                raise error
        self.made.append(found.url)
        told(self.unknown)
        return f"%PDF-1.7 by {self.release}\n{found.html}".encode()
