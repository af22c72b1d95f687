"""Where a benchmark's files and peers are: each Python peer in an environment of its own, R where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from contest import OURS, Contestant
from people import people

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BARE = "numpy, bare sums"
BY_HAND = "estimate and se only"
PEERS = {
    "svy": ("svy==0.35.0",),
    "samplics": ("samplics==0.6.1",),
    "duckdb": ("duckdb==2.0.0", "numpy", "scipy"),
    "polars": ("polars==2.1.0", "numpy", "scipy"),
}
"""The Python peers, and what pip installs for each; a peer has the name of its package."""
EVERYONE = ("numpy", *PEERS, "r")
"""All whom ours can be compared with; ``numpy`` is the bare sums, and needs nothing that ours does not."""


@dataclass(frozen=True)
class Setting:
    """Files and peers.

    Parameters
    ----------
    folder : Path
        Holds the files that are made and the peers' environments.
    rows : int
        Of the person file.
    peers : sequence of str
        Those who take part.
    """

    folder: Path
    rows: int = 1_000_000
    peers: Sequence[str] = EVERYONE

    def people(self, form: str = "parquet") -> Path:
        """Return the person file, made when it is first asked for.

        Parameters
        ----------
        form : str
            ``parquet`` or ``csv``.
        """
        path = self.folder / f"people-{self.rows}.{form}"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            frame = people(self.rows)
            unfinished = path.with_suffix(".part")
            frame.to_parquet(unfinished) if form == "parquet" else frame.to_csv(unfinished, index=False)
            unfinished.rename(path)
        return path

    @property
    def paths(self) -> dict[str, str]:
        """Variables that let a process import the package of this clone."""
        return {"PYTHONPATH": str(ROOT)}

    def ours(self, job: str, *arguments: object, name: str = OURS, note: str = "") -> Contestant:
        """Return our contestant: a class such as ``by_lfm:Tables``, and what it is made with."""
        worker, version = _worker(sys.executable, job, arguments), _version(sys.executable, OURS)
        return Contestant(name, worker, version, note=note, environment=self.paths)

    def bare(self, job: str, *arguments: object, name: str = BARE, note: str = "") -> list[Contestant]:
        """Return the least that numpy can do, if it takes part."""
        if "numpy" not in self.peers:
            return []
        version = _version(sys.executable, "numpy")
        return [Contestant(name, _worker(sys.executable, job, arguments), version, note=note)]

    def peer(self, package: str, name: str, job: str, *arguments: object, note: str = "") -> list[Contestant]:
        """Return a Python peer, if it takes part."""
        if package not in self.peers:
            return []
        python = self.python(package)
        if python is None:
            return [Contestant(name, missing=f"not here: run.py --install {package}")]
        return [Contestant(name, _worker(python, job, arguments), _version(python, package), note=note)]

    def python(self, package: str) -> str | None:
        """Return the Python that has a peer's package: that of its own environment, or this one."""
        own = str(self._environment(package) / "bin" / "python")
        return next((python for python in (own, sys.executable) if _version(python, package)), None)

    def _environment(self, package: str) -> Path:
        return self.folder / "peers" / package

    def install(self, package: str) -> None:
        """Make a peer's environment with pip; what cannot be installed is said, and is missing later."""
        folder = self._environment(package)
        print(f"installing {package} in {folder}")
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *PEERS[package]]
        if subprocess.run(pip, check=False).returncode:
            print(f"{package} could not be installed; the benchmarks will say that it is missing")
        _version.cache_clear()

    def r(self, name: str, *words: str, note: str = "", script: str = "survey.R") -> list[Contestant]:
        """Return R's ``survey``, if it takes part: a script, and what it is told before the name of the file."""
        if "r" not in self.peers:
            return []
        program, version = shutil.which("Rscript"), _survey()
        if program is None or not version:
            return [Contestant(name, missing="not here: install R and its package survey")]
        command = [program, str(HERE / script), *words, str(self.people("csv"))]
        return [Contestant(name, command, version, note=note)]


def _worker(python: str, job: str, arguments: Sequence[object]) -> list[str]:
    return [python, str(HERE / "worker.py"), *job.split(":"), *map(str, arguments)]


@cache
def _version(python: str, package: str) -> str:
    """Return a package's version in an environment, empty if it is not there."""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    try:
        made = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return made.stdout.strip()


@cache
def _survey() -> str:
    """Return the versions of R and its package ``survey``, empty if one of them is missing."""
    program = shutil.which("Rscript")
    if program is None:
        return ""
    code = 'cat(as.character(packageVersion("survey")), "in R", as.character(getRversion()))'
    return subprocess.run([program, "-e", code], capture_output=True, text=True, check=False).stdout.strip()
