"""Anybody turns to a school without an account; a code of theirs says how it stands. Nothing says who they are."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from engine.commands import (
    SYSTEM,
    VISITOR,
    AttachFile,
    CompleteTask,
    Deploy,
    EraseInstance,
    SpeakAsVisitor,
    StartProcess,
)
from engine.database import hi_entry, id_key, reading, ru_instance
from engine.errors import NotFound, Refused
from engine.history.verify import verify
from engine.views import InboxRow
from tests.web.conftest import HTTPS, Browser, University
from tests.web.test_every_url_as_every_role import PICTURE

ROOT = Path(__file__).parents[2]
TEXT = "Практикалық сабақтар екі аптадан бері өтпей жатыр"
GIVEN = {"school": "eng", "a:about_person": "none", "a:author_type": "student", "a:author": "Серікова Дана",
         "a:contact": "dana@example.kz", "a:text": TEXT, "a:consent_data": "on"}  # fmt: skip
NAMELESS = {"school": "eng", "a:about_person": "none", "a:author_type": "anonymous", "a:text": TEXT,
            "a:consent_data": "on"}  # fmt: skip


@pytest.fixture
def place(university: University) -> University:
    """The university with the real models of appeals."""
    files = [*ROOT.glob("processes/appeals/*mn"), *ROOT.glob("forms/appeal_*/*"), *ROOT.glob("forms/transferred_*/*")]
    content = {
        path.name if path.suffix != ".form" else f"{path.parent.name}_{path.name}": path.read_bytes() for path in files
    }
    university.engine.handle(Deploy(actor=SYSTEM, name="appeals", files=content))
    return university


def key_of(browser: Browser) -> str:
    found = re.search(r'name="key" value="([0-9a-f]{32})"', browser.get("/appeal").text)
    assert found
    return found[1]


def send(browser: Browser, given: dict[str, str], key: str = "", **more: object) -> TestResponse:
    data = {"csrf_token": browser.token("/appeal"), "key": key or key_of(browser), **given, **more}
    return browser.client.post("/appeal", base_url=HTTPS, headers={"Referer": f"{HTTPS}/appeal"}, data=data)


def code_of(answer: TestResponse) -> str:
    found = re.search(r"<code>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>", answer.text)
    assert found, answer.text
    return found[1]


def told(browser: Browser, code: str) -> TestResponse:
    return browser.post("/appeal/status", {"code": code}, page="/appeal/status")


def say(browser: Browser, code: str, what: str, text: str = "", **more: str) -> TestResponse:
    return browser.post(
        "/appeal/status/say", {"code": code, "what": what, "text": text, "key": "", **more}, "/appeal/status"
    )


def cases(place: University, process: str = "appeal_handling") -> list[str]:
    query = sa.select(ru_instance.c.id).where(ru_instance.c.process_key == process)
    with reading(place.engine.database) as connection:
        return list(connection.execute(query).scalars())


def asked(place: University, person: str, element: str) -> InboxRow:
    """The first task of this step in the person's inbox."""
    reader = place.engine.reader(person)
    return next(row for view in ("mine", "role") for row in reader.inbox(view).rows if row.element == element)


def do(place: University, person: str, element: str, **answers: object) -> None:
    """The task's answers, as its form would have let them through."""
    row = asked(place, person, element)
    place.engine.handle(CompleteTask(actor=person, instance=row.instance, task=row.task, variables=answers))
    place.engine.settle()


def classified(place: University, topic: str, by: str = "p001") -> None:
    do(place, by, "register", about_person="none", urgency="normal", duplicate_of=None, oral_note=None)
    do(place, by, "classify", about_person="none", kind="individual", formality="formal", signal_type="signal",
       topic=topic, departments_affected=1, corruption_sign=False)  # fmt: skip


def test_1_4_10_whoever_sends_one_gets_a_code_and_sees_how_it_stands(place: University) -> None:
    guest = place.visitor()
    code = code_of(send(guest, GIVEN))
    page = told(place.visitor(), code.lower().replace("-", " "))
    assert page.status_code == 200 and "түсті" in page.text
    classified(place, "grade_dispute")
    assert "1/2026" in told(guest, code).text
    do(place, "p001", "reply", reply_text="Апелляция комиссиясына жүгініңіз", appeal_result="explained",
       sent_at=place.clock())  # fmt: skip
    page = told(guest, code).text
    assert "Апелляция комиссиясына жүгініңіз" in page and "<dd>түсіндірілді</dd>" in page
    assert "Жіберуге болатын соңғы күн" in page
    assert TEXT not in told(guest, code).text and "Серікова" not in told(guest, code).text


