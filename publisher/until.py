"""How far a run of `publish` goes."""

from __future__ import annotations

from typing import Literal

Until = Literal["frozen", "written", "live", "announced", "mailed"]
UNTIL: tuple[Until, ...] = ("frozen", "written", "live", "announced", "mailed")
"""The steps of an issue, in their order; a run stops after one of them."""
