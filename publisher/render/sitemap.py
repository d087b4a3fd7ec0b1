"""`sitemap.xml` (sitemaps.org) with the translations of each page, and `robots.txt`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

from publisher.config.publication import Publication
from publisher.render import paths
from publisher.render.paths import Links
from publisher.render.translations import hreflang, is_indexed

# The protocol allows 50,000 addresses and 50 MB in a file.  With so many there are 5,000 bytes for
# each address, enough for its translations into thirty languages.
MAX_URLS = 10_000

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


def sitemap_part(
    publication: Publication, name: str, urls: Iterable[SitemapUrl], *, max_urls: int = MAX_URLS
) -> dict[str, bytes]:
    """A part of the sitemap, in as many files as it takes; none where it names no page.

    How many there are follows from the number of addresses alone (see `file_names`), so that the
    index knows them without making them.
    """
    elements = list(_elements(publication, urls))
    names = file_names(name, len(elements), max_urls)
    portions = (elements[start : start + max_urls] for start in range(0, len(elements), max_urls))
    return {file: _document(each) for file, each in zip(names, portions, strict=True)}


def file_names(name: str, count: int, max_urls: int = MAX_URLS) -> list[str]:
    """The files of a part with so many addresses: ``sitemap-2026-04.xml``, ``…-04-2.xml``."""
    numbers = range(1, -(-count // max_urls) + 1)
    parts = (name if number == 1 else f"{name}-{number}" for number in numbers)
    return [paths.file_of(paths.sitemap(part)) for part in parts]


def addresses(publication: Publication, url: SitemapUrl) -> list[str]:
    """The paths that one thing has in the sitemap: those of the editions that are indexed."""
    found = (url.x_default, *_indexed(publication, url.paths))
    return [path for path in dict.fromkeys(found) if path]


def sitemap_index(base_url: str, files: Mapping[str, dt.datetime | None]) -> dict[str, bytes]:
    """``sitemap.xml``, which names the files of all parts, and when each changed where it is known.

    Search engines fetch a part again when this is later than they have it.
    """
    rows = "".join(
        f"<sitemap><loc>{escape(f'{base_url}/{name}')}</loc>{_lastmod(changed)}</sitemap>\n"
        for name, changed in files.items()
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{rows}</sitemapindex>\n"
    )
    return {"sitemap.xml": text.encode()}


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
        for path in addresses(publication, url):
            yield _url(links.absolute_to(path), url.lastmod, marked if path in own else "")


def _indexed(publication: Publication, found: Mapping[str, str]) -> Iterator[str]:
    return (found[name] for name in found if is_indexed(publication, name, found))


def _url(address: str, lastmod: dt.datetime | None, alternates: str) -> str:
    return f"<url><loc>{escape(address)}</loc>{_lastmod(lastmod)}{alternates}</url>\n"


def _lastmod(changed: dt.datetime | None) -> str:
    return f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""


def _alternate(tag: str, address: str) -> str:
    return f'<xhtml:link rel="alternate" hreflang="{tag}" href="{escape(address)}"/>'


def _document(elements: Iterable[str]) -> bytes:
    return (_OPEN + "".join(elements) + _CLOSE).encode()
