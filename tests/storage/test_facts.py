"""Facts: the last one written holds."""

from __future__ import annotations

import pytest

from publisher.storage.database import open_database
from publisher.storage.facts import Facts


@pytest.fixture
def facts(database: str) -> Facts:
    return Facts(open_database(database))


def test_the_last_one_holds(facts: Facts) -> None:
    """A fact is written over."""
    facts.set("run:a", "1")
    facts.set("run:a", "2")
    assert facts.get("run:a") == "2"


def test_nobody_has_written_it(facts: Facts) -> None:
    """What was never written is None, not an empty text."""
    assert facts.get("run:a") is None


def test_by_prefix(facts: Facts) -> None:
    """Only those whose names begin so; an underscore stands for itself."""
    for name in ("run:b", "run:a", "worker:a:1", "r_n:c"):
        facts.set(name, name)
    assert list(facts.all("run:")) == ["run:a", "run:b"]
    assert list(facts.all("r_n:")) == ["r_n:c"]


def test_dropped(facts: Facts) -> None:
    """A fact that was dropped is no more, and says whether there was one."""
    facts.set("run:a", "1")
    assert facts.drop("run:a")
    assert not facts.drop("run:a")
    assert facts.get("run:a") is None


def test_a_long_name_is_the_same_each_time(facts: Facts) -> None:
    """A host with a very long name finds its own sign of life again."""
    facts.set("run:" + "a" * 100, "1")
    assert facts.get("run:" + "a" * 100) == "1"
    assert facts.drop("run:" + "a" * 100)
