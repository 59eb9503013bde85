"""What the machine notes of its own work: one JSON object a line, which tells where an error arose, not what it held.

An error's message may carry what it failed on – a headline under embargo, a name, a password in an address. So a line
has the error's type and the places it passed, and its words nowhere (ASVS 5.0 V16: log lines hold no secret and no line
break of somebody else's).
"""

import json
import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime

EXTRA = ("route", "reference")
"""What a caller may add with `extra=`: names of our own making, never what somebody typed."""


class Lines(logging.Formatter):
    """Writes a record as `{"time", "level", "logger", "message", …, "error", "at"}` on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the record holds."""
        error = record.exc_info[1] if record.exc_info else None
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _without_words_of(error, record.getMessage()),
        }
        told |= {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
        if error is not None:
            told |= {"error": [_kind(each) for each in _chain(error)], "at": _places(error)}
        return json.dumps(told)


def begin() -> None:
    """Let this process write such lines on stderr, of warnings and worse."""
    logging.basicConfig(level=logging.WARNING, force=True)
    restyle(logging.getLogger())


def restyle(logger: logging.Logger) -> None:
    """Let the handlers that a library gave its logger write such lines."""
    for handler in logger.handlers:
        handler.setFormatter(Lines())


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _kind(error: BaseException) -> str:
    """The type, with the SQLSTATE or errno where it has one: numbers say much and give nothing away."""
    code = getattr(error, "sqlstate", None) or getattr(error, "errno", None)
    return f"{type(error).__module__}.{type(error).__qualname__}" + (f" {code}" if code else "")


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


def _without_words_of(error: BaseException | None, message: str) -> str:
    """A library may have put the error's words into its own message."""
    for each in _chain(error) if error else ():
        for words in (repr(each), str(each)):
            message = message.replace(words, type(each).__qualname__) if words else message
    return message
