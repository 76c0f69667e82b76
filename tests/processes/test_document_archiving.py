"""A closed file: indexed, completed, kept at the dean's office, held if need be, passed to the archive with an act."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.meeting import at
from tests.processes.telling import tell

WHOLE = ["attendance", "agenda", "materials", "signatures"]


class File:
    """The file of a meeting that was closed on Monday 7 September 2026."""

    def __init__(self, faculty: Faculty, doc_type: str = "protocol", source: str = "eng/m/1") -> None:
        self.faculty, self.source = faculty, source
        tell(faculty, "file.closed", source, source_id=source, doc_type=doc_type)
        (self.case,) = faculty.cases("document_archiving")

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("files")[f"{SCHOOL}/{self.source}"]

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def index(self, contents: list[str] = WHOLE) -> None:
        self.faculty.answer(self.faculty.secretary, "index", self.case, case_index="05-12", pages=12, form="both",
                            contents=contents, archive_on="2027-09-07")  # fmt: skip

    def office(self, element: str, **answers: Any) -> None:
        self.faculty.answer("office", element, self.case, **answers)

    def store(self) -> None:
        self.index()
        self.office("handover", storage="accept", handed_by="m2", taken_by="office")


@pytest.fixture
def file(faculty: Faculty) -> File:
    return File(faculty)


def test_7_7_a_file_is_indexed_stored_at_the_deans_office_and_archived_by_an_act(file: File) -> None:
    file.faculty.person("keeper", ("archive", "univ"), unit="univ")
    assert file.row["hand_over_by"] == date(2026, 10, 7)
    file.store()
    assert (file.row["status"], file.row["case_index"], file.open) == ("stored", "05-12", [])
    file.faculty.wait_until(at("2027-09-07 09:01"))
    file.office(
        "transfer_to_archive", transfer="transfer", act_no="7", act_date="2027-09-07", retention_until="2037-12-31"
    )
    file.faculty.answer("keeper", "receipt", file.case, receipt="accept")
    assert (file.row["status"], file.row["act_no"]) == ("archived", "7")
    assert file.faculty.state(file.case) == "completed"


def test_7_7_s1_an_incomplete_file_is_completed_first(file: File) -> None:
    file.index(["agenda"])
    assert file.row["indexed_on"] is None
    file.faculty.answer(file.faculty.secretary, "complete_file", file.case, completion_note="Материалдар қосылды")
    file.index()
    assert file.open == ["handover"]


def test_7_7_s1_the_deans_office_returns_a_file(file: File) -> None:
    file.index()
    file.office("handover", storage="return", handed_by="m2", taken_by="office", returned_for="Қол жоқ")
    assert file.open == ["index"]
    assert file.row["handed_over_on"] is None


def test_7_7_s2_a_legal_hold_keeps_it_longer_and_the_archive_may_send_it_back(file: File) -> None:
    file.store()
    file.faculty.wait_until(at("2027-09-07 09:01"))
    file.office("transfer_to_archive", transfer="hold", hold_until="2027-12-01")
    assert file.open == []
    file.faculty.wait_until(at("2027-12-01 09:01"))
    file.office(
        "transfer_to_archive", transfer="transfer", act_no="8", act_date="2027-12-01", retention_until="2037-12-31"
    )
    file.faculty.person("keeper", ("archive", "univ"), unit="univ")
    file.faculty.answer("keeper", "receipt", file.case, receipt="return", archive_note="Парақ саны сәйкес емес")
    file.faculty.wait(minutes=5)
    assert file.open == ["transfer_to_archive"]
    assert file.row["archived_on"] is None


def test_7_7_s2_an_index_outside_the_nomenclatures_form_is_refused(file: File) -> None:
    with pytest.raises(FormRefused, match="case_index"):
        file.faculty.answer(file.faculty.secretary, "index", file.case, case_index="бесінші", pages=1, form="paper",
                            contents=WHOLE, archive_on="2027-09-07")  # fmt: skip


def test_8_3_p2_a_superseded_edition_and_a_report_need_less(faculty: Faculty) -> None:
    file = File(faculty, "report")
    file.index(["signatures"])
    assert file.open == ["handover"]


def test_7_7_s1_the_file_of_a_check_holds_its_checklists_and_what_was_signed(faculty: Faculty) -> None:
    file = File(faculty, "check", "check/1/2026")
    assert faculty.engine.reader("m2").case(file.case).row.title == {
        "kk": "Құжаттарды мұрағаттау: № 1/2026 тексеру", "ru": "Хранение и архивирование: проверка № 1/2026",
        "en": "Storage and archiving: check no. 1/2026",
    }  # fmt: skip
    file.index(WHOLE)
    assert faculty.page("m2", "complete_file", file.case).data["missing"] == ["checklists"]
    file.faculty.answer(faculty.secretary, "complete_file", file.case, completion_note="Чек-парақ қосылды")
    file.index(["checklists", "signatures"])
    assert (file.row["doc_type"], file.row["status"], file.open) == ("check", "indexed", ["handover"])
