"""Mails that have come back, all of them invented; mails/labels.tsv says what they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

MAILS = Path(__file__).parent / "mails"


@pytest.fixture
def mail() -> Callable[[str], bytes]:
    """Reads a sample by its name."""
    return lambda name: (MAILS / "samples" / f"{name}.eml").read_bytes()
