"""The archive's reading room: the log as it is, the proof of any event, and whether it has been checked."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts.gate import needs
from tracker.archive import (
    checkpoints,
    proving,
    reading_room,
    reads,
    signing_keys,
    verifications,
    verifying,
    witnessing,
)
from tracker.archive.asking import BadQuestion
from tracker.archive.reading_room import Lines, Proved, Wanted
from tracker.db import reading, writing
from tracker.numbers import whole
from tracker.stories.catalogue import event_types
from tracker.stories.dates import ImpossibleDate, time_asked
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker
from tracker.web.telling import as_csv, as_json, wants_csv, wants_json
from tracker.web.words import type_name

FILTERS = ("stream", "type", "person", "recorded_from", "recorded_to", "learned_from", "learned_to")


@blueprint.get("/archive")
@blueprint.get("/archive.json", endpoint="archive_json")
@needs("verify")
def archive() -> Any:
    """The log line by line, the newest first: position, type, stream, who, when learned and recorded, hash."""
    found = _lines()
    if wants_json():
        return as_json({"events": found.lines, "older": found.older, "newer": found.newer})
    here = tracker()
    with reading(here.engine) as connection:
        now = checkpoints.now(connection, here.settings.origin)
        sendings = witnessing.latest(connection, 5)
        checked = verifications.latest(connection, 1)
    return render_template(
        "archive.html", found=found, now=now, root=proving.encoded(now.root), sendings=sendings,
        witnesses=len(here.settings.witnesses), checked=checked[0] if checked else None, filters=_given(),
        types=sorted(event_types(), key=type_name), place=reading_room.place,
        may_check=now.size <= verifications.MOST_AT_ONCE,
    )  # fmt: skip


@blueprint.get("/archive.csv")
@needs("verify")
def archive_csv() -> Response:
    """The same page of the log for a spreadsheet."""
    columns = ("sequence", "type", "subject", "streamversion", "recordedby", "learnedtime", "recordedtime", "eventhash")
    rows = [[str(each.get(name, "")) for name in columns] for each in _lines().lines]
    return as_csv(columns, rows, "log.csv")


@blueprint.get("/archive/checkpoint")
@needs("verify")
def archive_checkpoint() -> Response:
    """The signed checkpoint, to be kept elsewhere."""
    here = tracker()
    note = checkpoints.signed(here.engine, here.settings, here.clock())
    answer = Response(str(note), content_type="text/plain; charset=utf-8")
    size = checkpoints.Checkpoint.of(note).size
    answer.headers.set("Content-Disposition", "attachment", filename=f"{here.settings.origin}-{size}.checkpoint")
    return answer


@blueprint.post("/archive/verify")
@needs("verify")
def archive_verify() -> AnyResponse:
    """Check the log while somebody waits, if it is not too long for that."""
    here = tracker()
    if here.store.position() > verifications.MOST_AT_ONCE:
        abort(400, _("A log this long is checked on the command line: tracker verify."))
    report = verifying.verify_all(here.engine, [], [])
    with writing(here.engine) as connection:
        verifications.keep(connection, report, here.clock(), principal().name)
    if report.well:
        flash(
            ngettext("The one event is what was written.", "All %(number)s events are what was written.",
                     report.events, number=f"{report.events:,}")
        )  # fmt: skip
    else:
        flash(_("The log is not what was written: %(what)s", what=str(report.problems[0])), "error")
    return redirect(url_for("pages.archive"), 303)


@blueprint.get("/archive/events/<id>")
@blueprint.get("/archive/events/<id>.json", endpoint="archive_event_json")
@needs("verify")
def archive_event(id: str) -> Any:
    """One event of the log with everything that proves it."""
    here = tracker()
    with reading(here.engine) as connection:
        try:
            found = reading_room.proved(connection, principal(), here.clock(), id)
        except proving.NoSuchEvent:
            abort(404)
    if wants_json():
        return as_json({"event": found.told, "proof": found.proof.document(), "hash_again": found.found})
    note = str(checkpoints.signed(here.engine, here.settings, here.clock()))
    with reading(here.engine) as connection:
        keys = [str(verifier) for verifier in signing_keys.verifiers(connection)]
    return render_template(
        "archive_event.html", found=found, told=found.told, note=note, key=keys[0], leaf=found.proof.leaf_hash,
        encoded=proving.encoded, ladder=ladder(found), story=_story_of(found),
    )  # fmt: skip


@blueprint.get("/archive/reads")
@blueprint.get("/archive/reads.json", endpoint="archive_reads_json")
@blueprint.get("/archive/reads.csv", endpoint="archive_reads_csv")
@needs("verify")
def archive_reads() -> Any:
    """Who read what is confidential, when and why."""
    here = tracker()
    with reading(here.engine) as connection:
        listed = reads.reads(connection, principal(), here.clock())
    if wants_json():
        return as_json({"reads": listed})
    if wants_csv():
        columns = tuple(reads.Read.__dataclass_fields__)
        return as_csv(columns, ([getattr(each, name) for name in columns] for each in listed), "reads.csv")
    return render_template("archive_reads.html", reads=listed)


@blueprint.route("/admin/identity", methods=["GET", "POST"])
@needs("administer")
def break_glass() -> Any:
    """Read who a source is: in an emergency, with a reason, and never before both are on record."""
    given = {name: request.form.get(name, "").strip() for name in ("source", "reason")}
    errors, found = dict[str, str](), ""
    if request.method == "POST":
        errors = _faults(given)
        if not errors:
            here = tracker()
            try:
                found = reads.identity(
                    here.engine, here.handling, here.sealer, given["source"], given["reason"], principal().name
                )
                here.announce(here.store.position())
            except reads.NoIdentity:
                errors["source"] = _("No identity is sealed for such a source, or it has been forgotten.")
    page = render_template("break_glass.html", given=given, errors=errors, found=found)
    return page, 422 if errors else 200


def ladder(found: Proved) -> list[dict[str, Any]]:
    """The way from an event up to the root as it is drawn: one rung a step, the root first."""
    return [
        {"left": step.left, "first": step.first, "last": step.last, "result": step.result.hex(), "y": 40 + 64 * n}
        for n, step in enumerate(found.steps[::-1])
    ]


def _faults(given: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not given["source"]:
        errors["source"] = _("Name the source by its key.")
    if len(given["reason"]) < reads.SHORTEST_REASON:
        errors["reason"] = _("Say why, in a sentence that somebody else can judge later.")
    elif len(given["reason"]) > 300 or not given["reason"].isprintable():
        errors["reason"] = _("Keep it to one line of at most 300 characters.")
    return errors


def _story_of(found: Proved) -> str:
    kind, _slash, slug = str(found.told.get("subject", "")).partition("/")
    return slug if kind == "story" else ""


def _lines() -> Lines:
    here = tracker()
    wanted = _wanted()
    with reading(here.engine) as connection:
        return reading_room.lines(connection, principal(), here.clock(), wanted)


def _given() -> dict[str, str]:
    return {name: request.args.get(name, "").strip() for name in FILTERS}


def _wanted() -> Wanted:
    given = _given()
    stream = given["stream"]
    return Wanted(
        stream=stream if not stream or "/" in stream else f"story/{stream}", type=given["type"], person=given["person"],
        recorded_from=_instant("recorded_from", first=True), recorded_to=_instant("recorded_to"),
        learned_from=_instant("learned_from", first=True), learned_to=_instant("learned_to"),
        before=_position("before"), after=_position("after"),
    )  # fmt: skip


def _instant(name: str, *, first: bool = False) -> str:
    """The end of what was typed, or its beginning where it is the first that counts."""
    typed = request.args.get(name, "").strip()
    if not typed:
        return ""
    try:
        return time_asked(typed, tracker().zone)[0 if first else 1]
    except ImpossibleDate as error:
        raise BadQuestion(name, str(error)) from error


def _position(name: str) -> int | None:
    typed = request.args.get(name, "").strip()
    if not typed:
        return None
    position = whole(typed)
    if position is None:
        said = _("“%(typed)s” is not a position; positions are whole numbers from 1.", typed=typed[:40])
        raise BadQuestion(name, said)
    return position