def test_1_4_10_a_question_is_answered_and_an_answer_objected_to_by_the_code(place: University) -> None:
    guest = place.visitor()
    code = code_of(send(guest, GIVEN))
    classified(place, "integrity")
    do(place, "p003", "assign", executor="p002", assign_note=None)
    assert "textarea" not in told(guest, code).text.partition("appeal-back")[0]  # nothing is asked of them now
    do(place, "p002", "handle", verdict="ask", question="Қай күні болды?", finding=None)
    page = told(guest, code).text
    assert "Қай күні болды?" in page and "Жіберуге болатын соңғы күн" in page
    assert say(guest, code, "answer").status_code == 422
    assert say(guest, code, "answer", "Бейсенбіде").status_code == 200
    (case,) = cases(place)
    assert (
        place.engine.reader("p002").task(place.engine.reader("p002").inbox("mine").rows[0].task).data["applicant_text"]
        == "Бейсенбіде"
    )
    assert say(guest, code, "answer", "Тағы да").status_code == 409
    assert place.engine.reader("p001").case(case).row.state == "active"
    history = place.signed_in("p002").get(f"/cases/{case}").text
    assert "Хабар келді: «Өтініш беруші жауап берді»" in history and "Басқа істен хабар" not in history


@pytest.mark.parametrize(
    ("verdict", "words"), [("close", "Жауап өзгеріссіз қалады"), ("reopen", "Өтініш қайта қаралады")]
)
def test_1_4_10_what_became_of_an_objection_is_told_by_the_code(place: University, verdict: str, words: str) -> None:
    guest = place.visitor()
    code = code_of(send(guest, GIVEN))
    classified(place, "integrity")
    do(place, "p003", "assign", executor="p002", assign_note=None)
    do(place, "p002", "handle", verdict="done", question=None, finding="Деректер расталған жоқ, құжаттар дұрыс")
    do(place, "p001", "reply", reply_text="Деректер расталған жоқ", appeal_result="explained", sent_at=place.clock())
    assert "Қарсылығыңыз жіберілді" in say(guest, code, "answer", "Келіспеймін, куәлар бар").text
    page = told(guest, code).text
    assert words not in page and "қарсылық қаралуда" in page
    do(place, "p003", "consider_response", response_verdict=verdict, response_reason="Куәлардың аты көрсетілмеген")
    page = told(guest, code).text
    assert words in page and "Куәлардың аты көрсетілмеген" in page
    assert ("Бұрын берілген жауап" in page) == ("Қарау мерзімі" in page) == (verdict == "reopen")


def test_1_4_10_a_reply_after_an_objection_is_open_to_another_one(place: University) -> None:
    guest = place.visitor()
    code = code_of(send(guest, GIVEN))
    classified(place, "integrity")

    def known(person: str, element: str) -> dict[str, object]:
        return dict(place.engine.reader(person).task(asked(place, person, element).task).data)

    def replied() -> None:
        do(place, "p003", "assign", executor="p002", assign_note=None)
        assert known("p002", "handle").get("verdict") is None
        do(place, "p002", "handle", verdict="done", question=None, finding="Деректер тексерілді, шара қолданылды")
        do(place, "p001", "reply", reply_text="Деректер расталды", appeal_result="upheld", sent_at=place.clock())
        say(guest, code, "answer", "Келіспеймін, куәлар бар")
        assert known("p003", "consider_response").get("response_verdict") is None

    replied()
    do(place, "p003", "consider_response", response_verdict="reopen", response_reason="Куәлармен сөйлесу қажет")
    replied()
    page = told(guest, code).text
    assert "Деректер расталды" in page and "Куәлармен сөйлесу қажет" not in page


def test_1_4_10_of_one_without_a_name_it_is_said_at_the_end_that_there_is_no_reply(place: University) -> None:
    guest = place.visitor()
    code = code_of(send(guest, NAMELESS))
    words = "Аты көрсетілмеген өтінішке жауап берілмейді"
    assert words not in told(guest, code).text
    classified(place, "grade_dispute")
    assert words in told(guest, code).text


def test_1_4_10_it_is_taken_back_once_and_knowingly(place: University) -> None:
    guest = place.visitor()
    code = code_of(send(guest, GIVEN))
    refused = say(guest, code, "take_back", "Мәселе шешілді")
    assert refused.status_code == 422
    assert re.search(r'<textarea[^>]* id="why"[^>]*>Мәселе шешілді</textarea>', refused.text)
    assert "қайтарып алынды" in say(guest, code, "take_back", sure="on").text
    assert say(guest, code, "take_back", sure="on").status_code == 409
    assert verify(place.engine.database, place.engine.keys).problems == []


