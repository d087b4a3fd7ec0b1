"""Take the pictures of docs/pictures/: the sample content, published afresh and looked at.

    python tools/pictures.py            all of them
    python tools/pictures.py spark      those whose name contains "spark"

Every theme has its page and its mail.  Needs Debian's Chromium and the fonts that
tools/system-packages.sh installs.  Publishes into a temporary folder; the publication's own
public/ and var/ are not touched.
"""

from __future__ import annotations

import functools
import io
import os
import re
import shutil
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

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs/pictures"
CHROMIUM = "/usr/bin/chromium"
_COLOURS = 64


@dataclass(frozen=True, slots=True)
class Picture:
    """What is looked at, on a screen of which width, down to which height.

    A fragment in the path is where the picture begins.
    """

    name: str
    path: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"


# Issues whose mails are pictured: folder below mail/, bulletin, issue, edition.
MAILS = (
    ("spark", "curious-spark", "2026-04-26", "bilingual"),
    ("analyst", "ai-frontier-daily", "2026-04-13", "zh"),
    ("report", "ai-weekly", "2026-W17", "en"),
)
# No bulletin of the sample has the default theme: this one is shown in it, once more.
PLAIN = ("default", "curious-spark", "2026-04-26", "en")

SHOTS = (
    Picture("default-page", "/en/", 1280, 1150),
    Picture("default-story-phone", "/en/stories/openai-models/", 375, 1100),
    Picture("default-mail", "/mail/default/email.html", 800, 1100),
    Picture("spark-page", "/bilingual/curious-spark/2026-04-26/", 1280, 1150),
    Picture("spark-phone-dark", "/bilingual/curious-spark/2026-04-26/", 375, 1100, "dark"),
    Picture("spark-mail", "/mail/spark/email.html", 800, 1100),
    Picture("spark-mail-phone", "/mail/spark/email.html", 375, 1100),
    Picture("spark-cover", "/en/curious-spark/2026-04-26/cover.png", 1200, 630),
    Picture("analyst-page", "/zh/ai-frontier-daily/2026-04-13/", 1280, 1150),
    Picture("analyst-mail", "/mail/analyst/email.html", 800, 1100),
    Picture("report-page", "/zh/ai-weekly/2026-W17/", 1280, 1150),
    Picture("report-table", "/en/ai-weekly/2026-W17/#s-traffic", 1280, 1150),
    Picture("report-table-phone", "/zh/ai-weekly/2026-W17/#s-traffic", 375, 1100),
    Picture("report-phone-dark", "/bilingual/ai-monthly/2026-04/", 375, 1100, "dark"),
    Picture("report-mail", "/mail/report/email.html", 800, 1100),
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
    """Publish the sample content into a folder; the mails lie beside the pages."""
    public = folder / "public"
    run(ROOT, folder, "publish", "--backfill")
    for name, bulletin, issue, edition in MAILS:
        out = public / "mail" / name
        run(ROOT, folder, "render", bulletin, issue, "--edition", edition, "--out", out)
    name, bulletin, issue, edition = PLAIN
    out = public / "mail" / name
    plain = in_default_theme(folder / "plain", bulletin)
    run(plain, plain, "render", bulletin, issue, "--edition", edition, "--out", out)
    return public


def in_default_theme(root: Path, bulletin: str) -> Path:
    """A copy of the publication in which a bulletin has the default theme."""
    shutil.copytree(ROOT / "content", root / "content")
    file = root / f"content/bulletins/{bulletin}.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^theme: .*$", "theme: default", text), encoding="utf-8")
    return root


def run(root: Path, folder: Path, *arguments: str | Path) -> None:
    """Run the program on a publication, with its state and its site in a folder."""
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("PUBLISHER_")},
        "PUBLISHER_STATE": str(folder / "var"),
        "PUBLISHER_PUBLIC": str(folder / "public"),
    }
    command = [sys.executable, "-m", "publisher", "--root", root, *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


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
    """Take one picture; gives back its size in bytes.

    Text on paper needs no more than a few colours, and a clone is the smaller for it.
    """
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height}, color_scheme=picture.scheme
    )
    page.goto(address + picture.path)
    raw = page.screenshot(animations="disabled")
    page.close()
    file = PICTURES / f"{picture.name}.png"
    few = Image.open(io.BytesIO(raw)).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(file, optimize=True)
    return file.stat().st_size


if __name__ == "__main__":
    main(sys.argv[1:])
