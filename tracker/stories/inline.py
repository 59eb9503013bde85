"""Actors and sources introduced where a record first names them, lifted out so that only their keys stay."""

import hashlib
import re
import types
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
import orjson

from tracker.stories.fields import KEY_PATTERN, Part
from tracker.stories.references import own_marks
from tracker.stories.shaping import types_of

_KEY = re.compile(KEY_PATTERN)


@dataclass(frozen=True, slots=True)
class Introduced:
    """Somebody or something described where it is first named."""

    kind: Literal["actor", "source"]
    path: str
    fields: Mapping[str, Any]


def lift(struct: type[msgspec.Struct], record: Mapping[str, Any]) -> tuple[dict[str, Any], list[Introduced]]:
    """A record with keys where it described actors and sources, and what it described.

    `{"name": …}` describes an actor, and so does a bare name that can't be a key; a source is described by
    `{"description": …}` or by words that can't be a key. Somebody unnamed (`{"description": …}` as a voice) stays.
    """
    found: list[Introduced] = []
    kinds = types_of(struct)
    lifted = {
        name: _lift(value, kinds[name], name, found) if name in kinds else value for name, value in record.items()
    }
    return lifted, found


def slug_of(name: str) -> str:
    """A key made from a name: ASCII letters, digits and dashes; a short hash where nothing else is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-")
    return slug or f"x-{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def _lift(value: Any, kind: Any, path: str, found: list[Introduced]) -> Any:
    marks = own_marks(kind)
    if "actor" in marks:
        return _actor(value, path, found)
    if "source" in marks:
        return _source(value, path, found)
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        if isinstance(value, list | tuple):
            return [_lift(item, inner, f"{path}.{n}", found) for n, item in enumerate(value)]
        return _lift(value, inner, f"{path}.0", found)
    if get_origin(kind) in {Union, types.UnionType}:
        return _lift_from_union(value, get_args(kind), path, found)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _lift_from_struct(value, kind, path, found)
    return value


def _lift_from_union(value: Any, kinds: tuple[Any, ...], path: str, found: list[Introduced]) -> Any:
    if isinstance(value, Mapping):
        structs = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]
        for struct in structs:
            if value.keys() <= types_of(struct).keys():
                return _lift_from_struct(value, struct, path, found)
    for kind in kinds:
        if own_marks(kind):
            return _lift(value, kind, path, found)
    return value


def _lift_from_struct(value: Any, struct: type[msgspec.Struct], path: str, found: list[Introduced]) -> Any:
    kinds = types_of(struct)
    lead = struct.LEAD if issubclass(struct, Part) else ""
    described = isinstance(value, Mapping) and "name" in value and not value.keys() & kinds.keys()
    if lead in kinds and described:
        return {lead: _lift(value, kinds[lead], path, found)}
    if isinstance(value, Mapping):
        return {
            name: _lift(item, kinds[name], f"{path}.{name}", found) if name in kinds else item
            for name, item in value.items()
        }
    return _lift(value, kinds[lead], path, found) if lead and lead in kinds else value


def _actor(value: Any, path: str, found: list[Introduced]) -> Any:
    if isinstance(value, str) and value and not _KEY.match(value):
        value = {"name": value}
    if not isinstance(value, Mapping) or not ("name" in value or "key" in value):
        return value
    if value.keys() == {"key"}:
        return value["key"]
    fields = {"key": slug_of(str(value.get("name", ""))), "kind": "person"} | dict(value)
    found.append(Introduced("actor", path, fields))
    return fields["key"]


def _source(value: Any, path: str, found: list[Introduced]) -> Any:
    if isinstance(value, str) and value and not _KEY.match(value):
        value = {"description": value}
    if not isinstance(value, Mapping):
        return value
    if value.keys() == {"key"}:
        return value["key"]
    fields = {"key": _source_key(value)} | dict(value)
    found.append(Introduced("source", path, fields))
    return fields["key"]


def _source_key(fields: Mapping[str, Any]) -> str:
    """The same description on the same terms is the same source; anything else is another."""
    told = {name: value for name, value in fields.items() if name != "identity"}
    digest = hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()[:8]
    return f"{slug_of(str(fields.get('description', '')))[:40]}-{digest}"
