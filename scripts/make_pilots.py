"""Makes the synthetic pilot surveys under examples/pilots, or checks that they are as this version makes them.

Usage: python scripts/make_pilots.py [--check]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lfs_migration import catalog, synth
from lfs_migration.model.country import Edition

PILOTS = Path(__file__).resolve().parents[1] / "examples" / "pilots"


def main(arguments: list[str]) -> int:
    """Write the pilots, or compare them; return 1 when ``--check`` finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true", help="compare the bytes with what is there, and write nothing")
    if not parser.parse_args(arguments).check:
        make(PILOTS)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        found = list(differences(Path(folder), PILOTS))
    for line in found:
        print(line)
    return 1 if found else 0


def make(out: Path) -> None:
    """Write every synthetic edition into a folder of its own inside ``out``."""
    for edition in editions():
        synth.generate(edition, catalog.load_codebook(edition.module, edition), out / edition.id)


def editions() -> Iterator[Edition]:
    """Yield the editions whose files are generated."""
    for name, year in catalog.countries():
        edition = catalog.load_country(name, year)
        if edition.synthetic is not None:
            yield edition


def differences(made: Path, there: Path) -> Iterator[str]:
    """Yield a line for each file of the pilots that is absent, surplus or different."""
    fresh = {path.relative_to(made): path for path in made.rglob("*") if path.is_file()}
    old = {path.relative_to(there): path for path in there.glob("*/*") if path.is_file()}
    for name in sorted({*fresh, *old}):
        if name not in old:
            yield f"{name}: is not there"
        elif name not in fresh:
            yield f"{name}: is not made by this version"
        elif fresh[name].read_bytes() != old[name].read_bytes():
            yield f"{name}: differs"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
