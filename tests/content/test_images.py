"""Images: what is taken, and what is not."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from publisher.content.images import MAX_BYTES, load_image


def picture(form: str = "PNG", size: tuple[int, int] = (4, 3)) -> bytes:
    """The bytes of a small grey image."""
    file = io.BytesIO()
    Image.new("L", size, 128).save(file, form)
    return file.getvalue()


def put(root: Path, name: str, data: bytes) -> None:
    """Write an image of the publication."""
    path = root / "content/images" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def told(root: Path, name: str) -> str:
    """Why an image cannot be used."""
    image, (problem,) = load_image(root, name)
    assert image is None
    return str(problem)


@pytest.mark.parametrize(
    ("form", "name"), [("PNG", "a.png"), ("JPEG", "a.jpeg"), ("GIF", "x/a.gif"), ("WEBP", "a.WEBP")]
)
def test_an_image_is_what_its_bytes_say(tmp_path: Path, form: str, name: str):
    """With its size, and the ending that belongs to it."""
    put(tmp_path, name, picture(form))
    image, problems = load_image(tmp_path, name)
    assert problems == ()
    assert image is not None
    assert (image.extension, image.width, image.height) == (
        {"JPEG": "jpg"}.get(form, form.lower()), 4, 3,
    )  # fmt: skip
    assert image.data == picture(form)


def test_a_name_that_says_something_else_is_told(tmp_path: Path):
    """The image is used all the same."""
    put(tmp_path, "a.png", picture("JPEG"))
    image, (problem,) = load_image(tmp_path, "a.png")
    assert image is not None
    assert problem.severity == "warning"
    assert problem.remedy == "rename it to a.jpg"


REFUSED = {
    "a drawing": (b'<?xml version="1.0"?><svg/>', "SVG images are not taken"),
    "no image": (b"hello", "this is no PNG, JPEG, GIF or WebP image"),
    "another image": (picture("BMP"), "this is no PNG, JPEG, GIF or WebP image"),
    "nothing": (b"", "this is no PNG, JPEG, GIF or WebP image"),
    "half an image": (picture(size=(90, 90))[:-30], "this image is damaged"),
    "a wide image": (picture(size=(4001, 1)), "the image is 4001 × 1 pixels"),
    "a large file": (picture() + bytes(MAX_BYTES), "the image is larger than 2 MB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_mail_programs_cannot_show_is_refused(tmp_path: Path, name: str):
    """With the reason, and what to do."""
    data, reason = REFUSED[name]
    put(tmp_path, "a.png", data)
    assert told(tmp_path, "a.png").startswith(f"content/images/a.png:1:1: {reason}")


def test_the_nearest_image_is_offered(tmp_path: Path):
    """Most slips are in the name."""
    put(tmp_path, "account.png", picture())
    assert told(tmp_path, "acount.png").endswith(
        'there is no such image; did you mean "account.png"? (images: account.png)'
    )


def test_no_link_is_followed(tmp_path: Path):
    """Neither of the file nor of a folder: it could lead anywhere."""
    put(tmp_path, "real/a.png", picture())
    folder = tmp_path / "content/images"
    (folder / "a.png").symlink_to(folder / "real/a.png")
    (folder / "other").symlink_to(folder / "real")
    assert '"a.png" is a symbolic link' in told(tmp_path, "a.png")
    assert '"other" is a symbolic link' in told(tmp_path, "other/a.png")


def test_nothing_but_a_file_is_opened(tmp_path: Path):
    """A pipe would wait for ever; a folder has no bytes."""
    put(tmp_path, "a.png/b.png", picture())
    os.mkfifo(tmp_path / "content/images/pipe.png")
    assert "this is no regular file" in told(tmp_path, "a.png")
    assert "this is no regular file" in told(tmp_path, "pipe.png")


@pytest.mark.parametrize("name", ["../a.png", "x/../../a.png", "/etc/passwd", "a.png\0b"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str):
    """Whoever asks for it."""
    assert "the path leads out of its folder" in told(tmp_path, name)
