"""What the modules' own questionnaires hold: languages, the codebook's variables, skips, numbers and pages."""

from __future__ import annotations

import re

import pytest

from lfs_migration import catalog
from lfs_migration.expr import parse
from lfs_migration.model.questionnaire import END, NEXT

MODULES = ("emigration", "worker")
BOOKS = {name: catalog.load_codebook(name) for name in MODULES}
FORMS = {name: catalog.load_questionnaire(name) for name in MODULES}

NOT_ASKED = {
    "emigration": {
        "country": "the same in the whole file",
        "round_id": "the same in the whole file",
        "stratum": "follows from the sampling unit, in the office",
        "p_psu": "sampling", "p_dwelling": "sampling", "p_household": "sampling", "r_module": "sampling",
        "w_design": "weighting", "w_nr": "weighting", "w_hh": "weighting", "w_mod": "weighting", "w_per": "weighting",
    },
    "worker": {
        "worker_id": "given by the office, so that the form holds nothing that names the worker",
        "round_id": "the same in the whole file",
        "stratum": "sampling", "psu": "sampling",
        "w_worker": "weighting",
    },
}  # fmt: skip
"""Variables of the codebook that no interview asks, and why."""

ID = re.compile(r"\b(?:G\d{3}|[A-Z]\d{1,2})\b")
NAME = {"en": "(NAME)", "fr": "(NOM)", "es": "(NOMBRE)", "ar": "(الاسم)"}
UNKNOWN = re.compile(r"\b9{1,8}[78]\b")


@pytest.fixture(params=MODULES)
def form(request):
    return FORMS[request.param]


@pytest.fixture
def book(form):
    return BOOKS[form.module]


def numbered(form):
    """Return items and sections with where they stand; a section stands where its first item does."""
    places = {item.id: place for place, item in enumerate(form.items)}
    return places | {section.id: places[section.items[0].id] for section in form.sections}


def routes(form):
    for section in form.sections:
        for item in section.items:
            yield from ((section, item, route) for route in item.routes)


def texts(form):
    yield "title", form.title
    for section in form.sections:
        yield section.id, section.title
        if section.introduction:
            yield section.id, section.introduction
        for item in section.items:
            yield item.id, item.wording
            if item.instruction:
                yield item.id, item.instruction
            yield from ((item.id, answer) for answer in item.answers.values())


def test_every_text_exists_in_every_language_of_the_form(form):
    wanted = set(form.languages)
    assert {"en", "fr", "es"} <= wanted
    lacking = [where for where, text in texts(form) if not all(text.get(one, "").strip() for one in wanted)]
    assert lacking == []


def test_the_worker_can_be_asked_in_arabic():
    assert "ar" in FORMS["worker"].languages


def test_titles_exist_in_the_pilots_languages_too(form):
    titles = [form.title, *(section.title for section in form.sections)]
    assert [t["en"] for t in titles if not {"ar", "hy", "ru", "th"} <= set(t)] == []


def test_no_text_of_an_item_is_the_english_one_again(form):
    copied = [(item.id, one) for item in form.items for text in (item.wording, item.instruction or {})
              for one in text if one != "en" and text[one] == text["en"]]  # fmt: skip
    assert copied == []


def test_the_languages_speak_of_the_same_items_and_of_the_person_alike(form):
    for where, text in texts(form):
        assert len({frozenset(ID.findall(words)) for words in text.values()}) == 1, where
        spoken = {NAME[one] in text[one] for one in text if one in form.languages}
        assert len(spoken) == 1, where


def test_an_item_that_a_text_speaks_of_exists(form):
    known = {item.id for item in form.items}
    assert [(where, one) for where, text in texts(form) for one in ID.findall(text["en"]) if one not in known] == []


def test_an_item_names_a_question_of_the_codebook_about_its_sections_record(form, book):
    for section in form.sections:
        for item in section.items:
            if item.name in book.multiples:
                assert book.multiples[item.name].record == section.record, item.id
            elif item.name:
                variable = book.variable(item.name)
                assert not variable.derived and not variable.part_of, item.id
                assert variable.record == section.record, item.id


def test_every_variable_is_asked_or_is_known_without_asking(form, book):
    asked = {item.name for item in form.items}
    names = {v.name for v in book.variables.values() if not v.derived and not v.part_of} | set(book.multiples)
    assert names - asked == set(NOT_ASKED[form.module])


