"""Pages as people want them: in their language and zone, with the places they may go to."""

import gzip
from pathlib import Path

import pytest
from flask import Flask

from tests.newsroom import ADMIN, ARCHIVIST, EDITOR, READER, note, record
from tests.web.visiting import Visitor
from tracker.bootstrap import Tracker


def masthead(page: str) -> str:
    """The main navigation of a page."""
    return page.partition('<nav aria-label="Main">')[2].partition("</nav>")[0]


def test_the_masthead_names_the_places_that_one_may_enter(app: Flask, harbour: Tracker) -> None:
    for_editor, for_admin = Visitor(app, EDITOR).read("/").markup, Visitor(app, ADMIN).read("/").markup

    assert 'href="/log"' in masthead(for_editor)
    assert 'href="/admin"' not in masthead(for_editor)
    assert 'href="/log"' not in masthead(for_admin)
    assert 'href="/admin"' in masthead(for_admin)


def test_the_place_one_is_at_is_marked(app: Flask) -> None:
    page = Visitor(app, EDITOR).read("/log").markup

    assert 'href="/log" aria-current="page"' in page
    assert 'href="/" aria-current' not in page


def test_times_are_in_the_zone_somebody_chose_with_the_exact_instant_beside(app: Flask, harbour: Tracker) -> None:
    record(harbour, note("early", learned_at="2017-01-05T23:30:00Z"))
    carla = Visitor(app, ARCHIVIST)

    in_utc = carla.read("/stories/harbour").markup
    answer = carla.send(carla.read("/preferences?next=/stories/harbour"), form="/preferences", zone="Asia/Tokyo")
    in_tokyo = carla.read(answer.location)

    assert answer.location == "/stories/harbour"
    assert ">5 Jan 2017, 23:30 UTC</time>" in in_utc
    assert "6 Jan 2017, 08:30" in in_tokyo.words
    assert 'title="2017-01-05T23:30:00.000000Z">' in in_tokyo.markup
    assert in_tokyo.flashes == ["Kept for this browser."]


def test_a_zone_that_is_none_is_refused_beside_its_field(app: Flask) -> None:
    dora = Visitor(app, READER)

    status, page = dora.send_page(dora.read("/preferences"), form="/preferences", zone="Mars/Base")

    assert (status, list(page.errors)) == (422, ["zone"])
    assert page.form("/preferences")["values"]["zone"] == "Mars/Base"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_after_choosing_one_is_led_nowhere_else(app: Flask, elsewhere: str) -> None:
    dora = Visitor(app, READER)

    answer = dora.send(dora.read("/preferences"), form="/preferences", next=elsewhere)

    assert answer.location == "/"


def test_all_scripts_together_weigh_less_than_60_kilobytes_compressed(app: Flask) -> None:
    scripts = list(Path(str(app.static_folder)).glob("*.js"))

    assert 0 < sum(len(gzip.compress(script.read_bytes())) for script in scripts) < 60_000
