"""Markdown to safe HTML and to plain text."""

from __future__ import annotations

import threading
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publisher.markdown.engine import ATTRIBUTES, TAGS
from publisher.markup import Renderer, join_lines, links, plain
from publisher.memo import Memo

MARKUP = st.text(alphabet="ab中，“：1 \n\t*_`~[]()<>!#&|-+.:/\\'\"=;")
HOSTILE = st.lists(
    st.sampled_from(
        [
            *("<script>", "</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>"),
            *("<style>", "<!--", "-->", "<a href='", "'>", "onload=", " style=x ", '"', "&lt;"),
            *("javascript:alert(1)", "data:text/html,<b>", "vbscript:x", "java\tscript:"),
            *("&#106;avascript:", "https://e.com/", "mailto:", "<a@b.example>", "[x](", ")"),
            *("![", "](", "[r]: ", "[r]", "`", "**", "> ", "- ", "    ", "|---|", "\\", "\n"),
            *("\n\n", "\x02", "\x03", "klzzwxh:0000", "wzxhzdk:0", "\u2028"),
        ]
    ),
    max_size=12,
).map("".join)


def block(text: str) -> str:
    return Renderer().block(text)


def inline(text: str) -> str:
    return Renderer().inline(text)


def strip(text: str) -> str:
    return Renderer().line(text)


