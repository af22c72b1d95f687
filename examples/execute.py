"""Run the notebooks of this folder again, and write what they give back into them: ``python examples/execute.py``.

What is written is the same each time: cells have lasting ids, and neither times, paths nor versions are kept. Needs the
extras ``charts`` and ``models``, nbclient, nbformat and ipykernel.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent
SECONDS = 600
"""A cell may take so long."""


def executed(path: Path) -> Any:
    """Return a notebook with the outputs of its cells, run in order in this folder."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": FOLDER}}).execute()
    return tidy(notebook)


def tidy(notebook: Any) -> Any:
    """Return a notebook without what differs from one machine or day to another."""
    notebook.metadata = nbformat.from_dict({
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    })  # fmt: skip
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id, cell.metadata = f"cell-{number:02}", nbformat.from_dict({})
        if cell.cell_type == "code":
            # Messages and warnings are of the machine, not of the survey.
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
        for output in cell.get("outputs", []):
            if output.output_type != "stream":
                output.metadata = nbformat.from_dict({})
    return notebook


def main(names: list[str]) -> None:
    """Run the notebooks that are named, or all."""
    for path in [FOLDER / name for name in names] or sorted(FOLDER.glob("*.ipynb")):
        text = nbformat.writes(executed(path), version=4)
        path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
        print(path.name)


if __name__ == "__main__":
    main(sys.argv[1:])
