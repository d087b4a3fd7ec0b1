"""The PDF of an issue, made by WeasyPrint and read back."""

from __future__ import annotations

import dataclasses
import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from integration.conftest import run
from PIL import Image
from pypdf import PdfReader

from publisher.errors import ThemeError, UsageError
from publisher.render.pdf import Printable
from publisher.site.paper import LIBRARIES, maker

if TYPE_CHECKING:
    from publisher.site.weasy import Pdf

ISSUES = {
    "ai-frontier-daily": "2026-04-20",
    "curious-spark": "2026-04-26",
    "ai-weekly": "2026-W17",
    "ai-monthly": "2026-04",
}
PAGE = Printable(
    html="<!doctype html><html lang='en'><title>T</title><h1>Heading</h1><p>Text</p></html>",
    css="",
    url="https://news.example.com/en/daily/2026-04-26/",
    title="Title",
    author="Tidewatch",
    description="",
    keywords=(),
    lang="en",
    created="2026-04-26T10:00:00Z",
    modified="2026-04-26T10:00:00Z",
    generator="publisher 1",
)


@cache
def pdf_of(found: Printable = PAGE, *files: tuple[str, bytes]) -> Pdf:
    """The PDF of a page; skips where a library is missing."""
    try:
        make = maker()
    except UsageError:
        pytest.skip(f"needs {LIBRARIES}")
    return make(found, dict(files))


def page(body: str, css: str = "", files: Mapping[str, bytes] | None = None) -> Pdf:
    """The PDF of some HTML."""
    html = f"<!doctype html><html lang='en'><title>T</title><h1>Heading</h1>{body}</html>"
    return pdf_of(dataclasses.replace(PAGE, html=html, css=css), *(files or {}).items())


def text_of(data: bytes) -> str:
    """The words of a PDF, without what breaks lines."""
    return "".join("".join(each.extract_text().split()) for each in _reader(data).pages)


