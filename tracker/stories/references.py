"""What a command or an event names: actors, sources, developments; found by the marks on its fields."""

import types
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

import msgspec

from tracker.stories.entries import Ref
from tracker.stories.fields import RESERVED_VOICES
from tracker.stories.shaping import types_of

# What a story's events aim at, by what the mark says the key names; the rest is only mentioned.
AIMED = {
    "development": "development", "claim": "development", "contradiction": "development",
    "demand": "development", "planned": "development", "question": "question", "issue": "issue",
}  # fmt: skip


class Named(NamedTuple):
    """A key found in a value: the dotted path of its field, what it names, the key."""

    path: str
    names: str
    key: str


Finder = Callable[[Any, str], Iterator[Named]]


def named(struct: msgspec.Struct) -> Iterator[Named]:
    """Every key that a command or event holds, with the path of its field."""
    for attribute, wire, find in _fields(type(struct)):
        yield from find(getattr(struct, attribute), wire)


def aimed(struct: msgspec.Struct) -> Iterator[Ref]:
    """The entries of its story that an event aims at."""
    return ((AIMED[found.names], found.key) for found in named(struct) if found.names in AIMED)


def mentioned(struct: msgspec.Struct) -> set[Ref]:
    """The actors and sources that a command or event mentions."""
    return {(found.names, found.key) for found in named(struct) if found.names in {"actor", "source"}}


def own_marks(kind: Any) -> set[str]:
    """What a key of this very type names: `{"actor"}`; nothing for other types."""
    metas = kind.__metadata__ if get_origin(kind) is Annotated else ()
    return {str(m.extra["names"]) for m in metas if isinstance(m, msgspec.Meta) and m.extra and "names" in m.extra}


@cache
def aiming_fields(struct: type[msgspec.Struct]) -> frozenset[str]:
    """The fields of a type, by their names in a record, whose values are keys that it aims at."""
    return frozenset(name for name, kind in types_of(struct).items() if _marks(kind) & AIMED.keys())


@cache
def _fields(struct: type[msgspec.Struct]) -> list[tuple[str, str, Finder]]:
    kinds: Mapping[str, Any] = types_of(struct)
    return [
        (field.name, field.encode_name, finder)
        for field in msgspec.structs.fields(struct)
        if (finder := _finder(kinds[field.encode_name])) is not None
    ]


def _finder(kind: Any) -> Finder | None:
    """A function that finds the keys in a value of this type; None for a type that can't hold any."""
    marks, origin = own_marks(kind), get_origin(kind)
    if marks:
        return _finds_key(next(iter(marks)))
    if origin is tuple:
        return _finds_in_each(_finder(get_args(kind)[0]))
    if origin in {Union, types.UnionType}:
        return _finds_in_union([_finder(member) for member in get_args(kind)])
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _finds_in_struct if _fields(kind) else None
    return None


def _finds_key(names: str) -> Finder:
    def find(value: Any, path: str) -> Iterator[Named]:
        if isinstance(value, str) and value and not (names == "actor" and value in RESERVED_VOICES):
            yield Named(path, names, value)

    return find


def _finds_in_each(inner: Finder | None) -> Finder | None:
    if inner is None:
        return None

    def find(value: Any, path: str) -> Iterator[Named]:
        for n, item in enumerate(value or ()):
            yield from inner(item, f"{path}.{n}")

    return find


def _finds_in_union(members: list[Finder | None]) -> Finder | None:
    finders = [finder for finder in members if finder is not None]
    if not finders:
        return None

    def find(value: Any, path: str) -> Iterator[Named]:
        if isinstance(value, msgspec.Struct):
            yield from _finds_in_struct(value, path)
        else:
            for finder in finders:
                if finder is not _finds_in_struct:
                    yield from finder(value, path)

    return find


def _finds_in_struct(value: Any, path: str) -> Iterator[Named]:
    if isinstance(value, msgspec.Struct):
        for found in named(value):
            yield found._replace(path=f"{path}.{found.path}")


def _marks(kind: Any) -> set[str]:
    return own_marks(kind).union(*(_marks(member) for member in get_args(kind) if not isinstance(member, str)))
