"""HTML for WeChat: links become numbers, and nothing is left that its editor takes out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.render import wechat_html
from publisher.render.context_issue import NoteView
from publisher.render.wechat_html import Picture, final, pictures, tidied, words

MARK = re.compile(r'<sup class="mark">\[(\d+)\]</sup>')

PIECES = st.one_of(
    st.sampled_from([
        '<a href="https://a.example/1">', '<a href="https://a.example/2" title="T &amp; <b>">',
        "<a\nHREF='HTTPS://q.example/?a=1&b=2'>", '<a href="#x">', '<a href="/y">',
        '<a href="mailto:a@b.example">', "<a href=javascript:alert(1)>", "</a>",
        "<p>", "</p>", "<b>", "</b>", "<li>", "<h5>", "<table>", "<tr>", "<td>", "</table>",
        "<script>", "</script>", "<style>", "</style>", "<svg>", "<math>", "<select>", "<pre>\n",
        "<textarea>", "<template>", "<plaintext>", "<noscript>", "<!--", "-->",
        "&amp;", "&lt;a href=x&gt;", "&nbsp;", "&#1;", "<img src=https://x.example/y>",
    ]),
    st.text(max_size=8),
)  # fmt: skip
WILD = st.lists(PIECES, max_size=25).map("".join)


def numbered(html: str, *known: NoteView) -> tuple[str, tuple[NoteView, ...]]:
    return wechat_html.numbered(tidied(html), known)


def tags(html: str) -> list[str]:
    return re.findall(r"<[^>]*>", html)


# Whatever the HTML -------------------------------------------------------------------------------


@given(WILD)
def test_no_link_is_left(html: str) -> None:
    """Neither with its numbers nor in what goes to the editor."""
    found, _ = numbered(html)

    assert [each for each in tags(found + final(found)) if re.match(r"</?a\b|.*\bhref", each)] == []


@given(WILD)
def test_numbers_follow_one_another_and_each_has_its_note(html: str) -> None:
    """From 1, in the order in which they first stand in the text; an address has one number."""
    found, notes = numbered(html)
    first = list(dict.fromkeys(int(each) for each in MARK.findall(found)))

    assert sorted(first) == [each.number for each in notes] == [*range(1, len(notes) + 1)]
    assert len({each.url for each in notes}) == len(notes)


@given(WILD)
def test_the_text_is_the_same_but_for_the_numbers(html: str) -> None:
    """Not a character is lost or added."""
    found, _ = numbered(html)

    assert words(MARK.sub("", found)) == words(tidied(html))


@given(WILD)
def test_known_notes_change_nothing(html: str) -> None:
    """The same text with its own notes gets the same numbers."""
    found, notes = numbered(html)

    assert numbered(html, *notes) == (found, notes)


@given(WILD)
def test_only_known_elements_and_attributes_are_left(html: str) -> None:
    """No class, no id, no handler, no element that the editor would take out."""
    names = {name for each in tags(final(html)) for name in re.findall(r"^</?(\w+)", each)}
    told = {name for each in tags(final(html)) for name in re.findall(r' ([\w-]+)="', each)}

    assert names <= wechat_html.ELEMENTS
    assert told <= {"style", "lang", "dir", "src", "alt", "start", "colspan", "rowspan"}


# Links -------------------------------------------------------------------------------------------


def test_the_same_address_has_one_number() -> None:
    """A second link to it stands for the same note, which keeps the first one's words."""
    html = '<a href="https://a.example/">A</a> <a href="https://b.example/">B</a> '
    found, notes = numbered(html + '<a href="https://a.example/">Again</a>')

    assert MARK.findall(found) == ["1", "2", "1"]
    assert notes == (
        NoteView(1, "A", "https://a.example/"),
        NoteView(2, "B", "https://b.example/"),
    )


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ('<a href="https://a.example/" title="A &lt;story&gt; of  b">CNBC</a>', "A <story> of b"),
        ('<a href="https://a.example/">A <b>bold</b>\nlink</a>', "A bold link"),
        ('<a href="https://a.example/">https://a.example/</a>', ""),
        ('<a href="https://a.example/"><img src="https://a.example/i.png"></a>', ""),
    ],
)
def test_a_note_has_the_title_of_its_link_else_its_words(link: str, text: str) -> None:
    """Nothing where that is the address itself."""
    assert numbered(link)[1] == (NoteView(1, text, "https://a.example/"),)


def test_an_address_is_written_out_as_it_is() -> None:
    """Not as HTML writes it."""
    assert numbered('<a href="https://a.example/?a=1&amp;b=2">A</a>')[1][0].url == (
        "https://a.example/?a=1&b=2"
    )


@pytest.mark.parametrize("href", ["#r-3", "/zh/", "", "javascript:alert(1)", "//a.example/"])
def test_what_leads_nowhere_from_wechat_is_words_alone(href: str) -> None:
    """A place in the text, or an address that is none."""
    assert numbered(f'<a href="{href}">A</a>') == ("A", ())


def test_a_mail_address_that_is_written_out_needs_no_note() -> None:
    """Another one does."""
    assert numbered('<a href="mailto:a@b.example">a@b.example</a>') == ("a@b.example", ())
    assert numbered('<a href="mailto:a@b.example">Write</a>')[1] == (
        NoteView(1, "Write", "a@b.example"),
    )


# What stays --------------------------------------------------------------------------------------


def test_styles_that_move_an_element_out_of_the_text_are_gone() -> None:
    """Colour, type and space stay."""
    style = "position:fixed;float:left;color:red;margin:0 0 1px;background-image:url(//x)"

    assert final(f'<p style="{style}">A</p>') == '<p style="color:red;margin:0 0 1px">A</p>'


def test_pictures_are_listed_in_order_once() -> None:
    """With what the theme says of their size."""
    one = '<img src="https://a.example/1.png" width="20" height="10" alt="One">'
    html = tidied(f'{one}<p><img src="https://a.example/2.png"></p>{one}')

    assert pictures(html) == (
        Picture("https://a.example/1.png", "One", "20 × 10 px"),
        Picture("https://a.example/2.png", "", ""),
    )
