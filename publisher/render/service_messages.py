"""What the service answers in a few words: which strings they are, and where they lead."""

from __future__ import annotations

from collections.abc import Mapping

from publisher.render.context import Link
from publisher.render.context_service import Message
from publisher.render.views import Views

# kind → heading, paragraphs, links: keys of interface strings.
MESSAGES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "sent": ("said_sent", ("said_sent_text", "said_sent_help"), ("subscribe", "home")),
    "confirmed": ("said_confirmed", ("said_confirmed_text",), ("preferences", "home")),
    "saved": ("said_saved", ("said_saved_text",), ("preferences", "home")),
    "left": ("said_left", ("said_left_text",), ("preferences", "home")),
    "left-all": ("said_left", ("said_left_all_text",), ("preferences", "home")),
    "old": ("said_old", ("said_old_text",), ("subscribe", "home")),
    "unknown": ("said_unknown", ("said_unknown_text",), ("home",)),
    "gone": ("said_gone", ("said_gone_text",), ("subscribe", "home")),
    "often": ("said_often", ("said_often_text",), ("home",)),
    "foreign": ("said_foreign", ("said_foreign_text",), ("subscribe", "home")),
    "unread": ("said_unread", ("said_unread_text",), ("home",)),
    "broken": ("said_broken", ("said_broken_text",), ("home",)),
    "not-found": ("site_not_found", ("site_not_found_text",), ("home",)),
}

_WAYS = {"preferences": "mail_preferences", "subscribe": "signup_title", "home": "site_home"}


def message(views: Views, kind: str, ways: Mapping[str, str], number: str = "") -> Message:
    """A message; `ways` holds the addresses of those links that there are for this reader."""
    heading, paragraphs, links = MESSAGES[kind]
    contact = views.publication.contact
    return Message(
        kind,
        views.word(heading),
        tuple(views.word(each, contact=contact, number=number) for each in paragraphs),
        tuple(Link(ways[each], views.word(_WAYS[each])) for each in links if each in ways),
    )
