"""The API as an OpenAPI 3.1 document, its bodies from the same types as everything else."""

from importlib.metadata import version
from typing import Any

import msgspec

from tracker.alerts.subscribing import Asked
from tracker.stories import schema
from tracker.stories.catalogue import event_types

_CLOCKS = {
    "known_at": "With what the newsroom knew at this time (an exact time, or a date that means its end).",
    "recorded_at": "With what was recorded by this time.",
    "position": "Up to this position of the log.",
    "occurred_by": "Say of each development whether it had happened by this time.",
    "public_at": "Say of each development whether it was public at this time.",
}


def document(base_url: str) -> dict[str, Any]:
    """The OpenAPI document, for a site at `base_url`."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "The newsroom's memory", "version": version("newsroom-story-tracker")},
        "servers": [{"url": f"{base_url}/api/v1"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _paths() -> dict[str, Any]:
    slug = {"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}}
    clocks = [_query(name, words) for name, words in _CLOCKS.items()]
    page = [_query("after", "After this position (or version)."), _query("limit", "At most so many; 100 unless told.")]
    headers = [
        _header("Idempotency-Key", "A UUID: the command's id. A repeat gets the first answer."),
        _header("If-Match", "The ETag of the story; refused with 412 where it has moved on."),
    ]
    record = {"anyOf": [_ref("Record"), {"type": "array", "items": _ref("Record")}]}
    return {
        "/stories": {
            "get": _operation("List the stories you may see", "listStories"),
            "post": _operation("Open a story", "openStory", headers[:1], body={"type": "object"}, ok="201"),
        },
        "/stories/{slug}": {"get": _operation("A story, as it stands or stood", "showStory", [slug, *clocks])},
        "/stories/{slug}/developments": {
            "post": _operation(
                "Record one record, or several as one append", "logDevelopments",
                [slug, *headers], body=record, ok="201",
            )
        },
        "/stories/{slug}/events": {"get": _operation("A story's events", "storyEvents", [slug, *page])},
        "/stream": {
            "get": _stream(
                _query("after", "After this position; from now on unless told."),
                _header("Last-Event-ID", "As `after`; what a browser sends when it comes back."),
            )
        },
        "/catch-up": {
            "get": _operation(
                "What came of your stories since you last looked, by consequence", "catchUp",
                [_query("since", "Of every story, after this position of the log.")],
            )
        },
        "/stories/{slug}/compare": {
            "get": _operation("What happened to a story between two moments", "compareStory", [slug, *_compared()])
        },
        "/search": {"get": _operation("Search everything you may see", "search", _searched())},
        "/actors": {"get": _operation("Everybody you may see, by name", "listActors", _named())},
        "/actors/{key}": {
            "get": _operation(
                "Somebody across the stories", "showActor",
                [{"name": "key", "in": "path", "required": True, "schema": {"type": "string"}}],
            )
        },
        "/events": {"get": _operation("The log after a position", "listEvents", page)},
        **_proofs(),
        "/schemas/{name}.json": {
            "get": _operation(
                "JSON Schemas of events or records", "showSchemas",
                [{"name": "name", "in": "path", "required": True, "schema": {"enum": ["events", "records"]}}],
            )
        },
        **_alerts(),
    }  # fmt: skip


def _named() -> list[dict[str, Any]]:
    return [
        _query("q", "Those of whom a name, key or office begins with each of these words."),
        _query("kind", "Those of this kind: person, organization, public_body or bloc."),
        _query("page", "From 1."), _query("limit", "At most so many; 100 unless told."),
    ]  # fmt: skip


def _alerts() -> dict[str, Any]:
    id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    asked = _ref("Asked")
    page = [_query("before", "Those that came before the one with this id."), _query("limit", "At most so many.")]
    return {
        "/subscriptions": {
            "get": _operation("List your subscriptions", "listSubscriptions"),
            "post": _operation("Subscribe", "subscribe", body=asked, ok="201"),
        },
        "/subscriptions/preview": {
            "post": _operation("What it would have told in the last 30 days", "previewSubscription", body=asked)
        },
        "/subscriptions/{id}": {
            "get": _operation("One of your subscriptions", "showSubscription", [id]),
            "patch": _operation("Change, pause or snooze it", "changeSubscription", [id], body={"type": "object"}),
            "delete": _operation("Drop it", "dropSubscription", [id], ok="204"),
        },
        "/deliveries": {"get": _operation("What was sent to you, or is to be", "listDeliveries", page)},
    }  # fmt: skip


def _proofs() -> dict[str, Any]:
    event = _query("event", "The event's id.") | {"required": True}
    size = _query("size", "In the log as it was with so many events.")
    between = [_query("from", "Size of the earlier log.") | {"required": True},
               _query("to", "Size of the later one.") | {"required": True}]  # fmt: skip
    return {
        "/log/checkpoint": {"get": _operation("The log's signed checkpoint (C2SP tlog-checkpoint)", "logCheckpoint")},
        "/log/proof/inclusion": {
            "get": _operation("That an event is in the log (RFC 6962)", "inclusionProof", [event, size])
        },
        "/log/proof/consistency": {
            "get": _operation("That a log grew out of an earlier one (RFC 6962)", "consistencyProof", between)
        },
    }


def _stream(*parameters: dict[str, Any]) -> dict[str, Any]:
    told = _operation("Server-sent events: which story moved, at which position", "listen", list(parameters))
    told["responses"]["200"]["content"] = {"text/event-stream": {"schema": {"type": "string"}}}
    return told
def _compared() -> list[dict[str, Any]]:
    return [
        _query("from", "The one moment: an exact time, or a date that means its end; a position with `by=position`."),
        _query("to", "The other; left out, it is now. Without either: what the last thing that became known changed."),
        _query("by", "What to go by: known_at (unless told), recorded_at or position."),
    ]


def _searched() -> list[dict[str, Any]]:
    return [
        _query("q", "Words, phrases in quotation marks, beginnings*, OR, -without, and filters like actor:KEY."),
        _query("page", "Which page of results, from 1."),
        _query("limit", "At most so many a page; 20 unless told, never more than 100."),
    ]


def _schemas() -> dict[str, Any]:
    records = schema.record_schemas(ref_template="#/components/schemas/{name}")
    definitions: dict[str, Any] = records["$defs"]
    _, asked = msgspec.json.schema_components([Asked], ref_template="#/components/schemas/{name}")
    return definitions | asked | {
        "Record": {
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": {"enum": list(event_types())},
                "story": {"type": "string"},
                "learned_at": {"description": "An instant, or an imprecise date whose latest bound counts."},
                "id": {"type": "string", "format": "uuid"},
            },
            "description": "A type and its fields; see the schemas named after the commands.",
            "x-fields": records["properties"],
        },
        "Problem": {
            "type": "object",
            "description": "RFC 9457 problem details; `errors` names each field.",
            "properties": {
                "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
                "detail": {"type": "string"},
                "errors": {"type": "array", "items": {"type": "object"}},
            },
        },
    }  # fmt: skip


def _operation(
    summary: str, id: str, parameters: list[dict[str, Any]] | None = None, *, body: Any = None, ok: str = "200"
) -> dict[str, Any]:
    problem = {"description": "A problem", "content": {"application/problem+json": {"schema": _ref("Problem")}}}
    told: dict[str, Any] = {
        "summary": summary,
        "operationId": id,
        "parameters": parameters or [],
        "responses": {
            ok: {"description": "Done", "content": {"application/json": {"schema": {"type": "object"}}}},
            "default": problem,
        },
    }
    if body is not None:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return told


def _query(name: str, words: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": words, "schema": {"type": "string"}}


def _header(name: str, words: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "description": words, "schema": {"type": "string"}}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}
