"""The documentation says what the program does: commands, settings, fields, links, examples."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
import typing
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from jinja2 import Environment, meta, nodes
from pydantic import BaseModel

from publisher.app import App
from publisher.cli import COMMANDS
from publisher.config.bulletin import (
    FACTS,
    Approval,
    AtLeast,
    Bulletin,
    Fact,
    Schedule,
    WindowSettings,
)
from publisher.config.calendar import Calendar, Days
from publisher.config.patterns import PLACEHOLDERS
from publisher.config.publication import (
    EditionSettings,
    FieldSettings,
    Kind,
    LanguageSettings,
    Publication,
    Sender,
)
from publisher.config.section import (
    SETTINGS,
    Block,
    Code,
    Collect,
    InMail,
    Person,
    SectionSettings,
    Select,
    Show,
)
from publisher.config.settings import read_settings
from publisher.content.entry import Correction, Entry, Source, Verification
from publisher.content.issue_file import IssueFile, RelatedWork, SectionPart, WindowOverride
from publisher.content.table import Column, ColumnType, Group, MailTable, Period, TableFile
from publisher.issue.issue import Reason
from publisher.render.sandbox import CONTRACT
from publisher.render.theme import REQUIRED
from publisher.version import VERSION

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "content/README.md"],
    key=lambda page: page.as_posix(),
)


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / f"tools/{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def section(page: str, heading: str) -> str:
    """What stands under a heading, down to the next one of its level or above, without code."""
    level = heading.partition(" ")[0]
    bare = re.sub(r"^```.*?^```", "", page, flags=re.DOTALL | re.MULTILINE)
    after = f"\n{bare}".partition(f"\n{heading}\n")[2]
    assert after, f"there is no heading {heading!r}"
    return re.split(rf"^#{{1,{len(level)}}} ", after, maxsplit=1, flags=re.MULTILINE)[0]


def first_cells(table: str) -> set[str]:
    """Every word in code marks in the first column of the tables of a text."""
    rows = re.findall(r"^\| ([^|]*) \|", table, re.MULTILINE)
    return {word for cell in rows for word in re.findall(r"`([^`]+)`", cell)}


# Generated parts ---------------------------------------------------------------------------------


def test_the_generated_parts_are_up_to_date() -> None:
    """`make docs` would change nothing."""
    docs = tool("docs")

    stale = [path.name for path, text in docs.written() if path.read_text("utf-8") != text]

    assert stale == [], "run `make docs`"


def test_a_type_of_the_context_that_has_no_words_is_reported() -> None:
    """The tool stops at a type that it cannot say in a theme author's words."""
    docs = tool("docs")

    with pytest.raises(SystemExit, match="bytes"):
        docs._type("bytes", [])


# The command line --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_section_with_an_example(name: str) -> None:
    """docs/cli.md has a heading for each command, and at least one line to type."""
    page = text_of("docs/cli.md")

    assert section(page, f"### {name}")
    assert re.search(rf"^\$ publisher .*\b{name}\b", page, re.MULTILINE)


def test_every_command_that_is_named_exists() -> None:
    """No page names a command that the program does not have."""
    named = {
        (page.name, command)
        for page in PAGES
        for command in re.findall(
            r"(?:^|`|\$ |/)publisher (?:--[^\s`]+ [^\s`]+ )*([a-z]+)\b",
            page.read_text("utf-8"),
            re.MULTILINE,
        )
    }

    assert {each for each in named if each[1] not in COMMANDS} == set()


# Settings ----------------------------------------------------------------------------------------


def test_every_setting_is_documented(tmp_path: Path) -> None:
    """The table of settings names what the program reads, and nothing else."""
    table = section(text_of("docs/operating.md"), "## Settings")
    documented = {word for word in first_cells(table) if word.startswith("PUBLISHER_")}
    source = text_of("publisher/config/settings.py")

    assert documented == set(re.findall(r'"(PUBLISHER_[A-Z_]+)"', source))
    read_settings(tmp_path, dict.fromkeys(documented, ""))


# The content format ------------------------------------------------------------------------------

