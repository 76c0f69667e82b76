"""The protocol tells all that happened under the item where it happened, in both languages (6.1(2), 7.3.1, 7.3.2)."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import timedelta

import pypdfium2
import pytest
import sqlalchemy as sa
from docx import Document

from engine.database import hi_entry, reading
from engine.documents.tables import vw_document
from engine.errors import NotFound
from tests.processes.meeting import DECISION, INFORMATION, RECOMMENDATION, Meeting
from tests.processes.stages import MakeFaculty

MODES = (False,)  # documents are made from the ledger whatever is kept in memory: one way is enough

VOID = "Шешім жобасы дұрыс оқылмады"
ITEMS = ("Бірінші мәселе", "Екінші мәселе", "Үшінші мәселе")

HEAD = {
    "kk": ["Өткен орны: 305-аудитория.", "мерзімнен кеш жіберілді: 2026 жылғы 20 қыркүйек (5.1(3)-тармақ)"],
    "ru": ["Место проведения: 305-аудитория.", "позже установленного срока: 20 сентября 2026 года (пункт 5.1(3))"],
}
TOLD = {
    "kk": (
        ["1-мәселе. Бірінші мәселе",
         f"1-тур жарамсыз деп танылды. Жарамсыз деп таныған: Адам m2, 09:00. Себебі: {VOID}",
         "Осы турда дауысқа салынған мәтін: Бастапқы мәтін",
         "Есепке алынбайтын дауыстар: Адам m3 — жақтады; Адам m4 — қарсы (хатшы енгізген).",
         "Дауыс беру қайта өткізілді: 2-тур.", "құқығы бар мүшелер: 9.",
         "Жақтағандар — 8, қарсы — 1, қалыс қалғандар — 0.",
         "дауыстардан түзетілгені: Адам m6 — қарсы (түзеткен: Адам m2, 09:00).",
         "Хатшы енгізген дауыстарды төрағалық етуші растады: Адам m1, 09:00.", "нәтижесі: қабылданды (",
         "Шешім: Түзетілген мәтін"],
        ["2-мәселе. Екінші мәселе", "бас тартып, дауыс бермегендер: Адам m5.", "болмағандар: Адам m8, Адам m9.",
         "құқығы бар мүшелер: 6.", "Жақтағандар — 2, қарсы — 2, қалыс қалғандар — 2.", "шешуші дауыс",
         "нәтижесі: төрағалық етушінің шешуші дауысымен қабылданды (", "Ұсыным: Бағалау тәртібін"],
        ["3-мәселе. Үшінші мәселе", "Дауысқа салынған мәтін. Қабылданбаған мәтін", "құқығы бар мүшелер: 9.",
         "дауыс бермегендер — 2 (Адам m8, Адам m9).", "нәтижесі: қабылданбады ("],
    ),
    "ru": (
        ["Вопрос 1. Бірінші мәселе", f"Тур 1 признан недействительным. Признал(а): Адам m2, 09:00. Причина: {VOID}",
         "Текст, поставленный на голосование в этом туре: Бастапқы мәтін",
         "Голоса, которые не учитываются: Адам m3 — за; Адам m4 — против (внесён секретарём).",
         "Голосование проведено повторно: тур 2.", "право голоса по этому вопросу: 9.",
         "за — 8, против — 1, воздержались — 0.",
         "Исправлены внесённые секретарём голоса: Адам m6 — против (исправил(а): Адам m2, 09:00).",
         "подтвердил(а) председательствующий: Адам m1, 09:00.",
         "голосования: принято (", "Решили: Түзетілген мәтін"],
        ["Вопрос 2. Екінші мәселе", "самоотвод и не голосовали: Адам m5.", "по этому вопросу: Адам m8, Адам m9.",
         "право голоса по этому вопросу: 6.", "за — 2, против — 2, воздержались — 2.", "решающий голос",
         "голосования: принято решающим голосом", "Рекомендовали: Бағалау тәртібін"],
        ["Вопрос 3. Үшінші мәселе", "Текст, поставленный на голосование. Қабылданбаған мәтін",
         "право голоса по этому вопросу: 9.", "не голосовали — 2 (Адам m8, Адам m9).", "голосования: не принято ("],
    ),
}  # fmt: skip
DRAFT = {
    "kk": ("ЖОБА", "жоба, тіркелмеген", "әлі қол қойылмаған"),
    "ru": ("ПРОЕКТ", "проект, не зарегистрирован", "ещё не подписано"),
}
AFTER = {"kk": "Қосымша жазба", "ru": "Дополнительная запись"}


@pytest.fixture
def eventful(make: MakeFaculty) -> Meeting:
    """Materials late; a void round and a vote on paper; a recusal and a tie; a refusal with two who did not vote."""
    faculty = make()
    meeting = Meeting.call(faculty)
    meeting.collect(*ITEMS)
    meeting.approve()
    faculty.wait_until(meeting.at - timedelta(days=1))
    meeting.distribute("distribute_late")
    meeting.open_with()
    meeting.formulate(decision_text="Бастапқы мәтін")
    faculty.complete("m3", meeting.ballot("m3"), vote="for")
    faculty.complete(faculty.secretary, meeting.ballot("m4"), vote="against")
    meeting.do(faculty.secretary, "conduct_round", round_verdict="void", void_reason=VOID)
    meeting.formulate(DECISION, decision_text="Түзетілген мәтін")
    faculty.complete(faculty.secretary, meeting.ballot("m6"), vote="abstain")
    meeting.do(faculty.secretary, "conduct_round", round_verdict="correct", mended_member="m6", mended_vote="against")
    meeting.vote()
    meeting.do(faculty.chair, "confirm_paper", paper_verdict="confirm")
    meeting.decide(RECOMMENDATION, tally="2-2-2", chair="abstain", recused=["m5"], absent_now=["m8", "m9"])
    meeting.do(faculty.chair, "casting_vote", casting_vote="for")
    meeting.formulate({**INFORMATION, "decision_text": "Қабылданбаған мәтін"}, absent_now=[], recused=[])
    for member in faculty.members[:7]:
        faculty.complete(member, meeting.ballot(member), vote="against")
    meeting.do(faculty.secretary, "conduct_round", round_verdict="close")
    return meeting


def test_7_3_2_the_protocol_tells_rounds_recusals_papers_and_refusals_under_their_item(eventful: Meeting) -> None:
    faculty, before = eventful.faculty, entries(eventful)
    drafted = draft(eventful, faculty.secretary, "draft_protocol")
    for language, text in drafted.items():
        told_in_order(text + AFTER[language], language, f"draft.{language}")  # nothing is added to it yet
        assert DRAFT[language][0] in text and DRAFT[language][1] in text
        assert text.count(DRAFT[language][2]) == 2, "neither has signed"
    assert entries(eventful) == before, "looking at a draft leaves nothing in the record"
    with pytest.raises(NotFound):
        draft(eventful, faculty.stranger, "draft_protocol", asked=faculty.secretary)
    eventful.draft()
    shown = faculty.page(faculty.chair, "sign_chair", eventful.case)
    assert (shown.preview, shown.may_return) == ("protocol", False), "the form's own answer is the one way back"
    eventful.do(faculty.chair, "sign_chair", chair_verdict="sign", chair_signature=True)
    for language, text in draft(eventful, faculty.secretary, "sign_secretary").items():
        assert text.count(DRAFT[language][2]) == 1, "who presided has signed"
    eventful.do(faculty.secretary, "sign_secretary", secretary_verdict="sign", secretary_signature=True)
    eventful.enter()
    for language, forms in papers(eventful).items():
        for form, text in forms.items():
            told_in_order(text, language, f"{language}.{form}")
            assert "——" not in flat(text) and "—-" not in flat(text), "nothing is said of an item that was not there"
            assert not any(sign in text for sign in DRAFT[language])


def draft(meeting: Meeting, person: str, element: str, asked: str = "") -> Mapping[str, str]:
    """What the draft at a step says to a person, by language; ``asked``: in whose inbox the step is found."""
    engine = meeting.faculty.engine
    [row] = meeting.faculty.offered(asked or person, element, meeting.case)
    reader = engine.reader(person)
    return {language: of_pdf(engine.drafting.pdf(reader, row.task, language)[1]) for language in ("kk", "ru")}


def entries(meeting: Meeting) -> int:
    with reading(meeting.faculty.engine.database) as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(hi_entry)).scalar_one())


def told_in_order(text: str, language: str, where: str) -> None:
    """The head says its own, and each item what happened in it."""
    whole = flat(text)
    starts = [whole.index(flat(item[0])) for item in TOLD[language]] + [whole.index(flat(AFTER[language]))]
    assert starts == sorted(starts), where
    for wanted in HEAD[language]:
        assert flat(wanted) in whole[: starts[0]], (where, wanted)
    for item, begin, end in zip(TOLD[language], starts[:-1], starts[1:], strict=True):
        for wanted in item:
            assert flat(wanted) in whole[begin:end], (where, wanted, whole[begin:end])


def papers(meeting: Meeting) -> Mapping[str, Mapping[str, str]]:
    """The protocol of a meeting: language -> form -> what it says."""
    engine = meeting.faculty.engine
    engine.making.pump()
    query = sa.select(vw_document.c.id).where(vw_document.c.kind == "protocol", vw_document.c.instance == meeting.case)
    with reading(engine.database) as connection:
        id = connection.execute(query).scalar_one()
    reader = engine.reader(meeting.faculty.secretary)
    read = {"pdf": of_pdf, "docx": of_word}
    return {
        language: {form: say(engine.documents.file(reader, id, language, form)[1]) for form, say in read.items()}
        for language in ("kk", "ru")
    }


def of_word(data: bytes) -> str:
    said = []
    for part in Document(io.BytesIO(data)).iter_inner_content():
        said += [part.text] if hasattr(part, "text") else [cell.text for row in part.rows for cell in row.cells]
    return "\n".join(said)


def of_pdf(data: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))


def flat(text: str) -> str:
    """Without spaces; hyphens that may not break a line as plain ones."""
    return re.sub(r"\s+", "", text.replace("\u2011", "-").replace("\ufffe", "-").replace("\u00ad", "-"))
