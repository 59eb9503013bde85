"""Reading a detail that was sealed: who reads it and why is on record before anything is shown."""

import uuid

from sqlalchemy import Engine

from tracker.db import reading
from tracker.eventstore.sealing import Ciphertext, KeyDestroyed, Sealer
from tracker.handling import Handling, RefusedIn
from tracker.intake import fingerprint_of
from tracker.projections.entries import fetch
from tracker.stories.editorial import UnsealDetail
from tracker.stories.entries import Development
from tracker.stories.fields import Sealed
from tracker.stories.requests import Request


class NothingSealed(LookupError):
    """No such detail was sealed, or it has been redacted and its key destroyed."""


def detail(
    engine: Engine, handling: Handling, sealer: Sealer, slug: str, key: str, name: str, reason: str, by: str
) -> str:
    """What a sealed detail says, after it was recorded who asks and why. Raises NothingSealed, recording nothing."""
    asked = {"type": "detail.unsealed", "story": slug, "target": key, "detail": name, "reason": reason}
    request = Request(
        command=UnsealDetail(target=key, detail=name, reason=reason), stream=f"story/{slug}", id=str(uuid.uuid4()),
        fingerprint=fingerprint_of(asked),
    )  # fmt: skip
    try:
        handling.handle([request], by)
    except RefusedIn as error:
        raise NothingSealed(name) from error
    where = (f"story/{slug}", "development", key)
    with reading(engine) as connection:
        entry = fetch(connection, [where]).get(where)
        sealed = entry.event.sealed.get(name) if isinstance(entry, Development) else None
        if not isinstance(sealed, Sealed):
            raise NothingSealed(name)
        try:
            return sealer.unseal(connection, Ciphertext(sealed.key, sealed.nonce, sealed.ciphertext))
        except KeyDestroyed as error:
            raise NothingSealed(name) from error
