"""schema.org as JSON-LD: a LiveBlogPosting with its updates, the claims, and every correction."""

from typing import Any

import orjson

from tracker.archive.exports.told import Telling, Told, correction_words, voice, words
from tracker.projections.scene import Document


def write(telling: Telling) -> bytes:
    """One document with a LiveBlogPosting for each story, its claims beside it."""
    nodes = [node for story in telling.stories for node in (_live_blog(story), *_claims(story))]
    told = {"@context": "https://schema.org", "@graph": nodes}
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)


def _live_blog(story: Told) -> dict[str, Any]:
    told = story.document["story"]
    recorded = [each["recorded_at"] for each in story.developments]
    return _without_blanks(
        {
            "@type": "LiveBlogPosting",
            "@id": story.address,
            "url": story.address,
            "headline": told["title"],
            "description": told["synopsis"],
            "coverageStartTime": min(recorded, default=""),
            "coverageEndTime": max(recorded, default="") if told["status"] == "closed" else "",
            "dateModified": max(story.changed_at.values(), default=""),
            "about": [_actor(story, each) for each in story.document["actors"]],
            "liveBlogUpdate": [_update(story, each) for each in story.developments],
        }
    )


def _update(story: Told, each: Document) -> dict[str, Any]:
    occurred, place = each["occurred"] or {}, each["place"] or {}
    return _without_blanks(
        {
            "@type": "BlogPosting",
            "@id": story.address_of(each["key"]),
            "url": story.address_of(each["key"]),
            "identifier": story.id_of(each["key"]),
            "headline": each["headline"] or each["type"],
            "articleBody": words(each),
            "additionalType": each["type"],
            "datePublished": each["recorded_at"],
            "dateModified": story.changed_at[each["key"]],
            "temporalCoverage": occurred.get("edtf", ""),
            "contentLocation": {"@type": "Place", "name": place["name"]} if place else {},
            "keywords": [*each["beats"], *each["tags"]],
            "creativeWorkStatus": each["status"] if each["status"] != "standing" else "",
            "citation": [_source(source) for source in each["sources"]],
            "correction": [_correction(correction) for correction in each["corrections"]] + _retraction(story, each),
        }
    )


def _correction(correction: Document) -> dict[str, Any]:
    return {
        "@type": "CorrectionComment",
        "text": correction_words(correction),
        "datePublished": correction["recorded_at"],
    }


def _retraction(story: Told, each: Document) -> list[dict[str, Any]]:
    if not each["retracted_because"]:
        return []
    text = f"Retracted: {each['retracted_because']}"
    return [{"@type": "CorrectionComment", "text": text, "datePublished": story.changed_at[each["key"]]}]


def _claims(story: Told) -> list[dict[str, Any]]:
    contradictions = {each["key"]: each for each in story.document["contradictions"]}
    claims = (each for each in story.document["claims"] if not each["retracted"])
    return [_claim(story, claim, contradictions) for claim in claims]


def _claim(story: Told, claim: Document, contradictions: dict[str, Document]) -> dict[str, Any]:
    """A claim with who made it; denials and contradictions are comments, since no property relates claims."""
    denials = [
        {"@type": "Comment", "@id": story.address_of(denial["development"]),
         "author": _person(story, denial["by"]), "text": f"Denied ({denial['kind'].replace('_', ' ')})"}
        for denial in claim["denials"]
    ]  # fmt: skip
    against = [
        {"@type": "Comment", "@id": story.address_of(key), "text": f"Contradicted ({contradictions[key]['status']})",
         "author": _person(story, contradictions[key]["identified_by"])}
        for key in claim["contradictions"] if key in contradictions
    ]  # fmt: skip
    return _without_blanks(
        {
            "@type": "Claim",
            "@id": f"{story.address_of(claim['key'])}#claim",
            "text": claim["text"],
            "author": _person(story, claim["claimant"]),
            "appearance": {"@id": story.address_of(claim["key"])},
            "creativeWorkStatus": ", ".join(claim["standing"]),
            "comment": denials + against,
        }
    )


def _person(story: Told, given: Any) -> dict[str, Any]:
    nobody = {"unattributed": "Unattributed", "desk": "The desk"}
    if isinstance(given, str) and given not in nobody:
        found = next((each for each in story.document["actors"] if each["key"] == given), None)
        return _actor(story, found) if found else {"@type": "Person", "name": given}
    return {"@type": "Person", "name": nobody.get(str(given)) or voice(given, story.names)}


def _actor(story: Told, actor: Document) -> dict[str, Any]:
    site = story.address.rpartition("/stories/")[0]
    kind = {"person": "Person", "public_body": "GovernmentOrganization"}.get(actor["kind"], "Organization")
    return {"@type": kind, "@id": f"{site}/actors/{actor['key']}", "name": actor["name"]}


def _source(source: Document) -> dict[str, Any]:
    return _without_blanks(
        {
            "@type": "CreativeWork",
            "name": source.get("description") or source["key"],
            "url": source.get("url", ""),
            "publisher": {"@type": "Organization", "name": source["outlet"]} if source.get("outlet") else {},
        }
    )


def _without_blanks(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value not in ("", None, [], {})}
