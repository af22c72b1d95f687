"""Attacks publications as a stranger would, and counts what can be worked out of the hidden figures.

Usage: python scripts/audit_protection.py [armenia-2007 ...] [--without-secondary] [--published FOLDER] [--show 5]

Each pilot is published into a temporary folder, with the default rules, or taken from a folder where it is published
already. Then ``tables.csv`` is attacked, with the public codebook and what the notes of the report say of folded
categories: nothing of the code that hides figures is used. Each row is an equation between cells (a share times its
base is its numerator, ...), categories add up, a part is no more than its whole, coarser breakdowns hold finer ones,
and a row stands there only where somebody is counted.
What the equations allow is compared with the office's own log: a sensitive cell is recovered when its number in the
sample, or in the population, is in a range narrower than its protection interval. The exit code is 1 when one is, or
when a hidden number stands in a published file in the open.

Numbers of the sample are whole; the programs let them be broken, so an attacker who tries whole numbers only may know a
little more. Errors and intervals of shown figures are not used, nor is what the weights' own tables tell of their size.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent / "attack"))

from attack_equations import Book
from attack_files import stated
from attack_folds import folds_in
from attack_truth import Found, Truth, attacked, truths

from lfs_migration import catalog
from lfs_migration.pipeline import prepare, run, weighed
from lfs_migration.protect import protect
from lfs_migration.publish import INTERNAL, write_protection_log
from lfs_migration.publish.data.tidy import write_tables
from lfs_migration.tabulate import tabulate

PILOTS = Path(__file__).resolve().parents[1] / "examples" / "pilots"
LOG = "protection.csv"


@dataclass(frozen=True)
class Report:
    """What an attack on a publication found.

    Parameters
    ----------
    survey : str
    hidden : sequence of Truth
    found : sequence of Found
        Of the sensitive cells, in the sample and in the population.
    book : Book
        The equations of the file.
    stated : sequence of str
        Hidden numbers that stand in a file.
    seconds : float
    """

    survey: str
    hidden: Sequence[Truth]
    found: Sequence[Found]
    book: Book
    stated: Sequence[str]
    seconds: float

    @cached_property
    def blind(self) -> Sequence[Found]:
        """The same for an attacker who does not know that each row counts somebody; it is worked out when asked for."""
        return attacked(self.book, self.hidden, presence=False)

    @property
    def recovered(self) -> list[Found]:
        """What is known more narrowly than it may be."""
        return [one for one in self.found if one.exposed]

    def told(self, show: int) -> str:
        """Return the report in words, with what is found most easily first."""
        primary, exact = sum(one.primary for one in self.hidden), [one for one in self.recovered if one.exact]
        cells = {one.truth.rows for one in self.recovered}
        lines = [
            f"{self.survey}: {len(self.hidden)} hidden cells, {primary} of them sensitive; {len(cells)} recovered "
            f"({len({one.truth.rows for one in exact})} exactly, the others within their protection interval); "
            f"{len({one.truth.rows for one in self.blind if one.exposed})} without the knowledge that each row counts "
            f"somebody; {self.seconds:.0f} s"
        ]
        easy = {(one.truth.rows, one.what) for one in self.blind if one.exposed}
        order = sorted(self.recovered, key=lambda one: ((one.truth.rows, one.what) not in easy, one.width, str(one)))
        for one in order[:show]:
            lines += [f"  {one}", *(f"    {step}" for step in one.how)]
        return "\n".join([*lines, *(f"  {text}" for text in self.stated[:show])])


def published(pilot: Path, out: Path, *, secondary: bool, indicators: Sequence[str] = ()) -> None:
    """Publish a pilot; without secondary cells only its tables, of all or some indicators, and the log of them."""
    country, edition = pilot.name.rsplit("-", 1)
    if secondary:
        run(country, pilot, out, edition=edition)
        return
    data, _ = weighed(prepare(country, edition, pilot), pilot, "recipe", lambda _: None, None, ())
    made = protect(tabulate(data, indicators), secondary=False)
    for folder in (out / pilot.name, out / INTERNAL / pilot.name):
        folder.mkdir(parents=True)
    write_tables(made, out / pilot.name / "tables.csv")
    write_protection_log(made, out / INTERNAL / pilot.name / LOG)


def half_of_base(manifest: Path) -> float:
    """Return how far a published total may be from the truth by rounding, by what the manifest says of it."""
    if not manifest.exists():
        return 0.0
    rules = (json.loads(manifest.read_text(encoding="utf-8")).get("protection") or {}).get("rules") or {}
    rounding = rules.get("rounding") or {}
    base = float(rounding.get("base") or 0.0)
    return base / 2 if rounding.get("method", "nearest") == "nearest" else base


def attack(folder: Path, log: Path, survey: str) -> Report:
    """Attack one publication.

    Parameters
    ----------
    folder : Path
        With its ``tables.csv``.
    log : Path
        The office's own log of what was hidden, to compare with.
    survey : str
        The edition's id, as ``armenia-2007``.

    Raises
    ------
    Contradiction
        When the equations do not fit the file, or do not fit the truth.
    """
    start, (country, edition) = time.monotonic(), survey.rsplit("-", 1)
    own = catalog.load_country(country, edition)
    codebook, indicators = catalog.load_codebook(own.module, own), catalog.load_indicators(own.module, own)
    folds = folds_in(folder / "report.html", codebook)
    book = Book(codebook, indicators, half_of_base(folder / "manifest.json"), folds)
    book.read(folder / "tables.csv")
    hidden = truths(log, book)
    found = attacked(book, hidden)
    return Report(survey, hidden, found, book, list(stated(folder, hidden)), time.monotonic() - start)


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options of the command line."""
    summary, _, rest = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pilots", nargs="*", help="folders, or names of pilots; all pilots without")
    parser.add_argument(
        "--published", type=Path, help="a folder with publications, and the folder internal beside them"
    )
    parser.add_argument("--without-secondary", action="store_true", help="hide the sensitive cells alone")
    parser.add_argument("--show", type=int, default=5, help="how many recovered cells are told, 5 by default")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Attack the publications asked for; return 0 when nothing is recovered."""
    options = arguments(given)
    names = options.pilots or sorted(path.name for path in PILOTS.glob("*-*") if path.is_dir())
    bad = False
    for name in names:
        pilot = Path(name) if Path(name).is_dir() else PILOTS / name
        with tempfile.TemporaryDirectory() as made:
            out = options.published or Path(made)
            if options.published is None:
                published(pilot, out, secondary=not options.without_secondary)
            report = attack(out / pilot.name, out / INTERNAL / pilot.name / LOG, pilot.name)
        print(report.told(options.show), flush=True)
        bad = bad or bool(report.recovered or report.stated)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
