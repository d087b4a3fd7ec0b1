"""From a frozen entry to what a template may use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from publisher.config.publication import Kind
from publisher.config.section import SectionSettings
from publisher.content.entry import Correction, Entry, Source, Verification
from publisher.formats import format_date
from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.render import paths
from publisher.render.context import (
    CorrectionView,
    EntryView,
    FieldView,
    Link,
    Mark,
    SourceView,
    Texts,
    VerificationView,
)
from publisher.render.frame import Frame
from publisher.render.words import iso


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What an issue or entry is tied to, as the archive's index knows it.

    `earlier` is what came before an entry in its story; `earlier_of` the same for the entries of
    an issue, by their ids.  `bulletins` are those that the edition has, where that is known.
    `beside` are the files beside an issue's page: the bytes of each, by its kind (``pdf``).
    """

    previous: IssueRevision | None = None
    next: IssueRevision | None = None
    earlier: tuple[EntryRevision, ...] = ()
    carried_in: tuple[IssueRevision, ...] = ()
    editions: tuple[str, ...] = ()
    earlier_of: Mapping[str, tuple[EntryRevision, ...]] = field(default_factory=dict)
    bulletins: tuple[str, ...] | None = None
    beside: Mapping[str, int] = field(default_factory=dict)


ALONE = Neighbours()


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in an issue: its section, its number there, what else tells it.

    `mark_of` finds a source among the references of the issue.
    """

    section: SectionSettings
    number: int | None = None
    anchor: str = ""
    see_also: tuple[EntryRevision, ...] = ()
    earlier: tuple[EntryRevision, ...] = ()
    marks: tuple[Mark, ...] = ()
    mark_of: Callable[[Source], Mark | None] = lambda _: None


def entry_view(
    frame: Frame,
    revision: EntryRevision,
    kinds: Mapping[str, Kind],
    place: Place | None = None,
    near: Neighbours = ALONE,
) -> EntryView:
    """An entry: in its place in an issue, or whole."""
    found, kind = revision.entry, kinds.get(revision.entry.kind)
    section = place.section if place else None
    fields, plain = _fields(frame, found, kind, section.fields if section else None)
    core = frame.kept(("entry", revision.id, revision.revision), lambda: _core(frame, revision))
    return EntryView(
        **core,
        anchor=place.anchor if place else paths.anchor(revision.id),
        kind_name=frame.texts(kind.name if kind else found.kind),
        fields=fields,
        plain=plain,
        sources=_sources(frame, found, place),
        number=place.number if place else None,
        show=frozenset(section.show if section else ()),
        see_also=_links(frame, place.see_also if place else ()),
        earlier=_links(frame, place.earlier if place else near.earlier),
        carried_in=tuple(frame.issue_link(each) for each in near.carried_in),
        marks=place.marks if place else (),
    )


def _core(frame: Frame, revision: EntryRevision) -> dict[str, Any]:
    """What an entry says wherever it stands: its page, issues, lists and feeds follow another."""
    found = revision.entry
    return {
        "id": found.id,
        "url": frame.links.to(paths.entry(frame.edition.name, found.id)),
        "kind": found.kind,
        "title": frame.texts(found.title),
        "short_title": frame.texts(found.short_title or found.title),
        "digest": frame.texts(found.digest or found.title),
        "summary": frame.texts(found.summary, "block"),
        "body": frame.texts(found.body or found.summary, "block"),
        "emoji": found.emoji or "",
        "site": next((each.domain for each in found.sources if each.domain), ""),
        "tags": tuple(frame.tag(each) for each in found.tags),
        "importance": found.importance,
        "verification": _verification(frame, found.verification),
        "happened": frame.each(found.happened.text) if found.happened else Texts(),
        "filed": frame.date(found.filed),
        "filed_iso": found.filed.isoformat(),
        "published_iso": iso(revision.published),
        "updated_iso": iso(frame.updated(revision)),
        "is_corrected": bool(found.corrections),
        "corrections": tuple(correction_view(frame, each) for each in found.corrections),
        "story": frame.story(found.story) if found.story else None,
        "published": frame.moment(revision.published),
        "updated": frame.moment(frame.updated(revision)),
    }


def _sources(frame: Frame, entry: Entry, place: Place | None) -> tuple[SourceView, ...]:
    mark_of = place.mark_of if place else (lambda _: None)
    return tuple(source_view(frame, each, mark_of(each)) for each in entry.sources)


def _links(frame: Frame, entries: Iterable[EntryRevision]) -> tuple[Link, ...]:
    return tuple(frame.entry_link(each) for each in entries)


def _fields(
    frame: Frame, entry: Entry, kind: Kind | None, wanted: list[str] | None
) -> tuple[tuple[FieldView, ...], tuple[FieldView, ...]]:
    declared = kind.fields if kind else {}
    order = [each for each in (wanted or declared) if each in declared]
    texts, plain = [], []
    for name, settings in declared.items():
        if (value := entry.fields.get(name)) is None:
            continue
        is_plain = settings.type == "plain"
        text = frame.texts(value, "title" if is_plain else "block")
        view = FieldView(name, frame.texts(settings.label), text, is_plain)
        if is_plain:
            plain.append(view)
        elif name in order:
            texts.append(view)
    texts.sort(key=lambda each: order.index(each.name))
    return tuple(texts), tuple(plain)


def _verification(frame: Frame, found: Verification | None) -> VerificationView | None:
    if found is None:
        return None
    word = frame.word(f"verification_{found.status}")
    return VerificationView(found.status, word, frame.texts(found.note, "inline"))


def source_view(frame: Frame, source: Source, mark: Mark | None = None) -> SourceView:
    """A source, its day in the page's language."""
    return SourceView(
        source.publisher or "",
        source.title or "",
        source.url or "",
        source.domain,
        source.lang or "",
        format_date(source.date, frame.lang) if source.date else "",
        mark,
    )


def correction_view(frame: Frame, correction: Correction) -> CorrectionView:
    """A correction of the thing that is shown."""
    return CorrectionView(
        frame.date(correction.date),
        correction.date.isoformat(),
        frame.texts(correction.note, "inline"),
    )
