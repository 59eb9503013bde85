"""What the type of an event is called: with its version in the log, without it in records."""

from tracker.stories.fields import Fields


def wire_type(event: type[Fields]) -> str:
    """The versioned wire type of an event class: `claim.denied.v1`."""
    return str(event.__struct_config__.tag)


def wire_name(event: Fields) -> str:
    """The type of an event without its version, as records name it: `claim.denied`."""
    return wire_type(type(event)).rpartition(".v")[0]
