"""NewsML-G2: news items, packages and events as notes; the XML is read without entities, DTD or network."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lxml import etree

from tracker.archive.imports.drafting import Draft, Drafting, Drafts, NotThatFormat

_NAR = "{http://iptc.org/std/nar/2006-10-01/}"
_ITEMS = ("newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem")
_LEFT_OUT = ("contributor", "creator", "rightsInfo", "remoteContent", "partMeta", "genre", "language", "hasInstrument",
             "participant", "organiser", "contactInfo", "rRule", "signal")  # fmt: skip


def read(content: bytes) -> Drafts:
    """Each news item, reference of a package, and event as a draft. Raises NotThatFormat."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise NotThatFormat(f"this is not well-formed XML ({error.msg}).") from error
    if root.getroottree().docinfo.doctype:
        raise NotThatFormat("it has a document type declaration, which no NewsML-G2 has; it is not read.")
    items = [root] if _name(root) in _ITEMS else [each for each in root.iter() if _name(each) in _ITEMS]
    if not items or not root.tag.startswith(_NAR):
        raise NotThatFormat("this is no NewsML-G2: there is no newsItem, packageItem or conceptItem in it.")
    drafts = [draft for item in items for draft in _drafts(item)]
    numbered = [replace(d, number=n) for n, d in enumerate(drafts, start=1)]
    return Drafts("item", tuple(numbered), _text(root, "contentMeta/headline") or _text(root, "itemMeta/title"))


def _drafts(item: Any) -> Iterator[Draft]:
    named = item.iter(f"{_NAR}event", f"{_NAR}concept")
    events = [each for each in named if each.find(f"{_NAR}eventDetails") is not None]
    references = list(item.iter(f"{_NAR}itemRef"))
    if events:
        yield from (_event(item, each) for each in events)
    elif references:
        yield from (_reference(item, each) for each in references)
    else:
        yield _news(item)


def _news(item: Any) -> Draft:
    draft = _begun(item)
    draft.put("headline", _text(item, "contentMeta/headline") or _text(item, "itemMeta/title"), "headline")
    draft.put_text("text", _content(item), "contentSet")
    draft.put_text("summary", _text(item, "contentMeta/description"), "description")
    draft.put("place", _text(item, "contentMeta/located/name"), "located")
    named = [_text(each, "name") for each in item.iterfind(f"{_NAR}contentMeta/{_NAR}subject")]
    draft.put("tags", list(dict.fromkeys(name for name in named if name)), "subject")
    return _done(draft, item)


def _reference(item: Any, reference: Any) -> Draft:
    draft = _begun(item)
    draft.put("headline", _text(reference, "title") or _text(reference, "headline"), "itemRef.title")
    draft.put_text("text", _text(reference, "description"), "itemRef.description")
    if residref := reference.get("residref") or reference.get("href"):
        draft.lines.append(f"itemRef: {residref}")
    return _done(draft, reference)


def _event(item: Any, event: Any) -> Draft:
    draft = _begun(item, "event.planned")
    name = _text(event, "name")
    draft.put("headline", name, "name")
    draft.put("title", name[:500], "name")
    draft.put_text("summary", _inner(event.find(f"{_NAR}definition")), "definition")
    start, end = _text(event, "eventDetails/dates/start"), _text(event, "eventDetails/dates/end")
    whole = f"{start}/{end}" if start and end and "T" not in start + end and start != end else start
    draft.put_date("date", whole, "dates.start")
    draft.leave_out("dates.end", end if whole == start else "")
    draft.leave_out("dates.duration", _text(event, "eventDetails/dates/duration"))
    draft.put("place", _text(event, "eventDetails/location/name"), "location")
    return _done(draft, event)


def _begun(item: Any, type: str = "note.logged") -> Drafting:
    draft = Drafting(0, type)
    draft.put_date("made_public", _text(item, "itemMeta/versionCreated"), "versionCreated")
    draft.put_number("urgency", _text(item, "contentMeta/urgency"), "urgency")
    draft.put("embargo", _text(item, "itemMeta/embargoed"), "embargoed")
    status = item.find(f"{_NAR}itemMeta/{_NAR}pubStatus")
    if status is not None and str(status.get("qcode", "")).partition(":")[2] == "canceled":
        draft.problems.append(("pubStatus", "This item was cancelled by whoever sent it."))
    provider = item.find(f"{_NAR}itemMeta/{_NAR}provider")
    if provider is not None:
        called = _text(provider, "name") or provider.get("qcode") or provider.get("literal") or ""
        draft.put_source(str(called), "", "provider")
    if guid := item.get("guid"):
        draft.lines.append(f"guid: {guid}")
    return draft


def _done(draft: Drafting, element: Any) -> Draft:
    for name in _LEFT_OUT:
        draft.leave_out(name, next(element.iter(f"{_NAR}{name}"), None) is not None)
    return draft.done("imported from a wire item")


def _content(item: Any) -> str:
    """The text in an item: inline data, or the body of inline XML with its markup."""
    inline = item.find(f"{_NAR}contentSet/{_NAR}inlineData")
    if inline is not None:
        return "".join(inline.itertext())
    found = item.find(f"{_NAR}contentSet/{_NAR}inlineXML")
    if found is None:
        return ""
    body = next((each for each in found.iter() if _name(each) in {"body", "body.content"}), found)
    return _inner(body)


def _inner(element: Any) -> str:
    """What is inside an element as HTML of plain tags, for the reading of HTML to take apart."""
    if element is None:
        return ""
    for each in element.iter():
        if isinstance(each.tag, str):
            each.tag = _name(each)
    etree.cleanup_namespaces(element)
    return f"<div>{etree.tostring(element, encoding='unicode', with_tail=False)}</div>"


def _text(element: Any, path: str) -> str:
    found = element.find("/".join(f"{_NAR}{name}" for name in path.split("/")))
    return "" if found is None else " ".join("".join(found.itertext()).split())


def _name(element: Any) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""
