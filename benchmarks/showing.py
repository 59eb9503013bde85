"""Showing a story: what the server needs for its page and for its JSON, asked for by an editor who is signed in.

The page is measured as it is seen again and again, and as it is first seen after a change, when its outline is read
anew; a long story against a short one, and how large its page is as it is sent, compressed.
"""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager

from flask.testing import FlaskClient

from benchmarks import histories, unfolding
from benchmarks.floor import Floor, floor_on
from benchmarks.measuring import Measure, Seconds, typical
from benchmarks.places import Place, tracker_at
from benchmarks.sizes import Sizes
from tracker.accounts import people, sessions
from tracker.bootstrap import Tracker
from tracker.db import writing
from tracker.sample import demonstration
from tracker.wsgi import create_app

FLOOR_IS = "a raw SELECT of the same rows"

_FORMS = {"page": "", "JSON": ".json"}


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measures of showing, with the stories to show."""
    url = place.fresh()
    with tracker_at(url) as tracker, floor_on(url) as floor:
        demonstration.load(tracker)
        stories = {"the sample story": (demonstration.STORY, sizes.visits)}
        for developments in sizes.stories:
            slug = f"story-of-{developments}"
            histories.record(tracker, unfolding.story(slug, developments))
            visits = sizes.visits if developments <= 200 else 1
            stories[f"a story of {developments:,} developments"] = (slug, visits)
        tracker.catch_up()
        browser = signed_in(tracker)
        yield [
            _shown(place.name, f"{form} of {named}", browser, f"/stories/{slug}{ending}", floor, slug, visits)
            for form, ending in _FORMS.items()
            for named, (slug, visits) in stories.items()
        ] + _longest_beside_shortest(place.name, browser, sizes)


def _longest_beside_shortest(database: str, browser: FlaskClient, sizes: Sizes) -> list[Measure]:
    """The page of the longest story against that of the shortest."""
    shortest, longest = (f"/stories/story-of-{number}" for number in (min(sizes.stories), max(sizes.stories)))
    floor_is = f"ours, a story of {min(sizes.stories):,} developments"
    named = f"of a story of {max(sizes.stories):,} developments"

    def seen(address: str) -> Seconds:
        return typical(lambda: _visit(browser, address), sizes.visits)

    def first_seen(address: str) -> Seconds:
        return typical(lambda: _visit_anew(browser, address), sizes.visits)

    def size(address: str) -> float:
        return len(gzip.compress(browser.get(address).data))

    return [
        Measure(f"page {named}", database, "ms", lambda: seen(longest), lambda: seen(shortest), floor_is),
        Measure(
            f"page {named}, first seen after a change", database, "ms", lambda: first_seen(longest),
            lambda: first_seen(shortest), floor_is,
        ),
        Measure(f"page {named}, compressed", database, "kB", lambda: size(longest), lambda: size(shortest), floor_is),
    ]  # fmt: skip


def signed_in(tracker: Tracker) -> FlaskClient:
    """A browser in which an editor is signed in."""
    with writing(tracker.engine) as connection:
        people.add_person(connection, "ana", people.Role.EDITOR, "a long password", now=tracker.clock())
        token = sessions.open_session(connection, "ana", tracker.clock())
    app = create_app(tracker)
    browser = app.test_client()
    browser.set_cookie(app.config["SIGNED_IN_COOKIE"], token)
    return browser


def _shown(
    database: str, what: str, browser: FlaskClient, address: str, floor: Floor, slug: str, visits: int
) -> Measure:
    def ours() -> Seconds:
        return typical(lambda: _visit(browser, address), visits)

    def raw() -> Seconds:
        return typical(lambda: floor.entries(f"story/{slug}"), 4 * visits + 1)

    return Measure(what, database, "ms", ours, raw, FLOOR_IS)


def _visit_anew(browser: FlaskClient, address: str) -> None:
    browser.application.extensions.pop("overviews", None)
    _visit(browser, address)


def _visit(browser: FlaskClient, address: str) -> None:
    answer = browser.get(address)
    if answer.status_code != 200:
        raise AssertionError(f"{address}: {answer.status}")
