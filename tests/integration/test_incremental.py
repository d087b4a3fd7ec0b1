"""What is written piece by piece is what would be written as a whole.

Random days of a newsroom: issues come out, with dates, tables and links to earlier issues;
entries are corrected, translated, renamed and taken down, issues are corrected, and bulletins gain
editions; now and then a run is killed while it changes the site, and the next one goes on.
After each day the site is compared with a full build of the archive.
"""

from __future__ import annotations

import random
import signal
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from builders import both, theme_files
from killing import PROCESSES, killed_at
from newsroom import TOP, Newsroom, at

from publisher.archive.records import tombstones
from publisher.errors import OutputError, ThemeError, UsageError
from publisher.render import paths
from publisher.render.theme import Theme, make_theme
from publisher.site.build import Builder
from publisher.site.covers import issue_cover
from publisher.site.drawable import Hindered, LacksFont, Refused
from publisher.site.targets import Target, everything

DAYS = 5
TAGS = ("x", "y", "z")
STORIES = (None, None, "deal", "trial")
NEWS = TOP | {"select": {"kinds": ["event"]}, "optional": True}
DATES = {"id": "dates", "block": "calendar", "title": both("Dates"), "select": {"tags": ["y", "z"]}}
TRAFFIC = {"id": "traffic", "block": "table", "title": both("Traffic"), "optional": True}
RELATED = {"id": "related", "block": "related", "title": both("Related"), "max": 2,
           "bulletins": ["daily", "signals"]}  # fmt: skip
RATING = {"rating": {"label": both("Rating"), "value": both("Hold")}}
DAILY = {
    "pdf": True,
    "share_picture": True,
    "window": {"days": 2}, "sections": [NEWS, DATES, TRAFFIC, RELATED],
    "facts": RATING, "masthead": ["date", "rating"],
}  # fmt: skip
LATE = {
    "editions": ["en"],
    "schedule": {"at": "20:00"},
    "window": {"days": 3},
    "sections": [TOP | {"optional": True}, DATES],
}


@cache
def theme_of(variant: int, name: str) -> Theme:
    """A theme as it is on the disk at some time: the child's page or the parent's style differs."""
    files = theme_files()
    default, page = files["default"], files["default"]["web/issue.html"]
    if variant == 1:
        default = default | {"web/style.css": default["web/style.css"] + "/* wider */"}
    own = {"web/issue.html": page + "<!-- ink -->"} if variant == 2 else {}
    return make_theme(name, {"default": default, "ink": own})


