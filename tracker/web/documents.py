"""Documents that sources rest on: shown with the quoted passage marked, and given out as files that can't run here."""

from typing import Any

from flask import Response, render_template, request
from werkzeug.datastructures import FileStorage

from tracker.accounts.gate import needs
from tracker.archive.documents import Document, hash_of
from tracker.archive.imports.plain_text import plain_text
from tracker.archive.passages import in_context
from tracker.projections.presentation import document as story_document
from tracker.projections.scene import Document as Told
from tracker.projections.story_page import NoSuchStory
from tracker.web.blueprint import blueprint
from tracker.web.current import tracker
from tracker.web.telling import development_in, scene_of

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


def kept_upload(name: str = "source_file") -> str:
    """The reference of the file that came with a form, now kept; "" where none came. Raises NotKept."""
    chosen: FileStorage | None = request.files.get(name)
    if chosen is None or not chosen.filename:
        return ""
    with chosen.stream:
        content = chosen.read()
    return tracker().documents.keep(content).reference


def _named(slug: str, key: str, hash: str) -> tuple[Told, Told, Told]:
    """The story, the development and the source that names the document. Raises NoSuchStory where whoever asks may
    not see one of them, as where there is none."""
    told = story_document(scene_of(slug, {}))
    each = development_in(told, key)
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
