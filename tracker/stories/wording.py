"""What a record says in words, field by field: what is searched, and what a search result shows."""

import types
from collections.abc import Callable, Iterator
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from tracker.stories.fields import Part
from tracker.stories.references import own_marks
from tracker.stories.shaping import fields_of, types_of

Wording = dict[str, str]
"""The text of each field by its name in a record; of a list, one line an item."""

_Reader = Callable[[Any], Iterator[str]]

# What the desk files a record under, and why it has no source, is not what it says.
_NOT_SAID = frozenset({"beats", "unsourced"})


def wording(record: msgspec.Struct) -> Wording:
    """The texts of a command or event; fields that hold keys, dates or choices are left out."""
    found = {name: "\n".join(read(getattr(record, attribute))) for attribute, name, read in _readers(type(record))}
    return {name: text for name, text in found.items() if text}


@cache
def _readers(struct: type[msgspec.Struct]) -> list[tuple[str, str, _Reader]]:
    kinds = types_of(struct)
    return [
        (field.name, field.encode_name, read)
        for field in fields_of(struct)
        if field.encode_name not in _NOT_SAID and (read := _reader(kinds[field.encode_name])) is not None
    ]


def _reader(kind: Any) -> _Reader | None:
    """Reads the texts in a value of this type; None for a type that holds none."""
    origin = get_origin(kind)
    if origin is Annotated:
        return _text if _is_prose(kind) else None
    if origin is tuple:
        return _each(_reader(get_args(kind)[0]))
    if origin in {Union, types.UnionType}:
        return _part if any(_reader(member) is _part for member in get_args(kind)) else None
    return _part if isinstance(kind, type) and issubclass(kind, Part) and _readers(kind) else None


def _is_prose(kind: Any) -> bool:
    metas = [meta for meta in kind.__metadata__ if isinstance(meta, msgspec.Meta)]
    limited = any(meta.max_length is not None for meta in metas)
    return get_args(kind)[0] is str and limited and not own_marks(kind)


def _text(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value


def _part(value: Any) -> Iterator[str]:
    if isinstance(value, Part):
        yield from wording(value).values()


def _each(inner: _Reader | None) -> _Reader | None:
    if inner is None:
        return None

    def read(value: Any) -> Iterator[str]:
        for item in value or ():
            yield from inner(item)

    return read
