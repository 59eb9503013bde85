"""What somebody typed or sent is read field by field, or refused field by field."""

import uuid
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from tests.stories.given import NOW, STORY, UTC, Newsroom, a, a_development, given, note, unreadable
from tracker import intake
from tracker.stories import actors, claims, happenings, pressure, sources
from tracker.stories.errors import Invalid, KeyTaken, Missing
from tracker.stories.fields import Demander, Described, Participant, Place, Quote
from tracker.stories.inline import slug_of
from tracker.stories.requests import Request

ID = "018f0000-0000-7000-8000-0123456789ab"
NASTY = [
    "<script>alert(1)</script>", "'; DROP TABLE events; --", "{{ 7 * 7 }}", "../../etc/passwd", "%s %(x)s {0}",
    "\u202egnikaerb", "a\u0300\u0301", "👩‍👩‍👧 🏳️‍🌈", "\ufeffmarked",
    "line\r\nbreak\ttab", "first\u2028second\u2029", "\x7f\x1b[31m", "\ue000\uffff",
    "\\u0000 \\x00", "=1+1", "NULL", "ﷺ", "\U0010ffff",
]  # fmt: skip


def read(record: Any, **more: Any) -> list[Request]:
    return intake.read(record, **{"zone": UTC, "now": NOW, "story": STORY} | more)


def command(record: Any) -> Any:
    (request,) = read(record)
    return request.command


def test_a_record_becomes_a_command_for_its_story():
    (request,) = read(a("note.logged", story="canal", text="Seen", unsourced="from the desk", id=ID))

    assert request.command == happenings.LogNote(text="Seen", unsourced="from the desk")
    assert (request.stream, request.id, request.introduces, request.learned_at) == ("story/canal", ID, (), None)


def test_a_record_that_names_no_story_goes_where_it_was_typed():
    (request,) = read(note("n1"), story="canal")

    assert request.stream == "story/canal"


@pytest.mark.parametrize(
    ("record", "stream"),
    [
        (a("actor.added", key="hale", name="Hale", kind="person"), "actor/hale"),
        (a("actor.alias_added", actor="hale", alias="J."), "actor/hale"),
        (a("source.doubted", source="wire"), "source/wire"),
        (a("source.doubted", key="wire"), "source/wire"),
    ],
)
def test_actors_and_sources_have_streams_of_their_own(record, stream):
    (request,) = read(record)

    assert request.stream == stream
    assert request.command.key == stream.partition("/")[2]


def test_a_command_without_an_id_gets_one_of_its_own():
    first, second = read(note("n1")), read(note("n1"))

    assert uuid.UUID(first[0].id) != uuid.UUID(second[0].id)


def test_an_id_is_known_in_every_way_of_writing_it():
    (request,) = read(note("n1", id=ID.upper()))

    assert request.id == ID


