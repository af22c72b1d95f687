"""The notebooks of the examples: executed, tidy, and what they show is what comes out."""

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
NOTEBOOKS = sorted(path.name for path in EXAMPLES.glob("*.ipynb"))
TEXTS = ("text/plain", "text/html")


def cells(name):
    """The code cells of a notebook."""
    notebook = json.loads((EXAMPLES / name).read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def shown(cell):
    """What a cell prints and shows, as text."""
    for output in cell["outputs"]:
        yield from (
            [output["text"]] if "text" in output else [output["data"][kind] for kind in TEXTS if kind in output["data"]]
        )


def lines(cell):
    return "".join("".join(text) for text in shown(cell)).splitlines()


def test_there_is_one_for_each_user():
    assert NOTEBOOKS == ["analyst_yearly_publication.ipynb", "batch_of_pilots.ipynb", "researcher_who_emigrates.ipynb"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_executed_and_tells_nothing_of_the_machine(name):
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    notebook = json.loads(text)
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    assert [cell["id"] for cell in notebook["cells"]] == [f"cell-{n:02}" for n in range(1, len(notebook["cells"]) + 1)]
    assert [cell["execution_count"] for cell in cells(name)] == list(range(1, len(cells(name)) + 1))
    outputs = [output for cell in cells(name) for output in cell["outputs"]]
    assert len(outputs) > 5 and all(output.get("name") != "stderr" for output in outputs)
    assert {output["output_type"] for output in outputs} <= {"stream", "execute_result", "display_data"}
    assert not re.search(r"(?<![\w.:/<])/[A-Za-z]|\b[A-Z]:\\|site-packages|<script", text), "a path from the root"
    assert len(text) < 200_000
    assert "synthetic" in text.lower()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_draws_a_chart_that_needs_no_script(name):
    kinds = {kind for cell in cells(name) for output in cell["outputs"] for kind in output.get("data", {})}
    assert "image/svg+xml" in kinds and kinds <= {"image/svg+xml", *TEXTS}


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_what_a_notebook_shows_is_what_comes_out(name, monkeypatch, tmp_path):
    for library in ("nbclient", "ipykernel", "altair", "vl_convert", "statsmodels", "docx"):
        pytest.importorskip(library)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.syspath_prepend(str(EXAMPLES))
    execute = pytest.importorskip("execute")
    # The kernel waits on sockets that it leaves to the garbage collector.
    made = [cell for cell in execute.executed(EXAMPLES / name)["cells"] if cell["cell_type"] == "code"]
    for number, (new, old) in enumerate(zip(made, cells(name), strict=True), start=1):
        assert lines(new) == lines(old), f"{name}, code cell {number}: run python examples/execute.py {name}"
    sys.modules.pop("execute", None)
