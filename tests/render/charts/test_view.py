"""Charts as templates have them, on pages, in mail, on paper, in feeds and in articles."""

from __future__ import annotations

import io

import pytest
from builders import both, bulletin, issue, section, table, theme, views
from PIL import Image

from publisher.content.chart import Chart
from publisher.content.table import Cell, Column
from publisher.fakes.drawing import FakeDrawing
from publisher.render.charts.view import chart_view, picture_of, sparkline_view
from publisher.render.context_issue import ChartView, IssueView
from publisher.render.drawing import Drawing

PATH = "/en/daily-ten/2026-04-26/traffic.png"
BAR = Chart(kind="bar", along="site", values=["visits"])
ROWS = [[{"text": both("One")}, {"value": "1200"}], [{"text": both("Two")}, {"value": "-3"}]]


def view(chart: Chart = BAR, edition: str = "en", drawing: Drawing | None = None) -> ChartView:
    """The chart of a table."""
    found = views(edition, drawing=drawing or FakeDrawing())
    return chart_view(found, table(rows=ROWS, chart=chart), chart, theme().tokens, PATH)


# In words ----------------------------------------------------------------------------------------


def test_a_chart_says_what_it_shows():
    """Its kind and caption, how many numbers there are, and the ends of them."""
    said = "Bar chart: Visits by site (en). 2 values, from -3 (Two (en)) to 1,200 (One (en))"
    assert view().alt == said


def test_an_editor_may_say_it_better():
    """What is written stands."""
    chart = Chart.model_validate(BAR.model_dump() | {"alt": both("Written")})
    assert view(chart).alt == "Written (en)"


def test_a_sparkline_says_its_ends():
    """First, last, lowest and highest; a reader of plain text gets the first and the last."""
    column = Column.model_validate({"id": "t", "label": both("T"), "type": "sparkline"})
    found = sparkline_view(views("en"), column, Cell(value="3 1 9 2.5"), theme().tokens, PATH)
    assert found.alt == "From 3 to 2.5; lowest 1, highest 9"
    assert found.text == "3 → 2.5"


# Drawn -------------------------------------------------------------------------------------------


def test_nothing_is_drawn_before_a_template_asks():
    """A page costs no picture for mail, and a mail no drawing for a phone."""
    drawing = FakeDrawing()
    found = view(drawing=drawing)
    assert drawing.specs == []
    assert found.wide
    assert found.wide
    assert len(drawing.specs) == 1


def test_a_chart_is_drawn_for_each_place():
    """Wide, for a phone and for mail."""
    found = view()
    assert 'class="chart-wide"' in found.wide
    assert 'class="chart-narrow"' in found.narrow
    assert found.image_url.startswith("https://")
    assert found.image_url.endswith(".png")


def test_the_picture_for_mail_has_twice_as_many_pixels():
    """For fine screens; the mail says how large it is shown."""
    found = view()
    picture = picture_of(found)
    assert picture is not None
    assert Image.open(io.BytesIO(picture.data)).size == (2 * found.width, 2 * found.height)
    assert found.image_url.endswith(picture.path)


def test_a_picture_keeps_its_address():
    """Mails that were sent show what a correction made of it."""
    one, other = picture_of(view()), picture_of(view(BAR.model_copy(update={"first": 1})))
    assert one is not None
    assert other is not None
    assert one.path == other.path == PATH


@pytest.mark.parametrize(
    "drawing", [FakeDrawing(can_draw=False), FakeDrawing(refuses=lambda asked: True)]
)
def test_what_cannot_be_drawn_is_empty(drawing: FakeDrawing):
    """A template then shows the table."""
    found = view(drawing=drawing)
    assert (found.wide, found.narrow, found.image_url) == ("", "", "")
    assert picture_of(found) is None
    assert (found.width, found.height) == (0, 0)


def test_a_drawing_that_is_no_svg_is_none():
    """Whatever a drawing program says, a page stays whole."""

    class Broken(FakeDrawing):
        def svg(self, spec: str) -> str | None:
            return f"<svg{spec}"

    found = view(drawing=Broken())
    assert (found.wide, found.image_url) == ("", "")


# In an issue -------------------------------------------------------------------------------------


def issue_of(*blocks: str) -> IssueView:
    """An issue with a section of each block over the same table."""
    settings = bulletin(*(section(f"s{n}", each) for n, each in enumerate(blocks)))
    found = table(rows=ROWS, chart=BAR, label="figure")
    written = {
        f"s{n}": {"table": found} for n, each in enumerate(blocks) if each != "list-of-tables"
    }
    made = views("en", drawing=FakeDrawing())
    return made.issue(issue((), settings, written), {})


def test_figures_and_tables_are_numbered_in_their_own_order():
    """A table that is called a figure counts among them; the list of both names all."""
    found = issue_of("figure", "table", "list-of-tables")
    assert [each.table.label for each in found.sections if each.table] == ["Figure 1", "Figure 2"]
    assert [each.note for each in found.sections[2].tables] == ["Figure 1", "Figure 2"]


def test_only_a_section_of_block_figure_is_drawn():
    """The same file may stand as a table elsewhere."""
    figure, plain = issue_of("figure", "table").sections
    assert figure.table is not None
    assert plain.table is not None
    assert figure.table.chart is not None
    assert plain.table.chart is None
