"""Memento (RFC 7089): archivists' tools go back to a story's earlier states, which have addresses that stay."""

from hashlib import sha256
from typing import Any

from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts.gate import needs
from tracker.accounts.permissions import may
from tracker.archive import mementos
from tracker.archive.mementos import Memento, closest, http_date
from tracker.db import reading
from tracker.numbers import whole
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker


@blueprint.get("/timegate/stories/<slug>")
@needs("replay")
def timegate(slug: str) -> AnyResponse:
    """Leads to the state of a story at the `Accept-Datetime`, or to its latest."""
    wanted = request.headers.get("Accept-Datetime", "").strip()
    try:
        instant = mementos.read_http_date(wanted) if wanted else None
    except (TypeError, ValueError):
        abort(400, "Accept-Datetime is an HTTP date, such as Wed, 01 Mar 2017 12:00:00 GMT.")
    states = _states(slug)
    answer = redirect(_address(slug, closest(states, instant)), 302)
    answer.headers["Vary"] = "Accept-Datetime"
    answer.headers["Link"] = ", ".join([*_doors(slug, without="timegate"), *_ends(slug, states)])
    return answer


@blueprint.get("/timemap/stories/<slug>")
@needs("replay")
def timemap(slug: str) -> Response:
    """Every state of a story that there is, as a list of links."""
    states = _states(slug)
    first, last = http_date(states[0].recorded_at), http_date(states[-1].recorded_at)
    here = f'<{_outside("timemap", slug=slug)}>; rel="self"; type="application/link-format"'
    here += f'; from="{first}"; until="{last}"'
    lines = [*_doors(slug, without="timemap"), here, *(_link(slug, state, states) for state in states)]
    return Response(",\n".join(lines) + "\n", content_type="application/link-format")


@blueprint.get("/stories/<slug>/at/<position>")
@needs("replay")
def story_at(slug: str, position: str) -> AnyResponse:
    """The page of a story up to a position of the log."""
    return redirect(url_for("pages.story", slug=slug, position=_read(position)), 302)


@blueprint.get("/stories/<slug>/at/<position>.json")
@needs("replay")
def story_at_json(slug: str, position: str) -> Response:
    """The story up to a position, always the same bytes to the same reader; what was redacted since stays out."""
    here = tracker()
    with reading(here.engine) as connection:
        body = mementos.permanent(connection, slug, _read(position), principal(), here.clock(), here.zone)
    answer = Response(body, content_type="application/json")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(sha256(body).hexdigest())
    return answer.make_conditional(request)  # type: ignore[return-value]


@blueprint.after_request
def tell_the_doors(answer: Response) -> Response:
    """The page of a story says where its past is to be had; one of its past says when that was."""
    slug = (request.view_args or {}).get("slug", "")
    if request.endpoint != "pages.story" or answer.status_code != 200 or not may(principal(), "replay"):
        return answer
    answer.headers.add("Link", ", ".join(_doors(slug)))
    if asked := request.args.get("position"):
        here = tracker()
        with reading(here.engine) as connection:
            reached = mementos.reached_at(connection, slug, _read(asked), principal(), here.clock())
        if reached:
            answer.headers["Memento-Datetime"] = http_date(reached)
    return answer


def _read(position: str) -> int:
    read = whole(position)
    return abort(404) if read is None else read


def _states(slug: str) -> list[Memento]:
    here = tracker()
    with reading(here.engine) as connection:
        return mementos.mementos(connection, slug, principal(), here.clock())


def _doors(slug: str, without: str = "") -> list[str]:
    """Links to the story itself, its TimeGate and its TimeMap."""
    doors = {
        "story": f'<{_outside("story", slug=slug)}>; rel="original"',
        "timegate": f'<{_outside("timegate", slug=slug)}>; rel="timegate"',
        "timemap": f'<{_outside("timemap", slug=slug)}>; rel="timemap"; type="application/link-format"',
    }
    return [link for name, link in doors.items() if name != without]


def _ends(slug: str, states: list[Memento]) -> list[str]:
    return list(dict.fromkeys(_link(slug, state, states) for state in (states[0], states[-1])))


def _link(slug: str, state: Memento, states: list[Memento]) -> str:
    words = [word for word, end in (("first", states[0]), ("last", states[-1])) if state == end]
    relation = " ".join([*words, "memento"])
    return f'<{_address(slug, state)}>; rel="{relation}"; datetime="{http_date(state.recorded_at)}"'


def _address(slug: str, state: Memento) -> str:
    return _outside("story", slug=slug, position=state.position)


def _outside(page: str, **named: Any) -> str:
    """The address of a page as the outside knows it."""
    return tracker().settings.base_url + url_for(f"pages.{page}", **named)
