"""Imports go down only: who stands on which floor, and which library enters through which door."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import lfs_migration
from lfs_migration import verbs

PACKAGE = Path(lfs_migration.__file__).parent
ROAD = 7
FLOORS = {
    "errors": 0, "text": 0,
    "model": 1, "expr": 1, "files": 1, "seals": 1,
    "frames": 2, "catalog": 2, "readers": 2, "pages": 2, "locks": 2,
    "engine": 3,
    "sample": 4,
    "harmonise": 5, "validate": 5, "weights": 5, "estimate": 5,
    "tabulate": 6, "protect": 6, "publish": 6, "synth": 6, "metadata": 6,
    "forms": 6, "matching": 6, "comparing": 6,
    "cli": ROAD, "pipeline": ROAD, "demonstration": ROAD, "inspection": ROAD, "verbs": ROAD, "app": ROAD,
    "weighting": ROAD, "lookup": ROAD, "checking": ROAD, "exporting": ROAD, "converting": ROAD,
    "comparison": ROAD, "tabling": ROAD, "batch": ROAD, "provenance": ROAD,
    "collector": ROAD, "explain": ROAD, "settings": ROAD, "drafting": ROAD, "verification": ROAD,
    "__init__": ROAD, "__main__": ROAD,
}  # fmt: skip
DOORS = {
    "narwhals": ("frames",),
    "duckdb": ("frames",),
    "filelock": ("locks",),
    "pyspark": ("frames",),
    "ruamel": ("catalog",),
    "babel": ("catalog", "publish.figures"),
    "pyreadstat": ("readers",),
    "pandera": ("validate.schema", "validate.checks"),
    "jinja2": ("pages",),
    "openpyxl": ("readers",),
    "altair": ("publish.papers.charts", "publish.papers.chart_files"),
    "vl_convert": ("publish.papers.chart_files",),
    "docx": ("publish.papers.word",),
    "pysdmx": ("publish.sdmx.ml",),
    "xlsxwriter": ("publish", "forms"),
}
FEW = {"errors": (), "text": (), "files": (), "seals": (),
       "model": ("pydantic", "numpy"), "expr": ("pydantic", "numpy"), "engine": ("numpy", "scipy")}  # fmt: skip


@dataclass(frozen=True)
class Import:
    """One import statement: what, in which line, and in which function (empty at the top)."""

    name: str
    line: int
    function: str = ""


def imports(node: ast.AST, module: str, function: str = "") -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from (i for part in child.orelse for i in imports(ast.Module([part], []), module, function))
        elif isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, function) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield from (Import(name, child.lineno, function) for name in sources(child, module))
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from imports(child, module, child.name)
        else:
            yield from imports(child, module, function)


def sources(node: ast.ImportFrom, module: str) -> list[str]:
    """The modules of a `from` import; a relative one is made absolute."""
    base = node.module or ""
    if node.level:
        base = ".".join([*["lfs_migration", *module.split(".")][: -node.level], *filter(None, [node.module])])
    return [f"{base}.{alias.name}" for alias in node.names] if base == "lfs_migration" else [base]


def wrongs(text: str, module: str) -> list[str]:
    """What the text of a module, `frames.columns` say, does against the floors."""
    room = module.split(".", maxsplit=1)[0]
    if room not in FLOORS:
        return [f"{module} stands on no floor"]
    return [f"{module}:{i.line} {why}" for i in imports(ast.parse(text), module) if (why := wrong(i, module, room))]


def wrong(one: Import, module: str, room: str) -> str:
    top, *rest = one.name.split(".")
    if top == "lfs_migration":
        return wrong_floor(rest[0] if rest else "__init__", room)
    if top in sys.stdlib_module_names:
        return ""
    doors = DOORS.get(top)
    if doors and not any(module == door or module.startswith(f"{door}.") for door in doors):
        return f"{top} enters through {' and '.join(doors)} only"
    in_to_frame = room == "model" and top == "pandas" and one.function == "to_frame"
    if room in FEW and top not in FEW[room] and not in_to_frame:
        return f"{room} does not import {top}"
    return ""


def wrong_floor(target: str, room: str) -> str:
    if target not in FLOORS:
        return f"imports {target}, which stands on no floor"
    if target == room or FLOORS[target] < FLOORS[room]:
        return ""
    if FLOORS[room] == ROAD and target != "__init__":
        return ""
    return f"{room} (floor {FLOORS[room]}) imports {target} (floor {FLOORS[target]})"


def modules() -> dict[str, Path]:
    paths = {path.relative_to(PACKAGE).with_suffix(""): path for path in sorted(PACKAGE.rglob("*.py"))}
    return {".".join(name.parts).removesuffix(".__init__"): path for name, path in paths.items()}


def test_a_module_imports_only_from_below():
    assert len(modules()) > 400
    found = [(module, wrong) for module, path in modules().items() for wrong in wrongs(path.read_text("utf-8"), module)]
    assert found == []


@pytest.mark.parametrize(
    ("module", "text", "why"),
    [
        ("model.codebook", "from lfs_migration.catalog import load", "model (floor 1) imports catalog (floor 2)"),
        ("validate.checks", "from lfs_migration import estimate", "validate (floor 5) imports estimate (floor 5)"),
        ("errors", "def f():\n    from lfs_migration.text import pick", "errors (floor 0) imports text (floor 0)"),
        ("validate.checks", "from ..estimate import x", "validate (floor 5) imports estimate (floor 5)"),
        ("tabulate.tabulate", "import lfs_migration", "tabulate (floor 6) imports __init__ (floor 7)"),
        ("harmonise.mapping", "import narwhals.stable.v2 as nw", "narwhals enters through frames only"),
        ("readers.packages.child", "from ruamel.yaml import YAML", "ruamel enters through catalog only"),
        ("catalog.areas", "import pyreadstat", "pyreadstat enters through readers only"),
        ("validate.validate", "def f():\n    import pandera", "pandera enters through validate.schema and"),
        ("publish.pages.view", "import duckdb", "duckdb enters through frames only"),
        ("validate.validate", "def f():\n    import pyspark", "pyspark enters through frames only"),
        ("model.results", "import pandas as pd", "model does not import pandas"),
        ("model.results", "def other():\n    import pandas as pd", "model does not import pandas"),
        ("expr", "import pyarrow", "expr does not import pyarrow"),
        ("cellar.wine", "import numpy", "cellar.wine stands on no floor"),
        ("cli", "from lfs_migration.cellar import wine", "imports cellar, which stands on no floor"),
    ],
)
def test_a_bad_import_is_seen(module, text, why):
    assert any(why in line for line in wrongs(text, module))


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("model.results", "def to_frame(self):\n    import pandas as pd"),
        ("model.results", "if TYPE_CHECKING:\n    import pandas as pd"),
        ("frames.scope", "import narwhals.stable.v2 as nw\nfrom lfs_migration.frames import columns"),
        ("cli", "from lfs_migration import pipeline, catalog"),
        ("catalog.areas", "from . import documents"),
    ],
)
def test_a_good_import_is_allowed(module, text):
    assert wrongs(text, module) == []


def test_the_verbs_for_type_checkers_are_the_public_names():
    assert sorted(verbs.__all__) == sorted(lfs_migration.__all__)


@pytest.mark.parametrize("name", lfs_migration.__all__)
def test_a_public_name_is_what_the_verbs_say(name):
    assert getattr(lfs_migration, name) is getattr(verbs, name)


def test_a_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"no attribute 'estimat'"):
        _ = lfs_migration.estimat


def fresh(code: str) -> str:
    """Run code in a new interpreter and return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_the_package_loads_no_heavy_library():
    heavy = "{'pandas', 'pandera', 'scipy', 'typer', 'numpy', 'pyarrow', 'narwhals', 'pydantic', 'ruamel', 'duckdb'}"
    assert fresh(f"import lfs_migration, sys; print(sorted({heavy} & set(sys.modules)))") == "[]"


@pytest.mark.parametrize("name", ["estimate", "harmonise", "validate", "tabulate", "publish"])
def test_a_verb_stays_a_function_after_its_folder_is_imported(name):
    code = f"import lfs_migration as lfm, lfs_migration.{name}; print(callable(lfm.{name}), lfm.{name}.__name__)"
    assert fresh(code) == f"True {name}"


def test_a_folder_can_still_be_imported_by_its_full_name():
    code = "from lfs_migration.sample import By; import lfs_migration as lfm; print(By.__name__, lfm.estimate)"
    assert fresh(code).startswith("By <function estimate")
