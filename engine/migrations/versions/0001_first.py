"""The first schema: the record, its guards, deployed models, caches, views, people and sign-ins."""

from alembic import op

import engine.directory.tables  # noqa: F401 - declares its tables on the metadata
from engine.database import append_only_ddl, metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    for statement in append_only_ddl(connection.dialect.name):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    raise RuntimeError("the record is never dropped by a program")
