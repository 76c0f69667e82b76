"""What compiling tells before anything runs: names, functions, JUEL, mistakes with their place; and what is cached."""

from __future__ import annotations

import os
import threading

import pytest

from engine import feel
from engine.values import Value
from tests.feel.world import SmallWorld


@pytest.mark.parametrize(
    ("text", "names", "item_names"),
    [
        ("a + b.c", {"a", "b"}, set()),
        ("for x in list, y in x.more return x + y + z", {"list", "z"}, set()),
        ("some x in list satisfies x > limit", {"list", "limit"}, set()),
        ("rows[n > limit and item != 1]", {"rows"}, {"n", "limit"}),
        ("{a: 1, b: a + c}.b", {"c"}, set()),
        ("function(p) p + q", {"q"}, set()),
        ("count(list) + today()", {"list"}, set()),
        ("f(key: value)", {"value"}, set()),
        ("x instance of number", {"x"}, set()),
        ('"a" + string(name)', {"name"}, set()),
    ],
)
def test_names_are_the_free_variables(text: str, names: set[str], item_names: set[str]) -> None:
    if text.startswith("f("):
        text = "{f: function(key) key, r: " + text + "}.r"
    compiled = feel.compile(text)
    assert (set(compiled.names), set(compiled.item_names)) == (names, item_names)


def test_functions_are_told() -> None:
    assert feel.compile("working_days_after(today(), count(list))").functions == {
        "working_days_after",
        "today",
        "count",
    }


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("a +", "feel_syntax", 3),
        ("if a then b", "feel_syntax", 11),
        ('contains("a"', "feel_syntax", 12),
        ("1 + )", "feel_syntax", 4),
        ("", "feel_syntax", 0),
        ("1 + missing_function(2)", "feel_unknown_function", 4),
        ("working_days_after(today())", "feel_arguments", 0),
        ("count()", "feel_arguments", 0),
        ('contains("a", "b", "c")', "feel_arguments", 0),
    ],
)
def test_mistakes_are_found_with_their_place(text: str, code: str, position: int) -> None:
    with pytest.raises(feel.FeelSyntax) as caught:
        feel.compile(text)
    error = caught.value
    assert (error.code, error.position, error.text) == (code, position, text)
    assert len({error.say(lang) for lang in ("kk", "ru", "en")}) == 3


@pytest.mark.parametrize(
    ("juel", "scope", "expected", "spellings"),
    [
        ("a == 1 && !b", {"a": 1, "b": False}, True, ("==", "&&", "!")),
        ("a eq 1 || b", {"a": 2, "b": True}, True, ("eq", "||")),
        ("a gt 5 and a le 7", {"a": 6}, True, ("gt", "le")),
        ("!list[1].ok", {"list": [{"ok": False}]}, True, ("!",)),
        ("!(a lt 3)", {"a": 5}, True, ("!", "lt")),
        ("!!a", {"a": True}, True, ("!",)),
        ("not a", {"a": False}, True, ("not",)),
        ("empty list", {"list": []}, True, ("empty",)),
        ("not empty list", {"list": []}, False, ("not", "empty")),
        ("state ne 'done'", {"state": "open"}, True, ("ne", "'")),
        ("a != 1", {"a": 2}, True, ()),
        ("not(a)", {"a": False}, True, ()),
        ('contains(text, "a == b && c")', {"text": "x a == b && c"}, True, ()),
        ("x in [1..3] and y", {"x": 2, "y": True}, True, ()),
    ],
)
def test_juel_spellings_are_translated_and_told(
    juel: str, scope: dict[str, Value], expected: Value, spellings: tuple[str, ...]
) -> None:
    compiled = feel.compile(juel)
    assert compiled.juel == spellings
    assert compiled.evaluate(scope, SmallWorld()) is expected


def test_unknown_variables_are_null() -> None:
    assert feel.compile("missing").evaluate({}, SmallWorld()) is None
    assert feel.compile("missing.part > 3").evaluate({}, SmallWorld()) is None


