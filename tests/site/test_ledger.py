"""The ledger: whose files are whose, and what is believed of a file that may be damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.site.ledger import Ledger, State
from publisher.site.targets import Target

ONE, TWO = Target("entry", ("one",)), Target("entry", ("two",))
USES = frozenset({"program", "theme default"})
STATE = State(3, "mark", "/srv/www", {"program": "1", "theme default": "2"})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty one."""
    found = Ledger(tmp_path / "site.sqlite")
    yield found
    found.close()


def claim(ledger: Ledger, target: Target, *paths: str, uses: frozenset[str] = USES) -> None:
    """Say that a target has some files."""
    with ledger.claiming() as claimed:
        claimed(target, uses, paths)


def test_a_file_goes_with_the_last_target_that_has_it(ledger: Ledger) -> None:
    """One that another target has stays."""
    claim(ledger, ONE, "a.html", "image.png")
    claim(ledger, TWO, "b.html", "image.png")
    claim(ledger, ONE, "a.html")
    assert ledger.gone() == []
    claim(ledger, TWO, "b.html")
    assert ledger.gone() == ["image.png"]
    ledger.forget_gone()
    assert list(ledger.files()) == ["a.html", "b.html"]


def test_what_was_claimed_and_not_removed_is_ours_in_the_next_run(
    ledger: Ledger, tmp_path: Path
) -> None:
    """A run that was killed has forgotten nothing."""
    claim(ledger, ONE, "a.html", "old.html")
    claim(ledger, ONE, "a.html")
    ledger.close()
    again = Ledger(tmp_path / "site.sqlite")
    claim(again, ONE, "a.html")
    assert again.gone() == ["old.html"]
    again.close()


def test_a_target_that_a_whole_build_does_not_know_is_no_more(ledger: Ledger) -> None:
    """With all its files."""
    ledger.claim_unnamed(["before.html"])
    claim(ledger, ONE, "a.html")
    ledger.close()
    with_rest = Ledger(ledger.path)
    claim(with_rest, TWO, "b.html")
    with_rest.leave_the_rest()
    assert with_rest.gone() == ["a.html", "before.html"]
    with_rest.forget_gone()
    assert not with_rest.has(ONE)
    with_rest.close()


def test_who_used_what(ledger: Ledger) -> None:
    """What a target used last is what counts."""
    claim(ledger, ONE, "a.html", uses=frozenset({"program", "theme old"}))
    claim(ledger, TWO, "b.html")
    claim(ledger, ONE, "a.html", uses=frozenset({"program", "theme new"}))
    assert list(ledger.using(["theme old"])) == []
    assert list(ledger.using(["theme new", "nothing"])) == [ONE]
    assert set(ledger.using(["program"])) == {ONE, TWO}


def test_parts_that_differ() -> None:
    """Those that changed, that came, and that went."""
    other = State(inputs={"program": "2", "look daily": "1"})
    assert STATE.differing(other) == {"program", "theme default", "look daily"}
    assert STATE.differing(STATE) == frozenset()


def test_a_state_that_is_not_what_was_remembered_is_none(ledger: Ledger, tmp_path: Path) -> None:
    """A bit that has turned would else pass for an issue that the site has."""
    ledger.remember(STATE)
    assert ledger.state == STATE
    other = sqlite3.connect(tmp_path / "site.sqlite")
    other.execute("""UPDATE known SET what = replace(what, '"log": 3', '"log": 7')""")
    other.commit()
    other.close()
    assert ledger.state is None
