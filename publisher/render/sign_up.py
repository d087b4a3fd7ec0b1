"""The form to subscribe with, on the site: it leads to the service, if there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.render import paths
from publisher.render.context_page import Site
from publisher.render.views import Views

if TYPE_CHECKING:
    from publisher.render.context_service import SignUp


def service_links(views: Views) -> paths.Links | None:
    """Absolute links to the pages for subscribers; None where there is no service."""
    url = views.publication.service_url
    return paths.Links(url, absolute=True) if url else None


def subscribe_url(views: Views) -> str:
    """Where an edition is subscribed to; "" where there is no service."""
    links = service_links(views)
    return links.to(paths.subscribe(views.edition.name)) if links else ""


def sign_up(views: Views, site: Site, chosen: str = "") -> SignUp | None:
    """The form on a page of an edition, for its bulletins; `chosen` is the one that is marked.

    Where an edition has a single bulletin, that is marked.
    """
    if not site.subscribe_url or not site.bulletins:
        return None
    # Late: many publications have no service.
    from publisher.render.context_service import BulletinChoice, SignUp

    chosen = site.bulletins[0].slug if len(site.bulletins) == 1 else chosen
    return SignUp(
        site.subscribe_url,
        tuple(
            BulletinChoice(each.slug, each.name, each.description, (), each.slug == chosen)
            for each in site.bulletins
        ),
        other_url=site.subscribe_url if len(views.publication.editions) > 1 else "",
    )