def test_sent_twice_it_is_one_and_the_same_code_is_shown(place: University) -> None:
    guest = place.visitor()
    key = key_of(guest)
    file = lambda: (io.BytesIO(PICTURE), "сурет.png")  # noqa: E731
    assert code_of(send(guest, GIVEN, key, file=file())) == code_of(send(guest, GIVEN, key, file=file()))
    (case,) = cases(place)
    files = place.engine.notes.of(place.engine.reader("p001"), case).files
    assert [one.name for one in files] == ["сурет.png"]
    assert place.engine.notes.file(place.engine.reader("p001"), case, files[0].note).content == PICTURE


def test_1_4_10_of_who_gives_no_name_nothing_remains(place: University) -> None:
    guest = place.visitor()
    code = code_of(
        send(guest, NAMELESS | {"a:author": "Серікова Дана", "a:contact": "dana@example.kz", "a:consent_share": "on"})
    )
    signed_in = place.signed_in("p004")
    code_of(send(signed_in, NAMELESS))  # whoever happens to be signed in
    with reading(place.engine.database) as connection:
        entries = connection.execute(
            sa.select(hi_entry.c.body, hi_entry.c.actor).where(
                hi_entry.c.seq == 1, hi_entry.c.stream.in_([f"instance:{one}" for one in cases(place)])
            )
        ).all()
    assert [entry.actor for entry in entries] == [VISITOR, VISITOR]
    kept = " ".join(entry.body for entry in entries)
    for case in cases(place):
        known = place.engine.reader("p006").case(case)
        kept += str(known)
    for trace in ("127.0.0.1", "p004", "Серікова", "dana@", code, code.replace("-", "")):
        assert trace not in kept, trace


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_begun(place: University) -> None:
    guest = place.visitor()
    page = send(guest, {"school": "nowhere", "a:author_type": "student", "a:text": "қысқа"})
    assert page.status_code == 422
    for field in ("about_person", "author", "text", "consent_data"):
        assert f'id="e-{field}"' in page.text, field
    assert "қысқа" in page.text and "Мектепті таңдаңыз" in page.text
    assert send(guest, GIVEN, file=(io.BytesIO(b"MZ not a picture"), "virus.png")).status_code == 422
    many = [(io.BytesIO(PICTURE), f"{n}.png") for n in range(4)]
    assert send(guest, GIVEN, file=many).status_code == 422
    assert cases(place) == []


def test_it_is_said_that_a_name_is_required_unless_one_gives_none(place: University) -> None:
    for lang, said in (("kk", "Міндетті."), ("ru", "Обязательно."), ("en", "Required.")):
        visitor = place.visitor()
        visitor.client.set_cookie("sapa_lang", lang, domain="localhost")
        page = visitor.get("/appeal").text
        hint = re.search(r'id="h-author">(.*?)</div>', page)
        assert hint and said in hint[1]


def test_1_4_10_no_hint_speaks_as_if_the_kind_of_author_were_chosen(place: University) -> None:
    page = html.unescape(place.visitor().get("/appeal").text)
    assert "Атыңызды көрсетпесеңіз, өтініш сигнал ретінде қаралады" in page
    assert "Аты көрсетілген өтініштің жауабын бақылау коды арқылы" in page
    for key in ("author", "contact", "consent_share"):
        field = page.partition(f'id="f-{key}"')[0].rpartition('<div class="field')[2]
        assert 'data-unless="author_type:anonymous"' in field, "not asked for of who gives no name"


def test_several_that_wait_to_be_registered_are_told_apart_by_when_they_came(place: University) -> None:
    secretary = place.signed_in("p001")
    send(place.visitor(), GIVEN)
    assert "Түсті:" not in secretary.get("/tasks?view=role").text
    assert "24.11.2026, 09:00" not in secretary.get("/cases").text
    place.pass_time(timedelta(minutes=5))
    send(place.visitor(), NAMELESS)
    for page in (secretary.get("/tasks?view=role").text, secretary.get("/cases").text):
        assert "24.11.2026, 09:00" in page and "24.11.2026, 09:05" in page


