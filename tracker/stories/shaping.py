"""What somebody typed or sent, put into the shape a field has: bare strings, single values, words for dates."""

import types
from collections.abc import Mapping
from functools import cache
from typing import (
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from tracker import instants
from tracker.stories.dates import ImpossibleDate, ImpreciseDate, read_date
from tracker.stories.errors import Invalid, Missing, Refused
from tracker.stories.fields import Part

S = TypeVar("S", bound=msgspec.Struct)

INSTANT = "instant"


@cache
def fields_of(struct: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """The fields of a struct, looked up once: the library reads the type hints anew at each call."""
    return msgspec.structs.fields(struct)


@cache
def types_of(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """The type of each field of a struct, by its name in a record, annotations included."""
    hints = get_type_hints(struct, include_extras=True)
    return {field.encode_name: hints[field.name] for field in fields_of(struct)}


def shape(value: Any, kind: Any, path: str) -> Any:
    """The value in the shape of the type: a single thing for a list becomes a list of one, a bare string for a
    part stands for its leading field, a date is checked and normalised, an instant is brought to its one form.

    Raises Invalid with the path of the field at fault. Whatever fits no shape is left as it is, for the
    conversion that follows to refuse.
    """
    if value is None or value is msgspec.UNSET:
        return value
    if get_origin(kind) is Annotated:
        return _instant(value, path) if _holds(kind) == INSTANT else shape(value, get_args(kind)[0], path)
    if kind is ImpreciseDate:
        return _date(value, path)
    if get_origin(kind) is tuple:
        items = value if isinstance(value, list | tuple) else [value]
        return [shape(item, get_args(kind)[0], f"{path}.{n}") for n, item in enumerate(items)]
    if get_origin(kind) in {Union, types.UnionType}:
        return _one_of(value, get_args(kind), path)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return shape_struct(value, kind, path)
    return value


def shape_struct(value: Any, struct: type[msgspec.Struct], path: str = "") -> Any:
    """Shape every field of a map after a struct; a bare value stands for the struct's leading field."""
    lead = struct.LEAD if issubclass(struct, Part) else ""
    if not isinstance(value, Mapping):
        if not lead or not isinstance(value, str):
            return value
        encoded = next(field.encode_name for field in fields_of(struct) if field.name == lead)
        value = {encoded: value}
    known = types_of(struct)
    prefix = f"{path}." if path else ""
    return {
        name: shape(item, known[name], f"{prefix}{name}") if name in known else item for name, item in value.items()
    }


def build(
    struct: type[S], record: Mapping[str, Any], path: str = "", *, given: Mapping[str, Any] | None = None
) -> tuple[S | None, list[Refused]]:
    """The struct a record describes, or every field that keeps it from being one.

    `record` holds fields by their names in a record, as sent; `given` holds values of fields, by the same names,
    that are already right. Nothing is raised: a record with five faults names five.
    """
    kinds, prefix = types_of(struct), f"{path}." if path else ""
    values, problems = dict(given or {}), list[Refused]()
    for name, sent in record.items():
        if name not in kinds:
            problems.append(
                Invalid(f"{prefix}{name}", "There is no such field here; there are: %(value)s.", value=_listed(kinds))
            )
            continue
        try:
            values[name] = msgspec.convert(shape(sent, kinds[name], f"{prefix}{name}"), kinds[name])
        except Refused as refused:
            problems.append(refused)
        except msgspec.ValidationError as error:
            problems.append(_invalid(error, kinds[name], f"{prefix}{name}"))
    for field in fields_of(struct):
        if field.required and field.encode_name not in values and field.encode_name not in record:
            problems.append(Missing(f"{prefix}{field.encode_name}", "This is needed."))
    if problems:
        return None, problems
    names = {field.encode_name: field.name for field in fields_of(struct)}
    return struct(**{names[name]: value for name, value in values.items()}), []


def _listed(kinds: Mapping[str, Any]) -> str:
    return ", ".join(sorted(kinds))


def _invalid(error: msgspec.ValidationError, kind: Any, path: str) -> Invalid:
    """The library's complaint in plain words, with the dotted path of the field it is about."""
    message, _, inner = str(error).partition(" - at `$")
    inner = inner.rstrip("`").replace("[", ".").replace("]", "").replace("...", "").lstrip(".")
    if "matching regex" in message and (inner or path).rpartition(".")[2] == "url":
        message = "This is not a valid link; write all of it, beginning with https://."
    elif "matching regex" in message:
        message = "This is not a valid key or value here: letters, digits and . _ ~ - only, without spaces."
    elif message.startswith("Invalid enum value"):
        choices = _choices(_kind_at(kind, [part for part in inner.split(".") if part]))
        message = f"Choose one of: {', '.join(choices)}." if choices else message
    elif "length >= 1" in message:
        message = "This is needed."
    return Invalid(".".join(part for part in (path, inner) if part), message)


def _kind_at(kind: Any, parts: list[str]) -> Any:
    """The type of what stands at a path inside a value of a type: `0.quantifier` in a list of demanders."""
    if not parts:
        return kind
    if get_origin(kind) is tuple:
        return _kind_at(get_args(kind)[0], parts[1:])
    if get_origin(kind) in {Union, types.UnionType}:
        return next((found for each in get_args(kind) if (found := _kind_at(each, parts)) is not None), None)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _kind_at(types_of(kind).get(parts[0]), parts[1:])
    return None


def _choices(kind: Any) -> list[str]:
    if get_origin(kind) is Literal:
        return [str(choice) for choice in get_args(kind)]
    return [choice for inner in get_args(kind) for choice in _choices(inner)]


def _one_of(value: Any, kinds: tuple[Any, ...], path: str) -> Any:
    """A union: a string stays a string where one is allowed; otherwise the first member that takes a shape."""
    if isinstance(value, str) and any(_is_text(kind) for kind in kinds):
        return value
    for kind in kinds:
        if kind in {type(None), msgspec.UnsetType} or _is_text(kind):
            continue
        return shape(value, kind, path)
    return value


def _is_text(kind: Any) -> bool:
    return kind is str or get_origin(kind) is Literal or (get_origin(kind) is Annotated and get_args(kind)[0] is str)


def _holds(kind: Any) -> str:
    for meta in kind.__metadata__:
        if isinstance(meta, msgspec.Meta) and meta.extra:
            return str(meta.extra.get("holds", ""))
    return ""


def _instant(value: Any, path: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return instants.read(value)
    except ValueError as error:
        raise Invalid(path, str(error)) from error


def _date(value: Any, path: str) -> Any:
    if isinstance(value, ImpreciseDate):
        return msgspec.to_builtins(value)
    if not isinstance(value, str | Mapping):
        return value
    try:
        return msgspec.to_builtins(read_date(value))
    except ImpossibleDate as error:
        raise Invalid(path, str(error)) from error
