"""Whom a development names, and as what: speaker, demander, addressee, participant."""

from typing import NamedTuple

from tracker.stories.fields import DevelopmentFields
from tracker.stories.references import named
from tracker.stories.type_names import wire_name

_BY_FIELD = {
    "speaker": "speaker", "claimant": "claimant", "relayed_by": "relayer", "as_put_by": "relayer",
    "according_to": "relayer", "revealed_by": "relayer", "identified_by": "finder", "addressee": "addressee",
    "asked_by": "asker", "on_behalf_of": "represented", "except": "excepted",
}  # fmt: skip
_BY_TYPE = {
    "claim.denied": "denier", "claim.confirmed": "confirmer", "claim.qualified": "qualifier",
    "claim.withdrawn": "withdrawer", "contradiction.explained": "explainer", "demand.withdrawn": "withdrawer",
    "demand.answered": "answerer", "action.announced": "doer", "action.taken": "doer",
    "comment.declined": "decliner", "position.taken": "holder",
}  # fmt: skip
_BY_LIST = {"participants": "participant", "demanders": "demander", "purpose": "relayer"}


class Mention(NamedTuple):
    """An actor's key, and as what the actor is named."""

    actor: str
    role: str


def mentions_of(event: DevelopmentFields) -> frozenset[Mention]:
    """Every actor that a development names, once for each role it has there; `named` where a field says no role."""
    return frozenset(
        Mention(found.key, _role(event, found.path.split("."))) for found in named(event) if found.names == "actor"
    )


def _role(event: DevelopmentFields, path: list[str]) -> str:
    field = next(part for part in reversed(path) if not part.isdigit())
    if field in _BY_FIELD:
        return _BY_FIELD[field]
    return _BY_LIST.get(path[0]) or _BY_TYPE.get(wire_name(event), "named")
