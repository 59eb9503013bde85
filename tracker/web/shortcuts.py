"""Every key that acts, in one table: it is what the script follows and what `?` shows."""

from dataclasses import dataclass

from flask import Flask
from flask_babel import gettext as _

from tracker.accounts.permissions import may
from tracker.web.current import principal
from tracker.web.eight import eight
from tracker.web.navigation import open_to


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One key, or two after each other; where it goes, or what it presses.

    `go` is an address, in which `{story}` is the story that is shown; `press` is a CSS selector of what is pressed, or
    entered if it is a box; `step` moves that many developments on.
    """

    keys: str
    does: str
    go: str = ""
    press: str = ""
    step: int = 0


def prepare(app: Flask) -> None:
    """Give the templates of an application the table of keys."""
    app.jinja_env.globals.update(shortcuts=shortcuts)


def shortcuts() -> list[tuple[str, list[Shortcut]]]:
    """The keys of whoever asks, in groups: everywhere, on a story, while logging."""
    everywhere = [
        Shortcut("?", _("Show these keys"), press="#keys-button"),
        Shortcut("/", _("Search"), press="#seek"),
        Shortcut("g b", _("Go to the board"), go="/"),
        *(Shortcut(keys, does, go=path) for keys, does, path in _places() if open_to(path)),
        Shortcut("Escape", _("Leave a box, so that keys act again; close what is open")),
    ]
    reading = [
        Shortcut("j", _("Next development"), step=1),
        Shortcut("k", _("Development before"), step=-1),
        Shortcut("Enter", _("Open what is marked")),
        Shortcut("u", _("Show what is new"), press="#live button"),
    ]
    groups = [(_("Everywhere"), everywhere), (_("On a story"), reading)]
    if may(principal(), "log"):
        reading += [
            Shortcut("n", _("New development"), go="{story}/log"),
            Shortcut("c", _("Correct the development"), press='a[href$="/correct"]'),
            Shortcut("r", _("Retract the development"), press='a[href$="/retract"]'),
        ]
        ways = [way for button in eight() for way in button]
        logging = [
            Shortcut(f"l {way.key}", _("Log: %(type)s", type=way.label), go=f"{{story}}/log?type={way.type}")
            for way in ways
        ]
        groups.append((_("Logging"), [*logging, Shortcut("Ctrl Enter", _("Send the form"), press="form.sheet")]))
    return groups


def _places() -> tuple[tuple[str, str, str], ...]:
    return (
        ("g c", _("Go to what happened since you looked"), "/catch-up"), ("g a", _("Go to your alerts"), "/alerts"),
        ("g i", _("Go to your inbox"), "/inbox"), ("g r", _("Go to the archive"), "/archive"),
        ("g l", _("Log something in any story"), "/log"), ("g h", _("Go to the help"), "/help"),
    )  # fmt: skip