class Days:
    """A newsroom in which every day something happens by chance."""

    def __init__(self, newsroom: Newsroom, seed: int) -> None:
        self.newsroom = newsroom
        self.chance = random.Random(seed)
        self.entries: list[str] = []
        self.issues: dict[str, dict[str, Any]] = {}
        self.hour = 0
        self.kills = 0
        self.base_url = "https://news.example.com"
        newsroom.theme_of = partial(theme_of, 0)
        newsroom.bulletin("daily", editions=["zh"], **DAILY)
        newsroom.bulletin(
            "signals", editions=["en"], schedule={"at": "19:00"},
            sections=[TOP | {"select": {"tags": ["x"]}, "optional": True, "max": 2}],
        )  # fmt: skip
        newsroom.bulletin("late", **LATE)

    def day(self, number: int) -> str:
        """A day of a month's end, so that months change."""
        return f"2026-{'04' if number < 3 else '05'}-{28 + number if number < 3 else number - 2:02}"

    def write(self, day: str, number: int) -> None:
        """Some new entries, one of them half translated."""
        for n in range(self.chance.randint(1, 3)):
            tags = self.chance.sample(TAGS, self.chance.randint(0, 2))
            title = {"zh": f"题{n}"} if self.chance.random() < 0.3 else both(f"Title {number}{n}")
            kind = self.chance.choice(["event", "signal"]) if n else "event"
            self.entries.append(
                self.newsroom.entry(f"e{number}{n}", day, title=title, tags=tags, kind=kind,
                                    story=self.chance.choice(STORIES), happened=self.when())
            )  # fmt: skip

    def when(self) -> str:
        """A day ahead or behind, some days, or a month."""
        day = self.chance.randint(1, 9)
        return self.chance.choice([f"2026-05-0{day}", f"2026-04-29/2026-05-0{day}", "2026-06"])

    def report(self, day: str) -> None:
        """An issue file with a table, and now and then a fact of its own."""
        self.newsroom.table(f"t-{day}")
        self.issues[day] = {"sections": {"traffic": {"table": f"t-{day}"}}}
        if self.chance.random() < 0.5:
            self.issues[day]["facts"] = {"rating": both(f"Rating {self.hour}")}
        self.newsroom.issue(day, **self.issues[day])

    def correct(self) -> None:
        """A correction that may also change tags, story and date."""
        entry = self.chance.choice(self.entries)
        changes = {"title": both(f"Right {self.hour}")}
        if self.chance.random() < 0.5:
            changes |= {"tags": self.chance.sample(TAGS, 1), "story": self.chance.choice(STORIES)}
        if self.chance.random() < 0.3:
            changes |= {"happened": self.when()}
        self.newsroom.correct(entry, **changes)

    def correct_issue(self) -> None:
        """A correction of an issue: its table changes, or goes."""
        if not self.issues:
            return
        day, written = self.chance.choice(list(self.issues.items()))
        note = {"date": "2026-05-01", "note": both(f"Correction {self.hour}")}
        written["corrections"] = [*written.get("corrections", []), note]
        if self.chance.random() < 0.6:
            written["sections"] = {}
        self.newsroom.table(f"t-{day}", caption=both(f"Visits {self.hour}"))
        self.newsroom.issue(day, **written)

    def translate(self) -> None:
        """A title that gains a language."""
        self.newsroom.edit(self.chance.choice(self.entries), title=both(f"Both {self.hour}"))

    def rename(self) -> None:
        """A new name, now and then under another day."""
        at_place = self.chance.randrange(len(self.entries))
        old = self.entries[at_place]
        day = self.chance.choice([old[:10], "2026/04/01"])
        self.entries[at_place] = new = f"{day}/renamed-{self.hour}"
        self.newsroom.rename(old, new)

    def edition(self) -> None:
        """A bulletin appears in one more edition, or in one less."""
        chosen = self.chance.choice([["zh"], ["zh", "en"]])
        self.newsroom.bulletin("daily", editions=chosen, **DAILY)

    def retitle(self) -> None:
        """The publication and one of its bulletins have other names."""
        self.newsroom.publication(name=both(f"Tide {self.hour}"), base_url=self.base_url)
        self.newsroom.bulletin("late", **LATE, name=both(f"Late {self.hour}"))

    def move(self) -> None:
        """The site has another address."""
        self.base_url = f"https://news{self.hour}.example.com"
        self.newsroom.publication(base_url=self.base_url)

    def retheme(self) -> None:
        """A bulletin has another theme; its next issue brings it."""
        self.newsroom.bulletin("late", **LATE, theme=self.chance.choice(["ink", "default"]))

    def edit_theme(self) -> None:
        """One of the themes has other files."""
        self.newsroom.theme_of = partial(theme_of, self.chance.randrange(3))

    def lose(self) -> None:
        """The ledger is gone, or is none any more; the index is gone."""
        state = self.newsroom.root / "var"
        # While nothing is to be removed: that a file was ours, the ledger alone knows.
        for suffix in self.chance.choice([[], ["ledger"], ["index"], ["ledger", "index"]]):
            for file in state.glob("site.sqlite" if suffix == "ledger" else "index.sqlite*"):
                if suffix == "ledger" and self.chance.random() < 0.5:
                    file.write_bytes(file.read_bytes()[: self.chance.randint(0, 30_000)])
                else:
                    file.unlink()

    def jam(self) -> None:
        """What makes PDFs fails from now on: for an edition, for a day, for all; or no longer."""
        error = self.chance.choice([
            OutputError("it was killed"), ThemeError("it cannot be set"), UsageError("no Pango"),
        ])  # fmt: skip
        where = self.chance.choice(["/en/", self.day(self.hour), "https", ""])
        self.newsroom.printer.errors = {where: error} if where else {}

    def blot(self) -> None:
        """What draws share pictures fails from now on, for some of them or all; or no longer."""
        error = self.chance.choice([LacksFont("no font"), Hindered("it ended"), Refused("no SVG")])
        where = self.chance.choice(["Title", "中", "svg", ""])
        self.newsroom.painter.errors = {where: error} if where else {}

    def upgrade(self) -> None:
        """Another release of it is installed."""
        self.newsroom.printer.release = self.chance.choice(["1", "2"])
        self.newsroom.painter.release = self.chance.choice(["1", "2", ""])

    def take_down(self) -> None:
        """An entry that the law wants gone, by a run that may be killed; its file stays."""
        day = self.day(self.hour)
        found = [each.id for each in self.newsroom.app().library.index.all_entries()]
        if not found:
            return
        entry = self.chance.choice(found)

        def take() -> None:
            self.newsroom.app(at(day, "12:00")).takedown(entry, "a court order")

        if self.chance.random() < 0.5:
            take()
        else:
            self.killed(take)

    def killed(self, work: Callable[[], object]) -> None:
        """A process of its own does something, and dies while it changes the site.

        Where it changes little it may come to its end.
        """
        self.newsroom.close()
        step = self.chance.randrange(9)

        def do(_: Path) -> None:
            work()

        child = PROCESSES.Process(
            target=killed_at, args=(self.newsroom.root, do, step, changes_the_site)
        )
        child.start()
        child.join()
        assert child.exitcode in (0, -signal.SIGKILL)
        self.kills += child.exitcode != 0

    def compare_graves(self) -> None:
        """What was taken down is in no file of the archive, and at no address."""
        archive, site = self.newsroom.files("var/archive"), self.newsroom.files()
        for stone in tombstones(self.newsroom.app().store):
            assert stone.is_finished
            assert not [each for each in archive if each.startswith(f"entries/{stone.entry}/")]
            for name in stone.names:
                for edition in ("zh", "en"):
                    assert paths.file_of(paths.entry(edition, name)) not in site

    def compare_pdfs(self) -> None:
        """Every issue has its PDF in every edition, and no page links to one that is not there."""
        site, found = self.newsroom.files(), self.newsroom.app()
        for key in found.library.index.issues("daily"):
            for edition in found.editions().editions_of("daily"):
                path = paths.pdf(edition, "daily", key.name)
                page = paths.file_of(paths.issue(edition, "daily", key.name))
                assert paths.file_of(path) in site
                assert path.encode() in site[page]

    def compare_pictures(self) -> None:
        """Every issue has its share picture in every edition, of what it says now."""
        site, found = self.newsroom.files(), self.newsroom.app()
        for key in found.library.index.issues("daily"):
            for edition in found.editions().editions_of("daily"):
                path = paths.cover(edition, "daily", key.name)
                svg = issue_cover(found.editions(), found.library.issue(key), edition)
                assert site[paths.file_of(path)].endswith(svg.encode())
                page = paths.file_of(paths.issue(edition, "daily", key.name))
                assert f'content="{self.base_url}{path}"'.encode() in site[page]

    def compare(self) -> None:
        """The site on the disk, with all that a full build would write."""
        builder = Builder(self.newsroom.app().editions())
        whole: dict[str, bytes] = {}
        made: dict[str, Target] = {}
        if not builder.site.bulletins:
            return  # nothing was in the first day's issue
        for target in everything(builder.site.library.index):
            files = builder.render(target)
            whole.update(files)
            made.update(dict.fromkeys(files, target))
        found = self.newsroom.files()
        assert sorted(found) == sorted(whole)
        assert {target for path, target in made.items() if found[path] != whole[path]} == set()


