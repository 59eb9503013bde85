"""Every language the pages are offered in is whole: nothing left out, nothing stale, every word of the vocabulary."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest
from flask import Flask

from docs.write_translations import as_mo, as_po, catalogues, read, untranslated, updated
from tests.newsroom import EDITOR, note, record
from tests.web.visiting import Visitor
from tracker.bootstrap import Tracker
from tracker.stories.catalogue import event_types
from tracker.stories.date_words import plain
from tracker.stories.shaping import types_of
from tracker.web import vocabulary
from tracker.web.dates_said import in_words
from tracker.web.languages import LANGUAGES
from tracker.web.questions import FIRST

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


def test_every_language_but_the_first_has_its_catalogue() -> None:
    assert {language for language, _ in catalogues()} == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize(("language", "path"), list(catalogues()))
def test_a_catalogue_is_whole_and_of_today(language: str, path: Path) -> None:
    today = updated(language, path)

    assert [message.id for message in untranslated(today)] == []
    assert path.read_bytes() == as_po(today), "run python -m docs.write_translations"
    assert path.with_suffix(".mo").read_bytes() == as_mo(today), "run python -m docs.write_translations"


@pytest.mark.parametrize(("language", "path"), list(catalogues()))
def test_a_translation_fills_in_what_the_message_does(language: str, path: Path) -> None:
    for message in read(language, path):
        said = [message.string] if isinstance(message.string, str) else list(message.string)
        asked = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = {hole for each in asked for hole in _PLACEHOLDER.findall(each)}
        if message.id:
            assert {hole for each in said for hole in _PLACEHOLDER.findall(each)} == wanted, message.id


def test_every_word_that_a_form_lets_choose_is_in_the_vocabulary() -> None:
    known = {*vocabulary.STANDINGS, *vocabulary.CHOICES}

    for name in FIRST:
        for kind in types_of(event_types()[name].command).values():
            assert {word.replace("_", " ") for word in _choices(kind)} <= known, name
        assert name.replace(".", " ").replace("_", " ") in vocabulary.TYPES


def _choices(kind: Any) -> Iterator[str]:
    if get_origin(kind) is Literal:
        yield from (str(choice) for choice in get_args(kind))
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        for inner in types_of(kind).values():
            yield from _choices(inner)
    else:
        for inner in get_args(kind):
            yield from _choices(inner)


def test_the_language_is_that_of_the_browser_until_somebody_chooses(app: Flask, harbour: Tracker) -> None:
    ana = Visitor(app, EDITOR)

    asked = ana.get("/help", headers={"Accept-Language": "de-AT,de;q=0.9"}).text
    unknown = ana.get("/help", headers={"Accept-Language": "fi"}).text
    ana.send(ana.read("/help"), form="/language", language="de", next="/help")
    chosen = ana.read("/help")
    ana.send(chosen, form="/language", language="xx")

    assert '<html lang="de">' in asked
    assert "<h1>Hilfe</h1>" in asked
    assert '<html lang="en">' in unknown
    assert '<html lang="de">' in chosen.markup
    assert '<html lang="en">' in ana.read("/help").markup


def test_what_was_refused_and_what_was_logged_is_said_in_german(app: Flask, harbour: Tracker) -> None:
    ana = Visitor(app, EDITOR)
    ana.client.set_cookie("tracker_language", "de")

    status, refused = ana.send_page(ana.read("/stories/harbour/log?type=meeting.revealed"), occurred="neulich")
    logged = ana.send(ana.read("/stories/harbour/log"), text="Etwas", source="Jemand")

    assert status == 422
    assert "Noch nicht erfasst." in refused.words
    assert "lässt sich nicht als Datum lesen" in refused.errors["occurred"]
    assert ana.read(logged.location).flashes == ["Erfasst: Notiz. Ansehen"]


@pytest.mark.parametrize(
    ("edtf", "german"),
    [
        ("2016-09-08", "8. September 2016"), ("2016-09", "September 2016"), ("2016", "2016"),
        ("2016-21", "Frühling 2016"), ("2016-07-18/2016-07-21", "18. Juli 2016 bis 21. Juli 2016"),
        ("2016~", "etwa 2016"),
        ("2016-09?", "September 2016 (unsicher)"), ("2016-09-08/..", "seit 8. September 2016"),
        ("201X", "2010er-Jahre"),
        ("[2016-07-18..2016-07-21]", "zwischen 18. Juli 2016 und 21. Juli 2016"), ("[2015,2016]", "2015 oder 2016"),
        ("2016-09-XX", "an einem Tag im September 2016"), ("-0044", "45 BC"),
    ],
)  # fmt: skip
def test_dates_are_said_in_the_language_of_the_page_and_words_stay_as_said(app: Flask, edtf: str, german: str) -> None:
    with app.test_request_context(headers={"Cookie": "tracker_language=de"}):
        assert in_words({"edtf": edtf}) == german
        assert in_words({"edtf": edtf, "as_said": "the other day"}) == "the other day"
    with app.test_request_context():
        assert in_words({"edtf": edtf}) == plain(edtf)


def test_a_chart_is_drawn_for_each_language(app: Flask, harbour: Tracker) -> None:
    record(harbour, note("n2", occurred="2017-03-02"), note("n3", occurred="2017-05-30"))
    ana = Visitor(app, EDITOR)

    english = ana.read("/stories/harbour").words
    ana.client.set_cookie("tracker_language", "de")
    german = ana.read("/stories/harbour").words

    assert "May" in english
    assert "Mai" in german
    assert "May" not in german
