"""Take the pictures of docs/pictures/: the sample content, published afresh and looked at.

    python tools/pictures.py            all of them
    python tools/pictures.py spark      those whose name contains "spark"

Needs Debian's Chromium and the fonts that tools/system-packages.sh installs.  Publishes into a
temporary folder; the publication's own public/ and var/ are not touched.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs/pictures"
CHROMIUM = "/usr/bin/chromium"


@dataclass(frozen=True, slots=True)
class Picture:
    """What is looked at, on a screen of which width, down to which height."""

    name: str
    path: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"


SHOTS = (
    Picture("spark-page", "/bilingual/curious-spark/2026-04-26/", 1280, 1150),
    Picture("spark-phone-dark", "/bilingual/curious-spark/2026-04-26/", 375, 1100, "dark"),
    Picture("analyst-page", "/zh/ai-frontier-daily/2026-04-13/", 1280, 1150),
    Picture("spark-mail", "/mail/email.html", 800, 1100),
    Picture("spark-mail-phone", "/mail/email.html", 375, 1100),
)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the server is nobody's business."""


def main(wanted: list[str]) -> None:
    """Publish, serve, look."""
    shots = [each for each in SHOTS if not wanted or any(word in each.name for word in wanted)]
    with tempfile.TemporaryDirectory() as folder:
        public = publish(Path(folder))
        with serve(public) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM)
            PICTURES.mkdir(parents=True, exist_ok=True)
            for each in shots:
                size = take(browser, address, each)
                print(f"{(PICTURES / each.name).relative_to(ROOT)}.png  {size / 1000:.0f} KB")
            browser.close()


def publish(folder: Path) -> Path:
    """Publish the sample content into a folder; the mail lies beside the pages."""
    public = folder / "public"
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("PUBLISHER_")},
        "PUBLISHER_STATE": str(folder / "var"),
        "PUBLISHER_PUBLIC": str(public),
    }
    spark = ("curious-spark", "2026-04-26", "--edition", "bilingual", "--out", public / "mail")
    for arguments in (("publish", "--backfill"), ("render", *spark)):
        command = [sys.executable, "-m", "publisher", "--root", ROOT, *arguments]
        subprocess.run(
            command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
        )  # fmt: skip
    return public


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder to this machine; gives back the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def take(browser: Browser, address: str, picture: Picture) -> int:
    """Take one picture; gives back its size in bytes."""
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height}, color_scheme=picture.scheme
    )
    page.goto(address + picture.path)
    raw = page.screenshot(path=PICTURES / f"{picture.name}.png", animations="disabled")
    page.close()
    return len(raw)


if __name__ == "__main__":
    main(sys.argv[1:])
