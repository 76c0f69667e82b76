"""What stands around a case besides its ledger's projections: one function for each part, called in order."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """The parts, in the order in which they came."""
    _notes()
    _absences()
    _marks()
    _documents()
    _delegations()
    _proposals()
    _mail()
    _presence()


def _notes() -> None:
    """Files and comments beside a case, who is mentioned in them, and until when they have read that."""
    op.create_table(
        "vw_note",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("instance", "note", name="pk_vw_note"),
    )
    op.create_table(
        "vw_mention",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("instance", "note", "person", name="pk_vw_mention"),
    )
    op.create_index("ix_vw_mention_person", "vw_mention", ["person"])
    op.create_table(
        "id_mention_read",
        sa.Column("person", TEXT, nullable=False),
        sa.Column("upto", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_id_mention_read"),
    )


def _absences() -> None:
    """Who is away, and who stands in."""
    op.create_table(
        "id_absence",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("substitute", TEXT, nullable=False),
        sa.Column("appointment", TEXT, nullable=False),
        sa.Column("start", TEXT, nullable=False),
        sa.Column("end", TEXT, nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=False),
        sa.Column("entry", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_id_absence"),
    )
    op.create_index("ix_id_absence_of_person", "id_absence", ["person", "start", "end"])
    op.create_index("ix_id_absence_of_substitute", "id_absence", ["substitute", "start", "end"])


def _marks() -> None:
    """What people have seen and put off in their inboxes, and the filters they keep."""
    for name, told in (("id_snooze", "until"), ("id_seen", "at")):
        op.create_table(
            name,
            sa.Column("person", TEXT, nullable=False),
            sa.Column("task", TEXT, nullable=False),
            sa.Column(told, TEXT, nullable=False),
            sa.PrimaryKeyConstraint("person", "task", name=f"pk_{name}"),
        )
    op.create_table(
        "id_filter",
        sa.Column("person", TEXT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person", "name", name="pk_id_filter"),
    )


def _documents() -> None:
    """Documents of cases: those still to be made, and those made."""
    op.create_table(
        "ru_document_due",
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next", TEXT, nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", "element", name="pk_ru_document_due"),
    )
    op.create_index("ix_ru_document_due_instance", "ru_document_due", ["instance"])
    op.create_index("ix_ru_document_due_next", "ru_document_due", ["next"])
    op.create_table(
        "vw_document",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("addressee", sa.Text(), nullable=False),
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("mends", TEXT, nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vw_document"),
    )
    op.create_index("ix_vw_document_instance", "vw_document", ["instance"])
    op.create_index("ix_vw_document_mends", "vw_document", ["mends"])


def _delegations() -> None:
    """To whom a task comes back that somebody else prepares."""
    op.create_table(
        "ru_delegation",
        sa.Column("task", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["task"], ["ru_task.id"], name="fk_ru_delegation_task_ru_task", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task", name="pk_ru_delegation"),
    )


def _presence() -> None:
    """Who says they are there."""
    op.create_table(
        "ru_presence",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("mark", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("instance", "person", name="pk_ru_presence"),
    )


def _proposals() -> None:
    """Versions of models that one person proposes and another makes effective."""
    op.create_table(
        "vw_proposal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("closed_by", TEXT, nullable=False),
        sa.Column("closed_at", TEXT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("deployment", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_vw_proposal"),
    )
    op.create_index("ix_vw_proposal_state", "vw_proposal", ["state"])
    op.create_index("ix_vw_proposal_deployment", "vw_proposal", ["deployment"])


def _mail() -> None:
    """Letters until they have left, events as they were last told, and the secret addresses of calendars."""
    op.create_table(
        "ou_cursor",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_ou_cursor"),
    )
    op.create_table(
        "ou_letter",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("due", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease", TEXT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ou_letter"),
    )
    op.create_index("ix_ou_letter_person", "ou_letter", ["person"])
    op.create_index("ix_ou_letter_at", "ou_letter", ["at"])
    op.create_index("ix_ou_letter_state_due", "ou_letter", ["state", "due"])
    op.create_table(
        "ou_event",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("start", TEXT, nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("instance", name="pk_ou_event"),
    )
    op.create_index("ix_ou_event_start", "ou_event", ["start"])
    op.create_table(
        "id_feed",
        sa.Column("person", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("created", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_id_feed"),
        sa.UniqueConstraint("digest", name="uq_id_feed_digest"),
    )
