"""Making a report of 60 indicators and a whole publication, against plain tables and pictures of the same figures.

    python scripts/bench/publishing.py [--pilot armenia-2007] [--indicators 60] [--turns 3] [--work FOLDER]

The pilot that computes the most of the module's indicators computes 40 of them, in some 200 tables. So 60 are reached
by giving 20 of them a second time, as an office's own variants of other codes and titles, each with all of its
breakdowns: figures, labels and notes are the same, and nothing that is made for one is used for the other. The tables
are protected as in a publication; reading, tabulating and protecting are not timed.

In each turn the report is made, then the whole publication (CSV, workbook, report, profile, exports, SDMX, data
package), then the peer's page, so that a busy machine slows all alike. The peer is what an analyst would write of the
same tables: each by ``pandas.DataFrame.to_html``, and one picture for each indicator, an SVG of bars by Altair and
vl-convert. It does less: no intervals in the pictures, no bars beside the figures, no words for codes, summary, map,
definitions, notes, contents, languages or alternative texts, and one number format; and it has one picture where the
report has the figures of every table drawn. Given are the median seconds, how many times as long as the peer, the
sizes, and the largest memory of the process.
"""

from __future__ import annotations

import argparse
import html
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import lfs_migration as lfm  # noqa: E402
from lfs_migration.model.dataset import Dataset  # noqa: E402
from lfs_migration.model.results import Table  # noqa: E402
from lfs_migration.publish import publish, write_report  # noqa: E402

AIM = 20.0
"""Seconds that the report of 60 indicators may take, on two cores."""
REPORT, WHOLE, PAGE, PICTURES = "report", "whole publication", "peer: tables", "peer: tables and pictures"


def figures(pilot: str, indicators: int) -> tuple[Dataset, tuple[Table, ...]]:
    """Return a pilot, and the protected tables of so many indicators."""
    country, edition = pilot.rsplit("-", 1)
    data = lfm.weigh(lfm.harmonise(lfm.read(ROOT / "examples" / "pilots" / pilot, lfm.load_country(country, edition))))
    tables = tuple(lfm.protect(lfm.tabulate(data)))
    return data, (*tables, *variants(tables, indicators))


def variants(tables: Sequence[Table], indicators: int) -> list[Table]:
    """Return the tables of the first indicators again, under other codes, until there are so many of them."""
    codes = list(dict.fromkeys(table.indicator.code for table in tables))
    if not 0 < indicators <= 2 * len(codes):
        raise SystemExit(
            f"{len(codes)} indicators are computed, and each can have one variant: give 1 to {2 * len(codes)}"
        )
    again = codes[: max(indicators - len(codes), 0)]
    return [replace(table, indicator=_variant(table)) for table in tables if table.indicator.code in again]


def _variant(table: Table) -> Any:
    own = table.indicator
    title = {language: f"{words} *" for language, words in own.title.items()}
    return own.model_copy(update={"code": f"{own.code}x", "title": title})


def peer(tables: Sequence[Table], path: Path, *, pictures: bool) -> Path:
    """Write a page with each table as pandas writes it, and one picture for each indicator if it is asked for."""
    frames = [table.to_frame() for table in tables]
    parts, drawn = ["<!DOCTYPE html><meta charset='utf-8'><title>Tables</title>"], set[str]()
    for table, frame in zip(tables, frames, strict=True):
        parts.append(f"<h2>{html.escape(table.indicator.title['en'])}</h2>")
        if pictures and table.indicator.code not in drawn and table.dimensions:
            parts.append(picture(frame[frame["flag"] != "suppress"], table.dimensions))
            drawn.add(table.indicator.code)
        parts.append(frame.to_html(index=False, na_rep="", float_format="{:,.1f}".format))
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def picture(frame: Any, dimensions: Sequence[str]) -> str:
    """Return bars of a table as an SVG, coloured by the first of several breakdowns."""
    import altair
    import vl_convert

    bars = altair.Chart(frame[[*dimensions, "estimate"]]).mark_bar().encode(x="estimate:Q", y=f"{dimensions[-1]}:N")
    if len(dimensions) > 1:
        bars = bars.encode(color=f"{dimensions[0]}:N")
    made: str = vl_convert.vegalite_to_svg(bars.to_dict())
    return made


def contestants(data: Dataset, tables: Sequence[Table], work: Path) -> dict[str, Callable[[], Path]]:
    """Return what is made in each turn, by name."""
    made = {
        REPORT: lambda: write_report(tables, work / "report.html", data=data),
        WHOLE: lambda: publish(tables, work / "publication", data=data)[-1].parent,
        PAGE: lambda: peer(tables, work / "tables.html", pictures=False),
    }
    try:
        import altair  # noqa: F401
        import vl_convert  # noqa: F401
    except ImportError:
        print("Altair or vl-convert is not installed: the peer draws nothing")
        return made
    return {**made, PICTURES: lambda: peer(tables, work / "page.html", pictures=True)}


def size(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    return sum(one.stat().st_size for one in (path.rglob("*") if path.is_dir() else [path]) if one.is_file())


def report(found: dict[str, list[float]], places: dict[str, Path]) -> str:
    """Return the results as a table, and whether the aim was met."""
    seconds = {name: statistics.median(turns) for name, turns in found.items()}
    lines = [f"| {'':26} | seconds | lowest | highest | x tables | x with pictures | MB |", f"|{'---|' * 7}"]
    for name, turns in found.items():
        against = [f"{seconds[name] / seconds[other]:.2f}" if other in seconds else "" for other in (PAGE, PICTURES)]
        lines.append(
            f"| {name:26} | {seconds[name]:7.2f} | {min(turns):6.2f} | {max(turns):7.2f} | {against[0]:>8} "
            f"| {against[1]:>15} | {size(places[name]) / 1e6:.1f} |"
        )
    took = seconds[REPORT]
    lines.append(f"The report takes {took:.1f} s; aim {AIM:g} s: {'met' if took <= AIM else 'MISSED'}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return "\n".join([*lines, f"Largest memory: {peak / 1e6:,.0f} MB"])


def main(given: Sequence[str] | None = None) -> bool:
    """Make the tables, then all contestants in turn, and print what they took; return whether the aim was met."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--pilot", default="armenia-2007", help="one of examples/pilots")
    words.add_argument("--indicators", type=int, default=60)
    words.add_argument("--turns", type=int, default=3)
    words.add_argument("--work", type=Path, default=ROOT / "build" / "benchmarks" / "publishing")
    chosen = words.parse_args(given)
    chosen.work.mkdir(parents=True, exist_ok=True)
    data, tables = figures(chosen.pilot, chosen.indicators)
    count, cells = len({table.indicator.code for table in tables}), sum(len(table.cells) for table in tables)
    print(f"{chosen.pilot}: {count} indicators, {len(tables):,} tables, {cells:,} figures", flush=True)
    found: dict[str, list[float]] = {}
    places: dict[str, Path] = {}
    for turn in range(chosen.turns + 1):  # libraries are loaded late: the first turn is not counted
        for name, make in contestants(data, tables, chosen.work).items():
            start = time.perf_counter()
            places[name] = make()
            if turn:
                found.setdefault(name, []).append(time.perf_counter() - start)
    print(report(found, places))
    return statistics.median(found[REPORT]) <= AIM


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
