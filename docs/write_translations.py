"""Brings the catalogues of messages up to date with what the pages say, and compiles them.

Usage: python -m docs.write_translations

Reads every message of the pages and every refusal of the domain, adds the new ones to each `messages.po` (to be
translated), drops those that are gone, and writes the `messages.mo` that the program reads. Says how many have no
translation yet.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).resolve().parent.parent / "tracker" / "web"
TRACKER = WEB.parent
METHODS = [
    ("web/templates/**.html", "jinja2"), ("web/**.py", "python"), ("stories/**.py", "python"), ("intake.py", "python"),
    ("handling.py", "python"),
]  # fmt: skip
REFUSALS = dict.fromkeys(("Invalid", "Missing", "KeyTaken", "NotCorrectable", "__init__"), (2,))
"""What refuses, in the domain: its second argument is a message, said by `web.refusals`."""
KEYWORDS = {
    **DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2), "lazy_pgettext": ((1, "c"), 2),
    "gettext_noop": None, **REFUSALS,
}  # fmt: skip


def catalogues() -> Iterator[tuple[str, Path]]:
    """Every language there is a catalogue for, and its file."""
    for path in sorted((WEB / "translations").glob("*/LC_MESSAGES/messages.po")):
        yield path.parent.parent.name, path


def messages() -> Catalog:
    """What the pages say, without where they say it: a moved line changes no catalogue."""
    template = Catalog(charset="utf-8")
    found = extract_from_dir(str(TRACKER), METHODS, keywords=KEYWORDS, strip_comment_tags=True)
    for _file, _line, message, _comments, context in sorted(found, key=lambda each: str(each[2])):
        template.add(message, context=context)
    return template


def read(language: str, path: Path) -> Catalog:
    """A catalogue as it is written."""
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str, path: Path) -> Catalog:
    """A catalogue with the messages of today."""
    catalogue = read(language, path)
    catalogue.update(messages(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def untranslated(catalogue: Catalog) -> list[Message]:
    """The messages that have no translation, or one that is only a guess."""
    return [each for each in catalogue if each.id and (each.fuzzy or not _whole(each))]


def as_po(catalogue: Catalog) -> bytes:
    """A catalogue as its file is written; who wrote it when is what the history says."""
    catalogue.header_comment = f"# What the pages say, in {catalogue.locale.english_name if catalogue.locale else '?'}."
    file = BytesIO()
    write_po(file, catalogue, width=110, omit_header=False, sort_output=True)
    return file.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """A catalogue as the program reads it."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def _whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


if __name__ == "__main__":
    for language, path in catalogues():
        catalogue = updated(language, path)
        path.write_bytes(as_po(catalogue))
        path.with_suffix(".mo").write_bytes(as_mo(catalogue))
        missing = len(untranslated(catalogue))
        sys.stdout.write(f"{language}: {missing} of {len(catalogue)} messages have no translation\n")
