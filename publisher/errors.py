"""Every exception of the program, as a tree.

PublisherError                  something the reader of the message can mend; never a bug
├── UsageError                  wrong use of a command, or wrong settings            (exit 2)
│   └── SettingsError           an environment variable that cannot be used
├── ContentError                problems in content or themes, each with its place   (exit 1)
│   └── NothingToPublish        an issue for which nothing could be assembled
├── ThemeError                  a theme that cannot be used: template, line, remedy  (exit 1)
├── StepFailed                  a step of publishing that may be run again           (exit 3)
│   ├── OutputError             the site could not be written (disk full, permission)
│   └── TransportError          a message could not be handed over
└── ArchiveError                what was published cannot be read, or may not change (exit 3)

The message of an exception is what the person reads: it names the subject, what is wrong and
what to do about it.  Exit codes are those of the command line (docs/cli.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence


class PublisherError(Exception):
    """Something that the person who reads the message can mend."""

    exit_code: ClassVar[int] = 3

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(what, remedy)

    def __str__(self) -> str:
        return f"{self.what}; {self.remedy}" if self.remedy else self.what


class UsageError(PublisherError):
    """A command was used wrongly, or the publication cannot be found."""

    exit_code = 2


class SettingsError(UsageError):
    """An operator's setting cannot be used."""


class ContentError(PublisherError):
    """Problems in what editors wrote.

    `problems` holds them all, each printable as ``path:line:column: what; remedy``.
    """

    exit_code = 1

    def __init__(self, what: str, remedy: str = "", problems: Sequence[object] = ()) -> None:
        super().__init__(what, remedy)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.problems), super().__str__()])


class NothingToPublish(ContentError):
    """An issue for which nothing could be assembled."""


class ThemeError(PublisherError):
    """A theme that cannot be used; names the template and, where known, its line."""

    exit_code = 1

    def __init__(
        self, what: str, remedy: str = "", *, template: str = "", line: int | None = None
    ) -> None:
        super().__init__(what, remedy)
        self.template = template
        self.line = line

    def __str__(self) -> str:
        place = self.template if self.line is None else f"{self.template}:{self.line}"
        message = super().__str__()
        return f"{place}: {message}" if place else message


class StepFailed(PublisherError):
    """A step of publishing failed; running it again is safe."""

    exit_code = 3


class OutputError(StepFailed):
    """The site could not be written."""


class TransportError(StepFailed):
    """A message could not be handed over."""


class ArchiveError(PublisherError):
    """What was published cannot be read, or may not be changed."""

    exit_code = 3
