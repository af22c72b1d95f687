"""The sampling frame, the sample of households, and their resident members.

Numbers of the frame that every household carries, for the office's own columns: ``stratum_number``, ``psu_number``
(both over the whole sample), ``psu_in_stratum``, ``household_number``, ``household_in_psu`` and ``household_in_month``,
all from 1 and counting the addresses visited in vain, and ``region_number``, the region's place in the country's file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.synth import fieldwork
from lfs_migration.synth.answers import Columns
from lfs_migration.synth.draw import Draws, Floats, Mask, Rows, between, pick, pick_by, quantile
from lfs_migration.synth.parameters import Parameters, Residents, Sample, Strata

HEAD, PARTNER, CHILD, PARENT, SIBLING, IN_LAW, GRANDCHILD = 1, 2, 3, 4, 5, 6, 7
"""Codes of RELATION."""
INTERVIEWED, REFUSED = 1, 3
"""Codes of HHSTATUS."""
NOBODY = (5, 6, 7)
"""Codes of HHSTATUS of addresses where no resident household lives."""
ADULT = 15
"""Age under which everybody is at school and nobody works."""
OUTSIDE = 3
"""Code of LFSTAT: outside the labour force."""

_YOUNGEST = {0: 0, 1: 11, 2: 15, 3: 18, 4: 19, 5: 20, 6: 22, 7: 24, 8: 28, 9: 30}
"""Lowest usual age, in years, at which each level of ISCED 2011 is completed; 9, not classified, is of adults."""


@dataclass(frozen=True)
class Stratum:
    """A stratum of the frame.

    Parameters
    ----------
    region : str
    area : int
        1 urban, 2 rural.
    households : float
        In the population.
    units : int
        Primary sampling units in the sample.
    take : int
        Households interviewed in each.
    """

    region: str
    area: int
    households: float
    units: int
    take: int


def strata(sample: Sample, households: int) -> tuple[Stratum, ...]:
    """Return the strata in the order of their numbers.

    Parameters
    ----------
    sample : Sample
    households : int
        To be interviewed, about.
    """
    frame = [*_sizes(sample)]
    total = math.fsum(size for *_, size in frame)
    out = []
    for region, area, size in frame:
        part = (1 - sample.even) * size / total + sample.even / len(frame)
        units = max(sample.minimum, math.floor(households * part / sample.take[area] + 0.5))
        out.append(Stratum(region, area, sample.population * size / total, units, sample.take[area]))
    return tuple(out)


def _sizes(sample: Sample) -> Iterator[tuple[str, int, float]]:
    """Yield region, area and relative number of households of every stratum."""
    parts = {name: {1: r.share * r.urban, 2: r.share * (1 - r.urban)} for name, r in sample.regions.items()}
    cells = [Strata(region=name, area=area) for name, areas in parts.items() for area in (1, 2) if areas[area] > 0]
    groups = sample.strata or cells
    for group in groups:
        inside = math.fsum(g.count * g.size for g in groups if (g.region, g.area) == (group.region, group.area))
        size = parts[group.region][group.area] * group.size / inside
        yield from [(group.region, group.area, size)] * group.count


def addresses(design: tuple[Stratum, ...], parameters: Parameters, draws: Draws) -> Columns:
    """Return the addresses visited: identifiers, design, place, date, interviewer and outcome.

    In each unit as many households are interviewed as were to be; further addresses were visited in vain.
    """
    home = np.repeat(np.arange(len(design)), [stratum.units for stratum in design])
    takes = np.array([design[stratum].take for stratum in home.tolist()])
    unit = np.repeat(np.arange(len(home)), takes + _vain(takes, parameters.sample, draws))
    size, stratum = len(unit), home[unit]
    month = pick(parameters.interview.months, draws.uniform("month", len(home)))[unit]
    region = np.array([s.region for s in design], dtype=object)[stratum]
    number = {name: float(place) for place, name in enumerate(parameters.sample.regions, start=1)}
    numbers = np.array([number[name] for name in region])
    first = np.unique(unit, return_index=True)[1]
    interviewer = fieldwork.interviewers(numbers[first].astype(np.int64), takes, draws)[unit]
    return {
        "hh_id": _texts(np.arange(1, size + 1)),
        "stratum": _texts(stratum + 1),
        "psu": _texts(unit + 1),
        "region_code": region,
        "urban": np.array([s.area for s in design], dtype=float)[stratum],
        "hh_result": _outcomes(unit, takes, region, parameters.sample, draws),
        "int_year": np.full(size, float(parameters.interview.year)),
        "int_month": month.astype(float),
        "int_day": fieldwork.days(interviewer, parameters.interview.year, month),
        "interviewer": interviewer,
        "stratum_number": stratum + 1.0,
        "psu_number": unit + 1.0,
        "psu_in_stratum": within(home)[unit] + 1.0,
        **_probabilities(design, home, unit, parameters.sample, draws),
        "household_number": np.arange(1.0, size + 1),
        "household_in_psu": within(unit) + 1.0,
        "household_in_month": within(month) + 1.0,
        "region_number": numbers,
    }


def _probabilities(design: tuple[Stratum, ...], home: Rows, unit: Rows, sample: Sample, draws: Draws) -> Columns:
    """Return selection probabilities, to nine decimals: of units by their size, and of addresses in them.

    A unit lists 150 to 449 addresses. Addresses of a stratum are as many as its households, and those where nobody
    lives beside them, by the outcomes' shares.
    """
    whole = math.fsum(sample.outcomes.values())
    lived_in = 1 - math.fsum(sample.outcomes.get(code, 0.0) for code in NOBODY) / whole
    listed = between(150, 449, draws.uniform("addresses of a unit", len(home))).astype(float)
    units = np.array([stratum.units for stratum in design], dtype=float)[home]
    frame = np.array([stratum.households / lived_in for stratum in design])[home]
    visited = np.bincount(unit, minlength=len(home)).astype(float)
    first, second = np.minimum(units * listed / frame, 1.0), np.minimum(visited / listed, 1.0)
    names = {"p_psu": first, "p_dwelling": second}
    return {name: (np.floor(p * 1e9 + 0.5) / 1e9)[unit] for name, p in names.items()}


def _vain(takes: Rows, sample: Sample, draws: Draws) -> Rows:
    """Return the number of addresses without an interview in each unit."""
    share = sample.outcomes[INTERVIEWED] / math.fsum(sample.outcomes.values())
    out: Rows = np.floor(takes * (1 - share) / share + draws.uniform("vain", len(takes))).astype(np.int64)
    return out


def _outcomes(unit: Rows, takes: Rows, region: NDArray[Any], sample: Sample, draws: Draws) -> Floats:
    """Return the outcome of each visit; in each unit the interviews stand in random places."""
    u = draws.uniform("place of interview", len(unit))
    order = np.lexsort((u, unit))
    interviewed = np.empty(len(unit), dtype=np.bool_)
    interviewed[order] = within(unit[order]) < takes[unit[order]]
    others = {code: share for code, share in sample.outcomes.items() if code != INTERVIEWED} or {INTERVIEWED: 1.0}
    tables = {
        name: others if r.refused is None else {**others, REFUSED: r.refused} for name, r in sample.regions.items()
    }
    outcome = pick_by(tables, region, draws.uniform("outcome", len(unit)))
    return np.where(interviewed, INTERVIEWED, outcome).astype(float)


def weights(household: Columns, design: tuple[Stratum, ...], spread: float, draws: Draws) -> Floats:
    """Return the weights of interviewed households, to three decimals.

    They are the same inside a unit, vary between units, and add up to the stratum's households in the population.
    """
    u = draws.uniform("weight", sum(stratum.units for stratum in design))
    out, start = [], 0
    for stratum in design:
        factors = 1 + spread * (2 * u[start : start + stratum.units] - 1)
        out.append(factors * (stratum.households / (stratum.take * math.fsum(factors))))
        start += stratum.units
    rounded = np.floor(np.concatenate(out) * 1000 + 0.5) / 1000
    weight: Floats = rounded[household["psu_number"].astype(int) - 1]
    return weight


def persons(household: Columns, residents: Residents, draws: Draws) -> Columns:
    """Return the person record: line, sex, age, relation, education, labour force status and weight."""
    count = pick(residents.size, draws.uniform("size", len(household["hh_id"])))
    home = np.repeat(np.arange(len(count)), count)
    line = within(home)
    heads_age, heads_sex = _heads(len(count), residents, draws)
    partnered = draws.uniform("partner", len(count)) < np.where(
        heads_sex == 1, residents.partner.get(1, 0.0), residents.partner.get(2, 0.0)
    )
    relation = _relations(line, heads_age[home], partnered[home], residents, draws)
    age = _ages(relation, heads_age[home], heads_sex[home], draws)
    sex = np.where(draws.uniform("sex", len(home)) < 0.5, 1, 2)
    sex = np.where(relation == HEAD, heads_sex[home], sex)
    sex = np.where(relation == PARTNER, 3 - heads_sex[home], sex)
    return {
        "hh_id": household["hh_id"][home],
        "per_no": line + 1.0,
        "per_sex": sex.astype(float),
        "per_age": age.astype(float),
        "per_relation": relation.astype(float),
        "per_isced": schooling(residents.education, age, draws.uniform("schooling", len(home))),
        "per_lfstat": _status(sex, age, residents, draws),
        "w_per": _person_weights(household["w_hh"][home], sex, age, np.flatnonzero(line == 0)[home]),
    }


def schooling(shares: Mapping[int, float], age: Rows, u: Floats) -> Floats:
    """Return the level of education, at most the highest one in ``shares`` that is usual at the age."""
    level = pick(shares, u)
    ladder = [code for code in _YOUNGEST if code in shares or code == 0]
    youngest = np.array([_YOUNGEST[code] for code in ladder])
    reached = np.array(ladder)[np.searchsorted(youngest, age, side="right") - 1]
    out: Floats = np.minimum(level, reached).astype(float)
    return out


def _heads(size: int, residents: Residents, draws: Draws) -> tuple[Rows, Rows]:
    age = np.floor(quantile(residents.head_age, draws.uniform("head age", size))).astype(np.int64)
    return age, np.where(draws.uniform("head sex", size) < residents.head_male, 1, 2)


def _relations(line: Rows, head: Rows, partnered: Mask, residents: Residents, draws: Draws) -> Rows:
    limits = np.array(list(residents.others))
    band = limits[np.minimum(np.searchsorted(limits, head, side="right"), len(limits) - 1)]
    other = pick_by(residents.others, band, draws.uniform("relation", len(line)))
    relation = np.where(line == 0, HEAD, other)
    out: Rows = np.where((line == 1) & partnered, PARTNER, relation)
    return out


def _ages(relation: Rows, head: Rows, heads_sex: Rows, draws: Draws) -> Rows:
    """Return ages that fit the relation to the head: a woman is 2 to 6 years younger than her partner, and so on."""
    u = draws.uniform("age", len(relation))
    gap = between(0, 6, u) - 1
    ages = {
        HEAD: head,
        PARTNER: np.maximum(head + np.where(heads_sex == 1, -gap, gap), 17),
        CHILD: head - between(20, 37, u),
        PARENT: np.minimum(head + between(19, 35, u), 97),
        SIBLING: np.maximum(head - 10 + between(0, 20, u), 12),
        IN_LAW: np.maximum(head - between(21, 36, u), 17),
        GRANDCHILD: head - between(46, 66, u),
    }
    out = between(0, 70, u)
    for code, age in ages.items():
        out = np.where(relation == code, age, out)
    return np.maximum(out, 0)


def _status(sex: Rows, age: Rows, residents: Residents, draws: Draws) -> Floats:
    size = len(sex)
    status = pick_by(residents.status, sex, draws.uniform("status", size))
    apart = ((age < 20) | (age >= 65)) & (draws.uniform("inactive", size) < 0.75)
    return np.where(apart | (age < ADULT), OUTSIDE, status).astype(float)


def _person_weights(household: Floats, sex: Rows, age: Rows, head: Rows) -> Floats:
    """Return weights that differ by sex and ten age groups, as offices calibrate; the head's is the household's.

    Parameters
    ----------
    household : array of shape (persons,)
        Weight of the household.
    sex, age, head : arrays of shape (persons,)
        The last is the row of the household's head.
    """
    factor = 0.92 + 0.04 * (np.minimum(age // 8, 9) % 5) + np.where(sex == 1, 0.02, -0.02)
    out: Floats = np.floor(household * factor / factor[head] * 1000 + 0.5) / 1000
    return out


def within(groups: NDArray[Any]) -> Rows:
    """Return each row's number inside its group, from 0, in the order of the rows."""
    order = np.argsort(groups, kind="stable")
    _, start, size = np.unique(groups[order], return_index=True, return_counts=True)
    out = np.empty(len(groups), dtype=np.int64)
    out[order] = np.arange(len(groups)) - np.repeat(start, size)
    return out


def _texts(numbers: Rows) -> NDArray[Any]:
    return np.array([str(number) for number in numbers.tolist()], dtype=object)
