"""Codes that answer an invitation once each."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "ou_once",
        sa.Column("link", TEXT, nullable=False),
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("salt", TEXT, nullable=False),
        sa.Column("paper", sa.Integer(), nullable=False),
        sa.Column("spent", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("link", name="pk_ou_once"),
    )
    op.create_index("ix_ou_once_instance", "ou_once", ["instance"])
    op.create_table(
        "ou_once_code",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("link", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_ou_once_code"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ou_once_code_link", "ou_once_code", ["link"])
