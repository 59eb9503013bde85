"""Showing a story: what the server needs for its page and for its JSON, asked for by an editor who is signed in."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask.testing import FlaskClient

from benchmarks import histories
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
            histories.record(tracker, histories.story_of_developments(slug, developments))
            visits = sizes.visits if developments <= 200 else 1
            stories[f"a story of {developments:,} developments"] = (slug, visits)
        tracker.catch_up()
        browser = signed_in(tracker)
        yield [
            _shown(place.name, f"{form} of {named}", browser, f"/stories/{slug}{ending}", floor, slug, visits)
            for form, ending in _FORMS.items()
            for named, (slug, visits) in stories.items()
        ]


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


def _visit(browser: FlaskClient, address: str) -> None:
    answer = browser.get(address)
    if answer.status_code != 200:
        raise AssertionError(f"{address}: {answer.status}")
