"""What a task is about, where its model says so: told of tasks offered from now on."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ru_task", sa.Column("about", sa.Text, nullable=False, server_default=""))
