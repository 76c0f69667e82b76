"""How letters leave: crashes, refusals, servers that are away, several processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from engine.mail import post
from tests.mail.office import Inbox, Office, mail_settings

DUE = datetime(2026, 11, 26, 10, tzinfo=UTC)

DIES = """
    import os
    from datetime import datetime
    from pathlib import Path
    from engine.mail.transport import Server
    from tests.mail.office import Office, mail_settings

    url, folder, key, port, now = {arguments!r}
    really = Server.send

    def send_and_die(self, message, to):
        really(self, message, to)
        os._exit(9)  # the server has it; we never say so

    Server.send = send_and_die
    office = Office(url, Path(folder), mail_settings(port), bytes.fromhex(key))
    office.clock.move_to(datetime.fromisoformat(now))
    office.engine.post.tick()
"""


def test_a_crash_between_handing_over_and_mark_makes_one_duplicate_of_the_same_name(
    office: Office, server: tuple[Inbox, int], tmp_path: Path
) -> None:
    inbox, port = server
    office.engine.preferences.set_all("p3", {"notify.assigned": "none"})
    office.start(due=DUE)
    arguments = (
        office.settings.database_url,
        str(tmp_path),
        office.settings.master_key.hex(),
        port,
        office.clock().isoformat(),
    )
    program = textwrap.dedent(DIES).format(arguments=arguments)
    root = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": root}, check=False)
    assert done.returncode == 9
    assert len(inbox.to("p2")) == 1
    office.later(minutes=1)
    assert len(inbox.to("p2")) == 1  # whoever died may still be at work
    office.later(minutes=5)
    office.later(days=1)
    first, second = [made for made in inbox.to("p2") if "тапсырма бар" in made["Subject"]]
    assert first["Message-ID"] == second["Message-ID"]


def test_an_address_that_is_refused_for_good_stops_nobody_else(office: Office, inbox: Inbox) -> None:
    inbox.answers["p2@uni.example"] = "550 no p2@uni.example here"
    office.start(due=DUE)
    assert office.later(seconds=10) == 1
    assert len(inbox.to("p3")) == 1
    (failed,) = office.engine.post.waiting()
    assert failed.reason is not None
    assert (failed.state, failed.name, str(failed.reason)) == ("failed", "Адам p2", "mail_refused 550 no … here")
    office.later(hours=1)
    assert inbox.to("p2") == []
    inbox.answers.clear()
    assert office.engine.post.again(failed.id) == 1
    office.later(seconds=1)
    assert len(inbox.to("p2")) == 1
    assert office.engine.post.waiting() == []


def test_what_is_refused_for_now_is_tried_again_later_and_later(office: Office, inbox: Inbox) -> None:
    inbox.answers["p2@uni.example"] = "451 try later"
    office.start(due=datetime(2026, 12, 20, tzinfo=UTC))
    office.later(seconds=10)
    (waiting,) = office.engine.post.waiting()
    assert (waiting.tries, str(waiting.reason)) == (1, "mail_later 451 try later")
    assert waiting.due - office.clock() == post.FIRST
    office.later(minutes=1)
    (waiting,) = office.engine.post.waiting()
    assert (waiting.tries, waiting.due - office.clock()) == (2, 2 * post.FIRST)
    for _ in range(post.TRIES):
        office.later(hours=6)
    assert [one.state for one in office.engine.post.waiting() if one.kind == "assigned"] == ["failed"]


def test_letters_wait_while_the_server_is_away(office: Office, inbox: Inbox) -> None:
    away = office.with_mail(mail_settings(9))
    office.start(due=DUE)
    assert away.later(seconds=10) == 0
    assert {one.state for one in away.engine.post.waiting()} == {"waiting"}
    away.engine.close()
    office.later(minutes=5)
    assert len(inbox.taken) == 2


def test_several_processes_send_each_letter_once(office: Office, inbox: Inbox) -> None:
    for _ in range(6):
        office.start(due=DUE)
    with others(office, 3) as posts, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: one.engine.post.tick(), [office, *posts]))
    office.later(seconds=10)
    names = [(address, made["Message-ID"]) for address, made in inbox.taken]
    assert len(names) == len(set(names)) == 12


@contextmanager
def others(office: Office, count: int) -> Iterator[list[Office]]:
    made = [office.again() for _ in range(count)]
    try:
        yield made
    finally:
        for one in made:
            one.engine.close()


def test_a_round_with_nothing_new_keeps_nobody_from_writing(office: Office, inbox: Inbox) -> None:
    office.start(due=DUE)
    office.later(seconds=10)
    told = len(inbox.taken)
    writes: list[bool] = []

    def begun(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("writes"):
            writes.append(True)

    sa.event.listen(office.engine.database, "begin", begun)
    try:
        for _ in range(3):
            office.clock.move_to(office.clock() + timedelta(seconds=10))
            office.engine.post.tick()
        assert writes == [] and len(inbox.taken) == told
        office.clock.move_to(DUE + timedelta(seconds=1))  # what falls due wakes it
        office.engine.post.tick()
        assert writes != []
    finally:
        sa.event.remove(office.engine.database, "begin", begun)
