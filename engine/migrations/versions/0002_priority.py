"""Tasks that are due at once come in the order of their priority: it becomes part of what inboxes are sorted by."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_HIGHEST = 999_999_999
_UPDATES = (
    "UPDATE ru_task SET due_sort = :line WHERE id = :task",
    "UPDATE ru_candidate SET due_sort = :line WHERE task = :task",
    "UPDATE ru_word SET due_sort = :line WHERE task = :task",
)


def upgrade() -> None:
    connection = op.get_bind()
    tasks = connection.execute(sa.text("SELECT id, due, priority FROM ru_task")).all()
    rows = [
        {
            "task": task.id,
            "line": f"{task.due or '9999'}~{_HIGHEST - max(-_HIGHEST, min(task.priority, _HIGHEST)):010d}",
        }
        for task in tasks
    ]
    for statement in _UPDATES if rows else ():
        connection.execute(sa.text(statement), rows)
