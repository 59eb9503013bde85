"""The formats that are brought in: one table, read by the command, the pages and the documentation."""

from collections.abc import Callable, Mapping

from tracker.archive.imports import feed, newsml, ninjs, table, timeline
from tracker.archive.imports.drafting import Drafts, NotThatFormat

READERS: Mapping[str, Callable[[bytes], Drafts]] = {
    "timelinejs": timeline.read,
    "ninjs": ninjs.read,
    "newsml": newsml.read,
    "feed": feed.read,
}
NAMES = ("csv", *READERS)


def read(form: str, content: bytes, mapping: Mapping[str, str]) -> Drafts:
    """A file as drafts; `mapping` says for columns of a table what they are. Raises NotThatFormat."""
    if form == "csv":
        return table.read(content, mapping)
    if mapping:
        raise NotThatFormat("only a table (csv) has columns that can be mapped.")
    return READERS[form](content)


def detect(name: str, content: bytes) -> str:
    """The format that a file most likely is, by its name and how it begins; `records` where nothing else fits."""
    start = content[:4_000].decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if start.startswith("<"):
        return "newsml" if "iptc.org/std/nar" in start else "feed"
    if name.lower().endswith((".csv", ".tsv")):
        heading = start.partition("\n")[0].lower()
        return "timelinejs" if "headline" in heading and "display date" in heading else "csv"
    if "jsonfeed.org/version" in start:
        return "feed"
    if start.startswith(("{", "[")) and ('"start_date"' in start or '"events"' in start) and '"uri"' not in start:
        return "timelinejs"
    return "ninjs" if '"uri"' in start and '"type": "defaults"' not in start else "records"
