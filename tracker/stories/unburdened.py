"""A story as somebody sees it who may not see all of it: what is hidden bears on nothing that is shown."""

from collections.abc import Iterable, Mapping
from typing import cast

from tracker.stories.development_types import AnyDevelopment, weighs
from tracker.stories.developments import add_weight
from tracker.stories.entries import Development, Entries, Entry, Question, Ref


def unburdened(shown: Entries, hidden: Iterable[Development]) -> dict[Ref, Entry]:
    """The entries shown, without the weight of the hidden developments.

    A claim denied only under embargo stands as asserted, a demand met by what is withheld is open, and a question
    answered by it is not answered: a standing must not tell what its reason may not.
    """
    found = dict(shown)
    keys = set()
    for act in hidden:
        keys.add(act.event.key)
        for key, word in weighs(cast("AnyDevelopment", act.event)) if act.bears else ():
            target = found.get(("development", key))
            if isinstance(target, Development):
                found[("development", key)] = add_weight(target, word, -1)
    return _not_by(found, keys) if keys else found


def _not_by(entries: Mapping[Ref, Entry], keys: set[str]) -> dict[Ref, Entry]:
    """The entries without what these developments settled: demands they met, questions they answered."""
    found = dict(entries)
    for ref, entry in entries.items():
        match entry:
            case Development(met_by=by) if by in keys:
                found[ref] = add_weight(entry, "met", -1).but(met_by="")
            case Question(by=by) if by in keys:
                found[ref] = entry.but(status="open", answer="", by="")
    return found
