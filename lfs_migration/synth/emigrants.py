"""The lists of persons who left, and what follows from them for the households.

Every line gets a value for every variable; :func:`lfs_migration.synth.answers.ask` then takes away what is not asked.
Ages, dates and months abroad belong together: one draw of the time away gives all of them.
"""

from __future__ import annotations

import numpy as np

from lfs_migration.synth.answers import Columns
from lfs_migration.synth.draw import Draws, Floats, Rows, below, between, pick, pick_by, quantile
from lfs_migration.synth.parameters import Emigrants, Parameters, Remittances
from lfs_migration.synth.population import ADULT, Stratum, schooling

IN_SCOPE = 1
"""Code of EMSCOPE: emigration."""
AT_WORK = (1, 2)
"""Codes of ACTIV: working."""
STUDYING = 4
"""Code of ACTIV."""
WORK, STUDY = (1, 2, 3, 4), 5
"""Codes of REASON_EMIG."""
_PLAN_ENDS = {1: 3, 2: 12, 3: 36}
"""Months in which a class of STAYPLAN is over; the others never are."""


def listed(household: Columns, design: tuple[Stratum, ...], parameters: Parameters, draws: Draws) -> Rows:
    """Return the number of lines in each household's list.

    A household's chance is the country's, times its region's, times its primary sampling unit's own.
    """
    chosen = parameters.emigrants
    regions = [region.emigration for region in parameters.sample.regions.values()]
    regional = np.array(regions)[household["region_number"].astype(int) - 1]
    units = sum(stratum.units for stratum in design)
    own = 1 + chosen.cluster * (2 * draws.uniform("cluster", units) - 1)
    relative = regional * own[household["psu_number"].astype(int) - 1]
    weight = household["w_hh"]
    mean = float(np.cumsum(relative * weight)[-1] / np.cumsum(weight)[-1])
    has = draws.uniform("has emigrant", len(relative)) < chosen.households * relative / mean
    return np.where(has, pick(chosen.number, draws.uniform("number", len(relative))), 0)


def emigrants(household: Columns, lines: Rows, chosen: Emigrants, draws: Draws) -> Columns:
    """Return the emigrant record, apart from remittances.

    Parameters
    ----------
    household : mapping
    lines : array of shape (households,)
        From :func:`listed`.
    chosen : Emigrants
    draws : Draws
    """
    home = np.repeat(np.arange(len(lines)), lines)
    size = len(home)
    first = np.repeat(np.concatenate([[0], np.cumsum(lines)[:-1]]), lines)
    sex = np.where(draws.uniform("em_sex", size) < chosen.male, 1, 2)
    scope = pick(chosen.scope, draws.uniform("em_scope", size))
    age = _ages(scope, chosen, draws)
    reason = pick_by(chosen.reasons, sex, draws.uniform("em_reason", size))
    reason = np.where(age < ADULT, pick(chosen.child_reasons, draws.uniform("child reason", size)), reason)
    months = below(chosen.months, draws.uniform("months", size), draws.uniform("months within", size))
    dates = _dates(household["int_year"][home], household["int_month"][home], months, chosen, draws)
    present = age + months // 12 + _birthday(months, draws)
    before = pick_by(chosen.before, sex, draws.uniform("em_act_before", size))
    return {
        "hh_id": household["hh_id"][home],
        "em_no": np.arange(size) - first + 1.0,
        "em_scope": scope.astype(float),
        "em_sex": sex.astype(float),
        "em_age_dep": age.astype(float),
        "em_age": present.astype(float),
        "em_relation": pick_by(chosen.kin, sex, draws.uniform("em_relation", size)).astype(float),
        "em_isced_dep": schooling(chosen.education, age, draws.uniform("em_isced_dep", size)),
        "em_reason": reason.astype(float),
        "em_dest": pick(chosen.destinations, draws.uniform("em_dest", size)).astype(object),
        "em_stay_plan": _plans(months, chosen, draws),
        "em_act_before": np.where(age < ADULT, STUDYING, before).astype(float),
        "em_act_now": np.where(present < ADULT, STUDYING, _activity(reason, chosen, draws)).astype(float),
        "months_away": months.astype(float),
        **dates,
    }


