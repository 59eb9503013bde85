"""Whom and what the newsroom knows by name: the actors and sources that a form offers."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from tracker.projections.entries import entries
from tracker.stories import codec
from tracker.stories.entries import Actor, Source

LONGEST = 5_000


@dataclass(frozen=True, slots=True)
class Directory:
    """Keys by name and by description; a name that two actors share is nobody's."""

    actors: dict[str, str]
    sources: dict[str, str]

    def actor(self, typed: str) -> str:
        """The key of the actor of that name or key; "" for somebody new."""
        return typed if typed in self.actors.values() else self.actors.get(typed, "")

    def source(self, typed: str) -> str:
        """The key of the source so described or keyed; "" for a new one."""
        return typed if typed in self.sources.values() else self.sources.get(typed, "")


def directory(connection: Connection) -> Directory:
    """The newest actors and sources, by name."""
    rows = connection.execute(
        select(entries.c.kind, entries.c.key, entries.c.body)
        .where(entries.c.kind.in_(["actor", "source"]))
        .order_by(entries.c.position.desc())
        .limit(LONGEST)
    )
    actors: dict[str, list[str]] = {}
    sources: dict[str, list[str]] = {}
    for kind, key, body in rows:
        match codec.decode_entry(kind, body):
            case Actor(name=name):
                actors.setdefault(name, []).append(key)
            case Source(description=description, forgotten=False):
                sources.setdefault(description, []).append(key)
    return Directory(_unambiguous(actors), _unambiguous(sources))


def _unambiguous(found: dict[str, list[str]]) -> dict[str, str]:
    return {name: keys[0] for name, keys in found.items() if len(keys) == 1}
