"""What is heard on Redis becomes a task: the web tells that the log has moved, a worker starts a round."""

import logging
import threading
from typing import Any

import redis
from celery.signals import worker_ready, worker_shutdown

from tracker.bootstrap import WAKE_CHANNEL
from workers.app import app
from workers.tasks import catch_up

_log = logging.getLogger(__name__)
_stopping = threading.Event()


@worker_ready.connect  # type: ignore[untyped-decorator]  # Celery carries no types
def listen_in_background(**_: object) -> None:
    """Begin to listen once the worker takes tasks."""
    threading.Thread(target=_listen, name="wake-ups", daemon=True).start()


@worker_shutdown.connect  # type: ignore[untyped-decorator]
def stop(**_: object) -> None:
    """Stop listening."""
    _stopping.set()


def _listen() -> None:
    """Until stopped, one round for each burst of messages; what is missed meanwhile the timetable makes good."""
    while not _stopping.is_set():
        try:
            _listen_once()
        except redis.RedisError as error:
            _log.warning("Redis does not answer (%s); the timetable goes on.", error)
            _stopping.wait(1)


def _listen_once() -> None:
    broker: Any = redis.Redis.from_url(str(app.conf.broker_url))
    with broker.pubsub(ignore_subscribe_messages=True) as heard:
        heard.subscribe(WAKE_CHANNEL)
        while not _stopping.is_set():
            if heard.get_message(timeout=1.0) is None:
                continue
            while heard.get_message(timeout=0) is not None:
                pass
            catch_up.apply_async(expires=30)
