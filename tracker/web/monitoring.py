"""For those who watch over the machine: does it answer, is it ready, how does it fare. Numbers, no word of a story."""

import time
from collections.abc import Iterable, Iterator

from flask import Flask, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tracker import db, instants
from tracker.accounts.gate import needs
from tracker.archive import verifications
from tracker.archive.verifications import Verification
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.eventstore.reading import position
from tracker.eventstore.subscriptions import LATE_SECONDS, lags
from tracker.projections import following
from tracker.web.blueprint import blueprint
from tracker.web.current import tracker
from tracker.web.telling import as_json

# In the words of the index over open messages: with values bound, SQLite would count all that were ever sent.
_OPEN = text("SELECT state, count(*) FROM outbox WHERE state IN ('waiting', 'claimed', 'failed') GROUP BY state")
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


def prepare(app: Flask, watched: Tracker) -> None:
    """Count and time every request of an application, by the route and never by the address."""
    registry = CollectorRegistry()
    registry.register(_Log(watched))
    counted = Counter("tracker_requests", "Requests answered.", ("method", "route", "status"), registry=registry)
    took = Histogram("tracker_request_seconds", "Seconds to answer.", ("route",), registry=registry, buckets=_BUCKETS)
    app.extensions["metrics"] = registry

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        rule = request.url_rule
        route = rule.rule if rule else "none"
        method = request.method if rule and request.method in (rule.methods or ()) else "other"
        counted.labels(method, route, response.status_code).inc()
        took.labels(route).observe(time.perf_counter() - g.began)
        return response


@blueprint.get("/healthz")
@needs("sign_in")
def healthz() -> Response:
    """The process answers."""
    return as_json({"ok": True})


@blueprint.get("/readyz")
@needs("sign_in")
def readyz() -> tuple[Response, int]:
    """Whether to send readers here: the database answers, its schema is this version's, the views keep up."""
    checks = _checks(tracker())
    ready = all(checks.values())
    return as_json({"ready": ready, "checks": checks}), 200 if ready else 503


@blueprint.get("/metrics")
@needs("monitor")
def metrics() -> Response:
    """The figures in the text format of Prometheus."""
    return Response(generate_latest(current_app.extensions["metrics"]), content_type=CONTENT_TYPE_LATEST)


def _checks(watched: Tracker) -> dict[str, bool]:
    checks = {"database": False, "migrations": False, "views": False}
    try:
        current, head = db.schema_version(watched.engine)
        checks |= {"database": True, "migrations": current == head}
        if current == head:
            checks["views"] = _views_keep_up(watched)
    except SQLAlchemyError:
        return checks  # the answer says which
    return checks


def _views_keep_up(watched: Tracker) -> bool:
    with reading(watched.engine) as connection:
        found = {lag.name: lag.seconds for lag in lags(connection, watched.clock())}
        if following.NAME not in found:
            return position(connection) == 0
    return found[following.NAME] <= LATE_SECONDS


class _Log(Collector):
    """The log, its followers and the outbox, read from the database when somebody asks."""

    def __init__(self, watched: Tracker) -> None:
        self._watched = watched

    def describe(self) -> list[Metric]:
        """Nothing is read to register."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Events recorded, each follower's lag, what is still to be delivered, and the last check of the log."""
        with reading(self._watched.engine) as connection:
            end, found = position(connection), lags(connection, self._watched.clock())
            waiting = connection.execute(_OPEN).all()
            checked = verifications.latest(connection, 1)
        yield CounterMetricFamily("tracker_events", "Events recorded since the log began.", value=end)
        events = GaugeMetricFamily("tracker_lag_events", "Events a follower has still to handle.", labels=["follower"])
        seconds = GaugeMetricFamily(
            "tracker_lag_seconds", "For how long the next of them has waited.", labels=["follower"]
        )
        for lag in found:
            events.add_metric([lag.name], lag.events)
            seconds.add_metric([lag.name], lag.seconds)
        messages = GaugeMetricFamily("tracker_messages", "Messages not delivered yet.", labels=["state"])
        for state, count in waiting:
            messages.add_metric([state], count)
        yield from (events, seconds, messages, *_verified(checked))


def _verified(checked: Iterable[Verification]) -> Iterator[Metric]:
    """When the log was last checked and what came of it; nothing where it never was."""
    for last in checked:
        at = instants.moment(last.at).timestamp()
        yield GaugeMetricFamily("tracker_verified_timestamp_seconds", "When the log was last checked.", value=at)
        yield GaugeMetricFamily("tracker_verified_well", "1: it was as written; 0: it was not.", value=last.well)
        yield GaugeMetricFamily("tracker_verified_events", "Events that were checked.", value=last.events)
