"""What stands around a case besides its ledger's projections: one function for each part, called in order."""

import sqlalchemy as sa

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """The parts, in the order in which they came."""
