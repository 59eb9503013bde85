"""Presence on both databases: renewed, left, and forgotten when it is over."""

from sqlalchemy import Engine

from tracker.accounts.presence import come, go, others, presence
from tracker.db import reading, writing

NINE, LATER, TEN = "2026-01-01T09:00:00.000000Z", "2026-01-01T09:00:50.000000Z", "2026-01-01T10:00:00.000000Z"


def test_somebody_is_there_for_a_minute_after_they_were_last_heard_of(engine: Engine) -> None:
    with writing(engine) as connection:
        come(connection, "harbour", "n1", "ana", NINE)
        come(connection, "harbour", "n1", "ana", LATER)
    with reading(engine) as connection:
        seen = [others(connection, "harbour", "n1", "ben", when) for when in (LATER, "2026-01-01T09:01:40Z", TEN)]

    assert seen == [["ana"], ["ana"], []]


def test_nobody_is_told_of_themselves_or_of_another_place(engine: Engine) -> None:
    with writing(engine) as connection:
        come(connection, "harbour", "n1", "ana", NINE)

        assert others(connection, "harbour", "n1", "ana", NINE) == []
        assert others(connection, "harbour", "n2", "ben", NINE) == []
        assert others(connection, "mill", "n1", "ben", NINE) == []


def test_whoever_leaves_is_gone_and_those_long_gone_are_forgotten(engine: Engine) -> None:
    with writing(engine) as connection:
        come(connection, "harbour", "n1", "ana", NINE)
        come(connection, "harbour", "n1", "ben", NINE)
        go(connection, "harbour", "n1", "ben")
        left = others(connection, "harbour", "n1", "carla", NINE)
        come(connection, "mill", "n1", "dora", TEN)
        kept = connection.execute(presence.select()).mappings().all()

    assert left == ["ana"]
    assert [row["person"] for row in kept] == ["dora"]
