"""The server's verdict against a real browser's: the same forms, the same random answers, the same errors and data."""

from __future__ import annotations

import copy
import json
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.definitions.forms.merging import merged
from engine.javascript import javascript
from tests.forms.samples import GOOD, ROOT, opened, schemas

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SCHEMAS = schemas()
ESBUILD = ROOT / "web" / "node_modules" / ".bin" / "esbuild"
SUBMISSIONS = 120
JUNK: tuple[Any, ...] = (
    *(None, "", " ", "a", "ә" * 12, "ә" * 301, 0, -1, 100, 100.5, "12", "NaN", True, False, [], {}, ["a"]),
    *("p001", "p999", ["p001", "p999"], "https://example.org", "<b>x</b>", "25:00"),
    *("2026-12-03", "2026-02-30", "2026-12-03T10:30", "2020-01-01T10:30"),
    *("person", "decision", "in_person", "return", "absent_excused"),
)

SUBMIT = """async ([schema, data, lang]) => {
  const container = document.createElement('div');
  document.body.append(container);
  const drawn = await SapaForms.mount(container, schema, data, lang);
  await new Promise(resolve => setTimeout(resolve, 60));
  const { errors, data: answers } = drawn.form.submit();
  const flat = [];
  const walk = (id, node, indexes) => {
    if (Array.isArray(node) && (!node.length || typeof node[0] === 'string')) flat.push({ id, indexes, texts: node });
    else Object.entries(node || {}).forEach(([index, inner]) => walk(id, inner, [...indexes, Number(index)]));
  };
  Object.entries(errors).forEach(([id, node]) => walk(id, node, []));
  drawn.destroy();
  container.remove();
  return JSON.stringify({ errors: flat, data: answers });
}"""

DRAW = """async ([schema, data, lang]) => {
  const container = document.createElement('div');
  document.body.append(container);
  const drawn = await SapaForms.mount(container, schema, data, lang);
  await new Promise(resolve => setTimeout(resolve, 20));
  const text = container.innerText;
  drawn.destroy();
  container.remove();
  return text;
}"""

WIDTH = """async ([schema, data, lang]) => {
  const container = document.createElement('div');
  container.className = 'form-host is-ready';
  container.style.margin = '16px';
  document.body.append(container);
  const drawn = await SapaForms.mount(container, schema, data, lang);
  const width = document.documentElement.scrollWidth;
  drawn.destroy();
  container.remove();
  return width;
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page in the time of Almaty with the browser's side of forms loaded."""
    if not ESBUILD.exists():
        pytest.skip("no esbuild: web/node_modules is not installed")
    bundle = tmp_path_factory.mktemp("forms") / "forms.js"
    subprocess.run(
        [ESBUILD, "js/forms.js", "--bundle", "--format=iife", "--global-name=SapaForms", f"--outfile={bundle}"],
        cwd=ROOT / "web", check=True, capture_output=True,
    )  # fmt: skip
    context = browser.new_context(timezone_id="Asia/Almaty", locale="en-US")
    page = context.new_page()
    page.set_content("<!doctype html><html lang=kk><body></body></html>")
    page.add_script_tag(path=bundle)
    yield page
    context.close()


def spoilt(answers: Any, chance: random.Random) -> Any:
    """The answers with some of them replaced by what nobody should send."""
    if isinstance(answers, dict):
        return {key: spoilt(value, chance) for key, value in answers.items() if chance.random() > 0.05}
    if isinstance(answers, list) and answers and isinstance(answers[0], dict):
        rows = [spoilt(row, chance) for row in answers]
        return rows + copy.deepcopy(rows[:1]) if chance.random() < 0.2 else rows
    return chance.choice(JUNK) if chance.random() < 0.3 else answers


def submissions() -> list[tuple[str, dict[str, Any], str]]:
    chance = random.Random(20260901)
    found = []
    ids = sorted(GOOD)
    for number in range(SUBMISSIONS):
        id = ids[number % len(ids)]
        variables, answers = chance.choice(GOOD[id])
        context = opened(SCHEMAS[id], variables)
        context.pop("_given")
        found.append((id, merged(SCHEMAS[id], spoilt(answers, chance), context), chance.choice(("kk", "ru", "en"))))
    return found


