"""QR codes: drawn for pages, as a picture for mail, or an image that was given."""

from __future__ import annotations

import io
import re

import builders
import pytest
import segno
from builders import both, bulletin, section
from lxml import etree
from PIL import Image as Picture

from publisher.config.section import Code
from publisher.issue.issue import Image
from publisher.render.codes import code_views, pictures
from publisher.render.context_issue import CodeView

URL = "https://news.example.com/subscribe?from=qr&lang=zh"
QUIET = 4
BLOB = "0123456789abcdef0123456789abcdef.png"


def view(edition: str = "en", **code: object) -> CodeView:
    found = Code.model_validate(code, context=builders.LANGUAGES)
    images = {"account.png": Image(blob=BLOB, width=200, height=180)}
    (made,) = code_views(builders.views(edition), [found], images)
    return made


def modules(url: str) -> set[tuple[int, int]]:
    """The dark modules of the code that an address has, at error level M."""
    rows = enumerate(segno.make_qr(url, error="m").matrix, QUIET)
    return {(x, y) for y, row in rows for x, is_dark in enumerate(row, QUIET) if is_dark}


def drawn(svg: str) -> set[tuple[int, int]]:
    """The dark modules of a drawing."""
    *_, dark = etree.fromstring(svg).iterfind("{*}path")
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", dark.get("d"))
    return {(int(x) + n, int(y)) for x, y, length in runs for n in range(int(length))}


def test_drawing_shows_the_address() -> None:
    """Module by module what the encoder says, in a quiet zone."""
    assert drawn(view(url=URL).svg) == modules(URL)


def test_drawing_is_dark_on_light_and_has_a_quiet_zone() -> None:
    """Whatever the theme: many cameras fail on inverted codes."""
    root = etree.fromstring(view(url=URL).svg)
    light, dark = root.iterfind("{*}path")
    size = len(segno.make_qr(URL, error="m").matrix) + 2 * QUIET

    assert (light.get("fill"), dark.get("fill")) == ("#ffffff", "#000000")
    assert light.get("d") == f"M0 0h{size}v{size}H0z"
    assert root.get("viewBox") == f"0 0 {size} {size}"


@pytest.mark.parametrize(
    ("edition", "label", "said"),
    [
        ("en", {"label": both("Site")}, "QR code: Site (en)"),
        ("zh", {"label": both("Site")}, "二维码：Site（中）"),
        ("en", {}, f"QR code: {URL}"),
        ("en", {"alt": both("A <b>")}, "A <b> (en)"),
    ],
)
def test_drawing_has_words_for_those_who_do_not_see_it(
    edition: str, label: dict[str, object], said: str
) -> None:
    """It is an image with a title."""
    found = view(edition, url=URL, **label)
    root = etree.fromstring(found.svg)

    assert root.get("role") == "img"
    assert root.findtext("{*}title") == said == found.alt


def test_picture_shows_the_same_modules() -> None:
    """At twice the size it is shown in, for fine screens; in black and white."""
    issue = builders.issue((), bulletin(section("codes", "qr-codes", codes=[{"url": URL}]))).issue
    found = view(url=URL)

    ((path, data),) = pictures(issue).items()
    picture = Picture.open(io.BytesIO(data)).convert("L")

    assert found.image_url == f"https://news.example.com/{path}"
    assert picture.size == (2 * found.width, 2 * found.height)
    scale = picture.width // (max(x for x, _ in modules(URL)) + 1 + QUIET)
    places = range(picture.width // scale)
    dark = {(x, y) for x in places for y in places
            if picture.getpixel((x * scale + 1, y * scale + 1)) == 0}  # fmt: skip
    assert dark == modules(URL)


def test_picture_is_the_same_each_time() -> None:
    """Or every build would write it again."""
    issue = builders.issue((), bulletin(section("codes", "qr-codes", codes=[{"url": URL}]))).issue

    assert pictures(issue) == pictures(issue)
    assert list(pictures(issue)) != list(
        pictures(
            builders.issue((), bulletin(section("c", "qr-codes", codes=[{"url": URL + "x"}]))).issue
        )
    )


def test_given_image_is_shown_as_it_is() -> None:
    """With its size and its words; there is nothing to draw."""
    found = view(image="account.png", alt=both("Account"), note=both("Scan me"))

    assert found.image_url == f"https://news.example.com/assets/images/{BLOB}"
    assert (found.width, found.height, found.alt) == (200, 180, "Account (en)")
    assert (found.svg, found.url, found.note.text) == ("", "", "Scan me (en)")


def test_image_that_is_not_there_is_left_out() -> None:
    """An issue that was frozen without it still has a page."""
    code = Code.model_validate(
        {"image": "lost.png", "alt": both("Lost")}, context=builders.LANGUAGES
    )

    assert code_views(builders.views(), [code], {}) == ()


def test_a_large_image_comes_in_several_sizes() -> None:
    """A page offers WebP and sharper ones; mail gets one that every program shows."""
    images = {"account.png": Image(blob=BLOB, width=1000, height=500)}
    code = Code.model_validate(
        {"image": "account.png", "alt": both("QR")}, context=builders.LANGUAGES
    )
    (made,) = code_views(builders.views("en"), [code], images)
    stem = f"https://news.example.com/assets/images/{BLOB.removesuffix('.png')}"
    assert (made.image_url, made.width, made.height) == (f"{stem}-264.png", 132, 66)
    assert made.srcset == f"{stem}-264.png 2x, {stem}-396.png 3x"
    assert made.webp == f"{stem}-264.webp 2x, {stem}-396.webp 3x"
