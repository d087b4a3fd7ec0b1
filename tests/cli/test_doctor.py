"""`publisher doctor`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from builders import both
from newsroom import Newsroom, at

from publisher.doctor.examine import examine
from publisher.doctor.finding import Finding
from publisher.doctor.resolver import NoResolver
from publisher.fakes.resolver import FakeResolver
from publisher.site.drawable import LacksFont, Refused
from publisher.site.drawings import Drawings

Run = Callable[..., tuple[int, str, str]]


def look(room: Newsroom, **settings: str) -> dict[str, list[Finding]]:
    """What is found in an installation, by what it is about."""
    found: dict[str, list[Finding]] = {}
    app = room.app(at("2026-04-26", "18:30"), **settings)
    for each in examine(app, FakeResolver(error=NoResolver("none answers"))):
        found.setdefault(each.what, []).append(each)
    return found


def test_an_installation_that_works_has_no_problem(quick: Newsroom) -> None:
    """There may be warnings, and what cannot be looked at is said."""
    quick.publication(service_url="https://news.example.com")
    quick.entry("one")
    quick.publish()
    found = [each for group in look(quick).values() for each in group]

    assert [each for each in found if each.state == "problem"] == []
    assert {each.what for each in found if each.state == "unchecked"} == {"clock", "DNS"}


def test_broken_settings_are_named_and_the_rest_is_left(quick: Newsroom) -> None:
    """Nothing can be said of an installation whose publication cannot be read."""
    quick.file("content/publication.yaml", "name: [")
    found = look(quick)

    assert found["content"][0].state == "problem"
    assert "content/publication.yaml:" in found["content"][0].seen
    assert "relay" not in found


FIGURE = {"id": "visits", "block": "figure", "title": both("Visits"), "table": "traffic"}


class Brush:
    """Draws anything, or nothing."""

    def __init__(self, why: str = "") -> None:
        self._why = why

    def draw(self, form: str, request: str) -> bytes:
        """One of Chinese and English words."""
        if self._why:
            raise Refused(self._why, "install a font")
        assert form == "png" or {"中文", "English"} <= set(json.loads(request)["title"].split())
        return b"<svg/>"


@pytest.mark.parametrize(
    ("is_there", "why", "seen", "remedy"),
    [
        (True, "", "a figure can be drawn", ""),
        (True, "no font", "is not drawn: no font; readers get tables", "install a font"),
        (False, "", "not installed; readers get tables", "pip install 'publisher[charts]'"),
    ],
)
def test_whether_figures_can_be_drawn(
    quick: Newsroom, is_there: bool, why: str, seen: str, remedy: str
) -> None:
    """With letters of each language; nothing of it is kept."""
    folder = quick.root / "var/drawings"
    quick.drawings = Drawings(folder, Brush(why), lambda: is_there)  # type: ignore[arg-type]
    quick.bulletin("daily", sections=[FIGURE])
    (found,) = look(quick)["figures"]

    assert (found.state == "ok") == (seen == "a figure can be drawn")
    assert seen in found.seen
    assert remedy in found.remedy
    assert not folder.exists()


def test_a_table_with_sparklines_is_drawn_too(quick: Newsroom) -> None:
    """No setting says that there are some: the newest issue does."""
    columns = [{"id": "site", "label": both("Site")},
               {"id": "trend", "label": both("Trend"), "type": "sparkline"}]  # fmt: skip
    quick.table(columns=columns, rows=[{"site": both("One"), "trend": "1 2 3"}])
    section = {"id": "visits", "block": "table", "title": both("Visits"), "table": "traffic"}
    quick.bulletin("daily", sections=[section, {"id": "top", "block": "entries", "select": {}}])
    quick.entry("one")
    quick.drawings = Drawings(quick.root / "var/drawings", Brush("no font"), lambda: True)  # type: ignore[arg-type]
    assert "figures" not in look(quick)
    quick.publish()

    (found,) = look(quick)["figures"]
    assert (found.state, found.remedy) == ("problem", "install a font")


def test_whether_share_pictures_can_be_drawn(newsroom: Newsroom) -> None:
    """Those of the newest issue, in each edition; what helps is said."""
    newsroom.bulletin("daily", share_picture=True)
    newsroom.entry("one")
    assert "share pictures" not in look(newsroom)  # nothing is published that could be drawn
    newsroom.publish()
    (found,) = look(newsroom)["share pictures"]
    assert (found.state, found.seen) == ("ok", "2 can be drawn")

    newsroom.painter.errors["（中）"] = LacksFont("no font here has Chinese letters", "install one")
    problem, fine = look(newsroom)["share pictures"]
    assert (problem.state, fine.seen) == ("problem", "1 can be drawn")
    assert problem.seen.startswith("daily (zh): share pictures cannot be drawn: no font here")
    assert problem.remedy == "install one"

    newsroom.painter.release = ""
    (found,) = look(newsroom)["share pictures"]
    assert "pip install 'publisher[charts]'" in found.remedy


def test_figures_are_no_matter_where_there_are_none(quick: Newsroom) -> None:
    """Nothing is said of what nobody uses."""
    assert "figures" not in look(quick)


def test_other_keys_are_found(quick: Newsroom) -> None:
    """With the reason why they are refused."""
    quick.entry("one")
    quick.publish()
    (quick.root / "var/keys.json").unlink()
    found = look(quick)["database"]

    assert [each.state for each in found] == ["ok", "problem"]
    assert "not those that this database was made with" in found[1].seen


def test_a_database_that_cannot_be_read_is_told_once(quick: Newsroom) -> None:
    """Whatever else would need it says nothing."""
    quick.file("var/publisher.sqlite", "no database " * 100)
    told = [each for group in look(quick).values() for each in group if "database" in each.seen]

    assert [(each.what, each.state) for each in told] == [("database", "problem")]


def test_a_damaged_archive_is_found(quick: Newsroom) -> None:
    """The file is named."""
    quick.entry("one")
    quick.publish()
    file = quick.root / "var/archive/issues/daily/2026-04-26/1.json"
    file.chmod(0o600)
    file.write_text("{")
    (found,) = look(quick)["archive"]

    assert found.state == "problem"
    assert "issues/daily/2026-04-26/1.json" in found.seen


def test_a_relay_without_pages_to_leave_by_is_a_problem(quick: Newsroom) -> None:
    """Mailbox providers ask for one-click (RFC 8058)."""
    found = look(quick, PUBLISHER_SMTP_URL="smtp+plain://127.0.0.1:1")

    assert any("no service_url" in each.seen for each in found["content"])
    assert found["relay"][0].state == "problem"


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_command_prints_each_with_its_remedy(run: Run, form: str) -> None:
    """For people, and for programs; the exit code says whether something is wrong."""
    code, told, _ = run("doctor", "--format", form)

    assert code in (0, 1)
    assert "nobody is told of what goes wrong" in told
    if form == "json":
        assert {"what", "state", "seen", "remedy"} == set(json.loads(told)[0])
    else:
        assert "→ set PUBLISHER_OPERATOR" in told
