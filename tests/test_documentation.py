"""The documentation says what is there: every setting, command and type of event."""

import dataclasses
import re
import tomllib
from pathlib import Path

from docs import write_events
from tracker.api import openapi
from tracker.cli import cli
from tracker.config import Settings
from tracker.stories.catalogue import event_types

CHECKOUT = Path(__file__).resolve().parent.parent


def test_every_setting_stands_in_the_readme() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")

    for field in dataclasses.fields(Settings):
        assert f"`TRACKER_{field.name.upper()}`" in readme


def test_every_command_stands_in_the_guide() -> None:
    guide = (CHECKOUT / "docs" / "running.md").read_text(encoding="utf-8")

    for name in cli.commands:
        assert f"`tracker {name}" in guide


def test_every_route_of_the_api_stands_in_its_guide() -> None:
    guide = (CHECKOUT / "docs" / "api.md").read_text(encoding="utf-8")

    for path in openapi.document("")["paths"]:
        written = re.sub(r"\{(slug|id|key)\}", lambda found: found[1].upper(), path)
        assert written.replace("{name}", "events") in guide


def test_the_page_of_events_is_what_the_types_say() -> None:
    assert write_events.PAGE.read_text(encoding="utf-8") == write_events.page()
    for row in event_types().values():
        assert f"`{row.wire}`" in write_events.page()


def test_every_link_in_the_documentation_leads_somewhere() -> None:
    for page in [CHECKOUT / "README.md", *(CHECKOUT / "docs").glob("*.md")]:
        for target in _links(page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_layers_are_those_that_are_checked() -> None:
    page = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    checked = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]

    layers = [layer for layer in checked["contracts"][0]["layers"] if layer != "__main__"]

    assert " · ".join(f"`{layer}`" for layer in layers) in " ".join(page.split())


def test_what_the_way_of_an_event_names_is_there() -> None:
    page = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z_/]+\.py):([A-Za-z_.]+)`", page)

    assert len(named) > 20
    for file, names in named:
        source = (CHECKOUT / file if file.startswith("tracker/") else CHECKOUT / "tracker" / file).read_text("utf-8")
        for name in names.split("."):
            assert re.search(rf"^ *(def|class) {name}\b", source, re.MULTILINE), f"{file}: {name}"


def _links(text: str) -> list[str]:
    found = [part.split(")", 1)[0] for part in text.split("](")[1:]]
    return [target for target in found if not target.startswith("http")]
