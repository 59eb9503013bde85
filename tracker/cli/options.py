"""Options that several commands take, spelt the same everywhere."""

import click

from tracker.accounts.people import Role

LONGEST_NAME = 120
ROLES = click.Choice([role.value for role in Role])
AS = click.option("--as", "role", type=ROLES, default="archivist", show_default=True,
                   help="See with this role's eyes.")
def _somebody(_context: click.Context, _parameter: click.Parameter, name: str) -> str:
    """A name that can stand in the log for good. Raises BadParameter."""
    if not (name.strip() and name.isprintable() and len(name) <= LONGEST_NAME):
        raise click.BadParameter(f"a name has 1 to {LONGEST_NAME} characters on one line")
    return name


BY = click.option("--by", default="import", show_default=True, callback=_somebody,
                  help="Name that the log gives as who recorded it.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
