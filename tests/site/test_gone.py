"""The addresses that a web server answers with 410 Gone."""

from __future__ import annotations

import datetime as dt

from publisher.archive.records import Tombstone
from publisher.site.gone import CADDY, NGINX, gone_files

STONE = Tombstone(
    entry="2026/04/26/bad", names=["2026/04/25/old", "2026/04/26/bad"], day=dt.date(2026, 4, 28),
    reason="a court order",
)  # fmt: skip


def test_every_address_of_an_entry_is_listed() -> None:
    """In each edition, under each name, below the path of the site, and with no reason."""
    found = gone_files([STONE], ["zh", "en"], "https://example.com/news")
    nginx, caddy = found[NGINX].decode(), found[CADDY].decode()
    assert nginx.splitlines()[0] == r'"~^/news/en/e/2026/04/25/old/(index\.html)?$" 1;'
    assert len(nginx.splitlines()) == 2 * 2
    assert caddy.count("/news/zh/e/2026/04/26/bad/ ") == 1
    assert caddy.endswith("error @gone 410\n")
    assert "court" not in nginx + caddy


def test_a_dot_stands_for_itself() -> None:
    """In the path of the site: nginx reads patterns."""
    found = gone_files([STONE], ["zh"], "https://example.com/v1.2/a-b")
    assert rb'"~^/v1\.2/a-b/zh/e/2026/04/26/bad/(' in found[NGINX]


def test_without_tombstones_there_is_no_list() -> None:
    """A web server that includes the files by a pattern finds none."""
    assert gone_files([], ["zh"], "https://example.com") == {}