def test_server_and_browser_agree_on_random_answers(page: Page) -> None:
    differing, refused = [], 0
    for id, data, lang in submissions():
        there = json.loads(page.evaluate(SUBMIT, [SCHEMAS[id], data, lang]))
        options = json.dumps({"lang": lang, "now": None})
        here = json.loads(javascript.call("forms", "validate", json.dumps(SCHEMAS[id]), json.dumps(data), options))
        errors = [
            {"id": one["id"], "indexes": one["indexes"], "texts": [message["text"] for message in one["messages"]]}
            for one in here["errors"]
        ]
        key = json.dumps
        if sorted(errors, key=key) != sorted(there["errors"], key=key) or here["data"] != there["data"]:
            differing.append((id, data, there, {"errors": errors, "data": here["data"]}))
        refused += bool(errors)
    assert differing == []
    assert SUBMISSIONS * 0.3 < refused < SUBMISSIONS  # the answers were neither all bad nor all good


def test_dates_are_written_day_month_year_in_every_language(page: Page) -> None:
    schema = SCHEMAS["meeting_cycle_register"]
    for lang, hint in (("kk", "кк.аа.жжжж"), ("ru", "дд.мм.гггг"), ("en", "dd.mm.yyyy")):
        shown = page.evaluate(
            """async ([schema, lang]) => {
              const container = document.createElement('div');
              document.body.append(container);
              const drawn = await SapaForms.mount(container, schema, { reg_date: '2026-08-31' }, lang);
              await new Promise(resolve => setTimeout(resolve, 100));
              const input = container.querySelector('.fjs-datepicker input');
              const found = [input.value, input.placeholder, container.querySelector('label').textContent.trim()];
              drawn.destroy(); container.remove();
              return found;
            }""",
            [schema, lang],
        )
        assert shown[:2] == ["31.08.2026", hint]
        assert shown[2].startswith({"kk": "Тіркеу нөмірі", "ru": "Регистрационный", "en": "Registration"}[lang])


def test_what_the_server_refused_stands_beside_its_field_until_it_is_changed(page: Page) -> None:
    schema = SCHEMAS["decision_execution_execute"]
    found = page.evaluate(
        """async schema => {
          const container = document.createElement('div');
          document.body.append(container);
          const evidence = [{ title: 'Есеп', reference: 'https://example.org' }];
          const data = { percent: 10, result: 'Нәтиже бар екен', report: 'Есептің мәтіні', evidence };
          const serverErrors = { result: ['Бұл жеткіліксіз.'], gone: ['x'],
            'evidence.0.title': ['Атауы қате.'], evidence: ['Тізім қате.'] };
          const drawn = await SapaForms.mount(container, schema, data, 'kk', { serverErrors });
          const rest = drawn.setErrors(serverErrors);
          await new Promise(resolve => setTimeout(resolve, 150));
          const texts = () => [...container.querySelectorAll('.fjs-form-field-error')].map(one => one.textContent);
          const before = texts();
          const input = document.createElement('input');
          const sent = drawn.submit(input);
          await new Promise(resolve => setTimeout(resolve, 100));
          const result = { rest, before, after: texts(), sent, hidden: input.value };
          drawn.destroy(); container.remove();
          return result;
        }""",
        schema,
    )
    assert found["rest"] == {"gone": ["x"]}
    assert sorted(found["before"]) == ["Атауы қате.", "Бұл жеткіліксіз.", "Тізім қате."]
    assert found["after"] == []  # sending again asks the server again
    assert json.loads(found["hidden"]) == found["sent"]
    assert found["sent"]["percent"] == 10


