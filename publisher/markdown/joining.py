"""Line breaks between characters that are written without spaces: see `publisher.cjk`."""

from __future__ import annotations

import re

from publisher.cjk import AMBIGUOUS, WIDE, joins
from publisher.markdown.lines import closes_fence, fence_of

_INDENTED = re.compile(r"[ ]{4}")
_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ ]")

# Between a character and the end of its line may stand the end of emphasis or of a link.
_END = r"[*_]*(?:\]\([^()\s]*\))?[*_]*"
_SEAM = re.compile(rf"(?P<left>[{WIDE}{AMBIGUOUS}]{_END})\n[ ]*(?P<right>[*_\[]*(?=(?P<next>\S)))")
_TAGS = r"(?:</?(?:strong|em|code|a|sup|sub)\b[^<>]*>)*"
_HTML_SEAM = re.compile(
    rf"(?P<left>[{WIDE}{AMBIGUOUS}]{_TAGS})\n[ ]*(?P<right>{_TAGS}(?=(?P<next>[^\s<])))"
)
_PRE = re.compile(r"(<pre>.*?</pre>)", re.DOTALL)


def join_lines(text: str) -> str:
    """Take out line breaks between two Han, kana, bopomofo or full-width characters.

    Code and headings keep their lines, and so does a line that ends with two spaces (a break
    that is meant).
    """
    if "\n" not in text:
        return text
    return "\n".join(
        "\n".join(lines) if is_kept else _SEAM.sub(_join, "\n".join(lines))
        for is_kept, lines in _runs(text)
    )


def join_html(html: str) -> str:
    """The same for HTML, where it is plain which line breaks stand inside a paragraph."""
    if "\n" not in html:
        return html
    parts = _PRE.split(html)
    parts[::2] = [_HTML_SEAM.sub(_join, part) for part in parts[::2]]
    return "".join(parts)


def _join(match: re.Match[str]) -> str:
    left, right = match["left"], match["right"]
    return left + right if joins(left[0], match["next"]) else match.group()


def _runs(text: str) -> list[tuple[bool, list[str]]]:
    """The lines in runs: (must they be kept, the lines)."""
    runs: list[tuple[bool, list[str]]] = []
    fence, after_blank = "", True
    for line in text.split("\n"):
        opened = fence or fence_of(line)
        # Below a blank line four spaces make code; elsewhere they only continue a paragraph.
        is_code = bool(opened or (after_blank and _INDENTED.match(line)))
        is_kept = is_code or bool(_HEADING.match(line))
        if not runs or runs[-1][0] != is_kept:
            runs.append((is_kept, []))
        runs[-1][1].append(line)
        fence = "" if fence and closes_fence(line, fence) else opened
        after_blank = not line.strip() or (is_code and not fence)
    return runs
