"""What tests of returns share."""

from __future__ import annotations

from pathlib import Path

import pytest
from returned import Office


@pytest.fixture
def office(swift: Path) -> Office:
    return Office(f"sqlite:///{swift / 'office.sqlite'}")
