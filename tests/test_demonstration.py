"""The demo shows from its first minute what is new since somebody looked, and what they are told of."""

from sqlalchemy import select

from tests.newsroom import REPORTER, look
from tracker.accounts.people import Role
from tracker.alerts.tables import alerted, outbox
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.projections.read_positions import readings
from tracker.sample import demonstration


def test_the_reporter_has_news_and_alerts_waiting(tracker: Tracker) -> None:
    roles = demonstration.fill(tracker)
    tracker.catch_up()

    assert roles.keys() == set(Role)
    with reading(tracker.engine) as connection:
        read = readings(connection, REPORTER.name, [demonstration.STORY])[demonstration.STORY]
        told = connection.execute(select(alerted.c.development).join(outbox, alerted.c.delivery == outbox.c.id)).all()
    assert 0 < read.position < tracker.store.position()
    assert {"oath-contradicted", "resign"} <= {row.development for row in told}


def test_the_story_is_the_same_however_it_was_loaded(tracker: Tracker, sqlite_database: str) -> None:
    demonstration.load(tracker)
    whole = look(tracker, demonstration.STORY)

    demonstration.fill(tracker)

    assert look(tracker, demonstration.STORY) == whole


def test_the_invented_story_unfolds(tracker: Tracker) -> None:
    demonstration.fill(tracker)

    def standing(day: str) -> list[str]:
        told = look(tracker, demonstration.INVENTED, known_at=day)
        claims = {claim["key"]: claim["standing"][-1] for claim in told["claims"]}
        demands = {demand["key"]: demand["status"] for demand in told["demands"]}
        return [claims.get("no-earlier-sign", "-"), claims.get("first-on-monday", "-"), demands.get("holm-resign", "-")]

    assert standing("2025-09-01") == ["-", "-", "-"]
    assert standing("2025-09-03") == ["asserted", "asserted", "-"]
    assert standing("2025-09-09") == ["contradicted", "contradicted", "open"]
    assert standing("2025-09-16") == ["withdrawn", "contradicted", "met"]
