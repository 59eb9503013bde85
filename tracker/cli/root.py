"""The command line: every command by its name. Bad input is one line and exit code 2."""

import sys
from importlib.metadata import version
from typing import NoReturn

import click
from sqlalchemy.exc import DatabaseError

from tracker.accounts.errors import AccountsError
from tracker.archive import asking, cloudevents
from tracker.archive.signing_keys import WrongSecret
from tracker.cli import accounts, comparing, exporting, importing, keeping, projecting, proving, replaying, running
from tracker.cli.telling import fail
from tracker.config import ConfigurationError
from tracker.eventstore.errors import EventStoreError

COMMANDS: tuple[click.Command, ...] = (
    accounts.tokens_,
    accounts.users,
    comparing.compare,
    exporting.export,
    importing.import_,
    importing.undo_import,
    keeping.keep,
    projecting.project,
    proving.checkpoint,
    proving.prove,
    proving.verify,
    replaying.replay,
    running.beat,
    running.demo,
    running.doctor,
    running.init,
    running.serve,
    running.worker,
)

ANSWERED = (
    AccountsError, ConfigurationError, EventStoreError, asking.BadQuestion, cloudevents.NotTheLog, WrongSecret,
)  # fmt: skip
"""Errors whose message is the line a person reads."""


def main() -> NoReturn:
    """Run a command; whatever a person can mend is one line on stderr and exit code 2."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        fail("Stopped.", 130)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else error.format_message())
        sys.exit(0)
    except click.ClickException as error:
        fail(error.format_message(), 2)
    except ANSWERED as error:
        fail(str(error), 2)
    except DatabaseError as error:
        fail(f"The database answered: {str(error.orig).splitlines()[0]}; `tracker doctor` says what to do.", 2)
    except UnicodeEncodeError as error:
        fail(f"{error.object[error.start : error.end]!a} can't be written in {error.encoding}.", 2)
    except OSError as error:
        fail(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), 2)
    sys.exit(code if isinstance(code, int) else 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(version("newsroom-story-tracker"), prog_name="tracker")
def cli() -> None:
    """The newsroom's memory: what happened, who said what, and what was known when."""


for _command in COMMANDS:
    cli.add_command(_command)
