"""Numbers that R made, and their comparison with ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from lfs_migration.model.estimates import Estimates

HERE = Path(__file__).parent
DIGITS = 1e-9
"""Largest relative difference."""
FIGURES = {"estimate": "estimate", "se": "se", "df": "df", "ci_low": "low", "ci_high": "high"}
"""Our names and R's."""


def table(name: str) -> pd.DataFrame:
    """Return a file of this folder; only an empty field is missing, so that the code NA of Namibia survives."""
    texts = {"country": str, "stratum": str, "key": str}
    return pd.read_csv(HERE / f"{name}.csv", keep_default_na=False, na_values=[""], dtype=texts)


class Expected:
    """The numbers of one file: design, statistic and cell, with 17 digits.

    Parameters
    ----------
    name : str
        Of the file.
    """

    def __init__(self, name: str) -> None:
        self.rows = table(name).fillna({"key": ""})

    def __call__(self, survey: str, name: str) -> pd.DataFrame:
        """Return the cells of a statistic."""
        rows = self.rows[(self.rows.survey == survey) & (self.rows.id == name)]
        assert len(rows)
        return rows.set_index("key")

    @property
    def names(self) -> set[tuple[str, str]]:
        """Survey and statistic of all numbers, to see that each is compared."""
        return set(zip(self.rows.survey, self.rows.id, strict=True))

    def agree(self, result: Estimates, survey: str, name: str) -> None:
        """Check that every figure of R is ours, cell by cell, and that there is no other cell."""
        ours, theirs = result.to_frame(), self(survey, name)
        ours.index = [";".join(f"{b}={row[b]}" for b in result.by) for _, row in ours.iterrows()]
        assert sorted(ours.index) == sorted(theirs.index)
        ours = ours.loc[theirs.index]
        for figure, other in FIGURES.items():
            given = theirs[other].notna()
            # Where all answers are the same the last digit of the estimate is all that is left of an error.
            digit = np.spacing(theirs["estimate"][given].abs().max()) if figure == "se" and given.any() else 0
            np.testing.assert_allclose(
                ours[figure][given], theirs[other][given], rtol=DIGITS, atol=digit, err_msg=f"{name} {figure}"
            )
        assert (ours["estimate"].isna() == theirs["estimate"].isna()).all()
