"""From documents to settings, with every problem in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from publisher.config.bulletin import Bulletin
from publisher.config.model import SLUG
from publisher.config.publication import RESERVED, Publication
from publisher.document import Document, Problem
from publisher.validation import fit


def declared_languages(data: Mapping[str, Any]) -> list[str]:
    """The language keys of a publication that may still be broken elsewhere."""
    languages = data.get("languages")
    return [str(key) for key in languages] if isinstance(languages, Mapping) else []


def parse_publication(document: Document) -> tuple[Publication | None, tuple[Problem, ...]]:
    """Read `publication.yaml`; None where it has an error."""
    return fit(document, Publication, context={"languages": declared_languages(document.data)})


def parse_bulletin(
    document: Document, slug: str, publication: Publication
) -> tuple[Bulletin | None, tuple[Problem, ...]]:
    """Read a bulletin; None where it has an error, also one that only the publication shows."""
    bulletin, found = fit(document, Bulletin, context={"languages": list(publication.languages)})
    problems = [*found, *_bad_slug(document, slug)]
    if bulletin is not None:
        problems += _beyond_publication(document, bulletin, publication)
    broken = any(each.severity == "error" for each in problems)
    return (None if broken else bulletin), tuple(problems)


def _bad_slug(document: Document, slug: str) -> Iterator[Problem]:
    if slug in RESERVED:
        yield document.problem(
            (), f"a bulletin cannot be called “{slug}”: the site uses that address",
            "rename the file",
        )  # fmt: skip
    elif not SLUG.fullmatch(slug):
        yield document.problem(
            (), f"“{slug}” cannot stand in an address",
            "name the file with small letters, digits and single hyphens, such as ai-weekly.yaml",
        )  # fmt: skip


def _beyond_publication(
    document: Document, bulletin: Bulletin, publication: Publication
) -> Iterator[Problem]:
    for at, edition in enumerate(bulletin.editions or ()):
        if edition not in publication.editions:
            yield document.problem(
                ("editions", at), f"the publication has no edition “{edition}”",
                f"use one of {', '.join(publication.editions)}",
            )  # fmt: skip
    for at, section in enumerate(bulletin.sections):
        fields = {field for kind in publication.kinds.values() for field in kind.fields}
        for n, kind in enumerate(section.select.kinds if section.select else ()):
            if kind not in publication.kinds:
                yield document.problem(
                    ("sections", at, "select", "kinds", n),
                    f"the section “{section.id}” selects nothing: there is no kind “{kind}”",
                    f"use one of {', '.join(publication.kinds)}",
                )
        for n, name in enumerate(section.fields or ()):
            if name not in fields:
                yield document.problem(
                    ("sections", at, "fields", n), f"no kind has a field “{name}”",
                    f"use one of {', '.join(sorted(fields))}",
                )  # fmt: skip
