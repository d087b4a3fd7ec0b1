"""The second listener as a whole: what watches, the dashboard, the API."""

from __future__ import annotations

import time
from collections.abc import Callable

from fastapi import FastAPI

from publisher.config.settings import OperationsSettings
from publisher.web.api import making
from publisher.web.api.admission import Admission
from publisher.web.api.desk import AdminDesk
from publisher.web.dashboard.page import make_dashboard
from publisher.web.operations import make_operations
from publisher.web.watch import Watch


def make_admin(
    desk: AdminDesk,
    watch: Watch,
    settings: OperationsSettings,
    timer: Callable[[], float] = time.monotonic,
) -> FastAPI:
    """Health, readiness and metrics, and behind tokens the dashboard (`/`) and the API."""
    admission = Admission(desk, timer)
    return make_operations(
        watch, settings, [make_dashboard(desk, admission, timer)],
        {making.PATH: making.make_api(desk, admission)},
    )  # fmt: skip
