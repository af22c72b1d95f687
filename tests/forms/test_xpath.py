"""Expressions of the rule language as XPath: the same truth, also where answers are absent or were never asked for."""

from __future__ import annotations

import itertools
import random

import pytest
from by_route import Row
from lxml import etree
from small_form import FOUR, LISTS, THREE, TWO, small_codebook, variable

from lfs_migration import catalog
from lfs_migration.errors import LfsMigrationError
from lfs_migration.expr import parse
from lfs_migration.forms.xpath import calculation, condition, is_text, relevant

CODEBOOK = small_codebook()
VALUES = {
    "age": [None, 0, 9, 10, 15, 16, 59, 60, 120, *THREE],
    "reason": [None, 1, 2, 3, 96, *TWO],
    "dest": [None, "DEU", "FRA", "ARE", "USA", "ZZ7", "ZZ8"],
    "left": [None, 1995, 2000, 2010, *FOUR],
    "int_year": [None, 2000, 2010, 9998],
    "adult": [None, True, False],
}
functions = etree.FunctionNamespace(None)


def function(name):
    def register(body):
        functions[name] = body
        return body

    return register


def string(value):
    return (value[0].text or "") if isinstance(value, list) and value else "" if isinstance(value, list) else value


@function("if")
def _if(context, test, then, otherwise):
    return string(then if test else otherwise)


@function("selected")
def _selected(context, listed, one):
    return f" {string(one)} " in f" {string(listed)} "


@function("abs")
def _abs(context, number):
    return abs(float(string(number)))


class Fields:
    """Answers in a flat document."""

    def __init__(self, codebook=CODEBOOK):
        self.codebook = codebook

    def reference(self, name):
        self.codebook.variable(name)
        return f"/d/{name}"

    def rows(self, record):
        return f"count(/d/{record})"

    def total(self, record, formula):
        return f"sum(/d/{record})"

    def under(self, record):
        return self


def document(answers):
    root = etree.Element("d")
    for name, value in answers.items():
        etree.SubElement(root, name).text = (
            "" if value is None else str(int(value) if isinstance(value, bool) else value)
        )
    return root


def both_sides(text, answers, codebook=CODEBOOK):
    """What an expression is in XPath (true, false or neither) and in the rule language."""
    found = condition(parse(text).tree, Fields(codebook))
    true, false = (bool(document(answers).xpath(str(side))) for side in (found.true, found.false))
    assert not (true and false)
    return True if true else False if false else None, plain(text, answers, codebook)


def plain(text, answers, codebook=CODEBOOK):
    return FlatRow(answers, codebook).value(text)


class FlatRow(Row):
    """A row that has every answer itself, also those that are derived elsewhere."""

    def __init__(self, answers, codebook):
        super().__init__(codebook, answers)

    def raw(self, name):
        return self.answers.get(name)


def cases(text):
    names = sorted(parse(text).names)
    made = list(itertools.product(*(VALUES[name] for name in names)))
    chosen = made if len(made) < 400 else random.Random(1).sample(made, 400)
    return [dict(zip(names, values, strict=True)) for values in chosen]


@pytest.mark.parametrize(
    "text",
    [
        "age >= 15", "age > 15", "age < 15", "age <= 15", "age == 15", "age != 15", "15 <= age", "15 > age",
        "age == 997",
        "10 <= age < 60", "age in [15, 16]", "age not in [15, 997]", "age in []", "not age in [15]",
        "dest == 'DEU'", "dest != 'DEU'", "dest in ['DEU', 'FRA', 'ZZ7']", "dest not in ['DEU']",
        "age >= 15 and reason == 1", "age >= 15 or reason == 1", "not (age >= 15 and reason == 1)",
        "not (age >= 15 or not reason == 1)", "age == 15 or not age == 15", "age >= 15 and not age >= 15",
        "answered(age)", "not answered(age)", "blank(age)", "missing(age)", "refused(left)", "not dont_know(left)",
        "answered(left) or age > 15", "group(reason) == 'work'",
        "group(reason) != 'work'", "not group(reason) == 'rest'",
        "group(reason) in ['work', 'rest']", "group(reason) not in ['rest']", "lookup(dest, 'GCC') == 'GCC'",
        "lookup(dest, 'kind') != 'group'", "lookup(dest, 'nothing') == 'x'",
        "int_year - left >= 5", "12 * (int_year - left) < 60", "(int_year - left) / 2 == 2.5", "age / (reason - 1) > 5",
        "age // 10 == 1", "-age < -15", "abs(age - 60) <= 1", "floor(age / 10) in [1, 5]", "ceil(age / 10) == 2",
        "max(age, reason) > 59", "min(age, 60, reason) == 3", "cut(age, 10, 16) == 2", "age == reason",
        "left != int_year",
        "coalesce(reason, 96) != 2", "coalesce(reason, age) == 15", "coalesce(age > 15, reason == 1)",
        "(reason if age > 15 else 2) == 2",
        "(None if age > 15 else reason) == 1", "age > 15 if reason == 1 else age < 15",
        "(1 if age > 15 else 2 if reason == 1 else None) in [1, 2]",
        "number(age) >= 15", "text(reason) == '1'", "adult", "not adult",
        "adult or age > 59", "adult and reason in [1, 2]", "None == age", "1 == 1", "'all' == 'look_back'",
    ],
)  # fmt: skip
def test_a_condition_is_true_false_or_unknown_as_in_the_rule_language(text):
    given = cases(text)
    seen = [both_sides(text, answers) for answers in given]
    assert [(answers, *pair) for answers, pair in zip(given, seen, strict=True) if pair[0] is not pair[1]] == []


