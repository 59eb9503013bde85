"""Documents that sources rest on: shown with the quoted passage marked, and given out as files that can't run here."""

from typing import Any

from flask import Response, render_template, request
from werkzeug.datastructures import MultiDict

from tracker.accounts.gate import needs
from tracker.archive.documents import LARGEST, Document, NotKept, hash_of
from tracker.archive.imports.plain_text import plain_text
from tracker.archive.passages import in_context
from tracker.projections.scene import Document as Told
from tracker.projections.story_page import NoSuchStory
from tracker.stories.errors import Invalid, Refused
from tracker.web.blueprint import blueprint
from tracker.web.current import tracker
from tracker.web.looking import look_at

_NOTHING_RUNS = "sandbox; default-src 'none'"


@blueprint.get("/stories/<slug>/developments/<key>/documents/<hash>")
@needs("read")
def document(slug: str, key: str, hash: str) -> Any:
    """A document that a development's source rests on, with the passages that it quotes."""
    told, each, source = _named(slug, key, hash)
    kept = tracker().documents.find(hash)
    about, shown, found = None, [], False
    if kept is not None:
        about, content = kept
        shown = in_context(_text(about, content), _quotes(each)) if about.has_text else []
        found = any(part.marked for part in shown)
    return render_template(
        "document.html", told=told, each=each, source=source, hash=hash, about=about, shown=shown, found=found,
        quotes=_quotes(each),
    )  # fmt: skip


@blueprint.get("/stories/<slug>/developments/<key>/documents/<hash>/file")
@needs("read")
def document_file(slug: str, key: str, hash: str) -> Response:
    """The document itself, to save; a browser that opens it all the same runs nothing of it."""
    _named(slug, key, hash)
    kept = tracker().documents.find(hash)
    if kept is None:
        raise NoSuchStory(hash)
    about, content = kept
    answer = Response(content, content_type=about.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=about.file_name)
    answer.headers["Content-Security-Policy"] = _NOTHING_RUNS
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def keep_upload(typed: MultiDict[str, str]) -> Refused | None:
    """Keep the file that came with a form and note its reference in what was typed; why it is refused, if it is.

    It is kept before the form is decided, so that what is sent again after a mistake need not be chosen again.
    """
    chosen = request.files.get("source_file")
    if chosen is None or not chosen.filename:
        return None
    with chosen.stream:
        content = chosen.read(LARGEST + 1)
    try:
        typed["source_document"] = tracker().documents.keep(content).reference
    except NotKept as error:
        return Invalid("source_file", str(error))
    return None


def _named(slug: str, key: str, hash: str) -> tuple[Told, Told, Told]:
    """The story, the development and the source that names the document. Raises NoSuchStory where whoever asks may
    not see one of them, as where there is none."""
    one = look_at(slug, key, {})
    told, each = one.told, one.each
    for source in each["sources"]:
        if hash_of(source.get("document", "")) == hash:
            return told, each, source
    raise NoSuchStory(hash)


def _text(about: Document, content: bytes) -> str:
    text = content.decode("utf-8-sig")
    return plain_text(text) if about.media_type == "text/html" else text


def _quotes(each: Told) -> list[dict[str, str]]:
    """What a development quotes: its quotes, and the questions and answers of a testimony."""
    details = each["details"]
    exchanges = details.get("exchanges") or []
    said = [part for each in exchanges for part in (each.get("question"), each["answer"])]
    return [*(details.get("quotes") or []), *({"exact": words} for words in said if words)]
