"""A target that was rendered, and compared with what is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from publisher.site.build import Builder
from publisher.site.inputs import Uses
from publisher.site.staging import Staging
from publisher.site.targets import Target


class Rendered(NamedTuple):
    """A target, what it uses, and the staged name of each of its files; None: it is there."""

    target: Target
    uses: frozenset[str]
    files: Mapping[str, str | None]


def render(builder: Builder, uses: Uses, staging: Staging, target: Target) -> Rendered:
    """Render a target, and stage what differs."""
    files: dict[str, str | None] = {}
    for path, data in builder.render(target).items():
        files.update(staging.put(path, data))
    return Rendered(target, uses(target), files)
