"""A file of records is imported whole or not at all, once, and every refusal is named by line and field."""

import json
from collections import Counter
from typing import Any

from tests.newsroom import keys, look, record
from tracker.archive.records import Imported, _command_id, import_records
from tracker.bootstrap import Tracker
from tracker.intake import read
from tracker.sample import demonstration

OPENED = {"type": "story.opened", "story": "harbour", "title": "The harbour contract"}
DEFAULTS = {"type": "defaults", "story": "harbour", "learned_at": "2017-01", "unsourced": "from a file"}


def load(tracker: Tracker, *lines: Any, **how: Any) -> Imported:
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    done = import_records(tracker.handling, raw, by="import", zone=tracker.zone, now=tracker.clock(), **how)
    tracker.show(tracker.store.position())
    return done


def a(n: int) -> dict[str, Any]:
    return {"type": "note.logged", "key": f"n{n}", "text": f"Note {n}"}


def test_defaults_give_fields_to_the_lines_after_them(tracker: Tracker) -> None:
    load(tracker, OPENED, DEFAULTS, a(1), b"", DEFAULTS | {"visibility": "public"}, a(2))

    told = look(tracker)["developments"]
    assert [(each["key"], each["visibility"], each["unsourced"]) for each in told] == [
        ("n1", "newsroom", "from a file"), ("n2", "public", "from a file"),
    ]  # fmt: skip


def test_the_same_file_twice_adds_nothing(tracker: Tracker) -> None:
    first = load(tracker, OPENED, DEFAULTS, a(1), a(2))

    again = load(tracker, OPENED, DEFAULTS, a(1), a(2))

    assert (first.events, again.events, again.repeated) == (3, 0, 3)


def test_a_file_extended_at_its_end_adds_the_new_lines(tracker: Tracker) -> None:
    load(tracker, OPENED, DEFAULTS, a(1))

    extended = load(tracker, OPENED, DEFAULTS, a(1), a(2))

    assert (extended.events, keys(look(tracker))) == (1, ["n1", "n2"])


def test_a_line_that_stands_twice_is_asked_for_twice(tracker: Tracker) -> None:
    same = {"type": "note.logged", "text": "Again"}

    load(tracker, OPENED, DEFAULTS, same, same)

    assert len(keys(look(tracker))) == 2


def test_an_edited_line_is_a_new_request(tracker: Tracker) -> None:
    load(tracker, OPENED, DEFAULTS, a(1))

    edited = load(tracker, OPENED, DEFAULTS, a(1) | {"text": "Other words"})

    assert [(problem.line, problem.field) for problem in edited.problems] == [(3, "key")]


def test_every_bad_line_and_field_is_named_and_nothing_is_recorded(tracker: Tracker) -> None:
    done = load(
        tracker, OPENED, DEFAULTS, a(1), b"{not json", {"type": "nonsense"}, [1],
        {"type": "note.logged", "text": "x", "occurred": "2016-02-30", "urgency": 12},
        {"type": "claim.denied", "claim": "c9", "by": "Mara Quint"}, b'{"type": "note.logged", "text": 1.5}',
        "\xff".encode("latin-1"),
    )  # fmt: skip

    assert [(problem.line, problem.field) for problem in done.problems] == [
        (4, ""), (5, "type"), (6, ""), (7, "occurred"), (7, "urgency"), (8, "claim"), (9, ""), (10, ""),
    ]  # fmt: skip
    assert tracker.store.position() == 0


def test_with_keep_going_the_good_lines_are_recorded(tracker: Tracker) -> None:
    done = load(tracker, OPENED, DEFAULTS, a(1), {"type": "nonsense"}, a(2), keep_going=True)

    assert (done.lines, done.events, len(done.problems)) == (3, 3, 1)
    assert keys(look(tracker)) == ["n1", "n2"]


def test_somebody_introduced_in_a_refused_line_is_not_known_to_later_lines(tracker: Tracker) -> None:
    done = load(
        tracker, OPENED, DEFAULTS,
        {"type": "claim.denied", "claim": "c9", "by": {"key": "mara", "name": "Mara Quint"}},
        {"type": "comment.declined", "actor": "mara"},
        keep_going=True,
    )  # fmt: skip

    assert [(problem.line, problem.field) for problem in done.problems] == [(3, "claim"), (4, "actor")]


def test_a_dry_run_decides_everything_and_appends_nothing(tracker: Tracker) -> None:
    done = load(tracker, OPENED, DEFAULTS, a(1), dry_run=True)

    assert (done.lines, done.events, tracker.store.position()) == (2, 2, 0)


def test_an_import_is_one_batch_by_its_correlation(tracker: Tracker) -> None:
    done = load(tracker, OPENED, DEFAULTS, *(a(n) for n in range(1_200)))

    events = tracker.store.read_all(limit=5_000)
    assert len(events) == 1_201
    assert {each.correlation for each in events} == {done.correlation}


