"""Where things come from: added under terms, confirmed, doubted, unsealed in an emergency, forgotten."""

from typing import Annotated, Literal, assert_never

import msgspec

from tracker.stories.entries import Changes, Get, Source
from tracker.stories.errors import Invalid, KeyTaken, NotSealed, Unknown
from tracker.stories.fields import (
    END,
    Fields,
    InstantText,
    Key,
    Line,
    RequiredLine,
    Sealed,
    SourceKey,
)
from tracker.stories.recorded import Recorded
from tracker.stories.situation import Situation, fact

Number = Literal["one", "several", "unknown"]
Proximity = Literal["firsthand", "secondhand", "document", "unknown"]
Terms = Literal["on_record", "background", "deep_background", "off_record"]
Url = Annotated[str, msgspec.Meta(pattern=rf"^(https?://\S+|mailto:\S+){END}", max_length=2000)]


class AddSource(Fields, frozen=True, kw_only=True):
    """Introduce a source: what may be said of it, and on what terms it spoke (AP's definitions).

    The identity is sealed before anything is stored, and stays out of the fingerprint of the command.
    """

    key: Key
    description: RequiredLine
    number: Number = "unknown"
    proximity: Proximity = "unknown"
    terms: Terms = "on_record"
    outlet: Line = ""
    url: Url = ""
    document: Line = ""
    retrieved_at: InstantText = ""
    identity: Line | Sealed = ""


class ConfirmSource(Fields, frozen=True, kw_only=True):
    """Note that a source was borne out."""

    key: SourceKey
    reason: Line = ""


class DoubtSource(Fields, frozen=True, kw_only=True):
    """Note that a source is in doubt."""

    key: SourceKey
    reason: Line = ""


class ForgetSource(Fields, frozen=True, kw_only=True):
    """Forget who a source is: its key is destroyed, and the history stays verifiable."""

    key: SourceKey
    reason: Line = ""


class UnsealSource(Fields, frozen=True, kw_only=True):
    """Read who a source is, which only an emergency allows: why is on record before anything is shown."""

    key: SourceKey
    reason: RequiredLine


class SourceAdded(AddSource, frozen=True, tag="source.added.v1"):
    """A source was introduced."""


class SourceConfirmed(ConfirmSource, frozen=True, tag="source.confirmed.v1"):
    """A source was borne out."""


class SourceDoubted(DoubtSource, frozen=True, tag="source.doubted.v1"):
    """A source is in doubt."""


class SourceForgotten(ForgetSource, frozen=True, tag="source.forgotten.v1"):
    """Who the source is has been forgotten."""


class SourceUnsealed(UnsealSource, frozen=True, tag="source.unsealed.v1"):
    """Somebody read who a source is, and said why."""


SourceCommand = AddSource | ConfirmSource | DoubtSource | ForgetSource | UnsealSource
SourceEvent = SourceAdded | SourceConfirmed | SourceDoubted | SourceForgotten | SourceUnsealed


def decide(command: SourceCommand, at: Situation) -> list[SourceEvent]:
    known = at.get(("source", command.key))
    if isinstance(command, AddSource):
        return _introduce(command, known if isinstance(known, Source) else None)
    if not isinstance(known, Source):
        raise Unknown("key", "source", command.key)
    match command:
        case ConfirmSource():
            return [fact(SourceConfirmed, command)]
        case DoubtSource():
            return [fact(SourceDoubted, command)]
        case ForgetSource():
            return [] if known.forgotten else [fact(SourceForgotten, command)]
        case UnsealSource() if known.forgotten or not known.sealed:
            raise Invalid("key", "There is no identity to read: none was sealed, or it has been forgotten.")
        case UnsealSource():
            return [fact(SourceUnsealed, command)]
        case _:
            assert_never(command)


def aims(event: SourceEvent) -> set[tuple[str, str]]:
    return set() if isinstance(event, SourceAdded) else {("source", event.key)}


def changes(get: Get, recorded: Recorded, event: SourceEvent) -> Changes:
    ref = ("source", event.key)
    if isinstance(event, SourceAdded):
        return {ref: _source(event, recorded)}
    source = get(ref)
    if not isinstance(source, Source):
        return {}
    match event:
        case SourceConfirmed():
            return {ref: source.but(confirmed=source.confirmed + 1)}
        case SourceDoubted():
            return {ref: source.but(doubted=source.doubted + 1)}
        case SourceForgotten():
            return {ref: forgotten(source)}
        case SourceUnsealed():
            return {}
        case _:
            assert_never(event)


def forgotten(source: Source) -> Source:
    """A source without what leads to the person; what may be published of it, the description, stays."""
    return source.but(forgotten=True, url="", document="", retrieved_at="")


def _introduce(command: AddSource, known: Source | None) -> list[SourceEvent]:
    if command.identity and not isinstance(command.identity, Sealed):
        raise NotSealed("identity")
    if command.identity and command.terms == "on_record":
        raise Invalid(
            "identity", "A source on the record is named in its description: choose other terms, or leave this out."
        )
    if known is None:
        return [fact(SourceAdded, command)]
    if known.description != command.description:
        raise KeyTaken(
            "key",
            "The key “%(key)s” is already another source: “%(description)s”.",
            key=command.key,
            description=known.description,
        )
    return []


def _source(event: SourceAdded, recorded: Recorded) -> Source:
    return Source(
        description=event.description, number=event.number, proximity=event.proximity, terms=event.terms,
        outlet=event.outlet, url=event.url, document=event.document, retrieved_at=event.retrieved_at,
        sealed=isinstance(event.identity, Sealed), learned_at=recorded.learned_at,
    )  # fmt: skip
