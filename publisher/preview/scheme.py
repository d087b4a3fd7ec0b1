"""Showing a page or a mail in light or dark, whatever the editor's own computer is set to.

No page can tell the one that it frames which scheme to prefer, so the style is rewritten: the
rules for the wanted scheme hold always, those for the other never.
"""

from __future__ import annotations

import re

SCHEMES = ("light", "dark")


def force(text: str, scheme: str) -> str:
    """HTML or CSS as a reader sees it who prefers `scheme`; unchanged for any other word."""
    if scheme not in SCHEMES:
        return text
    text = re.sub(
        r"@media\s*\(prefers-color-scheme:\s*(light|dark)\)",
        lambda match: "@media all" if match[1] == scheme else "@media not all",
        text,
    )
    text = re.sub(r"color-scheme:\s*light dark", f"color-scheme: {scheme}", text)
    text = re.sub(
        r'(<meta name="(?:supported-)?color-schemes?" content=)"light dark"',
        rf'\1"{scheme}"',
        text,
    )
    # The style sheet is another file: it is asked for in the same scheme.
    return re.sub(r'(<link rel="stylesheet" href="[^"?]+)"', rf'\1?scheme={scheme}"', text)
