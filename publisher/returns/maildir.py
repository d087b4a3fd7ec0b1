"""A Maildir in which mail comes back (cr.yp.to/proto/maildir.html).

What was dealt with is moved into the folder `.processed` of it, and what cannot be read into
`.unreadable`, both of which mail programs show.  Marks of mail programs mean nothing here: an
operator may look at the mail before it is read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from publisher import durable
from publisher.returns.source import MOST_OCTETS, Arrived, Unreachable

log = logging.getLogger("publisher.returns")

_SEEN = ":2,S"


class MaildirFolder:
    """The messages in ``new/`` and ``cur/``, the oldest first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def messages(self) -> Iterator[Arrived]:
        """What has not been dealt with yet."""
        for path in self._waiting():
            refused = partial(self._move, path, ".unreadable")
            try:
                with path.open("rb") as file:
                    message = file.read(MOST_OCTETS)
            except FileNotFoundError:
                continue  # another process or a mail program has moved it
            except OSError as error:
                log.warning("set aside: %s: %s", path.name, error.strerror)
                refused()
                continue
            yield Arrived(message, None, partial(self._move, path, ".processed"), refused)

    def _waiting(self) -> list[Path]:
        try:
            found = [each for part in ("new", "cur") for each in (self.folder / part).iterdir()]
        except OSError as error:
            raise Unreachable(
                f"{self.folder} is no Maildir that can be read: {error.strerror}",
                "PUBLISHER_FEEDBACK names the folder that holds new/ and cur/",
            ) from error
        # By name, which begins with the time of delivery.
        return sorted((each for each in found if each.name[0] != "."), key=lambda each: each.name)

    def _move(self, path: Path, part: str) -> None:
        """Move a message out of the way, seen; what is gone already is no matter."""
        name = path.name.partition(":")[0] + _SEEN
        try:
            for each in ("tmp", "new", "cur"):
                (self.folder / part / each).mkdir(mode=0o700, parents=True, exist_ok=True)
            target = self.folder / part / "cur" / name
            path.rename(target)
            durable.sync(target.parent)
        except FileNotFoundError:
            return
        except OSError as error:
            # What cannot be moved is met again, and known; a mailbox that grows is noticed.
            log.warning("%s cannot be moved into %s: %s", path.name, part, error.strerror)
