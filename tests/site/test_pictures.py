"""Images in the sizes and forms in which the site serves them."""

from __future__ import annotations

import io

import pytest
from PIL import Image as Pillow

from publisher.archive.index import Index
from publisher.archive.library import Library
from publisher.archive.records import blob_file
from publisher.archive.store import MemoryStore
from publisher.content.images import _look
from publisher.issue.issue import Image
from publisher.issue.supplies import image_of
from publisher.site.pictures import images


def encoded(mode: str, size: tuple[int, int], form: str, **settings: object) -> bytes:
    file = io.BytesIO()
    picture = Pillow.new(mode, size)
    # Not of one colour: the left half is light.
    light = {"1": 1, "L": 255, "P": 1, "RGB": (250, 200, 20), "RGBA": (250, 200, 20, 90)}[mode]
    picture.paste(light, (0, 0, size[0] // 2, size[1]))
    picture.save(file, form, **settings)
    return file.getvalue()


def served(data: bytes) -> tuple[Image, dict[str, bytes]]:
    extension, width, height = _look(data)
    image = image_of(data, extension, width, height)
    store = MemoryStore()
    store.put_new(blob_file(image.blob), data)
    return image, dict(images(Library(store, Index(None, store)), image))


@pytest.mark.parametrize(
    ("mode", "form"),
    [("1", "PNG"), ("L", "PNG"), ("P", "PNG"), ("RGB", "PNG"), ("RGBA", "PNG"), ("RGB", "JPEG"),
     ("L", "JPEG"), ("RGBA", "WEBP")],
)  # fmt: skip
def test_every_variant_is_what_its_name_says(mode: str, form: str) -> None:
    """In form and size, whatever colours the image has; the image itself is there as well."""
    image, files = served(encoded(mode, (800, 400), form))
    assert files.pop(f"assets/images/{image.blob}")
    assert len(files) == 4
    for path, data in files.items():
        with Pillow.open(io.BytesIO(data)) as made:
            width, _, ending = path.rpartition("-")[2].partition(".")
            assert made.size == (int(width), int(width) // 2)
            assert (made.format or "").lower().replace("jpeg", "jpg") == ending


def test_a_variant_is_smaller_than_a_photograph() -> None:
    """Which is what it is for."""
    noise = Pillow.effect_noise((1600, 900), 80).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "JPEG", quality=90)
    image, files = served(file.getvalue())
    whole = files.pop(f"assets/images/{image.blob}")
    assert all(len(data) * 4 < len(whole) for data in files.values())


def test_transparency_is_kept() -> None:
    """A drawing stands on the ground of the page."""
    _, files = served(encoded("RGBA", (800, 400), "PNG"))
    for path, data in files.items():
        with Pillow.open(io.BytesIO(data)) as made:
            assert made.convert("RGBA").getpixel((5, 5))[3] == 90, path


def test_a_picture_taken_on_its_side_stands_upright() -> None:
    """The note of the camera is in no variant, and they have the size that is told."""
    turned = Pillow.Exif()
    turned[0x0112] = 6
    image, files = served(encoded("RGB", (800, 400), "JPEG", exif=turned))
    assert (image.width, image.height) == (400, 800)
    del files[f"assets/images/{image.blob}"]
    for data in files.values():
        with Pillow.open(io.BytesIO(data)) as made:
            assert made.height == 2 * made.width
            assert not made.getexif()


def test_the_same_image_gives_the_same_bytes() -> None:
    """Twice, and in another process' order: a file of the site never changes by itself."""
    data = encoded("RGB", (800, 400), "JPEG")
    assert served(data) == served(data)
