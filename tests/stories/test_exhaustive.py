"""An event that is added and not handled everywhere does not pass the type check."""

import shutil
from pathlib import Path

import pytest
from mypy import api

TRACKER = Path(__file__).parents[2] / "tracker"
HANDLE_DEVELOPMENTS = {"development_types.py", "headlines.py"}


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    """A copy of the domain, and of what it stands on, to change."""
    copy = tmp_path / "tracker"
    shutil.copytree(TRACKER / "stories", copy / "stories", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(TRACKER / "__init__.py", copy)
    shutil.copy(TRACKER / "instants.py", copy)
    return copy / "stories"


def unhandled(stories: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the type check says, by file."""
    monkeypatch.chdir(stories.parents[1])
    flags = ["--strict", "--ignore-missing-imports", "--no-error-summary", "--cache-dir", str(stories / ".mypy")]
    told, problems, _ = api.run(["-p", "tracker.stories", *flags])
    assert not problems
    return {Path(line.partition(":")[0]).name: line for line in told.splitlines() if ": error: " in line}


def test_a_happening_that_nobody_handles_is_named_where_it_is_not_handled(stories, monkeypatch):
    happenings = stories / "happenings.py"
    written = happenings.read_text()
    union = "HappeningDevelopment = MeetingRevealed"
    rumour = 'class RumourSpread(LogNote, frozen=True, tag="rumour.spread.v1"):\n    """A rumour spreads."""\n\n\n'
    assert union in written
    happenings.write_text(written.replace(union, f"{rumour}{union} | RumourSpread"))

    told = unhandled(stories, monkeypatch)

    assert told.keys() == HANDLE_DEVELOPMENTS
    assert all('has incompatible type "RumourSpread"; expected "Never"' in line for line in told.values())