MODELS: list[tuple[str, type[BaseModel]]] = [
    ("## publication.yaml", Publication),
    ("## publication.yaml", LanguageSettings),
    ("## publication.yaml", EditionSettings),
    ("## publication.yaml", Kind),
    ("## publication.yaml", FieldSettings),
    ("## publication.yaml", Sender),
    ("## A bulletin", Bulletin),
    ("## A bulletin", Schedule),
    ("## A bulletin", WindowSettings),
    ("## A bulletin", SectionSettings),
    ("## A bulletin", Fact),
    ("## A bulletin", Select),
    ("## A bulletin", Person),
    ("## A bulletin", Code),
    ("## A bulletin", Approval),
    ("## A bulletin", AtLeast),
    ("## A calendar", Calendar),
    ("## A calendar", Days),
    ("## An issue file", IssueFile),
    ("## An issue file", WindowOverride),
    ("## An issue file", SectionPart),
    ("## An issue file", RelatedWork),
    ("## An entry", Entry),
    ("### Sources", Source),
    ("### Verification", Verification),
    ("### Corrections", Correction),
    ("## A table", TableFile),
    ("## A table", Column),
    ("## A table", Group),
    ("## A table", Period),
    ("## A table", MailTable),
]


@pytest.mark.parametrize(
    ("heading", "model"), MODELS, ids=lambda each: getattr(each, "__name__", "")
)
def test_every_field_that_editors_write_is_documented(heading: str, model: type[BaseModel]) -> None:
    """The reference has a row for each field of each model."""
    told = first_cells(section(text_of("docs/content-format.md"), heading))

    fields = {field.alias or name for name, field in model.model_fields.items()} - {"id"}
    assert fields - told == set()


def test_every_word_that_editors_choose_from_is_documented() -> None:
    """Blocks, parts, facts, reasons and placeholders stand in the reference."""
    page = text_of("docs/content-format.md")
    kinds = (Block, Show, InMail, Collect, ColumnType)
    choices = [each for kind in kinds for each in typing.get_args(kind)]

    absent = [each for each in (*choices, *FACTS, *Reason) if f"`{each}`" not in page]
    absent += [each for each in PLACEHOLDERS if f"`{{{each}}}`" not in page]
    assert absent == []


def test_every_block_is_documented_with_its_settings() -> None:
    """The table of blocks says what each can be told, and no more."""
    page = section(text_of("docs/content-format.md"), "## A bulletin")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| [^|]* \| ([^|]*)\|$", page, re.MULTILINE))

    told = {block: tuple(re.findall(r"`(\w+)`", rows.get(block, ""))) for block in SETTINGS}
    assert told == SETTINGS


@pytest.fixture
def documented(tmp_path: Path) -> Path:
    """The publication that docs/content-format.md consists of."""
    page = text_of("docs/content-format.md")
    files = re.findall(r"```yaml\n# (content/\S+)\n(.*?)```", page, re.DOTALL)
    files += re.findall(
        r"^`(content/\S+\.csv)`:\n\n```csv\n(.*?)```", page, re.DOTALL | re.MULTILINE
    )
    for path, text in files:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_examples_of_the_content_format_are_right(documented: Path) -> None:
    """`check` finds nothing in them, not even a warning."""
    app = App(documented, {}, dt.datetime(2026, 5, 5, tzinfo=dt.UTC))

    assert [str(each) for each in app.check()] == []
    assert len([*documented.rglob("*.yaml"), *documented.rglob("*.csv")]) == 11


def test_the_placeholders_of_the_content_format_are_as_it_says(documented: Path) -> None:
    """The third column of the table is what the example's issue has."""
    bulletin = documented / "content/bulletins/morning.yaml"
    row = r"^\| ((?:`\{[^`]+\}` ?)+)\|[^|]*\| (.*) \|$"
    rows = re.findall(row, text_of("docs/content-format.md"), re.MULTILINE)
    names = [name for cell, _ in rows for name in re.findall(r"`(\{[^`]+\})`", cell)]
    told = ", ".join(value for _, value in rows)
    pattern = "en: '" + ", ".join(names) + "'"
    changed = re.sub(r'en: "\{bulletin\}, \{date\}"', pattern, bulletin.read_text("utf-8"))
    bulletin.write_text(changed, encoding="utf-8")

    issue, _ = App(documented, {}, dt.datetime(2026, 5, 5, tzinfo=dt.UTC)).explain(
        "morning", "2026-05-05"
    )

    assert issue.title["en"] == told


