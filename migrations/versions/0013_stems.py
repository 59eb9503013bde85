"""Stems: a rule that waits for a word is also posted under its stem, where the other forms of the word are met."""

import sqlalchemy as sa
from alembic import op

from tracker.stories.search_words import has_forms, stem_of

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels = None
depends_on = None

_POSTINGS = sa.table("postings", sa.column("term"), sa.column("subscription"))
_WORD = "word:"


def upgrade() -> None:
    # The views make themselves anew (`tracker.projections.following`); rules are kept, and so are their postings.
    connection = op.get_bind()
    posted = connection.execute(sa.select(_POSTINGS).where(_POSTINGS.c.term.startswith(_WORD, autoescape=True))).all()
    words = [(row.term.removeprefix(_WORD), row.subscription) for row in posted]
    stems = sorted({(f"{_WORD}{stem_of(word)}", id) for word, id in words if has_forms(word)})
    if stems:
        connection.execute(sa.insert(_POSTINGS), [{"term": term, "subscription": id} for term, id in stems])


def downgrade() -> None:
    stems = _POSTINGS.c.term.startswith(f"{_WORD}¶", autoescape=True)
    op.get_bind().execute(sa.delete(_POSTINGS).where(stems))