def remittances(emigrant: Columns, chosen: Remittances, draws: Draws) -> Columns:
    """Return who sends money, and how much, for the emigrant record."""
    size = len(emigrant["em_no"])
    working = np.where(np.isin(emigrant["em_act_now"], AT_WORK), 1, 2)
    share = np.array([0.0, chosen.senders.get(1, 0.0), chosen.senders.get(2, 0.0)])[working]
    sends = (draws.uniform("em_rem_any", size) < share) & (emigrant["em_age"] >= ADULT)
    amount = quantile(chosen.amount, draws.uniform("em_rem_cash", size))
    cash = np.maximum(np.floor(amount / chosen.unit + 0.5), 1) * chosen.unit
    return {"em_rem_any": np.where(sends, 1.0, 2.0), "em_rem_cash": cash}


def screening(household: Columns, emigrant: Columns, chosen: Remittances, draws: Draws) -> Columns:
    """Return the household's own answers about emigrants and money, so that they agree with its list.

    Every household is put to the module.
    """
    size = len(household["hh_id"])
    home = household_of(household, emigrant)
    lines = np.bincount(home, minlength=size)
    sent = np.bincount(home[emigrant["em_rem_any"] == 1], minlength=size) > 0
    others = draws.uniform("rem_any", size) < chosen.others
    return {
        "mod_selected": np.ones(size),
        "hh_em_any": np.where(lines > 0, 1.0, 2.0),
        "hh_em_n": lines.astype(float),
        "rem_any": np.where(sent | others, 1.0, 2.0),
    }


def household_of(household: Columns, child: Columns) -> Rows:
    """Return the row of each child record's household."""
    position = {identifier: row for row, identifier in enumerate(household["hh_id"])}
    return np.array([position[identifier] for identifier in child["hh_id"]], dtype=np.int64)


def _dates(year: Floats, month: Floats, months: Rows, chosen: Emigrants, draws: Draws) -> Columns:
    """Return departure and return; the number of months between two dates is the difference of their months."""
    now = (12 * year + month - 1).astype(np.int64)
    left = now - months
    size = len(months)
    back = left + between(np.minimum(1, months), months, draws.uniform("return", size))
    returned = (draws.uniform("em_status", size) < chosen.returned) & (months < chosen.returned_within)
    return {
        "em_status": np.where(returned, 2.0, 1.0),
        "em_dep_year": left // 12 + 0.0,
        "em_dep_month": left % 12 + 1.0,
        "em_ret_year": back // 12 + 0.0,
        "em_ret_month": back % 12 + 1.0,
    }


def _ages(scope: Rows, chosen: Emigrants, draws: Draws) -> Rows:
    """Return ages at departure; those out of scope are adults, for their purpose may be work."""
    age = np.floor(quantile(chosen.age, draws.uniform("em_age_dep", len(scope)))).astype(np.int64)
    return np.where(scope == IN_SCOPE, age, np.maximum(age, ADULT))


def _birthday(months: Rows, draws: Draws) -> Rows:
    """Return 1 for those who had one more birthday than full years away.

    Only where the unfinished year is over six months old: when the month of departure is not known it counts as June,
    and the ages must agree with the date all the same.
    """
    chance = draws.uniform("birthday", len(months)) < (months % 12) / 12
    return ((months % 12 >= 6) & chance).astype(np.int64)


def _plans(months: Rows, chosen: Emigrants, draws: Draws) -> Floats:
    """Return the intended stay, among the classes that the time away has not passed."""
    u = draws.uniform("em_stay_plan", len(months))
    passed = np.searchsorted(np.array(list(_PLAN_ENDS.values())), months, side="right")
    tables = {}
    for count in range(len(_PLAN_ENDS) + 1):
        over = list(_PLAN_ENDS)[:count]
        tables[count] = {code: 0.0 if code in over else share for code, share in chosen.plan.items()}
    return pick_by(tables, passed, u).astype(float)


def _activity(reason: Rows, chosen: Emigrants, draws: Draws) -> Rows:
    u = draws.uniform("em_act_now", len(reason))
    group = np.where(np.isin(reason, WORK), "work", np.where(reason == STUDY, "study", "other"))
    return pick_by(chosen.now, group, u)
