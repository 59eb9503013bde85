"""Why the log refuses.

EventStoreError
├── WrongExpectedVersion   someone else appended to the stream first
├── CommandReused          one command id, two different requests
├── BrokenChain            an event that does not follow from those before it
├── BrokenTree             a node of the tree over the log is not there
└── LogBusy                another writer held the log for too long; ask again
"""


class EventStoreError(Exception):
    """The log refused; nothing was written."""


class WrongExpectedVersion(EventStoreError):
    """The stream is not at the version the writer saw: behind it, or ahead of it."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream}: expected version {expected}, found {actual}")
        self.stream, self.expected, self.actual = stream, expected, actual


class CommandReused(EventStoreError):
    """A command id that is known already came with another request."""

    def __init__(self, command: str) -> None:
        super().__init__(f"Command {command} was already given, and asked for something else.")
        self.command = command


class BrokenChain(EventStoreError):
    """The event at this position does not follow from those before it."""

    def __init__(self, position: int, what: str) -> None:
        super().__init__(f"Position {position}: {what}")
        self.position, self.what = position, what


class BrokenTree(EventStoreError):
    """What the tree over the log should hold is not there: somebody has been at the tables."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The tree over the log is damaged ({what}); `tracker verify` says where.")


class LogBusy(EventStoreError):
    """Another writer held the log for longer than we wait; the same command may be given again."""

    def __init__(self) -> None:
        super().__init__("The log is busy; nothing was recorded, try again.")
