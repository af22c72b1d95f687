"""Counts perturbed by cell keys: the same rows always get the same noise, whichever table they stand in.

Each record has a key of its own. The key of a cell is the sum of the keys of its rows, so it depends on who is counted
and on nothing else. A perturbation table, looked up by count and key, gives a small whole number to add. Its noise has
expectation zero and a fixed variance, leaves zeros alone, and never makes a negative or a very small count. Cells are
perturbed one by one: their sums are not their totals, and must never be printed as such.

Who knows the seed and the identifiers can take the noise away: draw the seed with :func:`secrets.randbits` (128 bits),
and keep it as the microdata are kept.

References
----------
Fraser, B. & Wooton, J. (2005). A proposed method for confidentialising tabular output to protect against differencing.
Joint UNECE/Eurostat work session on statistical data confidentiality, Geneva.

Marley, J. K. & Leaver, V. L. (2011). A method for confidentialising user-defined tables: statistical properties and a
risk-utility analysis. Proceedings of the 58th World Statistical Congress, Dublin.

Giessing, S. (2016). Computational issues in the design of transition probabilities and disclosure risk estimation for
additive noise. Privacy in Statistical Databases, LNCS 9867, 237-251.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lfs_migration.errors import DataError, EstimationError
from lfs_migration.protect.noise import (
    PerturbationTable,
    enough,
    most_uncertain,
    parameters,
    possible,
    shares_of,
    support_of,
)
from lfs_migration.sample.keys import cell_keys, checked_bits, name_keys, record_keys, whole

__all__ = ["cell_keys", "name_keys", "perturbation_table", "perturbed_totals", "record_keys"]

Floats = NDArray[np.float64]


def perturbation_table(deviation: int, variance: float, threshold: int = 0, bits: int = 32) -> PerturbationTable:
    """Return the table of the most uncertain noise with what is asked for (maximum entropy: Giessing 2016).

    For each count the entropy of the noise is the largest among distributions with expectation zero and the variance,
    on whole numbers up to the deviation that make no negative count and none from 1 to the threshold. Their
    probabilities, of the form exp(a + b v + c v²) for noise v, become numbers of keys out of 2**bits. The expectation
    is exactly zero after that where two neighbouring noises occur; for V at an end of the possible variances it is
    within 2 D / 2**bits of it. The variance is within 2 (D + 1)³ / 2**bits of V.

    Parameters
    ----------
    deviation : int
        Largest noise, from 1 to 1000.
    variance : float
        Of the noise. For a count of 1 it is at most the deviation.
    threshold : int
        Counts from 1 to it never appear; 0 for no such rule.
    bits : int
        Of a cell key, from 16 to 40.

    Returns
    -------
    PerturbationTable

    Raises
    ------
    DataError
        For parameters out of their range.
    EstimationError
        When no noise has this variance: the message says which are possible.

    Examples
    --------
    >>> table = perturbation_table(deviation=3, variance=2.5, threshold=2)
    >>> table.probabilities[1].round(4).tolist()
    [0.0, 0.0, 0.7083, 0.0, 0.0, 0.1667, 0.125]
    >>> table.noise([0, 1, 40], [123, 123, 123]).tolist()
    [0, -1, -3]
    """
    parameters(deviation, variance, threshold)
    checked_bits(bits)
    supports = [support_of(count, deviation, threshold) for count in range(1, deviation + threshold + 2)]
    least, most = possible(supports)
    if not least <= variance <= most:
        raise EstimationError(
            f"No noise up to {deviation} that avoids counts from 1 to {threshold} has variance {variance:g}",
            detail=f"Its variance is from {least:g} to {most:g}" if least <= most else "There is none at all",
            hint="" if least <= most else f"Raise the deviation to {enough(threshold)}",
        )
    shares = np.zeros((len(supports) + 1, 2 * deviation + 1), dtype=np.int64)
    shares[0, deviation] = 1 << bits
    for count, support in enumerate(supports, start=1):
        shares[count, support + deviation] = shares_of(most_uncertain(support, variance), support, bits)
    return PerturbationTable(deviation, variance, threshold, bits, shares)


def perturbed_totals(totals: ArrayLike, counts: ArrayLike, noise: ArrayLike) -> Floats:
    """Return weighted totals with the noise of the sample count times the mean weight of the cell.

    Parameters
    ----------
    totals : float array of shape (cells,)
        Sums of weights; those that are not a number stay so.
    counts : integer array of shape (cells,)
        Rows in each cell.
    noise : integer array of shape (cells,)
        From :meth:`PerturbationTable.noise`.

    Returns
    -------
    float array of shape (cells,)
        A cell without rows stays zero; one whose count becomes zero is zero.

    Raises
    ------
    DataError
        For other shapes, a count that would be negative, or a total or noise without rows.

    Examples
    --------
    >>> perturbed_totals([300.0, 0.0], [3, 0], [1, 0]).tolist()
    [400.0, 0.0]
    """
    sums, rows, added = np.asarray(totals, dtype=np.float64), whole(counts, "counts"), whole(noise, "noises")
    if not sums.shape == rows.shape == added.shape:
        raise DataError(f"Totals, counts and noise have the shapes {sums.shape}, {rows.shape} and {added.shape}")
    if ((rows < 0) | (rows + added < 0)).any():
        raise DataError("A count is negative, or would be with its noise", hint="Use the noise of these counts")
    alone = (rows == 0) & ((sums != 0) | (added != 0))
    if alone.any():
        raise DataError(
            f"{int(alone.sum()):,} cells without rows have a total or a noise", where=f"cell {int(np.argmax(alone))}"
        )
    out: Floats = sums * ((rows + added) / np.maximum(rows, 1))
    return np.where(rows == 0, 0.0, out)