class _Tags(HTMLParser):
    """Every tag and attribute, as a browser would meet them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_comment(self, data: str) -> None:
        self.tags.add(f"comment {data}")


def assert_safe(html: str) -> None:
    found = _Tags(html)
    assert found.tags <= TAGS
    for tag, name, value in found.attributes:
        assert name in ATTRIBUTES.get(tag, set())
        if name == "href":
            assert value.lower().startswith(("http://", "https://", "mailto:"))


# Safety ------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(MARKUP | HOSTILE | st.text())
@example('"><script>alert(1)</script>')
@example("[x](javascript:alert(1)) <javascript:alert(1)> [y](&#106;avascript:alert(1))")
@example("[x][r]\n\n[r]: javascript:alert(1)")
@example('[x](https://e.com/"onmouseover=alert(1)//)')
@example("![x](x 'y\" onerror=alert(1) z=\"')")
@example("<b>x</b><!-- y --><?php z ?><![CDATA[x]]>")
def test_html_is_safe(text: str) -> None:
    """No tag, attribute or scheme but the allowed ones, whatever the text."""
    assert_safe(block(text))
    assert_safe(inline(text))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("<div>\nx\n</div>", "<p>&lt;div&gt;\nx\n&lt;/div&gt;</p>"),
        ("<!-- x -->", "<p>&lt;!-- x --&gt;</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("[x](javascript:alert(1))", "<p>x</p>"),
        ("[x](/about)", "<p>x</p>"),
        ("[x](ftp://e.com)", "<p>x</p>"),
        ("![words](https://e.com/x.png) y", "<p>words y</p>"),
        ("![a *b*](x)", "<p>a *b*</p>"),
    ],
)
def test_what_may_not_stand_is_shown_as_text(text: str, html: str) -> None:
    """Nothing vanishes silently: HTML is shown, links and pictures leave their words."""
    assert block(text) == html


@pytest.mark.parametrize("text", ["[" * 3000, "*" * 3000, "> " * 3000, "`" * 3000, "![" * 1000])
def test_repeated_marks_end_in_time(text: str) -> None:
    """A key that got stuck is no denial of service, and no crash."""
    assert_safe(block(text))


def test_deep_lists_do_not_exhaust_the_stack() -> None:
    """What nests too deep for the engine is shown as it was written."""
    text = "\n".join(f"{'  ' * depth}- {depth}" for depth in range(300))

    assert "299" in block(text)
    assert block("*x*") == "<p><em>x</em></p>"


# What editors write ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**为什么重要:**这意味着", "<p><strong>为什么重要:</strong>这意味着</p>"),
        ("中文**“加粗”**后面", "<p>中文<strong>“加粗”</strong>后面</p>"),
        ("*a* _b_ snake_case_word", "<p><em>a</em> <em>b</em> snake_case_word</p>"),
        ("`x < y`", "<p><code>x &lt; y</code></p>"),
        ("@Andrew\\_x", "<p>@Andrew_x</p>"),
        ("&copy; AT&T", "<p>© AT&amp;T</p>"),
        ("a  \nb", "<p>a<br>\nb</p>"),
        ("# A\n\n## B\n\n#### C", "<h3>A</h3>\n<h4>B</h4>\n<h4>C</h4>"),
        ("## B", "<h3>B</h3>"),
        ("#AI 新闻", "<p>#AI 新闻</p>"),
        ("2026. 年", "<p>2026. 年</p>"),
        ("> 引用\n> 二行", "<blockquote>\n<p>引用二行</p>\n</blockquote>"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'),
    ],
)
def test_marks_mean_what_editors_expect(text: str, html: str) -> None:
    """Also beside Han characters, where CommonMark engines leave the stars."""
    assert block(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("文\n- 一\n- 二", "<p>文</p>\n<ul>\n<li>一</li>\n<li>二</li>\n</ul>"),
        ("文\n1. 一", "<p>文</p>\n<ol>\n<li>一</li>\n</ol>"),
        ("it grew by\n2. not 3", "<p>it grew by\n2. not 3</p>"),
        ("- a\n  - b\n- c", "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>"),
        ("- a\n    - b", "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>"),
        ("1. a\n   - b", "<ol>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ol>"),
        ("- 一行\n  接着", "<ul>\n<li>一行接着</li>\n</ul>"),
        ("- a\n\nb", "<ul>\n<li>a</li>\n</ul>\n<p>b</p>"),
    ],
)
def test_lists_need_no_ceremony(text: str, html: str) -> None:
    """Directly below a line, indented by two: as CommonMark has it, and YAML files look."""
    assert block(text) == html


def test_code_may_be_fenced() -> None:
    """Without an extension, which would bring its own HTML."""
    assert block("a\n```py\nx = '<'\n\n  y\n```\nb") == (
        "<p>a</p>\n<pre><code>x = '&lt;'\n\n  y\n</code></pre>\n<p>b</p>"
    )


def test_tables_are_tables() -> None:
    """Reports have them."""
    assert "<td>1</td>" in block("| a |\n|---|\n| 1 |")


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("见https://e.com/a_b_c。后", ["https://e.com/a_b_c"]),
        ("(https://e.com/x).", ["https://e.com/x"]),
        ("https://e.com/x_(y), z", ["https://e.com/x_(y)"]),
        ("**https://e.com/**", ["https://e.com/"]),
        ("https://e.com/?a=1&b=2!", ["https://e.com/?a=1&b=2"]),
        ("（https://e.com）", ["https://e.com"]),
        ("<https://e.com/中文>", ["https://e.com/中文"]),
        ("[a](https://e.com) [https://f.com](https://g.com)", ["https://e.com", "https://g.com"]),
        ("`https://e.com`", []),
        ("https:// x http:///", []),
        ("<a@b.example>", ["mailto:a@b.example"]),
        ("ftp://e.com www.e.com", []),
    ],
)
def test_addresses_become_links(text: str, urls: list[str]) -> None:
    """Without the punctuation after them, ASCII or full-width."""
    found = [value for _, name, value in _Tags(block(text)).attributes if name == "href"]

    assert found == urls
    assert [url for _, url in links(text)] == urls


def test_links_carry_no_noise() -> None:
    """Every byte counts in a mail: no rel, no target."""
    assert block('[x](https://e.com "t")') == '<p><a href="https://e.com" title="t">x</a></p>'


def test_definitions_hold_for_one_text() -> None:
    """A link that is defined in one text must not appear in the next."""
    renderer = Renderer()

    assert "href" in renderer.block("[r]\n\n[r]: https://e.com")
    assert renderer.block("*[r]*") == "<p><em>[r]</em></p>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**a** b", "<strong>a</strong> b"),
        ("3. 标题", "3. 标题"),
        ("# 1", "# 1"),
        ("- a\n- b", "- a - b"),
        ("中\n文\n\n文 *x*", "中文文 <em>x</em>"),
        ("a <b>", "a &lt;b&gt;"),
        ("", ""),
    ],
)
def test_inline_is_one_paragraph_without_its_tag(text: str, html: str) -> None:
    """In a title or an item nothing begins a list or a heading."""
    assert inline(text) == html


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t\n"])
def test_an_empty_text_is_nothing(text: str) -> None:
    """Not an empty paragraph."""
    assert (block(text), inline(text), plain(text), strip(text)) == ("", "", "", "")


# The engine and the way around it ----------------------------------------------------------------


@settings(deadline=None)
@given(st.text(alphabet="ab中，“：1 \n.-+=(),:;!'\"?%/@\u3000"))
@example("a\n\n\nb")
@example("  a")
@example("a \nb")
@example("a\n===")
@example("1. a")
@example("\u3000中")
@example("中\n文\nab\n文")
def test_the_fast_path_gives_the_bytes_of_the_engine(text: str) -> None:
    """A marked paragraph behind the text forces it through the engine."""
    marked = "<p><code>x</code></p>"
    slow = block(f"{text.rstrip()}\n\n`x`")

    if slow.startswith("<p>"):
        assert block(text) == slow.removesuffix(marked).rstrip("\n")


def test_a_text_is_converted_once() -> None:
    """What remembers it is handed in; text without marks is never remembered."""
    made = list[str]()

    def remember(key: str, make: Callable[[], str]) -> str:
        made.append(key)
        return memo(key, make)

    memo = Memo(9)
    first, second = Renderer(remember), Renderer(lambda key, _: memo(key, lambda: "made again"))
    forms = [first.block("*a*"), first.inline("*a*"), first.line("*a*"), first.block("plain")]

    assert forms == ["<p><em>a</em></p>", "<em>a</em>", "a", "<p>plain</p>"]
    assert len(set(made)) == 3
    assert [second.block("*a*"), second.inline("*a*"), second.line("*a*")] == forms[:3]


def test_threads_do_not_disturb_one_another() -> None:
    """Python-Markdown keeps the state of a text in the instance."""
    wrong: list[str] = []

    def work(name: str) -> None:
        for number in range(50):
            html = block(f"[{name}{number}]\n\n[{name}{number}]: https://{name}.example/{number}")
            if f'href="https://{name}.example/{number}"' not in html:
                wrong.append(html)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


# Lines -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("中\n文", "中文"),
        ("中，\n文", "中，文"),
        ("中\n，文", "中，文"),
        ("中\n“文”\n中", "中“文”中"),
        ("かな\nカナ\nㄅㄆ", "かなカナㄅㄆ"),
        ("中\n  文", "中文"),
        ("**中**\n文", "**中**文"),
        ("中\n**文**", "中**文**"),
        ("[中](https://e.com)\n文", "[中](https://e.com)文"),
        ("中\nLatin\n文", "中\nLatin\n文"),
        ("한글\n한글", "한글\n한글"),
        ("a”\n“b", "a”\n“b"),
        ("中\n\n文", "中\n\n文"),
        ("中  \n文", "中  \n文"),
        ("中\n- 文", "中\n- 文"),
        ("# 中\n文", "# 中\n文"),
        ("```\n中\n文\n```\n中\n文", "```\n中\n文\n```\n中文"),
        ("a\n\n    中\n    文", "a\n\n    中\n    文"),
        ("中🏆\n文", "中🏆\n文"),
    ],
)
def test_lines_join_where_the_script_has_no_spaces(text: str, joined: str) -> None:
    """CSS Text 3 has the same rule; code, headings and meant breaks keep their lines."""
    assert join_lines(text) == joined


@settings(deadline=None)
@given(MARKUP | st.text())
def test_joining_twice_changes_nothing(text: str) -> None:
    """What is joined has nothing left to join."""
    assert join_lines(join_lines(text)) == join_lines(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("中\n文", "<p>中文</p>"),
        ("中\n**文**\n中", "<p>中<strong>文</strong>中</p>"),
        ("中\nLatin\n文", "<p>中\nLatin\n文</p>"),
        ("*中*\n[文](https://e.com)", '<p><em>中</em><a href="https://e.com">文</a></p>'),
        ("中  \n*文*", "<p>中<br>\n<em>文</em></p>"),
        ("```\n中\n文\n```", "<pre><code>中\n文\n</code></pre>"),
    ],
)
def test_html_has_its_lines_joined(text: str, html: str) -> None:
    """A browser would show a space for the line break."""
    assert block(text) == html


# Plain text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**a** *b* `c`", "a b c"),
        ("[a](https://e.com)。", "a (https://e.com)。"),
        ("https://e.com", "https://e.com"),
        ("<a@b.example>", "a@b.example"),
        ("[write](mailto:a@b.example)", "write (a@b.example)"),
        ("a\nb\n\nc\n\n\nd", "a b\n\nc\n\nd"),
        ("中\n文\nab", "中文 ab"),
        ("a  \nb", "a\nb"),
        ("x\n- a\n  - b\n- c\n\ny", "x\n\n- a\n  - b\n- c\n\ny"),
        ("1. a\n2. b", "1. a\n2. b"),
        ("3. *a*\n4. b", "3. a\n4. b"),
        ("# A\nb", "A\n\nb"),
        ("> a *b*\n\nc", "> a b\n\nc"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"),
        ("```\nx\n\n  y\n```", "    x\n\n      y"),
        ("a &amp; b < c", "a & b < c"),
        ("- a\n\n  b\n- c", "- a\n\n  b\n- c"),
    ],
)
def test_plain_text_can_be_read(text: str, expected: str) -> None:
    """As a person would write it in a mail."""
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**a** [b](https://e.com)", "a b"),
        ("中文 https://e.com/x", "中文"),
        ("a\n\n- b\n- c", "a b c"),
        ("一。\n\n二。\n\nc", "一。二。c"),
        ("3. 标题", "3. 标题"),
        ("a <b> & c", "a <b> & c"),
        ("中\n文", "中文"),
    ],
)
def test_stripped_text_is_one_line(text: str, expected: str) -> None:
    """For titles, descriptions and preheaders."""
    assert strip(text) == expected


@settings(deadline=None)
@given(MARKUP | HOSTILE | st.text())
def test_plain_text_never_fails(text: str) -> None:
    """Nor does it hold a line break where one line is promised."""
    plain(text)
    links(text)

    assert "\n" not in strip(text)


def test_links_are_listed_in_order() -> None:
    """With their words."""
    assert links("[a *b*](https://e.com) and https://f.com\n\n- [c](https://g.com)") == [
        ("a b", "https://e.com"),
        ("https://f.com", "https://f.com"),
        ("c", "https://g.com"),
    ]
