"""Text without emoji and other signs that fonts for text have not: they would be drawn as boxes."""

from __future__ import annotations

import re

# Emoji and what joins or colours them (Unicode Technical Standard #51), dingbats, and signs of
# transport, games and the like.  Arrows and geometric forms (→ ▲ ●) stay: fonts for text have them.
_PICTOGRAPHS = re.compile(
    "[\u200d\u20d0-\u20ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0e\ufe0f"
    "\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)


def without_pictographs(text: str) -> str:
    """The text without them; the spaces around them are left."""
    return _PICTOGRAPHS.sub("", text)
