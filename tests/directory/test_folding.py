"""Search finds a word however it was typed: without Kazakh letters, in another case, in another form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.directory.folding import fold, forms, stems


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Әдіснама", "адиснама"),
        ("ғылым кеңесі", "гылым кенеси"),
        ("Құқық", "кукык"),
        ("Өтініш үлгісі", "отиниш улгиси"),
        ("Һакім", "хаким"),
        ("учёный совет", "УЧЕНЫЙ СОВЕТ"),
        ("е\u0308", "ё"),
    ],
)
def test_letters_meet(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("отырыстың", "отырыста"),
        ("шешімдердің", "шешімі"),
        ("кафедрасының", "кафедра"),
        ("заседания", "заседанию"),
        ("решений", "решения"),
        ("комиссиясы", "комиссии"),
    ],
)
def test_forms_meet(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_words_and_numbers() -> None:
    assert stems("Отырыс № 12/2026: күн тәртібі, күн") == ["отыры", "12", "2026", "кун", "тарти"]
    assert stems("6B06102 eng-cs_x") == ["6b06102", "eng", "cs", "x"]
    assert stems(" — … ") == []


@given(st.text(max_size=60))
def test_folding_is_settled(text: str) -> None:
    for stem in stems(text):
        assert stems(stem) in ([stem], [stem[:5]])
    assert stems(text.upper().lower()) == stems(text.lower()) or not text.isascii()


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("отырыс", "отырыстың"),
        ("хаттама", "хаттамаларды"),
        ("протокол", "протоколами"),
        ("план", "плана"),
        ("акт", "актінің"),
        ("хат", "хаттың"),
        ("кітап", "кітабы"),
        ("кітабын", "кітап"),
        ("Әбенов", "Абеновтың"),
        ("Омаров", "Омаровой"),
        ("2026-ФК-014", "2026"),
    ],
)
def test_a_form_of_a_word_finds_the_word(written: str, typed: str) -> None:
    assert set(stems(written)) & {one for stem in stems(typed) for one in forms(stem)}


@pytest.mark.parametrize(("written", "typed"), [("для отчёта", "длинный"), ("при совете", "приказ"), ("2026", "20261")])
def test_small_words_and_numbers_are_not_taken_for_beginnings(written: str, typed: str) -> None:
    assert not set(stems(written)) & {one for stem in stems(typed) for one in forms(stem)}
