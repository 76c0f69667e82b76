"""Cases that nobody sees but who takes part in them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ru_instance", sa.Column("sealed", sa.Boolean, nullable=False, server_default=sa.false()))
