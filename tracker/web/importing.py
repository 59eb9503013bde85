"""Bringing a file into a story: choose it, see what each row becomes and what is wrong, record it, take it back."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.gate import needs
from tracker.archive import batches
from tracker.archive.imports import formats, table
from tracker.archive.imports.drafting import Drafts, NotThatFormat
from tracker.archive.records import LARGEST_TRANSACTION, Imported, import_drafts
from tracker.db import reading
from tracker.eventstore.errors import CommandReused, LogBusy
from tracker.handling import RefusedIn
from tracker.intake import read
from tracker.projections.story_page import NoSuchStory
from tracker.stories.date_words import from_words
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker
from tracker.web.dates_said import in_language
from tracker.web.recording import check_editable
from tracker.web.vocabulary import gettext_noop

LARGEST_FILE = 1_200_000
SHOWN_ROWS = 100

_ON_THE_MACHINE = gettext_noop(
    "%(file)s holds records or an exported log; those are brought in with `tracker import` on the machine."
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody chose, as it travels from step to step in the form itself."""

    name: str
    content: bytes
    form: str
    columns: Mapping[str, str]
    """What whoever imports says the columns of a table are."""

    @property
    def packed(self) -> str:
        return base64.b64encode(self.content).decode()


@blueprint.route("/stories/<slug>/import", methods=["GET", "POST"])
@needs("log")
def import_file(slug: str) -> Any:
    """Choose a file; look at what it would become; record it."""
    story = check_editable(slug)
    upload = _upload() if request.method == "POST" else None
    if upload is None:
        return _choose(slug, story.title, "")
    if not upload.content:
        return _choose(slug, story.title, _("Choose a file first."))
    if len(upload.content) > LARGEST_FILE:
        return _choose(slug, story.title, _("This is too large for the browser; use `tracker import` on the machine."))
    if upload.form not in formats.NAMES:
        return _choose(slug, story.title, _(_ON_THE_MACHINE, file=upload.name))
    try:
        drafts = formats.read(upload.form, upload.content, upload.columns)
    except NotThatFormat as error:
        return _choose(slug, story.title, f"{upload.name}: {error}", upload.form)
    if request.form.get("step") == "record":
        done, fault = _record(slug, drafts)
        if done is not None and not fault and (not done.problems or "keep_going" in request.form):
            flash(_imported(done))
            if not done.events:
                return redirect(url_for("pages.import_file", slug=slug), 303)
            return redirect(url_for("pages.imported", slug=slug, correlation=done.correlation), 303)
        return _preview(slug, story.title, upload, drafts, fault)
    return _preview(slug, story.title, upload, drafts, "")


@blueprint.route("/stories/<slug>/import/<correlation>", methods=["GET", "POST"])
@needs("log")
def imported(slug: str, correlation: str) -> Any:
    """What one import brought, and taking all of it back."""
    story = check_editable(slug)
    with reading(tracker().engine) as connection:
        listed = batches.brought(connection, correlation, slug)
        batch = next((each for each in batches.batches(connection, slug) if each.correlation == correlation), None)
    if batch is None:
        raise NoSuchStory(correlation)
    fault = ""
    if request.method == "POST":
        reason = request.form.get("reason", "").strip()
        fault = _take_back(listed, correlation, reason) if reason else _("Say why; the reason stays on record.")
        if not fault:
            flash(_("All of it is taken back. It stays on record, retracted."))
            return redirect(url_for("pages.imported", slug=slug, correlation=correlation), 303)
    page = render_template(
        "import_batch.html", slug=slug, title=story.title, batch=batch, listed=listed, fault=fault,
        standing=sum(each.standing for each in listed), reason=request.form.get("reason", ""),
    )  # fmt: skip
    return page, 422 if fault else 200


def _upload() -> Upload:
    """The file of this step: just chosen, or carried along in the form."""
    chosen = request.files.get("file")
    name = (chosen.filename if chosen else "") or request.form.get("name", "")
    if chosen and chosen.filename:
        with chosen.stream:
            content = chosen.read(LARGEST_FILE + 1)
    else:
        try:
            content = base64.b64decode(request.form.get("content", ""), validate=True)
        except ValueError:  # whatever is no base64, in ASCII or not
            abort(400)
    form = request.form.get("format") or formats.detect(name, content)
    if form not in formats.NAMES and not _is_lines_of_json(content):
        form = "csv"
    return Upload(name[:200], content, form, _columns(form, content))


