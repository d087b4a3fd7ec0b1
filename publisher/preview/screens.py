"""The preview's own pages: the overview, an issue with its tools, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from publisher.document import Problem
from publisher.preview.studio import Row
from publisher.proof import Proof
from publisher.render import paths
from publisher.render.email import LIMIT_BYTES

Screen = tuple[str, bytes]

# What is looked at, in which width (px), in which scheme; the first of each stands where none is
# asked for.
CHOICES = {
    "view": ("page", "mail", "text", "feed"),
    "width": ("375", "800", "1280"),
    "scheme": ("light", "dark"),
}
_NAMES = {"375": "phone", "800": "desktop", "1280": "wide"}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("publisher.preview"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _screen(template: str, version: int, **values: object) -> Screen:
    text = _environment().get_template(template).render(version=version, **values)
    return "text/html", text.encode()


def overview(rows: Sequence[Row], problems: Iterable[Problem], version: int) -> Screen:
    """Every issue that can be looked at, and what `publisher check` says."""
    return _screen("overview.html", version, rows=rows, problems=list(problems))


def failure(problems: Iterable[Problem], rest: str, version: int) -> Screen:
    """What is wrong, with places; it goes away by itself when it is mended and saved."""
    return _screen("failure.html", version, problems=list(problems), rest=rest)


def issue(proof: Proof, query: Mapping[str, str], version: int) -> Screen:
    """An issue in a frame, with a choice of edition, form, width and scheme."""
    chosen = _chosen(proof, query)
    groups = [
        (
            group,
            [(name, f"?{urlencode({**chosen, group: value})}", chosen[group] == value)
             for value, name in values],
        )
        for group, values in _groups(proof)
    ]  # fmt: skip
    mail = proof.mails[chosen["edition"]]
    return _screen(
        "issue.html", version, proof=proof, issue=proof.revision.issue, groups=groups,
        chosen=chosen, source=_source(proof, chosen), mail=mail,
        mail_kb=f"{len(mail.html.encode()) / 1000:.1f}", limit_kb=f"{LIMIT_BYTES / 1000:.0f}",
    )  # fmt: skip


def _groups(proof: Proof) -> list[tuple[str, list[tuple[str, str]]]]:
    editions = [(name, label) for name, label in proof.editions.items()]
    others = [
        (group, [(each, _NAMES.get(each, each)) for each in values])
        for group, values in CHOICES.items()
    ]
    return [("edition", editions), *others]


def _chosen(proof: Proof, query: Mapping[str, str]) -> dict[str, str]:
    """What the address asks for, and the first of each where it does not, or asks amiss."""
    return {
        group: wanted if (wanted := query.get(group, "")) in known else known[0]
        for group, values in _groups(proof)
        for known in [[value for value, _ in values]]
    }


def _source(proof: Proof, chosen: Mapping[str, str]) -> str:
    """The address of what stands in the frame."""
    found, edition = proof.revision.issue, chosen["edition"]
    scheme = f"scheme={chosen['scheme']}"
    name = f"{found.bulletin}/{found.name}/{edition}"
    return {
        "page": f"{paths.issue(edition, found.bulletin, found.name)}?{scheme}",
        "mail": f"/-/mail/{name}?{scheme}",
        "text": f"/-/mail/{name}?form=text",
        "feed": f"/-/feed/{name}?form=atom",
    }[chosen["view"]]
