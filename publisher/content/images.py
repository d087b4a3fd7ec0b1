"""Images of content: files in `content/images/`, as they are put into issues."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from publisher.config.refusal import nearest
from publisher.content.files import IMAGE_ENDINGS, IMAGES
from publisher.document import Missing, Problem, Unreadable, read_bytes

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 4000  # in either direction

Extension = Literal["png", "jpg", "gif", "webp"]
# By the names that Pillow has for them.
_EXTENSIONS: dict[str, Extension] = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
_SPELLINGS = {"jpeg": "jpg"}
# How a camera was held (Exif 2.3, 4.6.4): whoever shows the picture turns it.
_ORIENTATION, _ON_ITS_SIDE = 0x0112, (5, 6, 7, 8)


@dataclass(frozen=True, slots=True)
class ImageFile:
    """An image that was read: its bytes, what they are (not what its name says), and its size."""

    name: str
    data: bytes
    extension: Extension
    width: int  # px
    height: int


def load_image(root: Path, name: str) -> tuple[ImageFile | None, tuple[Problem, ...]]:
    """Read ``content/images/<name>``: a regular file reached through no link, no SVG, not too big.

    None where it cannot be used, with the reason at the first line of the image itself.
    """
    path = f"{IMAGES}/{name}"
    try:
        data = _read(root, path)
        image = ImageFile(name, data, *_look(data))
    except Unreadable as error:
        return None, (Problem(path, 1, 1, error.what, error.remedy, code="file"),)
    except OSError as error:
        what = f"the image cannot be read: {error.strerror or error}"
        return None, (Problem(path, 1, 1, what, "see to its permissions", code="file"),)
    return image, tuple(_misnamed(path, image))


def _misnamed(path: str, image: ImageFile) -> list[Problem]:
    stem, _, ending = path.rpartition(".")
    ending = ending.lower()
    if _SPELLINGS.get(ending, ending) == image.extension:
        return []
    what = f"the name of this image does not say what it is: {image.extension.upper()}"
    remedy = f"rename it to {Path(stem or path).name}.{image.extension}"
    return [Problem(path, 1, 1, what, remedy, "warning", "file")]


def _read(root: Path, path: str) -> bytes:
    try:
        data = read_bytes(root, path, MAX_BYTES + 1)
    except (Missing, NotADirectoryError):
        remedy = nearest(path.removeprefix(f"{IMAGES}/"), _names(root), "images")
        raise Unreadable("there is no such image", remedy) from None
    if len(data) > MAX_BYTES:
        what = f"the image is larger than {MAX_BYTES // 1024 // 1024} MB"
        raise Unreadable(what, "save it smaller: it is mailed to every reader")
    return data


def _names(root: Path) -> list[str]:
    folder = root / IMAGES
    files = (each for each in folder.rglob("*") if each.is_file() and not each.is_symlink())
    names = (each.relative_to(folder).as_posix() for each in files)
    return sorted(each for each in names if each.lower().endswith(IMAGE_ENDINGS))


def _look(data: bytes) -> tuple[Extension, int, int]:
    """What an image is and its size, from its bytes; it is decoded, to see that it is whole."""
    # Late: importing Pillow takes as long as starting Python does.
    from PIL import Image, UnidentifiedImageError

    if data.lstrip()[:256].lower().startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        what = "SVG images are not taken: mail programs do not show them"
        raise Unreadable(what, "save it as PNG")
    # What Pillow's decoders raise for damaged data.
    damaged = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError,
               ArithmeticError, struct.error, zlib.error, Image.DecompressionBombError)  # fmt: skip
    try:
        with warnings.catch_warnings():
            # Of images that would take much memory, which the limit below refuses.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=list(_EXTENSIONS)) as image:
                (width, height), kind = image.size, _EXTENSIONS[image.format or ""]
                _refuse_size(width, height)
                image.load()
                if image.getexif().get(_ORIENTATION, 1) in _ON_ITS_SIDE:
                    width, height = height, width
    except UnidentifiedImageError:
        what = "this is no PNG, JPEG, GIF or WebP image, or its beginning is damaged"
        raise Unreadable(what, "save it as one of these") from None
    except damaged:
        raise Unreadable("this image is damaged", "export it anew") from None
    return kind, width, height


def _refuse_size(width: int, height: int) -> None:
    if max(width, height) > MAX_PIXELS:
        what = f"the image is {width} × {height} pixels"
        raise Unreadable(what, f"make it smaller: {MAX_PIXELS} at most, in either direction")
