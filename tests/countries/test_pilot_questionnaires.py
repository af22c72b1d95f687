"""The pilots' own questionnaires, held against their files and their maps."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pytest

from lfs_migration import catalog, readers
from lfs_migration.expr import evaluate, parse
from lfs_migration.frames import from_native, values
from lfs_migration.model.country import Derive, Fixed, Recode
from lfs_migration.model.questionnaire import END, NEXT

EXAMPLES = Path(__file__).parents[2] / "examples" / "pilots"
PILOTS = ("armenia-2007", "ecuador-2007", "egypt-2006", "thailand-2008")
OFFICE = {
    "armenia-2007": {"A2", "A4", "WeightHH", "P_PSU", "P_Address"},
    "ecuador-2007": {"upm", "estrato", "fexp"},
    "egypt-2006": {"psu_no", "pweight"},
    "thailand-2008": {"hwt", "wt"},
}
"""Columns that the office adds: design and weights are not asked for."""


def loaded(pilot):
    return catalog.load_country(*pilot.rsplit("-", 1)), catalog.load_questionnaire(pilot)


def columns(mapping):
    if isinstance(mapping, Fixed):
        return ()
    if isinstance(mapping, Derive):
        return tuple(parse(mapping.compute).names)
    return getattr(mapping, "columns", None) or (mapping.column,)


@pytest.mark.parametrize("pilot", PILOTS)
def test_every_column_that_is_mapped_is_asked_and_no_other(pilot):
    country, questionnaire = loaded(pilot)
    mapped = {name for record in country.records.values() for m in record.variables.values() for name in columns(m)}
    asked = {item.name for item in questionnaire.items if item.name}
    identifying = {name for item in questionnaire.sections[0].items for name in [item.name]}
    assert mapped - asked == OFFICE[pilot]
    assert asked - mapped <= identifying


@pytest.mark.parametrize("pilot", PILOTS)
def test_the_response_list_has_the_codes_that_the_map_names(pilot):
    country, questionnaire = loaded(pilot)
    answers = {item.name: item.answers for item in questionnaire.items}
    maps = [m for record in country.records.values() for m in record.variables.values() if isinstance(m, Recode)]
    shared = defaultdict(set)
    for m in maps:
        shared[m.column] |= {*m.codes, *m.missing, *m.skip}
    # A country's name that the interviewer writes down has no list.
    for column, codes in shared.items():
        if answers.get(column):
            assert set(answers[column]) == codes, column


@pytest.mark.parametrize("pilot", PILOTS)
def test_each_text_is_in_every_language_of_the_questionnaire(pilot):
    _, questionnaire = loaded(pilot)
    texts = [questionnaire.title, *(section.title for section in questionnaire.sections)]
    texts += [section.introduction for section in questionnaire.sections if section.introduction]
    for item in questionnaire.items:
        texts += [item.wording, *item.answers.values(), *([item.instruction] if item.instruction else [])]
    assert all(set(text) == set(questionnaire.languages) for text in texts)
    assert {"en", *loaded(pilot)[0].languages} == set(questionnaire.languages)


@lru_cache(maxsize=16)
def rows(pilot, record):
    """The rows of a record's file as they stand, blanks as None."""
    country = catalog.load_country(*pilot.rsplit("-", 1))
    mapped = country.records[record]
    file = country.files[mapped.file]
    table, _ = readers.read_any(EXAMPLES / pilot / file.path, encoding=file.encoding)
    data = from_native(table)
    held = {name: [None if value == "" else value for value in values(data, name)] for name in data.columns}
    return [dict(zip(held, row, strict=True)) for row in zip(*held.values(), strict=True)]


def walk(sections, row):
    """Yield each item with whether the routes lead to it."""
    items = [item for section in sections for item in section.items]
    places = {item.id: number for number, item in enumerate(items)}
    last, at = len(items), 0
    for number, item in enumerate(items):
        yield item, at == number
        if at != number:
            continue
        at = number + 1
        for route in item.routes:
            truth = evaluate(route.condition, row)
            if truth is True if route.when else truth is not True:
                at = last if route.to in (NEXT, END) else places[route.to]
                break


@pytest.mark.parametrize("pilot", PILOTS)
def test_the_routes_lead_to_the_answers_that_the_files_hold(pilot):
    country, questionnaire = loaded(pilot)
    wrong = defaultdict(set)
    for record in country.records:
        sections = [section for section in questionnaire.sections if section.record == record]
        for number, row in enumerate(rows(pilot, record)):
            for item, here in walk(sections, row):
                if item.name and (row[item.name] is not None) != here:
                    wrong[record].add(number)
    # A row with an error planted in it is not as the routes have it: an answer too many or too few, or a leading answer
    # that was changed. Others are.
    planted = pd.read_csv(EXAMPLES / pilot / "planted.csv", dtype=str, keep_default_na=False)
    for record in country.records:
        assert len(wrong[record]) <= len(planted[planted.record == record]), record
    assert sum(map(len, wrong.values())) >= 4
