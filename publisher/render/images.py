"""In which sizes and forms an image is served: a matter of its own size and form alone.

What is shown small need not be loaded large.  WebP is a third smaller and every browser of today
shows it; mail programs and old browsers get a PNG or JPEG (Outlook shows no WebP).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from publisher.issue.issue import Image

SHOWN = 132
"""px: so wide an image stands beside the words about it, on pages and in mail."""
_DENSITIES = (2, 3)
"""Pixels of a screen for each px of a page; 1 is no phone's and hardly a computer's any more."""

Form = Literal["png", "jpg", "webp"]


@dataclass(frozen=True, slots=True)
class Variant:
    """An image in another size or form: its file among the images, and its size in pixels."""

    name: str
    form: Form
    density: int
    width: int
    height: int


def variants(image: Image) -> tuple[Variant, ...]:
    """The variants of an image, in the order in which a page names them.

    None of one that is hardly larger than it is shown, unless mail programs cannot show it, and
    none of a GIF, which may move.
    """
    stem, form = _parts(image)
    fallback: Form = "jpg" if form == "jpg" else "png"
    if form == "gif" or (image.width <= SHOWN * max(_DENSITIES) and form != "webp"):
        return ()
    forms: tuple[Form, ...] = ("webp", fallback)
    return tuple(each for one in forms for each in _of(image, stem, one))


def _parts(image: Image) -> tuple[str, str]:
    path = PurePosixPath(image.blob)
    return path.stem, path.suffix.removeprefix(".")


def _of(image: Image, stem: str, form: Form) -> Iterator[Variant]:
    """One for each density that the image has the pixels for; at least the first."""
    for density in _DENSITIES:
        width = min(SHOWN * density, image.width)
        height = max(1, round(image.height * width / image.width))
        yield Variant(f"{stem}-{width}.{form}", form, density, width, height)
        if width == image.width:
            return
