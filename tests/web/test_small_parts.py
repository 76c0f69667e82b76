"""Keeps the small decisions of the web straight: safe links, slowed guessing, spreadsheet cells, answers, dates."""

import csv
import io
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from werkzeug.routing import Map, Rule

from engine.errors import Invalid
from web import answers
from web.attempts import FORGOTTEN_AFTER, FREE_TRIES, LONGEST_DELAY, Attempts
from web.compiled import LateRule
from web.dates import group, numeric, time_shown
from web.security import own_path
from web.spreadsheet import Content, as_csv, as_xlsx, cell


@pytest.mark.parametrize("target", ["/tasks", "/tasks?view=role&q=%D2%9B", "/cases/i1#top", "/"])
def test_a_path_of_this_host_is_kept(target: str) -> None:
    assert own_path(target, "/else") == target


@pytest.mark.parametrize(
    "target",
    [
        "", None, "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example", "/\n/evil", " /tasks", "tasks", "///evil", "/%0a\r/evil", "//[", "/x\x00",
    ],
)  # fmt: skip
def test_any_other_target_is_not_followed(target: str | None) -> None:
    assert own_path(target, "/else") == "/else"


@given(st.text(max_size=40))
def test_no_target_leaves_this_host(target: str) -> None:
    found = own_path(target, "/else")
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert "\\" not in found


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_guessing_waits_twice_as_long_each_time_and_at_most_a_minute() -> None:
    clock = Seconds()
    attempts = Attempts(clock)
    for _ in range(FREE_TRIES - 1):
        attempts.failed("aigul", "1.1.1.1")
    assert attempts.wait("aigul", "1.1.1.1") == 0
    waits = []
    for _ in range(8):
        attempts.failed("aigul", "1.1.1.1")
        waits.append(attempts.wait("aigul", "2.2.2.2"))
        clock.now += LONGEST_DELAY + 1
    assert [wait - 1 for wait in waits] == [3, 6, 12, 24, 48, 60, 60, 60]


def test_guessing_at_many_accounts_from_one_address_is_slowed_too() -> None:
    clock = Seconds()
    attempts = Attempts(clock)
    for number in range(20):
        attempts.failed(f"person{number}", "1.1.1.1")
    assert attempts.wait("somebody", "1.1.1.1") > 0
    assert attempts.wait("somebody", "2.2.2.2") == 0


def test_a_right_password_clears_the_account_and_time_clears_both() -> None:
    clock = Seconds()
    attempts = Attempts(clock)
    for _ in range(6):
        attempts.failed("aigul", "1.1.1.1")
    attempts.succeeded("aigul")
    assert attempts.wait("aigul", "9.9.9.9") == 0
    for _ in range(6):
        attempts.failed("aigul", "1.1.1.1")
    clock.now += FORGOTTEN_AFTER + 1
    attempts.failed("aigul", "1.1.1.1")
    assert attempts.wait("aigul", "1.1.1.1") == 0


_SEPARATED = re.compile(r"[,;\t\r\n]")
_BEFORE = ' \t\r\n\x00\ufeff\u00a0"'


def dangerous(part: str) -> bool:
    """Would a spreadsheet calculate this, read as a cell of its own?"""
    plain = part.strip(_BEFORE)
    number = re.fullmatch(r"[-+]\d+([.,]\d+)?\s*([^\s*/^&<>:!=+\-@|%].*)?", plain, re.DOTALL)  # no operator follows
    return unicodedata.normalize("NFKC", plain)[:1] in {*"=+-@|%"} and not number


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'), ("+1+1", "'+1+1"), ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "\t'=1"), ("\r=1", "\r'=1"), (" =1", " '=1"), ("%0A=1", "'%0A=1"),
        ("|calc", "'|calc"), ("-cmd", "'-cmd"), ("\x00=1", "\x00'=1"), ("＝1+1", "'＝1+1"), ("＋1", "'＋1"),
        ("－1+1", "'－1+1"), ("＠SUM(A1)", "'＠SUM(A1)"), ("foo,=1+1", "foo,'=1+1"), ("foo;\t=1+1", "foo;\t'=1+1"),
        ("foo\t＝1+1", "foo\t'＝1+1"), ("a\n=1", "a\n'=1"), ('a,"=1"', 'a,"\'=1"'), ("-3,=1", "'-3,'=1"),
        ("-1\n*A1", "'-1\n'*A1"), ("2, -3", "2, '-3"), ("*A1", "'*A1"),
    ],
)  # fmt: skip
def test_a_formula_becomes_text(text: str, shown: str) -> None:
    assert cell(text) == shown


