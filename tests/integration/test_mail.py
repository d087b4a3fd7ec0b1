"""The mail of the sample in a real browser, and as other programs read it."""

from __future__ import annotations

import email
import email.policy
import json
import re
import subprocess
from email.message import EmailMessage
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

LIMIT_BYTES = 95_000
ISSUES = (
    "ai-frontier-daily/2026-04-13", "ai-frontier-daily/2026-04-20", "ai-monthly/2026-04",
    "ai-weekly/2026-W17", "curious-spark/2026-04-26",
)  # fmt: skip


def letters(sample: Path) -> dict[str, EmailMessage]:
    """Every message in the outbox: ``bulletin/issue.edition``."""
    found = {}
    for file in sorted((sample / "var/outbox/new").iterdir()):
        letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        path = urlsplit(str(letter["Archived-At"]).strip("<> ")).path
        edition, bulletin, issue = path.split("/")[1:4]
        found[f"{bulletin}/{issue}.{edition}"] = letter
    return found


def html_of(letter: EmailMessage) -> str:
    """The HTML part."""
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_there_is_one_letter_per_edition(sample: Path) -> None:
    """Each bulletin's issue lies in the outbox once in each of its editions."""
    editions = ("zh", "en", "bilingual")
    wanted = {f"{issue}.{edition}" for issue in ISSUES for edition in editions}

    assert set(letters(sample)) == wanted
    assert len(list((sample / "var/outbox/new").iterdir())) == len(wanted)


def test_no_mail_is_cut_by_gmail(sample: Path) -> None:
    """The HTML of each mail stays under 95 KB."""
    sizes = {name: len(html_of(letter).encode()) for name, letter in letters(sample).items()}

    assert {name: size for name, size in sizes.items() if size > LIMIT_BYTES} == {}


# What every mail made of MJML has for Outlook's sake.
_FOR_OUTLOOK = re.compile(
    r"xmlns:[vo]|“mso-|attribute .*(is obsolete|is not needed)|“auto” for attribute “height”"
    r"|-webkit-|-ms-"
)


def test_mail_is_valid_html(sample: Path, vnu: list[str], tmp_path: Path) -> None:
    """The Nu HTML checker finds nothing but what mail programs need."""
    for name, letter in letters(sample).items():
        (tmp_path / f"{name.replace('/', '.')}.html").write_text(html_of(letter), "utf-8")
    done = subprocess.run(
        [*vnu, "--exit-zero-always", str(tmp_path)], capture_output=True, check=False
    )
    found = json.loads(done.stdout)["messages"]
    told = [each for each in found if not _FOR_OUTLOOK.search(each["message"])]

    assert [(each["type"], each.get("url"), each["message"]) for each in told] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mail_is_accessible(
    sample: Path, browser: Browser, axe: str, scheme: Literal["light", "dark"]
) -> None:
    """axe finds no violation in the mail of any bulletin, in both languages at once."""
    context = browser.new_context(viewport={"width": 375, "height": 900}, color_scheme=scheme)
    for name, letter in letters(sample).items():
        if not name.endswith("bilingual"):
            continue
        page = context.new_page()
        page.set_content(html_of(letter))
        page.evaluate(axe)
        found = page.evaluate(
            "() => axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa']})"
        )
        page.close()

        assert [(v["id"], v["nodes"][0]["target"]) for v in found["violations"]] == [], name
    context.close()


def test_mail_fits_every_screen_and_tells_nobody(sample: Path, browser: Browser) -> None:
    """No mail scrolls sideways on a phone or a desktop; it loads QR codes and charts alone."""
    context = browser.new_context(offline=True)
    for name, letter in letters(sample).items():
        page, asked = context.new_page(), []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.set_content(html_of(letter))
        for width in (320, 375, 800):
            page.set_viewport_size({"width": width, "height": 900})
            sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert sideways <= 0, f"{name} at {width}"
        page.close()

        issue = name.rpartition(".")[0]
        ours = re.compile(rf"https://news\.example\.com/(assets/|\w+/{issue}/[\w-]+\.png)")
        assert [url for url in asked if not ours.match(url)] == [], name
        assert bool(asked) == name.startswith(("ai-monthly", "ai-weekly")), name
    context.close()
