"""Interviews that follow a questionnaire, held against the codebook's universes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lfs_migration import catalog
from lfs_migration.errors import CatalogError
from lfs_migration.frames import Records, from_native
from lfs_migration.model.dataset import Dataset
from lfs_migration.synth.interviews import frames, interviews
from lfs_migration.validate import checks
from lfs_migration.validate.judged import Context

MANY = 10_000
DESIGN = {"emigration": ("w_hh", "stratum", "psu"), "worker": ("w_worker", "stratum", "psu")}


def asked_edition(codebook, made):
    """The edition of files that hold what the interviews asked, and the keys."""
    plain = catalog.plain_edition(codebook, *DESIGN[codebook.name])
    records = {}
    for record, mapped in plain.records.items():
        keys = codebook.records[record].key
        own = {name: m for name, m in mapped.variables.items() if name in made.asked or name in keys}
        records[record] = mapped.model_copy(update={"variables": own})
    return plain.model_copy(update={"records": records})


def findings(codebook, made):
    """Rows that fail the checks of schema and routing, by variable."""
    held = {record: from_native(table) for record, table in frames(made, codebook)}
    edition = asked_edition(codebook, made)
    records = Records(Dataset(held, codebook, edition))
    verdicts = [*checks.columns(records, codebook), *checks.routing(Context(records, codebook, edition))]
    return {(rule.id, rule.variables[0]): judged.failed for rule, judged in verdicts if len(judged.failed)}


@pytest.mark.parametrize("module", catalog.modules())
@pytest.mark.parametrize("absent", [0.0, 0.03])
def test_ten_thousand_interviews_by_the_routes_pass_the_routing_checks(module, absent):
    codebook = catalog.load_codebook(module)
    made = interviews(catalog.load_questionnaire(module), MANY, seed=1, absent=absent)
    assert findings(codebook, made) == {}


@pytest.mark.parametrize("module", catalog.modules())
def test_every_question_is_asked_and_passed_over_somewhere(module):
    made = interviews(catalog.load_questionnaire(module), MANY, seed=2)
    codebook = catalog.load_codebook(module)
    never = [name for name, here in made.asked.items() if not here.any()]
    always = [name for name, here in made.asked.items() if here.all() and codebook.variables[name].universe]
    assert (never, always) == ([], [])


@pytest.mark.parametrize("module", catalog.modules())
def test_each_interview_with_one_planted_routing_error_is_refused(module):
    codebook = catalog.load_codebook(module)
    clean = interviews(catalog.load_questionnaire(module), MANY, seed=3, absent=0.0)
    home = next(name for name, record in codebook.records.items() if record.parent is None)
    key = codebook.records[home].key[0]
    wrong, planted = with_errors(codebook, clean, np.random.default_rng(4))
    assert len(planted) == len(clean.records[home][key])
    seen = findings(codebook, wrong)
    refused = {
        str(wrong.records[codebook.variables[name].record][key][row])
        for (rule, name), rows in seen.items() if rule.startswith("routing") for row in rows.tolist()
    }  # fmt: skip
    missed = {home: planted[home] for home in planted if home not in refused}
    assert missed == {}


def with_errors(codebook, made, random):
    """Put one answer where none was asked for, or take one away, in every interview.

    A row that is not what the module is about is left alone: what is asked about it is the country's own affair. So is
    a list of codes that each country brings itself.
    """
    records = {record: {name: column.copy() for name, column in columns.items()}
               for record, columns in made.records.items()}  # fmt: skip
    inside = about(codebook, made)
    places = {}
    for name, here in made.asked.items():
        variable = codebook.variables[name]
        record = codebook.records[variable.record]
        led = inside[variable.record] if record.scope and name not in record.scope else np.ones(len(here), dtype=bool)
        if name not in record.key and variable.codelist not in codebook.national:
            for row in np.flatnonzero(led).tolist():
                places.setdefault(str(records[variable.record][record.key[0]][row]), []).append((name, row))
    planted = {}
    for home, own in places.items():
        name, row = own[random.integers(len(own))]
        column = records[codebook.variables[name].record][name]
        was = made.asked[name][row]
        column[row] = blank(column) if was else made_up(codebook, name)
        planted[home] = (name, row, "taken away" if was else "put")
    return replace(made, records=records), planted


def about(codebook, made):
    held = {record: from_native(table) for record, table in frames(made, codebook)}
    records = Records(Dataset(held, codebook, None))
    return {name: records.truth(record.scope, name) == 1 for name, record in codebook.records.items()}


def blank(column):
    return None if column.dtype == object else np.nan


def made_up(codebook, name):
    """An allowed answer."""
    variable, codelist = codebook.variables[name], codebook.codelist_of(name)
    if codelist is not None:
        return next(iter(codelist.codes))
    if variable.is_text:
        return "USD"
    low, high = variable.range or (0, None)
    return low if low is not None else 0 if high is None else high


def test_the_same_seed_gives_the_same_interviews():
    questionnaire = catalog.load_questionnaire()
    one, same, other = (interviews(questionnaire, 50, seed=seed).records["household"] for seed in (5, 5, 6))
    assert all((one[name] == same[name]).all() for name in one if one[name].dtype == object)
    assert any(not np.array_equal(one[name], other[name], equal_nan=True) for name in one if one[name].dtype == float)


def test_a_route_that_leads_back_is_refused():
    questionnaire = catalog.load_questionnaire()
    first, *others = questionnaire.sections
    item = first.items[-1].model_copy(update={"routes": ()})
    back = item.model_copy(update={"routes": (catalog_route(first.items[0].id),)})
    wrong = questionnaire.model_copy(
        update={"sections": (first.model_copy(update={"items": (*first.items[:-1], back)}), *others)}
    )
    with pytest.raises(CatalogError, match="not further down"):
        interviews(wrong, 10, seed=1)


def catalog_route(to):
    from lfs_migration.model.questionnaire import Route

    return Route(when="1 == 1", to=to)