def test_the_sample_story_is_imported_without_a_refusal(tracker: Tracker) -> None:
    demonstration.load(tracker)

    told = look(tracker, demonstration.STORY)
    assert len(told["developments"]) >= 25
    standing = {claim["key"]: claim["standing"] for claim in told["claims"]}
    assert standing["no-communications"] == ["asserted", "contradicted"]
    assert standing["campaign-talks"] == ["asserted", "denied"]
    assert {demand["action"] for demand in told["demands"]} == {"resign", "recuse", "independent_commission"}
    assert {question["status"] for question in told["questions"]} == {"open"}
    bloc = next(each for each in told["positions"] if each["issue"] == "special-prosecutor")
    assert (bloc["quantifier"], bloc["stance"], bloc["except"]) == ("most", "not_calling_for", ["mccain", "graham"])


def test_the_sample_story_says_who_found_what_by_which_source_and_leaves_open_what_is_open(tracker: Tracker) -> None:
    demonstration.load(tracker)

    told = look(tracker, demonstration.STORY)
    at = {each["key"]: each for each in told["developments"]}
    meetings = [at["july-meeting"]["occurred"], at["september-meeting"]["occurred"]]
    found = {each["key"]: each for each in told["contradictions"]}
    oath, written = found["oath-contradicted"], found["written-contradicted"]
    callers = {each["action"]: [demander["actor"] for demander in each["demanders"]] for each in told["demands"]}

    assert [(when["edtf"], when["as_said"]) for when in meetings] == [
        ("2016-07", "in July, on the sidelines of the Republican convention"),
        ("2016-09", "in September, in his office"),
    ]  # fmt: skip
    assert {at[key]["made_public"]["edtf"] for key in ("july-meeting", "september-meeting")} == {"2017-03"}
    assert (at["hearing"]["learned"]["edtf"], at["written-no"]["learned"]["edtf"]) == ("2017-01", "2017-01")
    assert all(at[key]["details"]["exchanges"] for key in ("hearing", "written-no"))
    assert (oath["identified_by"], oath["against"]) == (
        {"description": "the news report"}, ["july-meeting", "september-meeting"],
    )  # fmt: skip
    assert [each["on_behalf_of"] or each["by"]["on_behalf_of"] for each in oath["explanations"]] == [
        "sessions", "white-house",
    ]  # fmt: skip
    assert (oath["status"], written["status"]) == ("explained", "open")
    assert callers == {
        "resign": ["pelosi", "democrats", "cummings"], "recuse": ["franken", "democrats"],
        "independent_commission": ["cummings"],
    }  # fmt: skip
    assert at["flynn-resigned"]["occurred"] is None
    assert all(each["sources"] or each["via"] or each["unsourced"] for each in at.values())
    assert all(source["terms"] for each in at.values() for source in each["sources"])


def test_html_in_a_line_is_read_as_its_words_and_said_so(tracker: Tracker) -> None:
    marked = a(1) | {
        "text": "<p>Signed\nat <b>night</b>.</p><a href='https://g.example/1'>Source: Gazette</a>",
        "unsourced": "", "sources": [{"description": "Gazette", "url": "https://g.example/1"}],
    }  # fmt: skip
    correction = {"type": "development.corrected", "target": "n1", "changes": [{"field": "text", "now": "A&amp;B"}]}

    done = load(tracker, OPENED, DEFAULTS, marked, a(2) | {"text": "a <b and c> d"}, correction)

    first, second = look(tracker)["developments"]
    assert first["corrections"][0]["was"] == "Signed at night."
    assert (first["details"]["text"], second["details"]["text"]) == ("A&B", "a <b and c> d")
    assert done.from_markup == {"text": 1, "changes": 1}


def test_a_correction_does_not_say_the_sources_again_of_what_it_corrects(tracker: Tracker) -> None:
    source = "<a href='https://g.example/1'>Source: Gazette</a>"
    first = a(1) | {"text": f"<p>Singed</p>{source}", "sources": [{"description": "G", "url": "https://g.example/1"}]}
    changes = [{"field": "text", "now": f"<p>Signed</p>{source}"}]
    correction = {"type": "development.corrected", "target": "n1", "changes": changes}

    load(tracker, OPENED, {**DEFAULTS, "unsourced": ""}, first, correction)

    (told,) = look(tracker)["developments"]
    assert [(each["was"], each["now"]) for each in told["corrections"]] == [("Singed", "Signed")]


def test_a_line_of_html_that_an_earlier_version_took_as_it_stood_is_known_again(tracker: Tracker) -> None:
    line = a(1) | {"text": "<p>Signed</p>", "story": "harbour", "unsourced": "said"}
    record(tracker, OPENED)
    known = _command_id(line, Counter())
    (as_it_stood,) = read(line, zone=tracker.zone, now=tracker.clock(), id=known)
    tracker.handling.handle([as_it_stood], "import")

    assert load(tracker, line).repeated == 1
