"""Outcomes of visits: the class of each address, and response rates."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DesignError, NotFound, near, told
from lfs_migration.model.response import OutcomeClass, Outcomes
from lfs_migration.sample import Sample

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
CLASSES: tuple[OutcomeClass, ...] = get_args(OutcomeClass)


class Visits:
    """The class of each visited address.

    Parameters
    ----------
    sample : Sample
    outcomes : Outcomes

    Raises
    ------
    DesignError
        Where an outcome is missing, naming the household; where no address has a respondent.
    NotFound
        With near matches, for an outcome that has no class. A code of a class that no address has is no error.
    """

    def __init__(self, sample: Sample, outcomes: Outcomes) -> None:
        self.outcomes = outcomes
        self.code: Ints
        self.levels: list[Any]
        self.code, self.levels = sample.records.factor(outcomes.variable, sample.home)
        of = {code: name for name, codes in outcomes.classes.items() for code in codes}
        _check(sample, outcomes, self.code, self.levels)
        self.kind = np.array([CLASSES.index(of[level]) for level in self.levels], dtype=np.int64)[self.code]
        if not self.of("respondent").any():
            raise DesignError("No address has a respondent", detail=f"By the classes of {outcomes.variable}")

    def of(self, *classes: OutcomeClass) -> Mask:
        """Return whether each address is of one of some classes."""
        return np.isin(self.kind, [CLASSES.index(name) for name in classes])

    def among(self, codes: tuple[Any, ...]) -> Mask:
        """Return whether each address has one of some outcomes."""
        wanted = [place for place, level in enumerate(self.levels) if level in codes]
        return np.isin(self.code, wanted)

    def counts(self, weight: Floats) -> dict[str, dict[str, Any]]:
        """Return number and weight of the addresses of each outcome, by class and code."""
        return {
            f"{self.levels[place]}": {
                "class": CLASSES[int(self.kind[np.argmax(self.code == place)])],
                "addresses": int((self.code == place).sum()),
                "weighted": float(weight[self.code == place].sum()),
            }
            for place in range(len(self.levels))
        }

    def rates(self, weight: Floats) -> dict[str, float]:
        """Return response rates after AAPOR (2023), of addresses counted with some weights.

        With interviews I, partial ones P, refusals R, eligible addresses where nobody was met NC, other eligible
        non-interviews O, and U of unknown eligibility:

        ====  ==============================  ====  =====================================
        RR1   I / (I + P + R + NC + O + U)    RR2   (I + P) over the same
        RR3   I / (I + P + R + NC + O + e U)  RR4   (I + P) over the same
        RR5   I / (I + P + R + NC + O)        RR6   (I + P) over the same
        ====  ==============================  ====  =====================================

        e is the share of eligible addresses among those whose eligibility is known. Households that are abroad as a
        whole are not eligible as residents: they are in e's denominator, in no rate, and ``abroad`` is their share of
        all households, I + P + R + NC + O and themselves. A rate of nothing is not-a-number.

        Parameters
        ----------
        weight : float array of shape (rows,)
            Ones for unweighted rates.
        """
        i, p, r, nc, o, u = self._parts(weight)
        eligible = i + p + r + nc + o
        out, abroad = (float(weight[self.of(name)].sum()) for name in ("ineligible", "abroad"))
        e = _rate(eligible, eligible + out + abroad)
        rates = {"e": e}
        for number, share in ((1, 1.0), (3, e), (5, 0.0)):
            rates[f"RR{number}"] = _rate(i, eligible + share * u)
            rates[f"RR{number + 1}"] = _rate(i + p, eligible + share * u)
        rates["refusal"] = _rate(r, eligible + e * u)
        rates["contact"] = _rate(eligible - nc, eligible + e * u)
        rates["abroad"] = _rate(abroad, eligible + abroad)
        return rates

    def _parts(self, weight: Floats) -> Iterator[float]:
        partial = self.among(self.outcomes.partial)
        refused, other = self.among(self.outcomes.refused), self.among(self.outcomes.other)
        answered, silent = self.of("respondent"), self.of("nonrespondent")
        masks = (answered & ~partial, answered & partial, silent & refused, silent & ~refused & ~other, silent & other)
        yield from (float(weight[mask].sum()) for mask in (*masks, self.of("unknown")))


def _rate(part: float, whole: float) -> float:
    return part / whole if whole else nan


def _check(sample: Sample, outcomes: Outcomes, code: Ints, levels: list[Any]) -> None:
    absent = np.flatnonzero(code < 0)
    if len(absent):
        raise DesignError(
            f"The outcome {outcomes.variable} is missing at {len(absent):,} addresses",
            where=sample.place(sample.home, int(absent[0])), hint="Every visited address has one, replacements too",
        )  # fmt: skip
    known = {value for own in outcomes.classes.values() for value in own}
    strange = [place for place, level in enumerate(levels) if level not in known]
    if strange:
        rows = np.flatnonzero(code == strange[0])
        raise NotFound(
            f"The outcome {outcomes.variable} has no class for {told(levels[strange[0]])}",
            where=sample.place(sample.home, int(rows[0])), detail=f"{len(rows):,} addresses have it",
            hint=f"{near(str(levels[strange[0]]), map(str, known))} Give it a class",
        )  # fmt: skip
