"""The head of a page: title, description, translations, feeds, Open Graph.

What a page says of itself is a `Head`; everything else follows from it and from the edition.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from babel.core import get_global

from publisher.config.publication import Publication
from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.language import Edition, Localized, locale_of
from publisher.render import json_ld, paths
from publisher.render.context import EditionLink, FeedLink, Link
from publisher.render.context_page import Page, SharePicture
from publisher.render.frame import CALENDAR_TYPE
from publisher.render.inert import inert
from publisher.render.translations import hreflang, is_indexed, translations
from publisher.render.views import ALL_FORMS, FEED_TYPES, Views

DESCRIPTION_LENGTH = 160

# Every page carries it; a meta element cannot forbid framing: the headers file adds that.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)


def policy_of(publication: Publication) -> str:
    """The Content-Security-Policy of the site: its form may lead to a service elsewhere."""
    return _policy(publication.base_url, publication.service_url or publication.base_url)


@lru_cache(maxsize=16)
def _policy(base_url: str, service_url: str) -> str:
    service = origin_of(service_url)
    if service == origin_of(base_url):
        return POLICY
    return POLICY.replace("form-action 'self'", f"form-action 'self' {service}")


def search_policy(publication: Publication) -> str:
    """The same for the search: it runs a script of ours and Pagefind's WebAssembly.

    The keyword is of CSP Level 3 (section 6.7.2, ``'wasm-unsafe-eval'``).
    """
    return f"{policy_of(publication)}; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as browsers compare them (RFC 6454)."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


@dataclass(frozen=True, slots=True)
class Feeds:
    """A list that has feeds: its path, its name, its forms, the editions that have it too.

    `calendar` is the path of its calendar, if it has one.
    """

    path: str
    title: Localized | str
    forms: tuple[str, ...] = ALL_FORMS
    editions: Collection[str] = ()
    calendar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a page says of itself.

    `editions` names those that have the same thing; `feeds` the lists to subscribe to, the
    nearest first; `data` is its JSON-LD; `x_default` the page for readers of other languages;
    `revision` what tells one state of an issue from another.
    """

    kind: str
    path: str
    title: str
    description: str
    editions: Collection[str] = ()
    crumbs: tuple[Link, ...] = ()
    feeds: tuple[Feeds, ...] = ()
    data: tuple[Mapping[str, Any], ...] = ()
    og_type: str = "website"
    published: str = ""
    updated: str = ""
    x_default: str = ""
    is_noindex: bool = False
    revision: str = ""
    picture: SharePicture | None = None


def make_page(views: Views, head: Head) -> Page:
    """The head in full."""
    publication, own = views.publication, views.edition.name
    editions = {own, *head.editions}
    title = inert(head.title)
    canonical = views.links.absolute_to(head.path)
    trail = json_ld.breadcrumbs(views.links, head.crumbs, title, head.path)
    return Page(
        kind=head.kind,
        path=head.path,
        url=views.links.to(head.path),
        name=title,
        title=whole_title(views, title),
        description=shorten(inert(head.description) or title),
        canonical=canonical,
        is_noindex=head.is_noindex or not is_indexed(publication, own, editions),
        alternates=() if head.is_noindex else _alternates(views, head, editions),
        switch=views.switch(editions, lambda name: paths.in_edition(head.path, name)),
        feeds=_known_feeds(views, head.feeds),
        json_ld=json_ld.script(*head.data, *trail),
        og_type=head.og_type,
        published_iso=head.published,
        updated_iso=head.updated,
        crumbs=head.crumbs,
        og_locale=og_locale(views.edition.first.tag),
        og_locale_alternates=tuple(_other_locales(views, editions)),
        revision=head.revision,
        picture=head.picture,
    )


def revision_mark(issue: IssueRevision, entries: Mapping[str, EntryRevision]) -> str:
    """What a page of an issue carries: another one with each revision of it or of its entries.

    ``daily/2026-04-26/1-0f3c…``: who asks for the page knows by it which state is there.
    """
    shown = sorted(f"{name} {entry.revision}" for name, entry in entries.items())
    digest = hashlib.blake2b("\n".join(shown).encode(), digest_size=8).hexdigest()
    return f"{issue.issue.id}/{issue.revision}-{digest}"


