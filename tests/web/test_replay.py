"""Keeps the auditor's replay right: each entry as it was, what it changed, what stood open; red where not proven."""

import html

import sqlalchemy as sa

from engine.views import FieldLabel, TimelineRow
from tests.web.conftest import TUESDAY, Started, University
from tests.web.test_case_and_registers import advance
from web.register_layout import labels_beside

AUDITOR = "p006"


def test_an_entry_tells_who_did_what_and_what_stood_open_then(university: University, started: Started) -> None:
    case = started("Бірінші")
    advance(university, "pause")
    auditor = university.signed_in(AUDITOR)
    first = html.unescape(auditor.get(f"/cases/{case}/replay?step=1").text)
    assert "Ысқақова Айгүл" in first
    assert "<ins>Бірінші</ins>" in first
    assert "Сұрамды тексеру" in first.partition("data-replay-step")[2].partition("</section>")[0]
    last = html.unescape(auditor.get(f"/cases/{case}/replay").text)
    standing = last.partition("data-replay-step")[2].partition("</section>")[0]
    assert "Үш күн күту" in standing
    assert "Мерзім күтуде" in standing


def test_without_scripts_the_entries_are_reached_by_links_and_odd_numbers_mean_the_nearest(
    university: University, started: Started
) -> None:
    case = started("Бірінші")
    advance(university, "pause")
    auditor = university.signed_in(AUDITOR)
    page = auditor.get(f"/cases/{case}/replay?step=2").text
    assert f"/cases/{case}/replay?step=1" in page
    assert f"/cases/{case}/replay?step=3" in page
    for asked in ("0", "-4", "999999", "x", "²"):
        assert auditor.get(f"/cases/{case}/replay?step={asked}").status_code == 200


def test_the_moves_of_all_entries_end_where_the_case_stands(university: University, started: Started) -> None:
    case = started("Бірінші")
    advance(university, "pause")
    reader = university.engine.reader(AUDITOR)
    states: dict[str, str] = {}
    for moved in reader.moves(case):
        states.update(moved)
    now = {step.element: step.state for step in reader.case(case).steps}
    assert {element: state for element, state in states.items() if state != "none"} == {
        element: state for element, state in now.items() if state != "none"
    }


def test_the_proof_says_that_every_entry_matches(university: University, started: Started) -> None:
    case = started("Бірінші")
    advance(university, "pause")
    text = html.unescape(university.signed_in(AUDITOR).get(f"/cases/{case}/replay/proof").text)
    assert "Тексерілді: барлық жазба сәйкес" in text
    assert 'data-differs=""' in text


def test_a_changed_entry_is_red_in_words_and_on_the_bar(university: University, started: Started) -> None:
    case = started("Бірінші")
    advance(university, "pause")
    with university.engine.database.connect() as connection, connection.begin():
        connection.execute(sa.text("DROP TRIGGER hi_entry_no_update"))
        connection.execute(
            sa.text("UPDATE hi_entry SET actor = 'p004' WHERE stream = :s AND seq = 2"), {"s": f"instance:{case}"}
        )
    page = html.unescape(university.signed_in(AUDITOR).get(f"/cases/{case}/replay?step=2&proof=1").text)
    assert "2-жазбада айырмашылық бар." in page
    assert 'differs" data-seq="2"' in page
    assert "Жазбадан айырмашылығы" in page


def test_a_value_no_form_asks_for_is_called_as_in_the_register_it_was_written_in() -> None:
    own = FieldLabel({"kk": "Менің атауым"}, {})
    written = {"kind": "register_written", "register": "decisions"}
    row = TimelineRow(1, TUESDAY, "", "", "", "", ({"kind": "process_started"}, written), {})
    told = labels_beside({"due_at": own}, [row])
    assert (told["decision_text"].names["kk"], told["due_at"]) == ("Шешім", own)
    assert told["executor_unit"].names["kk"] == "Орындаушы", "the second field of a column, too"
    alone = labels_beside({"due_at": own}, [])
    assert alone["due_at"] == own and "executor_unit" not in alone


def test_a_status_no_form_asks_for_is_worded_as_in_the_registers_it_was_written_in() -> None:
    written = tuple({"kind": "register_written", "register": one} for one in ("breaches", "decisions"))
    row = TimelineRow(1, TUESDAY, "", "", "", "", written, {})
    told = labels_beside({}, [row])["status"]
    assert told.choices["done_late"]["ru"] == "исполнено с опозданием", "of the second register, too"


def test_who_may_not_audit_steps_through_but_proves_nothing(university: University, started: Started) -> None:
    case = started("Бірінші")
    member, stranger = university.signed_in("p002"), university.signed_in("p004")
    page = member.get(f"/cases/{case}/replay")
    assert page.status_code == 200
    assert "data-prove" not in page.text
    assert member.get(f"/cases/{case}/replay/proof").status_code == 404
    assert member.get(f"/cases/{case}/replay?proof=1").status_code == 404
    for address in ("replay", "replay/data", "replay/proof"):
        assert stranger.get(f"/cases/{case}/{address}").status_code == 404
