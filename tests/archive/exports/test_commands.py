"""`tracker export` in every format: whole or one story, public unless a role is named."""

import zipfile
from pathlib import Path

import bagit
import pytest
from click.testing import CliRunner, Result

from tracker.archive.exports.formats import FORMATS
from tracker.bootstrap import Tracker
from tracker.cli import cli

CHECKOUT = Path(__file__).parents[3]


def run(tracker: Tracker, *arguments: str) -> Result:
    url = tracker.engine.url.render_as_string(hide_password=False)
    return CliRunner().invoke(
        cli, ["export", *arguments], env={"TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": "s" * 32}
    )


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_written_for_one_story_and_for_all(carried: Tracker, tmp_path: Path, form: str) -> None:
    one, every = tmp_path / "one", tmp_path / "every"

    assert run(carried, "harbour", "--format", form, "--output", str(one)).exit_code == 0
    assert run(carried, "--format", form, "--output", str(every)).exit_code == 0

    assert one.stat().st_size
    assert every.stat().st_size


def test_a_role_is_named_to_export_more_than_the_public_sees(carried: Tracker) -> None:
    public = run(carried, "harbour", "--format", "csv").stdout
    archivist = run(carried, "harbour", "--format", "csv", "--as", "archivist").stdout

    assert "CANARY" not in public
    assert "CANARY-desk" in archivist
    assert "CANARY-embargo" not in archivist


def test_a_story_that_is_not_to_be_seen_is_refused_like_one_that_is_not_there(carried: Tracker) -> None:
    refused = run(carried, "nowhere", "--format", "csv")

    assert refused.exit_code == 2
    assert "there is no story “nowhere” that a reader may see" in refused.output


def test_a_deposit_is_a_folder_or_a_zip(carried: Tracker, tmp_path: Path) -> None:
    folder, packed = tmp_path / "bag", tmp_path / "bag.zip"

    assert run(carried, "harbour", "--format", "bagit", "--output", str(folder)).exit_code == 0
    assert run(carried, "--format", "bagit", "--output", str(packed)).exit_code == 0

    bagit.Bag(str(folder)).validate()
    assert "stories/data/stories/harbour.html" in zipfile.ZipFile(packed).namelist()


def test_the_documentation_names_every_format_and_what_it_can_not_express() -> None:
    page = (CHECKOUT / "docs" / "formats.md").read_text(encoding="utf-8")

    for name in ("cloudevents", *FORMATS, "bagit"):
        assert f"| `{name}` |" in page
