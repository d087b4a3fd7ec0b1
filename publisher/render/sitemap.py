"""`sitemap.xml` (sitemaps.org) with the translations of each page, and `robots.txt`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from publisher.config.publication import Publication
from publisher.render.paths import Links
from publisher.render.translations import hreflang, is_indexed

# The limits of the protocol: a file may hold so many addresses, and so many bytes.
MAX_URLS = 50_000
MAX_BYTES = 50_000_000

_OPEN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
_CLOSE = "</urlset>\n"


@dataclass(frozen=True, slots=True)
class SitemapUrl:
    """One thing that has a page: its path in each edition that has it, and when it changed.

    `x_default` is the page for readers of other languages, where it is not the first edition's.
    """

    paths: Mapping[str, str]
    lastmod: dt.datetime | None = None
    x_default: str = ""


def sitemap(
    publication: Publication,
    urls: Iterable[SitemapUrl],
    *,
    max_urls: int = MAX_URLS,
    max_bytes: int = MAX_BYTES,
) -> dict[str, bytes]:
    """``sitemap.xml``, or the parts and an index of them where it outgrows one file.

    The order is kept: given the oldest first, all parts but the last stay as they are.
    """
    elements = _elements(publication, urls)
    files = [_document(part) for part in _parts(elements, max_urls, max_bytes)]
    if len(files) == 1:
        return {"sitemap.xml": files[0]}
    named = {f"sitemap-{number}.xml": data for number, data in enumerate(files, 1)}
    return {**named, "sitemap.xml": _index(publication.base_url, named)}


def robots(base_url: str) -> dict[str, bytes]:
    """``robots.txt``: everything may be read, and the sitemap is here."""
    text = f"User-agent: *\nAllow: /\n\nSitemap: {base_url}/sitemap.xml\n"
    return {"robots.txt": text.encode()}


def _elements(publication: Publication, urls: Iterable[SitemapUrl]) -> Iterator[str]:
    links = Links(publication.base_url)
    for url in urls:
        found = hreflang(publication, url.paths, url.x_default)
        marked = "".join(_alternate(tag, links.absolute_to(path)) for tag, path in found.items())
        own = list(found.values())
        for path in dict.fromkeys((url.x_default, *_indexed(publication, url.paths))):
            if path:
                yield _url(links.absolute_to(path), url.lastmod, marked if path in own else "")


def _indexed(publication: Publication, paths: Mapping[str, str]) -> Iterator[str]:
    return (paths[name] for name in paths if is_indexed(publication, name, paths))


def _url(address: str, lastmod: dt.datetime | None, alternates: str) -> str:
    changed = f"<lastmod>{lastmod.isoformat(timespec='seconds')}</lastmod>" if lastmod else ""
    return f"<url><loc>{escape(address)}</loc>{changed}{alternates}</url>\n"


def _alternate(tag: str, address: str) -> str:
    href = quoteattr(address)
    return f'<xhtml:link rel="alternate" hreflang="{tag}" href={href}/>'


def _parts(elements: Iterable[str], max_urls: int, max_bytes: int) -> Iterator[list[str]]:
    """The elements in portions that keep to both limits; one portion at least."""
    part: list[str] = []
    size = room = max_bytes - len(_OPEN) - len(_CLOSE)
    for element in elements:
        length = len(element.encode())
        if part and (len(part) == max_urls or length > room):
            yield part
            part, room = [], size
        part.append(element)
        room -= length
    yield part


def _document(elements: Iterable[str]) -> bytes:
    return (_OPEN + "".join(elements) + _CLOSE).encode()


def _index(base_url: str, names: Iterable[str]) -> bytes:
    rows = "".join(
        f"<sitemap><loc>{escape(f'{base_url}/{name}')}</loc></sitemap>\n" for name in names
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{rows}</sitemapindex>\n"
    ).encode()
