"""When a fault is due."""

from __future__ import annotations

from typing import Any

import pytest

from publisher.fakes.smtp_faults import Fault, Script


@pytest.mark.parametrize(
    ("when", "due"),
    [
        ({}, "xxxxxx"),
        ({"nth": 3}, "--x---"),
        ({"every": 2}, "-x-x-x"),
        ({"times": 2}, "xx----"),
        ({"every": 2, "times": 1}, "-x----"),
        ({"rate": 0}, "------"),
        ({"recipient": "ann"}, "xxxxxx"),
        ({"recipient": "bob"}, "------"),
    ],
)
def test_a_fault_comes_when_it_was_told_to(when: dict[str, Any], due: str) -> None:
    """Of six times that its step is reached."""
    script = Script([Fault(step="RCPT", **when)])
    assert "".join("x" if script.due("RCPT", "ann") else "-" for _ in range(6)) == due
    assert script.due("MAIL", "ann") is None


def test_each_recipient_has_its_own_number_of_times() -> None:
    """As with greylisting."""
    script = Script([Fault(step="RCPT", times=1)])
    due = [bool(script.due("RCPT", who)) for who in ("ann", "bob", "ann", "bob")]
    assert due == [True, True, False, False]


def test_all_faults_of_a_step_count() -> None:
    """Also while another one is due."""
    first, second = Fault(step="MAIL", nth=1), Fault(step="MAIL", nth=2)
    script = Script([first, second])
    assert [script.due("MAIL") for _ in range(3)] == [first, second, None]


def test_it_tells_how_often_a_fault_was_due() -> None:
    """For all recipients together."""
    once, never = Fault(step="RCPT", times=1), Fault(step="dot")
    script = Script([once, never])
    for who in ("ann", "bob", "ann"):
        script.due("RCPT", who)
    assert (script.done(once), script.done(never)) == (2, 0)


def test_the_same_seed_throws_the_same_dice() -> None:
    """In whatever order the recipients come, and another seed throws others."""
    people = [f"{number}@example.org" for number in range(200)]

    def unlucky(seed: int, order: list[str]) -> set[str]:
        script = Script([Fault(step="dot", rate=0.3)], seed)
        return {who for who in order if script.due("dot", who)}

    assert unlucky(1, people) == unlucky(1, people[::-1])
    assert unlucky(1, people) != unlucky(2, people)
    assert 30 < len(unlucky(1, people)) < 90


def test_a_second_try_has_dice_of_its_own() -> None:
    """Nobody is unlucky for ever."""
    script = Script([Fault(step="dot", rate=0.5)])
    assert {bool(script.due("dot", "ann")) for _ in range(50)} == {True, False}