@pytest.mark.parametrize(
    "text",
    ["12", "-3", "-3,5", "+7", "1.25", "№ 12/2026", "Бағалау", "", "2, 3; 4", "а = б, в - г", "a@b.kz", "'=1", "1–2"],
)
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert cell(text) == text


@given(st.lists(st.lists(st.text("ab1*=+-@|%＝＋－＠﹦⁻ \t\r\n\x00\ufeff,;\"'.", max_size=9), min_size=1), min_size=1))
def test_whatever_separates_cells_for_who_opens_it_none_is_a_formula(rows: list[list[str]]) -> None:
    written = as_csv(["Күні"], rows).decode("utf-8-sig")
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator):
            assert not [part for part in row if dangerous(part)]
    assert not [part for part in _SEPARATED.split(written) if dangerous(part)]
    back = list(csv.reader(io.StringIO(written, newline=""), delimiter=";"))[1:]
    bare = [[text.replace("'", "") for text in row] for row in rows]
    assert [[text.replace("'", "") for text in row] for row in back if row] == [row for row in bare if row]


def test_every_way_to_write_a_sign_counts() -> None:
    signs = [sign for sign in map(chr, range(0x110000)) if unicodedata.normalize("NFKC", sign)[:1] in {*"=+-@|%"}]
    assert [sign for sign in [*signs, "−"] if cell(f"{sign}A1") != f"'{sign}A1"] == []


def test_a_spreadsheet_opens_in_excel_with_kazakh_letters() -> None:
    written = as_csv(["Күні", "Шешім"], [["24.11.2026", 'Қабылданды; "иә"\nекінші жол'], ["=1+1", ""]])
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.decode("utf-8-sig") == 'Күні;Шешім\r\n24.11.2026;"Қабылданды; ""иә""\nекінші жол"\r\n\'=1+1;\r\n'


@pytest.mark.parametrize(
    "text", ["[]", "null", "1", "{", '{"a": NaN}', '{"a": Infinity}', "[" * 100_000, '"' + "x" * 10]
)
def test_answers_that_are_no_object_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        answers.read(text)


def test_answers_that_nest_too_deep_are_refused() -> None:
    assert answers.read('{"a": ' * 49 + "1" + "}" * 49)
    with pytest.raises(Invalid):
        answers.read('{"a": ' * 60 + "1" + "}" * 60)


def test_an_error_is_told_by_the_label_of_its_field() -> None:
    schema = {
        "components": [
            {
                "type": "group",
                "components": [{"id": "f1", "key": "place", "label": "Орны", "properties": {"label:ru": "Место"}}],
            },
            {"id": "rows", "type": "dynamiclist", "path": "items", "components": [{"key": "text", "label": "Мәтін"}]},
        ]
    }
    assert answers.label_of(schema, "place", "kk") == "Орны"
    assert answers.label_of(schema, "place", "ru") == "Место"
    assert answers.label_of(schema, "f1", "en") == "Орны"
    assert answers.label_of(schema, "items.0.text", "kk") == "Мәтін"
    assert answers.label_of(schema, "nothing", "kk") == ""
    assert answers.shown(schema, {"place": "305", "other": 1}, "ru") == [("Место", "305"), ("", "1")]


