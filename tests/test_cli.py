"""The commands as somebody types them: what they print, what they refuse in one line, with what exit code."""

import contextlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from click.testing import CliRunner

from tests.newsroom import HARBOUR, note, record
from tracker.bootstrap import Tracker, start
from tracker.cli import main
from tracker.config import Settings
from tracker.db import migrate
from tracker.sample import demonstration
from tracker.wsgi import create_app

CHECKOUT = Path(__file__).resolve().parent.parent
SECRET = "s" * 32
RECORDS = [HARBOUR, note("n1"), note("n2")]


def _trackers_own() -> list[str]:
    return [name for name in os.environ if name.startswith("TRACKER_")]


def _arguments(given: tuple[str, ...]) -> contextlib.AbstractContextManager[object]:
    return mock.patch.object(sys, "argv", ["tracker", *given])


class Shell:
    """A shell in a folder of its own, with a database set."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder, self.database_url = folder, database_url

    def run(self, *arguments: str, input: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `tracker` with arguments, in this process: what would be a process is a call of the same `main`."""
        given = {**dict.fromkeys(_trackers_own()), **self._environment(), **environment}
        with contextlib.chdir(self.folder), CliRunner().isolation(input, given) as streams, _arguments(arguments):
            with pytest.raises(SystemExit) as left:
                main()
            out, err = (each.getvalue().decode() for each in streams[:2])
        code = left.value.code
        return subprocess.CompletedProcess(arguments, code if isinstance(code, int) else int(bool(code)), out, err)

    def run_as_process(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `tracker` with arguments as a shell does."""
        named = {name: each for name, each in os.environ.items() if name not in _trackers_own()}
        return subprocess.run(
            [sys.executable, "-m", "tracker", *arguments], cwd=self.folder,
            env=named | self._environment() | {"PYTHONPATH": str(CHECKOUT)} | environment,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        return {"TRACKER_DATABASE_URL": self.database_url, "TRACKER_SECRET_KEY": SECRET}

    def done(self, *arguments: str, **how: Any) -> str:
        """What a command that succeeds prints."""
        ran = self.run(*arguments, **how)
        assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
        return ran.stdout

    def refused(self, *arguments: str, code: int = 2, **how: Any) -> str:
        """The one line with which a command refuses."""
        ran = self.run(*arguments, **how)
        assert ran.returncode == code, ran.stderr
        assert ran.stderr.count("\n") == 1, ran.stderr
        assert ran.stderr.endswith("\n")
        assert "Traceback" not in ran.stderr
        return ran.stderr

    def write(self, name: str, lines: list[Any]) -> str:
        """A file of records in the folder."""
        written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        (self.folder / name).write_text("".join(f"{line}\n" for line in written), encoding="utf-8")
        return name


@pytest.fixture
def shell(tmp_path: Path, sqlite_database: str) -> Shell:
    """A shell on an empty database."""
    return Shell(tmp_path, sqlite_database)


@pytest.fixture
def here(shell: Shell) -> Tracker:
    """The same database from inside."""
    return start(Settings.from_environment({"TRACKER_DATABASE_URL": shell.database_url, "TRACKER_SECRET_KEY": SECRET}))


def test_a_database_is_set_up_once_and_again_without_harm(tmp_path: Path) -> None:
    shell = Shell(tmp_path, f"sqlite:///{tmp_path / 'new.db'}")

    before = shell.refused("export")
    first, again = shell.done("init"), shell.done("init")

    assert "tracker init" in before
    assert first == again
    assert first.startswith("The database is ready")


def test_a_process_prints_and_leaves_as_the_command_does(shell: Shell) -> None:
    asked = (["export"], ["replay", "nowhere"], ["doctor", "--json"])

    for arguments in asked:
        process, call = shell.run_as_process(*arguments), shell.run(*arguments)
        assert (process.returncode, process.stdout, process.stderr) == (call.returncode, call.stdout, call.stderr)


def test_the_demo_is_one_line_of_json_whose_sign_ins_work(tmp_path: Path) -> None:
    shell = Shell(tmp_path, "sqlite:///elsewhere.db")

    printed = shell.done("demo", "--no-serve", "--json", "--data", "d", "--port", "8123")

    assert printed.count("\n") == 1
    told = json.loads(printed)
    assert told.keys() == {"url", "roles"}
    assert told["url"] == "http://127.0.0.1:8123"
    assert told["roles"].keys() == {"reader", "reporter", "editor", "archivist", "admin"}
    demo = start(Settings.from_environment({"TRACKER_DATABASE_URL": f"sqlite:///{tmp_path / 'd' / 'tracker.db'}"}))
    client = create_app(demo).test_client()
    for role, account in told["roles"].items():
        assert account.keys() == {"user", "password", "token"}
        bearer = {"Authorization": f"Bearer {account['token']}"}
        story = client.get(f"/api/v1/stories/{demonstration.STORY}", headers=bearer)
        logged = client.post(f"/api/v1/stories/{demonstration.STORY}/developments", json=note("x") | {"story": None},
                             headers=bearer)  # fmt: skip
        assert story.status_code == 200, role
        assert logged.status_code == (422 if role == "editor" else 403), role
    token = client.get("/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
    ana = told["roles"]["editor"]
    signed_in = client.post("/sign-in", data={"user": ana["user"], "password": ana["password"], "csrf_token": token})
    assert signed_in.status_code == 303
    assert not (tmp_path / "elsewhere.db").exists()
    demo.engine.dispose()


def test_the_demo_replaces_a_demo_and_nothing_else(tmp_path: Path) -> None:
    shell = Shell(tmp_path, "")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "tracker.db").write_text("somebody's own")

    refused = shell.refused("demo", "--no-serve", "--data", "d")

    assert "no demo's database" in refused
    assert (tmp_path / "d" / "tracker.db").read_text() == "somebody's own"


def test_people_and_tokens_are_made_and_shown_once(shell: Shell, here: Tracker) -> None:
    added = shell.done("users", "add", "pia", "--role", "editor", "--desk", "politics")
    given = shell.done("users", "add", "ben", "--role", "reporter", "--password-stdin", input="a long password\n")
    token = shell.done("tokens", "create", "pia").strip()
    listed = shell.done("users", "list")

    assert added.startswith("pia is an editor. Password: ")
    assert given == "ben is a reporter.\n"
    assert [line.split() for line in listed.splitlines()] == [
        ["ben", "reporter", "active"], ["pia", "editor", "active", "politics"],
    ]  # fmt: skip
    client = create_app(here).test_client()
    assert client.get("/api/v1/stories", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    here.engine.dispose()


def test_a_token_that_was_lost_is_found_and_revoked(shell: Shell, here: Tracker) -> None:
    shell.done("users", "add", "pia", "--role", "editor")
    token, other = (shell.done("tokens", "create", "pia", "--label", label).strip() for label in ("laptop", "desk"))
    client = create_app(here).test_client()

    def asks(shown: str) -> int:
        return client.get("/api/v1/stories", headers={"Authorization": f"Bearer {shown}"}).status_code

    before = asks(token)
    laptop, desk = (line.split() for line in shell.done("tokens", "list", "pia").splitlines())
    shell.done("tokens", "revoke", "pia", laptop[0])

    assert (laptop[1], laptop[-1], desk[1:]) == ("active", "laptop", ["active", "never", "used", "desk"])
    assert (before, asks(token), asks(other)) == (200, 401, 200)
    assert [line.split()[1] for line in shell.done("tokens", "list", "pia").splitlines()] == ["revoked", "active"]
    assert "no token" in shell.refused("tokens", "revoke", "pia", "000000000000")
    here.engine.dispose()


def test_accounts_that_can_not_be_are_refused_in_a_line(shell: Shell) -> None:
    assert "cannot be a name" in shell.refused("users", "add", "Not A Name", "--role", "editor")
    assert "at least" in shell.refused("users", "add", "ben", "--role", "editor", "--password-stdin", input="short\n")
    assert "chief" in shell.refused("users", "add", "ben", "--role", "chief")
    assert "no account" in shell.refused("tokens", "create", "nobody")


def test_a_file_of_records_is_imported_once(shell: Shell, here: Tracker) -> None:
    file = shell.write("records.jsonl", RECORDS)

    rehearsed = shell.done("import", file, "--dry-run")
    nothing = here.store.position()
    first = json.loads(shell.done("import", file, "--json"))
    again = json.loads(shell.done("import", file, "--json"))

    assert "3 events would be added" in rehearsed
    assert nothing == 0
    assert first.keys() == {"lines", "events", "repeated", "correlation", "problems"}
    assert (first["lines"], first["events"], first["repeated"], first["problems"]) == (3, 3, 0, [])
    assert (again["lines"], again["events"], again["repeated"]) == (3, 0, 3)
    assert {event.correlation for event in here.store.read_all()} == {first["correlation"]}
    assert {event.recorded_by for event in here.store.read_all()} == {"import"}
    here.engine.dispose()


def test_a_file_with_bad_lines_is_refused_whole_unless_told_to_keep_going(shell: Shell, here: Tracker) -> None:
    bad = ["{not json", {"type": "nonsense"}, note("n3", occurred="2016-02-30", urgency=12)]
    file = shell.write("records.jsonl", [*RECORDS, *bad])

    refused = shell.run("import", file, "--json")
    nothing = here.store.position()
    rehearsed = shell.run("import", file, "--dry-run")
    kept = shell.run("import", file, "--keep-going")

    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "4 problems refused, nothing was recorded" in refused.stderr
    assert [(each["line"], each["field"]) for each in json.loads(refused.stdout)["problems"]] == [
        (4, ""), (5, "type"), (6, "occurred"), (6, "urgency"),
    ]  # fmt: skip
    assert nothing == 0
    assert rehearsed.returncode == 2
    assert kept.returncode == 0
    assert [line.split(":")[0] for line in kept.stderr.splitlines()] == ["line 4", "line 5", "line 6", "line 6"]
    assert "3 events added" in kept.stdout
    assert here.store.position() == 3
    here.engine.dispose()


def test_a_file_that_is_not_there_is_refused_in_a_line(shell: Shell) -> None:
    assert "nowhere.jsonl" in shell.refused("import", "nowhere.jsonl")


def test_a_log_goes_out_and_comes_in_elsewhere_the_same(shell: Shell, here: Tracker, tmp_path: Path) -> None:
    record(here, *RECORDS, {"type": "actor.added", "key": "mara", "name": "Mara Quint", "kind": "person"})
    migrate(other := f"sqlite:///{tmp_path / 'other.db'}")
    elsewhere = Shell(tmp_path, other)

    shell.done("export", "--output", "log.jsonl")
    story = shell.done("export", "harbour")
    added = json.loads(elsewhere.done("import", "log.jsonl", "--format", "cloudevents", "--json"))
    back = elsewhere.done("export")
    shown = json.loads(elsewhere.done("replay", "harbour", "--json"))

    assert added == {"events": 4}
    assert back == (tmp_path / "log.jsonl").read_text(encoding="utf-8")
    assert len(story.splitlines()) == 3
    assert [each["key"] for each in shown["developments"]] == ["n1", "n2"]

    (tmp_path / "story.jsonl").write_text(story.split("\n", 1)[1], encoding="utf-8")
    tampered = back.replace("Note n2", "Note n3")
    (tmp_path / "tampered.jsonl").write_text(tampered, encoding="utf-8")
    elsewhere.refused("import", "tampered.jsonl", "--format", "cloudevents")
    migrate(empty := f"sqlite:///{tmp_path / 'empty.db'}")
    elsewhere.refused("import", "story.jsonl", "--format", "cloudevents", TRACKER_DATABASE_URL=empty)
    elsewhere.refused("import", shell.write("no.jsonl", RECORDS), "--format", "cloudevents")
    assert "nowhere" in shell.refused("export", "nowhere")
    here.engine.dispose()


def test_a_replay_is_the_document_that_was_promised(shell: Shell, here: Tracker) -> None:
    demonstration.load(here)

    told = json.loads(shell.done("replay", demonstration.STORY, "--json"))
    then = json.loads(
        shell.done(
            "replay", demonstration.STORY, "--known-at", "2017-02-28", "--occurred-by", "2017-02-28", "--public-at",
            "2017-02-28", "--json",
        )
    )  # fmt: skip
    in_words = shell.done("replay", demonstration.STORY)

    assert list(told) == [
        "story", "version", "asked", "developments", "claims", "contradictions", "demands", "positions", "questions",
        "actors",
    ]  # fmt: skip
    assert told["story"].keys() == {"slug", "title", "synopsis", "status"}
    development = next(each for each in told["developments"] if each["key"] == "july-meeting")
    assert development.keys() >= {
        "key", "type", "headline", "summary", "occurred", "made_public", "learned_at", "recorded_at", "status",
        "verification", "happened", "public", "details", "corrections", "sources", "links", "via",
    }  # fmt: skip
    assert development["occurred"].keys() >= {"edtf", "as_said", "basis", "earliest", "latest"}
    assert told["claims"][0].keys() >= {
        "key", "text", "claimant", "relayed_by", "standing", "denials", "contradictions",
    }  # fmt: skip
    assert told["contradictions"][0].keys() >= {
        "key", "claim", "against", "kind", "status", "identified_by", "explanations",
    }  # fmt: skip
    assert told["demands"][0].keys() >= {
        "key", "action", "addressee", "demanders", "status", "answers", "met_by",
    }  # fmt: skip
    assert told["demands"][0]["demanders"][0].keys() >= {"actor", "grounds", "quantifier"}
    assert told["positions"][0].keys() >= {
        "actor", "issue", "text", "stance", "quantifier", "except", "since", "development",
    }  # fmt: skip
    assert told["questions"][0].keys() >= {"key", "text", "status", "answer"}
    assert told["actors"][0].keys() >= {"key", "name", "kind", "roles"}
    assert told["asked"] == {}
    assert then["asked"] == {"known_at": "2017-02-28", "occurred_by": "2017-02-28", "public_at": "2017-02-28"}
    assert {each["type"] for each in then["developments"]} >= {"testimony.given"}
    assert "meeting.revealed" not in {each["type"] for each in then["developments"]}
    assert "The attorney general and the ambassador" in in_words
    here.engine.dispose()


def test_a_replay_with_anothers_eyes_shows_what_they_may_see(shell: Shell, here: Tracker) -> None:
    record(here, *RECORDS, note("open", visibility="public"))

    told = json.loads(shell.done("replay", "harbour", "--as", "reader", "--json"))

    assert [each["key"] for each in told["developments"]] == ["open"]
    here.engine.dispose()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["replay", "nowhere"], "there is no story “nowhere”"),
        (["replay", "harbour", "--known-at", "some day"], "some day"),
        (["replay", "harbour", "--position", "x"], "position"),
        (["replay", "\udcff"], "'\\udcff'"),  # what a shell hands on that is no text
        (["import", os.devnull, "--by", " "], "--by"),
        (["nonsense"], "nonsense"),
        (["worker"], "TRACKER_REDIS_URL"),
        (["beat"], "TRACKER_REDIS_URL"),
        (["serve", "--port", "70000"], "70000"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_what_can_not_be_done_is_refused_in_a_line(
    shell: Shell, here: Tracker, arguments: list[str], said: str
) -> None:
    record(here, HARBOUR)

    refused = shell.refused(*arguments)

    assert said in refused
    here.engine.dispose()


@pytest.mark.parametrize(
    "setting",
    [
        {"TRACKER_DATABASE_URL": "nonsense"},
        {"TRACKER_DATABASE_URL": "mysql://x/y"},
        {"TRACKER_DATABASE_URL": "sqlite:////nowhere/at/all.db"},
        {"TRACKER_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        {"TRACKER_REDIS_URL": "redis://127.0.0.1:port/0"},
        {"TRACKER_REDIS_URL": "redis://127.0.0.1?socket_timeout=soon"},
        {"TRACKER_TIMEZONE": "Mars/Olympus"},
        {"TRACKER_SECRET_KEY": "short"},
    ],
    ids=lambda setting: next(iter(setting.values())),
)
def test_a_setting_that_can_not_be_is_refused_in_a_line(shell: Shell, setting: dict[str, str]) -> None:
    shell.refused("export", **setting)


def test_the_views_are_checked_against_a_replay(shell: Shell, here: Tracker) -> None:
    record(here, *RECORDS)
    here.engine.dispose()

    well = json.loads(shell.done("project", "--check", "--json"))
    with sqlite3.connect(shell.database_url.removeprefix("sqlite:///")) as connection:
        changed = connection.execute("UPDATE entries SET visibility = 'public' WHERE key = 'n2'").rowcount
    connection.close()
    tampered = shell.run("project", "--check", "--json")
    rebuilt = shell.run("project", "--rebuild", "--check")

    assert (well["differences"], well["streams"]) == ([], 1)
    assert changed == 1
    assert (tampered.returncode, tampered.stderr) == (1, "")
    assert len(json.loads(tampered.stdout)["differences"]) == 1
    assert "n2" in json.loads(tampered.stdout)["differences"][0]
    assert rebuilt.returncode == 0
    assert "all equal" in rebuilt.stdout


def test_the_doctor_says_what_is_well_and_what_to_do(shell: Shell, tmp_path: Path) -> None:
    well = json.loads(shell.done("doctor", "--json"))
    empty = shell.run("doctor", TRACKER_DATABASE_URL=f"sqlite:///{tmp_path / 'empty.db'}")
    without_redis = shell.run("doctor", TRACKER_REDIS_URL="redis://127.0.0.1:1/0")

    assert all(each.keys() == {"what", "well", "said"} for each in well)
    assert {each["what"] for each in well} == {"database", "migrations", "workers", "redis", "mail", "keys", "verified"}
    assert all(each["well"] for each in well)
    assert empty.returncode == 1
    assert "tracker init" in empty.stdout
    assert without_redis.returncode == 1
    assert "does not answer" in without_redis.stdout


def test_an_address_that_is_taken_is_refused_before_anything_is_done(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        served, shown = shell.refused("serve", "--port", port), shell.refused("demo", "--port", port, "--data", "d")

    assert f"127.0.0.1:{port}" in served
    assert "--port" in shown
    assert not (shell.folder / "d").exists()


def test_who_types_no_command_reads_which_there_are(shell: Shell) -> None:
    assert "\n  replay " in shell.done()
    assert "\n  add " in shell.done("users")


def test_every_command_has_help(shell: Shell) -> None:
    whole = shell.done("--help")

    for command in ("init", "demo", "serve", "worker", "beat", "import", "export", "replay", "project", "users",
                    "tokens", "doctor", "verify", "checkpoint", "prove"):  # fmt: skip
        assert f"\n  {command} " in whole
    assert "--known-at" in shell.done("replay", "--help")


def test_the_log_is_verified_and_a_kept_checkpoint_holds_it_to_its_word(shell: Shell, here: Tracker) -> None:
    record(here, *RECORDS)
    (shell.folder / "kept").write_text(shell.done("checkpoint"), encoding="utf-8")
    key = shell.done("checkpoint", "--key").strip()
    told = json.loads(shell.done("checkpoint", "--json"))
    record(here, note("n3"))
    here.engine.dispose()

    well = json.loads(shell.done("verify", "--against", "kept", "--key", key, "--json"))
    in_words = shell.done("verify")
    with sqlite3.connect(shell.database_url.removeprefix("sqlite:///")) as connection:
        connection.execute("DROP TRIGGER events_refuse_update")
        connection.execute("UPDATE events SET data = '{}' WHERE position = 2")
    connection.close()
    tampered = shell.run("verify", "--against", "kept")

    assert (told["size"], told["note"], told["keys"]) == (3, (shell.folder / "kept").read_text("utf-8"), [key])
    assert (well["ok"], well["events"], well["first_wrong"]) == (True, 4, None)
    assert well["checkpoints"] == [
        {"size": 3, "ok": True, "signed": True, "said": "the log begins with the checkpoint of 3 events"}
    ]
    assert "All as it was written" in in_words
    assert "kept elsewhere" in in_words
    assert (tampered.returncode, tampered.stderr) == (1, "")
    assert "position 2: note.logged.v1 in story/harbour, version 2: its content is not" in tampered.stdout
    assert tampered.stdout.endswith("The first wrong position: 2\n")


def test_whoever_watches_sees_how_far_verifying_has_got_and_nobody_else_does(shell: Shell, here: Tracker) -> None:
    record(here, *RECORDS)
    here.engine.dispose()

    watched = shell.run("verify", FORCE_COLOR="1", TERM="xterm")
    piped = shell.run("verify")

    assert (watched.returncode, watched.stdout) == (0, piped.stdout)
    assert "3/3" in watched.stderr
    assert piped.stderr == ""


def test_an_event_is_proved_and_an_export_verified_without_the_database(shell: Shell, here: Tracker) -> None:
    record(here, *RECORDS)
    event = here.store.read_all()[1]
    here.engine.dispose()
    (shell.folder / "kept").write_text(shell.done("checkpoint"), encoding="utf-8")
    shell.done("export", "--output", "log.jsonl")

    proof = json.loads(shell.done("prove", event.id, "--json"))
    nowhere = {"TRACKER_DATABASE_URL": "sqlite:////nowhere/at/all.db"}
    bundle = json.loads(shell.done("verify", "--bundle", "log.jsonl", "--against", "kept", "--json", **nowhere))
    (shell.folder / "cut.jsonl").write_text("".join((shell.folder / "log.jsonl").read_text().splitlines(True)[:2]))
    cut = shell.run("verify", "--bundle", "cut.jsonl", "--against", "kept", **nowhere)

    assert list(proof) == ["index", "size", "leaf_hash", "root", "path"]
    assert (proof["index"], proof["size"], len(proof["path"])) == (1, 3, 2)
    assert (bundle["ok"], bundle["root"]) == (True, proof["root"])
    assert cut.returncode == 1
    assert "is of a longer log" in cut.stdout
    assert "EVENT_ID" in shell.refused("prove", "no-such-event")
    assert "line 1" in shell.refused("verify", "--bundle", "kept")
    assert "nothing to check" in shell.refused("verify", "--bundle", shell.write("empty", []))
    assert "--key" in shell.refused("verify", "--key", "nonsense")
    assert "nowhere" in shell.refused("verify", "--against", "nowhere")