def _reader(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def render(root: Path, bulletin: str, edition: str, out: Path, **environment: str) -> bytes:
    """Run the program as a process of its own; the PDF it wrote."""
    pdf_of()
    done = subprocess.run(
        [sys.executable, "-m", "publisher", "--root", str(root), "render", bulletin,
         ISSUES[bulletin], "--edition", edition, "--as", "pdf", "--out", str(out)],
        capture_output=True, text=True, check=False,
        env={key: value for key, value in os.environ.items() if not key.startswith("PUBLISHER_")}
        | environment,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return (out / "issue.pdf").read_bytes()


# Whole issues ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bulletin", "edition"),
    [
        ("ai-frontier-daily", "en"),
        ("curious-spark", "zh"),
        ("ai-weekly", "bilingual"),
        ("ai-monthly", "zh"),
    ],
)
def test_the_sample(sample: Path, tmp_path: Path, bulletin: str, edition: str) -> None:
    """Small, tagged, named, with an outline and its fonts; every line of the contents leads on."""
    data = render(sample, bulletin, edition, tmp_path)
    reader = _reader(data)
    catalog = reader.trailer["/Root"]

    assert len(data) < 2_000_000
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == ("en" if edition == "en" else "zh-CN")
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title
    assert reader.metadata.author == ("Tidewatch Newsroom" if edition == "en" else "望潮新闻室")
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.year == 2026
    assert reader.metadata.creation_date.month == 4
    outline = [each for each in reader.outline if not isinstance(each, list)]
    assert outline
    assert set(_fonts(reader).values()) == {True}
    assert f"1/{len(reader.pages)}" not in reader.pages[0].extract_text().replace(" ", "")
    assert f"2/{len(reader.pages)}" in reader.pages[1].extract_text().replace(" ", "")
    # Internal links of the cover, each with a page in the file.
    assert len(_places(reader)) >= 5
    assert None not in _places(reader)


def _fonts(reader: PdfReader) -> dict[str, bool]:
    """Every font by name: whether it is embedded."""
    found = {}
    for each in reader.pages:
        for font in (each["/Resources"].get("/Font") or {}).values():  # type: ignore[attr-defined]
            whole = font.get_object()
            if whole["/Subtype"] == "/Type3":
                found[whole.get("/Name", "type 3")] = True
                continue
            within = whole["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            found[whole["/BaseFont"]] = bool({"/FontFile2", "/FontFile3"} & set(within))
    return found


def _places(reader: PdfReader) -> list[object]:
    """Where the links of the first page lead within the file."""
    named = reader.named_destinations
    links = [each.get_object() for each in reader.pages[0].get("/Annots", [])]
    wanted = [each["/Dest"] for each in links if "/Dest" in each]
    return [named.get(each) for each in wanted]


@pytest.mark.parametrize("edition", ["zh", "en", "bilingual"])
def test_the_site_and_mail_link_to_it(sample: Path, tmp_path: Path, edition: str) -> None:
    """The run that published has made it: the same bytes as by hand."""
    by_hand = render(sample, "ai-monthly", edition, tmp_path)
    name = f"{edition}/ai-monthly/2026-04/ai-monthly-2026-04-{edition}.pdf"

    assert (sample / "public" / name).read_bytes() == by_hand
    page = (sample / f"public/{edition}/ai-monthly/2026-04/index.html").read_text("utf-8")
    assert f'href="/{name}" type="application/pdf"' in page
    run("render", "ai-monthly", "2026-04", "--edition", edition, "--out", str(tmp_path),
        root=sample)  # fmt: skip
    for form in ("html", "txt"):
        mail = (tmp_path / f"email.{form}").read_text("utf-8")
        assert f"https://news.example.com/{name}" in mail


def test_both_scripts_can_be_read_and_searched(sample: Path, tmp_path: Path) -> None:
    """Text is text: the headline of each language."""
    told = text_of(render(sample, "ai-monthly", "bilingual", tmp_path))

    assert "2026年4月AI技术深度观察" in told
    assert "AIinDepth:April2026" in told
    assert "参考来源" in told
    assert "\ufffd" not in told


def test_the_same_issue_gives_the_same_bytes(sample: Path, tmp_path: Path) -> None:
    """In another process, another second and time zone, with another order of hashes."""
    first = render(sample, "ai-monthly", "zh", tmp_path / "1", PYTHONHASHSEED="1", TZ="UTC")
    time.sleep(1.1)
    second = render(sample, "ai-monthly", "zh", tmp_path / "2", PYTHONHASHSEED="2", TZ="Asia/Tokyo")

    assert first == second


def test_headers_of_a_table_come_again_on_its_next_page(sample: Path, tmp_path: Path) -> None:
    """A table of forty-nine rows."""
    reader = _reader(render(sample, "ai-weekly", "en", tmp_path))

    pages = ["".join(each.extract_text().split()) for each in reader.pages]
    headed = [at for at, each in enumerate(pages) if "Visitorsin" in each]
    assert len(headed) >= 2
    assert headed == list(range(headed[0], headed[-1] + 1))


# What it may not do ------------------------------------------------------------------------------


class _Asked(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.paths.append(self.path)  # type: ignore[attr-defined]
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.mark.parametrize(
    ("body", "is_asked"),
    [
        ("<img src='{}' alt='x'>", True),
        ("<object data='{}'>x</object>", True),
        ("<embed src='{}'>", True),
        ("<link rel=stylesheet href='{}'>", True),
        ("<link rel=attachment href='{}'>", False),
        ("<a rel=attachment href='{}'>x</a>", True),
        ("<style>@import url('{}');</style>", True),
        ("<style>h1 {{ background: url('{}') }}</style>", True),
        ("<style>@font-face {{ font-family: x; src: url('{}') }} h1 {{ font: x }}</style>", True),
        ("<svg width='9' height='9'><image href='{}' width='9' height='9'/></svg>", True),
        ("<svg width='9' height='9'><use href='{}#x'/></svg>", False),
        ("<p style=\"list-style: url('{}'); display: list-item\">x</p>", True),
    ],
)
def test_neither_files_nor_the_network_are_asked(body: str, is_asked: bool, tmp_path: Path) -> None:
    """Whatever a theme asks for: it is refused and named, and the PDF is made without it."""
    secret = tmp_path / "secret.svg"
    secret.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>SECRET</text></svg>")
    server = HTTPServer(("127.0.0.1", 0), _Asked)
    server.paths = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    addresses = (secret.as_uri(), f"http://127.0.0.1:{server.server_port}/x.png", "ftp://a/b.png")
    try:
        for each in addresses:
            found = page(body.format(each))
            assert b"SECRET" not in found.data
            assert "Heading" in text_of(found.data)
            assert found.refused == ((each,) if is_asked else ())
    finally:
        server.shutdown()
        server.server_close()
    assert server.paths == []  # type: ignore[attr-defined]


def test_a_base_leads_nowhere_else() -> None:
    """A relative address is one below the issue's page, or whatever the template says: refused."""
    found = page("<base href='file:///etc/'><img src='passwd' alt='x'>")

    assert found.refused == ("file:///etc/passwd",)


def test_an_image_of_the_issue_is_shown() -> None:
    """By its address on the site."""
    from PIL import Image

    file, address = io.BytesIO(), "https://news.example.com/assets/images/a.png"
    Image.new("RGB", (8, 8), "red").save(file, "PNG")
    found = page(f"<img src='{address}' alt='x'>", files={address: file.getvalue()})

    assert found.refused == ()
    assert len(_reader(found.data).pages[0].images) == 1


def test_characters_that_no_font_has_are_told() -> None:
    """So that somebody installs one."""
    assert page("<p>a\U0010fffdb</p>").unknown == "\U0010fffd"
    assert page("<p>望潮 and more</p>").unknown == ""


def test_a_title_that_is_too_long_breaks_nothing() -> None:
    """Nor does a word that is wider than the page."""
    found = page(f"<p>{'word' * 400}</p><h2>{'字' * 900}</h2>")

    assert found.pages >= 1
    assert "word" in text_of(found.data)


def test_what_cannot_be_laid_out_is_told() -> None:
    """In a line, as every fault of a theme is."""
    with pytest.raises(ThemeError, match="WeasyPrint cannot set Title \\(RecursionError"):
        page("<div>" * 3000)


def test_half_an_image_is_found_damaged_also_after_a_pdf() -> None:
    """WeasyPrint asks Pillow to take what there is; the check of content must not."""
    maker()
    whole = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(whole, "PNG")
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(whole.getvalue()[:-60])).load()
