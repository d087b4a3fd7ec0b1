"""In which sizes and forms an image is served."""

from __future__ import annotations

from publisher.issue.issue import Image
from publisher.render.images import Variant, variants

STEM = "0123456789abcdef0123456789abcdef"


def of(form: str, width: int, height: int) -> list[Variant]:
    return list(variants(Image(blob=f"{STEM}.{form}", width=width, height=height)))


def test_a_large_image_is_served_smaller() -> None:
    """As WebP and as what it was, for screens of two and three pixels a px."""
    assert [(each.name, each.height) for each in of("jpg", 2000, 1000)] == [
        (f"{STEM}-264.webp", 132),
        (f"{STEM}-396.webp", 198),
        (f"{STEM}-264.jpg", 132),
        (f"{STEM}-396.jpg", 198),
    ]


def test_a_small_image_stays_as_it_is() -> None:
    """Up to three times as wide as it is shown."""
    assert of("png", 396, 396) == []


def test_a_moving_image_stays_as_it_is() -> None:
    """A GIF may have more than one picture."""
    assert of("gif", 2000, 2000) == []


def test_what_outlook_cannot_show_has_another_form() -> None:
    """Even of a small WebP there is a PNG; no variant has more pixels than the image."""
    assert [(each.name, each.density) for each in of("webp", 200, 100)] == [
        (f"{STEM}-200.webp", 2),
        (f"{STEM}-200.png", 2),
    ]
