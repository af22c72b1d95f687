"""The kinds of rules in the shipped codebooks and in what is written of them, and what is wrong with a rule of one."""

# ruff: noqa: E501

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from lfs_migration import catalog
from lfs_migration.catalog.checks.problems import problems
from lfs_migration.catalog.checks.remarks import remarks
from lfs_migration.catalog.documents import load
from lfs_migration.catalog.entries import rule as made
from lfs_migration.model.codebook import Fieldwork
from lfs_migration.model.rules import KINDS

ROOT = Path(__file__).parents[2]
BOOKS = {name: catalog.load_codebook(name) for name in catalog.modules()}
BOOK = BOOKS["emigration"]
THREE = {"en", "fr", "es"}
COMMON = {
    "severity": "warning", "label": {"en": "x", "fr": "y", "es": "z"}, "remedy": {"en": "x", "fr": "y", "es": "z"},
    "reference": "made for tests",
}  # fmt: skip


def ruled(tmp_path, *entries):
    """The emigration module with rules of the tests' own, and no others."""
    path = tmp_path / "rules.yaml"
    with path.open("w", encoding="utf-8") as file:
        writer = YAML()
        writer.representer.ignore_aliases = lambda _: True
        writer.dump({f"rule_{number}": COMMON | entry for number, entry in enumerate(entries)}, file)
    document = load(path)
    return BOOK.model_copy(update={"rules": {name: made(document, name, entry, {})
                                             for name, entry in document.data.items()}})  # fmt: skip


def test_every_kind_is_used_by_a_module():
    used = {rule.kind for book in BOOKS.values() for rule in book.rules.values()}
    assert used == set(KINDS)


@pytest.mark.parametrize("module", BOOKS)
def test_each_rule_has_three_languages_a_reference_and_something_to_do(module):
    for rule in BOOKS[module].rules.values():
        assert set(rule.label) >= THREE and set(rule.remedy) >= THREE, rule.id
        assert all(text.strip() for words in (rule.label, rule.remedy) for text in words.values()), rule.id
        assert rule.reference.strip(), rule.id


@pytest.mark.parametrize("module", BOOKS)
def test_no_two_rules_say_the_same(module):
    labels = Counter(rule.label["en"] for rule in BOOKS[module].rules.values())
    assert [label for label, times in labels.items() if times > 1] == []


@pytest.mark.parametrize("module", BOOKS)
def test_what_many_rows_show_or_may_be_explained_is_never_an_error(module):
    soft = {"similar", "duplicate", "outlier", "straight", "heaping", "digits", "nonresponse", "effect", "workload",
            "share", "round", "change"}  # fmt: skip
    assert [r.id for r in BOOKS[module].rules.values() if r.kind in soft and r.severity == "error"] == []


@pytest.mark.parametrize("module", BOOKS)
def test_findings_can_be_counted_by_region_and_interviewer(module):
    book = BOOKS[module]
    work = book.fieldwork
    assert {book.variable(work.region).record, book.variable(work.interviewer).record} == {book.home}


def test_the_page_has_an_example_of_every_kind_and_each_is_sound(tmp_path):
    page = (ROOT / "codebooks" / "README.md").read_text(encoding="utf-8")
    section = page.split("\n## Rules\n")[1].split("\n## ")[0]
    entries = {}
    for block in re.findall(r"```yaml\n(.*?)```", section, re.DOTALL):
        entries |= YAML(typ="safe").load(block)
    book = ruled(tmp_path, *entries.values())
    assert {rule.kind for rule in book.rules.values()} == set(KINDS)
    assert problems(book) == []


