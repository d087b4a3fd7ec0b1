"""Charts by vl-convert, as it is installed: V8, resvg, and the fonts of this machine."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from publisher.fakes.web_server import WebServer
from publisher.site.drawable import Refused
from publisher.site.drawing_process import LIGHT
from publisher.site.drawing_talk import PROGRAM, Talk
from publisher.site.drawings import Drawings
from publisher.site.painter import Painter

MONTHS = ["一月", "二月", "三月", "四月", "May", "June"]


def spec_of(**parts: Any) -> str:
    """A line over six months in Chinese and English, with changes."""
    rows = [{"a": each, "b": (n * 37) % 23, "c": n % 2} for n, each in enumerate(MONTHS)]
    found = {
        "title": "收入 Revenue", "width": 600, "height": 260, "data": {"values": rows},
        "mark": "line", "config": {"font": "'Noto Sans CJK SC', sans-serif"},
        "encoding": {
            "x": {"field": "a", "type": "ordinal", "sort": None},
            "y": {"field": "b", "type": "quantitative"},
            "color": {"field": "c", "type": "nominal"},
        },
    }  # fmt: skip
    return json.dumps(found | parts, ensure_ascii=False)


@pytest.fixture(scope="module")
def painter() -> Iterator[Painter]:
    """One process for all that does not ask for its own."""
    here = Painter()
    yield here
    here.close()


@pytest.fixture(scope="module")
def svg(painter: Painter) -> str:
    return painter.draw("svg", spec_of()).decode()


def test_two_processes_draw_the_same_bytes(painter: Painter, svg: str, tmp_path: Path) -> None:
    """So that what is lost may be drawn again."""
    other = Drawings(tmp_path)
    assert other.svg(spec_of()) == svg
    assert other.png(svg) == painter.draw("png", svg)
    assert other.faults() == ()
    other.close()


def test_words_stay_words(svg: str) -> None:
    """Who selects, searches or listens finds them."""
    for each in (*MONTHS, "收入 Revenue"):
        assert f">{each}</text>" in svg


def test_a_picture_for_mail_is_light_and_of_twice_the_size(painter: Painter, svg: str) -> None:
    """With few colours, white where nothing is, and letters that are dark."""
    png = painter.draw("png", svg)
    with Image.open(io.BytesIO(png)) as opened:
        assert opened.mode == "P"
        assert f'width="{opened.width // 2}" height="{opened.height // 2}"' in svg
        shades = opened.convert("L").getextrema()
    assert len(png) < LIGHT
    assert shades[1] == 255
    assert shades[0] < 40


@pytest.mark.parametrize("url", ["{web}/data.csv", "{file}", "file://{file}"])
def test_vega_fetches_no_data(url: str, tmp_path: Path) -> None:
    """Not even where we had not looked: the process is asked as it is, by another way."""
    secret = tmp_path / "data.csv"
    secret.write_text("a,b\nSECRET,1\n")
    with WebServer() as web:
        named = url.format(web=f"http://127.0.0.1:{web.port}", file=secret)
        talk = Talk()
        told = talk.ask("svg", spec_of(data={"url": named, "format": {"type": "csv"}}))
        talk.end()
        assert web.asked == []
    assert "SECRET" not in json.dumps(told)


def test_pictures_in_an_svg_are_not_fetched(painter: Painter, tmp_path: Path) -> None:
    """resvg would fetch them, from the network and the disk: it never sees them."""
    Image.new("RGB", (9, 9), "red").save(tmp_path / "red.png")
    with WebServer() as web:
        for named in (f"http://127.0.0.1:{web.port}/red.png", str(tmp_path / "red.png")):
            drawn = (
                '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
                f'<image href="{named}" width="9" height="9"/></svg>'
            )
            with pytest.raises(Refused, match="names an address"):
                painter.draw("png", drawn)
        assert web.asked == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"mark": "nonsense"}, "vl-convert says: "),
        ({"transform": [{"calculate": "datum.a.(", "as": "x"}]}, "vl-convert says: "),
        ({"width": 9_000, "height": 900}, "square px"),
    ],
)
def test_what_vega_refuses_is_told_in_one_line(
    painter: Painter, changes: dict[str, Any], why: str
) -> None:
    """Without the stack of somebody's JavaScript."""
    with pytest.raises(Refused, match=why) as caught:
        painter.draw("svg", spec_of(**changes))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_what_goes_round_in_circles_is_ended() -> None:
    """V8 hears of no time limit; the kernel ends it."""
    endless = spec_of(data={"sequence": {"start": 0, "stop": 1e9, "as": "a"}})
    with pytest.raises(Refused, match="longer than 2 s"):
        Painter(seconds=2).draw("svg", endless)


def test_where_no_code_may_be_made_it_is_told_what_to_set() -> None:
    """V8 writes machine code, which MemoryDenyWriteExecute= of systemd forbids."""
    # PR_SET_MDWE, which systemd sets as well, with Linux 6.3 or newer.
    denied = (
        "import ctypes, runpy, sys\n"
        "if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0): sys.exit(77)\n"
        "del sys.argv[0]\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    with pytest.raises(Refused, match="has ended") as caught:
        Painter((sys.executable, "-c", denied, PROGRAM[-1])).draw("svg", spec_of())
    if "exit code 77" in str(caught.value):
        pytest.skip("this kernel has no PR_SET_MDWE")
    assert "MemoryDenyWriteExecute=false" in caught.value.remedy


def test_letters_that_no_font_has_are_refused(painter: Painter) -> None:
    """Of the scripts of which fontconfig knows no font here."""
    scripts = {"THAI": "ก", "ETHIOPIC": "ሀ", "TAMIL": "அ", "VAI": "ꔀ", "CYPRO": "𒾐"}
    lacking = [each for each, letter in scripts.items() if not has_font(letter)]
    if not lacking:
        pytest.skip("this machine has fonts of all scripts that are tried")
    for script in lacking:
        with pytest.raises(Refused, match=f"no font here has {script.title()} letters"):
            painter.draw("svg", spec_of(title=scripts[script]))


def test_letters_that_a_font_has_are_drawn(painter: Painter) -> None:
    """Chinese, Japanese and Korean, of the package that is told of."""
    for word in ("Été", "五月", "ひらがな", "カタカナ", "한국어"):
        assert word in painter.draw("svg", spec_of(title=word)).decode()


def has_font(letter: str) -> bool:
    """Whether fontconfig knows a font with a letter."""
    listed = shutil.which("fc-list")
    if listed is None:
        pytest.skip("fc-list is not installed")
    done = subprocess.run(
        [listed, f":charset={ord(letter):x}"], capture_output=True, text=True, check=True
    )
    return bool(done.stdout.strip())
