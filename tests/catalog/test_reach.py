"""Who can be asked a question at all, and what a reader of the codebooks is told without data."""

from __future__ import annotations

import itertools

import pytest
from small_books import Small

from lfs_migration import catalog
from lfs_migration.catalog.checks.decisive_states import Uses, states
from lfs_migration.catalog.checks.possible_values import BLANK, May, Possible, State
from lfs_migration.catalog.checks.reach import Reach
from lfs_migration.expr import evaluate

MODULE, HOME, MEMBER = (f"codebooks/small/{name}.yaml" for name in ("module", "home", "member"))
LISTS, RULES = (f"codebooks/small/{name}.yaml" for name in ("codelists", "rules"))
COUNTRY, FORM = "codebooks/countries/laputa-2020.yaml", "questionnaires/small.yaml"
LATER = """\
- name: {name}
  type: {type}
  label: {{en: x, fr: y, es: z}}
  universe: {universe}
  reference: made for tests
"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.setattr("lfs_migration.catalog.places.PACKAGE", tmp_path / "lfs_migration")
    return Small(tmp_path)


def more(small, universe, name="more", type="int"):
    """One question more in the small module."""
    path = small.folder / MEMBER
    text = path.read_text(encoding="utf-8")
    path.write_text(text + LATER.format(name=name, type=type, universe=universe), encoding="utf-8")


def asked(universe, small, **key):
    more(small, universe)
    book = catalog.load_codebook("small")
    return Reach(book, **key).universe(book.variable("more"))


@pytest.mark.parametrize(
    "universe",
    [
        "age >= 15",
        "age == 120",
        "work == 3",
        "work in [1, 2] and age < 20",
        "answered(work)",
        "blank(work)",
        "dont_know(work)",
        "missing(age) and counted == 1",
        "age_class == 3",
        "older and work == 1",
        "group(work) == 'some'",
        "coalesce(work, 9) == 9",
        "not (age < 15)",
        "15 <= age <= 16",
        "members >= 2",
        "members == 0 or counted == 1",
        "place__1 == 1 and work == 1",
        "age - 100 > 10",
        "age > member_no",
        "(1 if age > 20 else 2) == 2",
        "age != 15",
        "work != 2",
    ],
)
def test_somebody_is_asked(small, universe):
    found = asked(universe, small)
    assert found.can is True
    assert found.witness["counted"] == State("answered", 1)


@pytest.mark.parametrize(
    "universe",
    [
        "age < 0",
        "age > 120",
        "age >= 20 and age < 15",
        "work == 1 and work == 2",
        "work == 1 and age < 15",
        "place__1 == 1 and work == 2",
        "counted == 2",
        "age_class == 1 and older",
        "group(work) == 'none' and work == 1",
        "answered(work) and blank(work)",
        "work == 1 and missing(work)",
        "15 < age < 16",
        "age == 15 and age != 15",
        "place__1 == 1 and age == 14",
        "work == 1 and blank(age)",
        "blank(age)",
        "coalesce(work, 9) == 4 and work == 1",
    ],
)
def test_nobody_is_asked(small, universe):
    assert asked(universe, small).can is False


@pytest.mark.parametrize("universe", ["age + age == 13", "12 * age == 7", "age > member_no and age < member_no"])
def test_arithmetic_without_a_witness_is_not_decided(small, universe):
    assert asked(universe, small).can is None


def test_a_search_that_is_too_long_is_not_decided(small):
    assert asked("work == 1 and age < 15", small, steps=2).can is None


@pytest.mark.parametrize(
    "universe",
    [
        "age >= 40 and work in [1, 3]",
        "work == 2 or age == 7",
        "not (work == 1 or age >= 20)",
        "age_class == 2 and work != 3",
        "(work == 1 and age < 16) or (work == 2 and age > 119)",
        "coalesce(work, 3) == 3 and age >= 15",
    ],
)
def test_the_search_finds_what_trying_everything_finds(small, universe):
    """Against all values of the two answers, by the rule language on plain values."""
    more(small, universe)
    book = catalog.load_codebook("small")
    texts = {"age_class": "cut(age, 20, 40)"}

    def true(age, work):
        values = {"age": age, "work": work if age is not None and age >= 15 else None}
        values["age_class"] = evaluate(texts["age_class"], values)
        return evaluate(universe, values) is True

    everything = any(true(age, work) for age, work in itertools.product([None, *range(121)], [None, 1, 2, 3]))
    assert Reach(book).universe(book.variable("more")).can is everything


def test_a_witness_makes_the_universe_true(small):
    found = asked("work in [1, 2] and age < 20", small)
    values = {name: state.value for name, state in found.witness.items() if state.kind == "answered"}
    assert evaluate("work in [1, 2] and age < 20", values) is True


def test_codes_that_make_no_difference_are_one(small):
    uses = Uses(catalog.load_codebook("small"))
    uses.add("work == 2 and age >= 15")
    assert [state.value for state in states(uses, "work") if state.kind == "answered"] == [1, 2]
    assert [state.value for state in states(uses, "age") if state.kind == "answered"] == [0, 1, 14, 15, 16, 119, 120]
    assert states(uses, "age")[-1] == BLANK


def test_a_large_list_is_searched_by_what_it_is_asked_for():
    book = catalog.load_codebook()
    uses = Uses(book)
    uses.add('em_dest in ["USA", "CAN"] and lookup(em_dest, "kind") != "group"')
    answers = [state.value for state in states(uses, "em_dest") if state.kind == "answered"]
    assert {"USA", "CAN"} < set(answers)
    assert len(answers) < 10 < len(book.codelists["COUNTRY"].codes)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a and b", {False, None, True}),
        ("a and False", {False}),
        ("a or True", {True}),
        ("not b", {True, False}),
        ("b and c == 1", {True, False}),
        ("c + 1 > 2", {True, False}),
        ("c > 5", {False}),
        ("coalesce(a, b)", {True, False}),
        ("None if b else 3", {None, 3}),
        ("max(c, 2)", {2, 3}),
        ("c in [1, 3]", {True, False}),
        ("c / 0 == 1", {None}),
    ],
)
def test_the_values_that_are_possible(text, values):
    given = {"a": [State("answered", True), State("refused")], "b": [State("answered", True), State("answered", False)],
             "c": [State("answered", 1), State("answered", 2), State("answered", 3)]}  # fmt: skip
    assert Possible(catalog.load_codebook(), given).of(text) == values


def test_what_is_not_known_may_be_anything():
    possible = Possible(catalog.load_codebook(), {})
    assert possible.of("em_age >= 15") == {True, False, None}
    assert possible.of("em_age + 1") is None
    assert (May(None) & May([False])).values == {False}


def remarked(about=None):
    found = catalog.remarks(catalog.load_codebook("small"))
    return [remark for remark in found if about is None or remark.about == about]


def test_a_contradiction_names_the_other_question(small):
    more(small, "work == 1 and age < 15")
    (remark,) = remarked("more")
    assert remark.severity == "error"
    assert remark.message.startswith("Nobody can be asked more: work == 1 and age < 15 is never true")
    assert remark.message.endswith(", given who is asked work (asked where age >= 15)")
    assert "never asked the other" in remark.remedy
    assert remark.where.startswith("member.yaml:")


def test_a_universe_that_contradicts_itself_names_no_other(small):
    more(small, "work == 1 and work == 2")
    (remark,) = remarked("more")
    assert "given who" not in remark.message
    assert remark.severity == "error"


def test_a_universe_that_a_parameter_empties_is_a_note(small):
    more(small, "age < 15 and age >= grown")
    (remark,) = remarked("more")
    assert remark.severity == "note"


def test_what_is_not_decided_is_a_note(small):
    more(small, "age + age == 13")
    (remark,) = remarked("more")
    assert (remark.severity, "was not decided" in remark.message) == ("note", True)


def test_questions_that_lead_to_each_other(small):
    more(small, "other == 1")
    more(small, "more == 1", name="other")
    (remark,) = [remark for remark in remarked() if "lead to each other" in remark.message]
    assert remark.severity == "error"
    assert "more -> other" in remark.message or "other -> more" in remark.message


def test_a_rule_that_judges_no_row(small):
    small(RULES, "when: work in [1, 2]", "when: work == 1 and age < 10")
    (remark,) = remarked()
    assert (remark.about, remark.severity) == ("young_worker", "error")
    assert "judges no row" in remark.message


@pytest.mark.parametrize(
    ("file", "old", "new", "severity", "message"),
    [
        (
            LISTS,
            "{en: Shop, fr: Boutique, es: Tienda}",
            "{en: Shop, fr: Boutique}",
            "error",
            "1 of 6 labels missing in es: 2",
        ),
        (
            LISTS,
            "{en: Shop, fr: Boutique, es: Tienda}",
            "{en: Shop, fr: Boutique, es: granja}",
            "error",
            "WORK says 'Granja' in es of the codes 1, 2",
        ),
        (
            LISTS,
            "{en: Shop, fr: Boutique, es: Tienda}",
            "{en: Shop, fr: Shop, es: Tienda}",
            "note",
            "1 of 3 labels in fr that are the English ones: 2",
        ),
        (
            LISTS,
            "{en: Shop, fr: Boutique, es: Tienda}",
            "{en: Shop, fr: Boutique, es: Tienda, ru: Лавка}",
            "note",
            "2 of 3 codes without a label in ru: 1, 3",
        ),
        (
            LISTS,
            "label: {en: Some, fr: Un, es: Alguno}",
            "label: {en: Some, fr: Un}",
            "error",
            "missing in es: group some",
        ),
        (MEMBER, "label: {en: Age, fr: Âge, es: Edad}", "label: {en: Age, fr: Âge}", "error", "age has no label in es"),
        (
            MEMBER,
            "missing: {997: dont_know}\n  reference: made for tests",
            "missing: {997: dont_know}\n  reference: ' '",
            "error",
            "age has no reference",
        ),
        (
            RULES,
            "remedy: {en: Check the age, fr: Vérifier l'âge, es: Revise la edad}",
            "remedy: {en: Check}",
            "error",
            "young_worker has no label in fr, es",
        ),
        (
            MODULE,
            "    label: {en: Island, fr: Île, es: Isla}",
            "    label: {en: Island}",
            "error",
            "island has no label in fr, es",
        ),
    ],
)
def test_what_is_not_said_in_every_language(small, file, old, new, severity, message):
    path = small(file, old, new)
    (remark,) = remarked()
    assert (remark.severity, remark.where.split(":")[0]) == (severity, path.name)
    assert message in remark.message
    assert remark.remedy


def of_country(small, *changes):
    for old, new in changes:
        small(COUNTRY, old, new)
    edition = catalog.load_country("laputa")
    codebook = catalog.load_codebook("small", edition)
    assert catalog.problems(codebook, edition) == []
    return catalog.remarks(codebook, edition)


def test_a_country_without_remarks(small):
    assert of_country(small) == ()


@pytest.mark.parametrize(
    ("old", "new", "about", "message"),
    [
        (
            "codes: {1: 1, 2: 2, 3: 3}",
            "codes: {1: 1, 2: 2, 3: 2, 4: 2}",
            "work",
            "3 native codes become 1: 2 and 3 and 4 to 2",
        ),
        ("codes: {1: '1', 2: '2'}", "codes: {1: '1'}", "island", "1 codes of ISLAND have no native code: 2"),
        (
            "age: {column: a, missing: {99: dont_know}}",
            "age: {value: 9}",
            "work",
            "work is mapped, and nobody in these files is asked: age >= 16 is never true with the codes",
        ),
        ("fr: Balnibarbes, ", "", "ISLAND", "1 of 3 labels missing in fr: 1"),
        (
            "{en: Balnibarbi, fr: Balnibarbes, es: Balnibarbi}",
            "{en: Luggnagg, fr: a, es: b}",
            "ISLAND",
            "says 'Luggnagg' in en of the codes 1, 2",
        ),
    ],
)
def test_a_note_on_a_country(small, old, new, about, message):
    (remark,) = of_country(small, (old, new))
    assert (remark.about, remark.severity, remark.where.split(":")[0]) == (about, "note", "laputa-2020.yaml")
    assert message in remark.message


def test_a_question_behind_one_that_a_country_did_not_ask_is_not_judged(small):
    small(COUNTRY, '"cut(age, 10, 20)"', "counted")
    assert of_country(small, ("      age: {column: a, missing: {99: dont_know}}\n", "")) == ()


def test_where_files_do_not_tell_the_scope_nothing_is_out_of_it(small):
    assert of_country(small, ("      counted: {value: 1}\n", "")) == ()


def form(small, *changes):
    for old, new in changes:
        small(FORM, old, new)
    return catalog.questionnaire_remarks(catalog.load_questionnaire("small"), catalog.load_codebook("small"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "{unless: age >= 15, to: next}",
            "{unless: age >= 16, to: next}",
            "The form passes over M3 against the universe of work (age >= 15): with counted = 1, age = 15",
        ),
        (
            "{unless: age >= 15, to: next}",
            "{unless: age >= 14, to: next}",
            "The form leads to M3 against the universe of work (age >= 15): with counted = 1, age = 14",
        ),
        (
            "{unless: work == 1, to: end}",
            "{when: work == 2, to: end}",
            "The form leads to M4 against the universe of place__1 (work == 1): with counted = 1, age = 15, work = 3",
        ),
        ("{unless: work == 1, to: end}", '{when: "True", to: end}', "No route reaches M4"),
        (
            "{unless: work == 1, to: end}",
            "{when: work == 2, to: end}\n          - {unless: work == 2, to: end}",
            "No route reaches M4",
        ),
        ("{unless: age >= 15, to: next}", "{unless: age >= 15, to: M9}", "M2 leads to M9, which is not there"),
        ("{unless: age >= 15, to: next}", "{unless: age >= 15, to: M1}", "M2 leads back to M1"),
        (
            "{unless: age >= 15, to: next}",
            "{unless: work == 1, to: next}",
            "depends on work, which was not asked before",
        ),
        ("languages: [en]", "languages: [en, fr]", "M has no title in fr"),
    ],
)
def test_a_wrong_questionnaire(small, old, new, message):
    found = form(small, (old, new))
    assert found
    assert all(remark.severity == "error" and remark.where.startswith("small.yaml:") for remark in found)
    assert any(message in remark.message for remark in found), found


def test_a_filter_may_lead_on_instead_of_the_question(small):
    found = form(
        small,
        (
            "      - id: M3\n",
            "      - id: M2a\n        wording: {en: Grown?}\n"
            "        routes: [{unless: age >= 15, to: next}]\n      - id: M3\n",
        ),
        ("          - {unless: age >= 15, to: next}\n", "          - {when: age < 15, to: next}\n"),
    )
    assert found == ()


def test_a_column_of_an_editions_form_that_nothing_is_mapped_to_is_a_note(small):
    small(FORM, "module: small\n", "module: small\nedition: laputa-2020\n")
    names = {"name: counted": "name: n", "name: age": "name: a", "name: work": "name: k", "name: place": "name: zz"}
    names |= {"counted ==": "n ==", "age >=": "a >=", "unless: work": "unless: k"}
    for old, new in names.items():  # fmt: skip
        small(FORM, old, new)
    edition = catalog.load_country("laputa")
    codebook = catalog.load_codebook("small", edition)
    (remark,) = catalog.questionnaire_remarks(catalog.load_questionnaire("small"), codebook, edition)
    assert (remark.severity, remark.message) == ("note", "The column zz of M4 is mapped to nothing")


@pytest.mark.parametrize("name", catalog.questionnaires())
def test_a_shipped_questionnaire_has_no_errors(name):
    questionnaire = catalog.load_questionnaire(name)
    edition = catalog.edition_of(questionnaire)
    found = catalog.questionnaire_remarks(questionnaire, catalog.load_codebook(questionnaire.module, edition), edition)
    assert [str(remark) for remark in found if remark.severity == "error"] == []


@pytest.mark.parametrize("module", catalog.modules())
def test_a_shipped_module_has_no_errors(module):
    assert [
        str(remark) for remark in catalog.remarks(catalog.load_codebook(module)) if remark.severity == "error"
    ] == []


@pytest.mark.parametrize(("name", "edition"), catalog.countries())
def test_a_shipped_country_has_no_errors(name, edition):
    chosen = catalog.load_country(name, edition)
    found = catalog.remarks(catalog.load_codebook(chosen.module, chosen), chosen)
    assert [str(remark) for remark in found if remark.severity == "error"] == []


def test_every_rule_derivation_and_indicator_is_told(small):
    small(COUNTRY, "      age: {column: a, missing: {99: dont_know}}\n", "")
    edition = catalog.load_country("laputa")
    codebook = catalog.load_codebook("small", edition)
    found = {(one.kind, one.name, one.breakdown): one.reason for one in catalog.computed(codebook, edition)}
    assert found == {
        ("derivation", "members", ""): "",
        ("derivation", "age_class", ""): "age was not asked",
        ("derivation", "older", ""): "age was not asked",
        ("rule", "young_worker", ""): "age was not asked",
        ("indicator", "S1", ""): "age was not asked",
    }


def test_what_can_be_computed_has_its_breakdowns(small):
    edition = catalog.load_country("laputa")
    found = catalog.computed(catalog.load_codebook("small", edition), edition)
    assert ("indicator", "S1", "by island", "") in [(one.kind, one.name, one.breakdown, one.reason) for one in found]
    assert not [one for one in found if one.reason]
