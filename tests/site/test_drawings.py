"""What was drawn, and is never drawn again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from killing import PROCESSES

from publisher.config.bulletin import Bulletin
from publisher.config.section import SectionSettings
from publisher.site.drawable import Refused
from publisher.site.drawings import LACKING, Drawings, has_figures, may_draw

SPEC = '{"mark": "bar"}'
PNG = b"\x89PNG\r\n\x1a\n picture of %s IEND\xaeB`\x82"


class Brush:
    """Draws another thing each time, as another version of a library would."""

    def __init__(self, refuses: str = "") -> None:
        self.asked = 0
        self.is_closed = False
        self._refuses = refuses

    def draw(self, form: str, request: str) -> bytes:
        """Something of the right form."""
        self.asked += 1
        if self._refuses and self._refuses in request:
            raise Refused("no such mark", "use another")
        if form == "png":
            return PNG % request.encode()
        return f"<svg><!--{request} {self.asked}--></svg>".encode()

    def close(self) -> None:
        """Remember that."""
        self.is_closed = True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "drawings"


def opened(folder: Path, brush: Brush | None = None, *, is_there: bool = True) -> Drawings:
    return Drawings(folder, brush or Brush(), lambda: is_there)  # type: ignore[arg-type]


def kept(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file())


def test_what_was_drawn_stays_as_it_is(folder: Path) -> None:
    """Whatever is installed later."""
    brush = Brush()
    first = opened(folder, brush)
    svg = first.svg(SPEC)
    png = first.png(svg or "")
    later = opened(folder, brush)
    assert (later.svg(SPEC), later.png(svg or "")) == (svg, png)
    assert brush.asked == 2
    assert {each.suffix for each in kept(folder)} == {".svg", ".png"}


def test_what_was_drawn_needs_no_extra(folder: Path) -> None:
    """A machine without it serves what is there, and says nothing."""
    svg = opened(folder).svg(SPEC)
    without = opened(folder, is_there=False)
    assert without.svg(SPEC) == svg
    assert without.faults() == ()
    assert not without.can_draw


def test_another_request_is_another_drawing(folder: Path) -> None:
    """An SVG that is asked for as a specification is no picture of it."""
    here = opened(folder)
    assert here.svg(SPEC) != here.svg(f"{SPEC} ")
    assert str(here.png(SPEC)) != here.svg(SPEC)


def test_without_the_extra_nothing_is_drawn_and_it_is_told_once(folder: Path) -> None:
    """With the line to type."""
    here = opened(folder, is_there=False)
    assert [here.svg(SPEC), here.svg("{}"), here.png("<svg/>")] == [None] * 3
    assert here.faults() == (LACKING,)
    assert "pip install 'publisher[charts]'" in str(LACKING)
    assert not folder.exists()


@pytest.mark.parametrize("spoil", [lambda data: b"", lambda data: data[:-1], lambda data: data[9:]])
def test_what_is_broken_is_drawn_anew(folder: Path, spoil: Callable[[bytes], bytes]) -> None:
    """A file that is empty, or not all there."""
    here = opened(folder)
    assert here.svg(SPEC)
    (file,) = kept(folder)
    file.write_bytes(spoil(file.read_bytes()))
    again = here.svg(SPEC)
    assert again == f"<svg><!--{SPEC} 2--></svg>"
    assert file.read_text() == again


def test_what_is_refused_is_told_by_its_title_and_not_tried_again(folder: Path) -> None:
    """Each edition and each mail asks for it."""
    brush = Brush(refuses="bar")
    here = opened(folder, brush)
    for _ in range(3):
        assert here.svg('{"mark": "bar", "title": {"text": "Visits"}}') is None
    assert brush.asked == 1
    assert [*map(str, here.faults())] == ["figure “Visits” is not drawn: no such mark; use another"]


@pytest.mark.parametrize("spec", ['{"mark": "bar"}', "[1]", "{", '{"title": ["a"]}'])
def test_what_has_no_title_is_a_figure(folder: Path, spec: str) -> None:
    """Nor must it be JSON."""
    here = opened(folder, Brush(refuses=spec))
    assert here.svg(spec) is None
    assert str(here.faults()[0]).startswith("a figure is not drawn: ")


def test_what_cannot_be_kept_is_drawn_all_the_same(folder: Path) -> None:
    """Readers get it; the operator hears that it will be drawn again."""
    folder.parent.mkdir()
    folder.write_text("")
    here = opened(folder)
    assert here.svg(SPEC)
    assert "cannot be kept" in str(here.faults()[0])


def test_a_trial_keeps_nothing_and_uses_nothing_kept(folder: Path) -> None:
    """It says whether this machine draws now."""
    here = opened(folder, Brush(refuses="pie"))
    assert here.fault(SPEC) is None
    assert kept(folder) == []
    assert "no such mark" in str(here.fault('{"mark": "pie"}'))
    opened(folder).svg(SPEC)
    assert opened(folder, is_there=False).fault(SPEC) == LACKING


def test_closing_it_closes_what_draws(folder: Path) -> None:
    """A process, usually."""
    brush = Brush()
    opened(folder, brush).close()
    assert brush.is_closed


def test_processes_that_draw_the_same_at_once_keep_one_whole_file(folder: Path) -> None:
    """None sees half a file, or takes away what another one is writing."""
    spec = f'{{"title": "{"x" * 200_000}"}}'

    def draw() -> None:
        here = opened(folder)
        seen = {here.svg(spec) for _ in range(20)}
        assert all(each and each.endswith("</svg>") for each in seen)
        assert here.faults() == ()

    workers = [PROCESSES.Process(target=draw) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert [each.exitcode for each in workers] == [0] * 4
    assert [each.suffix for each in kept(folder)] == [".svg"]


def test_what_a_fork_does_not_draw_is_told_here(folder: Path) -> None:
    """Pages are rendered by forks, and nothing is left of what they wrote down."""
    here = opened(folder, Brush(refuses="bar"))

    def draw() -> None:
        assert here.svg(SPEC) is None

    for _ in range(2):
        child = PROCESSES.Process(target=draw)
        child.start()
        child.join()
        assert child.exitcode == 0
    assert [each.what for each in here.faults()] == ["a figure is not drawn: no such mark"]
    assert kept(folder) == []


def test_whether_it_was_asked(folder: Path) -> None:
    """What was kept counts: it was to be drawn, and is there."""
    here = opened(folder)
    assert not here.was_asked
    here.svg(SPEC)
    assert here.was_asked


@pytest.mark.parametrize(
    ("block", "figures", "may"),
    [("figure", True, True), ("table", False, True), ("entries", False, False)],
)
def test_what_a_bulletin_has_is_told_by_its_sections(block: str, figures: bool, may: bool) -> None:
    """A table may have a column that is drawn."""
    section = SectionSettings.model_construct(id="a", block=block)  # type: ignore[arg-type]
    settings = Bulletin.model_construct(sections=[section])
    assert (has_figures(settings), may_draw(settings)) == (figures, may)
