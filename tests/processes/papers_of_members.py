"""Keeps the test of documents from knowing how the papers about members come about: each kind once."""

from __future__ import annotations

from datetime import timedelta

from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.formation import candidate


def members(faculty: Faculty) -> None:
    """In the commission that the test has formed: head, teacher, s1 (see ``Formation``)."""
    _change(faculty)
    _assignment(faculty)
    _training(faculty)
    _tool(faculty)
    _monitoring(faculty)
    _dissolution(faculty)


def _change(faculty: Faculty) -> None:
    """A student gives up the seat, another takes it."""
    today = faculty.today.isoformat()
    faculty.person("s2", ("student", SCHOOL))
    case = faculty.start("composition_change", faculty.office)
    faculty.answer("office", "register_ground", case, leaver="s1", ground="graduated", date=today)
    faculty.answer("head", "nominate", case, candidates=[candidate("s2", "student")])
    shown = faculty.page("dean", "sign_change_order", case).data["warnings"]
    reasons = [{**row, "warning_reason": "Орын кейін толтырылады"} for row in shown]
    faculty.answer("dean", "sign_change_order", case, warnings=reasons, order_no="22-ө", order_date=today,
                   effective_from=today)  # fmt: skip
    faculty.wait(minutes=1)


def _assignment(faculty: Faculty) -> None:
    """The chair whom the test has elected charges a member."""
    case = faculty.start("member_assignment", "head")
    faculty.submit("head", faculty.task("assign", case), member="teacher", task="Курстық жұмыстарды тексеру",
                   due="2027-03-01", report_form="report")  # fmt: skip
    faculty.answer("teacher", "accept", case, answer="accept")
    faculty.answer("teacher", "work", case, progress="Барлық жұмыс қаралды")
    faculty.answer("teacher", "report", case, report="Курстық жұмыстар тексерілді", findings="Дереккөз жоқ",
                   evidence=[{"title": "Кесте", "reference": "№ 4"}])  # fmt: skip
    faculty.answer("head", "check", case, close="close")


def _training(faculty: Faculty) -> None:
    """ASB teaches a member, another shows proof."""
    faculty.wait(days=4)  # the needs of the new members are gathered
    (case,) = faculty.cases("member_training", "active")
    on = (faculty.today + timedelta(days=3)).isoformat()
    faculty.answer("asb1", "plan", case, topics=["capa"], session_date=on, trainer="asb1", audience=["head", "teacher"],
                   programme="Түпкі себепті талдау")  # fmt: skip
    faculty.answer("asb1", "invite", case, invitation="Сағат 15:00-де")
    faculty.answer("head", "attend", case, reply="yes")
    faculty.answer("teacher", "attend", case, reply="proof", proof="Куәлік № 12")
    faculty.wait(days=4)
    rows = [{"person": "head", "reply": "yes", "attended": True, "mark": "passed"},
            {"person": "teacher", "reply": "proof", "proof": "Куәлік № 12"}]  # fmt: skip
    faculty.answer("asb1", "test", case, results=rows)
    certified = [{"person": "head", "certificate_no": "14-с", "covered": False},
                 {"person": "teacher", "proof": "Куәлік № 12", "covered": True}]  # fmt: skip
    faculty.answer("asb1", "record", case, trained=certified)


def _tool(faculty: Faculty) -> None:
    """A member drafts a checklist; the time for comments passes; ASB approves it."""
    case = faculty.start("tool_development", "head")
    faculty.answer("head", "draft", case, code="ЧП-1", name="Тексеру парағы", kind="checklist", languages=["kk", "ru"],
                   fields=[{"field": "Мерзімі сақталды ма"}])  # fmt: skip
    faculty.wait(days=12)
    faculty.answer("teacher", "map_standards", case, standards=[{"standard": "ESG", "clause": "1.7"}])
    faculty.answer("asb1", "asb_approve", case, decision="agree", valid_from=faculty.today.isoformat())


def _monitoring(faculty: Faculty) -> None:
    """The secretary whom the test has elected asks a department without a person of KIB: its head answers."""
    case = faculty.start("department_monitoring", "teacher")
    task = faculty.task("instruct", case)
    approved = faculty.engine.reader("teacher").task(task).data["_options_tool_id"]
    faculty.submit("teacher", task, department_id="eng-me", tool_id=approved[0]["value"],
                   approach="Әр курстан екі сабақ қаралады", wanted=[{"indicator": "Үлгерім"}],
                   due="2027-06-01")  # fmt: skip
    faculty.answer("head2", "collect", case, sources="Электрондық журнал", observation_count=4)
    faculty.answer("head2", "submit", case, used_version=faculty.variables(case)["tool_version"],
                   narrative="Үлгерім тұрақты деңгейде", issues="Қатысу",
                   indicators=[{"indicator": "Үлгерім", "value": "82 %"}], data_confirmed=True)  # fmt: skip
    faculty.answer("teacher", "consolidate", case, consolidation="confirm", summary="Мониторинг толық жүргізілді",
                   deviations=[{"deviation": "Қатысу төмендеген"}])  # fmt: skip


def _dissolution(faculty: Faculty) -> None:
    """The commission is dissolved; its open work goes to the dean's office."""
    case = faculty.start("commission_dissolution", faculty.dean)
    today = faculty.today.isoformat()
    faculty.answer(faculty.dean, "state_ground", case, ground="Мектеп біріктірілді", effective_from=today)
    if faculty.offered("teacher", "handover", case):  # the secretary that the test has elected
        rows = faculty.page("teacher", "handover", case).data["open_items"]
        faculty.answer("teacher", "handover", case, open_items=[{**row, "successor": "office"} for row in rows])
    faculty.answer(faculty.dean, "sign_order", case, order_no="23-ө", order_date=today, new_needed=True)
    faculty.wait(minutes=1)
