"""Whom and what the newsroom knows by name: the actors and sources that a form offers."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

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
    outlets: dict[str, str] = field(default_factory=dict)
    """The outlet that was named last with a link to each host."""
    shared: dict[str, str] = field(default_factory=dict)
    """The description of each source on the record that shares it with others, by key."""
    told: dict[str, Source] = field(default_factory=dict)
    """What is told of the sources that a description names, by key."""
    hushed: dict[str, str] = field(default_factory=dict)
    """The terms of sources that share a description and of which none is on the record."""
    actor_keys: frozenset[str] = frozenset()

    def actor(self, typed: str) -> str:
        """The key of the actor of that name or key; "" for somebody new."""
        return typed if typed in self.actor_keys else self.actors.get(typed, "")

    def described(self, key: str) -> str:
        """How a form names a source: its description, or its key where that would make it another one's.

        A description that several on the record share, such as a newspaper's name, stands for a new one of them.
        """
        own = next((description for description, known in self.sources.items() if known == key), "")
        return own or self.shared.get(key, key)

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
    outlets: dict[str, str] = {}
    told: dict[str, Source] = {}
    for kind, key, body in rows:
        match codec.decode_entry(kind, body):
            case Actor(name=name):
                actors.setdefault(name, []).append(key)
            case Source(description=description, forgotten=False, url=url, outlet=outlet) as source:
                sources.setdefault(description, []).append(key)
                told[key] = source
                if url and outlet:
                    outlets.setdefault(host_of(url), outlet)
    own = _unambiguous(sources)
    on_record = {source.description for source in told.values() if source.terms == "on_record"}
    several = {key: source for key, source in told.items() if source.description not in own}
    return Directory(
        actors=_unambiguous(actors), sources=own, outlets=outlets, told={key: told[key] for key in own.values()},
        shared={key: source.description for key, source in several.items() if source.terms == "on_record"},
        hushed={each.description: each.terms for each in several.values() if each.description not in on_record},
        actor_keys=frozenset(key for keys in actors.values() for key in keys),
    )  # fmt: skip


def host_of(url: str) -> str:
    """The host of a link without `www.`; "" for what is no link."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if parts.scheme in {"http", "https"} else ""


def _unambiguous(found: dict[str, list[str]]) -> dict[str, str]:
    return {name: keys[0] for name, keys in found.items() if len(keys) == 1}
