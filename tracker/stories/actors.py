"""People, organizations, public bodies and blocs: names, roles over time, who speaks for whom."""

from typing import Literal, assert_never

import msgspec

from tracker.stories.dates import ImpreciseDate
from tracker.stories.entries import (
    Actor,
    Alias,
    Changes,
    Get,
    Role,
    RoleHeld,
    Spokesperson,
)
from tracker.stories.errors import Invalid, KeyTaken, Missing, Unknown
from tracker.stories.fields import (
    RESERVED_VOICES,
    ActorKey,
    Fields,
    Key,
    Line,
    RequiredLine,
)
from tracker.stories.recorded import Recorded
from tracker.stories.situation import Situation, fact

ActorKind = Literal["person", "organization", "public_body", "bloc"]


class AddActor(Fields, frozen=True, kw_only=True):
    """Introduce somebody who acts in stories."""

    key: Key
    name: RequiredLine
    kind: ActorKind


class AddAlias(Fields, frozen=True, kw_only=True):
    """Note another name of an actor."""

    key: ActorKey
    alias: RequiredLine


class TakeRole(Fields, frozen=True, kw_only=True):
    """Note that somebody holds an office."""

    key: ActorKey
    role: RequiredLine
    organization: Line = ""
    from_: ImpreciseDate | None = msgspec.field(default=None, name="from")


class LeaveRole(Fields, frozen=True, kw_only=True):
    """Note that somebody left an office, and how."""

    key: ActorKey
    role: RequiredLine
    how: Line = ""
    until: ImpreciseDate | None = None


class NameSpokesperson(Fields, frozen=True, kw_only=True):
    """Note for whom somebody speaks."""

    key: ActorKey
    for_: ActorKey = msgspec.field(name="for")


class ActorAdded(AddActor, frozen=True, tag="actor.added.v1"):
    """Somebody who acts in stories was introduced."""


class AliasAdded(AddAlias, frozen=True, tag="actor.alias_added.v1"):
    """An actor goes by another name as well."""


class RoleTaken(TakeRole, frozen=True, tag="actor.role_taken.v1"):
    """Somebody holds an office."""


class RoleLeft(LeaveRole, frozen=True, kw_only=True, tag="actor.role_left.v1"):
    """Somebody left an office; `taken` names the version that took it."""

    taken: str


class SpokespersonNamed(NameSpokesperson, frozen=True, tag="actor.spokesperson_named.v1"):
    """Somebody speaks for another."""


ActorCommand = AddActor | AddAlias | TakeRole | LeaveRole | NameSpokesperson
ActorEvent = ActorAdded | AliasAdded | RoleTaken | RoleLeft | SpokespersonNamed


def decide(command: ActorCommand, at: Situation) -> list[ActorEvent]:
    known = at.get(("actor", command.key))
    if isinstance(command, AddActor):
        return _introduce(command, known if isinstance(known, Actor) else None)
    if not isinstance(known, Actor):
        raise Unknown("key", "actor", command.key)
    match command:
        case AddAlias():
            same = command.alias == known.name or at.get(("alias", command.alias))
            return [] if same else [fact(AliasAdded, command)]
        case TakeRole():
            role = _held(at, command.role)
            same_office = role is not None and role[1].organization == command.organization
            return [] if same_office else [fact(RoleTaken, command)]
        case LeaveRole():
            held = _held(at, command.role)
            if held is None:
                raise Invalid(
                    "role",
                    "%(name)s is not recorded as holding the role “%(role)s”.",
                    name=known.name,
                    role=command.role,
                )
            return [fact(RoleLeft, command, taken=held[0])]
        case NameSpokesperson():
            if not isinstance(at.get(("actor", command.for_)), Actor):
                raise Unknown("for", "actor", command.for_)
            already = at.get(("spokesperson", command.for_))
            return [] if already else [fact(SpokespersonNamed, command)]
        case _:
            assert_never(command)


def aims(event: ActorEvent) -> set[tuple[str, str]]:
    if isinstance(event, ActorAdded):
        return set()
    role = {("role", event.taken)} if isinstance(event, RoleLeft) else set()
    return {("actor", event.key)} | role


def changes(get: Get, recorded: Recorded, event: ActorEvent) -> Changes:
    key = event.key
    match event:
        case ActorAdded():
            return {("actor", key): Actor(name=event.name, kind=event.kind, learned_at=recorded.learned_at)}
        case AliasAdded():
            return {("alias", event.alias): Alias(actor=key, alias=event.alias)}
        case RoleTaken():
            taken = f"{recorded.version}"
            role = Role(
                actor=key, role=event.role, organization=event.organization, since=event.from_,
                position=recorded.position, learned_at=recorded.learned_at,
            )  # fmt: skip
            return {("role", taken): role, ("role_held", event.role): RoleHeld(taken=taken)}
        case RoleLeft():
            held = get(("role", event.taken))
            if not isinstance(held, Role):
                return {}
            left = held.but(left=event.how, until=event.until, held=False)
            return {("role", event.taken): left, ("role_held", event.role): RoleHeld(taken="")}
        case SpokespersonNamed():
            return {("spokesperson", event.for_): Spokesperson(actor=key, speaks_for=event.for_)}
        case _:
            assert_never(event)


def _introduce(command: AddActor, known: Actor | None) -> list[ActorEvent]:
    if command.key in RESERVED_VOICES:
        raise KeyTaken("key", "“%(key)s” is reserved for voices that are nobody's.", key=command.key)
    if not command.name.strip():
        raise Missing("name", "An actor needs a name.")
    if known is None:
        return [fact(ActorAdded, command)]
    if known.name != command.name:
        raise KeyTaken(
            "key",
            "The key “%(key)s” is already %(name)s's; choose another, or add an alias.",
            key=command.key,
            name=known.name,
        )
    return []


def _held(at: Situation, role: str) -> tuple[str, Role] | None:
    """The open tenure of a role, with its key."""
    held = at.get(("role_held", role))
    tenure = at.get(("role", held.taken)) if isinstance(held, RoleHeld) else None
    return (held.taken, tenure) if isinstance(held, RoleHeld) and isinstance(tenure, Role) else None
