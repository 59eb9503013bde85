"""The one table of events: what stands in it, and the schemas that are made of it."""

from typing import get_args

import orjson
import pytest
from jsonschema import Draft202012Validator

from tests.stories.given import a_development, given
from tracker.stories import codec, schema, upcasts
from tracker.stories.catalogue import Command, Event, by_wire, command_of, event_types
from tracker.stories.development_types import AnyDevelopment, by_name
from tracker.stories.fields import DevelopmentFields, Fields
from tracker.stories.happenings import NoteLogged
from tracker.stories.type_names import wire_type

DEVELOPMENTS = {
    "meeting.revealed", "action.announced", "action.taken", "event.planned", "note.logged",
    "statement.made", "testimony.given", "comment.declined",
    "claim.asserted", "claim.denied", "claim.confirmed", "claim.qualified", "claim.withdrawn",
    "contradiction.identified", "contradiction.explained",
    "demand.made", "demand.joined", "demand.withdrawn", "demand.answered", "position.taken",
}  # fmt: skip
OTHERS = {
    "story.opened", "story.retitled", "story.synopsis_revised", "story.linked", "story.rested", "story.revived",
    "story.closed",
    "actor.added", "actor.alias_added", "actor.role_taken", "actor.role_left", "actor.spokesperson_named",
    "source.added", "source.confirmed", "source.doubted", "source.forgotten",
    "source.unsealed",
    "event.changed", "event.took_place", "event.cancelled",
    "contradiction.resolved", "contradiction.dropped",
    "demand.met", "demand.overtaken", "question.raised", "question.answered", "question.dropped",
    "development.corrected", "development.retracted", "development.retraction_reversed", "development.reclassified",
    "occurrence.date_refined", "verification.changed", "embargo.set", "embargo.lifted", "development.withheld",
    "development.released", "detail.redacted", "detail.unsealed", "developments.linked",
}  # fmt: skip


def test_the_table_holds_every_type_of_event_and_no_other():
    assert event_types().keys() == DEVELOPMENTS | OTHERS


def test_developments_are_the_events_that_can_be_denied_corrected_and_retracted():
    assert {name for name, row in event_types().items() if row.is_development} == DEVELOPMENTS
    assert by_name().keys() == DEVELOPMENTS
    assert all(issubclass(kind, DevelopmentFields) for kind in get_args(AnyDevelopment))


def test_every_event_is_asked_for_by_one_command_and_every_command_asks_for_one_event():
    commands = [row.command for row in event_types().values()]

    assert len(set(commands)) == len(commands)
    assert set(commands) == set(get_args(Command))
    assert {row.event for row in event_types().values()} == set(get_args(Event))


def test_an_event_says_at_least_what_its_command_asked():
    nested = {"claims", "denials", "demands", "positions"}

    for row in event_types().values():
        assert set(row.command.__struct_fields__) - nested <= set(row.event.__struct_fields__), row.name


@pytest.mark.parametrize("name", sorted(DEVELOPMENTS | OTHERS))
def test_a_wire_type_is_its_name_with_a_version(name):
    row = event_types()[name]

    assert row.wire == f"{name}.v1" == wire_type(row.event)
    assert by_wire()[row.wire] is row
    assert command_of(row.event) is row.command


@pytest.mark.parametrize("name", sorted(DEVELOPMENTS | OTHERS))
def test_an_event_and_its_command_say_in_one_sentence_what_they_are(name):
    row = event_types()[name]

    for kind in (row.event, row.command):
        assert (kind.__doc__ or "").strip().endswith(".")


def test_the_schemas_are_schemas():
    for document in (schema.event_schemas(), schema.record_schemas()):
        Draft202012Validator.check_schema(document)


def test_a_schema_stands_for_every_type():
    assert schema.event_schemas()["properties"].keys() == by_wire().keys()
    assert schema.record_schemas()["properties"].keys() == event_types().keys()


def test_what_is_stored_is_valid_by_the_published_schema():
    newsroom = given(
        a_development(
            "statement.made", key="s1", speaker={"description": "an official"}, occurred="2016-09", made_public=None,
            claims=[{"text": "It rained"}], place={"name": "Port", "latitude": "51.95", "longitude": "4.1"},
        )
    )  # fmt: skip
    validator = Draft202012Validator(schema.event_schemas())

    for recorded in newsroom.log:
        wire, body = codec.encode(recorded.event)
        stored = {"type": wire} | orjson.loads(body)
        validator.validate({wire: stored})


def test_what_breaks_the_schema_is_told():
    validator = Draft202012Validator(schema.record_schemas())

    assert validator.is_valid({"note.logged": {"text": "x", "urgency": 3}})
    assert not validator.is_valid({"note.logged": {"text": "x", "urgency": 10}})
    assert not validator.is_valid({"note.logged": {"text": "x", "key": "not a key"}})


def test_an_event_of_a_type_this_version_does_not_know_stops_the_reading():
    with pytest.raises(codec.UnknownEventType, match=r"rumour\.spread\.v1"):
        codec.decode("rumour.spread.v1", "{}")


def test_an_event_of_an_earlier_version_is_brought_to_today_s_form_step_by_step():
    steps = {
        "jotting.made.v1": lambda old: ("jotting.made.v2", {"words": old["body"]}),
        "jotting.made.v2": lambda old: ("note.logged.v1", {"text": old["words"], "unsourced": "of old"}),
    }

    event = codec.decode("jotting.made.v1", '{"body":"seen"}', steps)

    assert event == NoteLogged(text="seen", unsourced="of old")


def test_upcasts_lead_from_types_that_are_no_longer_written():
    assert not upcasts.UPCASTS.keys() & by_wire().keys()


def test_no_two_events_share_their_wire_type():
    def all_kinds(kind: type[Fields]) -> set[type[Fields]]:
        return {kind}.union(*(all_kinds(inner) for inner in kind.__subclasses__()))

    tagged = [wire_type(kind) for kind in all_kinds(Fields) if kind.__struct_config__.tag]

    assert sorted(tagged) == sorted(by_wire())