def changes_the_site(told: str) -> bool:
    """Whether what a process is about to do is the commit of the site's journal, or comes later."""
    event, _, place = told.partition(" ")
    return event in ("os.rename", "os.remove") and place in ("public", "var/site.journal")


@pytest.mark.parametrize("seed", [3, 6, 8, 11])
def test_the_site_of_random_days_equals_a_full_build(newsroom: Newsroom, seed: int) -> None:
    """File by file and byte by byte, after each of them; and one full build changes nothing."""
    days = Days(newsroom, seed)
    for number in range(DAYS):
        day = days.day(number)
        days.hour = number
        days.write(day, number)
        if days.chance.random() < 0.6:
            days.report(day)
        acts: list[Callable[[], None]] = [
            days.correct, days.correct, days.translate, days.rename, days.edition,
            days.correct_issue, days.retitle, days.move, days.retheme, days.edit_theme,
            days.take_down, days.take_down, days.jam, days.blot,
            days.upgrade,
        ]  # fmt: skip
        for act in days.chance.sample(acts, days.chance.randint(0, 5)):
            act()
        if days.chance.random() < 0.5:
            days.killed(lambda: newsroom.app(at(day, "19:05")).publish(until="written"))  # noqa: B023
        newsroom.app(at(day, "19:05")).publish(until="written")
        days.compare()
        newsroom.app(at(day, "20:05")).publish(until="written")
        days.compare()
        days.lose()
        newsroom.app(at(day, "20:06")).publish(until="written")
        days.compare()
    days.compare_graves()
    assert days.kills
    newsroom.printer.errors.clear()
    newsroom.painter.errors.clear()
    newsroom.painter.release = "1"
    newsroom.app().build()
    days.compare()
    days.compare_pdfs()
    days.compare_pictures()
    before = newsroom.dates()
    assert newsroom.app().build().changed == ()
    assert newsroom.dates() == before


def test_a_build_into_another_folder_is_the_same(newsroom: Newsroom, tmp_path: Path) -> None:
    """By the command itself, with nothing remembered of the first."""
    days = Days(newsroom, 7)
    for number in range(2):
        days.write(days.day(number), number)
        newsroom.app(at(days.day(number), "19:05")).publish(until="written")
    newsroom.app(PUBLISHER_PUBLIC=str(tmp_path / "other")).build()
    other = tmp_path / "other"
    assert {path: (other / path).read_bytes() for path in newsroom.files()} == newsroom.files()
