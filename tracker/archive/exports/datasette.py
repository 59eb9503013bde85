"""A SQLite file to explore without us: tables, foreign keys and full-text search, as Datasette shows them."""

import sqlite3
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from tracker.archive.exports.told import Telling, Told, voice, words
from tracker.projections.scene import Document

_SCHEMA = """
CREATE TABLE stories (slug TEXT PRIMARY KEY, title TEXT, synopsis TEXT, status TEXT, version INTEGER, address TEXT);
CREATE TABLE actors (key TEXT PRIMARY KEY, name TEXT, kind TEXT, roles TEXT);
CREATE TABLE sources (key TEXT PRIMARY KEY, description TEXT, terms TEXT, outlet TEXT, url TEXT, document TEXT);
CREATE TABLE developments (
  id TEXT PRIMARY KEY, story TEXT REFERENCES stories(slug), key TEXT, type TEXT, headline TEXT, words TEXT,
  occurred TEXT, occurred_words TEXT, occurred_earliest TEXT, occurred_latest TEXT, made_public TEXT,
  learned_at TEXT, recorded_at TEXT, position INTEGER, status TEXT, verification TEXT, visibility TEXT,
  urgency INTEGER, place TEXT, via TEXT REFERENCES developments(id), unsourced TEXT, retracted_because TEXT,
  details TEXT, address TEXT);
CREATE TABLE development_sources (
  development TEXT REFERENCES developments(id), source TEXT REFERENCES sources(key), PRIMARY KEY (development, source));
CREATE TABLE tags (development TEXT REFERENCES developments(id), kind TEXT, tag TEXT);
CREATE TABLE corrections (
  development TEXT REFERENCES developments(id), field TEXT, was TEXT, now TEXT, class TEXT, public_note TEXT,
  recorded_at TEXT);
CREATE TABLE claims (
  id TEXT PRIMARY KEY REFERENCES developments(id), text TEXT, claimant TEXT, standing TEXT);
CREATE TABLE denials (
  development TEXT REFERENCES developments(id), claim TEXT REFERENCES claims(id), by TEXT, kind TEXT);
CREATE TABLE contradictions (
  id TEXT PRIMARY KEY REFERENCES developments(id), claim TEXT REFERENCES developments(id), kind TEXT, status TEXT,
  identified_by TEXT, reasoning TEXT);
CREATE TABLE demands (
  id TEXT PRIMARY KEY REFERENCES developments(id), action TEXT, addressee TEXT, about TEXT, status TEXT,
  met_by TEXT REFERENCES developments(id));
CREATE TABLE demanders (demand TEXT REFERENCES demands(id), actor TEXT, grounds TEXT, quantifier TEXT);
CREATE TABLE positions (
  development TEXT REFERENCES developments(id), actor TEXT, issue TEXT, text TEXT, stance TEXT, quantifier TEXT);
CREATE TABLE questions (story TEXT REFERENCES stories(slug), key TEXT, text TEXT, status TEXT, answer TEXT);
CREATE VIRTUAL TABLE developments_fts USING fts5 (headline, words, content="developments");
"""


def write(telling: Telling) -> bytes:
    """The file as bytes, complete and closed."""
    with tempfile.TemporaryDirectory(prefix="tracker-export-") as folder:
        path = Path(folder) / "stories.db"
        connection = sqlite3.connect(path)
        connection.executescript(_SCHEMA)
        for story in telling.stories:
            _story(connection, story)
        connection.execute("INSERT INTO developments_fts (developments_fts) VALUES ('rebuild')")
        connection.commit()
        connection.close()
        return path.read_bytes()


def _story(connection: sqlite3.Connection, story: Told) -> None:
    told = story.document
    known = {each["key"] for each in story.developments}

    def id(key: str | None) -> str | None:
        """The id of a development that is told here; what points to one that is not points to nothing."""
        return f"{story.slug}/{key}" if key in known else None

    head = told["story"]
    _insert(connection, "stories", [{**head, "version": told["version"], "address": story.address}])
    _insert(connection, "actors", [{**each, "roles": "; ".join(role["role"] for role in each["roles"])}
                                   for each in told["actors"]])  # fmt: skip
    _insert(connection, "sources", [source for each in story.developments for source in each["sources"]])
    _insert(connection, "developments", [_development(story, each, id(each["via"])) for each in story.developments])
    for each in story.developments:
        own = {"development": id(each["key"])}
        _insert(connection, "development_sources", [own | {"source": source["key"]} for source in each["sources"]])
        _insert(connection, "corrections", [own | correction for correction in each["corrections"]])
        _insert(connection, "tags", [own | {"kind": "tag", "tag": tag} for tag in each["tags"]])
        _insert(connection, "tags", [own | {"kind": "beat", "tag": beat} for beat in each["beats"]])
    _ledgers(connection, story, id)


def _development(story: Told, each: Document, via: str | None) -> dict[str, Any]:
    occurred = each["occurred"] or {}
    return each | {
        "id": f"{story.slug}/{each['key']}", "story": story.slug, "words": words(each), "via": via,
        "occurred": occurred.get("edtf"), "occurred_words": occurred.get("words"),
        "occurred_earliest": occurred.get("earliest"), "occurred_latest": occurred.get("latest"),
        "made_public": (each["made_public"] or {}).get("edtf"), "place": (each["place"] or {}).get("name"),
        "address": story.address_of(each["key"]),
    }  # fmt: skip


def _ledgers(connection: sqlite3.Connection, story: Told, id: Any) -> None:
    told, names = story.document, story.names
    _insert(connection, "claims", [
        each
        | {"id": id(each["key"]), "claimant": voice(each["claimant"], names), "standing": ", ".join(each["standing"])}
        for each in told["claims"]
    ])  # fmt: skip
    _insert(connection, "denials", [
        denial | {"development": id(denial["development"]), "claim": id(each["key"]), "by": voice(denial["by"], names)}
        for each in told["claims"] for denial in each["denials"]
    ])  # fmt: skip
    _insert(connection, "contradictions", [
        each | {"id": id(each["key"]), "claim": id(each["claim"]), "identified_by": voice(each["identified_by"], names)}
        for each in told["contradictions"]
    ])  # fmt: skip
    _insert(connection, "demands", [
        each | {"id": id(each["key"]), "met_by": id(each["met_by"]), "addressee": voice(each["addressee"], names)}
        for each in told["demands"]
    ])  # fmt: skip
    _insert(connection, "demanders", [
        demander | {"demand": id(each["key"]), "actor": voice(demander["actor"], names)}
        for each in told["demands"] for demander in each["demanders"]
    ])  # fmt: skip
    _insert(connection, "positions", [
        each | {"development": id(each["development"]), "actor": voice(each["actor"], names)}
        for each in told["positions"]
    ])  # fmt: skip
    _insert(connection, "questions", [each | {"story": story.slug} for each in told["questions"]])


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows into a table of ours, by its columns; what is known already (an actor of two stories) stays."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    holes = ", ".join("?" for _ in columns)
    connection.executemany(
        f"INSERT OR IGNORE INTO {table} VALUES ({holes})",  # noqa: S608  (the tables are those above)
        [[_cell(row.get(name)) for name in columns] for row in rows],
    )


def _cell(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value
