"""Documents of the regulation's own cases: one course of events makes every kind, in Kazakh and Russian.

The pages say what the Word file says, letter by letter; whoever holds one of them checks it by number and code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine import commands as c
from engine.assembly import create_engine
from engine.documents import checking, kinds
from tests.processes.accreditation import Preparation
from tests.processes.analysis import analysed
from tests.processes.appeals import Appeal
from tests.processes.evidence import Evidence
from tests.processes.execution import Execution
from tests.processes.experts import Report
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.formation import CS, Formation
from tests.processes.measures import Measures
from tests.processes.meeting import Meeting, at, day
from tests.processes.papers import OF_NOTES, OF_PROCEDURES, PUBLIC, content, of_word, rows, said_alike
from tests.processes.papers_of_members import members
from tests.processes.planning import Plan
from tests.processes.reporting import WHOLE, Reporting, term
from tests.processes.stages import Stages


@pytest.fixture(scope="module")
def lived(stages: Stages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faculty]:
    """From an overdue decision to the service review: inquiry, acting chair, no quorum, appeal, plan, report."""
    faculty = stages.copy("overdue", 9, True, tmp_path_factory.mktemp("papers") / "f")
    faculty.engine.close()
    faculty.engine = create_engine(replace(faculty.engine.settings, public=PUBLIC), faculty.clock)
    inquiry = next(x for x in faculty.cases("quarterly_inquiry") if faculty.variables(x)["school"] == SCHOOL)
    faculty.answer(faculty.secretary, "send_inquiries", inquiry, inquiry_text="Орындалу барысын хабарлаңыздар")
    measures = Measures(faculty)
    measures.confirm()
    measures.notify()
    for until in ("2026-10-29", "2026-11-13"):
        faculty.wait_for_day(day(until))
        measures.notify()
        measures.inform_dean()
    measures.initiate()
    execution = Execution(faculty)
    execution.report()
    execution.verify()
    _acting_chair(faculty)
    meeting = Meeting.call(faculty).announce(at=at("2026-12-07 09:00"))
    meeting.open_with(faculty.members[:4])
    meeting.do(faculty.secretary, "no_quorum_record", no_quorum_note="5 мүше келмеді",
               new_meeting_at="2026-12-14T09:00")  # fmt: skip
    evidence = Evidence(faculty)
    evidence.describe(programme="6B06101", criterion="4.2")
    evidence.verify(personal_data=True)
    appeal = Appeal(faculty).register().classify().transfer()
    appeal.unit_answers(faculty.head)
    appeal.reply()
    Plan(faculty).draft().review().sign()
    term(faculty, "year_end", "2026-12-18")
    report = Reporting(faculty, "final", begins="2026-12-19 09:00")
    report.inputs()
    report.draft(**WHOLE)
    report.until_signing()
    report.sign()
    Report(faculty).done("2027-06-01").consider({"result": "close"}, {"result": "close"})
    Preparation(faculty).prepared()
    analysed(faculty)
    faculty.engine.making.pump()
    protocol = rows(faculty, "protocol")[0]
    faculty.do(
        c.IssueErratum(actor=faculty.secretary, document=protocol.id, wrong="204", right="402", why="Қате терілген")
    )
    _formation(faculty)
    members(faculty)
    faculty.engine.making.pump()
    yield faculty
    faculty.close()


def _acting_chair(faculty: Faculty) -> None:
    case = faculty.start("acting_chair_appointment", faculty.secretary)
    faculty.answer(faculty.secretary, "report_absence", case, absent=[faculty.chair, faculty.deputy],
                   absence_reason="Шетелдік іссапар", absent_from="2026-11-16", absent_to="2026-11-20")  # fmt: skip
    faculty.answer(faculty.dean, "choose_acting", case, acting_person="m4", scope="period", acting_from="2026-11-16",
                   acting_to="2026-11-20")  # fmt: skip
    faculty.answer(faculty.dean, "sign_order", case, order_no="15-ө", order_date="2026-11-13", order_signed=True)


def _formation(faculty: Faculty) -> None:
    """A new composition: a silent department, a warning with its reason, an acting dean, one undertaking."""
    faculty.person("s1", ("student", SCHOOL))
    formation = Formation(faculty)
    formation.set_size()
    formation.do("head", "nominate", candidates=CS, meeting_extract="№ 4, 07.12.2026")
    faculty.wait(days=30)  # ten working days and the holidays
    formation.compose("head", "teacher", "s1")
    formation.confirm()
    formation.sign(acting_dean=True, authority="№ 112 бұйрық, 01.12.2026")
    formation.elect(deputy="s1")
    faculty.wait(minutes=1)
    formation.undertake("head")


def test_every_kind_says_the_same_as_pages_and_in_word_in_both_languages(lived: Faculty) -> None:
    assert said_alike(lived) == set(kinds.kinds()) - OF_PROCEDURES - OF_NOTES


def test_7_2_3_the_order_names_who_acts_from_when_until_when_and_by_which_number(lived: Faculty) -> None:
    (order,) = rows(lived, "appointment_order")
    assert (order.number, order.day) == ("15-ө", "2026-11-13")
    told = {language: of_word(content(lived, order, language, "docx"))[0] for language in kinds.LANGUAGES}
    for text, days in ((told["kk"], ("2026жылғы16қараша", "2026жылғы20қараша")),
                       (told["ru"], ("16ноября2026года", "20ноября2026года"))):  # fmt: skip
        assert all(f"Адам{one}" in text for one in ("m4", "dean", lived.chair, lived.deputy))
        assert all(one in text for one in days)


def test_4_1_the_order_creates_the_commission_and_names_its_members_reasons_and_authority(lived: Faculty) -> None:
    (order,) = rows(lived, "commission_order")
    assert order.number == "21-ө"
    for language in kinds.LANGUAGES:
        text = of_word(content(lived, order, language, "docx"))[0]
        for one in ("Адамhead", "Адамteacher", "Адамs1", "Басқаүміткерболмады", "eng-me", "№112бұйрық"):
            assert one in text, (language, one)


def test_whoever_holds_the_paper_checks_it_by_number_and_code(lived: Faculty) -> None:
    protocol = rows(lived, "protocol")[0]
    desk, code = lived.engine.documents, checking.code_of(protocol.id)
    for no, typed in ((protocol.number, code), (f"№ {protocol.number}", code.replace("-", " ").lower()),
                      (protocol.number, json.loads(protocol.files)["ru"]["pdf"][0])):  # fmt: skip
        found = desk.check(no, typed)
        assert found is not None and (found.number, found.day.isoformat()) == (protocol.number, protocol.day)
        assert [number for number, _ in found.errata] == [f"{protocol.number}/1"]
    (other,) = rows(lived, "appointment_order")
    assert desk.check(other.number, checking.code_of(other.id)) is not None
    wrong = [(protocol.number, one) for one in (checking.code_of(other.id), "", "%", "_" * 64, code[:-1])]
    for no, typed in [(other.number, code), ("", code), *wrong]:
        assert desk.check(no, typed) is None


def test_a_code_typed_on_a_kazakh_keyboard_is_understood() -> None:
    assert checking.plain_code("АВСЕ-НКМО-РТХУ-І0ab") == "abcehkmoptxyioab"


def test_without_an_address_only_the_code_is_printed() -> None:
    mark = checking.mark("abcdefghijklmnop", "4", "", "kk")
    assert (mark.words, mark.picture) == ("Тексеру коды: ABCD-EFGH-IJKL-MNOP", "")


def test_templates_stand_where_officials_find_them() -> None:
    assert {path.name for path in Path("forms/documents").glob("*.docx")} == {
        f"{kind}.{language}.docx" for kind in kinds.kinds() for language in kinds.LANGUAGES
    }
