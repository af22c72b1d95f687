"""Schemas made from the codebook."""

from __future__ import annotations

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

import lfs_migration as lfm
from lfs_migration import catalog
from lfs_migration.errors import NotFound


def test_an_unknown_record_gets_near_matches():
    with pytest.raises(NotFound, match=r"No record 'emigrants'. Did you mean 'emigrant'"):
        lfm.schema("emigrants")


def test_a_schema_has_the_asked_variables_and_the_keys():
    columns = lfm.schema("emigrant").columns
    assert {"hh_id", "em_no", "em_sex"} <= set(columns)
    assert "em_abroad" not in columns


@pytest.mark.parametrize("record", ["household", "person", "emigrant", "recruitment"])
def test_a_check_is_named_after_our_rule(record):
    names = {check.error for column in lfm.schema(record).columns.values() for check in column.checks}
    assert names <= {"codes", "pattern", "range"}


def test_a_frame_of_ones_own_can_be_checked():
    with pytest.raises(SchemaErrors) as error:
        lfm.schema("emigrant").validate(pd.DataFrame({"em_sex": [1, 3, 97], "em_age": [20, 150, 997]}), lazy=True)
    cases = error.value.failure_cases
    assert sorted(zip(cases["column"], cases["check"], cases["index"], strict=True)) == [
        ("em_age", "range", 1),
        ("em_sex", "codes", 1),
    ]


def test_a_national_list_is_in_the_schema_of_its_edition():
    codebook = catalog.load_codebook(edition=catalog.load_country("mexico"))
    frame = pd.DataFrame({"region_code": ["01", "1"]})
    with pytest.raises(SchemaErrors) as error:
        lfm.schema("household", codebook).validate(frame, lazy=True)
    assert error.value.failure_cases["failure_case"].tolist() == ["1"]


def test_a_text_must_fit_its_pattern():
    codebook = catalog.load_codebook()
    currency = codebook.variable("round_id").model_copy(update={"pattern": "[A-Z]{3}", "missing": {"ZZ7": "dont_know"}})
    codebook = codebook.model_copy(update={"variables": {**codebook.variables, "round_id": currency}})
    frame = pd.DataFrame({"round_id": ["AMD", "amd", "AMD1", "ZZ7", None]})
    with pytest.raises(SchemaErrors) as error:
        lfm.schema("household", codebook).validate(frame, lazy=True)
    assert error.value.failure_cases["check"].tolist() == ["pattern", "pattern"]
    assert error.value.failure_cases["index"].tolist() == [1, 2]
