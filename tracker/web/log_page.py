"""The page that logs a development, made for speed: everything is at hand, nothing is asked twice."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts.gate import needs
from tracker.accounts.permissions import may_edit_desk
from tracker.accounts.visibility import sight
from tracker.db import reading
from tracker.intake import Unreadable
from tracker.projections import board as front
from tracker.projections import offered
from tracker.projections.directory import Directory, directory
from tracker.stories.catalogue import event_types
from tracker.stories.date_words import from_words
from tracker.stories.entries import Development, Story
from tracker.stories.errors import Refused
from tracker.stories.fields import DevelopmentFields
from tracker.stories.likeness import alike
from tracker.web import forms, naming, pasting, questions
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker
from tracker.web.dates_said import read_as
from tracker.web.documents import keep_upload
from tracker.web.presence import come, go
from tracker.web.recording import check_editable, form_id, recorded, requests_of, would_refuse
from tracker.web.refusals import by_field
from tracker.web.switching import carried
from tracker.web.telling import today
from tracker.web.words import plain

MOST_OFFERED = 200
"""Developments and names that a page carries for browsers without scripts; with them, all are searched."""

MOST_COMPARED = 200
"""How many of the newest developments of a type are looked through for one that is logged already."""


@blueprint.get("/log")
@needs("log")
def log_anywhere() -> Any:
    """Which story what was found elsewhere belongs to; where the bookmarklet leads."""
    with reading(tracker().engine) as connection:
        lines = front.board(connection, principal(), tracker().clock())
    mine = [line for line in lines if may_edit_desk(principal(), line.desk) and line.status != "closed"]
    brought = {name: request.args[name] for name in ("url", "title", "selection", "type") if request.args.get(name)}
    return render_template("log_anywhere.html", stories=mine, brought=brought)


@blueprint.route("/stories/<slug>/log", methods=["GET", "POST"])
@needs("log")
def log(slug: str) -> Any:
    """Log a development of any type."""
    story = check_editable(slug)
    type = request.values.get("type", "note.logged")
    if type not in questions.FIRST:
        abort(404)
    with reading(tracker().engine) as connection:
        known = directory(connection)
    if request.method != "POST":
        return _page(slug, story, type, _prefilled(slug, story, type, known), known)
    typed = MultiDict(pasting.with_link(request.form, known.outlets))
    if refused := keep_upload(typed):
        return _page(slug, story, type, typed, known, (refused,)), 422
    if (other := typed.get("switch", "")) in questions.FIRST:
        return _page(slug, story, other, carried(typed, type, other), known)
    record, unread = forms.record_from(type, typed, known, tracker().zone, today())
    record = _as_known(record, slug, story, unread)
    if unread:
        return _page(slug, story, type, typed, known, (*unread, *would_refuse(record, unread, slug))), 422
    if twins := [] if "anyway" in request.form else _twins(record, slug, story, type):
        return _page(slug, story, type, typed, known, twins=twins), 409
    problems, key = recorded(record, slug)
    if problems:
        return _page(slug, story, type, typed, known, problems), 422
    return _logged(slug, type, record, key)


def _page(
    slug: str, story: Story, type: str, typed: MultiDict[str, str], known: Directory,
    problems: tuple[Refused, ...] = (), twins: list[Development] | None = None,
) -> str:  # fmt: skip
    come(slug, "")
    form = forms.form_for(type, typed, problems)
    seen, now = sight(principal(), story.desk), tracker().clock()
    with reading(tracker().engine) as connection:
        offers = {
            names: offered.offered(connection, slug, seen, now, names, MOST_OFFERED) for names in form.offers
        }  # fmt: skip
        others = front.board(connection, principal(), now) if form.names_story else []
    return render_template(
        "log.html", slug=slug, story=story, form=form, typed=typed, menu=questions.MENU, known=known, offers=offers,
        most=MOST_OFFERED, twins=twins or [], source_error=forms.source_error(problems),
        document_error=by_field(problems).get("source_file", ""), identity_error=by_field(problems).get("identity", ""),
        source_known=known.told.get(known.source(typed.get("source", "").strip())),
        learned_error=forms.learned_error(problems), id=form_id(problems), problems=problems,
        is_development=event_types()[type].is_development, passage=pasting.PASSAGE.get(type, "summary"),
        focus=_focus(form, problems), stories=[each for each in others if each.slug != slug],
    )  # fmt: skip


def _prefilled(slug: str, story: Story, type: str, known: Directory) -> MultiDict[str, str]:
    """What the address brings, and the source that this editor named last here."""
    typed = pasting.from_elsewhere(type, request.args, known.outlets)
    typed.update(request.args)
    if "source" not in typed:
        seen, now = sight(principal(), story.desk), tracker().clock()
        with reading(tracker().engine) as connection:
            last = offered.last_source(connection, slug, seen, now, principal().name)
        typed["source"] = known.described(last) if last else ""
    return typed


def _as_known(record: dict[str, Any], slug: str, story: Story, problems: list[Refused]) -> dict[str, Any]:
    """A record with the keys of the issue and of the other story that it names in words."""
    now = tracker().clock()
    with reading(tracker().engine) as connection:
        if "issue" in record:
            return naming.issue(record, offered.issues(connection, slug, sight(principal(), story.desk), now))
        if "other" in record:
            titles = {line.slug: line.title for line in front.board(connection, principal(), now)}
            return naming.story(record, titles, problems)
    return record


def _twins(record: dict[str, Any], slug: str, story: Story, type: str) -> list[Development]:
    """Developments on record that look like this one; none where it can't be recorded anyway."""
    here = tracker()
    try:
        events = here.handling.foretell(requests_of(record, slug))
    except (Unreadable, Refused):
        return []
    new = next((event for event in events if isinstance(event, DevelopmentFields)), None)
    if new is None:
        return []
    with reading(here.engine) as connection:
        logged = offered.logged_like(
            connection, slug, sight(principal(), story.desk), here.clock(), type, MOST_COMPARED
        )  # fmt: skip
    return [each for each in logged if alike(new, each.event, here.zone)][:5]


def _focus(form: forms.Form, problems: tuple[Refused, ...]) -> str:
    """The field to begin in: the first that is wrong, or the first that is empty where the type was chosen."""
    wrong = [each.name for each in (*form.first, *form.more) if each.error]
    chosen = "type" in request.args or "switch" in request.form
    empty = [each.name for each in form.first if not each.value]
    return (wrong or ([*empty, form.first[0].name] if chosen and not problems else [""]))[0]


def _logged(slug: str, type: str, record: dict[str, Any], key: str) -> AnyResponse:
    go(slug, "")
    told = _("Logged: %(type)s.", type=plain(type.replace(".", " ")))
    if isinstance(record.get("occurred"), dict) and record["occurred"].get("as_said"):
        words = record["occurred"]["as_said"]
        if date := from_words(words, today()):
            told += " " + _("“%(words)s” was read as %(reading)s.", words=words, reading=read_as(date))
    if key and event_types()[type].is_development:
        to_it = url_for("pages.development", slug=slug, key=key)
        told = Markup('{} <a href="{}">{}</a>').format(told, to_it, _("See it"))
    flash(told)
    if "another" in request.form:
        kept: dict[str, Any] = {name: request.form.get(name) or None for name in ("source", "learned_at")}
        return redirect(url_for("pages.log", slug=slug, type=type, **kept), 303)
    return redirect(url_for("pages.story", slug=slug), 303)
