"""Small editions and codebooks made from the shipped ones by changing a line."""

from __future__ import annotations

import shutil
from pathlib import Path

from lfs_migration import catalog


class Mexico:
    """Mexico's file, to be written to a folder with one text put in place of another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.text = (catalog.folder() / "countries" / "mexico-2023.yaml").read_text(encoding="utf-8")

    def __call__(self, old: str, new: str) -> Path:
        path = self.folder / "mexico-2023.yaml"
        path.write_text(changed(self.text, old, new), encoding="utf-8")
        return path


class Books:
    """A copy of all codebooks, to change a text of one file in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "codebooks"
        shutil.copytree(catalog.folder(), self.folder)

    def __call__(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        path.write_text(changed(path.read_text(encoding="utf-8"), old, new), encoding="utf-8")


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{text.count(old)} times: {old}"
    return text.replace(old, new)


def line(path: Path, text: str) -> str:
    """`file:line` of the only line of a file that holds a text."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [number for number, content in enumerate(lines, start=1) if text in content]
    assert len(found) == 1, f"{text} stands in lines {found}"
    return f"{path.name}:{found[0]}"