def test_every_wrong_code_is_answered_alike_and_guessing_is_slowed_down(place: University) -> None:
    guest = place.visitor()
    send(guest, GIVEN)
    with reading(place.engine.database) as connection:
        holder = connection.execute(sa.select(ru_instance.c.business_key)).scalar()
    pages = [told(guest, code) for code in ("ABCD-EFGH-IJKL-MNOP", "", "%", str(holder), "ABCD")]
    assert {page.status_code for page in pages} == {404}
    assert [told(guest, "ABCD-EFGH-IJKL-MNOP").status_code for _ in range(20)][-1] == 429
    assert place.visitor().get("/appeal").headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_code_is_nowhere_kept_and_erasure_ends_it(place: University) -> None:
    guest = place.visitor()
    code = code_of(send(guest, GIVEN))
    dumped = Path(str(place.engine.database.url.database)).read_bytes()
    assert code.encode() not in dumped and code.replace("-", "").encode() not in dumped
    assert TEXT.encode() not in dumped
    with place.engine.database.begin() as connection:  # as erasing a case does
        connection.execute(sa.update(id_key).values(wrapped=None))
    place.engine.keys.forget()
    assert told(guest, code).status_code == 404


def test_a_visitor_may_begin_only_where_the_model_says_and_speak_only_in_that_case(place: University) -> None:
    guest = place.visitor()
    send(guest, GIVEN)
    (case,) = cases(place)

    def refused(command: object) -> str:
        with pytest.raises((Refused, NotFound)) as caught:
            place.engine.handle(command)  # type: ignore[arg-type]
        return caught.value.code

    begin = {"actor": VISITOR, "school": "eng", "business_key": "x"}
    assert refused(StartProcess(definition="request", **begin)) == "not_permitted"
    assert refused(StartProcess(definition="appeal_handling", element="brought", **begin)) == "not_permitted"
    assert refused(StartProcess(definition="appeal_handling", **begin)) == "not_permitted"
    assert refused(
        SpeakAsVisitor(actor=VISITOR, instance=case, subscription=f"{case}.1", name="appeal.withdrawn", holder="x")
    ) == "not_permitted"  # fmt: skip
    assert refused(
        SpeakAsVisitor(actor="p001", instance=case, subscription=f"{case}.1", name="appeal.withdrawn", holder="x")
    ) == "not_permitted"  # fmt: skip
    own = place.engine.handle(StartProcess(actor="p001", definition="request", school="eng", variables={"topic": "x"}))
    file = AttachFile(actor=VISITOR, instance=own.instance, name="a.png", sha256="0" * 64, size=1, media="image/png")
    assert refused(file) == "not_found"
    assert refused(EraseInstance(actor=VISITOR, instance=case, reason="x")) == "not_permitted"


def png(name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(PICTURE), name


def test_files_that_a_refusal_lost_are_named_beside_their_field(place: University) -> None:
    guest = place.visitor()
    page = send(guest, {**GIVEN, "a:text": ""}, file=[png("сурет.png"), png("<b>.png")]).text
    beside = page.partition('id="e-file"')[2].partition("</div>")[0]
    assert "Таңдалған файлдар сақталмады" in beside and "сурет.png" in beside and "&lt;b&gt;.png" in beside
    assert 'aria-describedby="e-file file-hint"' in page and 'href="#file"' in page
    none = send(guest, {**GIVEN, "a:text": ""}).text
    assert 'id="e-file"' not in none and "сақталмады" not in none, "nothing was lost"
    wrong = send(guest, GIVEN, file=(io.BytesIO(b"MZ not a picture"), "virus.png")).text
    assert "virus.png" in wrong.partition('id="e-file"')[2].partition("</div>")[0]


def test_1_4_10_whoever_sent_files_hears_which_arrived_at_once_and_later_by_the_code(place: University) -> None:
    guest = place.visitor()
    answer = send(guest, GIVEN, file=[png("сурет.png"), png("екінші.png")])
    assert "Түскен файлдар: 2" in answer.text and "сурет.png" in answer.text and "1 КБ" in answer.text
    assert "data-copy" in answer.text and "only-js" in answer.text
    later = told(place.visitor(), code_of(answer)).text
    assert "Түскен файлдар: 2" in later and "екінші.png" in later
    (case,) = cases(place)
    place.engine.notes.attach("p001", case, "ішкі.png", PICTURE)
    assert "ішкі.png" not in told(guest, code_of(answer)).text, "only their own"
    row = next(one for one in place.engine.reader("p001").inbox("role").rows if one.instance == case)
    task = place.signed_in("p001").get(f"/tasks/{row.task}").text
    assert task.index("сурет.png") < task.index('name="answers"'), "on a phone what came stands before the button"
    assert "Түскен файлдар" not in send(guest, NAMELESS).text