def test_a_day_without_its_hour_is_not_sent_as_nothing(page: Page) -> None:
    page.evaluate(
        """async schema => {
          const container = document.createElement('div');
          container.id = 'halves';
          document.body.append(container);
          const data = { meeting_kind: 'regular', _now: '2026-09-07T09:00' };
          window.drawn = await SapaForms.mount(container, schema, data, 'kk');
        }""",
        SCHEMAS["meeting_cycle_start"],
    )
    missing = "drawn.missing().map(one => [one.label, one.sentence])"
    assert page.evaluate(missing) == []
    for part, typed in (("date", "03.12.2030"), ("time", "")):
        field = page.locator(f"#halves [id$=meeting_at-{part}]")
        field.fill(typed)
        field.press("Tab")
    half = ["Күнін де, уақытын да көрсетіңіз."]
    assert page.evaluate(missing) == [["Отырыс күні", *half]]
    assert page.evaluate("drawn.submit()") is None
    assert page.evaluate("drawn.wrong().map(one => one.sentence)") == half
    field.fill("10:30")
    field.press("Tab")
    assert page.evaluate("drawn.submit()")["meeting_at"] == "2030-12-03T10:30"
    page.evaluate("() => { drawn.destroy(); document.getElementById('halves').remove(); }")


def test_7_3_1_who_notes_absences_is_told_before_the_vote_that_the_quorum_is_lost(page: Page) -> None:
    item = {"title": "Силлабустардың сапасы", "titles": None}
    present = ["m1", "m2", "m3", "m4", "m5"]
    choices = [{"value": one, "label": one} for one in present]
    seated = {"item": item, "present": present, "quorum_needed": 5, "_options_absent_now": choices}
    schema = SCHEMAS["meeting_cycle_formulate"]
    told = ["Кворум бұзылады" in page.evaluate(DRAW, [schema, {**seated, **more}, "kk"]) for more in
            ({}, {"absent_now": []}, {"absent_now": ["m5"]})]  # fmt: skip
    assert told == [False, False, True]


def test_texts_draw_without_a_fault_whatever_is_known_by_then(page: Page) -> None:
    fault = re.compile(r"⚠|\{\{|\}\}|\bnull\b|\bundefined\b|\[object")
    for id, samples in GOOD.items():
        known = [{}, *(one[0] for one in samples)]
        wanted = [(variables, lang) for variables in known for lang in ("kk", "ru", "en")]
        asked = [[SCHEMAS[id], opened(SCHEMAS[id], variables), lang] for variables, lang in wanted]
        texts = page.evaluate(f"asked => Promise.all(asked.map({DRAW}))", asked)
        for (variables, lang), text in zip(wanted, texts, strict=True):
            assert not fault.search(text), (id, lang, variables, text)


def test_a_table_in_a_text_is_no_wider_than_a_phone(page: Page, tmp_path: Path) -> None:
    sheet = tmp_path / "app.css"
    subprocess.run(
        [ESBUILD, "styles/app.css", "--bundle", f"--outfile={sheet}", "--external:*.woff", "--external:*.woff2"],
        cwd=ROOT / "web", check=True, capture_output=True,
    )  # fmt: skip
    style, size = page.add_style_tag(path=sheet), page.viewport_size
    assert size
    page.set_viewport_size({"width": 360, "height": 740})
    with_tables = [id for id in sorted(SCHEMAS) if "|---|" in json.dumps(SCHEMAS[id])]
    assert "half_year_review_prepare_review" in with_tables
    wide = [
        (id, lang, found)
        for id in with_tables
        for lang in ("kk", "ru", "en")
        if (found := page.evaluate(WIDTH, [SCHEMAS[id], opened(SCHEMAS[id], GOOD[id][0][0]), lang])) > 360
    ]
    page.set_viewport_size(size)  # other tests draw on the same page
    style.evaluate("style => style.remove()")
    assert wide == []


def test_nothing_of_the_library_stays_english(page: Page) -> None:
    found = page.evaluate(
        """async ([schema, data]) => {
          const container = document.createElement('div');
          document.body.append(container);
          const drawn = await SapaForms.mount(container, schema, data, 'kk');
          await new Promise(resolve => setTimeout(resolve, 50));
          const read = [...container.querySelectorAll('[placeholder], [aria-label], [title]')]
            .flatMap(one => ['placeholder', 'aria-label', 'title'].map(name => one.getAttribute(name) || ''));
          const result = [container.innerText, ...read].join(' | ');
          drawn.destroy();
          container.remove();
          return result;
        }""",
        [SCHEMAS["meeting_cycle_approve_agenda"], opened(SCHEMAS["meeting_cycle_approve_agenda"], {})],
    )
    found = found.replace("Powered by bpmn.io", "")  # the licence asks for it
    assert re.findall("[A-Za-z]{3,}", found) == []
