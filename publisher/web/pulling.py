"""A git forge says that there are new commits; whoever knows the secret is believed."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from publisher.errors import StepFailed
from publisher.web.forge import is_signed

log = logging.getLogger("publisher.web")

Wake = Callable[[], None]
_HOUR = dt.timedelta(hours=1)


class PullHook:
    """Takes signed requests, and wakes whoever pulls; what is in them is not looked at."""

    def __init__(self, secret: str, wake: Wake, clock: Callable[[], dt.datetime]) -> None:
        self._secret, self._wake, self._clock = secret, wake, clock
        self._told: dt.datetime | None = None

    def take(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """Status and text of the answer: 202 where the publication is pulled soon."""
        if not self._secret:
            return 404, "there is nothing here\n"
        if not is_signed(self._secret, headers, body):
            self._tell()
            return 401, "the signature is missing or wrong\n"
        self._wake()
        log.info("a webhook says that there are new commits", extra={"event": "pull-asked"})
        return 202, "the content is pulled soon\n"

    def _tell(self) -> None:
        """Once an hour: whoever knocks must not fill the log."""
        now = self._clock()
        if self._told is None or now - self._told >= _HOUR:
            self._told = now
            log.warning("a request to /-/hooks/pull was refused: its signature is missing or wrong")


def touch(path: Path) -> None:
    """Touch the file that `publisher run` looks at; raises StepFailed where it cannot."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        raise StepFailed(
            f"{path} cannot be written: {error.strerror}", "see to the disk and its permissions"
        ) from error
