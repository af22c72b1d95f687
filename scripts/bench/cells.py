"""One table of 2,000 cells: emigrants by destination, age and region.

R's expert form is not here: it makes a column for each cell, and took 15 GB with 20,000 rows.
"""

from __future__ import annotations

from contest import Aim, Contest, Subject
from setting import BY_HAND, Setting


def contests(setting: Setting) -> list[Contest]:
    """Return the one contest."""
    file = setting.people()
    return [
        Contest(
            "cells",
            f"One table of 2,000 cells of {setting.rows:,} rows",
            [
                setting.ours("by_lfm:Tables", file, "cells"),
                *setting.bare("by_numpy:Sums", file, "cells", note="sums only"),
                *setting.peer("duckdb", "DuckDB, by hand", "by_groups:DuckDB", file, "cells", note=BY_HAND),
                *setting.peer("polars", "polars, by hand", "by_groups:Polars", file, "cells", note=BY_HAND),
                *setting.peer("svy", "svy", "by_svy:Tables", file, "cells"),
                *setting.peer("samplics", "samplics", "by_samplics:Tables", file, "cells"),
                *setting.r("R survey, svyby", "svyby", "cells"),
            ],
        )
    ]


SUBJECT = Subject("cells", contests, [Aim("cells", 0.05), Aim("cells", 0.5e9, measure="memory")])
