"""Streams folded so far, so that one more command costs what happened since, not the whole history."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from tracker.eventstore.events import RecordedEvent
from tracker.stories import codec
from tracker.stories.entries import Entry, Ref
from tracker.stories.folding import changes

CACHED_STREAMS = 512

ReadStream = Callable[[str, int], list[RecordedEvent]]
"""Reads the events of a stream after a version."""


class Folds:
    """The folds of the streams that were used last.

    A fold is taken out while somebody works on it: nobody else sees it change, and a second worker folds anew.
    """

    def __init__(self, size: int = CACHED_STREAMS) -> None:
        self._size = size
        self._kept: OrderedDict[str, tuple[int, dict[Ref, Entry]]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, stream: str, read: ReadStream) -> tuple[int, dict[Ref, Entry]]:
        """The version and the fold of a stream, brought up to date with `read`, for the caller alone."""
        with self._lock:
            version, entries = self._kept.pop(stream, (0, {}))
        for event in read(stream, version):
            entries.update(changes(entries.get, codec.recorded(event)))
            version = event.version
        return version, entries

    def give_back(self, stream: str, version: int, entries: dict[Ref, Entry]) -> None:
        """Keep a fold for the next one; the least used goes first."""
        with self._lock:
            self._kept[stream] = (version, entries)
            self._kept.move_to_end(stream)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
