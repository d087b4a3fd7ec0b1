"""`publisher subscribers`: who gets what, and what is held on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

import click

from publisher.cli.people import app_of, choices_of, confirm, editions_of
from publisher.cli.subscriber_lists import export, list_, show
from publisher.errors import StepFailed, UsageError
from publisher.subscribers.addresses import Address, masked, read_address, read_name
from publisher.subscribers.subscriber import Choice

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.importing import Imported
    from publisher.storage.subscriber_rows import Consent


@click.group()
def command() -> None:
    """Subscribers: add, list, show, import, export and forget them."""


command.add_command(list_)
command.add_command(show)
command.add_command(export)


# add -------------------------------------------------------------------------------------------


@command.command(short_help="Ask somebody to confirm, or add them at once.")
@click.argument("address")
@click.option("--bulletin", "bulletins", multiple=True, required=True, metavar="SLUG",
              help="What they asked for; again for each further bulletin.")  # fmt: skip
@click.option("--edition", required=True, metavar="NAME", help="Which edition, such as zh.")
@click.option("--name", default="", metavar="TEXT", help="How mails address them.")
@click.option("--confirmed", is_flag=True,
              help="Add them at once: you can prove that they agreed.")  # fmt: skip
@click.option("--again", is_flag=True,
              help="Also if the address was forgotten: its owner asked anew.")  # fmt: skip
@click.pass_context
def add(
    ctx: click.Context, address: str, bulletins: tuple[str, ...], edition: str, name: str,
    confirmed: bool, again: bool,
) -> None:  # fmt: skip
    """Ask somebody to confirm that they want a bulletin, or add them at once.

    Without --confirmed a mail with a link goes to the address, and nothing else before the link
    is followed.
    """
    from publisher.storage.subscriber_rows import Consent

    app = app_of(ctx)
    choices = choices_of(app, bulletins, edition)
    read = read_address(address)
    hashed = app.keys.suppression_hash(read.match)
    if again:
        app.people.lift(hashed)
    elif app.people.is_suppressed(hashed):
        what = f"{masked(read.text)} was forgotten, and gets no mail"
        raise UsageError(what, "add --again if its owner has asked anew")
    if confirmed:
        shown = "The operator asserts that this person asked for these mails."
        _add_at_once(app, read, read_name(name), choices, Consent("en", shown, "operator"))
        click.echo(f"{masked(read.text)} gets {', '.join(bulletins)} ({edition})")
        return
    consent = Consent("en", "Asked by the operator to confirm by mail.", "operator")
    app.subscribing.ask(address, name, choices, consent, edition, app.now)
    click.echo(f"{masked(read.text)} is asked to confirm {', '.join(bulletins)} ({edition})")


def _add_at_once(
    app: App, address: Address, name: str, choices: Sequence[Choice], consent: Consent
) -> None:
    """Begin what was chosen, also where it was ended once; the edition is the one named now."""
    known, people = app.people.find(address), app.people
    if known is not None and known.state != "ok":
        raise UsageError(
            f"{masked(address.text)} gets no mail: the address is {known.state}",
            "leave --confirmed out: who follows the link of a mail is back",
        )
    who = people.add(address, name, choices, consent, app.now)
    for choice in choices:
        before = known.subscription(choice.bulletin) if known else None
        if before is not None and before.state in ("ended", "pending"):
            people.renew(who, choice, consent, app.now)
        elif before is not None:
            people.choose(who, choice, app.now)


# import ----------------------------------------------------------------------------------------


@command.command("import", short_help="Import people from a CSV file.")
@click.argument("file", type=click.File("rb"))
@click.option("--bulletin", "bulletins", multiple=True, metavar="SLUG",
              help="Where the file says none; again for each further bulletin.")  # fmt: skip
@click.option("--edition", default="", metavar="NAME", help="Where the file says none.")
@click.option("--confirmed", is_flag=True,
              help="You can prove that everybody agreed whose line has no proof.")  # fmt: skip
@click.option("--skip-bad", is_flag=True, help="Import the other lines where some are wrong.")
@click.pass_context
def import_(
    ctx: click.Context, file: IO[bytes], bulletins: tuple[str, ...], edition: str, confirmed: bool,
    skip_bad: bool,
) -> None:  # fmt: skip
    """Import people from a CSV file: of our own, or as listmonk, Ghost or Mailchimp export it.

    All lines come in, or none.  Who is known already keeps what they have; who has left, or was
    forgotten, is not brought back.
    """
    from publisher.importing import Importing, Wish
    from publisher.subscribers.csv_read import Terms

    app = app_of(ctx)
    choices_of(app, bulletins, edition)
    terms = Terms(editions_of(app), tuple(dict.fromkeys(bulletins)), edition)
    wish = Wish(file.name, terms, confirmed, skip_bad)
    importing = Importing(app.people, app.keys, app.settings.state)
    done = importing.run(file, wish, app.now)
    for problem in done.problems:
        click.echo(str(problem), err=True)
    _print_imported(done)


def _print_imported(done: Imported) -> None:
    arrived = done.arrived
    click.echo(f"{arrived.people} new people, {arrived.subscriptions} new subscriptions")
    for number, told in (
        (arrived.known, "were there already"),
        (arrived.forgotten, "left out: forgotten"),
        *((number, f"left out: {why}") for why, number in sorted(done.left_out.items())),
        (done.bad, "left out: wrong lines"),
    ):
        if number:
            click.echo(f"{number} {told}")


# forget ----------------------------------------------------------------------------------------


@command.command(short_help="Erase a person.")
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def forget(ctx: click.Context, address: str, yes: bool) -> None:
    """Erase a person: everything but a keyed hash, by which no import brings the address back."""
    app, read = app_of(ctx), read_address(address)
    confirm(f"Erase {masked(read.text)}? It cannot be undone.", yes)
    hashed = app.keys.suppression_hash(read.match)
    found = app.people.forget(read, hashed, app.now)
    is_done = app.people.leave_no_trace()
    click.echo("erased" if found else "nothing was held; the address will not be imported")
    if not is_done:
        raise StepFailed(
            "another program is reading the database, whose log still holds what was erased",
            "run the same command again when it has stopped",
        )
    click.echo(
        f"what is elsewhere stays: backups of {app.settings.state}, mails that were written into "
        f"{app.settings.outbox}, logs of relays and web servers"
    )
