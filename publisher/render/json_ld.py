"""What a page is about, for machines: schema.org in JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from publisher.render import paths
from publisher.render.context import EntryView, Link, SourceView
from publisher.render.context_issue import IssueView
from publisher.render.context_page import SharePicture
from publisher.render.views import Views

Node = dict[str, Any]

# JSON inside a script element ends at "</script" and is commented out by "<!--", wherever they
# stand (HTML, "restrictions for contents of script elements"); the rest is for careless parsers.
_ESCAPES = [(each, f"\\u{ord(each):04x}") for each in "<>&\u2028\u2029"]


def script(*nodes: Mapping[str, Any]) -> Markup:
    """The nodes as the inside of a script element."""
    if not nodes:
        return Markup("")
    graph = {"@context": "https://schema.org", "@graph": list(nodes)}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    # Several times as fast as `translate`, for what is hardly ever there.
    for each, escaped in _ESCAPES:
        text = text.replace(each, escaped)
    return Markup(text)  # noqa: S704  every "<" and "&" is gone


def publisher(views: Views) -> Node:
    """Who publishes."""
    return {
        "@type": "Organization",
        "name": views.texts(views.publication.name).line,
        "url": views.links.absolute_to("/"),
    }


def languages(views: Views) -> str | list[str]:
    """The language of a page, or the languages of a stacked one."""
    tags = [each.tag for each in views.edition.languages]
    return tags if len(tags) > 1 else tags[0]


def website(views: Views, path: str) -> Node:
    """The home page of an edition."""
    return {
        "@type": "WebSite",
        "name": views.texts(views.publication.name).line,
        "description": views.texts(views.publication.description).line,
        "url": views.links.absolute_to(path),
        "inLanguage": languages(views),
        "publisher": publisher(views),
    }


def news_article(views: Views, entry: EntryView, path: str, description: str) -> Node:
    """An entry: the news, when it came and changed, what it is based on."""
    url = views.links.absolute_to(path)
    node: Node = {
        "@type": "NewsArticle",
        "@id": url,
        "mainEntityOfPage": url,
        "url": url,
        "headline": entry.title.line,
        "description": description,
        "datePublished": entry.published_iso,
        "dateModified": entry.updated_iso,
        "inLanguage": languages(views),
        "author": publisher(views),
        "publisher": publisher(views),
        "articleSection": entry.kind_name.line,
        "keywords": [tag.label.line for tag in entry.tags],
        "isBasedOn": [source.url for source in entry.sources if source.url],
        "citation": [_citation(source) for source in entry.sources],
        "correction": [
            {
                "@type": "CorrectionComment",
                "text": each.note.line,
                "datePublished": each.date_iso,
            }
            for each in entry.corrections
        ],
    }
    return {key: value for key, value in node.items() if value}


def _citation(source: SourceView) -> Node:
    node = {
        "@type": "CreativeWork",
        "name": source.title or source.publisher or source.site,
        "url": source.url,
        "inLanguage": source.lang,
        "publisher": source.publisher and {"@type": "Organization", "name": source.publisher},
    }
    return {key: value for key, value in node.items() if value}


def issue(
    views: Views, issue: IssueView, path: str, description: str, picture: SharePicture | None = None
) -> Node:
    """An issue: a number of a periodical, and the list of what it carries."""
    bulletin = paths.bulletin(views.edition.name, issue.bulletin.slug)
    return {
        **_collection(views, path, issue.title.line, "PublicationIssue"),
        "description": description,
        **({} if picture is None else {"image": image(picture)}),
        **({} if issue.number is None else {"issueNumber": issue.number}),
        "datePublished": issue.published_iso,
        "dateModified": issue.updated_iso,
        "publisher": publisher(views),
        "isPartOf": {
            "@type": "Periodical",
            "name": issue.bulletin.name.line,
            "url": views.links.absolute_to(bulletin),
        },
        "mainEntity": items(
            (entry.title.line, _entry_url(views, entry.id)) for entry in issue.entries
        ),
    }


def image(picture: SharePicture) -> Node:
    """The picture of an issue."""
    return {
        "@type": "ImageObject",
        "url": picture.url,
        "width": picture.width,
        "height": picture.height,
        "caption": picture.alt,
    }


def collection(views: Views, path: str, name: str, rows: Iterable[tuple[str, str]]) -> Node:
    """A list: of issues, entries, tags; `rows` are names and absolute addresses.

    Long lists say nothing of theirs: an empty one would be untrue.
    """
    listed = list(rows)
    return {**_collection(views, path, name), **({"mainEntity": items(listed)} if listed else {})}


def _collection(views: Views, path: str, name: str, *more: str) -> Node:
    url = views.links.absolute_to(path)
    return {
        "@type": ["CollectionPage", *more] if more else "CollectionPage",
        "@id": url,
        "url": url,
        "name": name,
        "inLanguage": languages(views),
    }


def items(rows: Iterable[tuple[str, str]]) -> Node:
    """A list of links, in order."""
    listed = [
        {"@type": "ListItem", "position": position, "name": name, "url": url}
        for position, (name, url) in enumerate(rows, 1)
    ]
    return {"@type": "ItemList", "numberOfItems": len(listed), "itemListElement": listed}


def breadcrumbs(
    links: paths.Links, crumbs: Sequence[Link], title: str, path: str
) -> Iterator[Node]:
    """The way from the home page to a page; none on the home page itself."""
    if not crumbs:
        return
    trail = [(crumb.text.line, absolute(links, crumb.url)) for crumb in crumbs]
    trail.append((title, links.absolute_to(path)))
    yield {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": url}
            for position, (name, url) in enumerate(trail, 1)
        ],
    }


def absolute(links: paths.Links, url: str) -> str:
    """The absolute address of a link within the site."""
    return links.base_url + url.removeprefix(links.to("/").rstrip("/"))


def _entry_url(views: Views, entry_id: str) -> str:
    return views.links.absolute_to(paths.entry(views.edition.name, entry_id))
