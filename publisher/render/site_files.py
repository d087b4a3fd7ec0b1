"""What belongs to the site and to no edition: ``/``, the page for lost readers, the headers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from publisher.config.publication import Publication
from publisher.language import Language
from publisher.render import paths
from publisher.render.context import EditionLink, FeedLink, Texts
from publisher.render.context_page import Page, Welcome
from publisher.render.files import PDF_TYPE
from publisher.render.frame import CALENDAR_TYPE
from publisher.render.head import og_locale, search_policy, shorten
from publisher.render.pages import Files, make_site, page_file
from publisher.render.theme import Theme
from publisher.render.translations import hreflang
from publisher.render.views import FEED_TYPES, Views


def root_page(editions: Sequence[Views], theme: Theme, generator: str) -> Files:
    """``/``: the way to each edition's home, in its own language."""
    first, publication = editions[0], editions[0].publication
    welcomes = _welcomes(
        editions,
        lambda views: views.texts(publication.name),
        lambda views: views.texts(publication.description),
    )
    names = dict.fromkeys(each.title.line for each in welcomes)
    title = " · ".join([*names, urlsplit(publication.base_url).hostname or ""])
    page = _page(first, "root", "/", title, welcomes, _homes(editions), _feeds(editions))
    return _file("root", page, first, theme, welcomes=welcomes, generator=generator)


def not_found(editions: Sequence[Views], theme: Theme, generator: str) -> Files:
    """``404.html``: nothing is here, in each language, and the way home."""
    first = editions[0]
    welcomes = _welcomes(
        editions,
        lambda views: views.word("site_not_found"),
        lambda views: views.word("site_not_found_text"),
    )
    title = " · ".join(dict.fromkeys(each.title.line for each in welcomes))
    page = _page(first, "not-found", "/404.html", title, welcomes)
    return _file("404", page, first, theme, welcomes=welcomes, generator=generator)


def _welcomes(
    editions: Sequence[Views], title: Callable[[Views], Texts], text: Callable[[Views], Texts]
) -> tuple[Welcome, ...]:
    """One welcome for each first language, with all editions that begin with it."""
    found = []
    tags = dict.fromkeys(views.edition.first.tag for views in editions)
    for tag in tags:
        alike = [views for views in editions if views.edition.first.tag == tag]
        first: Language = alike[0].edition.first
        links = itertools.chain.from_iterable(map(_home_link, alike))
        found.append(Welcome(tag, first.direction, title(alike[0]), text(alike[0]), tuple(links)))
    return tuple(found)


def _home_link(views: Views) -> tuple[EditionLink, ...]:
    return views.switch([views.edition.name], paths.home)


def _page(
    first: Views,
    kind: str,
    path: str,
    title: str,
    welcomes: Sequence[Welcome],
    homes: tuple[EditionLink, ...] = (),
    feeds: tuple[FeedLink, ...] = (),
) -> Page:
    texts = " ".join(each.text.line for each in welcomes).strip()
    return Page(
        kind=kind,
        path=path,
        url=first.links.to(path),
        name=title,
        title=title,
        description=shorten(texts or title),
        canonical=first.links.absolute_to(path),
        is_noindex=kind != "root",
        alternates=homes,
        switch=(),
        feeds=feeds,
        json_ld=Markup(""),
        og_type="website",
        og_locale=og_locale(first.edition.first.tag),
    )


def _homes(editions: Sequence[Views]) -> tuple[EditionLink, ...]:
    first = editions[0]
    homes = {views.edition.name: paths.home(views.edition.name) for views in editions}
    return tuple(
        EditionLink("", "", tag, first.links.absolute_to(path), False, False)
        for tag, path in hreflang(first.publication, homes, "/").items()
    )


def _feeds(editions: Sequence[Views]) -> tuple[FeedLink, ...]:
    """The feeds of all entries: readers give the bare address of a site to their program."""
    found: list[FeedLink] = []
    for views in editions:
        name = views.texts(views.publication.name).line
        title = f"{name} · {views.edition_view().label}"
        found += views.feeds(paths.entries(views.edition.name), title)
    return tuple(found)


def _file(template: str, page: Page, views: Views, theme: Theme, **data: Any) -> Files:
    site = make_site(views, (), has_tags=False, has_stories=False)
    return page_file(theme, template, views, page, site=site, **data)


def headers_file(publication: Publication) -> dict[str, bytes]:
    """``_headers`` for hosts that read it (Cloudflare Pages, Netlify and others).

    Where two rules meet, such hosts join the values: no header stands in two rules that do.
    So the policy is the widest that a page has, the search's; each page narrows it in its head.
    """
    below = urlsplit(publication.base_url).path.rstrip("/")
    policy = {"Content-Security-Policy": f"{search_policy(publication)}; frame-ancestors 'none'"}
    rules: dict[str, Mapping[str, str]] = {f"{below}/*": policy | _SECURITY}
    for form, file in paths.FEED_FILES.items():
        # The charset belongs to XML; JSON is UTF-8 always (RFC 8259 section 8.1).
        charset = "" if form == "json" else "; charset=utf-8"
        rules[f"{below}/*/{file}"] = {"Content-Type": FEED_TYPES[form] + charset, **_FEED}
    rules[f"{below}/*/calendar.ics"] = {
        "Content-Type": f"{CALENDAR_TYPE}; charset=utf-8",
        **_FEED,
    }
    rules[f"{below}/*.csv"] = {"Content-Type": "text/csv; charset=utf-8"}
    # Under the same address another one comes with each correction.
    rules[f"{below}/*.pdf"] = {"Content-Type": PDF_TYPE, "Cache-Control": _SOON}
    rules[f"{below}/*/feeds.opml"] = {"Content-Type": "text/x-opml; charset=utf-8", **_FEED}
    rules[f"{below}/assets/*"] = {"Cache-Control": "public, max-age=3600"}
    lines = []
    for path, headers in rules.items():
        lines += [path, *(f"  {name}: {value}" for name, value in headers.items()), ""]
    return {"_headers": "\n".join(lines).encode()}


_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_SOON = "public, max-age=900"
_FEED = {"Access-Control-Allow-Origin": "*", "Cache-Control": _SOON}
