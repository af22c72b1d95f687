"""What the notes of a published report say of the rests into which categories were folded."""

from __future__ import annotations

import html
import re
from pathlib import Path

from lfs_migration.model.codebook import Codebook
from lfs_migration.model.noun import Text

NOTE = "with too few in the sample to be shown alone: "
REST = re.compile(r"(Other(?: of [^(),]+)?) \(([^()]*)\)")
OTHER = "_O"

Folds = dict[str, dict[str, str]]
"""For each variable, the rest that each folded code is in."""


def folds_in(report: Path, codebook: Codebook) -> Folds:
    """Return in which rest each code of each breakdown is, where all notes of an English report say the same.

    Parameters
    ----------
    report : Path
        ``report.html``; nothing is known where there is none.
    codebook : Codebook
    """
    if not report.exists():
        return {}
    text = html.unescape(report.read_text(encoding="utf-8"))
    out: Folds = {}
    for name, dimension in codebook.dimensions.items():
        found: dict[str, set[str]] = {}
        for note in re.findall(f">[^<>]*{re.escape(_english(dimension.label))}: {NOTE}([^<>]*)<", text):
            for rest, codes in _told(note, name, codebook).items():
                for code in codes:
                    found.setdefault(code, set()).add(rest)
        for variable in dimension.variables.values() if found else ():
            out[variable] = {code: next(iter(rests)) for code, rests in found.items() if len(rests) == 1}
    return out


def _told(note: str, name: str, codebook: Codebook) -> dict[str, list[str]]:
    """Return the codes of each rest that a note tells, by the labels of the code list and those of coarser ones."""
    concept = codebook.dimensions[name].concept
    own = _codes(codebook, name)
    parents = {label: code for other, one in codebook.dimensions.items() if other != name and one.concept == concept
               for label, code in _codes(codebook, other).items()}  # fmt: skip
    out: dict[str, list[str]] = {}
    for rest, labels in REST.findall(note):
        parent = "" if rest == "Other" else parents.get(rest.removeprefix("Other of "))
        if parent is not None:
            out[f"{parent}{OTHER}"] = [own[label] for label in labels.split("; ") if label in own]
    return out


def _codes(codebook: Codebook, name: str) -> dict[str, str]:
    """Return the code of each English label of a breakdown."""
    lists = (codebook.codelist_of(variable) for variable in codebook.dimensions[name].variables.values())
    return {_english(one.label): str(code) for own in lists if own is not None for code, one in own.codes.items()}


def _english(label: Text) -> str:
    return label.get("en", "")
