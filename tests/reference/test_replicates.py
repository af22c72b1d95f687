"""Our replicate variances are those of R's survey package.

The numbers in ``replicates.csv`` were made by ``scripts/reference/replicates.R``; no R is needed here. Where the
order of R's replicates or chance decides (ratios under balanced half-samples, the bootstrap), R's factors are used.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from against_r import DIGITS, Expected, table

from lfs_migration.engine import Psus, Replicates, collect, replicate_totals
from lfs_migration.sample import psus
from lfs_migration.sample.factors import brr, jackknife

EXPECTED = Expected("replicates")
KEYS = list(EXPECTED("strat", "JKn_full").index)
TOTALS = ["total_enroll", "total_api_stu"]
SCHOOLS = {"E": 4421, "H": 755, "M": 1018}
DISTRICTS = 757
FAY = 0.3

# Weighted totals that the statistics are made of: value and school type, all types where it is empty.
PARTS = [("enroll", ""), ("api_stu", ""), ("api00", ""), ("api99", ""), ("one", "")]
PARTS += [(value, level) for level in SCHOOLS for value in ("api00", "one")]


@dataclass
class Survey:
    """Rows of the teaching data, and their units."""

    frame: object
    units: Psus
    position: np.ndarray

    def rows(self):
        """Part of the totals and value of each row; a row is in several."""
        for part, (value, level) in enumerate(PARTS):
            yield np.where(self.frame["stype"].isin([level] if level else SCHOOLS), part, -1), self.value(value)

    def value(self, name):
        return np.ones(len(self.frame)) if name == "one" else self.frame[name].to_numpy(dtype=float)

    def stacked(self):
        cell, value = (np.concatenate(arrays) for arrays in zip(*self.rows(), strict=True))
        return cell, value

    @property
    def sums(self):
        cell, value = self.stacked()
        weight = np.tile(self.frame["pw"].to_numpy(), len(PARTS))
        return collect(np.tile(self.position, len(PARTS)), cell, value * weight, len(PARTS))


def statistics(totals):
    """The statistics of R's script, but the covariance, from the parts: of shape (..., statistics)."""
    enroll, api_stu, api00, api99, one, *types = np.moveaxis(totals, -1, 0)
    means = [top / base for top, base in zip(types[::2], types[1::2], strict=True)]
    return np.stack([enroll, api_stu, api00 / one, api99 / one, api_stu / enroll, *means], axis=-1)


