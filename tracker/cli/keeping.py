"""Keeping documents that sources rest on."""

from typing import IO

import click

from tracker.archive.documents import LARGEST, NotKept
from tracker.cli.opening import ready


@click.command()
@click.argument("files", type=click.File("rb"), nargs=-1, required=True)
def keep(files: tuple[IO[bytes], ...]) -> None:
    """Keep FILES as documents, and print what a source's `document` field says for each."""
    documents = ready().documents
    for file in files:
        try:
            click.echo(f"{documents.keep(file.read(LARGEST + 1)).reference}  {file.name}")
        except NotKept as error:
            raise click.BadParameter(f"{file.name}: {error}", param_hint="FILES") from error
