"""What came before what somebody is named in: developments that were linked as precedents of one another."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, select

from tracker.projections.entries import entries
from tracker.projections.outline import outline
from tracker.projections.scene import Document
from tracker.stories import codec
from tracker.stories.entries import Link


def precedents(
    connection: Connection, named: Collection[tuple[str, str]], shown: ColumnElement[bool]
) -> list[Document]:
    """The precedents of, and those set by, developments that are given by stream and key, the latest link first.

    `shown` says of a line in `outline` whether it may be seen; a link is told where both its ends may be.
    """
    links = [
        (stream, link)
        for stream, link in _links(connection, {stream for stream, _key in named})
        if not {(stream, link.from_), (stream, link.to)}.isdisjoint(named)
    ]
    ends = {key for _stream, link in links for key in (link.from_, link.to)}
    row = outline.c
    seen = select(row.stream, row.key, row.headline, row.state).where(row.key.in_(sorted(ends)), shown)
    told: dict[tuple[str, str], Document] = {
        (stream, key): {"key": key, "headline": headline, "retracted": state == "retracted"}
        for stream, key, headline, state in connection.execute(seen)
    }
    return [
        {
            "story": stream.removeprefix("story/"),
            "of": told[(stream, link.from_)],
            "precedent": told[(stream, link.to)],
        }
        for stream, link in links
        if {(stream, link.from_), (stream, link.to)} <= told.keys()
    ]


def _links(connection: Connection, streams: Collection[str]) -> list[tuple[str, Link]]:
    row = entries.c
    rows = connection.execute(
        select(row.stream, row.body)
        .where(row.stream.in_(sorted(streams)), row.kind == "link", row.key.like("%:precedent:%"))
        .order_by(row.position.desc())
    )
    found = ((stream, codec.decode_entry("link", body)) for stream, body in rows)
    return [(stream, link) for stream, link in found if isinstance(link, Link) and link.relation == "precedent"]
