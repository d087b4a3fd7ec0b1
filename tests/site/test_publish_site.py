"""Writing the site: what changed since the last time, or all of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import both, theme_files
from newsroom import TOP, Newsroom, plain_files

from publisher.errors import OutputError
from publisher.fakes.drawing import FakeDrawing
from publisher.render.theme import make_theme
from publisher.site.inputs import Uses, inputs
from publisher.site.ledger import Ledger
from publisher.site.targets import Target


@pytest.fixture
def published(quick: Newsroom) -> Newsroom:
    """A daily of one day, in one edition."""
    quick.bulletin("daily", editions=["zh"])
    quick.entry("one", tags=["x"], story="deal")
    quick.publish()
    return quick


def rendered_again(newsroom: Newsroom, day: str) -> set[str]:
    """The files that were written by publishing a day."""
    before = newsroom.dates()
    newsroom.publish(day)
    after = newsroom.dates()
    return {path for path, date in after.items() if before.get(path) != date}


def test_a_new_issue_leaves_old_pages_alone(published: Newsroom) -> None:
    """What did not change keeps its date."""
    published.entry("two", "2026-04-27")
    found = rendered_again(published, "2026-04-27")
    assert "zh/daily/2026-04-27/index.html" in found
    assert "zh/e/2026/04/26/one/index.html" not in found
    assert "zh/tags/x/index.html" not in found


def test_a_correction_that_takes_a_tag_away(published: Newsroom) -> None:
    """The list of the tag is gone with its feed; the site equals a full build."""
    published.entry("two", "2026-04-27", tags=["y"])
    published.publish("2026-04-27")
    published.correct("2026/04/26/one", tags=["y"], story=None)
    published.publish("2026-04-27", "19:00")
    found = published.files()
    assert not [path for path in found if "tags/x/" in path or "stories/deal" in path]
    assert published.app().build().changed == ()
    assert published.files() == found


def test_files_of_others_are_never_removed(published: Newsroom) -> None:
    """A file that somebody put into the folder of the site stays there."""
    own = published.root / "public/zh/tags/google123.html"
    own.write_text("a proof of ownership")
    published.correct("2026/04/26/one", tags=[])
    published.publish("2026-04-27", "09:00")
    published.app().build()
    assert own.read_text() == "a proof of ownership"
    assert not (published.root / "public/zh/tags/x").exists()


def test_what_somebody_changed_is_mended_by_a_build(published: Newsroom) -> None:
    """Publishing does not look at old pages; `build` does."""
    page = published.root / "public/zh/e/2026/04/26/one/index.html"
    good = page.read_bytes()
    page.write_text("defaced")
    assert published.publish(time="18:10").changed == 0
    assert published.app().build().changed == ("zh/e/2026/04/26/one/index.html",)
    assert page.read_bytes() == good


def test_a_new_look_renders_all(published: Newsroom) -> None:
    """A changed theme, found without anybody saying so."""
    files = theme_files()["default"] | {"web/style.css": "a { color: #123 }"}
    published.theme_of = lambda name: make_theme(name, {"default": files})
    report = published.publish(time="18:10")
    assert report.changed > 5
    assert "#123" in published.page("assets/default.css")


def test_a_theme_of_one_bulletin_renders_that_bulletin(quick: Newsroom) -> None:
    """The issues of the other one keep their dates, and all is as in a full build."""
    quick.bulletin("late", theme="ink", schedule={"at": "17:00"})
    quick.entry("one")
    quick.publish()
    ink = {"web/issue.html": plain_files()["web/issue.html"] + "<!-- ink -->"}
    before = quick.dates()
    packaged = quick.theme_of
    assert packaged is not None
    quick.theme_of = lambda name: (
        make_theme(name, {"default": plain_files(), "ink": plain_files() | ink})
        if name == "ink"
        else packaged(name)
    )
    quick.publish(time="18:10")
    after = quick.dates()
    written = {path for path in after if before.get(path) != after[path]}
    assert any(path.startswith("zh/late/2026") for path in written)
    assert not any("/daily/" in path for path in written)
    assert quick.app().build().changed == ()


@pytest.fixture
def tabled(quick: Newsroom) -> Newsroom:
    """A bulletin with a table, in which something may be drawn, and one without; nothing draws."""
    quick.drawings = FakeDrawing(can_draw=False)
    visits = {"id": "visits", "block": "table", "title": both("Visits"), "table": "traffic"}
    quick.table()
    quick.bulletin("daily", sections=[TOP, visits])
    quick.bulletin("late", schedule={"at": "17:00"})
    quick.entry("one")
    quick.publish()
    return quick


def test_what_was_not_drawn_is_rendered_again_once_it_can_be(tabled: Newsroom) -> None:
    """Where nothing is to be drawn then, the files are as they were."""
    again = tabled.publish(time="18:10")
    assert (again.changed, again.unchanged) == (0, 0)
    tabled.drawings = FakeDrawing()
    then = tabled.publish(time="18:15")
    assert (then.changed, then.unchanged > 0) == (0, True)
    again = tabled.publish(time="18:20")
    assert (again.changed, again.unchanged) == (0, 0)


def test_only_what_may_be_drawn_is_rendered_again(tabled: Newsroom) -> None:
    """The issues of a bulletin without tables are not, nor are entries."""
    site = tabled.app().editions()
    names = inputs(site)
    uses = Uses(site, names)
    assert [each for each in names if each.startswith("undrawn")] == ["undrawn daily"]
    targets = [
        Target("issue", ("daily", "2026-04-26")), Target("bulletin", ("daily",)),
        Target("issue", ("late", "2026-04-26")), Target("entry", ("2026/04/26/one",)),
    ]  # fmt: skip
    assert ["undrawn daily" in uses(each) for each in targets] == [True, True, False, False]


def test_a_new_setting_of_the_publication_renders_all(published: Newsroom) -> None:
    """Its name stands on every page."""
    published.publication(name={"zh": "新名", "en": "New"})
    assert published.publish(time="18:10").changed > 5
    assert published.app().build().changed == ()


def test_an_edition_that_was_taken_away(newsroom: Newsroom) -> None:
    """Its pages go; the others no longer name it."""
    newsroom.entry("one")
    newsroom.publish()
    newsroom.publication(editions={"zh": ["zh"]})
    report = newsroom.publish(time="18:10")
    assert report.removed > 5
    assert not (newsroom.root / "public/en").exists()
    assert "/en/" not in newsroom.page("zh/daily/2026-04-26/index.html")


def test_a_bulletin_that_gains_an_edition(quick: Newsroom) -> None:
    """With its newest issue all its pages are there in both; as in a full build."""
    quick.bulletin("daily", editions=["zh"])
    quick.entry("one")
    quick.publish()
    quick.bulletin("daily", editions=["zh", "en"])
    quick.entry("two", "2026-04-27")
    quick.publish("2026-04-27")
    found = quick.files()
    assert {"en/daily/2026-04-26/index.html", "en/e/2026/04/26/one/index.html"} <= set(found)
    assert quick.app().build().changed == ()


@pytest.mark.parametrize("damage", [b"", b"not a database", b"SQLite format 3\0 and no more"])
def test_a_damaged_ledger_costs_a_full_build(published: Newsroom, damage: bytes) -> None:
    """And changes no byte."""
    (published.root / "var/site.sqlite").write_bytes(damage)
    before = published.files()
    report = published.publish(time="18:10")
    assert (report.changed, report.unchanged) == (0, len(before))


def test_a_ledger_that_is_cut_off(published: Newsroom) -> None:
    """What is found to be missing while it is read costs a full build, too."""
    file = published.root / "var/site.sqlite"
    whole = file.read_bytes()
    for size in range(4096, len(whole), 4096):
        file.write_bytes(whole[:size])
        assert published.publish(time="18:10").changed == 0
        assert Ledger(file).state is not None


def test_the_ledger_tells_what_is_ours(published: Newsroom) -> None:
    """The last record that the site shows, and each file that was written."""
    ledger = Ledger(published.root / "var/site.sqlite")
    known = ledger.state
    assert known is not None
    assert known.log == 1
    assert list(ledger.files()) == sorted(published.files())


def test_what_an_earlier_version_listed_is_ours(published: Newsroom) -> None:
    """The list is read once: its files that are no more are removed, other ones stay."""
    state, old = published.root / "var", published.root / "public/zh/old/index.html"
    (state / "site.sqlite").unlink()
    old.parent.mkdir()
    old.write_text("of ours")
    (old.parent / "own.html").write_text("of others")
    (state / "site.files").write_text("zh/old/index.html\n../outside\n")
    (state / "site.json").write_text("{}")
    assert published.publish(time="18:10").removed == 1
    assert [each.name for each in old.parent.iterdir()] == ["own.html"]
    assert not [each for each in state.iterdir() if each.name in {"site.files", "site.json"}]


def test_an_interrupted_write_is_finished_first(published: Newsroom) -> None:
    """Also where nothing is due."""
    journal = published.root / "var/site.journal"
    journal.write_text("not a journal")
    with pytest.raises(
        OutputError, match=r"the journal .* cannot be understood; delete the journal"
    ):
        published.publish(time="18:10")


def test_a_file_where_the_site_must_be(quick: Newsroom) -> None:
    """Is named; the archive has the issue, and the next run goes on."""
    quick.entry("one")
    Path(quick.root / "public").write_text("")
    with pytest.raises(OutputError, match="public could not be written"):
        quick.publish()
    (quick.root / "public").unlink()
    assert quick.publish(time="18:10").published == ("daily 2026-04-26",)
    assert quick.steps() == {"daily 2026-04-26": "mailed"}