@pytest.mark.parametrize(
    "text",
    [
        "cut(age, 15, 30) if answered(left) else None",
        "12 * (int_year - left)", "group(reason)", "lookup(dest, 'GCC')",
        "coalesce(left, int_year)", "max(0, age - 60)", "age >= 15", "not adult", "None if age > 15 else reason",
    ],
)  # fmt: skip
def test_a_value_is_computed_and_empty_where_it_is_unknown(text):
    formula = calculation(text, Fields())
    for answers in cases(text):
        wanted = plain(text, answers)
        found = string(document(answers).xpath(formula))
        if wanted is None or isinstance(wanted, str):
            assert found == (wanted or ""), answers
        else:
            assert float(found) == float(wanted), answers


def test_every_value_of_the_tests_is_reached():
    seen = {
        side
        for answers in cases("age >= 15 and reason == 1")
        for side in both_sides("age >= 15 and reason == 1", answers)
    }
    assert seen == {True, False, None}


def possible(variable, codebook):
    """What an answer may be: not given, absent for each reason, each code or the ends of the range."""
    codelist = codebook.codelist_of(variable.name)
    low, high = (*variable.range,) if variable.range else (0, 20)
    ends = [end for end in (low, high) if end is not None]
    given = list(codelist.codes) if codelist else [True, False] if variable.type == "bool" else [*ends, 0, 5, 15, 16]
    return [None, *variable.missing, *given]


@pytest.mark.parametrize("module", catalog.modules())
def test_each_universe_of_a_codebook_is_as_in_the_rule_language(module):
    codebook, draw = catalog.load_codebook(module), random.Random(1)
    universes = sorted({one.universe for one in codebook.variables.values() if one.universe})
    wrong = []
    for text in universes:
        names = {name: possible(codebook.variable(name), codebook) for name in sorted(parse(text).names)}
        for _ in range(60):
            answers = {name: draw.choice(values) for name, values in names.items()}
            found, wanted = both_sides(text, answers, codebook)
            wrong += [(text, answers, found, wanted)] if found is not wanted else []
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("True", ""),
        ("1 == 1", ""),
        ("1 == 2", "false()"),
        ("reason == 1", "/d/reason = 1"),
        ("reason in [1, 2]", "/d/reason = 1 or /d/reason = 2"),
        ("reason == 97", "false()"),
        ("age < 15", "/d/age < 15"),
        ("age >= 15", "/d/age >= 15 and /d/age != 997 and /d/age != 998 and /d/age != 999"),
        ("adult and reason == 1", "/d/adult = 1 and /d/reason = 1"),
        ("group(reason) == 'work'", "/d/reason = 1"),
    ],
)
def test_what_a_form_designer_reads_is_short(text, written):
    assert relevant(text, Fields()) == written


def test_a_long_list_is_written_as_one():
    names = " ".join(LISTS["COUNTRY"].codes)
    text = f"dest in {names.split()}"
    assert relevant(text, Fields()) == f"/d/dest != '' and selected('{names}', /d/dest)"
    assert [pair for answers in cases(text) if (pair := both_sides(text, answers))[0] is not pair[1]] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("age", "age is not a condition. Compare it with a code"),
        ("dest > 'DEU'", "A form cannot order texts"),
        ("dest == 1", "do not go together. One is a text, one a number"),
        ("dest in [1, 2]", "compared with values of another kind"),
        ("age >= 15 and dist == 1", "No variable 'dist' in the codebook small. Did you mean 'dest'"),
        ("cut(dest, 3) == 1", "'dest' is a text; a number is needed"),
        ("(age if reason == 1 else dest) == 1", "One of the two values is a text, the other a number"),
        ("any(emigrant, age > 3) == 1", "any() is a condition where a number or a text belongs"),
        ("lookup(age, 'GCC') == 'GCC'", "age has no code list"),
    ],
)
def test_what_a_form_cannot_ask_is_refused(text, said):
    with pytest.raises(LfsMigrationError) as error:
        relevant(text, Fields())
    assert said in str(error.value)


def test_a_text_with_both_quotation_marks_cannot_be_written():
    with pytest.raises(ValueError, match="both kinds of quotation marks"):
        relevant("""dest == "a'b\\"c" """, Fields())


def test_aggregates_are_sums_over_the_rows():
    assert relevant("any(emigrant, age > 15)", Fields()) == "sum(/d/emigrant) > 0"
    assert relevant("not any(emigrant, age > 15)", Fields()) == "sum(/d/emigrant) = count(/d/emigrant)"
    assert relevant("count(emigrant) >= 2", Fields()) == "count(/d/emigrant) >= 2"
    known = relevant("count(emigrant, age > 15) >= 2", Fields())
    assert known == "sum(/d/emigrant) = count(/d/emigrant) and sum(/d/emigrant) >= 2"


def test_a_national_list_is_of_texts():
    assert is_text(CODEBOOK.variable("region"), CODEBOOK)
    assert not is_text(CODEBOOK.variable("reason"), CODEBOOK)
    assert is_text(variable("isco", "person", "str"), CODEBOOK)
