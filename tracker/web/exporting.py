"""Taking a story elsewhere: every format for those who export."""

from typing import Any

import orjson
from flask import Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.gate import needs
from tracker.accounts.people import Principal, Role
from tracker.archive import evidence
from tracker.archive.exports import deposit
from tracker.archive.exports.formats import FORMATS
from tracker.archive.exports.told import Telling, tell
from tracker.db import reading
from tracker.eventstore.reading import read_stream
from tracker.projections import disclosure
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker

LOG_TYPE = "application/cloudevents-batch+jsonl"
_PUBLIC = Principal("public", Role.READER, frozenset())


@blueprint.get("/stories/<slug>/export")
@needs("export")
def export(slug: str) -> Any:
    """The formats a story can be had in, and for whose eyes."""
    if form := request.args.get("format"):
        return redirect(url_for("pages.download", slug=slug, form=form, eyes=request.args.get("eyes", "public")), 303)
    telling = _telling(slug, principal())
    return render_template("export.html", told=telling.stories[0].document, choices=_choices())


@blueprint.get("/stories/<slug>/export/<form>")
@needs("export")
def download(slug: str, form: str) -> Response:
    """A story in one format: what the public may see, or with `eyes=mine` what whoever asks may see."""
    viewer = principal() if request.args.get("eyes") == "mine" else _PUBLIC
    if form == "cloudevents":
        return _saved(_log(slug), f"{slug}.log.jsonl", LOG_TYPE)
    if form == "bagit":
        return _saved(_bag(slug, viewer), f"{slug}.zip", "application/zip")
    chosen = FORMATS.get(form)
    if chosen is None:
        abort(404)
    return _saved(chosen.write(_telling(slug, viewer)), f"{slug}.{chosen.suffix}", chosen.media_type)


def _choices() -> list[tuple[str, str, str]]:
    """Each form with what it is called and what it is good for."""
    purposes = {
        "csv": _("For a spreadsheet: one row a development."),
        "timelinejs": _("For a timeline on your site; dates stay as imprecise as they were said."),
        "ninjs": _("For the systems of other newsrooms and agencies."),
        "schemaorg": _("For search engines: a live blog, its claims, and every correction marked as one."),
        "atom": _("For feed readers; what was retracted is marked as withdrawn."),
        "jsonfeed": _("The same, in JSON."),
        "ical": _("Planned events, deadlines and ends of embargoes."),
        "sqlite": _("For questions of your own: one file of tables that Datasette opens."),
    }
    listed = [(form.name, form.title, purposes[form.name]) for form in FORMATS.values()]
    bag = _("The events with their hashes, documents, pages that open offline; any BagIt tool checks it.")
    log = _("The events themselves as you may read them: evidence, hash by hash.")
    return [
        ("bagit", _("Deposit for an archive (BagIt)"), bag), *listed, ("cloudevents", _("The log (CloudEvents)"), log)
    ]


def _telling(slug: str, viewer: Principal) -> Telling:
    here = tracker()
    with reading(here.engine) as connection:
        return tell(connection, slug, viewer, here.clock(), here.zone, here.settings.base_url)


def _log(slug: str) -> bytes:
    """The events of a story as whoever asks may read them; what may not be read keeps its place and hashes."""
    here = tracker()
    with reading(here.engine) as connection:
        tell(connection, slug, principal(), here.clock(), here.zone, here.settings.base_url)
        events = read_stream(connection, f"story/{slug}")
        told = disclosure.may_read(connection, principal(), here.clock(), events)
    return b"".join(orjson.dumps(each) + b"\n" for each in told)


def _bag(slug: str, viewer: Principal) -> bytes:
    here = tracker()
    with reading(here.engine) as connection:
        telling = tell(connection, slug, viewer, here.clock(), here.zone, here.settings.base_url)
        log = deposit.log_of(connection, telling, viewer, telling.now)
        positions = deposit.positions_of(connection, telling)
        proofs = evidence.files(here.engine, here.settings, here.clock(), positions)
        documents = deposit.documents_of(telling, here.documents)
        return deposit.zipped_bag(telling, log, evidence=proofs, documents=documents)


def _saved(body: bytes, name: str, media_type: str) -> Response:
    """An answer that a browser saves, under a name that we choose."""
    answer = Response(body, content_type=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