def test_a_filter_checks_something_and_leads_somewhere(form):
    filters = [item for item in form.items if not item.name]
    assert filters
    for item in filters:
        assert item.routes and item.wording["en"].startswith("CHECK "), item.id
        checked = {one.name for one in form.items if one.id in ID.findall(item.wording["en"])}
        assert checked == set().union(*(parse(route.condition).names for route in item.routes)), item.id


def test_a_route_leads_further_down(form):
    places = numbered(form)
    for _, item, route in routes(form):
        assert route.to in (NEXT, END) or places[route.to] > places[item.id] + 1, f"{item.id} -> {route.to}"


def test_a_route_leads_over_a_record_only_to_a_section(form):
    items = {item.id: section for section in form.sections for item in section.items}
    for section, item, route in routes(form):
        assert route.to not in items or items[route.to].record == section.record, item.id


def test_a_route_depends_on_what_has_been_asked(form, book):
    places = {item.name: place for place, item in enumerate(form.items) if item.name}
    for section, item, route in routes(form):
        for name in parse(route.condition).names:
            assert book.visible(name, section.record), item.id
            assert places[name] <= numbered(form)[item.id], f"{item.id} needs {name}"


def test_a_universe_depends_on_what_has_been_asked(form, book):
    places = {item.name: place for place, item in enumerate(form.items) if item.name}
    for name, place in places.items():
        universe = book.multiples[name].universe if name in book.multiples else book.variables[name].universe
        late = [one for one in parse(universe or "True").names if places[one] >= place]
        assert late == [], name


def test_a_code_in_a_route_is_a_code_of_the_list(form, book):
    for _, item, route in routes(form):
        for name, code in parse(route.condition).compared:
            codes = book.codelist_of(name)
            assert codes is None or code in codes.codes, f"{item.id}: {name} {code}"


def test_the_ages_in_the_skips_are_those_of_the_module():
    form, book = FORMS["emigration"], BOOKS["emigration"]
    ages = {int(n) for _, _, route in routes(form) for n in re.findall(r"_age(?:_dep)? >= (\d+)", route.condition)}
    assert ages == {5, book.parameters["working_age"].default}


def test_a_code_for_an_unknown_answer_is_one_of_the_variable(form, book):
    said = 0
    for item in form.items:
        if item.instruction and item.name in book.variables:
            missing = {str(code) for code in book.variables[item.name].missing}
            for words in item.instruction.values():
                codes = UNKNOWN.findall(words)
                said += len(codes)
                assert set(codes) <= missing, item.id
    assert said > 20


def test_items_are_numbered_through_in_their_section(form):
    for section in form.sections:
        width = 2 if section.id[-1].isdigit() else 1
        wanted = [f"{section.id}{number:0{width}}" for number in range(1, len(section.items) + 1)]
        assert [item.id for item in section.items] == wanted


def test_pages_go_forward_and_hold_six_to_ten_items(form):
    first = [section.page for section in form.sections]
    assert first[0] == 1 and first == sorted(first)
    last = [*first[1:], first[-1] + -(-len(form.sections[-1].items) // 10)]
    for section, page, following in zip(form.sections, first, last, strict=True):
        assert len(section.items) <= 10 * max(1, following - page), section.id
    assert 6 <= len(form.items) / (last[-1] - 1) <= 10


def test_the_emigration_module_asks_record_after_record():
    blocks = [(record, "".join(s.id for s in sections)) for record, sections in FORMS["emigration"].blocks()]
    assert blocks == [
        ("household", "H"), ("person", "P"), ("household", "X"), ("emigrant", "ABCDE"), ("person", "RI"),
        ("household", "Q"), ("recruitment", "S"),
    ]  # fmt: skip


def test_a_move_that_is_no_emigration_ends_the_row():
    item = next(item for item in FORMS["emigration"].items if item.name == "em_scope")
    assert [(route.unless, route.to) for route in item.routes] == [
        (BOOKS["emigration"].records["emigrant"].scope, NEXT)
    ]


def test_the_forms_say_whose_wording_they_are(form):
    assert "ours" in form.reference and "public" in form.reference
    assert not re.search(r"\bS-[A-Z]", form.reference + form.note)
