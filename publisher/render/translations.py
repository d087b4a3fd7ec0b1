"""Which pages are translations of one another, and which of them search engines should keep.

Google's rules for localised versions: each page names itself and every translation, all of them
the same set, with absolute addresses; only pages that exist, each its own canonical page.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from publisher.config.publication import Publication

X_DEFAULT = "x-default"


def translations(publication: Publication, editions: Collection[str]) -> dict[str, str]:
    """The language tag of each of the editions that is a translation: the first of its language.

    A stacked edition is none: it repeats in one page what the others say in several.
    """
    found: dict[str, str] = {}
    for name in publication.editions:
        edition = publication.edition(name)
        tag = edition.first.tag
        if name in editions and not edition.is_stacked and tag not in found.values():
            found[name] = tag
    return found


def is_indexed(publication: Publication, edition: str, editions: Collection[str]) -> bool:
    """Whether search engines should keep the page of an edition.

    Not where each of its languages has the same thing on a page of its own.
    """
    own = translations(publication, editions)
    tags = set(own.values())
    languages = publication.edition(edition).languages
    return edition in own or not all(language.tag in tags for language in languages)


def hreflang(
    publication: Publication, paths: Mapping[str, str], x_default: str = ""
) -> dict[str, str]:
    """The path for each language tag, and for everyone else; `paths` holds one per edition.

    Everyone else gets `x_default`, or the page of the first edition.
    """
    found = {tag: paths[name] for name, tag in translations(publication, paths).items()}
    if found:
        found[X_DEFAULT] = x_default or next(iter(found.values()))
    return found