# Themes ------------------------------------------------------------------------------------------


def context_types() -> Iterator[type]:
    for module in map(import_module, CONTRACT):
        yield from _types(module)


def _types(module: ModuleType) -> Iterator[type]:
    for value in vars(module).values():
        if isinstance(value, type) and value.__module__ == module.__name__:
            yield value


@pytest.mark.parametrize("view", [*context_types()], ids=lambda each: each.__name__)
def test_every_field_that_a_template_may_use_is_documented(view: type) -> None:
    """docs/themes.md has a row for each field and property of the contract."""
    told = first_cells(section(text_of("docs/themes.md"), f"#### {view.__name__}"))

    found = dataclasses.fields(view) if dataclasses.is_dataclass(view) else ()
    fields = {each.name for each in found if not each.name.startswith("_")}
    properties = {name for name, value in vars(view).items() if isinstance(value, property)}
    assert fields | properties == told


def template_rows() -> dict[str, str]:
    table = section(text_of("docs/themes.md"), "## The templates")
    return dict(re.findall(r"^\| `([^`]+)` \| [^|]* \| (.*)\|$", table, re.MULTILINE))


def test_every_template_that_a_theme_must_have_is_documented() -> None:
    """The table of templates is the list that the program asks for."""
    assert sorted(template_rows()) == sorted(REQUIRED)


def _blocks(name: str) -> list[str]:
    """The templates that show the blocks of an issue: their names are put together."""
    folder = ROOT / "themes/default" / name.partition("/")[0] / "blocks"
    files = sorted(folder.glob("*")) if name.partition("/")[2].startswith("issue.") else []
    return [f"{name.partition('/')[0]}/blocks/{each.name}" for each in files]


def used_by(template: str) -> set[str]:
    """The variables that a template of the default theme is given, with all that it includes."""
    environment = Environment(autoescape=True)
    used, own = set[str](), {"range"}
    seen, waiting = set[str](), [template]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        tree = environment.parse(text_of(f"themes/default/{name}"))
        used |= meta.find_undeclared_variables(tree)
        own |= {each.name for each in tree.find_all(nodes.Name) if each.ctx != "load"}
        own |= {each.target for each in tree.find_all(nodes.Import)}
        own |= {each.name for each in tree.find_all(nodes.Macro)}
        waiting += [each for each in meta.find_referenced_templates(tree) if each]
        waiting += _blocks(name)
    return used - own


@pytest.mark.parametrize("template", REQUIRED)
def test_the_variables_of_every_template_are_documented(template: str) -> None:
    """What the default theme uses stands in the table, or is in all templates."""
    common = {"theme"}
    if template != "web/style.css":
        common |= {"t", "edition", "publication"}
        if template.startswith("web/"):
            common |= {"word", "page", "site", "generator", "policy"}
        if template.startswith("pdf/"):
            common |= {"page"}  # macros of pages that no block of an issue calls
    told = set(re.findall(r"`([a-z_]+)`", template_rows()[template]))
    assert used_by(template) - common - told == set()


# Links and words ---------------------------------------------------------------------------------


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"```.*?```", "", page, flags=re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    """Each relative link names a file that exists, and a heading that it has."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        found = file.exists() and (not anchor or anchor in anchors(file.read_text("utf-8")))
        broken += [] if found else [target]

    assert broken == []


# Split, so that this file may be looked at too.
FORBIDDEN = (
    "/work" + "/",
    "pypi" + ".org",
    "python" + "hosted",
    "registry." + "npmjs",
    "/root" + "/",
)


def project_files() -> Iterator[Path]:
    yield from (each for each in ROOT.iterdir() if each.is_file())
    for folder in (".ci", "content", "docs", "publisher", "tests", "themes", "tools"):
        yield from (each for each in (ROOT / folder).rglob("*") if each.is_file())


def test_no_file_names_a_machine_or_a_registry() -> None:
    """Neither a path of somebody's machine nor an address to download from stands anywhere."""
    found = [
        f"{file.relative_to(ROOT)}: {word}"
        for file in project_files()
        if file.suffix not in {".png", ".pyc"}
        for word in FORBIDDEN
        if word.encode() in file.read_bytes()
    ]

    assert found == []


