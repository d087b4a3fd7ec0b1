"""What a template may use of forms, of what the service answers, and of notices by mail.

A part of the contract with theme authors (see ``context``).
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.render.context import NO_TEXTS, Link, Texts


@dataclass(frozen=True, slots=True)
class EditionChoice:
    """An edition of a bulletin, in a form."""

    name: str  # the slug, which the form sends
    label: str  # what readers call it
    lang: str  # of its first language
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class BulletinChoice:
    """A bulletin in a form; `editions` is empty where there is nothing to choose from."""

    slug: str  # what the form sends
    name: Texts
    description: Texts
    editions: tuple[EditionChoice, ...]
    is_chosen: bool
    state: str = "none"  # among preferences: active, paused or none
    since: Texts = NO_TEXTS  # the day on which it was confirmed


@dataclass(frozen=True, slots=True)
class SignUp:
    """The form to subscribe with, as it was filled in."""

    action: str  # where it is sent
    bulletins: tuple[BulletinChoice, ...]
    other_url: str = ""  # of the form with all editions, where this one has not all
    address: str = ""  # as it was typed
    name: str = ""  # as it was typed
    address_error: Texts = NO_TEXTS
    bulletins_error: Texts = NO_TEXTS

    @property
    def is_refused(self) -> bool:
        """Whether something in it has to be corrected."""
        return bool(self.address_error or self.bulletins_error)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a link would confirm."""

    action: str  # where the button leads
    address: str  # masked: a…@example.com
    items: tuple[Texts, ...]  # bulletins with their editions


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a reader gets, and may change."""

    action: str  # where the form is sent
    address: str  # masked: a…@example.com
    bulletins: tuple[BulletinChoice, ...]
    is_stopped: bool  # mail came back, or was reported as unwanted
    error: Texts = NO_TEXTS


@dataclass(frozen=True, slots=True)
class Leaving:
    """The bulletin that a link leaves."""

    action: str  # where the button leads
    address: str  # masked: a…@example.com
    bulletin: Texts
    preferences_url: str


@dataclass(frozen=True, slots=True)
class Message:
    """What the service answers: a heading, paragraphs, and where to go from there."""

    kind: str  # sent, confirmed, saved, left, old, unknown …
    heading: Texts
    paragraphs: tuple[Texts, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail to one person that is no issue: what it is about, and one button."""

    kind: str  # confirm or welcome
    heading: Texts
    text: Texts  # what the items are
    items: tuple[Texts, ...]  # bulletins with their editions
    how: Texts  # what the button is for
    button: Texts
    url: str  # where the button leads
    link: Texts  # what stands before the address, written out
    small: Texts  # what to do who did not ask for it