@pytest.mark.parametrize(
    ("record", "faults"),
    [
        ("a text", {"": "object"}),
        (None, {"": "object"}),
        ([], {"": "object"}),
        ({}, {"type": "note.logged"}),
        ({"type": ""}, {"type": "note.logged"}),
        ({"type": "rumour.spread"}, {"type": "rumour.spread"}),
        ({"type": ["note.logged"]}, {"type": "not a type"}),
        ({"type": "note.logged.v1"}, {"type": "not a type"}),
        (note("n1", id="42"), {"id": "UUID"}),
        (note("n1", id=42), {"id": "UUID"}),
        (note("n1", story="two words"), {"story": "not a valid key"}),
        (note("n1", story=["canal"]), {"story": "not a valid key"}),
        (note("n1", story="canal\n"), {"story": "not a valid key"}),
        (note("n1", story="../canal"), {"story": "not a valid key"}),
        (a("actor.alias_added", alias="J."), {"actor": "needed", "key": "needed"}),
        (note("two words"), {"key": "not a valid key"}),
        (note("n1\n"), {"key": "not a valid key"}),
        (note("-n1"), {"key": "not a valid key"}),
        (note("n" * 121), {"key": "not a valid key"}),
        (note("n1", learned="2017"), {"learned": "learned_at"}),
        (note("n1", learned_at="last week"), {"learned_at": "last week"}),
        (note("n1", learned_at=2017), {"learned_at": "date"}),
        (note("n1", occurred="2017-02-30"), {"occurred": "2017-02"}),
        (note("n1", occurred={"edtf": "2017", "basis": "guessed"}), {"occurred": "guessed"}),
        (note("n1", occurred=2017), {"occurred": "Expected"}),
        (note("n1", embargo="soon"), {"embargo": "soon"}),
        (note("n1", embargo="2017-03-01T08:00:00"), {"embargo": "2017-03-01T08:00:00"}),
        (note("n1", text=""), {"text": "needed"}),
        (note("n1", text=None), {"text": "needed"}),
        (note("n1", text=5), {"text": "str"}),
        (note("n1", text=["a"]), {"text": "str"}),
        (note("n1", headline="x" * 501), {"headline": "500"}),
        (note("n1", text="x" * 20_001), {"text": "20000"}),
        (note("n1", urgency=0), {"urgency": "1"}),
        (note("n1", urgency="3"), {"urgency": "int"}),
        (note("n1", urgency=True), {"urgency": "int"}),
        (note("n1", visibility="secret"), {"visibility": "desk, newsroom, public"}),
        (note("n1", place={"name": "Port", "latitude": "far"}), {"place.latitude": "valid"}),
        (note("n1", place={"name": "Port", "latitude": "51.9\n"}), {"place.latitude": "valid"}),
        (note("n1", place={"name": "Port", "country": "nl"}), {"place.country": "valid"}),
        (note("n1", place={"town": "Port"}), {"place": "town"}),
        (note("n1", colour="red"), {"colour": "headline"}),
        (note("n1", tags=["a", ""]), {"tags.1": "needed"}),
        (a("source.added", key="s", description="d", url="ftp://x"), {"url": "valid"}),
        (a("source.added", key="s", description="d", url="https://x.example/\n"), {"url": "valid"}),
        (a("source.added", key="s", description="d", terms="whispered"), {"terms": "on_record, background"}),
        (a("actor.added", key="x", name="X", kind="dog"), {"kind": "person, organization"}),
        (a("actor.added"), {"actor": "needed", "key": "needed", "name": "needed", "kind": "needed"}),
        (a_development("meeting.revealed", participants=[{"actor": 5}]), {"participants.0.actor": "Expected"}),
        (a_development("demand.made", action="dance"), {"action": "resign, recuse"}),
        (
            a_development("demand.made", action="resign", demanders=[{"actor": "ward", "quantifier": "lots"}]),
            {"demanders.0.quantifier": "all, most, some, few, one"},
        ),
        (a("development.retracted", target=[], reason="x"), {"target": "Expected"}),
        (a("development.retracted", target="two words", reason="x"), {"target": "not a valid key"}),
        (a("development.corrected", target="n1", changes=[{"now": 1}]), {"changes.0": "field"}),
        (a("development.reclassified", target="n1", as_="x", fields={"BAD": 1}), {"fields": "valid"}),
    ],
)
def test_a_record_that_can_not_be_right_is_refused_at_its_field(record, faults):
    with pytest.raises(intake.Unreadable) as refusal:
        read(record)

    assert {problem.field for problem in refusal.value.problems} == set(faults)
    for problem in refusal.value.problems:
        assert faults[problem.field] in problem.message, problem.message


def test_every_field_at_fault_is_named_at_once():
    with unreadable(text="needed", urgency="9", occurred="2017-02", colour="no such field", learned_at="soon"):
        read(a("note.logged", urgency=10, occurred="2017-02-30", colour="red", learned_at="soon"))


