"""An issue as an article for a WeChat official account (微信公众号): one fragment of HTML.

The title, the digest and the address of the original (阅读原文) have fields of their own in
WeChat's editor; so the fragment begins with what comes after the title.

WeChat's interface for drafts asks for fewer than 20,000 characters and less than 1 MB, and filters
out pictures that were not uploaded to it (新增草稿, field ``content``:
developers.weixin.qq.com/doc/service/api/draftbox/draftmanage/api_draft_add).  Whether tags count
among the characters is not said there; the editor, into which an article is pasted, counts text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from publisher.errors import ThemeError
from publisher.render.context_issue import IssueView, NoteView
from publisher.render.email import colons, faces
from publisher.render.inert import inert
from publisher.render.inliner import inliner
from publisher.render.theme import Theme
from publisher.render.views import Views
from publisher.render.wechat_html import Picture, final, numbered, pictures, tidied, words

TEMPLATE = "wechat/issue.html"
STYLE = "wechat/style.css"
LIMIT_CHARACTERS = 20_000
LIMIT_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Article:
    """An issue for WeChat, and what its editor asks for beside the text."""

    html: str
    title: str
    digest: str
    url: str  # of the original: the issue's page
    notes: tuple[NoteView, ...]
    pictures: tuple[Picture, ...]

    @property
    def characters(self) -> int:
        """Of the text; white space between paragraphs does not count."""
        return len("".join(words(self.html).split("\n")))

    @property
    def bytes(self) -> int:
        """Of the HTML."""
        return len(self.html.encode())


def render(theme: Theme, views: Views, issue: IssueView) -> Article:
    """The article of an issue, whose links must be absolute.

    Raises ThemeError where a template fails, or has other links once its notes are there.
    """
    variables = _variables(views, issue)
    # Twice: the first time shows what is linked, the second tells it in notes.
    _, notes = _written(theme, variables)
    html, again = _written(theme, variables, notes)
    if again != notes:
        raise ThemeError(
            "it has other links once its notes are there",
            "link to the same addresses whether `notes` is empty or not, or to fewer",
            template=theme.file_of(TEMPLATE),
        )
    css = theme.render(STYLE, edition=variables["edition"], faces=variables["faces"])
    digest = issue.preheader or issue.subtitle.line
    styled = _finished(final(_styled(html, css)))
    return Article(styled, issue.title.line, digest, issue.url, notes, pictures(html))


def excess(article: Article) -> Iterator[str]:
    """What of an article is more than WeChat takes, and what helps; it is rendered all the same."""
    remedy = "leave sections out, or publish it in two parts"
    if article.characters >= LIMIT_CHARACTERS:
        yield (
            f"the article has {article.characters:,} characters; WeChat takes fewer than "
            f"{LIMIT_CHARACTERS:,}; {remedy}"
        )
    if article.bytes >= LIMIT_BYTES:
        yield (
            f"the article has {article.bytes:,} bytes; WeChat takes fewer than "
            f"{LIMIT_BYTES:,}; {remedy}"
        )


def _variables(views: Views, issue: IssueView) -> dict[str, Any]:
    return {
        "issue": issue,
        "t": views.t,
        "word": views.word,
        "colon": colons(views),
        "faces": faces(views),
        "edition": views.edition_view(),
        "publication": views.publication_view(),
    }


def _written(
    theme: Theme, variables: dict[str, Any], notes: tuple[NoteView, ...] = ()
) -> tuple[str, tuple[NoteView, ...]]:
    html = theme.render(TEMPLATE, **variables, notes=notes)
    return numbered(inert(tidied(html)), notes)


def _styled(html: str, css: str) -> str:
    """The HTML with the style sheet written into its elements."""
    # lxml would break lines within a heading, where a line break is a space.
    styled: str = inliner(html, css_text=css).transform(pretty_print=False)
    return styled


# Where a line may end without a space being seen.
_BLOCK_END = re.compile(r"(</(?:section|p|h[1-4]|li|ul|ol|tr|table|blockquote)>)\s*(?=<)")


def _finished(html: str) -> str:
    """With a line for each block, so that two versions can be compared."""
    html = re.sub(r"(<(?:section|ul|ol|table|thead|tbody|tr)\b[^>]*>)\s+(?=<)", r"\1", html)
    return _BLOCK_END.sub(r"\1\n", html).strip() + "\n"
