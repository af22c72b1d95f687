"""Files that are larger than the memory that is allowed: Parquet through DuckDB, against group-bys written by hand."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from contest import Aim, Contest, Subject
from people import people
from setting import BY_HAND, Setting

SIZES = (100_000, 1_000_000, 10_000_000, 50_000_000)
CHUNK = 1_000_000


def contests(setting: Setting) -> list[Contest]:
    """Return a contest for each size, and one of medians for the largest."""
    sizes = [_contest(setting, f"large-{rows:.0e}", rows, "sums", "Eleven tables") for rows in SIZES]
    return [*sizes, _contest(setting, "large-median", SIZES[-1], "median", "A median by sex with its interval")]


def _contest(setting: Setting, name: str, rows: int, chosen: str, words: str) -> Contest:
    file = _file(setting.folder / f"large-{rows}.parquet", rows)
    return Contest(
        name,
        f"{words} of a Parquet file of {rows:,} rows",
        [
            setting.ours("by_lfm:File", file, chosen),
            *setting.peer("duckdb", "DuckDB, by hand", "by_groups:File", file, chosen, note=BY_HAND),
        ],
    )


def _file(path: Path, rows: int) -> Path:
    """Return a person file, made chunk after chunk when it is first asked for; each has the same 4,000 units."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished, writer = path.with_suffix(".part"), None
    for seed in range(max(rows // CHUNK, 1)):
        table = pa.Table.from_pandas(people(min(rows, CHUNK), seed=seed + 1), preserve_index=False)
        writer = writer or pq.ParquetWriter(unfinished, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()
    unfinished.rename(path)
    return path


SUBJECT = Subject(
    "large",
    contests,
    [
        Aim("large-5e+07", 2, than="DuckDB, by hand"),
        Aim("large-5e+07", 1e9, measure="memory"),
        Aim("large-median", 1e9, measure="memory"),
    ],
)
