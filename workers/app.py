"""The Celery application: late acknowledgement, no results, no retries of its own; the checkpoint is the guarantee."""

import logging
import os
from functools import cache

from celery import Celery
from celery.schedules import crontab
from celery.signals import after_setup_logger, after_setup_task_logger, worker_process_shutdown, worker_shutdown

from tracker import bootstrap, log_lines
from tracker.bootstrap import Tracker
from tracker.config import Settings

SWEEP_EVERY_SECONDS = 5.0
WITNESS_EVERY_SECONDS = 60.0

_settings = Settings.from_environment(os.environ)

app = Celery("workers", broker=_settings.redis_url or None, include=["workers.tasks", "workers.wake_ups"])
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=False,  # the timetable repairs a lost wake-up; a poisoned one must not loop
    task_ignore_result=True,
    task_soft_time_limit=60,
    task_time_limit=90,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 300, "socket_keepalive": True, "health_check_interval": 10},
    timezone="UTC",
    beat_schedule={
        "catch-up": {"task": "workers.tasks.catch_up", "schedule": SWEEP_EVERY_SECONDS, "options": {"expires": 30}},
        "witness": {"task": "workers.tasks.witness", "schedule": WITNESS_EVERY_SECONDS, "options": {"expires": 50}},
        "verify": {"task": "workers.tasks.verify", "schedule": crontab(minute="17"), "options": {"expires": 3000}},
        "deliver": {"task": "workers.tasks.deliver", "schedule": SWEEP_EVERY_SECONDS, "options": {"expires": 30}},
    },
)


@after_setup_logger.connect  # type: ignore[untyped-decorator]  # Celery carries no types
@after_setup_task_logger.connect  # type: ignore[untyped-decorator]
def write_lines(logger: logging.Logger, **_: object) -> None:
    """What a worker notes of its work is written as the web writes it."""
    log_lines.restyle(logger)


@cache
def tracker() -> Tracker:
    """The tracker of this process, started when first asked for: connections do not survive a fork."""
    return bootstrap.start(_settings)


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
@worker_shutdown.connect  # type: ignore[untyped-decorator]
def finish(**_: object) -> None:
    """A process that is told to stop finishes what it is sending."""
    if tracker.cache_info().currsize:
        tracker().courier.stop()