def survey(name):
    frame = table("api")
    frame = frame[frame["sample"] == ("strat" if name.startswith("strat") else "clus1")]
    district = frame["dnum"].rank(method="dense").astype(int) - 1
    frame = frame.assign(pair=district // 2)
    frame = frame[frame["pair"] < 7] if name.startswith("pairs") else frame
    everywhere, itself = np.zeros(len(frame)), np.arange(len(frame))
    stratum, psu = {
        "strat": (frame["stype"], itself),
        "pairs": (frame["pair"], frame["dnum"]),
        "leftover": (frame["pair"], frame["dnum"]),
    }.get(name.removesuffix("_finite").removesuffix("_fay"), (everywhere, frame["dnum"]))
    policy = "certainty" if name == "leftover" else "fail"
    units, position = psus(factor(stratum), factor(psu), policy)
    if name == "strat_finite":
        units = replace(units, fraction=units.size[units.stratum] / np.array([*SCHOOLS.values()])[units.stratum])
    if name == "clus1_finite":
        units = replace(units, fraction=np.full(len(units), len(units) / DISTRICTS))
    return Survey(frame, units, position)


def factor(values):
    levels, codes = np.unique(np.asarray(values), return_inverse=True)
    return codes, list(levels)


def factors_of_r(name, units):
    rows = EXPECTED(name, "factors")["estimate"]
    unit, replicate = zip(*(map(int, key.split(";")) for key in rows.index), strict=True)
    out = np.full((len(units), max(replicate)), np.nan)
    place = {int(units.name(i)[1]): i for i in range(len(units))}
    out[[place[u] for u in unit], np.array(replicate) - 1] = rows
    assert not np.isnan(out).any()
    return out


def given(factors, scale, mse):
    return Replicates(factors, scale, np.ones(factors.shape[1]), mse, "given", 1)


def agree(name, id, full, estimates, replicates, keys=KEYS):
    """Check estimates, standard errors and the covariance of the two means against R's."""
    theirs = EXPECTED(name, id)
    covariance = replicates.covariance(estimates, full)
    variance = replicates.variance(estimates, full)
    np.testing.assert_allclose(np.diag(covariance), variance, rtol=1e-12)
    for i, key in enumerate(KEYS[:-1]):
        if key in keys:
            np.testing.assert_allclose(full[i], theirs["estimate"][key], rtol=DIGITS, err_msg=key)
            np.testing.assert_allclose(variance[i], theirs["se"][key] ** 2, rtol=DIGITS, err_msg=key)
    if "covariance_of_means" in keys:
        np.testing.assert_allclose(covariance[2, 3], theirs["estimate"]["covariance_of_means"], rtol=DIGITS)


def agree_with_factors(name, id, replicates, keys=KEYS):
    sums = survey(name).sums
    agree(name, id, statistics(sums.total), statistics(replicate_totals(sums, replicates)), replicates, keys)


ABOUT = pytest.mark.parametrize("about", ["full", "mean"])
JACKKNIVES = {"strat": "JKn", "strat_finite": "JKn", "clus1": "JK1", "clus1_finite": "JK1", "pairs": "JKn"}
COLUMNS = {"columns_jackknife": "JKn", "columns_invented": "other", "columns_successive": "ACS"}


@ABOUT
@pytest.mark.parametrize(("name", "method"), JACKKNIVES.items())
def test_jackknife(name, method, about):
    replicates = jackknife(survey(name).units, mse=about == "full")
    assert replicates.method == method
    agree_with_factors(name, f"{method}_{about}", replicates)


def test_jackknife_with_a_certainty_unit():
    units = survey("leftover").units
    assert units.single.sum() == 1
    agree_with_factors("leftover", "JKn_full", jackknife(units))


@ABOUT
@pytest.mark.parametrize(("name", "method", "fay"), [("pairs", "BRR", 0.0), ("pairs_fay", "Fay", FAY)])
def test_balanced_half_samples(name, method, fay, about):
    units, mse = survey(name).units, about == "full"
    replicates = brr(units, fay, mse)
    theirs = factors_of_r(name, units)
    assert replicates.factors.shape == theirs.shape
    agree_with_factors(name, f"{method}_{about}", replicates, TOTALS)
    agree_with_factors(name, f"{method}_{about}", given(theirs, replicates.scale, mse))


@ABOUT
def test_bootstrap(about):
    factors = factors_of_r("clus1_drawn", survey("clus1_drawn").units)
    scale = 1 / (factors.shape[1] - 1)
    agree_with_factors("clus1_drawn", f"subbootstrap_{about}", given(factors, scale, about == "full"))


@ABOUT
@pytest.mark.parametrize(("name", "method"), COLUMNS.items())
def test_columns(name, method, about):
    data = survey(name)
    weight = data.frame["pw"].to_numpy()
    if name == "columns_jackknife":
        replicates = jackknife(data.units)
        columns = weight[:, None] * np.asarray(replicates.factors)[data.position]
        scale, rscales = 1.0, replicates.rscales
    else:
        invented = np.add.outer(7 * np.arange(1, len(weight) + 1), 3 * np.arange(1, 13)) % 5 - 2
        columns = weight[:, None] * (1 + invented / 10)
        scale, rscales = (4 / 12, np.ones(12)) if method == "ACS" else (0.25, np.arange(12) / 4)
    described = Replicates.from_columns(scale, rscales, mse=about == "full")
    cell, value = data.stacked()
    stacked = (np.tile(column, len(PARTS)) for column in columns.T)
    inside = cell >= 0
    totals = np.stack([np.bincount(cell[inside], (value * w)[inside], minlength=len(PARTS)) for w in stacked])
    agree(name, f"{method}_{about}", statistics(data.sums.total), statistics(totals), described)


def test_every_number_of_r_is_compared():
    asked = {
        (name, f"{method}_{about}") for name, method in (JACKKNIVES | COLUMNS).items() for about in ("full", "mean")
    }
    drawn = [("pairs", "BRR"), ("pairs_fay", "Fay"), ("clus1_drawn", "subbootstrap")]
    for name, method in drawn:
        asked |= {(name, f"{method}_full"), (name, f"{method}_mean"), (name, "factors")}
    assert asked | {("leftover", "JKn_full")} == EXPECTED.names
