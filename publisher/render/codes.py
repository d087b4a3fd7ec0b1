"""QR codes: drawn for pages, as a picture for mail; or an image that the bulletin gives.

Dark on light with a quiet zone of four modules (ISO/IEC 18004, 9.1), whatever the theme: many
readers fail on inverted codes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from publisher.config.section import Code
from publisher.issue.issue import Image, Issue
from publisher.render import paths
from publisher.render.context_issue import CodeView
from publisher.render.images import SHOWN, Variant, variants
from publisher.render.words import Words

if TYPE_CHECKING:
    from segno import QRCode

_QUIET = 4
_DARK, _LIGHT = "#000000", "#ffffff"
_SCALE = 4
"""px of a module on a page; a picture has twice as many, for fine screens."""


def code_views(
    words: Words, codes: Iterable[Code], images: Mapping[str, Image]
) -> tuple[CodeView, ...]:
    """The codes of a section; one whose image is not there is left out."""
    return tuple(_views(words, codes, images))


def _views(words: Words, codes: Iterable[Code], images: Mapping[str, Image]) -> Iterator[CodeView]:
    for each in codes:
        if each.url:
            yield _drawn(words, each, each.url)
        elif each.image and each.image in images:
            yield _given(words, each, images[each.image])


def _drawn(words: Words, code: Code, url: str) -> CodeView:
    label = words.texts(code.label)
    alt = words.line(code.alt) or words.t("code_alt", target=label.line or url)
    size = _size(_made(url)) * _SCALE
    return CodeView(
        svg=_svg(url, alt),
        image_url=words.links.to(paths.code(_name(url))),
        width=size,
        height=size,
        alt=alt,
        label=label,
        note=words.texts(code.note),
        url=url,
    )


def _given(words: Words, code: Code, image: Image) -> CodeView:
    made = variants(image)
    # The first that mail programs and old browsers can show.
    plain = next((each for each in made if each.form != "webp"), None)
    return CodeView(
        svg=Markup(""),
        image_url=words.links.to(paths.image(plain.name if plain else image.blob)),
        width=SHOWN if plain else image.width,
        height=max(1, round(image.height * SHOWN / image.width)) if plain else image.height,
        alt=words.line(code.alt),
        label=words.texts(code.label),
        note=words.texts(code.note),
        url="",
        srcset=_srcset(words, [each for each in made if each.form != "webp"]),
        webp=_srcset(words, [each for each in made if each.form == "webp"]),
    )


def _srcset(words: Words, made: list[Variant]) -> str:
    """Images for screens of several densities (HTML, 4.8.2); nothing where there is one alone."""
    sources = (f"{words.links.to(paths.image(each.name))} {each.density}x" for each in made)
    return ", ".join(sources)


def _svg(url: str, alt: str) -> Markup:
    """The code as one path on a light ground, with words for those who do not see it."""
    code = _made(url)
    size = _size(code)
    pixels = size * _SCALE
    path = "".join(_runs(code))
    return Markup(  # noqa: S704  of numbers, and of words that are escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{pixels}" height="{pixels}" '
        f'viewBox="0 0 {size} {size}" shape-rendering="crispEdges"><title>{escape(alt)}</title>'
        f'<path fill="{_LIGHT}" d="M0 0h{size}v{size}H0z"/><path fill="{_DARK}" d="{path}"/></svg>'
    )


def _size(code: QRCode) -> int:
    """Modules from edge to edge, quiet zone included."""
    return len(code.matrix) + 2 * _QUIET


def _runs(code: QRCode) -> Iterator[str]:
    """The dark modules of each row, those beside each other as one rectangle."""
    for y, row in enumerate(code.matrix, _QUIET):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                yield f"M{x + _QUIET} {y}h{length}v1h-{length}z"
            x += length or 1


def pictures(issue: Issue) -> dict[str, bytes]:
    """The pictures of the codes that an issue draws, by file."""
    urls = {code.url for each in issue.sections for code in each.settings.codes if code.url}
    return {paths.file_of(paths.code(_name(url))): _png(url) for url in sorted(urls)}


@lru_cache(maxsize=64)
def _png(url: str) -> bytes:
    file = io.BytesIO()
    _made(url).save(file, kind="png", scale=2 * _SCALE, border=_QUIET, dark=_DARK, light=_LIGHT)
    return file.getvalue()


@lru_cache(maxsize=64)
def _made(url: str) -> QRCode:
    # Imported here: few bulletins have codes.
    import segno

    return segno.make_qr(url, error="m")


def _name(url: str) -> str:
    return blake2b(url.encode(), digest_size=16).hexdigest()
