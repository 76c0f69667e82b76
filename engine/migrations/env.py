"""Called by Alembic with the open connection that engine.migrations hands over."""

from alembic import context

import engine.history.rebuild  # noqa: F401 - it names every table there is, so that all are declared
from engine.database import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=False)
context.run_migrations()
