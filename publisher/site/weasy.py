"""A PDF by WeasyPrint: the extra ``pdf``.  To import this module is to load its libraries.

The same text, styles, images, fonts and versions give the same bytes.  It reads the fonts of the
machine, and nothing else that it was not given.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from PIL import ImageFile
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from publisher.errors import ThemeError
from publisher.render.pdf import STYLE, Printable

# To import it makes Pillow take half an image for a whole one, wherever this process looks at
# images; those of an issue were found whole before it was frozen.
ImageFile.LOAD_TRUNCATED_IMAGES = False

# It tells of each rule of a style sheet that is for screens only.
for _name in ("weasyprint", "fontTools"):
    logging.getLogger(_name).propagate = False

_KINDS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}

# How its layout fails on HTML and styles that nobody foresaw.
_FAULTS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError,
    RecursionError, TypeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF, and what of it is not as it was meant."""

    data: bytes
    pages: int
    refused: tuple[str, ...]  # addresses that were asked for and are not the issue's
    unknown: str  # characters that no font has


class _Given(URLFetcher):  # type: ignore[misc]  # it has no types
    """Serves what it was given, by address; asks neither the disk nor the network for the rest."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=())
        self._files = files
        self.refused: dict[str, None] = {}

    def fetch(self, url: str, headers: object = None) -> Any:
        """What stands at an address; WeasyPrint goes on without it where ValueError is raised."""
        data = self._files.get(url)
        if data is None:
            self.refused[url] = None
            raise ValueError("it is not part of the issue")
        kind = _KINDS.get(url.rpartition(".")[2], "application/octet-stream")
        return URLFetcherResponse(url, data, {"Content-Type": kind})


def make_pdf(found: Printable, files: Mapping[str, bytes]) -> Pdf:
    """The PDF of an issue; `files` are its images by their absolute addresses.

    Tagged as PDF/UA-1 (ISO 14289-1) asks.  Raises ThemeError for what cannot be laid out.
    """
    try:
        return _made(found, files)
    except _FAULTS as error:
        told = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        raise ThemeError(
            f"WeasyPrint cannot set {found.title} ({told})",
            "look for what is nested very deeply, or laid out in an unusual way",
            template=STYLE,
        ) from error


def _made(found: Printable, files: Mapping[str, bytes]) -> Pdf:
    given, fonts = _Given(files), FontConfiguration()
    style = CSS(string=found.css, base_url=found.url, url_fetcher=given, font_config=fonts)
    html = HTML(string=found.html, base_url=found.url, url_fetcher=given)
    document = html.render(font_config=fonts, stylesheets=[style])
    _describe(document.metadata, found)
    own = blake2b(found.url.encode(), digest_size=16).hexdigest()
    data = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=own.encode())
    refused = tuple(sorted(given.refused))
    return Pdf(data, len(document.pages), refused, _unknown(document.fonts.values()))


def _describe(metadata: Any, found: Printable) -> None:
    """Told by the issue, whatever the template says: dates are never of today."""
    metadata.title, metadata.authors, metadata.lang = found.title, [found.author], found.lang
    metadata.description, metadata.keywords = found.description, list(found.keywords)
    metadata.created, metadata.modified = found.created, found.modified
    metadata.generator = found.generator
    metadata.attachments = []


def _unknown(fonts: Iterable[Any]) -> str:
    return "".join(chr(each) for each in sorted({each for font in fonts for each in font.missing}))
