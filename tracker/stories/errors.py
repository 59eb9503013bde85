"""Why a command was refused, in words an editor can act on.

Refused
├── Missing            a field that this record can't do without
├── Invalid            a value that can't be right
├── Unknown            a key that names nothing the desk has logged
├── KeyTaken           a key that already names something else
├── WrongKind          the key names something of another kind
├── AlreadyRetracted   the target has been retracted
├── NotRetracted       a reversal of a retraction that was never made
├── LearnedTooEarly    learned before something it aims at was learned
├── LearnedInFuture    learned later than now
├── OutsideBounds      a refined date outside the earlier bounds
├── OffRecordPublic    an off-record source in a public record
├── StoryNotOpen       the story is closed
├── NotCorrectable     a field that can't be corrected or redacted
└── NotSealed          confidential text that would be stored in the clear
"""

from tracker.instants import Instant


class Refused(Exception):
    """A command was refused; `field` is the dotted path of the field at fault ("" for the whole record).

    `template` and `values` are the message and what is filled in, so that it can be said in another language.
    """

    def __init__(self, field: str, message: str, /, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.field, self.message = field, str(self)
        self.template, self.values = message, values


class Missing(Refused):
    """A field that this record can't do without."""


class Invalid(Refused):
    """A value that can't be right."""


class Unknown(Refused):
    """A key that names nothing the desk has logged."""

    def __init__(self, field: str, kind: str, key: str) -> None:
        super().__init__(
            field,
            "There is no %(kind)s with the key “%(key)s” here; log it first, or check the key.",
            kind=kind,
            key=key,
        )
        self.kind, self.key = kind, key


class KeyTaken(Refused):
    """A key that already names something else."""


class WrongKind(Refused):
    """The key names something of another kind."""

    def __init__(self, field: str, wanted: str, key: str, found: str) -> None:
        super().__init__(
            field, "“%(key)s” is a record of type %(found)s, not a %(wanted)s.", key=key, found=found, wanted=wanted
        )


class AlreadyRetracted(Refused):
    """The target has been retracted, so nothing new can be said of it."""

    def __init__(self, field: str, key: str) -> None:
        super().__init__(field, "“%(key)s” has been retracted; reverse the retraction first.", key=key)


class NotRetracted(Refused):
    """There is no retraction to reverse."""

    def __init__(self, field: str, key: str) -> None:
        super().__init__(field, "“%(key)s” has not been retracted, so there is nothing to reverse.", key=key)


class LearnedTooEarly(Refused):
    """Learned before something it aims at; `earliest` is the first instant that would be accepted."""

    def __init__(self, target: str, earliest: Instant) -> None:
        super().__init__(
            "learned_at",
            "This is about “%(target)s”, which was learned at %(earliest)s: give that moment or a later one.",
            target=target,
            earliest=earliest,
        )
        self.earliest = earliest


class LearnedInFuture(Refused):
    """Learned later than now."""

    def __init__(self, learned_at: Instant, now: Instant) -> None:
        super().__init__(
            "learned_at",
            "%(learned_at)s is later than now (%(now)s); nobody can have learned it yet.",
            learned_at=learned_at,
            now=now,
        )


class OutsideBounds(Refused):
    """A refined date must lie inside the earlier one; otherwise the earlier one was wrong."""

    def __init__(self, field: str, earlier: str) -> None:
        super().__init__(
            field, "This is not inside the earlier date (%(earlier)s); log a correction instead.", earlier=earlier
        )


class OffRecordPublic(Refused):
    """An off-record source can't stand behind a public record."""

    def __init__(self, field: str, source: str) -> None:
        super().__init__(field, "The source “%(source)s” spoke off the record, so this can't be public.", source=source)


class StoryNotOpen(Refused):
    """The story is closed."""

    def __init__(self) -> None:
        super().__init__("story", "This story is closed; revive it before logging new developments.")


class NotCorrectable(Refused):
    """A field that can't be corrected or redacted."""


class NotSealed(Refused):
    """Confidential text must be sealed before it is decided upon."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "What is confidential must be sealed before it is logged.")
