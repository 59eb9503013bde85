"""Each person's zone and quiet hours, as they keep them."""

from sqlalchemy import Connection, select

from tracker.alerts.tables import hours
from tracker.db import upsert


def kept(connection: Connection, person: str) -> dict[str, str]:
    """Somebody's `zone` ("": the newsroom's), `quiet_from` and `quiet_until` (HH:MM; "": no quiet hours)."""
    row = connection.execute(select(hours).where(hours.c.person == person)).one_or_none()
    return {name: getattr(row, name, "") for name in ("zone", "quiet_from", "quiet_until")}


def keep(connection: Connection, person: str, zone: str, quiet_from: str, quiet_until: str) -> None:
    """Keep somebody's hours."""
    upsert(connection, hours, [{"person": person, "zone": zone, "quiet_from": quiet_from, "quiet_until": quiet_until}])
