"""From the native files of two pilots to figures: reading, harmonising and estimating give what R gives without them.

The numbers in ``pilots.csv`` were made by ``scripts/reference/pilots.R``, which recodes the files itself. Egypt has
strata of one unit, under the policy ``adjust``.
"""

from functools import cache
from pathlib import Path

import pytest
from against_r import Expected

import lfs_migration as lfm
from lfs_migration.estimate import Count, Mean, Proportion, Ratio, Share, Total, estimate
from lfs_migration.model.indicator import Part
from lfs_migration.sample import By

PILOTS = Path(__file__).parents[2] / "examples" / "pilots"
EDITIONS = {"egypt": "2006", "thailand": "2008"}
MAIN = {"egypt": "SAU", "thailand": "TWN"}
EXPECTED = Expected("pilots")

pytestmark = pytest.mark.skipif(not PILOTS.exists(), reason="the pilots are not in source distributions")

ABROAD = Part(record="emigrant", where="em_abroad")
RATE = Ratio(ABROAD, Part(record="person"))
SEX = By("sex", {"emigrant": "em_sex", "person": "per_sex"})

REQUESTS = {
    "emigrants": (Count("emigrant"), {"where": "em_abroad"}),
    "emigrants_by_sex": (Count("emigrant"), {"where": "em_abroad", "by": "em_sex"}),
    "remittances": (Total("em_rem_cash"), {"where": "em_abroad"}),
    "mean_remittance": (Mean("em_rem_cash"), {"where": "em_abroad"}),
    "mean_remittance_by_sex": (Mean("em_rem_cash"), {"where": "em_abroad", "by": "em_sex"}),
    "mean_remittance_by_sex_svyby": (Mean("em_rem_cash"), {"where": "em_abroad", "by": "em_sex"}),
    "mean_remittance_of_men_25_44": (
        Mean("em_rem_cash"),
        {"where": "em_abroad and em_sex == 1 and em_age >= 25 and em_age < 45"},
    ),
    "reason": (Proportion("em_reason"), {"where": "em_abroad"}),
    "rate": (RATE, {}),
    "rate_by_sex": (RATE, {"by": SEX}),
    "rate_by_region": (RATE, {"by": "region_code"}),
    "households_with_emigrant": (
        Share(Part(record="household", where="hh_em_any == 1"), Part(record="household")),
        {},
    ),
}


@cache
def pilot(name):
    country = lfm.load_country(name, edition=EDITIONS[name])
    return lfm.harmonise(lfm.read(PILOTS / country.id, country))


@pytest.mark.parametrize(("survey", "name"), sorted(EXPECTED.names))
def test_pilot(survey, name):
    if name == "main_destination_by_urban":
        main = Part(record="emigrant", where=f"em_dest == '{MAIN[survey]}'")
        statistic, options = Share(main, ABROAD), {"by": "urban"}
    else:
        statistic, options = REQUESTS[name]
    EXPECTED.agree(estimate(pilot(survey), statistic, **options), survey, name)
