"""Keeps the case page's company right: cases tied by messages or key, for who may open them; a filtered timeline."""

import html

from engine import commands as c
from tests.outbox.test_message_to_two_branches import MODEL, WAIT
from tests.web.conftest import Started, University
from tests.web.test_case_and_registers import advance

SECRETARY = "p001"


def linked(university: University) -> tuple[str, str, str]:
    """A case that waited for a message, the case that sent it, and one more of the sender's key."""
    waits = "".join(WAIT.format(id=id) for id in ("one", "two"))
    model = MODEL.replace("{waits}", waits).encode()
    handle = university.engine.handle
    handle(c.Deploy(actor=c.SYSTEM, name="messages", files={"messages.bpmn": model}))
    got = handle(c.StartProcess(actor=c.SYSTEM, definition="waits_twice", school="eng", business_key="2026-7")).instance
    sent = handle(c.StartProcess(actor=c.SYSTEM, definition="tells", school="eng", business_key="2026-8")).instance
    same = handle(
        c.StartProcess(actor=c.SYSTEM, definition="waits_twice", school="eng", business_key="2026-8")
    ).instance
    university.engine.settle()
    assert got is not None and sent is not None and same is not None
    return got, sent, same


def test_a_case_names_who_wrote_to_it_whom_it_wrote_to_and_its_namesakes(university: University) -> None:
    got, sent, _same = linked(university)
    reader = university.engine.reader(SECRETARY)
    assert (sent, "sender") in {(one.row.instance, one.how) for one in reader.related(got)}
    assert (got, "receiver") in {(one.row.instance, one.how) for one in reader.related(sent)}
    page = html.unescape(university.signed_in(SECRETARY).get(f"/cases/{got}").text)
    company = page.partition('id="related-title"')[2].partition("</section>")[0]
    assert f'href="/cases/{sent}"' in company
    assert "осы іске хабар жіберді" in company


def test_cases_of_one_key_know_each_other_and_never_themselves(university: University) -> None:
    _got, sent, same = linked(university)
    for one, other in ((sent, same), (same, sent)):
        found = [row.row.instance for row in university.engine.reader(SECRETARY).related(one)]
        assert other in found
        assert one not in found


def test_the_timeline_is_narrowed_to_acts_of_people(university: University, started: Started) -> None:
    case = started("Бірінші")
    browser = advance(university, "pause")
    whole = browser.get(f"/cases/{case}").text
    people = browser.get(f"/cases/{case}?only=people").text
    machine = browser.get(f"/cases/{case}?only=engine").text
    entries = [page.count('class="entry-head"') for page in (whole, people, machine)]
    assert entries[1] and entries[0] == entries[1] + entries[2]
    assert 'aria-current="true">Адамдардың әрекеттері' in people
    assert browser.get(f"/cases/{case}?only=nonsense").text.count('class="entry-head"') == entries[0]


def test_a_case_of_another_school_is_not_named_even_if_the_key_is_the_same(university: University) -> None:
    _got, sent, _same = linked(university)
    start = c.StartProcess(actor=c.SYSTEM, definition="waits_twice", school="law", business_key="2026-8")
    foreign = university.engine.handle(start).instance
    assert foreign not in [one.row.instance for one in university.engine.reader(SECRETARY).related(sent)]
    assert foreign in [one.row.instance for one in university.engine.reader("p005").related(sent)]
