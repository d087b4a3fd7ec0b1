"""The points of a chart: its rows in the words of an edition."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from builders import both, table, views

from publisher.content.chart import Chart
from publisher.render.charts.points import Plot, plot_of

SITE = {"id": "site", "label": both("Site")}
GROUP = {"id": "group", "label": both("Group")}
VISITS = {"id": "visits", "label": both("Visits"), "type": "number", "decimals": 1}
CHANGE = {"id": "change", "label": both("Change"), "type": "percent", "change": True}


def plot(columns: list[Any], rows: list[Any], edition: str = "en", **chart: Any) -> Plot:
    """The plot of a table."""
    drawn = Chart(**{"kind": "bar", "along": "site", "values": ["visits"]} | chart)
    found = table(columns=columns, rows=rows, chart=drawn)
    return plot_of(views(edition), found, drawn)


def row(name: str, *numbers: str | None, group: str | None = None) -> list[Any]:
    """Cells: a name, a group if there is one, numbers."""
    texts = [{"value": name}, *([{"value": group}] if group is not None else [])]
    return [*texts, *({"value": each} if each is not None else {} for each in numbers)]


def test_a_row_is_a_point_with_its_number_as_readers_write_it():
    """Drawn from the decimal number, labelled in the words of the edition."""
    found = plot([SITE, VISITS], [row("One", "1200.25"), row("Two", "-3")])
    assert found.along == ("One", "Two")
    assert [each.value for each in found.points] == [Decimal("1200.25"), Decimal(-3)]
    assert [each.shown for each in found.points] == ["1,200.3", "-3.0"]


def test_a_cell_without_a_number_is_a_gap():
    """Not a zero."""
    found = plot([SITE, VISITS], [row("One", "1"), row("Two", None)])
    assert [each.value for each in found.points] == [Decimal(1), None]
    assert found.points[1].shown == ""


def test_names_are_in_the_languages_of_the_edition():
    """In a stacked edition both stand, once where they are the same."""
    rows = [[{"text": {"zh": "豆包", "en": "Doubao"}}, {"value": "1"}],
            [{"text": {"zh": "Kimi", "en": "Kimi"}}, {"value": "2"}]]  # fmt: skip
    assert plot([SITE, VISITS], rows, "zh").along == ("豆包", "Kimi")
    assert plot([SITE, VISITS], rows, "en").along == ("Doubao", "Kimi")
    assert plot([SITE, VISITS], rows, "bilingual").along == ("豆包 Doubao", "Kimi")


def test_several_columns_are_several_series():
    """Called as their columns are."""
    rows = [row("One", "1", "2"), row("Two", "3", "4")]
    found = plot([SITE, VISITS, CHANGE], rows, kind="line", values=["visits", "change"])
    assert len(found.series) == 2
    assert [(each.along, each.series) for each in found.points] == [(0, 0), (1, 0), (0, 1), (1, 1)]


def test_the_words_of_a_column_are_series():
    """A word along the scale is one place for all of them."""
    rows = [row("Mon", "1", group="a"), row("Mon", "2", group="b"), row("Tue", "3", group="a")]
    found = plot([SITE, GROUP, VISITS], rows, kind="line", series="group")
    assert (found.along, found.series) == (("Mon", "Tue"), ("a", "b"))
    assert [(each.along, each.series) for each in found.points] == [(0, 0), (0, 1), (1, 0)]


def test_columns_may_have_a_panel_each():
    """With scales of their own: they measure different things."""
    rows = [row("One", "1", "2")]
    found = plot([SITE, VISITS, CHANGE], rows, values=["visits", "change"], panels=True)
    assert found.has_own_scales
    assert len(found.panels) == 2
    assert [each.panel for each in found.points] == [0, 1]


def test_words_may_have_a_panel_each():
    """On one scale: they are there to be compared."""
    rows = [row("One", "1", group="a"), row("One", "2", group="b")]
    found = plot([SITE, GROUP, VISITS], rows, panels="group")
    assert (found.panels, found.has_own_scales) == (("a", "b"), False)


def test_only_the_first_rows_are_drawn_where_a_chart_says_so():
    """The table keeps all."""
    rows = [row(f"Site {n}", str(n)) for n in range(9)]
    assert len(plot([SITE, VISITS], rows, first=4).points) == 4


def test_a_merged_name_goes_on():
    """Where a cell reaches over the next row, that row is about the same."""
    rows = [[{"value": "One", "rows": 2}, {"value": "1"}], [None, {"value": "2"}]]
    assert plot([SITE, VISITS], rows).along == ("One", "One")


def test_days_stand_as_far_apart_as_they_are():
    """A line along days does not make a week as long as a day."""
    rows = [row("2026-04-01", "1"), row("2026-04-02", "2"), row("2026-04-09", "3")]
    found = plot([SITE, VISITS], rows, kind="line")
    assert [day - found.days[0] for day in found.days] == [0, 1, 8]
    assert found.along == ("Apr 1", "Apr 2", "Apr 9")
    assert plot([SITE, VISITS], rows, "zh", kind="line").along[0] == "4月1日"


def test_months_and_years_are_days_too():
    """Each at its first day."""
    rows = [row("2026-01", "1"), row("2026-03", "2")]
    assert plot([SITE, VISITS], rows, "zh", kind="area").along == ("2026年1月", "2026年3月")
    rows = [row("2024", "1"), row("2026", "2")]
    assert (
        plot([SITE, VISITS], rows, kind="line").days[1]
        == 366 + 365 + plot([SITE, VISITS], rows, kind="line").days[0]
    )


def test_what_is_no_row_of_days_is_words():
    """Out of order, of two precisions, or no day at all: at equal steps, as written."""
    for names in (
        ("2026-04-02", "2026-04-01"),
        ("2026-04", "2026-05-01"),
        ("2026-02-30", "2026-03-01"),
    ):
        found = plot([SITE, VISITS], [row(each, "1") for each in names], kind="line")
        assert (found.days, found.along) == ((), names)


def test_bars_keep_their_words():
    """A bar is about a day; it stands at no distance."""
    assert plot([SITE, VISITS], [row("2026-04-01", "1"), row("2026-04-02", "1")]).days == ()
