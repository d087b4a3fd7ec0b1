"""Characters that do no harm to the text around them."""

from __future__ import annotations

import re

# What XML 1.0 (section 2.2) forbids and the controls it discourages; and the marks that turn the
# direction of all that follows (UAX #9): in mail and on pages the attribute dir does that.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


def inert(text: str) -> str:
    """The text without control characters and without those that turn its direction."""
    return _HARMFUL.sub("", text)
