"""`alembic check` on a fresh SQLite database: the tables in the code are the tables that the migrations make."""

import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from tracker import db


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'check.db'}"
        db.migrate(url)
        config: Config = db.migrations()
        engine = db.connect(url)
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.check(config)
        engine.dispose()


if __name__ == "__main__":
    main()
