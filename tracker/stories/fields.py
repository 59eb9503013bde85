"""The kinds of field that commands and events are made of: keys, voices, quotes, places."""

from typing import Annotated, ClassVar, Literal

import msgspec

from tracker.stories.dates import ImpreciseDate

# `$` alone lets a line break follow.
END = r"$(?!\n)"
KEY_PATTERN = rf"^[A-Za-z0-9][A-Za-z0-9._~-]{{0,119}}{END}"
LONGEST_TEXT = 20_000
INSTANT_PATTERN = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"


def _names(what: str) -> msgspec.Meta:
    """A key that names something of the given kind; intake, references and forms all read this mark."""
    return msgspec.Meta(pattern=KEY_PATTERN, extra={"names": what}, extra_json_schema={"x-names": what})


Key = Annotated[str, msgspec.Meta(pattern=KEY_PATTERN)]
ActorKey = Annotated[str, _names("actor")]
SourceKey = Annotated[str, _names("source")]
StoryKey = Annotated[str, _names("story")]
DevelopmentKey = Annotated[str, _names("development")]
ClaimKey = Annotated[str, _names("claim")]
ContradictionKey = Annotated[str, _names("contradiction")]
DemandKey = Annotated[str, _names("demand")]
PlannedKey = Annotated[str, _names("planned")]
QuestionKey = Annotated[str, _names("question")]
IssueKey = Annotated[str, _names("issue")]

FieldName = Annotated[str, msgspec.Meta(pattern=rf"^[a-z_]{{1,60}}{END}")]
Line = Annotated[str, msgspec.Meta(max_length=500)]
Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT, extra_json_schema={"x-long": True})]
RequiredLine = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
RequiredText = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_TEXT, extra_json_schema={"x-long": True})]
InstantText = Annotated[str, msgspec.Meta(pattern=INSTANT_PATTERN, extra={"holds": "instant"})]
Coordinate = Annotated[str, msgspec.Meta(pattern=rf"^-?[0-9]{{1,3}}(\.[0-9]{{1,8}})?{END}")]
Urgency = Annotated[int, msgspec.Meta(ge=1, le=9, description="1 is the most urgent (IPTC)")]
Visibility = Literal["desk", "newsroom", "public"]
Quantifier = Literal["all", "most", "some", "few", "one"]
Known = Literal["yes", "no", "unknown"]

# Voices that are nobody's actor stream.
UNATTRIBUTED = "unattributed"
DESK = "desk"
RESERVED_VOICES = frozenset({UNATTRIBUTED, DESK})


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A value inside a record. `LEAD` is the field that a bare string stands for."""

    LEAD: ClassVar[str] = ""


class Sealed(Part, frozen=True, kw_only=True):
    """Text under a key of its own (AES-GCM); hashes are over the ciphertext, so destroying the key forgets it."""

    key: str
    nonce: str
    ciphertext: str


class Described(Part, frozen=True, kw_only=True):
    """Somebody who speaks without being named: a description, and for whom they spoke."""

    description: RequiredLine
    on_behalf_of: ActorKey = ""


Voice = ActorKey | Described


class Quote(Part, frozen=True, kw_only=True):
    """A passage, anchored as a W3C TextQuoteSelector."""

    LEAD: ClassVar[str] = "exact"
    exact: RequiredText
    prefix: Text = ""
    suffix: Text = ""


class Place(Part, frozen=True, kw_only=True):
    """Where it was; coordinates are decimal strings, since no float may enter a hash."""

    LEAD: ClassVar[str] = "name"
    name: RequiredLine
    country: Annotated[str, msgspec.Meta(pattern=rf"^[A-Z]{{2}}{END}")] = ""
    latitude: Coordinate = ""
    longitude: Coordinate = ""


class Capacity(Part, frozen=True, kw_only=True):
    """In what role somebody took part, and who says so."""

    LEAD: ClassVar[str] = "as_"
    as_: RequiredLine = msgspec.field(name="as")
    according_to: Voice = ""


class Participant(Part, frozen=True, kw_only=True):
    """Somebody who took part in a meeting, in one or more disputed capacities."""

    LEAD: ClassVar[str] = "actor"
    actor: Voice
    capacity: tuple[Capacity, ...] = ()


class Purpose(Part, frozen=True, kw_only=True):
    """What a meeting was for, as somebody put it."""

    LEAD: ClassVar[str] = "text"
    text: RequiredText
    by: Voice = ""


class Exchange(Part, frozen=True, kw_only=True):
    """One question and its answer, in the words of the record."""

    LEAD: ClassVar[str] = "answer"
    answer: RequiredText
    question: Text = ""
    asked_by: Voice = ""


class Demander(Part, frozen=True, kw_only=True):
    """Who demands, on what grounds, how far the demand goes; a bloc with its quantifier and exceptions."""

    LEAD: ClassVar[str] = "actor"
    actor: Voice
    grounds: Text = ""
    scope: Text = ""
    quantifier: Quantifier | None = None
    except_: tuple[ActorKey, ...] = msgspec.field(default=(), name="except")


class Fields(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The root of every command and every event.

    An event inherits the fields of the command it was decided from, unless deciding adds to them.
    `learned` keeps the words where the newsroom's knowledge is dated imprecisely ("in January 2017").
    """

    learned: ImpreciseDate | None = None


class DevelopmentFields(Fields, frozen=True, kw_only=True):
    """What every development has besides its own fields.

    `made_public` absent is unknown, null is not public. One of `sources`, `unsourced` and `via` is required;
    a development said `via` another inherits its source, dates and speaker. `sealed` holds details that are kept
    under keys of their own, by a name for each: given as text, stored as ciphertext.
    """

    key: Key = ""
    headline: Line = ""
    summary: Text = ""
    occurred: ImpreciseDate | None = None
    made_public: ImpreciseDate | None | msgspec.UnsetType = msgspec.UNSET
    place: Place | None = None
    sources: tuple[SourceKey, ...] = ()
    unsourced: Line = ""
    via: DevelopmentKey = ""
    urgency: Urgency | None = None
    tags: tuple[RequiredLine, ...] = ()
    beats: tuple[RequiredLine, ...] = ()
    visibility: Visibility = "newsroom"
    embargo: InstantText = ""
    why_it_matters: Text = ""
    sealed: dict[FieldName, Text | Sealed] = {}


def speaker_key(voice: Voice) -> str:
    """The actor a voice belongs to: itself, or whom an unnamed one speaks for; "" for nobody known."""
    return voice.on_behalf_of if isinstance(voice, Described) else voice
