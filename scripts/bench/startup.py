"""How long a fresh interpreter takes to import the package, and the command to show its help."""

from __future__ import annotations

import shutil
import sys

from contest import OURS, Aim, Contest, Contestant, Subject
from setting import Setting


def contests(setting: Setting) -> list[Contest]:
    """Return both contests."""
    bare = [Contestant("Python, nothing", [sys.executable, "-c", "pass"])] if "numpy" in setting.peers else []
    show = "import sys; from lfs_migration.cli import main; sys.argv = ['lfs-migration', '--help']; main()"
    return [
        Contest("import", "Import in a fresh interpreter", [*_ours(setting), *bare, *_others(setting)], workers=False),
        Contest("help", "lfs-migration --help", [_python(setting, show), *bare], workers=False),
    ]


def _python(setting: Setting, code: str, name: str = OURS) -> Contestant:
    return Contestant(name, [sys.executable, "-c", code], environment=setting.paths)


def _ours(setting: Setting) -> list[Contestant]:
    """Return the package as it is imported, and with its verb: what that needs is loaded when it is first named."""
    ready = _python(setting, "from lfs_migration import estimate", f"{OURS}, its estimate")
    return [_python(setting, "import lfs_migration"), ready]


def _others(setting: Setting) -> list[Contestant]:
    """Return the peers that are imported: Python's by their names, R's by ``library``."""
    found = []
    for package in ("svy", "samplics"):
        python = setting.python(package)
        if package in setting.peers and python:
            found.append(Contestant(package, [python, "-W", "ignore", "-c", f"import {package}"]))
    program = shutil.which("Rscript")
    if "r" in setting.peers and program:
        found.append(Contestant("R survey", [program, "-e", "library(survey)"]))
    return found


SUBJECT = Subject("startup", contests, [Aim("import", 0.3), Aim("help", 0.4)])