def _is_lines_of_json(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")


def _columns(form: str, content: bytes) -> dict[str, str]:
    """What the selects of the mapping say, by column."""
    if form != "csv" or "column.0" not in request.form:
        return {}
    try:
        names = table.Table(content).columns
    except NotThatFormat:
        return {}
    said = {name: request.form.get(f"column.{n}", "") for n, name in enumerate(names)}
    return {name: field for name, field in said.items() if field in table.FIELDS}


def _choose(slug: str, title: str, fault: str, form: str = "") -> Any:
    with reading(tracker().engine) as connection:
        earlier = batches.batches(connection, slug)
    page = render_template(
        "import.html", slug=slug, title=title, fault=fault, chosen=form, earlier=earlier, forms=_forms()
    )
    return page, 422 if fault else 200


def _preview(slug: str, title: str, upload: Upload, drafts: Drafts, fault: str) -> Any:
    here = tracker()
    would = import_drafts(
        here.handling, drafts, by=principal().name, zone=here.zone, now=here.clock(), story=slug, dry_run=True
    )
    wrong: dict[int, list[Any]] = {}
    for problem in would.problems:
        wrong.setdefault(problem.line, []).append(problem)
    page = render_template(
        "import_preview.html", slug=slug, title=title, upload=upload, would=would, wrong=wrong, fault=fault,
        shown=list(_shown(drafts, wrong)), total=len(drafts.drafts), unit=_unit(drafts.unit),
        mapping=_mapping(upload), choices=_choices(), form_name=dict(_forms())[upload.form],
    )  # fmt: skip
    return page, 422 if fault or (request.form.get("step") == "record" and would.problems) else 200


def _shown(drafts: Drafts, wrong: Mapping[int, Any]) -> Iterable[dict[str, Any]]:
    """The first rows, and every row with something wrong."""
    for n, draft in enumerate(drafts.drafts):
        if n >= SHOWN_ROWS and draft.number not in wrong:
            continue
        when = draft.record.get("occurred") or draft.record.get("date") or draft.record.get("made_public") or {}
        headline, text = draft.record.get("headline", ""), draft.record.get("text", "")
        yield {
            "number": draft.number, "headline": headline, "text": text if text != headline else "",
            "when": _when(when),
            "source": "; ".join(str(each.get("description", each)) if isinstance(each, dict) else str(each)
                                for each in draft.record.get("sources", [])),
        }  # fmt: skip


def _when(given: Any) -> str:
    """A date of a draft in words; as it was given where it is none."""
    if isinstance(given, dict):
        return str(given.get("as_said") or _when(given.get("edtf", "")))
    read = from_words(str(given))
    return in_language(read.edtf) if read and not read.as_said else str(given)


def _mapping(upload: Upload) -> list[tuple[str, str, str]]:
    """Each column of a table with what it is taken for and the first value in it."""
    if upload.form != "csv":
        return []
    given = table.Table(upload.content)
    chosen = table.guess(given) | dict(upload.columns)
    return [(column, chosen[column], next(given.values(column), "")[:80]) for column in given.columns]


def _record(slug: str, drafts: Drafts) -> tuple[Imported | None, str]:
    """Record the drafts; what keeps them from being recorded as a whole."""
    here = tracker()
    try:
        done = import_drafts(
            here.handling, drafts, by=principal().name, zone=here.zone, now=here.clock(), story=slug,
            keep_going="keep_going" in request.form,
        )  # fmt: skip
    except CommandReused:
        return None, _("A row of this file was imported before with other words; import it from a file of its own.")
    except (LogBusy, RefusedIn) as error:
        return None, str(error)
    _show()
    return done, ""


def _take_back(listed: list[batches.Brought], correlation: str, reason: str) -> str:
    here = tracker()
    undone = batches.undoing(listed, correlation, reason[:500])
    requests = [each for record in undone for each in read(record, zone=here.zone, now=here.clock())]
    try:
        for start in range(0, len(requests), LARGEST_TRANSACTION):
            here.handling.handle(requests[start : start + LARGEST_TRANSACTION], principal().name)
    except (CommandReused, LogBusy, RefusedIn) as error:
        return str(error)
    _show()
    return ""


def _show() -> None:
    here = tracker()
    position = here.store.position()
    here.announce(position)
    here.show(position)


def _imported(done: Imported) -> str:
    said = ngettext("%(num)d development imported.", "%(num)d developments imported.", done.lines - done.repeated)
    again = ngettext("%(num)d was here already.", "%(num)d were here already.", done.repeated) if done.repeated else ""
    refused = len({problem.line for problem in done.problems})
    left = ngettext("%(num)d was refused.", "%(num)d were refused.", refused) if refused else ""
    return " ".join(part for part in (said, again, left) if part)


def _unit(unit: str) -> str:
    return str({"line": _("Line"), "slide": _("Slide"), "item": _("Item"), "entry": _("Entry")}[unit])


def _forms() -> list[tuple[str, str]]:
    return [
        ("csv", _("Table (CSV)")), ("timelinejs", "TimelineJS"), ("ninjs", "ninjs"), ("newsml", "NewsML-G2"),
        ("feed", _("Feed (Atom, RSS, JSON)")),
    ]  # fmt: skip


def _choices() -> list[tuple[str, str]]:
    """What a column may be, as people say it."""
    said = {
        "headline": _("Headline"), "text": _("Text"), "summary": _("Summary"), "occurred": _("When it happened"),
        "occurred_as_said": _("When, in the words used"), "made_public": _("When it became public"),
        "made_public_as_said": _("When public, in the words used"), "learned_at": _("When we knew"),
        "source": _("Source"), "source_url": _("Address of the source"), "unsourced": _("Why there is no source"),
        "place": _("Place"), "tags": _("Tags"), "beats": _("Beats"), "urgency": _("Urgency (1 to 9)"),
        "visibility": _("Who may see it"), "why_it_matters": _("Why it matters"), "key": _("Key"), "type": _("Type"),
        "via": _("Said in (key)"), "details": _("Details (JSON)"), table.NOTE: _("A line of the text"),
        table.LEAVE_OUT: _("Leave it out"),
    }  # fmt: skip
    return [(field, said[field]) for field in table.FIELDS]
