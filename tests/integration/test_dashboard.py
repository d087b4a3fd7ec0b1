"""The dashboard in a real browser."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from frontoffice import NOW, Office
from integration.test_pages import COLOUR, violations
from newsroom import Newsroom, plain_theme
from playwright.sync_api import Browser

from publisher.storage.tables import deliveries


@pytest.fixture(scope="module")
def office(memory: Path) -> Office:
    """A publication whose readers have got three issues; some of it came back."""
    made = Office(Newsroom(memory / "publication", plain_theme))
    for number in range(9):
        made.person(f"r{number}@example.org", "zh" if number % 3 else "en")
    for day in ("24", "25", "26"):
        made.desk.mailings.open("daily", f"2026-04-{day}", {"zh": b".", "en": b"."}, NOW)
    of = deliveries.c
    with made.desk.engine.begin() as connection:
        connection.execute(deliveries.update().where(of.mailing_id < 3).values(state="sent"))
        back = deliveries.update().where(of.mailing_id == 2, of.edition == "en")
        connection.execute(back.values(bounced="hard"))
    made.now += dt.timedelta(days=20)
    return made


@pytest.fixture(scope="module")
def address(office: Office) -> Iterator[str]:
    """Where it is served."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(office.app, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True
        )
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        server.should_exit = True
        thread.join(timeout=30)


def test_the_dashboard_is_accessible(
    browser: Browser, axe: str, office: Office, address: str
) -> None:
    """axe finds nothing, light or dark; 320 px are wide enough; a token opens it."""
    signed_in = {"username": "x", "password": office.token}
    context = browser.new_context(
        viewport={"width": 320, "height": 900}, bypass_csp=True, http_credentials=signed_in
    )
    page = context.new_page()
    page.goto(address, wait_until="load")
    page.evaluate(axe)
    sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    light = violations(page)
    page.emulate_media(color_scheme="dark")
    dark = violations(page, type="rule", values=COLOUR)
    context.close()

    assert (light, dark) == ([], [])
    assert sideways <= 0


def test_the_policy_lets_the_page_look_as_it_should(
    browser: Browser, office: Office, address: str
) -> None:
    """Nothing is refused, nothing comes from elsewhere, and bars have their colours."""
    signed_in = {"username": "x", "password": office.token}
    context = browser.new_context(http_credentials=signed_in)
    page, told, hosts = context.new_page(), [], set()
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(address, wait_until="networkidle")
    fill = page.eval_on_selector("td .sent", "each => getComputedStyle(each).fill")
    context.close()

    assert (told, hosts - {""}) == ([], {urlsplit(address).netloc})
    assert fill != "rgb(0, 0, 0)"
