"""From evidence to a score, and from scores to suggestions.

Each kind of evidence gives a number from 0 (against) over 0.5 (nothing) to 1 (for). Scores add their log-odds:

    log-odds = PRIOR + IMPORTANCE x importance + sum over kinds of WEIGHT x log(e / (1 - e))
    score    = 1 / (1 + exp(-log-odds))

This is Bayes' rule for independent evidence; kinds overlap (a name and a label say the same twice), so each has a
weight below or about 1. The prior is low: most columns of a file are none of the module's variables. A suggestion needs
a score of a half. Of all ways to give each column one variable at most, and each variable one column, the one with the
largest sum of log-odds is taken (Kuhn 1955; scipy's `linear_sum_assignment`). Prior and weights are set by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log

import numpy as np
from scipy.optimize import linear_sum_assignment

from lfs_migration.matching.nouns import Candidate, Evidence

PRIOR = -3.0
IMPORTANCE = 1.2
WEIGHT: Mapping[str, float] = {
    "name": 0.87,
    "label": 1.05,
    "codes": 0.9,
    "values": 0.7,
    "lines": 1.3,
    "rows": 1.3,
    "blanks": 0.9,
    "filter": 0.6,
    "sequence": 0.7,
    "same codes": 0.9,
    "order": 0.8,
    "file": 0.6,
}
"""By kind of evidence; see :func:`score`."""
SUGGESTED = 0.5
"""From this score on a column is suggested."""

_TELLING = {"name", "label", "codes", "lines", "rows", "same codes"}

Pair = tuple[str, str]
"""A column and a variable."""


def log_odds(evidence: Sequence[Evidence], importance: float) -> float:
    """Return the log-odds of a pair; see the module's formula."""
    total = PRIOR + IMPORTANCE * importance
    for one in evidence:
        value = min(0.99, max(0.01, one.value))
        total += WEIGHT[one.kind] * log(value / (1 - value))
    return total


def score(evidence: Sequence[Evidence], importance: float) -> float:
    """Return the score of a pair, from 0 to 1.

    Examples
    --------
    >>> round(score([Evidence("label", 0.95, ""), Evidence("values", 0.9, "")], 0.5), 2)
    0.9
    """
    return 1 / (1 + exp(-log_odds(evidence, importance)))


def spoken(candidate: Candidate) -> bool:
    """Whether words, codes or the structure of the files speak for a candidate, and not its values and place alone."""
    return any(one.value > 0.6 for one in candidate.evidence if one.kind in _TELLING)


def assigned(
    candidates: Mapping[Pair, Candidate], threshold: float = SUGGESTED, *, silent: bool = False
) -> dict[str, Candidate]:
    """Return the best candidate for each column, each variable once; columns below the threshold are left alone.

    Parameters
    ----------
    candidates : mapping of (column, variable) to Candidate
    silent : bool
        Whether values and place alone may decide: only in files that are known to be of the survey.
    """
    candidates = {pair: one for pair, one in candidates.items() if silent or spoken(one)}
    columns = sorted({column for column, _ in candidates})
    variables = sorted({variable for _, variable in candidates})
    if not columns:
        return {}
    floor = log(threshold / (1 - threshold))
    gain = np.zeros((len(columns), len(variables)))
    rows, places = ({name: at for at, name in enumerate(names)} for names in (columns, variables))
    for (column, variable), one in candidates.items():
        safe = min(max(one.score, 1e-9), 1 - 1e-9)
        gain[rows[column], places[variable]] = max(0.0, log(safe / (1 - safe)) - floor)
    chosen = zip(*linear_sum_assignment(-gain), strict=True)
    return {columns[r]: candidates[columns[r], variables[c]] for r, c in chosen if gain[r, c] > 0}


def others(candidates: Mapping[Pair, Candidate], column: str, variable: str, limit: int = 2) -> tuple[Candidate, ...]:
    """Return what else a column may be, best first."""
    rest = [one for (name, other), one in candidates.items() if name == column and other != variable]
    return tuple(sorted(rest, key=lambda one: -one.score)[:limit])
