"""What a finding of ASB's watch is called: by what happened and by the case, as its readers know that case."""

from __future__ import annotations

from engine import commands as c
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.meeting import day

LATE = dict.fromkeys(("kk", "ru", "en"), "Late")
CALLED = {"kk": "№ 4/2026 отырыс", "ru": "Заседание № 4/2026", "en": "Meeting No. 4/2026"}


def test_7_9_4_2_a_finding_is_called_by_the_title_of_its_case_and_by_a_key_only_without_one(faculty: Faculty) -> None:
    breach = {"since": day("2026-09-01")}
    breaches = [
        breach | {"case": "one", "key": "2026/2027 2026-11-04", "title": CALLED},
        breach | {"case": "two", "key": "№ two", "title": None},
        breach | {"case": "", "key": "", "title": None},
    ]
    rule = {"rule": "R16", "severity": "major", "clause": "5.1(3)", "names": LATE, "wrong": None}
    found = [rule | {"breaches": breaches}]
    variables = {"day": faculty.today, "found": found}
    faculty.do(c.StartProcess(actor=c.SYSTEM, definition="compliance_watch", school=SCHOOL, variables=variables))
    faculty.engine.settle()
    rows = {row["subject"]: row for row in faculty.register("findings").values()}
    assert (rows["one"]["case_title"], rows["two"]["case_title"]) == (CALLED, None)
    pages = [faculty.page(faculty.chair, "explain", case) for case in faculty.cases("compliance_finding")]
    assert sorted(page.title["kk"] for page in pages) == [
        "Сәйкессіздік R16: Late",
        "Сәйкессіздік R16: Late · № 4/2026 отырыс",
        "Сәйкессіздік R16: Late · № two",
    ]
    assert "Finding R16: Late · Meeting No. 4/2026" in [page.title["en"] for page in pages]


def test_7_5_1_each_overdue_decision_of_one_meeting_is_a_finding_of_its_own_and_is_named(faculty: Faculty) -> None:
    breach = {"since": day("2026-09-01"), "case": "one", "key": "", "title": CALLED}
    rule = {"rule": "R27", "severity": "major", "clause": "7.5.1", "names": LATE, "wrong": None}

    def look(on: str, *rows: str) -> dict[str, str]:
        found = [rule | {"breaches": [breach | {"row": row} for row in rows]}]
        variables = {"day": day(on), "found": found}
        faculty.do(c.StartProcess(actor=c.SYSTEM, definition="compliance_watch", school=SCHOOL, variables=variables))
        faculty.engine.settle()
        return {row["case_title"]["ru"]: row["status"] for row in faculty.register("findings").values()}

    first, second = "Заседание № 4/2026 · № 4/2026-1", "Заседание № 4/2026 · № 4/2026-2"
    assert look("2026-09-02", "4/2026-1", "4/2026-2") == {first: "open", second: "open"}
    pages = [faculty.page(faculty.chair, "explain", case) for case in faculty.cases("compliance_finding")]
    assert sorted(page.title["ru"] for page in pages) == [
        f"Несоблюдение R27: Late · {first}",
        f"Несоблюдение R27: Late · {second}",
    ]
    assert look("2026-09-03", "4/2026-2") == {first: "cleared", second: "open"}