def test_the_words_of_a_refusal_say_which_field():
    with pytest.raises(intake.Unreadable, match=r"^type: “rumour” is not a type of record\.$") as refusal:
        read(a("rumour"))

    (problem,) = refusal.value.problems
    assert isinstance(problem, Invalid)


def test_what_is_left_out_is_missing_and_what_is_wrong_is_invalid():
    with pytest.raises(intake.Unreadable) as refusal:
        read(a("note.logged", urgency=10))

    assert {type(problem): problem.field for problem in refusal.value.problems} == {Missing: "text", Invalid: "urgency"}


def test_a_record_without_a_story_is_asked_which():
    with unreadable(story="which story"):
        read(note("n1"), story="")


def nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("a\x00b", "NUL"),
        ("\ud800", "surrogate"),
        ("fine \udfff not", "surrogate"),
        (1.5, "fraction"),
        (1.0, "fraction"),
        (float("nan"), "fraction"),
        (float("inf"), "fraction"),
        (2**53, "too large"),
        (-(2**53), "too large"),
        (10**400, "too large"),
        (nested(24), "nested too deeply"),
        (nested(100_000), "nested too deeply"),
    ],
)
@pytest.mark.parametrize("field", ["text", "occurred", "sources", "colour", "learned_at", "id"])
def test_what_the_databases_and_the_hash_do_not_take_alike_is_refused(field, value, says):
    with pytest.raises(intake.Unreadable, match=says):
        read(note("n1", **{field: value}))


@pytest.mark.parametrize("name", ["a\x00b", "\ud800"])
def test_the_name_of_a_field_is_text_like_any_other(name):
    with pytest.raises(intake.Unreadable):
        read(note("n1", place={name: "x"}))


def test_it_is_named_where_in_the_record_the_value_is():
    with pytest.raises(intake.Unreadable) as refusal:
        read(a("development.corrected", target="n1", changes=[{"field": "text", "now": {"x": [1, 2.5]}}]))

    assert [problem.field for problem in refusal.value.problems] == ["changes.0.now.x.1"]


@pytest.mark.parametrize("value", [2**53 - 1, -(2**53) + 1, True, False, None, nested(23)])
def test_what_both_take_is_taken(value):
    intake.check_storable({"value": value})


@pytest.mark.parametrize("text", NASTY)
def test_words_pass_as_they_are(text):
    newsroom = given(note("n1", headline=text, summary=text, text=text))

    event = newsroom.event("n1")

    assert (event.headline, event.summary, event.text) == (text, text, text)


