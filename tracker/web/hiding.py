"""Hiding for good: details of a development are redacted, and who a source is, is forgotten."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.gate import needs
from tracker.archive import unsealing
from tracker.db import reading
from tracker.projections.directory import directory
from tracker.projections.entries import fetch
from tracker.stories.entries import Development, Source
from tracker.stories.errors import Invalid, NotCorrectable, Refused
from tracker.stories.revising import blanked, field_value
from tracker.stories.shaping import types_of
from tracker.stories.type_names import wire_name
from tracker.web.blueprint import blueprint
from tracker.web.correction_boxes import names_by_key
from tracker.web.current import principal, tracker
from tracker.web.forms import widget_of
from tracker.web.looking import look_at
from tracker.web.questions import label_of
from tracker.web.recording import check_editable, form_id, record_it
from tracker.web.refusals import by_field


@blueprint.route("/stories/<slug>/developments/<key>/redact", methods=["GET", "POST"])
@needs("log")
def redact(slug: str, key: str) -> Any:
    """Hide details of a development everywhere but in the raw log; what was sealed can be read by nobody after that."""
    story = check_editable(slug)
    entry = look_at(slug, key, {}).entry
    problems: tuple[Refused, ...] = ()
    if request.method == "POST":
        problems = _redact(slug, key)
        if not problems:
            flash(_("Redacted. It is hidden everywhere but in the raw log."))
            return redirect(url_for("pages.development", slug=slug, key=key), 303)
    page = render_template(
        "redact.html", slug=slug, title=story.title, each=entry.event, choices=_hideable(entry, _names()),
        sealed=sorted(entry.event.sealed), chosen=request.form.getlist("fields"),
        authority=request.form.get("authority", ""), errors=by_field(problems), id=form_id(problems),
    )  # fmt: skip
    return page, 422 if problems else 200


@blueprint.route("/stories/<slug>/developments/<key>/sealed", methods=["GET", "POST"])
@needs("log")
def unseal(slug: str, key: str) -> Any:
    """Read a sealed detail: with a reason, and never before both are on record."""
    story = check_editable(slug)
    entry = look_at(slug, key, {}).entry
    given = {name: request.form.get(name, "").strip() for name in ("detail", "reason")}
    errors, found = dict[str, str](), ""
    if request.method == "POST":
        if not 0 < len(given["reason"]) <= 500:
            errors["reason"] = _("Say why, in one line; it stays on record.")
        else:
            found, errors = _unseal(slug, key, given)
    page = render_template(
        "unseal.html", slug=slug, title=story.title, each=entry.event, names=sorted(entry.event.sealed), given=given,
        errors=errors, found=found,
    )  # fmt: skip
    return page, 422 if errors else 200


@blueprint.route("/sources/<key>/forget", methods=["GET", "POST"])
@needs("log")
def forget(key: str) -> Any:
    """Forget who a source is: its key and its document are destroyed, here and for good."""
    with reading(tracker().engine) as connection:
        source = fetch(connection, [(f"source/{key}", "source", key)]).get((f"source/{key}", "source", key))
    if not isinstance(source, Source):
        abort(404)
    problems: tuple[Refused, ...] = ()
    if request.method == "POST":
        problems = _forget(key)
        if not problems:
            tracker().forget(tracker().engine)
            flash(_("Forgotten. Nobody can read any more who this source is."))
            return redirect(url_for("pages.forget", key=key), 303)
    page = render_template(
        "forget.html", key=key, source=source, reason=request.form.get("reason", ""), errors=by_field(problems),
        id=str(uuid.uuid4()),
    )  # fmt: skip
    return page, 422 if problems else 200


def _redact(slug: str, key: str) -> tuple[Refused, ...]:
    fields, authority = request.form.getlist("fields"), request.form.get("authority", "").strip()
    missing = []
    if not fields:
        missing.append(Invalid("fields", _("Choose what to hide.")))
    if not authority:
        missing.append(Invalid("authority", _("Say on whose authority; it stays on record.")))
    if missing:
        return tuple(missing)
    record = {"type": "detail.redacted", "target": key, "fields": fields, "authority": authority}
    return record_it(record | ({"id": request.form["id"]} if request.form.get("id") else {}), slug)


def _unseal(slug: str, key: str, given: dict[str, str]) -> tuple[str, dict[str, str]]:
    here = tracker()
    try:
        found = unsealing.detail(
            here.engine, here.handling, here.sealer, slug, key, given["detail"], given["reason"], principal().name
        )
    except unsealing.NothingSealed:
        return "", {"detail": _("There is nothing to read: it was never sealed, or it has been redacted.")}
    here.announce(here.store.position())
    return found, {}


def _forget(key: str) -> tuple[Refused, ...]:
    reason = request.form.get("reason", "").strip()
    if not reason:
        return (Invalid("reason", _("Say why; the reason stays on record.")),)
    return record_it({"type": "source.forgotten", "key": key, "reason": reason}, "")


def _names() -> dict[str, str]:
    with reading(tracker().engine) as connection:
        known = directory(connection)
    return names_by_key(known) | {key: description for description, key in known.sources.items()}


def _hideable(entry: Development, names: Mapping[str, str]) -> list[tuple[str, str, Any]]:
    """The fields that say something and can be hidden without making it another record, with what they say."""
    found = []
    for name, kind in types_of(type(entry.event)).items():
        try:
            blanked(entry.event, [name])
            said = field_value(entry.event, name)
        except NotCorrectable:
            continue
        if widget_of(kind, name)[0] in {"actor", "actors", "source"}:
            said = _by_name(said, names)
        if said and name not in {*entry.redacted, "visibility"}:
            found.append((name, label_of(name, wire_name(entry.event)), said))
    return found


def _by_name(said: Any, names: Mapping[str, str]) -> Any:
    match said:
        case str():
            return names.get(said, said)
        case list():
            return [_by_name(each, names) for each in said]
        case dict():
            return {part: _by_name(each, names) for part, each in said.items()}
        case _:
            return said