def test_the_version_is_the_same_everywhere() -> None:
    """pyproject.toml and the package agree, and the changelog has a place for what comes next."""
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    headings = re.findall(r"^## \[([^\]]+)\]", text_of("CHANGELOG.md"), re.MULTILINE)

    assert project["version"] == VERSION
    assert headings[0] == "Unreleased"


def test_every_dependency_has_its_reason() -> None:
    """docs/design.md says what each package that is installed is for."""
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    names = [re.split(r"[<>=\[; ]", each)[0].lower() for each in project["dependencies"]]
    told = section(text_of("docs/design.md"), "## Dependencies").lower()

    assert [each for each in names if each not in told] == []


def test_every_part_of_the_house_has_its_line() -> None:
    """docs/design.md names each module and folder of the package."""
    page = text_of("docs/design.md")
    house = "\n".join(
        re.findall(r"^```text\n(publisher/\n.*?)^```", page, re.DOTALL | re.MULTILINE)
    )
    parts = {
        f"{each.name}/" if each.is_dir() else each.name
        for each in (ROOT / "publisher").iterdir()
        if each.suffix == ".py" or (each.is_dir() and any(each.rglob("*.*")))
    }
    unnamed = {each for each in parts if f"\n  {each} " not in house}

    assert unnamed - {"__pycache__/"} == {"__init__.py", "__main__.py", "version.py"}


def test_the_pictures_are_those_of_the_tool_and_small() -> None:
    """docs/pictures/ holds what tools/pictures.py takes, each shown on some page."""
    files = sorted((ROOT / "docs/pictures").iterdir())
    shots = re.findall(r'Picture\("([\w-]+)"', text_of("tools/pictures.py"))

    assert sorted(each.stem for each in files) == sorted(shots)
    assert sum(each.stat().st_size for each in files) < 1_500_000
    shown = "".join(page.read_text("utf-8") for page in PAGES)
    assert [each.name for each in files if f"pictures/{each.name})" not in shown] == []


# The README, typed -------------------------------------------------------------------------------


@pytest.mark.integration
def test_the_readme_can_be_typed_from_top_to_bottom(tmp_path: Path) -> None:
    """Every command of the tours works, in order, in a fresh copy (but for `make`)."""
    clone, scratch = tmp_path / "clone", tmp_path / "scratch"
    scratch.mkdir()
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("PUBLISHER_")},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "An Editor"),
        **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "editor@example.com"),
    }
    typed = re.findall(r"^```sh\n(.*?)^```", text_of("README.md"), re.DOTALL | re.MULTILINE)
    lines = [block for block in typed if not block.startswith(("make ", "export PATH"))]
    start = f"""
        mkdir {clone}
        cp -R {ROOT}/content {ROOT}/themes {ROOT}/.gitignore {clone}
        cd {clone}
        rm -r content/*/ai-frontier-daily*      # one bulletin shows that the commands work
        sed -i '/^pdf: true$/d' content/bulletins/*.yaml
        git init -q; git add .; git commit -qm start
        publisher publish --backfill
    """
    script = start + "\n".join(lines).replace("/tmp/", f"{scratch}/")

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=environment, capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert 'did you mean "event"?' in done.stdout
    assert "the same" in done.stdout.splitlines()
    assert "/public: 0 files written" in done.stdout
    assert "#7a2e8f" in (clone / "public/assets/evening.css").read_text("utf-8")
    assert "#0a6b5c" in (scratch / "look/email.html").read_text("utf-8")
    assert (tmp_path / "rhein/public/it/index.html").is_file()
