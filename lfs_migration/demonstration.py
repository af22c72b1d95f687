"""The demonstration: four synthetic pilot surveys, made and published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from lfs_migration import catalog, pipeline, synth
from lfs_migration.model.results import TOTAL, Cell, Table
from lfs_migration.publish.figures import show
from lfs_migration.settings import stage_of
from lfs_migration.text import pick


def demo(out: Path, say: Callable[[str], None]) -> Iterator[str]:
    """Make every synthetic edition of the catalog in ``out/data``, run it, and yield a table of headline figures.

    Parameters
    ----------
    out : Path
    say : callable
        Takes progress messages.
    """
    rows: list[tuple[str, ...]] = [("survey", "figure", "estimate", "s.e.", "n", "flag")]
    for name, edition in catalog.countries():
        country = catalog.load_country(name, edition)
        if country.synthetic is None:
            continue
        say(f"{country.id}: make the synthetic files")
        files = out / "data" / country.id
        codebook = catalog.load_codebook(country.module, country)
        synth.generate(country, codebook, files)
        told = partial(_prefixed, say, country.id)
        result = pipeline.run(name, files, out, edition=edition, say=told, stage=stage_of(None, out, told, None))
        rows += list(_headlines(country.id, result.tables, codebook.headlines))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(
            word.rjust(width) if i in (2, 3, 4) else word.ljust(width)
            for i, (word, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
    yield ""
    yield f"All data are synthetic. Reports: {out}/<survey>/report.html"


def _prefixed(say: Callable[[str], None], survey: str, words: str) -> None:
    say(f"{survey}: {words}")


def _headlines(survey: str, tables: Sequence[Table], chosen: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for table in tables:
        if table.indicator.code not in chosen or len(table.dimensions) > len(table.indicator.of[:1]):
            continue
        for cell in table.cells:
            if not table.dimensions or cell.keys[table.dimensions[-1]] not in (TOTAL, "_U"):
                yield (survey, _named(table, cell), *_shown(cell))


def _named(table: Table, cell: Cell) -> str:
    title = pick(table.indicator.title)
    labels = [pick(table.labels[d][cell.keys[d]]) for d in table.dimensions]
    return f"{', '.join([title, *labels])}, {cell.unit}"


def _shown(cell: Cell) -> tuple[str, str, str, str]:
    if cell.flag == "suppress":
        return "-", "-", show(cell.n, 0) or "-", cell.flag
    form = "{:,.0f}" if cell.unit in ("persons", "households") else "{:,.1f}"
    return form.format(cell.estimate), form.format(cell.se), show(cell.n, 0), cell.flag
