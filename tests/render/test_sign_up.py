"""The form to subscribe with, on the pages of the site."""

from __future__ import annotations

import builders
import pytest
import webpages
from webpages import every_page, tree

from publisher.config.publication import Publication
from publisher.render.head import POLICY, origin_of, policy_of
from publisher.render.site_files import headers_file

ELSEWHERE = "https://subscribe.example.net"


def publication(service_url: str | None = ELSEWHERE) -> Publication:
    return builders.publication(service_url=service_url)


def test_home_pages_and_fronts_have_a_form() -> None:
    """It is sent to the service; the front's own bulletin is marked."""
    site = every_page(publication())
    forms = {path: tree(html).xpath("//form/@action") for path, html in site.items()}
    with_form = {path: found for path, found in forms.items() if found}

    assert sorted(with_form) == sorted(
        f"{edition}/{page}index.html"
        for edition in ("zh", "en", "bilingual")
        for page in ("", "daily-ten/")
    )
    assert with_form["en/daily-ten/index.html"] == [f"{ELSEWHERE}/-/en/subscribe"]


def test_the_bulletin_of_a_front_is_marked_and_that_of_home_is_not() -> None:
    """Unless there is no other."""
    made, others = webpages.pages("en", publication()), ("daily-ten", "weekly")
    site = webpages.make_site(
        made.views, [(slug, builders.bulletin()) for slug in others],
        has_tags=False, has_stories=False,
    )  # fmt: skip
    pages = webpages.Pages(made.themes, made.views, site, "publisher 1")
    front = tree(
        webpages.text(pages.bulletin("weekly", builders.bulletin(), [webpages.issue()], []))
    )
    home = tree(webpages.text(pages.home([])))

    assert front.xpath("//input[@checked]/@value") == ["weekly"]
    assert front.xpath("//p[@class='actions']/a/@href")[0] == "#subscribe"
    assert home.xpath("//input[@checked]/@value") == []
    assert home.xpath("//input[@name='bulletin']/@value") == ["daily-ten", "weekly"]
    assert tree(webpages.text(made.home([]))).xpath("//input[@checked]/@value") == ["daily-ten"]


def test_every_page_of_an_edition_leads_to_the_form() -> None:
    """At its foot."""
    site = every_page(publication())
    wanted = f"{ELSEWHERE}/-/en/subscribe"

    for path in (each for each in site if each.startswith("en/")):
        assert wanted in tree(site[path]).xpath("//footer//a/@href")


def test_without_a_service_there_is_no_form_and_no_link_to_one() -> None:
    """Nor does the policy name anybody."""
    for html in every_page(publication(None)).values():
        assert "<form" not in html
        assert "/-/" not in html


@pytest.mark.parametrize(
    ("service", "form_action"),
    [
        (None, "form-action 'self';"),
        ("https://news.example.com", "form-action 'self';"),
        ("https://news.example.com:443/news", "form-action 'self';"),
        (ELSEWHERE, f"form-action 'self' {ELSEWHERE};"),
        ("http://news.example.com:8300", "form-action 'self' http://news.example.com:8300;"),
    ],
)
def test_the_policy_names_a_service_of_another_origin(
    service: str | None, form_action: str
) -> None:
    """In each page and in the headers file; the rest is as ever."""
    found = publication(service)

    assert form_action in policy_of(found)
    assert policy_of(found).replace(form_action, "form-action 'self';") == POLICY
    assert policy_of(found) in headers_file(found)["_headers"].decode()
    page = tree(every_page(found)["en/index.html"])
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == policy_of(found)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://News.Example.com/a/b", "https://news.example.com"),
        ("https://news.example.com:443", "https://news.example.com"),
        ("http://127.0.0.1:8300/x", "http://127.0.0.1:8300"),
        ("http://[::1]:80/", "http://[::1]"),
        ("https://例子.中国", "https://xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_an_origin_is_as_browsers_write_it(url: str, origin: str) -> None:
    """Small letters, no usual port, A-labels (RFC 6454)."""
    assert origin_of(url) == origin
