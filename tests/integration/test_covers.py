"""Pictures of issues, drawn by vl-convert from the sample publication."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import builders
import pytest
from builders import both
from newsroom import packaged_theme
from PIL import Image

from publisher.app import App
from publisher.errors import ThemeError
from publisher.render.cover import cover
from publisher.site.covers import Cover, issue_cover
from publisher.site.drawings import is_installed
from publisher.site.painter import Painter

ROOT = Path(__file__).parents[2]
FONTS = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")
ISSUES = (
    ("ai-frontier-daily", "2026-04-20"),
    ("curious-spark", "2026-04-26"),
    ("ai-weekly", "2026-W17"),
    ("ai-monthly", "2026-04"),
)
EDITIONS = ("zh", "en", "bilingual")
LIGHT = 40_000
"""Bytes: twelve pictures of the sample have 21,000 to 35,000."""

pytestmark = pytest.mark.skipif(
    not (is_installed() and FONTS.is_file()), reason="needs the extra charts and fonts-noto-cjk"
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The sample publication, frozen."""
    folder = tmp_path_factory.mktemp("sample")
    told = {"PUBLISHER_STATE": str(folder / "var"), "PUBLISHER_PUBLIC": str(folder / "public")}
    app = App(ROOT, told, dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    app.theme_of = packaged_theme
    app.publish(all_files=True, until="frozen")
    yield app
    app.close()


@pytest.fixture(scope="module")
def painter() -> Iterator[Painter]:
    """What draws."""
    found = Painter()
    yield found
    found.close()


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(("bulletin", "name"), ISSUES)
def test_pictures_are_light_and_of_the_right_size(
    sample: App, painter: Painter, bulletin: str, name: str, edition: str
) -> None:
    """What those who show them ask for, with a palette."""
    svg = issue_cover(sample.editions(), sample.issue(bulletin, name), edition)
    data = painter.draw("png", svg)

    picture = Image.open(io.BytesIO(data))
    assert (picture.format, picture.size, picture.mode) == ("PNG", (1200, 630), "P")
    assert len(data) <= LIGHT
    shades = picture.convert("RGB").getcolors(1 << 16)
    assert shades is not None
    assert len(shades) > 8  # letters have soft edges: there is text in it


def test_two_processes_draw_the_same_bytes(sample: App, painter: Painter) -> None:
    """Nothing of the day, of chance or of the process gets into a picture."""
    svg = issue_cover(sample.editions(), sample.issue(*ISSUES[1]), "bilingual")
    other = Painter()
    try:
        assert other.draw("png", svg) == painter.draw("png", svg)
    finally:
        other.close()


def drawn(painter: Painter, ground: str = "", title: str = "Title") -> bytes:
    """A picture of an issue, in a theme with something more on the ground."""
    files, block = builders.theme_files()["default"], "{% block ground %}"
    template = files["share/cover.svg"].replace(block, block + ground)
    theme = builders.theme(**{"share/cover.svg": template})
    one = builders.entry(title=both(title))
    views = builders.views("bilingual")
    svg = cover(theme, views, views.issue(builders.issue((one,)), {one.entry.id: one}))
    return Cover(painter)._draw(svg, "themes/default/share/cover.svg")


def test_emoji_leave_no_boxes(painter: Painter) -> None:
    """The picture is that of the same words without them."""
    assert drawn(painter, title="A 🏆 prize") == drawn(painter, title="A prize")


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and what it is asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/a.png", paths
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "ground",
    [
        '<image href="{}" width="9" height="9"/>',
        '<image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{}" width="9" height="9"/>',
        '<use href="{}#a"/>',
        '<filter id="f"><feImage href="{}"/></filter>',
        "<foreignObject><p>{}</p></foreignObject>",
    ],
)
def test_a_template_reads_neither_files_nor_the_network(
    painter: Painter, asked: tuple[str, list[str]], ground: str, tmp_path: Path
) -> None:
    """The picture is not made, and the theme's file is named."""
    secret = tmp_path / "secret.png"
    Image.new("RGB", (9, 9), "red").save(secret)
    address, paths = asked

    for where in (address, str(secret), secret.as_uri(), "/etc/passwd"):
        with pytest.raises(ThemeError, match=r"themes/default/share/cover\.svg"):
            drawn(painter, ground.format(where))
    assert paths == []


def test_what_is_in_the_svg_alone_makes_no_request(
    painter: Painter, asked: tuple[str, list[str]]
) -> None:
    """Styles may name addresses; what draws follows none of them."""
    address, paths = asked
    style = f'<style>@import url("{address}"); rect {{{{ "{{" }}}} fill: url({address}) }}</style>'
    drawn(painter, f'<rect width="9" height="9" fill="url({address})"/>{style}')

    assert paths == []