@for_all(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_any_words_pass_as_they_are(text):
    assert command(note("n1", text=text)).text == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
TYPES = st.sampled_from(
    ["note.logged", "meeting.revealed", "claim.denied", "demand.made", "position.taken", "statement.made",
     "development.corrected", "development.retracted", "development.reclassified", "source.added", "actor.added"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["key", "text", "sources", "by", "claim", "occurred", "participants", "demanders", "issue", "positions", "denials",
     "target", "changes", "fields", "as", "learned_at", "id", "story", "place", "identity", "made_public", "speaker"]
)  # fmt: skip


SENT = st.builds(lambda kind, fields: {"type": kind} | fields, TYPES, st.dictionaries(NAMES, JSON, max_size=5))


@for_all(JSON | SENT)
def test_whatever_is_sent_is_read_or_refused(record):
    try:
        told: Any = read(record)
    except intake.Unreadable as refusal:
        told = refusal.problems

    assert told


def test_a_bare_value_stands_for_a_list_of_one_and_a_bare_string_for_what_leads():
    claimed = command(a("claim.asserted", text="It rained", claimant="hale", quotes="It poured.", sources="wire"))
    met = command(a("meeting.revealed", participants="hale", place="Port", tags="harbour"))

    assert (claimed.quotes, claimed.sources) == ((Quote(exact="It poured."),), ("wire",))
    assert (met.participants, met.place, met.tags) == ((Participant(actor="hale"),), Place(name="Port"), ("harbour",))


def test_somebody_described_where_first_named_is_introduced():
    (request,) = read(
        a_development(
            "demand.made", action="resign", addressee={"name": "Lena Marsh"},
            demanders=[{"actor": {"name": "The Blues", "kind": "bloc", "key": "blues"}}, "Ole Brand"],
        )
    )  # fmt: skip

    assert isinstance(request.command, pressure.MakeDemand)
    assert request.command.addressee == "lena-marsh"
    assert request.command.demanders == (Demander(actor="blues"), Demander(actor="ole-brand"))
    assert set(request.introduces) == {
        actors.AddActor(key="lena-marsh", name="Lena Marsh", kind="person"),
        actors.AddActor(key="blues", name="The Blues", kind="bloc"),
        actors.AddActor(key="ole-brand", name="Ole Brand", kind="person"),
    }


def test_somebody_introduced_is_introduced_once_and_known_from_then_on():
    newsroom = given()

    first = newsroom.record(a_development("comment.declined", actor="Lena Marsh"))
    second = newsroom.record(a_development("comment.declined", actor={"name": "Lena Marsh"}))

    assert isinstance(first[0], actors.ActorAdded)
    assert (len(first), len(second)) == (2, 1)


def test_a_key_that_is_somebody_else_s_is_refused_and_nothing_is_recorded():
    newsroom = given()
    before = len(newsroom.log)

    with pytest.raises(KeyTaken):
        newsroom.record(a_development("comment.declined", actor={"key": "hale", "name": "Somebody Else"}))

    assert len(newsroom.log) == before


def test_a_key_alone_in_braces_is_a_key():
    assert command(a_development("comment.declined", actor={"key": "hale"})).actor == "hale"
    assert command(note("n1", sources=[{"key": "wire"}])).sources == ("wire",)


def test_somebody_unnamed_stays_unnamed():
    (request,) = read(a_development("comment.declined", actor={"description": "an official", "on_behalf_of": "hale"}))

    assert request.introduces == ()
    assert request.command.actor == Described(description="an official", on_behalf_of="hale")


def test_whom_somebody_unnamed_speaks_for_can_be_introduced():
    (request,) = read(
        a_development("comment.declined", actor={"description": "an aide", "on_behalf_of": {"name": "Lena Marsh"}})
    )

    assert request.command.actor == Described(description="an aide", on_behalf_of="lena-marsh")
    assert request.introduces == (actors.AddActor(key="lena-marsh", name="Lena Marsh", kind="person"),)


def test_a_source_described_where_first_named_is_introduced():
    described = {"description": "Minutes", "url": "https://x.example/"}

    (request,) = read(note("n1", sources=["an aide to the minister", described]))

    told, minutes = request.introduces
    assert isinstance(told, sources.AddSource)
    assert isinstance(minutes, sources.AddSource)
    assert told.description == "an aide to the minister"
    assert {"description": minutes.description, "url": minutes.url} == described
    assert request.command.sources == (told.key, minutes.key)


def test_the_same_words_on_the_same_terms_are_the_same_source():
    def key_of(source: Any) -> str:
        return command(note("n1", sources=[source])).sources[0]

    aide = {"description": "an aide", "terms": "background"}

    assert key_of(aide) == key_of(dict(reversed(aide.items())))
    assert key_of(aide) == key_of(aide | {"identity": "Jo Doe"})
    assert key_of(aide) != key_of(aide | {"terms": "off_record"})


def test_what_is_wrong_with_somebody_introduced_is_named_where_they_are():
    with unreadable(demanders__0__actor__kind="person, organization"):
        read(a_development("demand.made", action="resign", demanders=[{"actor": {"name": "Blues", "kind": "party"}}]))


@pytest.mark.parametrize(
    ("name", "key"),
    [("Lena Marsh", "lena-marsh"), ("  Zoë  O’Neil-Łuk ", "zoe-oneil-uk"), ("A" * 80, "a" * 60), ("A.B.", "a-b")],
)
def test_a_key_is_made_from_a_name(name, key):
    assert slug_of(name) == key


@for_all(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_a_key_made_from_any_name_is_a_key(name):
    newsroom = Newsroom()

    assert newsroom.record("actor.added", key=slug_of(f"{name} x"), name=f"{name} x", kind="person") or name


def test_names_in_other_scripts_have_keys_of_their_own():
    assert len({slug_of("王芳"), slug_of("李娜"), slug_of("Иван")}) == 3


@pytest.mark.parametrize("claim", [{"text": "that they met"}, "that they met"])
def test_a_denial_may_say_in_words_what_it_denies(claim):
    denied = command(a_development("claim.denied", claim=claim, by="hale"))
    nested = command(a_development("statement.made", speaker="hale", denials=[{"claim": claim}]))

    assert isinstance(denied, claims.DenyClaim)
    assert (denied.claim, denied.text) == ("", "that they met")
    assert (nested.denials[0].claim, nested.denials[0].text) == ("", "that they met")


def test_a_denial_of_a_key_denies_what_the_key_names():
    denied = command(a_development("claim.denied", claim="c1", by="hale"))

    assert (denied.claim, denied.text) == ("c1", "")


def test_an_issue_may_be_given_with_its_text():
    issue = {"key": "inquiry", "text": "A public inquiry"}

    taken = command(a_development("position.taken", actor="ward", issue=issue, stance="for"))
    nested = command(a_development("statement.made", speaker="ward", positions=[{"issue": issue, "stance": "for"}]))

    assert (taken.issue, taken.issue_text) == ("inquiry", "A public inquiry")
    assert (nested.positions[0].issue, nested.positions[0].issue_text) == ("inquiry", "A public inquiry")


def test_several_targets_are_as_many_requests():
    requests = read(a("development.retracted", target=["n1", "n2", "n3"], reason="same mistake", id=ID))

    assert [request.command.target for request in requests] == ["n1", "n2", "n3"]
    assert len({request.id for request in requests}) == 3
    assert len({request.fingerprint for request in requests}) == 1
    assert requests[0].id == ID
    again = read(a("development.retracted", target=["n1", "n2", "n3"], reason="same mistake", id=ID))
    assert [request.id for request in again] == [request.id for request in requests]


def fingerprint(record: dict[str, Any], story: str = STORY) -> str:
    return intake.fingerprint_of(record, story)


def test_a_repeat_has_the_same_fingerprint_in_whatever_order_it_is_written_and_under_whatever_id():
    record = note("n1", summary="x")

    assert fingerprint(record) == fingerprint(dict(reversed(record.items()))) == fingerprint(record | {"id": ID})
    assert read(record)[0].fingerprint == fingerprint(record)


@pytest.mark.parametrize("other", [{"text": "Another"}, {"learned_at": "2017"}, {"made_public": None}, {"key": "n2"}])
def test_another_request_has_another_fingerprint(other):
    assert fingerprint(note("n1")) != fingerprint(note("n1") | other)


def test_the_same_in_another_story_has_another_fingerprint():
    assert fingerprint(note("n1"), "harbour") != fingerprint(note("n1"), "canal")


@pytest.mark.parametrize("where", ["top", "in a source"])
def test_an_identity_stays_out_of_the_fingerprint(where):
    aide = {"key": "aide", "description": "an aide", "terms": "background"}

    def record(**identity: str) -> dict[str, Any]:
        return a("source.added", **aide | identity) if where == "top" else note("n1", sources=[aide | identity])

    assert fingerprint(record(identity="Jo Doe")) == fingerprint(record(identity="Al Roe")) == fingerprint(record())
