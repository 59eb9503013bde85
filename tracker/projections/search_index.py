"""The two databases' full-text indexes behind one question: does a passage answer a clause?

Both are given words that are folded already (`stories.search_words`) and look them up as they are, so they find the
same; what a word is, is decided in one place.
"""

from sqlalchemy import ColumnElement, Connection, Integer, cast, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY

from tracker.projections.passages import passages
from tracker.stories.search_query import Clause, Term


def answers(connection: Connection, clause: Clause) -> ColumnElement[bool]:
    """Whether the words of a row of `passages` answer a clause."""
    if connection.dialect.name == "postgresql":
        asked = cast(" | ".join(_tsquery(term) for term in clause.terms), TSQUERY)
        holds = passages.c.words.bool_op("@@")(asked)
        return ~holds if clause.excluded else holds
    matches = literal_column("passages_index").bool_op("MATCH")(" OR ".join(_fts5(term) for term in clause.terms))
    found = select(literal_column("rowid", Integer)).select_from(table("passages_index")).where(matches)
    return passages.c.id.not_in(found) if clause.excluded else passages.c.id.in_(found)


def _tsquery(term: Term) -> str:
    words = [f"'{word}'" for word in term.words]
    return f"({' <-> '.join(words)}{':*' if term.prefix else ''})"


def _fts5(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.prefix else ""}'
