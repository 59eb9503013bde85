"""Showing a story: what the server needs for its page and for its JSON, asked for by an editor who is signed in.

The page is measured as it is seen again and again, as it is first seen after each change, and as the first to ask a
server sees it; a long story against a short one, and how large its page is as it is sent, compressed.
"""

import gzip
import itertools
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from flask.testing import FlaskClient

from benchmarks import histories, unfolding
from benchmarks.floor import Floor, floor_on
from benchmarks.measuring import Measure, Seconds, Unit, timed, typical
from benchmarks.places import Place, tracker_at
from benchmarks.sizes import Sizes
from tracker.accounts import people, sessions
from tracker.bootstrap import Tracker
from tracker.db import writing
from tracker.sample import demonstration
from tracker.wsgi import create_app

FLOOR_IS = "a raw SELECT of the same rows"

LIMITS = "; limits: 60 ms, 1.3 times"

Page = Callable[[int], str]
"""The address of a page in the story with so many developments."""

_FORMS = {"page": "", "JSON": ".json", "page as it was known": "?known_at=2024-09-01"}


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measures of showing, with the stories to show."""
    url = place.fresh()
    with tracker_at(url) as tracker, floor_on(url) as floor:
        demonstration.load(tracker)
        stories = {"the sample story": (demonstration.STORY, sizes.visits)}
        for developments in sizes.stories:
            slug = _slug(developments)
            histories.record(tracker, unfolding.story(slug, developments))
            visits = sizes.visits if developments <= 200 else 1
            stories[f"a story of {developments:,} developments"] = (slug, visits)
        tracker.catch_up()
        browser = signed_in(tracker)
        yield [
            _shown(place.name, f"{form} of {named}", browser, f"/stories/{slug}{ending}", floor, slug, visits)
            for form, ending in _FORMS.items()
            for named, (slug, visits) in stories.items()
        ] + _longest_beside_shortest(place.name, tracker, browser, sizes)


def _longest_beside_shortest(database: str, tracker: Tracker, browser: FlaskClient, sizes: Sizes) -> list[Measure]:
    """The page of the longest story, of a claim in it, and its feed, against the same of the shortest."""
    shortest, longest = min(sizes.stories), max(sizes.stories)
    numbers = itertools.count()

    def seen(page: Page, developments: int) -> Seconds:
        return typical(lambda: _visit(browser, page(developments)), sizes.visits)

    def changed(page: Page, developments: int) -> Seconds:
        return statistics.median(visit_after_change(page, developments) for _ in range(sizes.visits))

    def visit_after_change(page: Page, developments: int) -> Seconds:
        histories.record(tracker, [histories.note(_slug(developments), f"later-{next(numbers)}")])
        tracker.catch_up()
        return timed(lambda: _visit(browser, page(developments)))

    def first(page: Page, developments: int) -> Seconds:
        return typical(lambda: _visit_as_the_first(browser, page(developments)), sizes.visits)

    def size(page: Page, developments: int) -> float:
        return len(gzip.compress(browser.get(page(developments)).data))

    asked: list[tuple[str, Unit, Callable[[Page, int], float]]] = [
        ("seen again", "ms", seen), ("first seen after a change", "ms", changed),
        ("first seen on a server", "ms", first), ("compressed", "kB", size),
    ]  # fmt: skip
    floor_is = f"ours, a story of {shortest:,} developments"
    return [
        Measure(
            f"{what} of {longest:,} developments, {named}", database, unit,
            partial(ask, page, longest), partial(ask, page, shortest),
            f"{floor_is}{LIMITS if ask in {seen, changed} else ''}",
        )
        for what, page in _PAGES.items()
        for named, unit, ask in asked
    ]  # fmt: skip


def _story(developments: int) -> str:
    return f"/stories/{_slug(developments)}"


def _claim(developments: int) -> str:
    """A claim half-way through the story; it was denied."""
    return f"{_story(developments)}/developments/k{unfolding.claim_before(developments // 2)}"


def _feed(developments: int) -> str:
    return f"{_story(developments)}/feed.atom"


_PAGES = {"page of a story": _story, "page of a claim in a story": _claim, "feed of a story": _feed}


def _slug(developments: int) -> str:
    return f"story-of-{developments}"


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


def _visit_as_the_first(browser: FlaskClient, address: str) -> None:
    browser.application.extensions.pop("overviews", None)
    _visit(browser, address)


def _visit(browser: FlaskClient, address: str) -> None:
    answer = browser.get(address)
    if answer.status_code != 200:
        raise AssertionError(f"{address}: {answer.status}")
