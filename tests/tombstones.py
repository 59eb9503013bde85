"""feedparser, taught the one element it has no word for: the tombstone of RFC 6721.

As it comes it keeps of a feed's tombstones the last one only, as `feed["at_deleted-entry"]` and `feed["at_comment"]`.
A handler, in the way of its own for other namespaces, makes it keep all of them.
"""

from typing import Any
from unittest import mock

import feedparser
from feedparser.mixin import _FeedParserMixin


def read_with_tombstones(document: bytes) -> Any:
    """What feedparser makes of a feed, with every tombstone (`ref`, `when`, `comment`) in `feed.tombstones`."""
    handlers = {"_start_at_deleted-entry": _begin, "_end_at_deleted-entry": _end}
    with mock.patch.multiple(_FeedParserMixin, create=True, **handlers):
        return feedparser.parse(document)


def _begin(parser: Any, attributes: dict[str, str]) -> None:
    parser.feeddata.setdefault("tombstones", []).append(feedparser.FeedParserDict(attributes))


def _end(parser: Any) -> None:
    parser.feeddata["tombstones"][-1]["comment"] = parser.feeddata.pop("at_comment", "")
