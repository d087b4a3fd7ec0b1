"""Patterns as they are written here: one on a line, any of them will do.

``WHO`` stands for a reader or a mailbox, ``..3`` for up to three words more.  Texts are `plain`
when they meet them.
"""

from __future__ import annotations

import re

from publisher.subscribers.feedback.addresses import ADDRESS

_MOST = 3000
_LINK = re.compile(r"https?:/{1,2}([^\s<>\"/?#]{0,100})[^\s<>\"]{0,500}")
_INNER_DOT = re.compile(r"(?<=[\w\]])\.(?=[\w\[])")
_SPACES = re.compile(r"\s+")

_WHO = (
    "(?:users?|usernames?|user ?id|recipients?|recipient(?:'s)? address|(?:e-?)?mail ?box|accounts?"
    "|(?:e-?mail |destination )?address(?:es)?|addressee|alias|destination|rcpt|local[ -]?part"
    "|person|inbox|receiver|subscriber|customer|login|mail drop)"
)
_GAP = r"(?: \\S{1,60}){0,\1}"


def one_of(lines: str) -> re.Pattern[str]:
    """A pattern that finds any of these lines in a text, whatever the case of its letters."""
    patterns = filter(None, map(str.strip, lines.split("\n")))
    joined = "|".join(patterns).replace("WHO", _WHO)
    return re.compile(re.sub(r" \.\.(\d)", _GAP, joined), re.IGNORECASE)


def plain(text: str) -> str:
    """A text as the patterns want it: lower case, on one line, addresses as ``@``.

    Of a link the host is left: its page is often called by another reason than the one given.
    A dot within a name or a number becomes ``·``, so that one in a pattern ends a sentence.
    """
    text = _LINK.sub(r" \1 ", text[:_MOST].replace("’", "'"))
    text = _INNER_DOT.sub("·", ADDRESS.sub("@", text))
    return _SPACES.sub(" ", text).strip().lower()
