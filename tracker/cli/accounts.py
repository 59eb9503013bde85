"""Accounts, and tokens for the API."""

import secrets
import sys

import click

from tracker.accounts import people, tokens
from tracker.accounts.people import Role
from tracker.cli import options
from tracker.cli.opening import ready
from tracker.db import reading, writing


@click.group()
def users() -> None:
    """Accounts."""


@users.command("add")
@click.argument("name")
@click.option("--role", type=options.ROLES, required=True)
@click.option("--desk", "desks", multiple=True, help="A desk the editor works on; none: every desk.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_user(name: str, role: str, desks: tuple[str, ...], password_stdin: bool) -> None:
    """Add an account; without --password-stdin a password is made and shown once."""
    tracker = ready()
    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(12)
    with writing(tracker.engine) as connection:
        people.add_person(connection, name, Role(role), password, desks, now=tracker.clock())
    shown = "" if password_stdin else f" Password: {password}"
    click.echo(f"{name} is {'an' if role[0] in 'ae' else 'a'} {role}.{shown}")


@users.command("list")
def list_users() -> None:
    """List the accounts."""
    tracker = ready()
    with reading(tracker.engine) as connection:
        for person in people.list_people(connection):
            state = "disabled" if person.disabled_at else "active"
            click.echo(f"{person.name:<24} {person.role.value:<10} {state:<9} {', '.join(sorted(person.desks))}")


@click.group("tokens")
def tokens_() -> None:
    """Tokens for the API."""


@tokens_.command("create")
@click.argument("name")
@click.option("--label", default="command line", show_default=True)
def create_token(name: str, label: str) -> None:
    """Create a token for an account; it is shown once."""
    tracker = ready()
    with writing(tracker.engine) as connection:
        click.echo(tokens.create_token(connection, name, label, tracker.clock()))


@tokens_.command("list")
@click.argument("name")
def list_tokens(name: str) -> None:
    """List the tokens of an account: id, whether it is good, when it was last used, label."""
    tracker = ready()
    with reading(tracker.engine) as connection:
        for token in tokens.list_tokens(connection, name):
            state = "revoked" if token.revoked_at else "active"
            click.echo(f"{token.id}  {state:<8} {token.last_used_at or 'never used':<28} {token.label}")


@tokens_.command("revoke")
@click.argument("name")
@click.argument("id")
def revoke_token(name: str, id: str) -> None:
    """Make a token of an account worthless; `tracker tokens list` says its ID."""
    tracker = ready()
    with writing(tracker.engine) as connection:
        tokens.revoke_token(connection, name, id, tracker.clock())
    click.echo(f"{id} is worthless now.")
