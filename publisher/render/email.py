"""The mail of an issue as HTML: Jinja2 writes MJML, mrml lays it out, premailer inlines the styles.

Gmail cuts a message at about 102 KB of HTML.  An issue that is larger loses its tail by rule
(publisher.render.shortening); the footer is always whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from publisher.errors import ContentError, ThemeError
from publisher.language import script_of
from publisher.render import marks, mjml_lint
from publisher.render.context import Texts
from publisher.render.context_issue import IssueView
from publisher.render.context_page import FileView
from publisher.render.inert import inert
from publisher.render.inliner import inliner
from publisher.render.shortening import fitted, size
from publisher.render.strings import Strings
from publisher.render.theme import Theme
from publisher.render.views import Views
from publisher.render.words import is_cjk

TEMPLATE = "email/issue.mjml"
LIMIT_BYTES = 95_000
"""Of the HTML, decoded; Gmail cuts at about 102 KB."""
STYLE_BYTES = 8 * 1024
"""Gmail is reported to drop a style block that is longer."""


@dataclass(frozen=True, slots=True)
class MailLinks:
    """Where a mail leads beside its stories."""

    page_url: str
    unsubscribe_url: str
    preferences_url: str
    pdf: FileView | None = None


@dataclass(frozen=True, slots=True)
class Face:
    """How a language is set: its script (ISO 15924), and whether that is Han or kana."""

    script: str
    is_cjk: bool


def render(theme: Theme, views: Views, issue: IssueView, mail: MailLinks) -> str:
    """The HTML of the mail, at most LIMIT_BYTES; the issue's links must be absolute.

    Raises ThemeError, with template and line, for MJML that cannot be used, and ContentError for
    an issue that is too large even when everything that may be shortened is.
    """
    variables = mail_variables(views, issue, mail) | {"faces": faces(views)}
    html, fits = fitted(
        issue, lambda shown: laid_out(theme, TEMPLATE, {**variables, "issue": shown}), LIMIT_BYTES
    )
    if not fits:
        raise too_large(issue, html)
    return html


def too_large(issue: IssueView, text: str) -> ContentError:
    """The error of an issue that cannot be shortened enough."""
    return ContentError(
        f"the mail of {issue.id} has {size(text):,} bytes even with every entry shortened "
        f"to its headline; at most {LIMIT_BYTES:,} are shown by mail programs",
        "shorten the lists, the references or the standing texts of this issue",
    )


def mail_variables(views: Views, issue: IssueView, mail: MailLinks) -> dict[str, Any]:
    """What the templates of both forms of the mail may use, beside the issue."""
    return {
        "t": views.t,
        "word": views.word,
        "colon": colons(views),
        "edition": views.edition_view(),
        "publication": views.publication_view(),
        "mail": mail,
        "why": _why(views, issue),
    }


def colons(views: Views) -> dict[str, str]:
    """What stands between a label and what it labels, by language tag."""
    return {tag: strings("label_colon") for tag, strings in _strings(views).items()}


def _strings(views: Views) -> dict[str, Strings]:
    return {one.tag: views.strings[one.key] for one in views.edition.languages}


def _why(views: Views, issue: IssueView) -> Texts:
    """Why the reader gets this, in each language, with the names as that language has them."""
    strings = _strings(views)
    keys = {one.tag: one.key for one in views.edition.languages}
    names = {each.lang: each.text for each in issue.bulletin.name}

    def sentence(tag: str) -> str:
        edition = views.edition.label.resolve([keys[tag]])[1]
        name = names.get(tag, issue.bulletin.name.text)
        return strings[tag]("mail_why", bulletin=name, edition=edition)

    return views.each(sentence)


def faces(views: Views) -> dict[str, Face]:
    """How each language of the publication is set, by its tag."""
    tags = [views.publication.language(key).tag for key in views.publication.languages]
    return {tag: Face(script_of(tag), is_cjk(tag)) for tag in tags}


# From MJML to HTML -----------------------------------------------------------------------------


def laid_out(theme: Theme, template: str, variables: Mapping[str, Any]) -> str:
    """The HTML of a mail whose template writes MJML, its styles in its elements.

    Raises ThemeError, with template and line, for MJML that cannot be used.
    """
    mjml = inert(theme.render(template, **variables))
    if fault := mjml_lint.first_fault(mjml):
        raise _theme_error(theme, template, variables, mjml, fault)
    html = _inlined(_for_premailer(mjml_lint.to_html(mjml)))
    for style in re.findall(r"<style[^>]*>.*?</style>", html, re.DOTALL):
        if size(style) > STYLE_BYTES:
            raise ThemeError(
                f"a style block of the mail has {size(style):,} bytes; Gmail drops those over "
                f"{STYLE_BYTES:,}",
                "split it in two",
                template=theme.file_of(template),
            )
    return html


def _theme_error(
    theme: Theme, path: str, variables: Mapping[str, Any], mjml: str, fault: mjml_lint.Fault
) -> ThemeError:
    """The fault at the line of the template that wrote it."""
    marked = marks.trace(theme, path, variables)
    # The marks could only mislead where they changed what was rendered.
    place = marked.place(fault.offset) if inert(marked.text) == mjml else None
    template, line = place or (path, None)
    return ThemeError(fault.what, fault.remedy, template=theme.file_of(template), line=line)


def _for_premailer(html: str) -> str:
    """Keep premailer off mrml's own styles, and drop what mrml writes that is no HTML.

    Inlining its reset for table and td would cost a mail a fifth of its size.
    """
    html = re.sub(
        r'<style type="text/css">(?=\s*#outlook|@media only screen and \(min-width)',
        '<style data-premailer="ignore">',
        html,
    )
    return re.sub(r'(<td [^>]*?) vertical-align="\w+"', r"\1", html)


def _inlined(html: str) -> str:
    # Without “important” the rules for narrow screens and dark mode lose against inline styles.
    return _finished(inliner(html, strip_important=False).transform())


# After these a line break shows nowhere: what ends a block, a row or a table.
_BLOCK_END = re.compile(r"(</(?:p|h[1-6]|li|ul|ol|tr|table|style|blockquote)>)(?=<)")
_CHARSET = re.compile(r'<meta (?:http-equiv="Content-Type"|charset)[^>]*>', re.IGNORECASE)


def _finished(html: str) -> str:
    """Put back the doctype that premailer drops, declare UTF-8, and break overlong lines."""
    html = _CHARSET.sub("", html).replace("<head>", '<head><meta charset="utf-8">', 1)
    html = re.sub(r"^\s*<!doctype[^>]*>\s*", "", html, flags=re.IGNORECASE)
    return "<!doctype html>\n" + _BLOCK_END.sub(r"\1\n", html).strip() + "\n"
