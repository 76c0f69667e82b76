"""The first schema: the record, its guards, deployed models, caches, views, people and sign-ins."""

import sqlalchemy as sa
from alembic import op

from engine.database import append_only_ddl

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:  # noqa: PLR0915 - one statement a table
    op.create_table(
        "hi_checkpoint",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("prev", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hi_checkpoint"),
    )
    op.create_table(
        "hi_entry",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("prev", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hi_entry"),
        sa.UniqueConstraint("stream", "seq", name="uq_hi_entry_stream_seq"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "hi_payload",
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", name="pk_hi_payload"),
    )
    op.create_table(
        "id_appointment",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("unit", TEXT, nullable=False),
        sa.Column("start", TEXT, nullable=False),
        sa.Column("end", TEXT, nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("entry", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_id_appointment"),
    )
    op.create_index(
        "ix_id_appointment_of_person", "id_appointment", ["person", "start", "end", "role", "unit", "id"], unique=False
    )
    op.create_index(
        "ix_id_appointment_of_role", "id_appointment", ["role", "unit", "start", "end", "person"], unique=False
    )
    op.create_table(
        "id_draft",
        sa.Column("task", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("task", "person", name="pk_id_draft"),
    )
    op.create_table(
        "id_key",
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("destroyed_at", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("stream", name="pk_id_key"),
    )
    op.create_table(
        "id_login",
        sa.Column("login", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("login", name="pk_id_login"),
        sa.UniqueConstraint("person", name="uq_id_login_person"),
    )
    op.create_table(
        "id_person",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_id_person"),
    )
    op.create_index("ix_id_person_unit", "id_person", ["unit"], unique=False)
    op.create_table(
        "id_session",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("opened", TEXT, nullable=False),
        sa.Column("seen", TEXT, nullable=False),
        sa.Column("agent", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_id_session"),
    )
    op.create_index("ix_id_session_person", "id_session", ["person"], unique=False)
    op.create_table(
        "id_unit",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("parent", TEXT, nullable=True),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_id_unit"),
    )
    op.create_index("ix_id_unit_kind", "id_unit", ["kind"], unique=False)
    op.create_index("ix_id_unit_parent", "id_unit", ["parent"], unique=False)
    op.create_table(
        "re_definition",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("version_tag", TEXT, nullable=False),
        sa.Column("deployment", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_re_definition"),
        sa.UniqueConstraint("kind", "key", "version", name="uq_re_definition_kind_key_version"),
    )
    op.create_table(
        "re_resource",
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_re_resource"),
    )
    op.create_table(
        "ru_external",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("topic", TEXT, nullable=False),
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("created", TEXT, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("lock_owner", TEXT, nullable=True),
        sa.Column("lock_until", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ru_external"),
    )
    op.create_index("ix_ru_external_instance", "ru_external", ["instance"], unique=False)
    op.create_index("ix_ru_external_topic", "ru_external", ["topic"], unique=False)
    op.create_table(
        "ru_incident",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("since", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ru_incident"),
    )
    op.create_index("ix_ru_incident_instance", "ru_incident", ["instance"], unique=False)
    op.create_table(
        "ru_instance",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("definition", TEXT, nullable=False),
        sa.Column("process_key", TEXT, nullable=False),
        sa.Column("school", TEXT, nullable=False),
        sa.Column("business_key", TEXT, nullable=False),
        sa.Column("unique_key", TEXT, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", TEXT, nullable=False),
        sa.Column("started", TEXT, nullable=False),
        sa.Column("ended", TEXT, nullable=True),
        sa.Column("incidents", sa.Integer(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ru_instance"),
        sa.UniqueConstraint("unique_key", name="uq_ru_instance_unique_key"),
    )
    op.create_index("ix_ru_instance_business_key", "ru_instance", ["business_key"], unique=False)
    op.create_index("ix_ru_instance_school_state", "ru_instance", ["school", "state", "started"], unique=False)
    op.create_index("ix_ru_instance_started", "ru_instance", ["started", "id"], unique=False)
    op.create_table(
        "ru_outbox",
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("school", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("everyone", sa.Boolean(), nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("due", TEXT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", "n", name="pk_ru_outbox"),
    )
    op.create_index("ix_ru_outbox_due", "ru_outbox", ["due"], unique=False)
    op.create_table(
        "ru_participant",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("instance", "person", name="pk_ru_participant"),
    )
    op.create_index("ix_ru_participant_person", "ru_participant", ["person"], unique=False)
    op.create_table(
        "ru_receipt",
        sa.Column("sender", TEXT, nullable=False),
        sa.Column("receiver", TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sender", name="pk_ru_receipt"),
    )
    op.create_table(
        "ru_request",
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name="pk_ru_request"),
    )
    op.create_table(
        "ru_snapshot",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("instance", name="pk_ru_snapshot"),
    )
    op.create_table(
        "ru_start",
        sa.Column("process_key", TEXT, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("definition", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("process_key", "element", name="pk_ru_start"),
    )
    op.create_index("ix_ru_start_name", "ru_start", ["name"], unique=False)
    op.create_table(
        "ru_subscription",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("school", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ru_subscription"),
    )
    op.create_index("ix_ru_subscription_address", "ru_subscription", ["kind", "name", "school", "key"], unique=False)
    op.create_index("ix_ru_subscription_instance", "ru_subscription", ["instance"], unique=False)
    op.create_table(
        "ru_task",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("definition", TEXT, nullable=False),
        sa.Column("process_key", TEXT, nullable=False),
        sa.Column("business_key", TEXT, nullable=False),
        sa.Column("school", TEXT, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due", TEXT, nullable=True),
        sa.Column("due_sort", TEXT, nullable=False),
        sa.Column("follow_up", TEXT, nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("created", TEXT, nullable=False),
        sa.Column("assignee", TEXT, nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ru_task"),
    )
    op.create_index("ix_ru_task_assignee_due_sort", "ru_task", ["assignee", "due_sort", "id"], unique=False)
    op.create_index("ix_ru_task_instance", "ru_task", ["instance"], unique=False)
    op.create_table(
        "ru_timer",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("due", TEXT, nullable=False),
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("process_key", TEXT, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("school", TEXT, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ru_timer"),
    )
    op.create_index("ix_ru_timer_due", "ru_timer", ["due"], unique=False)
    op.create_index("ix_ru_timer_instance", "ru_timer", ["instance"], unique=False)
    op.create_table(
        "vw_day",
        sa.Column("day", TEXT, nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_vw_day"),
    )
    op.create_table(
        "vw_number",
        sa.Column("series", TEXT, nullable=False),
        sa.Column("school", TEXT, nullable=False),
        sa.Column("year", TEXT, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "school", "year", name="pk_vw_number"),
    )
    op.create_table(
        "vw_parameter",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_vw_parameter"),
    )
    op.create_table(
        "vw_register",
        sa.Column("register", TEXT, nullable=False),
        sa.Column("school", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("register", "school", "key", name="pk_vw_register"),
    )
    op.create_index("ix_vw_register_instance", "vw_register", ["instance"], unique=False)
    op.create_table(
        "vw_term",
        sa.Column("year", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("year", "name", name="pk_vw_term"),
    )
    op.create_table(
        "ru_candidate",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("claimed", sa.Boolean(), nullable=False),
        sa.Column("due_sort", TEXT, nullable=False),
        sa.Column("task", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["task"], ["ru_task.id"], name="fk_ru_candidate_task", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "claimed", "due_sort", "task", name="pk_ru_candidate"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ru_candidate_task", "ru_candidate", ["task"], unique=False)
    op.create_table(
        "ru_word",
        sa.Column("stem", TEXT, nullable=False),
        sa.Column("due_sort", TEXT, nullable=False),
        sa.Column("task", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["task"], ["ru_task.id"], name="fk_ru_word_task", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("stem", "due_sort", "task", name="pk_ru_word"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ru_word_task", "ru_word", ["task"], unique=False)
    for statement in append_only_ddl(op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise RuntimeError("the record is never dropped by a program")
