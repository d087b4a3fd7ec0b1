"""`publisher preview` in a real browser."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from newsroom import Newsroom
from playwright.sync_api import Browser, Page

DAY = "2026-04-26"


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    """A newsroom with an entry, and the themes that come with the program."""
    found = Newsroom(tmp_path, theme_of=None)
    found.entry("one")
    yield found
    found.close()


@pytest.fixture
def preview(newsroom: Newsroom) -> Iterator[str]:
    """The program as a process of its own; gives the address that it prints."""
    arguments = ["--root", str(newsroom.root), "--now", f"{DAY}T12:00+08:00", "preview"]
    process = subprocess.Popen(
        [sys.executable, "-m", "publisher", *arguments, "--port", "0", "daily", DAY],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    process.stdout.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window that prefers light."""
    found = browser.new_page(color_scheme="light")
    yield found
    found.close()


def colour(page: Page, edition: str = "en") -> str:
    """The background of what stands in the frame."""
    body = page.frame_locator("iframe").locator("body")
    return str(body.evaluate("body => getComputedStyle(body).backgroundColor"))


def test_an_issue_reloads_when_a_file_is_saved(
    preview: str, page: Page, newsroom: Newsroom
) -> None:
    """The headline changes in the frame without a hand on the browser."""
    page.goto(preview)
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Title one").first.wait_for()
    newsroom.entry("one", title={"zh": "新标题", "en": "Another headline"})
    frame.get_by_role("link", name="新标题").first.wait_for(timeout=30_000)


@pytest.mark.parametrize("view", ["page", "mail"])
def test_light_and_dark_whatever_the_computer_prefers(preview: str, page: Page, view: str) -> None:
    """Page and mail are shown in the scheme that was chosen."""
    page.goto(f"{preview}?view={view}&scheme=light")
    light = colour(page)
    page.goto(f"{preview}?view={view}&scheme=dark")
    assert colour(page) != light


@pytest.mark.parametrize(("name", "width"), [("phone", 375), ("desktop", 800)])
def test_the_width_of_a_phone_and_a_desktop(
    preview: str, page: Page, name: str, width: int
) -> None:
    """The frame is as wide as the screen it stands for."""
    page.goto(preview)
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url("**width=*")
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert box["width"] == width


def test_text_and_feed(preview: str, page: Page) -> None:
    """Both are shown as they are sent."""
    page.goto(f"{preview}?view=text&edition=en")
    page.frame_locator("iframe").get_by_text("Title one").first.wait_for()
    page.goto(f"{preview}?view=feed&edition=en")
    page.frame_locator("iframe").get_by_text("tag:news.example.com,2026").first.wait_for()


def test_a_mistake_is_shown_and_mended(preview: str, page: Page, newsroom: Newsroom) -> None:
    """The place and the remedy stand in the browser; mending it brings the issue back."""
    page.goto(preview)
    page.frame_locator("iframe").get_by_role("link", name="Title one").first.wait_for()
    newsroom.issue(DAY, titel="x")
    page.get_by_text(f"content/issues/daily/{DAY}.yaml:").wait_for(timeout=30_000)
    page.get_by_text("did you mean").first.wait_for()
    (newsroom.root / f"content/issues/daily/{DAY}.yaml").unlink()
    page.frame_locator("iframe").get_by_role("link", name="Title one").first.wait_for(
        timeout=30_000
    )
