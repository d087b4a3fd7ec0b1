"""Images in the sizes and forms in which the site serves them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from publisher.archive.library import Library
from publisher.issue.issue import Image
from publisher.render import paths
from publisher.render.images import Form, Variant, variants

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_MODES = {"png": ("L", "LA", "RGB", "RGBA"), "jpg": ("L", "RGB"), "webp": ("RGB", "RGBA")}
_SETTINGS: dict[Form, dict[str, Any]] = {
    "png": {"optimize": True},
    "jpg": {"quality": 82, "progressive": True, "optimize": True},
    "webp": {"quality": 80, "method": 6},
}


def images(library: Library, image: Image) -> Mapping[str, bytes]:
    """The files of an image: as it was given, and its variants."""
    files = {image.blob: library.blob(image.blob)}
    files |= _made(image.blob, files[image.blob], variants(image))
    return {paths.file_of(paths.image(name)): data for name, data in files.items()}


# A bulletin shows the same few images in every issue; to make them costs what ten pages do.
@lru_cache(maxsize=16)
def _made(blob: str, data: bytes, wanted: tuple[Variant, ...]) -> Mapping[str, bytes]:
    if not wanted:
        return {}
    # Late: importing Pillow takes as long as starting Python does.
    from PIL import Image as Pillow
    from PIL import ImageOps

    with Pillow.open(io.BytesIO(data)) as opened:
        # Cameras turn a picture by a note in the file, which is not in what is made of it.
        whole = ImageOps.exif_transpose(opened)
        is_drawn = not blob.endswith(".jpg")
        return {each.name: _encoded(whole, each, is_drawn=is_drawn) for each in wanted}


def _encoded(picture: Picture, variant: Variant, *, is_drawn: bool) -> bytes:
    """The same bytes for the same image and version of Pillow; nothing of the file's own notes."""
    from PIL.Image import Resampling

    sized = _converted(picture, variant.form).resize(
        (variant.width, variant.height), Resampling.LANCZOS
    )
    settings = dict(_SETTINGS[variant.form])
    if variant.form == "webp" and is_drawn:
        settings = {"lossless": True, "method": 6}
    file = io.BytesIO()
    sized.save(file, "JPEG" if variant.form == "jpg" else variant.form.upper(), **settings)
    return file.getvalue()


def _converted(picture: Picture, form: Form) -> Picture:
    """In colours that can be resized and that the form knows."""
    if picture.mode in _MODES[form]:
        return picture
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    if form == "jpg":
        return picture.convert("RGB")
    if form == "png" and picture.mode == "1":
        return picture.convert("L")
    return picture.convert("RGBA" if has_alpha else "RGB")
