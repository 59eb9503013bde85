"""What was typed for one type of development, carried over to the form of another."""

from werkzeug.datastructures import MultiDict

from tracker.stories.catalogue import event_types
from tracker.web.forms import fields_of
from tracker.web.pasting import PASSAGE
from tracker.web.questions import FIRST


def carried(typed: MultiDict[str, str], old: str, new: str) -> MultiDict[str, str]:
    """What was typed, with who it is about and its words where the other type asks for them; nothing is lost."""
    moved = MultiDict(typed)
    for here, there in ((_who(old), _who(new)), (PASSAGE.get(old, "summary"), PASSAGE.get(new, "summary"))):
        if here and there and not typed.get(there, "").strip():
            moved[there] = typed.get(here, "")
    return moved


def _who(type: str) -> str:
    """The field that says whom it is about; "" where there is none."""
    return next((each.name for each in fields_of(event_types()[type]) if each.name == FIRST[type][0]
                 and each.widget in {"actor", "actors"}), "")  # fmt: skip
