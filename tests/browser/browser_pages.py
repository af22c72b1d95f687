"""Pages that the browser tests look at: publications of the pilots, codebooks and printed questionnaires."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pilot_tables import of_each_indicator

from lfs_migration import catalog, pipeline
from lfs_migration.forms.paper import write_paper
from lfs_migration.metadata.page import write_page
from lfs_migration.publish import INTERNAL

PILOTS = Path(__file__).parents[2] / "examples" / "pilots"
SPOKEN = {"armenia": ("hy", "en", "ru"), "ecuador": ("es", "fr"), "egypt": ("ar", "en"), "thailand": ("th",)}
"""Languages of each pilot's publication; the first is its own. All together are the seven."""
WHOLE = ("armenia", "egypt")
"""Pilots whose reports have all their tables: one from left to right, one from right to left. The rest have a fifth."""
CODEBOOKS = (("", "en"), ("egypt", "ar"))
QUESTIONNAIRES = (("emigration", "fr"), ("armenia-2007", "hy"), ("egypt-2006", "ar"), ("thailand-2008", "th"))


@dataclass(frozen=True)
class Sight:
    """A page: its kind, what it is of, and its language."""

    kind: str
    of: str
    language: str

    def __str__(self) -> str:
        """Return its name among the tests."""
        return "-".join(filter(None, (self.kind, self.of, self.language)))


REPORTS = tuple(Sight("report", pilot, language) for pilot, spoken in SPOKEN.items() for language in spoken)
PROFILES = tuple(Sight("profile", one.of, one.language) for one in REPORTS)
FINDINGS = tuple(Sight("findings", pilot, spoken[0]) for pilot, spoken in SPOKEN.items())
OTHERS = (
    *(Sight("codebook", country, language) for country, language in CODEBOOKS),
    *(Sight("questionnaire", name, language) for name, language in QUESTIONNAIRES),
)
# By pilot, so that a browser that is given a share of the tests makes a share of the pilots.
PAGES = (*sorted((*REPORTS, *PROFILES, *FINDINGS), key=lambda one: list(SPOKEN).index(one.of)), *OTHERS)


class Pages:
    """Makes pages in a folder, each once, also where several processes test at the same time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sight: Sight) -> Path:
        """Return the file of a page."""
        if sight.kind in ("codebook", "questionnaire"):
            out = self.folder / f"{sight}.html"
            with alone(out):
                if not out.exists():
                    _codebook(sight, out) if sight.kind == "codebook" else _questionnaire(sight, out)
            return out
        first = SPOKEN[sight.of][0] == sight.language
        name = f"{sight.kind}.html" if first else f"{sight.kind}.{sight.language}.html"
        return self.publication(sight.of, internal=sight.kind == "findings") / name

    def publication(self, pilot: str, *, internal: bool = False) -> Path:
        """Return the folder of a pilot's publication in its languages, or of what is for the office alone.

        While another process makes it, this one makes what will be asked for next rather than wait.
        """
        if not self._published(pilot, wait=False):
            any(self._published(other, wait=False) for other in SPOKEN if not self._done(other))
            self._published(pilot, wait=True)
        edition = catalog.load_country(pilot).id
        return self.folder / INTERNAL / edition if internal else self.folder / edition

    def _done(self, pilot: str) -> bool:
        return (self.folder / catalog.load_country(pilot).id / "manifest.json").exists()

    def _published(self, pilot: str, *, wait: bool) -> bool:
        """Publish a pilot, once; say no where another process is at it, unless it is to be waited for."""
        edition = catalog.load_country(pilot).id
        with alone(self.folder / edition, wait=wait) as mine:
            if mine and not self._done(pilot):
                tables = None if pilot in WHOLE else self._tables(pilot)
                pipeline.run(pilot, PILOTS / edition, self.folder, languages=SPOKEN[pilot], tables_file=tables)
            return mine

    def _tables(self, pilot: str) -> Path:
        return of_each_indicator(catalog.load_country(pilot), self.folder / f"{pilot}.tables.yaml")


def _codebook(sight: Sight, out: Path) -> None:
    edition = catalog.load_country(sight.of) if sight.of else None
    book = catalog.load_codebook("emigration", edition)
    asked = catalog.load_questionnaire(edition.id if edition is not None else "emigration")
    write_page(book, out, language=sight.language, edition=edition, questionnaire=asked)


def _questionnaire(sight: Sight, out: Path) -> None:
    asked = catalog.load_questionnaire(sight.of)
    edition = catalog.edition_of(asked)
    write_paper(asked, catalog.load_codebook(asked.module, edition), out, sight.language, edition)


@contextmanager
def alone(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Let one process at a time make a file; without waiting, say whether it is this one."""
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