def whole_title(views: Views, title: str) -> str:
    """The title with the publication's name, and the edition's where that is not enough.

    Every page of a site needs a title of its own: editions that share the name of the
    publication are told apart, the stacked ones after those of one language.
    """
    publication = views.publication
    name = inert(views.texts(publication.name).line)
    parts = [title, views.edition_view().label if _shares_name(views) else "", name]
    return " · ".join(dict.fromkeys(each for each in parts if each))


def _shares_name(views: Views) -> bool:
    """Whether an edition that counts before this one has the publication's name as its own."""
    editions = [views.publication.edition(name) for name in views.publication.editions]
    mine = _name_in(views, views.edition)
    for edition in sorted(editions, key=lambda each: each.is_stacked):
        if edition.name == views.edition.name:
            return False
        if _name_in(views, edition) == mine:
            return True
    return False


def _name_in(views: Views, edition: Edition) -> str:
    return views.publication.name.resolve([each.key for each in edition.languages])[1]


def shorten(text: str) -> str:
    """A description of one line that search results show whole."""
    line = " ".join(text.split())
    if len(line) <= DESCRIPTION_LENGTH:
        return line
    cut = line[: DESCRIPTION_LENGTH - 1]
    # Latin text ends at a word; Han text has no spaces to end at.
    space = cut.rfind(" ")
    return (cut[:space] if space > DESCRIPTION_LENGTH // 2 else cut).rstrip(" ,，、；;") + "…"


@lru_cache(maxsize=64)
def og_locale(tag: str) -> str:
    """A language as Open Graph names it, always with a territory: ``zh_CN``, ``en_US``."""
    locale = locale_of(tag)
    if not locale.territory:
        likely = get_global("likely_subtags").get(str(locale), str(locale))
        locale = Locale.parse(likely)
    return "_".join(each for each in (locale.language, locale.territory) if each)


def _alternates(views: Views, head: Head, editions: Collection[str]) -> tuple[EditionLink, ...]:
    publication = views.publication
    if views.edition.name not in translations(publication, editions):
        return ()
    where = {name: paths.in_edition(head.path, name) for name in editions}
    return tuple(
        EditionLink("", "", tag, views.links.absolute_to(path), path == head.path, False)
        for tag, path in hreflang(publication, where, head.x_default).items()
    )


def _other_locales(views: Views, editions: Collection[str]) -> Iterator[str]:
    seen = {og_locale(views.edition.first.tag)}
    for tag in translations(views.publication, editions).values():
        locale = og_locale(tag)
        if locale not in seen:
            seen.add(locale)
            yield locale


def _known_feeds(views: Views, lists: tuple[Feeds, ...]) -> tuple[FeedLink, ...]:
    """The feeds of some lists; most pages have the same."""
    return views.kept(("feeds", repr(lists)), lambda: tuple(_feeds(views, lists)))


def _feeds(views: Views, lists: tuple[Feeds, ...]) -> Iterator[FeedLink]:
    """Every feed in the page's own edition, then the first form of each in the others.

    By their absolute addresses: what names a language is taken for a translation by some, and
    those have to be absolute.
    """
    for each in lists:
        title = inert(views.texts(each.title).line)
        for feed in views.feeds(each.path, title, each.forms):
            url = views.links.absolute_to(paths.feed(each.path, feed.form))
            yield replace(feed, url=url)
        if each.calendar:
            yield FeedLink(
                form="calendar",
                type=CALENDAR_TYPE,
                title=title,
                url=views.links.absolute_to(each.calendar),
                lang=views.lang,
                page_url=views.links.to(each.path),
            )
    for each in lists:
        for name in views.publication.editions:
            if name in each.editions and name != views.edition.name:
                yield _feed_in(views, each, views.publication.edition(name))


def _feed_in(views: Views, feeds: Feeds, edition: Edition) -> FeedLink:
    path, form = paths.in_edition(feeds.path, edition.name), feeds.forms[0]
    keys = [each.key for each in edition.languages]
    title = feeds.title if isinstance(feeds.title, str) else feeds.title.resolve(keys)[1]
    label = edition.label.resolve(keys)[1]
    return FeedLink(
        form=form,
        type=FEED_TYPES[form],
        title=f"{inert(title)} · {label}",
        url=views.links.absolute_to(paths.feed(path, form)),
        lang=edition.first.tag,
        page_url=views.links.to(paths.feed_page(path)),
    )
