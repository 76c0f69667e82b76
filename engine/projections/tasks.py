"""Turns the facts of user tasks into the inbox: the task, who may take it, by which words it is found."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from engine import facts as f
from engine.database import ru_candidate, ru_instance, ru_task, ru_word
from engine.delegations import ru_delegation
from engine.directory.folding import stems
from engine.projections.context import Context, participate
from engine.values import canonical

FAR = "9999"
"""The due_sort of a task without a due date: after every date."""
MAX_WORDS = 24
_HIGHEST = 999_999_999


def place_in_line(due: str | None, priority: int) -> str:
    """What inboxes are sorted by: the due date, and of what is due at once the higher priority first.

    What comes after the moment is greater than nothing: bounds may be plain moments.
    """
    behind = _HIGHEST - max(-_HIGHEST, min(priority, _HIGHEST))
    return f"{due or FAR}~{behind:010d}"


def titled(c: Context, fact: f.TitleChanged) -> None:
    c.standing.title = dict(fact.title or {})
    text = canonical(c.standing.title)
    c.batch.patch(ru_instance, c.standing.instance, title=text)
    c.batch.also(_retitle_tasks, i_instance=c.standing.instance, i_title=text)
    # Tasks offered before are found by the new title too; words of an old title go on finding them.
    for stem in sorted(set(stems(" ".join(c.standing.title.values()))))[:MAX_WORDS]:
        c.batch.also(_word_tasks, i_instance=c.standing.instance, i_stem=stem)


_word = sa.bindparam("i_stem", type_=sa.String)
_word_tasks = sa.insert(ru_word).from_select(
    ["stem", "due_sort", "task"],
    sa.select(_word, ru_task.c.due_sort, ru_task.c.id).where(
        ru_task.c.instance == sa.bindparam("i_instance"),
        ~sa.exists().where(
            ru_word.c.stem == _word, ru_word.c.due_sort == ru_task.c.due_sort, ru_word.c.task == ru_task.c.id
        ),
    ),
)
_retitle_tasks = (
    sa.update(ru_task).where(ru_task.c.instance == sa.bindparam("i_instance")).values(title=sa.bindparam("i_title"))
)


def offered(c: Context, fact: f.TaskOffered) -> None:
    s = c.standing
    definition, element = c.place(fact.element)
    id, due_sort = c.token(fact.token), place_in_line(fact.due, fact.priority)
    node = c.nodes(definition, element)
    c.batch.put(
        ru_task,
        {
            "id": id,
            "instance": s.instance,
            "element": element,
            "definition": definition,
            "process_key": s.process,
            "business_key": s.business_key,
            "school": s.school,
            "title": canonical(s.title),
            "about": "",
            "due": fact.due,
            "due_sort": due_sort,
            "follow_up": fact.follow_up,
            "priority": fact.priority,
            "created": c.at,
            "assignee": fact.assignee,
            "suspended": s.suspended,
        },
    )
    claimed = bool(fact.assignee)
    for key in fact.keys:
        c.batch.put(ru_candidate, {"key": key, "claimed": claimed, "due_sort": due_sort, "task": id})
    _findable(c, id, due_sort, " ".join([*node.names.values(), *s.title.values(), s.business_key]))


def described(c: Context, fact: f.TaskDescribed) -> None:
    id = c.token(fact.token)
    row = c.batch.held(ru_task, id)
    if row is None:  # offered and gone in one entry
        return
    worded = isinstance(fact.about, Mapping)
    c.batch.patch(ru_task, id, about=canonical(fact.about) if worded else str(fact.about or ""))
    _findable(c, id, row["due_sort"], " ".join(fact.about.values()) if worded else str(fact.about or ""))


def _findable(c: Context, task: str, due_sort: str, text: str) -> None:
    """The task is found by the words of the text, in any of their forms."""
    for stem in sorted(set(stems(text)))[:MAX_WORDS]:
        c.batch.put(ru_word, {"stem": stem, "due_sort": due_sort, "task": task})


def task_gone(c: Context, fact: f.TaskCompleted | f.TaskWithdrawn) -> None:
    id = c.token(fact.token)
    if c.batch.drop(ru_task, id):
        c.batch.discard(ru_candidate, "task", id)
        c.batch.discard(ru_word, "task", id)
    if isinstance(fact, f.TaskCompleted):
        participate(c, fact.person)


def delegated(c: Context, fact: f.TaskDelegated) -> None:
    set_assignee(c, fact.token, fact.person, claimed=True)
    c.batch.put(ru_delegation, {"task": c.token(fact.token), "owner": fact.owner})
    participate(c, fact.owner)
    participate(c, fact.person)


def handed_back(c: Context, fact: f.TaskHandedBack) -> None:
    set_assignee(c, fact.token, fact.owner, claimed=True)
    c.batch.drop(ru_delegation, c.token(fact.token))


def held(c: Context, fact: f.TaskClaimed | f.TaskAssigned) -> None:
    if isinstance(fact, f.TaskAssigned):
        c.batch.drop(ru_delegation, c.token(fact.token))
    set_assignee(c, fact.token, fact.person, claimed=True)
    participate(c, fact.person)


def released(c: Context, fact: f.TaskReleased) -> None:
    c.batch.drop(ru_delegation, c.token(fact.token))
    set_assignee(c, fact.token, "", claimed=False)


_set_claimed = (
    sa.update(ru_candidate)
    .where(ru_candidate.c.task == sa.bindparam("i_task"))
    .values(claimed=sa.bindparam("i_claimed"))
)


def set_assignee(c: Context, token: int, person: str, claimed: bool) -> None:
    id = c.token(token)
    c.batch.patch(ru_task, id, assignee=person)
    c.batch.also(_set_claimed, i_task=id, i_claimed=claimed)


def returned(c: Context, fact: f.TaskReturned) -> None:
    participate(c, fact.person)
