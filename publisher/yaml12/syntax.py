"""What an editor most likely did where YAML cannot be read, in an editor's words.

The parser says where it gave up, and that is often a line after the slip; the rules look at the
lines around that place for the slips that are made most.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from publisher.yaml12 import quoting, structure
from publisher.yaml12.scene import Scene

if TYPE_CHECKING:
    import yaml

    from publisher.yaml12.mistakes import Mistake


def explain(text: str, error: yaml.MarkedYAMLError) -> Mistake:
    """Why a text is no YAML, said about what its writer did."""
    rule = _RULES.get(error.problem or "", structure.unknown)
    context = error.context or ""
    if context.endswith("directive"):
        rule = quoting.directive
    elif re.search(r"\b(tag|alias|anchor)\Z", context):
        rule = quoting.marked_start
    scene = Scene(text, error)
    return _inside(scene, rule(scene))


def _inside(scene: Scene, mistake: Mistake) -> Mistake:
    """The parser's end of the file may lie a line behind the last one there is."""
    last = len(scene.lines)
    if mistake.line <= last:
        return mistake
    return replace(mistake, line=last, column=len(scene.lines[-1]) + 1)


# By what libyaml says (src/scanner.c, src/parser.c).
_RULES: dict[str, Callable[[Scene], Mistake]] = {
    "found character that cannot start any token": quoting.cannot_start,
    "did not find expected node content": quoting.cannot_start,
    "mapping keys are not allowed in this context": quoting.cannot_start,
    "found undefined tag handle": quoting.marked_start,
    "found unexpected end of stream": quoting.open_quote,
    "found unexpected document indicator": quoting.open_quote,
    "did not find expected ',' or ']'": quoting.open_bracket,
    "did not find expected ',' or '}'": quoting.open_bracket,
    "found unknown escape character": quoting.escape,
    "found invalid Unicode character escape code": quoting.escape,
    "did not find expected hexdecimal number": quoting.escape,
    "did not find expected comment or line break": quoting.block_header,
    "found a tab character that violates indentation": quoting.tab,
    "found a tab character where an indentation space is expected": quoting.tab,
    "mapping values are not allowed in this context": structure.stray_colon,
    "could not find expected ':'": structure.no_colon,
    "did not find expected key": structure.unexpected,
    "did not find expected '-' indicator": structure.list_broken,
    "block sequence entries are not allowed in this context": structure.inline_list,
    "did not find expected <document start>": structure.outside,
}
