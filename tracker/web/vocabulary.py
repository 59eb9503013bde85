"""The words of the vocabulary that pages say as they are stored, so that a catalogue of messages has them all."""

from typing import Final


def gettext_noop(word: str) -> str:
    """Marks a word for the catalogue and returns it."""
    return word


_ = gettext_noop

STANDINGS: Final = (
    _("standing"), _("corrected"), _("retracted"), _("embargoed"), _("withheld"), _("asserted"), _("denied"),
    _("contradicted"), _("qualified"), _("confirmed"), _("withdrawn"), _("open"), _("explained"), _("resolved"),
    _("dropped"), _("answered"), _("met"), _("overtaken"), _("took place"), _("cancelled"), _("active"), _("resting"),
    _("closed"), _("certainly"), _("possibly"), _("not yet"), _("not yet public"), _("public only"),
    _("newsroom only"), _("desk only"), _("correction"), _("clarification"), _("refile"),
)  # fmt: skip
"""What has become of a development, a story, a claim, a demand or a question."""

CHOICES: Final = (
    _("accepted"), _("against"), _("all"), _("apologise"), _("apologised"), _("apparent"), _("appointed"),
    _("attacks source"), _("background"), _("bloc"), _("briefing"), _("charged"), _("closed investigation"),
    _("correct record"), _("corroborated"), _("corroborates"), _("deep background"), _("deferred"), _("derived"),
    _("desk"), _("direct"), _("discrepancy"), _("dismiss"), _("dismissed"), _("disputed"), _("document"), _("few"),
    _("firsthand"), _("flat"), _("floor"), _("follows"), _("for"), _("full"), _("in part"), _("in person"),
    _("independent commission"), _("inferred"), _("interview"), _("leak"), _("most"), _("newsroom"), _("no"),
    _("non denial"), _("not calling for"), _("off record"), _("on record"), _("one"), _("opened investigation"),
    _("oral"), _("organization"), _("other"), _("partial"), _("partly"), _("person"), _("phone"), _("post"),
    _("precedent"), _("public"), _("public body"), _("recuse"), _("recused"), _("refused"), _("refuted"),
    _("release documents"), _("released documents"), _("resign"), _("resigned"), _("response to"), _("same matter"),
    _("secondhand"), _("several"), _("single source"), _("some"), _("special prosecutor"), _("spin off"), _("spoken"),
    _("spokesperson"), _("stated"), _("subpoenaed"), _("sued"), _("testify"), _("undeclared"), _("unknown"),
    _("unverified"), _("video"), _("voted"), _("written"), _("yes"),
)  # fmt: skip
"""The values that a field of a record chooses from."""

FIELDS: Final = (
    _("about"), _("action"), _("actor"), _("addressee"), _("answer"), _("as put by"), _("asked by"), _("authority"),
    _("basis"), _("beats"), _("by"), _("caused by"), _("claim"), _("claimant"), _("claims"), _("conditions"),
    _("contradiction"), _("date"), _("deadline"), _("demand"), _("demanders"), _("description"), _("effective"),
    _("embargo"), _("evidence"), _("except"), _("exchanges"), _("explanation"), _("extent"), _("fallback of"),
    _("forum"), _("grounds"), _("headline"), _("identified by"), _("issue"), _("issue text"), _("key"), _("kind"),
    _("learned"), _("level"), _("made public"), _("medium"), _("mode"), _("name"), _("occurred"), _("on"),
    _("on behalf of"), _("outlet"), _("participants"), _("place"), _("previously disclosed"), _("public note"),
    _("purpose"), _("quantifier"), _("question"), _("quotes"), _("reason"), _("reasoning"), _("relation"),
    _("relayed by"), _("revealed by"), _("role"), _("scope"), _("setting"), _("sources"), _("speaker"), _("stance"),
    _("summary"), _("synopsis"), _("tags"), _("target"), _("terms"), _("text"), _("title"), _("under oath"),
    _("unsourced"), _("until"), _("urgency"), _("via"), _("visibility"), _("why it matters"),
)  # fmt: skip
"""The fields of a development, as a correction or its page names them."""

TYPES: Final = (
    _("meeting revealed"), _("action announced"), _("action taken"), _("event planned"), _("note logged"),
    _("statement made"), _("testimony given"), _("comment declined"), _("claim asserted"), _("claim denied"),
    _("claim confirmed"), _("claim qualified"), _("claim withdrawn"), _("contradiction identified"),
    _("contradiction explained"), _("demand made"), _("demand joined"), _("demand withdrawn"), _("demand answered"),
    _("position taken"), _("question raised"), _("contradiction resolved"), _("contradiction dropped"),
    _("actor alias added"), _("actor role taken"), _("actor role left"), _("actor spokesperson named"),
    _("story rested"), _("story revived"), _("story closed"), _("story retitled"), _("story synopsis revised"),
    _("story linked"), _("demand met"), _("demand overtaken"), _("question answered"), _("question dropped"),
    _("developments linked"), _("event changed"), _("event took place"), _("event cancelled"),
)  # fmt: skip
"""What was logged, as the page says once it is."""

REFUSALS: Final = (
    _("This is needed."), _("This is not a valid key or value here: letters, digits and . _ ~ - only, without spaces."),
    _("This is not a valid link; write all of it, beginning with https://."),
    _("Say which story this belongs to."), _("The name or the password is not right."),
)  # fmt: skip
"""What keeps a form from being recorded and is not said where it is decided in so many words."""

ROLES: Final = (_("reader"), _("reporter"), _("editor"), _("archivist"), _("admin"))
"""What somebody is here for."""
