"""Senders are killed at random moments, among other faults; nobody is lost or gets mail twice.

A small edition of bench/faults, which does it a hundred times over 5,000 readers.
"""

from __future__ import annotations

import dataclasses
import signal
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "bench"))

from faultlab.relay import FAULTY
from faultlab.trials import Trial, run

RECIPIENTS, KILLS = 300, 8
TRIALS = [
    Trial("killed"),
    Trial("killed", "resend"),
    Trial("faulty relay", faults=FAULTY, trouble="relay", times=1, seconds=0.5),
    Trial("faulty relay", "resend", FAULTY, trouble="relay", times=1, seconds=0.5),
    Trial("locked database", trouble="lock", times=2, seconds=0.6, busy=50),
    Trial("full disk", trouble="disk", times=2, seconds=0.4),
    Trial("stopped", end=signal.SIGTERM),
]


@pytest.mark.parametrize("trial", TRIALS, ids=lambda it: f"{it.name}-{it.policy}")
def test_everybody_is_accounted_for(trial: Trial) -> None:
    """By what the relay wrote down and what the ledger says."""
    result = run(trial, RECIPIENTS, KILLS, seed=7)
    assert list(result.broken()) == []
    assert result.kills > 0
    assert result.account.accepted > RECIPIENTS / 2


def test_the_last_messages_are_accounted_for() -> None:
    """All that was left to send was under way when the sender was killed."""
    trial = Trial("the last", lanes=8)
    for seed in range(3):
        result = run(dataclasses.replace(trial), 8, 1, seed)
        assert list(result.broken()) == []
