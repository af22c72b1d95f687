"""Fixtures of the publication's tests."""

from __future__ import annotations

import pytest
from publish_nouns import (
    COVERAGE,
    cell,
    destinations,
    households,
    indicator,
    reasons_by_sex,
    stock_by_sex,
    table,
)

from lfs_migration.model.codebook import Codebook, Record
from lfs_migration.model.dataset import Dataset, Source, Step
from lfs_migration.model.design import Design
from lfs_migration.model.findings import Finding, Findings, Outcome
from lfs_migration.model.indicator import Profile
from lfs_migration.model.rules import Condition


@pytest.fixture
def tables():
    """A small publication."""
    return (stock_by_sex(), households(), destinations(), reasons_by_sex())


@pytest.fixture
def hostile():
    """Labels that try to be something else."""
    labels = {
        "sex": {
            "=1+1": {"en": "=1+1"},
            "b": {"en": "</script><script>alert(1)</script>"},
            "c": {"en": "bell\x07 and\x00 nothing"},
            "d": {"en": "\ud800 half a sign"},
            "e": {"en": "@SUM(A1)"},
            "f": {"en": "http://example.org/"},
            "g": {"en": "007"},
        }
    }
    ind = indicator("E03", {"en": "=cmd|'/c calc'!A1 <b>bold</b>\x0b"}, "total", "persons")
    cells = [cell({"sex": code}, "total", "persons", 50.0 + i, 2.0, 60) for i, code in enumerate(labels["sex"])]
    return (table(ind, ("sex",), cells, labels=labels, names={"sex": {"en": "=Sex & <i>"}}, notes=("=2+2",)),)


@pytest.fixture
def findings():
    """Three findings of two rules."""
    row = {"record": "emigrant", "line": "2", "remedy": "Ask again"}
    return Findings(
        rows=(
            Finding(
                rule="R2", severity="error", household="017", variable="em_sex", value="=1+1", message="a, b", **row
            ),
            Finding(
                rule="R1", severity="warning", household="018", variable="em_age", value="-5", message='"x"', **row
            ),
            Finding(rule="R1", severity="warning", household="019", variable="em_age", value="a\rb", message="", **row),
        ),
        outcomes=(
            Outcome("R1", "warning", "emigrant", {"en": "One"}, {"en": "Ask again"}, passed=1202, failed=2, listed=2),
            Outcome("R2", "error", "emigrant", {"en": "Two"}, {"en": "Ask again"}, passed=1203, failed=1, listed=1),
        ),
    )


@pytest.fixture
def profile():
    """Quality rules."""
    return Profile(
        title={"en": "Default rules"},
        suppress=("n < 20", "cv >= 0.333"),
        caution=("n < 50", "cv >= 0.165"),
        valid_from="2026-01-01",
        status="draft",
        reference="ours",
    )


@pytest.fixture
def data():
    """A data set that is only what the manifest and the report ask of it."""
    codebook = Codebook(
        name="emigration",
        version="1",
        title={"en": "Emigration module"},
        reference="ours",
        records={"emigrant": Record(label={"en": "Persons abroad"}, key=("hh_id", "em_line"))},
        variables={},
        codelists={},
        rules={
            "R2": Condition(
                id="R2",
                record="emigrant",
                severity="error",
                label={"en": "Sex is <male> or female"},
                check="em_sex in [1, 2]",
                variables=("em_sex",),
                remedy={"en": "Ask again"},
                reference="ours",
            )
        },
        dimensions={},
        parameters={},
        coverage=COVERAGE,
    )
    return Dataset(
        records={"emigrant": range(1204)},
        codebook=codebook,
        design=Design(weight="hh_weight", stratum="hh_stratum", psu="hh_psu", singletons="certainty"),
        sources=(Source(name="emigrants", path="/home/office/secret/em.sav", sha256="ab" * 32, rows=1204),),
        log=(Step("read", {"rows": 1204}), Step("harmonise", {"unmatched": 0})),
    )