WRONG = [
    ({"kind": "required", "record": "houshold", "of": ["int_year"]}, "No record 'houshold'", "household"),
    ({"kind": "bounds", "record": "person", "variable": "per_sex", "otherwise": [1, 2]}, "per_sex is no number", "bounds"),
    ({"kind": "bounds", "record": "person", "variable": "per_hours", "by": "per_icse", "limits": {11: [1, 2]}},
     "11 is not a code of per_icse", "'1'"),
    ({"kind": "bounds", "record": "person", "variable": "per_hours", "by": "per_age", "limits": {1: [1, 2]}},
     "1 is not a code of per_age", "no code list"),
    ({"kind": "bounds", "record": "person", "variable": "per_hours", "otherwise": [9, 2]}, "No number is from 9 to 2",
     "lower limit of otherwise"),
    ({"kind": "outlier", "record": "emigrant", "variable": "em_dest", "limit": 3}, "em_dest is no number", "outlier"),
    ({"kind": "heaping", "record": "person", "variable": "per_relation", "limit": 125}, "per_relation is no number", ""),
    ({"kind": "duplicate", "record": "emigrant", "of": ["em_dest"], "tolerance": {"em_dest": 1}}, "em_dest is no number",
     "duplicate"),
    ({"kind": "straight", "record": "person", "of": ["int_steps__1", "int_steps__2", "per_relation"]},
     "per_relation and int_steps__1 have different answers", "same list"),
    ({"kind": "pair", "record": "household", "first": "urban == 1", "other": "urban == 1", "check": "other.urban == 1"},
     "The rows of household have no line numbers", "record under it"),
    ({"kind": "constant", "record": "household", "of": ["urban"]}, "The rows of household have no line numbers", "within"),
    ({"kind": "pointer", "record": "emigrant", "variable": "em_no", "to": "persn"}, "No record 'persn'", "person"),
    ({"kind": "nonresponse", "record": "person", "of": ["urban"]}, "urban is a question of the household record",
     "record: household"),
    ({"kind": "pair", "record": "person", "first": "per_relation == 3", "other": "per_relation == 1",
      "check": "other.per_sx == 1"}, "'per_sx' is not a variable of person", "per_sex"),
    ({"kind": "pair", "record": "person", "first": "per_relation == 3", "other": "per_relation == 1",
      "check": "other.per_relation == 33"}, "33 is not a code", "3"),
    ({"kind": "pair", "record": "person", "first": "other.per_sex == 1", "other": "per_relation == 1",
      "check": "other.per_sex == 1"}, "'other.per_sex' is the answer of another row", "check of a rule"),
    ({"kind": "effect", "record": "household", "share": "urban == 1", "by": ["interviewr"]},
     "'interviewr' is not a variable of household", "interviewer"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "title", "hint"), WRONG)
def test_a_rule_that_cannot_do_what_it_says(tmp_path, entry, title, hint):
    found = problems(ruled(tmp_path, entry))
    assert any(title in error.title and hint in (error.hint or "") for error in found), [str(e) for e in found]


def test_a_region_that_is_no_variable_of_the_first_record():
    book = BOOK.model_copy(update={"fieldwork": Fieldwork(region="regin_code", interviewer="per_sex")})
    assert [error.title for error in problems(book)] == [
        "The region 'regin_code' is not a variable of household", "The interviewer 'per_sex' is not a variable of household",
    ]  # fmt: skip


NEVER = [
    ({"kind": "pair", "record": "person", "first": "per_age < 10 and per_marital == 2", "other": "per_relation == 1",
      "check": "other.per_age > 1"}, "judges no row: per_age < 10"),
    ({"kind": "pair", "record": "person", "first": "per_relation == 3", "other": "per_relation == 1 and per_relation == 2",
      "check": "other.per_age > 1"}, "sets no row against another"),
    ({"kind": "share", "record": "person", "when": "per_age < 10", "share": "per_marital == 2"}, "is never true"),
    ({"kind": "effect", "record": "person", "when": "per_sex == 2", "share": "per_sex == 2", "by": ["interviewer"]},
     "is never false"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "message"), NEVER)
def test_a_rule_that_nothing_can_fail_is_said(tmp_path, entry, message):
    book = ruled(tmp_path, entry)
    assert problems(book) == []
    (remark,) = [one for one in remarks(book) if one.about == "rule_0"]
    assert remark.severity == "error" and message in remark.message


def test_a_rule_that_points_to_a_record_which_an_edition_has_not(tmp_path):
    mexico = catalog.load_country("mexico")
    entry = {"kind": "pointer", "record": "emigrant", "variable": "em_no", "to": "person"}
    book = ruled(tmp_path, entry).model_copy(update={"codelists": catalog.load_codebook(edition=mexico).codelists})
    assert catalog.Computable(book, mexico).rule(book.rules["rule_0"]) == "there is no person record"
