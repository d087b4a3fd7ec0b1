"""What holds for every answer."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest
from reception import Desk, Web, language_of, main_of

from publisher.errors import StepFailed
from publisher.web.guard import FEEDBACK_BYTES, LIMIT_BYTES

PATHS = [
    "/", "/healthz", "/docs", "/openapi.json", "/-/style.css", "/-/zh/subscribe",
    "/-/none/subscribe", "/-/confirm/x", "/-/leave/x", "/-/preferences/x", "/-/feedback/x",
]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS"])
def test_every_answer_has_its_headers(web: Web, method: str) -> None:
    """Not to be kept, framed, sniffed or indexed; no cookie, and nothing of the program."""
    for path in PATHS:
        refuse_bare(path, web.ask(method, path).headers)


def refuse_bare(path: str, headers: httpx.Headers) -> None:
    """Whether an answer has what every one has."""
    assert headers["x-robots-tag"] == "noindex"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] in ("no-referrer", "strict-origin-when-cross-origin")
    assert headers["cache-control"] == "no-store" or path == "/-/style.css"
    assert not {"set-cookie", "server", "location"} & set(headers)


@pytest.mark.parametrize("path", ["/-/confirm/x", "/-/leave/x", "/-/preferences/x"])
def test_a_page_with_a_token_tells_nobody_its_address(web: Web, path: str) -> None:
    """No link of it hands the token on."""
    assert web.get(path).headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404), ("GET", "/docs", 404), ("GET", "/openapi.json", 404),
        ("GET", "/redoc", 404), ("PUT", "/-/zh/subscribe", 405), ("DELETE", "/-/leave/x", 405),
        ("GET", "/-/zh/subscribe/", 404), ("GET", "/-/none/subscribe", 404),
        ("POST", "/-/none/subscribe", 404),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told_in_words(web: Web, method: str, path: str, status: int) -> None:
    """In the look of the site, without a redirect to a corrected address."""
    answer = web.ask(method, path, headers={"Accept-Language": "en"})

    assert answer.status_code == status
    assert "Page not found" in main_of(answer.text)
    assert language_of(answer.text) == "en"


@pytest.mark.parametrize("size", [LIMIT_BYTES + 1, 5 * LIMIT_BYTES])
def test_a_form_that_is_too_large_is_refused(web: Web, desk: Desk, size: int) -> None:
    """It is not read to its end, and nothing is done."""
    answer = web.sign_up(data={"name": "n" * size})

    assert answer.status_code == 413
    assert main_of(answer.text).startswith("无法读取提交的内容")
    assert desk.writer.written == []


def test_a_form_of_many_fields_or_with_a_file_is_refused(web: Web) -> None:
    """A form of ours has a few dozen fields, and no file."""
    many = web.sign_up(data={f"f{n}": "x" for n in range(400)})
    file = web.post("/-/zh/subscribe", files={"address": ("a.txt", b"x")})

    assert (many.status_code, file.status_code) == (400, 400)


def test_what_a_provider_sends_may_be_larger(desk: Desk) -> None:
    """A bounce holds the message that came back."""
    web = desk.web(feedback=lambda kind, headers, body: (200, f"{kind} {len(body)}"))

    assert web.post("/-/feedback/sns", content=b"x" * 2 * LIMIT_BYTES).text == "sns 131072"
    assert web.post("/-/feedback/sns", content=b"x" * (FEEDBACK_BYTES + 1)).status_code == 413


def broken(error: Exception) -> Any:
    def front() -> Any:
        raise error

    return front


class Failing:
    """Stands for what writes confirmations, and cannot."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def confirm(self, *arguments: Any) -> bytes:
        raise self.error

    welcome = confirm


def failing(desk: Desk, error: Exception) -> httpx.Response:
    """The answer to a form when something fails."""
    subscribing = type(desk.subscribing)(
        desk.people, desk.notices, Failing(error), desk.subscribing.keys
    )
    return desk.web(subscribing=subscribing).sign_up()


def test_what_fails_here_is_told_without_a_traceback(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """The page names a number, the log the same one with all there is to know."""
    answer = failing(desk, ZeroDivisionError("secret"))

    assert answer.status_code == 500
    assert main_of(answer.text).startswith("我们这边出错了")
    assert "secret" not in answer.text
    (record,) = [each for each in caplog.records if each.name == "publisher.web"]
    assert record.exc_info
    assert record.getMessage().partition(":")[0] in answer.text


def test_a_database_that_is_away_is_told_as_something_that_passes(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """503; the log has a line and no traceback."""
    answer = failing(desk, StepFailed("the database cannot be used", "wait"))

    assert answer.status_code == 503
    (record,) = [each for each in caplog.records if each.name == "publisher.web"]
    assert record.exc_info is None
    assert "the database cannot be used" in record.getMessage()


def test_where_no_page_can_be_made_there_is_a_plain_text(desk: Desk) -> None:
    """Whatever is broken, somebody who asks gets an answer."""
    web = desk.web()
    desk.front = broken(RuntimeError("no theme"))  # type: ignore[assignment]

    answer = web.get("/-/zh/subscribe")

    assert answer.status_code == 500
    assert answer.text.startswith("Something went wrong here.")


def test_no_token_stands_in_the_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever reads it could leave for others, or confirm."""
    caplog.set_level(logging.DEBUG)
    reader, web = desk.subscribe(), desk.web()
    token = desk.token(reader)
    web.sign_up("another@example.org")
    confirm = desk.writer.token
    for path in (f"/-/leave/{token}", f"/-/preferences/{token}", f"/-/confirm/{confirm}"):
        web.get(path)
        web.post(path)
        web.post(path, headers={"Origin": "https://evil.example"})

    told = "\n".join(each.getMessage() for each in caplog.records if each.name != "httpx")
    assert token not in told
    assert confirm not in told
    assert reader.address not in told


def test_the_service_stands_below_a_path_as_well(desk: Desk) -> None:
    """Whether a proxy takes the path off is its own affair; links hold it."""
    publication = desk.front.publication.model_copy(
        update={"service_url": "https://example.com/news"}
    )
    desk.front = type(desk.front)(
        publication, desk.front.bulletins, desk.front.pages, desk.front.style
    )
    web = desk.web()

    assert web.get("/news/-/zh/subscribe").status_code == 200
    assert web.get("/-/zh/subscribe").status_code == 200
