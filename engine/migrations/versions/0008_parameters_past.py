"""What every parameter was until it changed, not those of the regulation alone."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "vw_parameter_past",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("until", TEXT, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", "until", name="pk_vw_parameter_past"),
    )
    op.execute("INSERT INTO vw_parameter_past (name, until, content) SELECT name, until, content FROM vw_constant")
    op.drop_table("vw_constant")
