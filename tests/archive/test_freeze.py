"""From an assembled issue to files that never change."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING

import pytest
from builders import SLOT, both

from publisher.archive.freeze import (
    Commit,
    find_issue,
    freeze,
    log_freeze,
    log_revision,
    revise_entry,
    revise_issue,
)
from publisher.archive.records import get_entry, read_log
from publisher.archive.store import MemoryStore

if TYPE_CHECKING:
    from conftest import Shelf

written = sys.modules["tests.archive.conftest"].written
