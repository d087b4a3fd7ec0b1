"""What the service works with: people, pages, a clock, limits."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field

from publisher.config.bulletin import Bulletin
from publisher.config.publication import Publication
from publisher.config.settings import ServiceSettings
from publisher.render.service import ServicePages
from publisher.subscribing import Subscribing
from publisher.web.limits import Limits

_WANTED = re.compile(r"([a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:;q=([01](?:\.\d{0,3})?))?")

Feedback = Callable[[str, Mapping[str, str], bytes], tuple[int, str]]
"""Takes what comes back from a provider: kind, headers, body; gives back status and text."""

Pull = Callable[[Mapping[str, str], bytes], tuple[int, str]]
"""Takes the webhook of a git forge: headers, body; gives back status and text."""


@dataclass(frozen=True, slots=True)
class Front:
    """What can be subscribed to now, the pages of each edition, and their style sheet."""

    publication: Publication
    bulletins: Mapping[str, Bulletin]
    pages: Mapping[str, ServicePages]
    style: bytes

    def pages_of(self, edition: str | None, languages: str = "") -> ServicePages:
        """The pages of an edition; else those that fit the languages a browser asks for."""
        if edition is not None and edition in self.pages:
            return self.pages[edition]
        found = (self._speaking(tag) for tag in wanted_languages(languages))
        return next((each for each in found if each), next(iter(self.pages.values())))

    def _speaking(self, tag: str) -> ServicePages | None:
        """The first edition in a language: exactly that one, else one that begins alike."""
        for fits in (_same, _alike):
            for each in self.pages.values():
                edition = each.views.edition
                if not edition.is_stacked and fits(edition.first.tag.lower(), tag):
                    return each
        return None


def _same(own: str, tag: str) -> bool:
    return own == tag


def _alike(own: str, tag: str) -> bool:
    return own.partition("-")[0] == tag.partition("-")[0]


def wanted_languages(header: str) -> list[str]:
    """The languages of an Accept-Language header, the most wanted first (RFC 9110 12.5.4)."""
    return [tag for _, tag in sorted(_weighed(header), key=lambda each: -each[0])]


def _weighed(header: str) -> Iterator[tuple[float, str]]:
    for part in header.lower().split(",")[:20]:
        found = _WANTED.fullmatch("".join(part.split()))
        if found and float(found[2] or 1) > 0:
            yield float(found[2] or 1), found[1]


@dataclass(frozen=True, slots=True)
class Office:
    """Everything that the service needs.

    `front` is asked at each request: issues, settings and themes change while it runs.
    `feedback` takes what comes back by webhook, and `pull` that there are new commits, where that
    is wanted.  Signing up is answered after `patience` seconds at the earliest: the time tells
    nobody whether an address is known.
    """

    subscribing: Subscribing
    front: Callable[[], Front]
    settings: ServiceSettings
    clock: Callable[[], dt.datetime]
    feedback: Feedback | None = None
    pull: Pull | None = None
    limits: Limits = field(default_factory=Limits)
    patience: float = 0.4
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep
