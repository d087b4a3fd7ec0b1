"""The HTML of the mail: what mail programs, readers and attackers make of it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import html5lib
import pytest
from builders import both, bulletin, entry, issue, section, theme, views
from lxml import etree

from publisher.errors import ContentError, ThemeError
from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.render import email
from publisher.render.context_issue import IssueView
from publisher.render.email import LIMIT_BYTES, MailLinks
from publisher.render.shortening import shortened
from publisher.render.theme import Theme

PAGE = "https://news.example.com/zh/daily-ten/2026-04-26/"
LEAVE = "https://news.example.com/zh/about/"
LINKS = MailLinks(PAGE, LEAVE, LEAVE)
THEMES = ["default", "spark", "analyst"]
PROSE = section("overview", "prose")


def view(revision: IssueRevision, entries: list[EntryRevision], edition: str = "zh") -> IssueView:
    return views(edition).issue(revision, {each.entry.id: each for each in entries})


def mail(
    *entries: EntryRevision,
    edition: str = "zh",
    chosen: Theme | None = None,
    settings: Any = None,
    written: Any = None,
    **changes: Any,
) -> str:
    """The HTML of an issue with these entries."""
    found = list(entries) or [entry()]
    revision = issue(found, settings, written, **changes)
    return email.render(chosen or theme(), views(edition), view(revision, found, edition), LINKS)


def everything() -> list[EntryRevision]:
    """An entry with every part that there is, and one of a kind with an account."""
    return [
        entry(
            "full",
            emoji="🏆",
            happened="2026-04-24",
            digest=both("Digest"),
            body=both("Body\n\nMore body"),
            fields={"why": both("Because")},
            verification={"status": "signal", "note": both("Checked")},
            corrections=[{"date": "2026-04-27", "note": both("Mended")}],
        ),
        entry("said", kind="signal", fields={"handle": "@someone", "verdict": both("Verdict")}),
    ]


SHOW = [
    "emoji",
    "source",
    "happened",
    "summary",
    "digest",
    "body",
    "verification",
    "fields",
    "sources",
]


def full(edition: str = "bilingual", name: str = "default") -> str:
    settings = bulletin(
        PROSE,
        section("points", "list", numbered=True),
        section(show=SHOW),
        masthead=["date", "time_zone", "window", "number"],
        slogan=both("Slogan"),
        credit=both("Credit"),
        footer=both("Footer"),
    )
    written = {
        "overview": {"text": both("First\n\nSecond")},
        "points": {"items": [both("Point")]},
    }
    return mail(
        *everything(), edition=edition, chosen=theme(name), settings=settings, written=written
    )


def tree(html: str) -> etree._Element:
    # Outlook's namespaces are no HTML, and html5lib warns of them.
    plain = re.sub(r' xmlns:[vo]="[^"]*"', "", html)
    root: etree._Element = html5lib.parse(plain, "lxml", namespaceHTMLElements=False).getroot()
    return root


def texts(html: str, path: str) -> list[str]:
    return [" ".join("".join(each.itertext()).split()) for each in tree(html).xpath(path)]


@pytest.fixture(params=THEMES)
def every(request: pytest.FixtureRequest) -> str:
    return full(name=request.param)


class TestDocument:
    def test_begins_with_the_doctype(self, every: str) -> None:
        """Without it mail programs lay out as browsers of 1998 did; premailer drops it."""
        assert every.startswith("<!doctype html>\n<html ")

    def test_names_its_language_and_direction(self, every: str) -> None:
        """The root has the edition's first language."""
        assert tree(every).attrib["lang"] == "zh-CN"
        assert tree(every).attrib["dir"] == "ltr"

    def test_declares_utf_8_once(self, every: str) -> None:
        """One declaration of the encoding, within the first kilobyte."""
        assert every.count("charset") == 1
        assert '<meta charset="utf-8">' in every[:1024]

    def test_layout_tables_say_so(self, every: str) -> None:
        """A screen reader announces no table of layout."""
        assert tree(every).xpath("//table")
        assert not tree(every).xpath("//table[not(@role='presentation')]")

    def test_is_an_article_with_a_name(self, every: str) -> None:
        """The wrapper has the role and the label that screen readers announce."""
        (article,) = tree(every).xpath("//*[@role='article']")
        assert article.attrib["aria-roledescription"] == "email"
        assert article.attrib["aria-label"] == "Issue（中）"

    def test_has_one_h1_and_leaves_no_level_out(self, every: str) -> None:
        """Headings go down by one level at a time."""
        levels = [int(each.tag[1]) for each in tree(every).xpath("//h1|//h2|//h3|//h4")]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))

    def test_every_picture_has_a_text(self, every: str) -> None:
        """No picture without an alternative text."""
        assert not tree(every).xpath("//img[not(@alt)]")

    def test_conditions_for_outlook_are_closed(self, every: str) -> None:
        """Inlining leaves every conditional comment whole."""
        assert every.count("<!--[if") == len(re.findall(r"<!\[endif\]-->", every)) > 10

    def test_loads_nothing(self, every: str) -> None:
        """No picture, font or style sheet comes from elsewhere."""
        assert not re.search(r"@import|@font-face|url\(|<link|\bsrc=|background=\"", every)

    def test_style_blocks_are_short(self, every: str) -> None:
        """Gmail drops a block of styles over 8 KB."""
        blocks = re.findall(r"<style.*?</style>", every, re.DOTALL)
        assert max(len(each.encode()) for each in blocks) < 8 * 1024

    def test_knows_dark_mode(self, every: str) -> None:
        """By media query, by Outlook's attributes, and declared."""
        assert '<meta name="color-scheme" content="light dark">' in every
        assert "@media (prefers-color-scheme: dark)" in every
        assert "[data-ogsc] .t" in every

    def test_rules_for_narrow_and_dark_screens_win(self, every: str) -> None:
        """premailer would take the !important that they need against inline styles."""
        assert ".mj-column-per-100 { width:100% !important" in every
        assert re.search(r"\.t \.q[^}]*color: #\w+ !important", every)

    def test_reset_is_not_copied_into_the_cells(self, every: str) -> None:
        """mrml's reset stays in the head."""
        assert every.count("mso-table-lspace") == 1

    def test_ids_are_unique(self, every: str) -> None:
        """A link within the mail leads to one place."""
        ids = tree(every).xpath("//@id")
        assert len(ids) == len(set(ids))

    def test_links_within_lead_somewhere(self, every: str) -> None:
        """Each entry of the contents has its anchor."""
        ids = set(tree(every).xpath("//@id"))
        inner = [each[1:] for each in tree(every).xpath("//a/@href") if each.startswith("#")]
        assert inner
        assert set(inner) <= ids

    def test_lines_break_where_it_does_not_show(self, every: str) -> None:
        """No line of tables is longer than SMTP allows."""
        assert all(len(line.encode()) < 998 for line in every.splitlines() if "<p" not in line)

    def test_is_the_same_each_time(self) -> None:
        """The same issue gives the same bytes."""
        assert full() == full()


class TestContent:
    def test_shows_each_part_the_section_asks_for(self) -> None:
        """Nothing that an entry has and its section shows is left out."""
        (article,) = texts(full("en"), "//*[@role='article']")
        for part in (
            "1. 🏆 Title full (en)", "cnbc.com", "Happened: April 24, 2026", "Digest (en)",
            "Summary full (en)", "More body (en)", "Signal Checked (en)",
            "Why it matters: Because (en)", "CNBC | A story", "Corrected: Mended (en)",
            "@someone: Title said (en)", "In one sentence: Verdict (en)",
        ):  # fmt: skip
            assert part in article

    def test_leaves_out_what_the_section_does_not_show(self) -> None:
        """A section that shows digests alone shows neither summary nor sources."""
        html = mail(*everything(), settings=bulletin(section(show=["digest"])), edition="en")
        assert "Digest (en)" in html
        assert not re.search(r"Summary|🏆|CNBC|Because|Checked|April 24", html)

    def test_body_that_is_the_summary_is_shown_once(self) -> None:
        """An entry without a long form does not say everything twice."""
        html = mail(settings=bulletin(section(show=["summary", "body"])), edition="en")
        assert html.count("Summary one (en)") == 1

    def test_stands_stacked_with_its_languages_marked(self) -> None:
        """Of two languages the first is the page's, the second is marked."""
        html = full("bilingual")
        assert texts(html, "//div[@lang='en']")[0] == "First Second (en)"
        assert texts(html, "//h3/a")[0] == "Title full（中） →"
        assert texts(html, "//h3/span[@lang='en']")[0] == "Title full (en)"

    def test_single_edition_has_one_language(self) -> None:
        """The Chinese edition holds no English text."""
        assert "(en)" not in full("zh")

    def test_missing_translation_is_marked(self) -> None:
        """A text that exists in another language only is shown with its lang."""
        html = mail(entry(title={"zh": "只有中文"}), edition="en")
        assert texts(html, "//h3//span[@lang='zh-CN']") == ["只有中文"]

    def test_same_text_in_both_languages_stands_once(self) -> None:
        """A name that is the same in both languages is not repeated."""
        html = mail(edition="bilingual", title={"zh": "Curious Spark", "en": "Curious Spark"})
        assert texts(html, "//h1") == ["Curious Spark"]

    def test_preheader_is_filled(self) -> None:
        """The text of the mail does not run into what the mailbox shows."""
        html = mail(preheader=both("Look inside"))
        assert "Look inside（中）\u034f\u200c\xa0\u034f" in html

    def test_footer_says_who_why_and_how_to_leave(self) -> None:
        """Address, reason, contact and the link to leave stand in the footer."""
        html = full("en")
        (foot,) = texts(html, "(//*[contains(@class, 't')]/div)[last()]")
        assert "subscribed to Daily Ten (English)" in foot
        assert "100 Sample Road" in foot
        assert LEAVE in tree(html).xpath("//a[normalize-space()='Unsubscribe']/@href")
        assert "mailto:editor@news.example.com" in tree(html).xpath("//a/@href")

    def test_links_to_leave_are_large_enough(self) -> None:
        """They are 44 px high: 20 of text and 12 above and below."""
        (style,) = tree(full("en")).xpath("//a[normalize-space()='Unsubscribe']/@style")
        assert "line-height:20px" in style
        assert "padding:12px 0" in style

    def test_page_in_the_browser_is_the_first_link(self) -> None:
        """Who cannot read the mail finds the page at once."""
        assert tree(full()).xpath("//a/@href")[0] == PAGE

    def test_references_and_corrections_stand_at_the_end(self) -> None:
        """Sources of the issue are listed, and what earlier issues got wrong."""
        html = mail(
            edition="en",
            references=[{"publisher": "arXiv", "title": "A paper", "url": "https://arxiv.org/1"}],
            notices=[{
                "entry": "2026/04/20/old", "title": both("Old story"),
                "correction": {"date": "2026-04-25", "note": both("It was seven")},
            }],
        )  # fmt: skip
        assert texts(html, "//ol/li") == ["arXiv | A paper"]
        assert texts(html, "//h2")[-2:] == ["Corrections to earlier issues", "References"]
        assert "https://news.example.com/en/e/2026/04/20/old/" in html

    def test_source_without_address_is_text(self) -> None:
        """A source that is only a name has no link."""
        revision = entry(sources=[{"publisher": "Reuters"}])
        html = mail(revision, settings=bulletin(section(show=["sources"])))
        assert texts(html, "//ul/li") == ["Reuters"]

    def test_chinese_is_set_for_reading(self) -> None:
        """17 px with 1.8 leading, no line begins with a closing mark."""
        html = mail(edition="zh")
        assert "font-size:17px;line-height:1.8" in html
        assert "line-break:strict" in html
        assert "PingFang SC" in html

    def test_outlook_gets_a_family_it_knows(self) -> None:
        """Word takes the first family of a stack; for Chinese that must be a Chinese one."""
        assert '<!--[if mso]><style>* { font-family: "Microsoft YaHei"' in mail(edition="zh")
        assert "YaHei" not in mail(edition="en")


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} <![CDATA[ & ]]>'


class TestHostile:
    @pytest.mark.parametrize("field", ["title", "short_title", "digest", "summary", "body"])
    @pytest.mark.parametrize("name", THEMES)
    def test_text_is_only_text(self, field: str, name: str) -> None:
        """Markup in any text is shown, not obeyed."""
        text: dict[str, Any] = {field: {"zh": HOSTILE, "en": HOSTILE}}
        evil = entry(**text)
        settings = bulletin(section(show=SHOW))
        others = [entry("b"), entry("c")]  # with three there is a list of contents
        html = mail(evil, *others, edition="bilingual", chosen=theme(name), settings=settings)
        assert not tree(html).xpath("//script|//img|//@onerror")
        assert "{{ 7*7 }}" in html

    def test_address_that_would_run_is_no_link(self) -> None:
        """A javascript: address in a text never becomes a link."""
        html = mail(entry(summary={"zh": "[看](javascript:alert(1))"}))
        assert not [each for each in tree(html).xpath("//a/@href") if "javascript" in each]

    def test_control_characters_are_gone(self) -> None:
        """They would break MJML, and turn the direction of what follows."""
        html = mail(entry(title={"zh": "甲\x08乙\u202e丙\u2066丁\ufeff"}))
        assert "甲乙丙丁" in html

    @pytest.mark.parametrize("text", ["a < b", "<p>", "<br>", "&nbsp;", "]]>", "<!--", "'\"`"])
    def test_what_would_break_mjml_does_not(self, text: str) -> None:
        """Special characters come out as they were written."""
        assert texts(mail(entry(title={"zh": text})), "//h3/a") == [f"{text.strip()} →"]


def long_entries(count: int, length: int) -> list[EntryRevision]:
    return [entry(f"n{at}", summary={"zh": "长文。" * length}) for at in range(count)]


class TestSize:
    def test_tail_becomes_headlines(self) -> None:
        """An issue too large for Gmail keeps its first entries whole and its footer."""
        html = mail(*long_entries(30, 900))
        assert len(html.encode()) <= LIMIT_BYTES
        shown = [html.count(f"Title n{at}（中）") for at in range(30)]
        whole = texts(html, "//td[@class='t']/div[.//h3]")[:-1]
        assert min(shown) == 2  # in the contents, and as a headline
        assert 5 < len(whole) < 30
        assert all(len(each) > 2700 for each in whole)
        assert "上海样张路100号" in html

    def test_shortened_entry_keeps_headline_and_link(self) -> None:
        """What was cut is one tap away."""
        html = mail(*long_entries(30, 900))
        last = "https://news.example.com/zh/e/2026/04/26/n29/"
        assert texts(html, f"//h3/a[@href='{last}']") == ["Title n29（中） →"]
        assert texts(html, f"//p/a[@href='{last}']") == ["到网页上读全文"]

    def test_shortens_no_more_than_it_must(self) -> None:
        """One entry less shortened would be too large."""
        found = long_entries(30, 900)
        shown = view(issue(found), found)
        html = email.render(theme(), views(), shown, LINKS)
        needed = html.count("到网页上读全文")
        barely = email.laid_out(
            theme(),
            email.TEMPLATE,
            email.mail_variables(views(), shown, LINKS)
            | {"faces": email.faces(views()), "issue": shortened(shown, needed - 1)},
        )
        assert len(barely.encode()) > LIMIT_BYTES

    def test_then_prose_is_cut_to_its_first_paragraph(self) -> None:
        """When all entries are headlines, sections of prose are shortened from the last."""
        settings = bulletin(PROSE, section("after", "prose"), section())
        text = {"zh": "开头。\n\n" + "长文。" * 6000}
        html = mail(
            settings=settings, written={"overview": {"text": text}, "after": {"text": text}}
        )
        assert len(html.encode()) <= LIMIT_BYTES
        assert html.count("长文。" * 6000) == 1
        assert f"{PAGE}#s-after" in tree(html).xpath("//a/@href")

    def test_what_cannot_be_cut_is_an_error(self) -> None:
        """A list alone over the limit is refused, with a remedy."""
        settings = bulletin(section("points", "list"))
        items = {"points": {"items": [{"zh": "长。" * 20_000}]}}
        with pytest.raises(ContentError, match=r"daily-ten/2026-04-26 has .* shorten the lists"):
            mail(settings=settings, written=items)


