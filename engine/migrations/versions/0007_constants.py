"""What the regulation stated until an edition of it changed it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "vw_constant",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("until", TEXT, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", "until", name="pk_vw_constant"),
    )
