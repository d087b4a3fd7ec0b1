"""Whether a page is live: what its public address shows."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from publisher.fakes.web_server import Asked, Given, WebServer
from publisher.site.live import Seen, look, missing

MARK = "daily/2026-04-26/1-0f3c"
HEAD = "<!doctype html>\n<html><head><meta charset=utf-8><title>标题</title>"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as found:
        yield found


def page(mark: str = MARK) -> Given:
    text = f'{HEAD}\n<meta name="publisher:revision" content="{mark}"></head><body>'
    return Given(body=text.encode())


def test_a_page_shows_its_mark(server: WebServer) -> None:
    """It is asked for past all caches."""
    server.answer = lambda asked: page()

    assert look(f"{server.url}/en/daily/2026-04-26/") == Seen(MARK)
    (asked,) = server.asked
    assert asked.method == "GET"
    assert asked.path == "/en/daily/2026-04-26/"
    assert asked.headers["cache-control"] == asked.headers["pragma"] == "no-cache"


@pytest.mark.parametrize(
    "text",
    [
        "<META content=daily/2026-04-26/1-0f3c name=publisher:revision>",
        "<meta data-x='>' name='publisher:revision'\n content='daily/2026-04-26/1-0f3c' />",
    ],
)
def test_a_page_that_was_made_smaller_shows_it_too(server: WebServer, text: str) -> None:
    """A CDN may drop quotes and change case."""
    server.answer = lambda asked: Given(body=(HEAD + text).encode())

    assert look(server.url).mark == MARK


def test_a_mark_in_the_text_is_none(server: WebServer) -> None:
    """Only that in the head counts."""
    text = f'{HEAD}</head><body><meta name="publisher:revision" content="{MARK}">'
    server.answer = lambda asked: Given(body=text.encode())

    assert look(server.url).mark == ""
    assert "has no revision mark" in look(server.url).why


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_another_answer_says_its_status(server: WebServer, status: int) -> None:
    """Though its page may carry a mark."""
    server.answer = lambda asked: Given(status, page().body)

    assert look(server.url) == Seen("", f"the server answered {status}")


def test_redirects_are_followed_within_a_host(server: WebServer) -> None:
    """As a host of static sites adds a slash."""

    def answer(asked: Asked) -> Given:
        return page() if asked.path == "/a/" else Given(301, headers={"location": "/a/"})

    server.answer = answer

    assert look(f"{server.url}/a") == Seen(MARK)


def test_redirects_to_another_host_are_not_followed(server: WebServer) -> None:
    """What is there is not our page."""
    elsewhere = f"http://localhost:{server.port}/there"
    server.answer = lambda asked: Given(302, headers={"location": elsewhere})

    assert look(f"{server.url}/here") == Seen("", "it leads to another host (localhost)")
    assert [each.path for each in server.asked] == ["/here"]


def test_redirects_in_a_circle_end(server: WebServer) -> None:
    """After some of them."""
    server.answer = lambda asked: Given(302, headers={"location": "/"})

    assert look(server.url) == Seen("", "one redirect leads to the next")
    assert len(server.asked) == 5


def test_a_page_without_end_is_not_read_to_it(server: WebServer) -> None:
    """The mark stands in the head."""
    server.answer = lambda asked: Given(body=HEAD.encode() + b"<!-- " + b"x" * 5_000_000)

    assert look(server.url) == Seen("", "no revision mark within the first part of the page")


def test_who_does_not_listen_has_no_page() -> None:
    """And what went wrong is said."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    seen = look(f"http://127.0.0.1:{port}/")

    assert seen.mark == ""
    assert seen.why.startswith("ConnectError")


def test_every_page_has_to_show_the_mark() -> None:
    """The first that does not is named, with what is there."""
    marks = {
        "https://a/": Seen(MARK),
        "https://b/": Seen("older\x1b"),
        "https://c/": Seen("", "404"),
    }

    def find(*urls: str) -> str:
        return missing(urls, MARK, marks.__getitem__)

    assert find("https://a/") == ""
    assert find("https://a/", "https://b/") == "https://b/: another revision is there (older)"
    assert find("https://c/", "https://b/") == "https://c/: 404"
