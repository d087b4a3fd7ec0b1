"""The picture that stands for an issue where its address is shared: a file beside its page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from threading import Lock
from typing import Literal, Protocol

from publisher.errors import OutputError, ThemeError, UsageError
from publisher.issue.issue import Issue, IssueRevision
from publisher.render import paths
from publisher.site.beside import Job, NotHere, says_of
from publisher.site.drawable import Hindered, LacksFont, Refused
from publisher.site.editions import Editions
from publisher.site.fonts import FOLDERS, digest_of_fonts
from publisher.site.painter import Painter
from publisher.site.program import installed

MISSING = (
    "share pictures need vl-convert, which is not installed",
    "install it with `pip install 'publisher[charts]'`",
)


def issue_cover(site: Editions, revision: IssueRevision, edition: str) -> str:
    """The picture of an issue as SVG, in one edition; raises ThemeError."""
    from publisher.render.cover import cover

    views = site.views(edition, absolute=True)
    near = site.near_issue(edition, revision)
    view = views.issue(revision, site.library.entries_of(revision), near)
    return cover(site.theme_of(site.theme_name(revision.issue.bulletin)), views, view)


def _release() -> str:
    found = installed("vl-convert-python")
    return found and f"vl-convert {found}"


class Draws(Protocol):
    """What makes a picture of an SVG, as `publisher.site.painter.Painter` does."""

    def draw(self, form: Literal["png"], request: str) -> bytes:
        """An SVG as a PNG of twice its size; raises Refused."""

    def close(self) -> None:
        """End what was started."""


@dataclass
class Cover:
    """Pictures of issues as files beside them (`publisher.site.beside`).

    `painter` draws; `release` says which vl-convert is installed, "" where none is.
    """

    painter: Draws = field(default_factory=Painter)
    release: Callable[[], str] = _release
    fonts: tuple[str, ...] = FOLDERS
    name: str = field(default="cover", init=False)
    # One process draws, one picture after the other.
    _alone: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def is_asked(self, issue: Issue) -> bool:
        """Whether the bulletin had pictures when the issue was frozen: its page names one."""
        return issue.settings.share_picture

    def path(self, edition: str, bulletin: str, name: str) -> str:
        """Its path on the site."""
        return paths.cover(edition, bulletin, name)

    def tools(self) -> str:
        """The version of vl-convert, and a digest of what fonts there are."""
        return self._tools

    @cached_property
    def _tools(self) -> str:
        release = self.release()
        return f"{release}, fonts {digest_of_fonts(self.fonts)}" if release else ""

    def job(self, site: Editions, revision: IssueRevision, edition: str) -> Job:
        """The picture of an issue, to be made; raises ThemeError where its template fails."""
        if not self.tools():
            return Job("", _refuse)
        from publisher.render.cover import TEMPLATE

        svg = issue_cover(site, revision, edition)
        theme = site.theme_of(site.theme_name(revision.issue.bulletin))
        # What is kept says of which revision it is, also of what the picture does not show.
        told = f"{self.tools()}\n{says_of(site, revision)}\n{svg}".encode()
        key = hashlib.blake2b(told, digest_size=16).hexdigest()
        return Job(key, partial(self._draw, svg, theme.file_of(TEMPLATE)))

    def notes(self) -> list[str]:
        """Nothing more: a picture in which letters would be boxes is not made."""
        return []

    def close(self) -> None:
        """End the process that draws, if there is one."""
        self.painter.close()

    def _draw(self, svg: str, template: str) -> bytes:
        try:
            with self._alone:
                return self.painter.draw("png", svg)
        except LacksFont as error:
            raise NotHere(f"share pictures cannot be drawn: {error}", error.remedy) from error
        except Hindered as error:
            raise OutputError(f"the share picture is not drawn: {error}", error.remedy) from error
        except Refused as error:
            raise ThemeError(
                f"the share picture is not drawn: {error}", error.remedy or "mend the template",
                template=template,
            ) from error  # fmt: skip


def _refuse() -> bytes:
    raise UsageError(*MISSING)