def test_rows_that_cannot_be_sent_are_given_back_in_the_words_of_the_form() -> None:
    kind = {"key": "kind", "label": "Түрі", "values": [{"label": "Есеп", "value": "report"}]}
    rows = {"type": "dynamiclist", "path": "items", "label": "Мәселелер"}
    schema = {"components": [{**rows, "components": [{"key": "title", "label": "Атауы"}, kind, {"key": "speaker"}]}]}
    typed = {"items": [{"title": "Бағалау", "kind": "report", "speaker": None}, {"title": "Жоспар", "more": "x"}]}
    assert answers.shown(schema, typed, "kk") == [("Мәселелер", "Атауы: Бағалау; Түрі: Есеп\nАтауы: Жоспар; x")]


def test_tasks_are_grouped_by_the_day_in_almaty() -> None:
    tuesday = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)  # 23:30 in Almaty
    assert group(None, tuesday) == "none"
    assert group(tuesday - timedelta(minutes=1), tuesday) == "overdue"
    assert group(tuesday + timedelta(minutes=29), tuesday) == "today"
    assert group(tuesday + timedelta(minutes=31), tuesday) == "week"
    assert group(datetime(2026, 11, 29, 18, 59, tzinfo=UTC), tuesday) == "week"
    assert group(datetime(2026, 11, 29, 19, 0, tzinfo=UTC), tuesday) == "later"


def test_dates_are_those_of_almaty_with_four_digits_of_the_year() -> None:
    assert numeric(datetime(2026, 11, 24, 20, 0, tzinfo=UTC)) == "25.11.2026"
    assert numeric(date(2026, 1, 5)) == "05.01.2026"
    assert numeric(None) == "—"
    assert time_shown(datetime(2026, 11, 24, 18, 59, 59, tzinfo=UTC)) == ""
    assert time_shown(datetime(2026, 11, 24, 10, 0, tzinfo=UTC)) == "15:00"


@pytest.mark.parametrize(
    ("title", "shown"),
    [("Шешімдер тізілімі", "Шешімдер тізілімі"), ("", "Sapa"), ("'a/b:[c]*?" + "ә" * 40, "a b  c   " + "ә" * 22)],
)
def test_a_sheet_is_called_as_what_it_holds(title: str, shown: str) -> None:
    assert load_workbook(io.BytesIO(as_xlsx(["Күні"], [], title))).sheetnames == [shown]


def test_days_moments_and_numbers_are_such_in_excel_and_no_text_is_a_formula() -> None:
    at = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
    row: list[Content] = [date(2026, 11, 24), at, 3, 0.5, "007", "=1+1", date(1812, 9, 7), float("inf"), 10**20]
    sheet = load_workbook(io.BytesIO(as_xlsx(["Күні"], [row]))).active
    assert sheet is not None
    day, moment, number, share, *texts = sheet[2]
    assert (day.value, day.number_format, day.is_date) == (datetime(2026, 11, 24), "DD.MM.YYYY", True)
    assert (moment.value, moment.number_format) == (datetime(2026, 11, 25, 1, 30), "DD.MM.YYYY HH:MM")
    assert (number.value, share.value) == (3, 0.5)
    assert [(one.value, one.data_type) for one in texts] == [
        ("007", "s"), ("=1+1", "s"), ("07.09.1812", "s"), ("inf", "s"), ("1" + "0" * 20, "s"),
    ]  # fmt: skip
    assert (
        as_csv(["a"], [row]).decode("utf-8-sig").split("\r\n")[1].startswith("24.11.2026;25.11.2026, 01:30;3;0.5;007;")
    )


def test_addresses_compiled_when_wanted_are_those_compiled_at_once() -> None:
    rules: list[tuple[str, dict[str, object]]] = [
        ("/cases/<case>", {"case": "ә б", "page": 2}),
        ("/files/<path:name>", {"name": "a/b.pdf"}),
        ("/rows/<int:n>", {"n": 7}),
        ("/rows/", {"n": 1}),  # by its default
    ]
    for rule, values in rules:
        defaults = {"n": 1} if rule == "/rows/" else None
        late, at_once = (kind(rule, endpoint="e", defaults=defaults) for kind in (LateRule, Rule))
        for one in (late, at_once):
            Map([one])
        for unknown in (True, False, True):
            assert late.build(values, unknown) == at_once.build(values, unknown)
