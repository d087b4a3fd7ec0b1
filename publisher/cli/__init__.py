"""The command line: one file per command, imported only when it is asked for."""

from __future__ import annotations

import gc
import importlib
import logging
import os
import sys
from typing import Any

import click

from publisher.errors import PublisherError

# name → (module, one line of help).  The help stands here so that `publisher --help` imports no
# command.
COMMANDS = {
    "init": "Start a publication in a new folder.",
    "new": "Start an entry, an issue file or a table.",
    "schema": "Print the JSON Schemas that editors' programs complete from.",
    "check": "Report every problem in content and themes, with its place and remedy.",
    "preview": "Show issues as readers will get them, while they are written.",
    "explain": "Say why each entry is in an issue, or out of it.",
    "reproduce": "Assemble a published issue again, and compare it with the archive.",
    "publish": "Publish what is due: freeze, write site and feeds, mail.",
    "due": "Say which issues come next, and when.",
    "skip": "Skip an issue: it is not published, or not mailed.",
    "takedown": "Take an entry down by law: out of pages, feeds, issues and archive.",
    "subscribers": "Add, list, show, import, export and forget subscribers.",
    "mailings": "List mailings; pause, resume or cancel one.",
    "deliveries": "Say who has an issue, and who has not.",
    "resend": "Send an issue once more to whom it did not reach.",
    "calls": "List what others were told; tell them once more.",
    "feedback": "Read what came back: bounces, complaints, mails to leave by.",
    "build": "Write the whole site again from the archive.",
    "search": "Bring the search of the site up to date.",
    "render": "Write the mail of an issue into a folder.",
    "run": "Stay, and publish each bulletin on its schedule.",
    "worker": "Send what is due, read what comes back, and tell others.",
    "serve": "Serve the pages for readers, and health and metrics for operators.",
    "status": "Say what is wrong, and how everything stands.",
    "doctor": "Say what is wrong with an installation, and how to mend it.",
    "backup": "Back up the database and the archive, while the service goes on.",
    "restore": "Make an installation again from a backup.",
    "tokens": "Make, list and revoke tokens for the API and the dashboard.",
    "migrate": "Bring the database to this version.",
}


# Objects that are made before garbage is looked for.  With the usual 700 that takes 7 % of the CPU
# of a daily run, with 20,000 5 %; a whole build takes 8 % less with so many as here than with
# those, and no more memory.  A command that stays for months looks sooner.
_GARBAGE = 400_000
_GARBAGE_OF_SERVICES = 20_000
_SERVICES = frozenset({"preview", "run", "serve", "worker"})


class _Commands(click.Group):
    """Looks commands up by name and imports their module only then."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        # pydantic would look through every package that is installed for plugins of its own.
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        # Nothing that is imported is garbage: looking for it takes a tenth of a start.
        gc.disable()
        try:
            module = importlib.import_module(f"publisher.cli.{cmd_name}")
        finally:
            gc.freeze()
            gc.set_threshold(_GARBAGE_OF_SERVICES if cmd_name in _SERVICES else _GARBAGE)
            gc.enable()
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and name not in COMMANDS and not name.startswith("-"):
            import difflib

            close = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f"did you mean “{close[0]}”?" if close else "`publisher --help` lists them"
            raise click.UsageError(f"there is no command “{name}”; {hint}", ctx)
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from publisher.version import VERSION

        click.echo(f"publisher {VERSION}")
        ctx.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--root",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="The publication; default: the nearest folder upward with content/publication.yaml.",
)
@click.option(
    "--now",
    metavar="TIME",
    help="Act as if it were this time, such as 2026-04-26T18:00+08:00 (for tests and rehearsals).",
)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version,
              help="Print the version and stop.")  # fmt: skip
@click.pass_context
def group(ctx: click.Context, root: str | None, now: str | None) -> None:
    """Bulletins from a git repository of YAML files: mail, site and feeds."""
    ctx.obj = {"root": root, "now": now}


def main(argv: list[str] | None = None) -> None:
    """Run a command; whatever a person can mend is said in words, never as a traceback."""
    try:
        code: Any = group.main(args=argv, prog_name="publisher", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except PublisherError as error:
        _tell(str(error))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output (`| head`) has left; Python would complain once more at exit.
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        # What no part has put into its own words: a folder that may not be read, a full disk.
        place = f"{error.filename}: " if error.filename else ""
        remedy = "see to the disk and the permissions, then run the same command again"
        _tell(f"{place}{error.strerror or error}; {remedy}")
        sys.exit(PublisherError.exit_code)
    except Exception:
        from publisher import logs

        if not logs.is_for_machines():
            raise
        logging.getLogger("publisher").critical("a mistake in the program", exc_info=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _tell(text: str) -> None:
    """Say why a command ends; as a line of the log where machines read that."""
    from publisher import logs

    if logs.is_for_machines():
        logging.getLogger("publisher").error("%s", text)
    else:
        click.echo(f"publisher: {text}", err=True)
