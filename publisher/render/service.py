"""The pages for subscribers: to subscribe, confirm, choose and leave, in one edition.

Pure, as all rendering.  They look like the site and lead back to it; their style sheet is the
service's own, so that they need nothing from another host.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from publisher.config.bulletin import Bulletin
from publisher.config.publication import Publication
from publisher.render import paths
from publisher.render.context import Texts
from publisher.render.context_page import Page, Site
from publisher.render.context_service import (
    BulletinChoice,
    Confirmation,
    EditionChoice,
    Leaving,
    Preferences,
    SignUp,
)
from publisher.render.head import POLICY, og_locale, whole_title
from publisher.render.inert import inert
from publisher.render.service_messages import message
from publisher.render.styles import style
from publisher.render.theme import Theme
from publisher.render.views import Views


def editions_of(publication: Publication, settings: Bulletin) -> tuple[str, ...]:
    """The editions in which a bulletin comes, in the publication's order."""
    chosen = settings.editions
    return tuple(each for each in publication.editions if chosen is None or each in chosen)


def item(views: Views, bulletins: Mapping[str, Bulletin], bulletin: str, edition: str) -> Texts:
    """A bulletin with its edition, as a reader knows them: AI Weekly (English)."""
    publication, settings = views.publication, bulletins.get(bulletin)
    name = views.texts(settings.name if settings else bulletin)
    is_known = edition in publication.editions
    label = publication.edition(edition).label if is_known else edition
    return views.word("signup_item", bulletin=name, edition=views.texts(label))


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody has of a bulletin: edition, state (active, paused or none), since when."""

    edition: str
    state: str
    since: dt.datetime | None = None


NOT_HELD = Held("", "none")


def service_style(theme: Theme, publication: Publication) -> bytes:
    """The style sheet of the pages."""
    languages = [publication.language(key) for key in publication.languages]
    (css,) = style(theme, languages).values()
    return css


def _whole(address: str) -> str:
    """A masked address that is not broken after its dots (U+2060, word joiner)."""
    return address.replace("…", "…\u2060")


@dataclass(frozen=True, slots=True)
class ServicePages:
    """Renders the pages of one edition.

    The links of `views` and `site` are absolute, `bulletins` all that can be subscribed to, and
    `links` those to the service itself, below its own path.
    """

    theme: Theme
    views: Views
    site: Site
    bulletins: Mapping[str, Bulletin]
    links: paths.Links
    generator: str

    @property
    def edition(self) -> str:
        """The name of the edition."""
        return self.views.edition.name

    # Pages -------------------------------------------------------------------------------------

    def subscribe(self, form: SignUp) -> str:
        """The form to subscribe with."""
        own = dataclasses.replace(self.views, links=self.links)
        switch = own.switch(self.views.publication.editions, paths.subscribe)
        path = paths.subscribe(self.edition)
        page = self._page("subscribe", path, self.views.t("signup_title"))
        page = dataclasses.replace(page, switch=switch)
        return self._write("subscribe", page, form=form)

    def confirm(self, token: str, address: str, choices: Iterable[tuple[str, str]]) -> str:
        """What a link would confirm (bulletin, edition), and a button that does it."""
        items = tuple(item(self.views, self.bulletins, *each) for each in choices)
        shown = Confirmation(self.links.to(paths.confirm(token)), _whole(address), items)
        page = self._page("confirm", paths.confirm(""), self.views.t("confirm_title"))
        return self._write("confirm", page, confirmation=shown)

    def preferences(
        self,
        token: str,
        address: str,
        held: Mapping[str, Held],
        *,
        is_stopped: bool = False,
        is_bad: bool = False,
    ) -> str:
        """What a reader gets, and may change; `is_bad` where a form of it was refused."""
        shown = Preferences(
            self.links.to(paths.preferences(token)),
            _whole(address),
            tuple(self._preference(slug, held.get(slug, NOT_HELD)) for slug in self.bulletins),
            is_stopped=is_stopped,
            error=self.views.word("prefs_bad") if is_bad else Texts(),
        )
        page = self._page("preferences", paths.preferences(""), self.views.t("prefs_title"))
        return self._write("preferences", page, preferences=shown)

    def leave(self, token: str, address: str, bulletin: str) -> str:
        """The bulletin that a mail was of, and a button that ends it."""
        settings = self.bulletins.get(bulletin)
        name = self.views.texts(settings.name if settings else bulletin)
        shown = Leaving(
            self.links.to(paths.leave(token)), _whole(address), name,
            self.links.to(paths.preferences(token)),
        )  # fmt: skip
        title = self.views.t("leave_title", bulletin=name.line)
        return self._write("leave", self._page("leave", paths.leave(""), title), leaving=shown)

    def message(self, kind: str, token: str = "", number: str = "") -> str:
        """A short answer; `token` is the reader's, and `number` that of something in the log."""
        shown = message(self.views, kind, self._ways(token), number)
        page = self._page("message", paths.SERVICE, shown.heading.line)
        return self._write("message", page, message=shown)

    # Forms -------------------------------------------------------------------------------------

    def form(
        self,
        chosen: Mapping[str, str],
        *,
        address: str = "",
        name: str = "",
        address_error: str = "",
        bulletins_error: str = "",
    ) -> SignUp:
        """The form as it was filled in; `chosen` holds the edition of each marked bulletin.

        The errors are keys of interface strings.
        """
        return SignUp(
            self.links.to(paths.subscribe(self.edition)),
            tuple(self._choice(slug, chosen) for slug in self.bulletins),
            address=address,
            name=name,
            address_error=self.views.word(address_error) if address_error else Texts(),
            bulletins_error=self.views.word(bulletins_error) if bulletins_error else Texts(),
        )

    def consent(self) -> tuple[str, str]:
        """The language in which somebody consents, and the text that is shown for it."""
        texts = self.views.word("signup_consent")
        return self.views.lang, "\n".join(each.text for each in texts)

    def offer(self, slug: str) -> str:
        """What the preferences show for a bulletin: the text that somebody agrees to there."""
        name = self.views.line(self.bulletins[slug].name)
        return f"{self.views.t('prefs_title')} — {name}: {self.views.t('prefs_active')}"

    def _choice(self, slug: str, chosen: Mapping[str, str]) -> BulletinChoice:
        settings, views = self.bulletins[slug], self.views
        only = len(self.bulletins) == 1
        return BulletinChoice(
            slug, views.texts(settings.name), views.texts(settings.description),
            self._editions(settings, chosen.get(slug, "")), slug in chosen or only,
        )  # fmt: skip

    def _preference(self, slug: str, held: Held) -> BulletinChoice:
        settings, views = self.bulletins[slug], self.views
        return BulletinChoice(
            slug, views.texts(settings.name), views.texts(settings.description),
            self._editions(settings, held.edition), held.state != "none", held.state,
            views.moment(held.since) if held.since else Texts(),
        )  # fmt: skip

    def _editions(self, settings: Bulletin, chosen: str) -> tuple[EditionChoice, ...]:
        """The editions of a bulletin: the chosen one is marked, else the page's own."""
        publication = self.views.publication
        names = editions_of(publication, settings)
        marked = chosen if chosen in names else self.edition
        links = self.views.switch(names, paths.home)
        return tuple(
            EditionChoice(each.name, each.label, each.lang, each.name == marked) for each in links
        )

    def _ways(self, token: str) -> Mapping[str, str]:
        """Where a message may lead."""
        ways = {
            "subscribe": self.links.to(paths.subscribe(self.edition)),
            "home": self.site.home_url,
        }
        return ways | {"preferences": self.links.to(paths.preferences(token))} if token else ways

    # The page around it ------------------------------------------------------------------------

    def _page(self, kind: str, path: str, title: str) -> Page:
        """The head of a page; its address is told without the token."""
        title = inert(title)
        publication = self.views.publication
        absolute = paths.Links(publication.service_url or publication.base_url, absolute=True)
        return Page(
            kind=kind,
            path=path,
            url=self.links.to(path),
            name=title,
            title=whole_title(self.views, title),
            description=title,
            canonical=absolute.to(path),
            is_noindex=True,
            alternates=(),
            switch=(),
            feeds=(),
            json_ld=Markup(""),
            og_type="website",
            og_locale=og_locale(self.views.lang),
        )

    def _write(self, template: str, page: Page, **data: Any) -> str:
        site = dataclasses.replace(
            self.site,
            style_url=self.links.to(paths.service_style()),
            subscribe_url=self.links.to(paths.subscribe(self.edition)),
        )
        return inert(
            self.theme.render(
                f"web/{template}.html",
                t=self.views.t,
                word=self.views.word,
                edition=self.views.edition_view(),
                publication=self.views.publication_view(),
                page=page,
                policy=POLICY,
                site=site,
                generator=self.generator,
                **data,
            )
        )
