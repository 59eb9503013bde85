"""A newsroom that sets something wrong is told in one line what would be right."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tracker.config import ConfigurationError, Settings

SECRET = "0123456789abcdef0123456789abcdef"


def settings(**environ: str) -> Settings:
    """Settings as the environment has them, with a secret unless another is given."""
    return Settings.from_environment({"TRACKER_SECRET_KEY": SECRET} | environ)


def test_a_desk_needs_to_set_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    made = Settings.from_environment({})

    assert made.database_url == "sqlite:///tracker.db"
    assert (made.redis_url, made.smtp_url) == ("", "")
    assert (made.base_url, made.timezone, made.origin) == ("http://127.0.0.1:8000", "UTC", "story-tracker")
    assert made.secret_key == (tmp_path / "secret-key").read_text().strip()


def test_an_empty_variable_counts_as_left_out() -> None:
    assert settings(TRACKER_DATABASE_URL=" ", TRACKER_TIMEZONE="") == settings()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_name_of_postgresql_means_the_one_driver(scheme: str) -> None:
    made = settings(TRACKER_DATABASE_URL=f"{scheme}://ana:s%40fe@db.example.org/tracker?sslmode=require")

    assert made.database_url == "postgresql+psycopg://ana:s%40fe@db.example.org/tracker?sslmode=require"


def test_a_secret_made_once_is_kept_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    environ = {"TRACKER_DATABASE_URL": f"sqlite:///{tmp_path / 'tracker.db'}"}

    first, second = Settings.from_environment(environ), Settings.from_environment(environ)

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_processes_that_start_at_once_keep_one_secret(tmp_path: Path) -> None:
    environ = {"TRACKER_DATABASE_URL": f"sqlite:///{tmp_path / 'tracker.db'}"}

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(Settings.from_environment, [environ] * 16))

    assert len({each.secret_key for each in made}) == 1


def test_two_newsrooms_do_not_get_the_same_secret() -> None:
    environ = {"TRACKER_DATABASE_URL": "sqlite://"}

    assert Settings.from_environment(environ).secret_key != Settings.from_environment(environ).secret_key


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRACKER_DATABASE_URL", "tracker.db"),
        ("TRACKER_DATABASE_URL", "mysql://ana@db.example.org/tracker"),
        ("TRACKER_DATABASE_URL", "postgresql://ana@db.example.org:port/tracker"),
        ("TRACKER_DATABASE_URL", "sqlite://db.example.org/tracker.db"),
        ("TRACKER_DATABASE_URL", "sqlite:///tracker.db?cache=shared"),
        ("TRACKER_REDIS_URL", "127.0.0.1:6379"),
        ("TRACKER_REDIS_URL", "http://127.0.0.1:6379"),
        ("TRACKER_SMTP_URL", "mail.example.org"),
        ("TRACKER_SMTP_URL", "smtp"),
        ("TRACKER_BASE_URL", "stories.example.org"),
        ("TRACKER_BASE_URL", "https://"),
        ("TRACKER_BASE_URL", "https://[stories"),
        ("TRACKER_BASE_URL", "https://stories.example.org:port"),
        ("TRACKER_BASE_URL", "https://stories.example.org/?page=1"),
        ("TRACKER_BASE_URL", "javascript:alert(1)"),
        ("TRACKER_TIMEZONE", "Mars/Olympus"),
        ("TRACKER_TIMEZONE", "../../etc/passwd"),
        ("TRACKER_TIMEZONE", "America"),
        ("TRACKER_ORIGIN", "two words"),
        ("TRACKER_ORIGIN", "a+b"),
        ("TRACKER_SECRET_KEY", "short"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        settings(**{name: value})

    assert name in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_secret_is_required_with_postgresql() -> None:
    with pytest.raises(ConfigurationError, match="TRACKER_SECRET_KEY is required with PostgreSQL"):
        Settings.from_environment({"TRACKER_DATABASE_URL": "postgresql://db.example.org/tracker"})


def test_a_kept_secret_that_is_too_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("short\n")

    with pytest.raises(ConfigurationError, match="secret-key must have at least 32 characters"):
        Settings.from_environment({"TRACKER_DATABASE_URL": f"sqlite:///{tmp_path / 'tracker.db'}"})


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nowhere/secret-key"):
        Settings.from_environment({"TRACKER_DATABASE_URL": f"sqlite:///{tmp_path / 'nowhere' / 'tracker.db'}"})


def test_no_secret_is_shown_in_a_traceback() -> None:
    made = settings(TRACKER_DATABASE_URL="postgresql://ana:swordfish@db.example.org/tracker")

    with pytest.raises(ConfigurationError) as refused:
        settings(TRACKER_DATABASE_URL="postgresql://ana:swordfish@db.example.org:port/tracker")

    assert SECRET not in repr(made)
    assert "swordfish" not in repr(made)
    assert "swordfish" not in str(refused.value)


def test_an_address_ends_without_a_slash() -> None:
    assert settings(TRACKER_BASE_URL="https://example.org/stories/").base_url == "https://example.org/stories"
