"""The pages that change: a story is opened; developments are corrected, retracted, acted on."""

import uuid
from datetime import datetime
from typing import Any

from flask import (
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import instants
from tracker.accounts.gate import needs
from tracker.accounts.permissions import may_edit_desk
from tracker.db import reading
from tracker.overlay import Overtaken
from tracker.projections.directory import directory
from tracker.projections.offered import TYPES
from tracker.projections.outline import Line
from tracker.projections.overview import Overview
from tracker.stories.date_words import from_words
from tracker.stories.errors import Invalid, Refused
from tracker.stories.inline import slug_of
from tracker.stories.type_names import wire_name
from tracker.web.blueprint import blueprint
from tracker.web.correcting import Correction, correction_form
from tracker.web.correction_boxes import names_by_key
from tracker.web.current import principal, tracker
from tracker.web.log_page import MOST_OFFERED
from tracker.web.looking import look_at
from tracker.web.presence import come, go
from tracker.web.questions import label_of, unread_date
from tracker.web.recording import check_editable, form_id, record_it
from tracker.web.refusals import by_field, said
from tracker.web.telling import today


@blueprint.route("/stories/new", methods=["GET", "POST"])
@needs("log")
def open_story() -> Any:
    """Open a story."""
    problems: tuple[Refused, ...] = ()
    if request.method == "POST":
        title = request.form.get("title", "")
        slug = request.form.get("slug", "").strip() or slug_of(title)
        record = {
            "type": "story.opened", "story": slug, "title": title, "synopsis": request.form.get("synopsis", ""),
            "beats": [beat.strip() for beat in request.form.get("beats", "").split(",") if beat.strip()],
        }  # fmt: skip
        if desk := request.form.get("desk", "").strip():
            record["desk"] = desk
        if not title.strip():
            problems = (Invalid("title", _("A story needs a title.")),)
        elif not may_edit_desk(principal(), desk):
            problems = (Invalid("desk", _("You edit for other desks; name one of yours.")),)
        else:
            problems = record_it(record, slug)
        if not problems:
            flash(_("Opened “%(title)s”.", title=title))
            return redirect(url_for("pages.story", slug=slug), 303)
    errors = by_field(problems)
    return render_template("open_story.html", typed=request.form, errors=errors), 422 if problems else 200


@blueprint.route("/stories/<slug>/developments/<key>/correct", methods=["GET", "POST"])
@needs("log")
def correct(slug: str, key: str) -> Any:
    """Correct a development: what each field said stays on record beside what it says now."""
    check_editable(slug)
    one = look_at(slug, key, {})
    entry = one.entry
    with reading(tracker().engine) as connection:
        names = names_by_key(directory(connection))
    typed = request.form if request.method == "POST" else None
    form = correction_form(entry, typed, names, tracker().zone, today())
    problems, conflict = form.problems, None
    if request.method == "POST" and not problems:
        if not form.changes:
            problems = (Invalid("", _("Nothing was changed.")),)
        else:
            try:
                problems = record_it(_correction_record(key, form), slug, seen=form.seen)
            except Overtaken as overtaken:
                entry = overtaken.now
                conflict = form.conflict(entry)
                form = form.after(entry)
            if not problems and conflict is None:
                go(slug, key)
                fields = ", ".join(label_of(change["field"], wire_name(entry.event)) for change in form.changes)
                flash(_("Corrected: %(fields)s.", fields=fields))
                return redirect(url_for("pages.development", slug=slug, key=key), 303)
    errors = _beside(problems, form)
    come(slug, key)
    page = render_template(
        "correct.html", told=one.told, each=one.each, form=form, conflict=conflict, errors=errors,
        others=[said for name, said in errors.items() if name not in {box.field.name for box in form.boxes}],
        problems=problems, id=form_id(problems), offers=_offers(one.outline, form),
    )  # fmt: skip
    return page, 409 if conflict is not None else 422 if problems else 200


@blueprint.route("/stories/<slug>/developments/<key>/retract", methods=["GET", "POST"])
@needs("log")
def retract(slug: str, key: str) -> Any:
    """Retract a development, or let a retracted one stand again."""
    check_editable(slug)
    one = look_at(slug, key, {})
    problems: tuple[Refused, ...] = ()
    if request.method == "POST":
        reversing = "reverse" in request.form
        type = "development.retraction_reversed" if reversing else "development.retracted"
        record = {"type": type, "target": key, "reason": request.form.get("reason", ""), "id": request.form.get("id")}
        problems = record_it({name: value for name, value in record.items() if value}, slug)
        if not problems:
            flash(
                _("The retraction was reversed.") if reversing else _("Retracted. It stays on record, struck through.")
            )
            return redirect(url_for("pages.development", slug=slug, key=key), 303)
    page = render_template(
        "retract.html", told=one.told, each=one.each, problems=problems, typed=request.form, id=str(uuid.uuid4())
    )
    return page, 422 if problems else 200


@blueprint.post("/stories/<slug>/developments/<key>/acts")
@needs("log")
def act(slug: str, key: str) -> AnyResponse:
    """The short acts on a development: verification, embargo, withholding, a refined date."""
    check_editable(slug)
    allowed = {
        "verification.changed", "embargo.set", "embargo.lifted", "development.withheld", "development.released",
        "occurrence.date_refined",
    }  # fmt: skip
    type = request.form.get("type", "")
    if type not in allowed:
        abort(404)
    record: dict[str, Any] = {"type": type, "target": key} | {
        name: value for name, value in request.form.items() if name in {"level", "reason", "until", "terms"} and value
    }
    problems: tuple[Refused, ...] = ()
    if words := request.form.get("occurred", ""):
        date = from_words(words, today())
        problems = () if date else (Invalid("occurred", unread_date(words)),)
        record["occurred"] = {"edtf": date.edtf, "as_said": date.as_said} if date else ""
    elif type == "occurrence.date_refined":
        problems = (Invalid("occurred", _("Write the date that is known now.")),)
    if until := record.get("until"):
        record["until"] = _local_instant(until)
    if type == "development.withheld" and "reason" not in record:
        problems = (Invalid("reason", _("Say why it is withheld; the reason stays on record.")),)
    problems = problems or record_it(record, slug)
    flash(said(problems[0]) if problems else _("Recorded."), "error" if problems else "message")
    return redirect(url_for("pages.development", slug=slug, key=key), 303)


def _beside(problems: tuple[Refused, ...], form: Correction) -> dict[str, str]:
    """What is wrong by the name of its box; a change that is refused is known by its place among the changes."""
    boxes = {f"changes.{n}": change["field"] for n, change in enumerate(form.changes)}
    return {boxes.get(problem.field.rpartition(".")[0], problem.field): said(problem) for problem in problems}


def _offers(outline: Overview, form: Correction) -> dict[str, list[Line]]:
    """The developments that a box may name, by the kind that it names: those named in one, and the newest."""
    boxes = [box for box in form.boxes if box.field.widget == "development"]
    named = {key for box in boxes for key in (box.was, box.typed)}
    return {kind: _listed(outline, TYPES.get(kind, ""), named) for kind in {box.field.names for box in boxes}}


def _listed(outline: Overview, type: str, named: set[str]) -> list[Line]:
    found = [line for line in reversed(outline.lines) if type in {"", line.type}]
    return found[:MOST_OFFERED] + [line for line in found[MOST_OFFERED:] if line.key in named]


def _correction_record(key: str, form: Correction) -> dict[str, Any]:
    record = {
        "type": "development.corrected", "target": key, "changes": form.changes, "id": request.form.get("id"),
        "class": request.form.get("class", "correction"), "public_note": request.form.get("public_note", ""),
    }  # fmt: skip
    return {name: value for name, value in record.items() if value}


def _local_instant(typed: str) -> str:
    try:
        local = datetime.fromisoformat(typed)
        return instants.text(local if local.tzinfo else local.replace(tzinfo=tracker().zone))
    except ValueError:
        return typed
