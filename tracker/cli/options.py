"""Options that several commands take, spelt the same everywhere."""

import click

from tracker.accounts.people import Role

ROLES = click.Choice([role.value for role in Role])
AS = click.option("--as", "role", type=ROLES, default="archivist", show_default=True,
                   help="See with this role's eyes.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
