"""The pages: board, story, development, actor; logging, correcting, retracting; signing in and out."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from tracker import instants
from tracker.accounts import sessions
from tracker.accounts.errors import SignInRefused, TooManyAttempts
from tracker.accounts.gate import needs
from tracker.accounts.permissions import may, may_edit_desk
from tracker.accounts.signing_in import sign_in as admit
from tracker.archive import asking
from tracker.db import reading, writing
from tracker.eventstore.errors import CommandReused, LogBusy, WrongExpectedVersion
from tracker.handling import Overtaken, RefusedIn
from tracker.intake import Unreadable, read
from tracker.projections import board as front
from tracker.projections.actor_page import actor_document
from tracker.projections.directory import directory
from tracker.projections.presentation import document
from tracker.projections.scene import Document, Scene, date_document
from tracker.projections.story_page import NoSuchStory, story_of
from tracker.stories.catalogue import event_types
from tracker.stories.date_words import echo, from_words
from tracker.stories.entries import Development, Story
from tracker.stories.errors import Invalid, Refused
from tracker.stories.inline import slug_of
from tracker.web import forms
from tracker.web.correcting import Correction, correction_form
from tracker.web.current import principal, tracker
from tracker.web.standing import where_it_stands

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@blueprint.get("/stories.json", endpoint="board_json")
@needs("read")
def board() -> Any:
    """The stories, by latest movement."""
    with reading(tracker().engine) as connection:
        lines = front.board(connection, principal(), tracker().clock())
    if _wants_json():
        return _json({"stories": [{name: getattr(line, name) for name in line.__slots__} for line in lines]})
    return render_template("board.html", stories=lines, may_log=may(principal(), "log"))


@blueprint.get("/stories/<slug>")
@blueprint.get("/stories/<slug>.json", endpoint="story_json")
@needs("read")
def story(slug: str) -> Any:
    """A story as it stands, or as it was known on the clocks that the address asks for."""
    scene = _scene(slug)
    told = document(scene)
    if _wants_json():
        answer = _json(told)
        answer.set_etag(str(scene.version))
        return answer
    return render_template(
        "story.html", told=told, names=_names(told), asked=scene.asked, standing=where_it_stands(told),
        may_log=_may_log(scene), clocks=request.args,
        headlines={each["key"]: each["headline"] for each in told["developments"]},
        questions={each["key"]: each["text"] for each in told["questions"]},
        contradictions={each["key"]: each for each in told["contradictions"]},
    )  # fmt: skip


@blueprint.get("/stories/<slug>/developments/<key>")
@blueprint.get("/stories/<slug>/developments/<key>.json", endpoint="development_json")
@needs("read")
def development(slug: str, key: str) -> Any:
    """One development with all its fields, sources, corrections and what came of it."""
    scene = _scene(slug)
    told = document(scene)
    found = _development(told, key)
    if _wants_json():
        return _json(found)
    return render_template(
        "development.html", told=told, each=found, names=_names(told), may_log=_may_log(scene),
        claim=_of(told["claims"], key), demand=_of(told["demands"], key),
        contradiction=_of(told["contradictions"], key), said_in=[d for d in told["developments"] if d["via"] == key],
    )  # fmt: skip


@blueprint.get("/actors/<key>")
@blueprint.get("/actors/<key>.json", endpoint="actor_json")
@needs("read")
def actor(key: str) -> Any:
    """Somebody across the stories: roles over time, and the developments that name them."""
    with reading(tracker().engine) as connection:
        told = actor_document(connection, key, principal(), tracker().clock())
    return _json(told) if _wants_json() else render_template("actor.html", actor=told)


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
            problems = (Invalid("title", "A story needs a title."),)
        elif not may_edit_desk(principal(), desk):
            problems = (Invalid("desk", "You edit for other desks; name one of yours."),)
        else:
            problems = _record(record, slug)
        if not problems:
            flash(f"Opened “{title}”.")
            return redirect(url_for("pages.story", slug=slug), 303)
    errors = {problem.field.partition(".")[0]: problem.message for problem in problems}
    return render_template("open_story.html", typed=request.form, errors=errors), 422 if problems else 200


@blueprint.route("/stories/<slug>/log", methods=["GET", "POST"])
@needs("log")
def log(slug: str) -> Any:
    """Log a development of any type."""
    _check_editable(slug)
    here = tracker()
    type = request.values.get("type", "note.logged")
    if type not in forms.FIRST:
        abort(404)
    with reading(here.engine) as connection:
        known = directory(connection)
    problems: tuple[Refused, ...] = ()
    if request.method == "POST":
        record, unread = forms.record_from(type, request.form, known, here.zone, _today())
        problems = tuple(unread) or _record(record, slug)
        if not problems:
            return _logged(slug, type, record)
    typed = request.form if request.method == "POST" else MultiDict(request.args)
    told = document(_scene(slug, {}))
    page = render_template(
        "log.html", told=told, form=forms.form_for(type, typed, problems), typed=typed, menu=forms.MENU,
        known=known, source_error=forms.source_error(problems), learned_error=forms.learned_error(problems),
        id=_form_id(problems), problems=problems, is_development=event_types()[type].is_development,
        developments=[d for d in told["developments"] if d["status"] != "retracted"],
    )  # fmt: skip
    return page, 422 if problems else 200


@blueprint.route("/stories/<slug>/developments/<key>/correct", methods=["GET", "POST"])
@needs("log")
def correct(slug: str, key: str) -> Any:
    """Correct a development: what each field said stays on record beside what it says now."""
    told = _editable(slug)
    entry = _entry(slug, key)
    form = correction_form(entry, request.form if request.method == "POST" else None, tracker().zone, _today())
    problems, conflict = form.problems, None
    if request.method == "POST" and not problems:
        if not form.changes:
            problems = (Invalid("", "Nothing was changed."),)
        else:
            try:
                problems = _record(_correction_record(key, form), slug, seen=form.seen)
            except Overtaken as overtaken:
                entry = overtaken.now
                conflict = form.conflict(entry)
                form = form.after(entry)
            if not problems and conflict is None:
                flash(f"Corrected: {', '.join(change['field'] for change in form.changes)}.")
                return redirect(url_for("pages.development", slug=slug, key=key), 303)
    page = render_template(
        "correct.html", told=told, each=_development(told, key), form=form, conflict=conflict,
        errors={p.field.partition(".")[0]: p.message for p in problems}, problems=problems,
        id=_form_id(problems),
    )  # fmt: skip
    return page, 409 if conflict is not None else 422 if problems else 200


@blueprint.route("/stories/<slug>/developments/<key>/retract", methods=["GET", "POST"])
@needs("log")
def retract(slug: str, key: str) -> Any:
    """Retract a development, or let a retracted one stand again."""
    told = _editable(slug)
    found = _development(told, key)
    problems: tuple[Refused, ...] = ()
    if request.method == "POST":
        reversing = "reverse" in request.form
        type = "development.retraction_reversed" if reversing else "development.retracted"
        record = {"type": type, "target": key, "reason": request.form.get("reason", ""), "id": request.form.get("id")}
        problems = _record({name: value for name, value in record.items() if value}, slug)
        if not problems:
            flash("The retraction was reversed." if reversing else "Retracted. It stays on record, struck through.")
            return redirect(url_for("pages.development", slug=slug, key=key), 303)
    page = render_template(
        "retract.html", told=told, each=found, problems=problems, typed=request.form, id=str(uuid.uuid4())
    )
    return page, 422 if problems else 200


@blueprint.post("/stories/<slug>/developments/<key>/acts")
@needs("log")
def act(slug: str, key: str) -> AnyResponse:
    """The short acts on a development: verification, embargo, withholding, a refined date."""
    _check_editable(slug)
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
        date = from_words(words, _today())
        record["occurred"] = {"edtf": date.edtf, "as_said": date.as_said} if date else words
    if until := record.get("until"):
        record["until"] = _local_instant(until)
    problems = _record(record, slug)
    flash(problems[0].message if problems else "Recorded.", "error" if problems else "message")
    return redirect(url_for("pages.development", slug=slug, key=key), 303)


@blueprint.get("/dates")
@needs("read")
def dates() -> Response:
    """How words are read as a date: `?words=in September 2016`."""
    date = from_words(request.args.get("words", ""), _today())
    return _json({"read": date_document(date), "echo": echo(date) if date else None})


@blueprint.route("/sign-in", methods=["GET", "POST"])
@needs("sign_in")
def sign_in() -> Any:
    """Sign in with a name and a password."""
    error, status, headers = "", 200, {}
    if request.method == "POST":
        name, password = request.form.get("user", ""), request.form.get("password", "")
        try:
            token = admit(tracker().engine, name, password, request.remote_addr or "", tracker().clock())
        except SignInRefused as refused:
            error, status = str(refused), 422
        except TooManyAttempts as attempts:
            error, status, headers = str(attempts), 429, {"Retry-After": str(attempts.retry_after_seconds)}
        else:
            _end_session()
            answer = redirect(_local(request.values.get("next", "")), 303)
            answer.set_cookie(
                current_app.config["SIGNED_IN_COOKIE"], token, httponly=True, samesite="Lax",
                secure=current_app.config["SIGNED_IN_COOKIE_SECURE"], max_age=7 * 24 * 3600,
            )  # fmt: skip
            return answer
    return render_template("sign_in.html", error=error, next=request.values.get("next", "")), status, headers


@blueprint.post("/sign-out")
@needs("sign_in")
def sign_out() -> AnyResponse:
    """End the session, here and on the server."""
    _end_session()
    name = current_app.config["SIGNED_IN_COOKIE"]
    answer = redirect(url_for("pages.sign_in"), 303)
    answer.delete_cookie(name, secure=current_app.config["SIGNED_IN_COOKIE_SECURE"], httponly=True, samesite="Lax")
    return answer


@blueprint.get("/healthz")
@needs("sign_in")
def healthz() -> Response:
    """The process answers."""
    return _json({"ok": True})


def _scene(slug: str, clocks: Mapping[str, str] | None = None) -> Scene:
    """The story as the clocks in the address ask for it, or as those given do."""
    here = tracker()
    asked = asking.read_asked(request.args if clocks is None else clocks, here.zone)
    with reading(here.engine) as connection:
        return asking.scene(connection, slug, principal(), here.clock(), here.zone, asked)


def _editable(slug: str) -> Document:
    """The story as it stands, for somebody who may log on it."""
    _check_editable(slug)
    return document(_scene(slug, {}))


def _check_editable(slug: str) -> None:
    """Refuse whoever may not log on this story; costs the same however long the story."""
    with reading(tracker().engine) as connection:
        found = story_of(connection, slug, principal(), tracker().clock())
    if not may_edit_desk(principal(), found.desk):
        abort(403, "This story belongs to a desk that you do not edit for.")


def _may_log(scene: Scene) -> bool:
    """Whether who is asking may log on this story; on a story as it was, nobody may."""
    story = scene.entries.get(("story", scene.slug))
    desk = story.desk if isinstance(story, Story) else ""
    return may(principal(), "log") and may_edit_desk(principal(), desk)


def _entry(slug: str, key: str) -> Development:
    scene = _scene(slug)
    entry = scene.entries.get(("development", key))
    if not isinstance(entry, Development):
        raise NoSuchStory(slug)
    return entry


def _development(told: Document, key: str) -> Document:
    found = next((each for each in told["developments"] if each["key"] == key), None)
    if found is None:
        raise NoSuchStory(key)
    return dict(found)


def _of(listed: list[Document], key: str) -> Document | None:
    return next((each for each in listed if each["key"] == key), None)


def _names(told: Document) -> dict[str, str]:
    return {each["key"]: each["name"] for each in told["actors"]}


def _record(record: dict[str, Any], slug: str, seen: int | None = None) -> tuple[Refused, ...]:
    """Record one record; what keeps it from being recorded, for the form to show."""
    here = tracker()
    try:
        requests = [
            replace(each, seen=seen)
            for each in read(record, zone=here.zone, now=here.clock(), story=slug)
        ]
        here.record(requests, principal().name)
    except Unreadable as unreadable:
        return unreadable.problems
    except RefusedIn as refused:
        return (refused.refused,)
    except CommandReused:
        return (Invalid("id", "This form was sent already, with other words; send it again to record these as well."),)
    except (LogBusy, WrongExpectedVersion) as busy:
        return (Invalid("", str(busy)),)
    return ()


def _form_id(problems: tuple[Refused, ...]) -> str:
    """The command id that a form carries, so that sent twice it records once; another where that one is used up."""
    used_up = any(problem.field == "id" for problem in problems)
    return (not used_up and request.form.get("id")) or str(uuid.uuid4())


def _correction_record(key: str, form: Correction) -> dict[str, Any]:
    record = {
        "type": "development.corrected", "target": key, "changes": form.changes, "id": request.form.get("id"),
        "class": request.form.get("class", "correction"), "public_note": request.form.get("public_note", ""),
    }  # fmt: skip
    return {name: value for name, value in record.items() if value}


def _logged(slug: str, type: str, record: dict[str, Any]) -> AnyResponse:
    read_as = ""
    if isinstance(record.get("occurred"), dict) and record["occurred"].get("as_said"):
        date = from_words(record["occurred"]["as_said"], _today())
        read_as = f" “{record['occurred']['as_said']}” was read as {echo(date)}." if date else ""
    flash(f"Logged: {type.replace('.', ' ')}.{read_as}")
    if "another" in request.form:
        return redirect(url_for("pages.log", slug=slug, type=type, source=request.form.get("source", "")), 303)
    return redirect(url_for("pages.story", slug=slug), 303)


def _local_instant(typed: str) -> str:
    try:
        local = datetime.fromisoformat(typed)
        return instants.text(local if local.tzinfo else local.replace(tzinfo=tracker().zone))
    except ValueError:
        return typed


def _today() -> Any:
    return instants.moment(tracker().clock()).astimezone(tracker().zone).date()


def _end_session() -> None:
    """End the session that the request carries, if any."""
    if token := request.cookies.get(current_app.config["SIGNED_IN_COOKIE"], ""):
        with writing(tracker().engine) as connection:
            sessions.close_session(connection, token)


def _local(next: str) -> str:
    """Where to go after signing in: a page of this site and nowhere else."""
    # A browser reads a backslash as a slash, and drops tabs and line breaks before it looks.
    safe = next.startswith("/") and not next.startswith("//") and "\\" not in next and next.isprintable()
    return next if safe else url_for("pages.board")


def _wants_json() -> bool:
    """Whether the address ends in `.json`, or the client asks for JSON rather than a page."""
    asked = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.endswith(".json") or asked == "application/json"


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value, default=list), content_type="application/json")
