"""What is written piece by piece is what would be written as a whole.

Random days of a newsroom: issues come out, entries are corrected, translated and renamed, and
bulletins gain editions.  After each day the site is compared with a full build of the archive.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import both
from newsroom import TOP, Newsroom, at

from publisher.site.build import Builder
from publisher.site.targets import everything

DAYS = 5
TAGS = ("x", "y", "z")
STORIES = (None, None, "deal", "trial")


class Days:
    """A newsroom in which every day something happens by chance."""

    def __init__(self, newsroom: Newsroom, seed: int) -> None:
        self.newsroom = newsroom
        self.chance = random.Random(seed)
        self.entries: list[str] = []
        self.hour = 0
        newsroom.bulletin("daily", editions=["zh"], window={"days": 2})
        newsroom.bulletin(
            "signals", editions=["en"], schedule={"at": "19:00"},
            sections=[TOP | {"select": {"tags": ["x"]}, "optional": True, "max": 2}],
        )  # fmt: skip

    def day(self, number: int) -> str:
        """A day of a month's end, so that months change."""
        return f"2026-{'04' if number < 3 else '05'}-{28 + number if number < 3 else number - 2:02}"

    def write(self, day: str, number: int) -> None:
        """Some new entries, one of them half translated."""
        for n in range(self.chance.randint(1, 3)):
            tags = self.chance.sample(TAGS, self.chance.randint(0, 2))
            title = {"zh": f"题{n}"} if self.chance.random() < 0.3 else both(f"Title {number}{n}")
            self.entries.append(
                self.newsroom.entry(f"e{number}{n}", day, title=title, tags=tags,
                                    story=self.chance.choice(STORIES))
            )  # fmt: skip

    def correct(self) -> None:
        """A correction that may also change tags and story."""
        entry = self.chance.choice(self.entries)
        changes = {"title": both(f"Right {self.hour}")}
        if self.chance.random() < 0.5:
            changes |= {"tags": self.chance.sample(TAGS, 1), "story": self.chance.choice(STORIES)}
        self.newsroom.correct(entry, **changes)

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
        self.newsroom.bulletin("daily", editions=chosen, window={"days": 2})

    def compare(self) -> None:
        """The site on the disk, with all that a full build would write."""
        builder = Builder(self.newsroom.app().editions())
        whole: dict[str, bytes] = {}
        if not builder.site.bulletins:
            return  # nothing was in the first day's issue
        for target in everything(builder.site.library.index):
            whole.update(builder.render(target))
        found = self.newsroom.files()
        assert sorted(found) == sorted(whole)
        assert [path for path in sorted(found) if found[path] != whole[path]] == []


@pytest.mark.parametrize("seed", [0, 3])
def test_the_site_of_random_days_equals_a_full_build(newsroom: Newsroom, seed: int) -> None:
    """File by file and byte by byte, after each of them; and one full build changes nothing."""
    days = Days(newsroom, seed)
    for number in range(DAYS):
        day = days.day(number)
        days.hour = number
        days.write(day, number)
        acts: list[Callable[[], None]] = [days.correct, days.translate, days.rename, days.edition]
        for act in days.chance.sample(acts, days.chance.randint(0, 3)):
            act()
        newsroom.app(at(day, "19:05")).publish(until="written")
        days.compare()
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