def test_a_text_means_the_same_whatever_the_variables_are_called() -> None:
    """feelin reads ``a-b`` as one name when a variable is called so; here data never changes what a text means."""
    scope = {"a": 5, "b": 3, "a-b": 100, "a - b": 100}
    assert feel.compile("a-b").evaluate(scope, SmallWorld()) == 2


def test_names_with_blanks_and_cyrillic_names() -> None:
    scope = {"орташа балл": 71, "Әлия": {"туған күн": "иә"}}
    assert feel.compile('орташа балл > 70 and Әлия.туған күн = "иә"').evaluate(scope, SmallWorld()) is True


@pytest.mark.parametrize(
    "text",
    [
        "+5 + -x * 2 ** 3",
        "{f: function(a: number, b) a + b, g: f(b: 1, a: 2)}.g",
        "for i in [1..3], j in 3..i return partial",
        "some x in xs, y in ys satisfies x = y",
        "every x in xs satisfies x instance of context<a: list<number>>",
        "x instance of function<number, string> -> boolean",
        "if a between 1 and 2 then b in (< 5, [6..7)) else not(c) or xs[item > 1][1].d",
        '@"2026-01-01" < date(y) // note',
        "a + 1 /* note */",
        "during([1..2], span) and overlaps before(a, b)",
    ],
)
def test_nothing_needs_javascript_to_run(text: str) -> None:
    assert feel.compile(text).native


MEANINGLESS = [
    ('@"2026-02-30"', "feel_literal", 0),
    ('x + duration("P1M2D")', "feel_literal", 4),
    ('time("25:00:00") < t', "feel_literal", 0),
    ("date(2026, 2, 29)", "feel_literal", 0),
    ("x instance of something", "feel_type", 14),
    ("x instance of list<something>", "feel_type", 14),
    ("function(x) external {java: x}", "feel_external", 0),
    ("x > 1 and < 5", "feel_test", 10),
    ("x = = 3", "feel_test", 4),
    ("x + < 3", "feel_test", 4),
    ('x = "a" or "b"', "feel_test", 11),
    ('matches(x, "(a")', "feel_pattern", 11),
]


@pytest.mark.parametrize(("text", "code", "position"), MEANINGLESS)
def test_what_could_only_ever_be_null_is_refused(text: str, code: str, position: int) -> None:
    with pytest.raises(feel.FeelSyntax) as caught:
        feel.compile(text)
    assert (caught.value.code, caught.value.position) == (code, position)
    assert len({caught.value.say(lang) for lang in ("kk", "ru", "en")}) == 3


@pytest.mark.parametrize("cell", ["> 1 and < 5", "> 1 and ? < 5", "< 3 or > 5"])
def test_a_cell_whose_comparison_swallows_the_rest_is_refused(cell: str) -> None:
    with pytest.raises(feel.FeelSyntax) as caught:
        feel.compile(cell, "unary")
    assert caught.value.code == "feel_test"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2024-02-29").day', 29),
        ("date(given)", None),
        ('matches(x, "^[а-яә]+$")', True),
        ("3 in (> 1, < 5) and true", True),
    ],
)
def test_what_can_have_a_value_is_not_refused(text: str, expected: Value) -> None:
    assert feel.compile(text).evaluate({"x": "әке"}, SmallWorld()) == expected


def test_compiled_once_for_all_threads() -> None:
    texts = [f"a + {n} > 3" for n in range(20)]
    results: list[list[Value]] = []

    def work() -> None:
        results.append([feel.compile(text).evaluate({"a": 1}, SmallWorld()) for text in texts])

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [[1 + n > 3 for n in range(20)]] * 6
    assert feel.compile(texts[0]) is feel.compile(texts[0])


def test_a_forked_child_has_its_own_javascript() -> None:
    assert feel.compile("1 + 1 = 2").evaluate({}, SmallWorld()) is True
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        answer = b"no"
        try:
            answer = b"ok" if feel.compile("3 * 3 = 9.0").evaluate({}, SmallWorld()) is True else b"no"
        finally:
            os.write(writing, answer)
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"ok"
    os.waitpid(child, 0)
    assert feel.compile("4 * 4 = 16").evaluate({}, SmallWorld()) is True
