"""The tasks: each wakes one thing up, which then catches up from its checkpoint."""

from workers.app import app, tracker


@app.task  # type: ignore[untyped-decorator]  # Celery carries no types
def catch_up() -> None:
    """Every follower, up to the end of the log."""
    tracker().catch_up()


@app.task  # type: ignore[untyped-decorator]
def deliver() -> None:
    """What is due in the outbox; each message is held by its lease, whatever becomes of this task."""
    tracker().courier.wake()


@app.task(acks_late=False, soft_time_limit=None, time_limit=6 * 60 * 60)  # type: ignore[untyped-decorator]
def verify() -> None:
    """The whole log, if it was not checked last night; taken once, for it may take longer than the broker waits."""
    tracker().verify_nightly()


@app.task  # type: ignore[untyped-decorator]
def witness() -> None:
    """The log's checkpoint to every witness whose turn it is."""
    tracker().witness()