BROKEN = [
    ("<p>not closed", "<p> is not closed"),
    ("<mj-texxt>x</mj-texxt>", "MJML has no element <mj-texxt>; did you mean <mj-text>?"),
    ("3 < 5", "a bare < stands in the text"),
    ("<![CDATA[x]]>", "<![CDATA[x…]> is not understood"),
    ("<b>bold</i>", "</i> closes nothing"),
    ("<a href=x>y</a>", "the attributes of <a> cannot be read"),
    ("<!-- a -- b -->", "a comment holds --"),
    ("<mj-include path='x' />", "<mj-include> is not used here"),
]


class TestBrokenTheme:
    @pytest.mark.parametrize(("text", "message"), BROKEN)
    def test_fault_is_named_with_file_and_line(self, text: str, message: str) -> None:
        """What mrml refuses without a place is found in the template that wrote it."""
        block = f"<mj-section><mj-column><mj-text>\n\n{text}\n</mj-text></mj-column></mj-section>\n"
        broken = theme(**{"email/parts/references.mjml": block})
        with pytest.raises(ThemeError) as caught:
            mail(chosen=broken)
        assert str(caught.value).startswith("themes/default/email/parts/references.mjml:3: ")
        assert message in str(caught.value)

    def test_text_in_the_body_is_refused(self) -> None:
        """mrml lays <mj-text> out wrongly where it stands in <mj-body>, and says nothing."""
        broken = theme(**{"email/parts/contents.mjml": "\n<mj-text>x</mj-text>"})
        with pytest.raises(ThemeError, match=r"contents\.mjml:2: <mj-text> cannot stand in <mj-b"):
            mail(chosen=broken)

    def test_fault_in_a_loop_and_a_child_theme_is_found(self) -> None:
        """The file is the child's, the line that of its text."""
        block = "{% for p in entry.title %}\n{{ p.html }}\n<i>{{ p.html }}\n{% endfor %}"
        broken = theme("spark", **{"email/parts/entry.mjml": block})
        with pytest.raises(ThemeError, match=r"^themes/spark/email/parts/entry\.mjml:3: <i> is"):
            mail(chosen=broken)

    def test_fault_in_a_macro_is_found(self) -> None:
        """Macros write from their own file."""
        good = theme().chain[0][1]["email/macros.mjml"]
        broken = theme(**{"email/macros.mjml": good.replace("<h2 id", "<h2 <id")})
        line = next(at for at, text in enumerate(good.splitlines(), 1) if "<h2 id" in text)
        with pytest.raises(ThemeError, match=rf"macros\.mjml:{line}: "):
            mail(chosen=broken)

    def test_block_of_styles_that_is_too_long_is_refused(self) -> None:
        """Gmail would drop it, and dark mode with it."""
        style = (
            "<mj-raw><style data-premailer='ignore'>" + ".a{color:red}" * 700 + "</style></mj-raw>"
        )
        with pytest.raises(ThemeError, match="Gmail drops those over 8,192"):
            mail(chosen=theme(**{"email/style.mjml": style}))

    def test_button_has_no_invalid_attribute(self) -> None:
        """mrml writes vertical-align as an attribute of the cell."""
        block = (
            "<mj-section><mj-column><mj-button href='https://a.example/'>Go</mj-button>"
            "</mj-column></mj-section>"
        )
        html = mail(chosen=theme(**{"email/parts/references.mjml": block}))
        assert texts(html, "//td/a[@href='https://a.example/']") == ["Go"]
        assert not tree(html).xpath("//@vertical-align")
