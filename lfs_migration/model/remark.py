"""What a reader of the codebooks, countries and questionnaires is told about them."""

from __future__ import annotations

from typing import Literal

from lfs_migration.model.noun import Noun


class Remark(Noun):
    """Something to mend (an error), or to look at (a note).

    Parameters
    ----------
    severity : str
        An ``error`` contradicts what is written elsewhere; a ``note`` may be meant.
    about : str
        The variable, list, rule, indicator or item.
    where : str
        ``file:line``.
    message : str
        What was found, and how often.
    remedy : str
        What to do about it.

    Examples
    --------
    >>> print(Remark(severity="note", about="SEX", where="a.yaml:3", message="No label in fr", remedy="Add one"))
    a.yaml:3: No label in fr. Add one.
    """

    severity: Literal["error", "note"]
    about: str
    where: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}. {self.remedy}."
