"""A timeline's revision history as records: what its authors added, corrected, renamed and removed, and when.

Reads JSON Lines of revisions (`op` added, changed, renamed or removed; `slug`, `recorded_at`, `fields`, `changes`,
`was`) and writes the `records` format: added = note.logged, changed = development.corrected, removed =
development.retracted, renamed = retracted and logged anew under its new key, learned_at = its recorded_at.

Usage: python -m benchmarks.timeline_history REVISIONS [STORY] > records.jsonl
"""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

Record = dict[str, Any]
_FIELDS = {"title": "headline", "text_html": "text", "date": "occurred", "tags": "tags"}


def records(revisions: Iterable[str], story: str, title: str) -> Iterator[Record]:
    """The records of a history, in its order; the first opens the story."""
    state: dict[str, Record] = {}
    for n, line in enumerate(revisions):
        revision = json.loads(line)
        if n == 0:
            yield {"type": "defaults", "story": story, "visibility": "public"}
            yield {"type": "story.opened", "title": title, "learned_at": revision["recorded_at"]}
        yield from _records_of(revision, state)


def _records_of(revision: Record, state: dict[str, Record]) -> Iterator[Record]:
    slug, at = revision["slug"], revision["recorded_at"]
    match revision["op"]:
        case "added":
            state[slug] = dict(revision["fields"])
            yield _note(slug, state[slug], at)
        case "changed":
            new = {name: change["new"] for name, change in revision["changes"].items()}
            state[slug] |= new
            yield _correction(slug, new, at)
        case "removed":
            del state[slug]
            why = "removed by its authors"
            yield {"type": "development.retracted", "target": slug, "reason": why, "learned_at": at}
        case "renamed":
            was = revision["was"]
            state[slug] = state.pop(was) | {name: change["new"] for name, change in revision["changes"].items()}
            yield {"type": "development.retracted", "target": was, "reason": f"renamed to {slug}", "learned_at": at}
            yield _note(slug, state[slug], at)


def _note(slug: str, fields: Record, at: str) -> Record:
    return {
        "type": "note.logged", "key": slug, "headline": fields["title"],
        "text": fields.get("text_html", "").strip() or "—", "occurred": fields["date"],
        "tags": fields.get("tags", []), "learned_at": at, **_grounds(fields.get("sources", [])),
    }  # fmt: skip


def _grounds(sources: list[Record]) -> Record:
    listed = [
        {"description": source["label"].removeprefix("Source:").strip() or source["url"], "url": source["url"]}
        for source in sources
    ]
    listed = [each for each in listed if each["url"].startswith(("http://", "https://")) and " " not in each["url"]]
    return {"sources": listed} if listed else {"unsourced": "none given by its authors"}


def _correction(slug: str, new: Record, at: str) -> Record:
    changes = [
        {"field": _FIELDS[name], "now": (value.strip() or "—") if name == "text_html" else value}
        for name, value in new.items()
        if name in _FIELDS
    ]
    return {"type": "development.corrected", "target": slug, "changes": changes, "learned_at": at}


def main() -> None:
    """Write the records of the history named on the command line."""
    path, story = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "timeline"
    with open(path, encoding="utf-8") as revisions:
        for record in records(revisions, story, "A timeline as its authors wrote it"):
            print(json.dumps(record, ensure_ascii=False))


if __name__ == "__main__":
    main()
