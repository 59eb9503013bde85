"""The wheel carries everything: it is installed elsewhere and runs outside the checkout."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent


def test_the_built_wheel_runs_the_demo_outside_its_checkout(tmp_path: Path) -> None:
    run: Any = {"check": True, "capture_output": True, "text": True}
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")], cwd=CHECKOUT, **run
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(site), str(wheel)],
        **run,
    )
    environment = {**os.environ, "PYTHONPATH": str(site)}

    where = subprocess.run(
        [sys.executable, "-c", "import tracker; print(tracker.__file__)"], cwd=elsewhere, env=environment, **run
    )
    demo = subprocess.run(
        [sys.executable, "-m", "tracker", "demo", "--no-serve", "--json", "--data", "d"],
        cwd=elsewhere, env=environment, **run,
    )  # fmt: skip

    assert Path(where.stdout.strip()).is_relative_to(site)
    assert set(json.loads(demo.stdout)["roles"]) == {"editor", "reporter", "archivist", "reader", "admin"}
    assert (site / "tracker" / "web" / "templates" / "story.html").exists()
    assert (site / "tracker" / "web" / "translations" / "de" / "LC_MESSAGES" / "messages.mo").exists()
    assert (site / "tracker" / "migrations" / "env.py").exists()
