"""Tables asked for in words: ``em_dest by em_sex where em_age >= 15``.

A text has up to four clauses, in this order but for ``where``:

``WHAT [of RECORD] [where CONDITION] [per|over WHAT [of RECORD] [where CONDITION]] [by NAME, NAME] [where CONDITION]``

:mod:`~lfs_migration.catalog.adhoc.wording` takes it apart, :mod:`~lfs_migration.catalog.adhoc.subjects` says what its
words are in a codebook, :mod:`~lfs_migration.catalog.adhoc.dimensions` makes breakdowns of variables that are none, and
:func:`ad_hoc` makes the indicator.
"""

from lfs_migration.catalog.adhoc.asking import AdHoc, ad_hoc
from lfs_migration.catalog.adhoc.dimensions import MOST, Dimensions
from lfs_migration.catalog.adhoc.wording import STATISTICS

__all__ = ["MOST", "STATISTICS", "AdHoc", "Dimensions", "ad_hoc"]
