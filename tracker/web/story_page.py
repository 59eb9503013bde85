"""The page of a story: as it stands, or as it was known on the clocks that the address asks for."""

from typing import Any

from flask import render_template, request

from tracker.accounts.gate import needs
from tracker.projections.presentation import document
from tracker.web.blueprint import blueprint
from tracker.web.standing import where_it_stands
from tracker.web.telling import as_json, may_log, names_in, scene_of, wants_json


@blueprint.get("/stories/<slug>")
@blueprint.get("/stories/<slug>.json", endpoint="story_json")
@needs("read")
def story(slug: str) -> Any:
    """A story as it stands, or as it was known on the clocks that the address asks for."""
    scene = scene_of(slug)
    told = document(scene)
    if wants_json():
        answer = as_json(told)
        answer.set_etag(str(scene.version))
        return answer
    return render_template(
        "story.html", told=told, names=names_in(told), asked=scene.asked, standing=where_it_stands(told),
        may_log=may_log(scene), clocks=request.args,
        headlines={each["key"]: each["headline"] for each in told["developments"]},
        questions={each["key"]: each["text"] for each in told["questions"]},
        contradictions={each["key"]: each for each in told["contradictions"]},
    )  # fmt: skip
