"""Nothing that stands in data, in YAML or in a formula is run."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pandas as pd
import pytest
from hostile_survey import small
from syntax import PACKAGE, calls, given, modules

import lfs_migration as lfm
from lfs_migration import catalog
from lfs_migration.catalog.documents import load
from lfs_migration.checking import sound
from lfs_migration.errors import CatalogError, LfsMigrationError
from lfs_migration.pages import template

TAGS = (
    "!!python/object/apply:os.system ['touch {mark}']",
    "!!python/object/new:os.system ['touch {mark}']",
    "!!python/name:os.system ''",
    "!!python/module:os ''",
    "!!python/object/apply:subprocess.Popen {{args: [[touch, {mark}]]}}",
    "!<tag:yaml.org,2002:python/object/apply:os.system> ['touch {mark}']",
    "!include /etc/passwd",
    "!ENV ${{HOME}}",
    "!!binary aGk=",
    "!!set {{a, b}}",
)
"""Values that other readers of YAML would make something else of."""
HOSTILE = (
    "__import__('os').system('touch {mark}')", "().__class__.__bases__[0].__subclasses__()",
    "open('{mark}', 'w')", "exec('open({mark!r}, {mode!r})')", "em_age.__class__", "em_age.tofile('{mark}')",
    "[x for x in (1, 2)]", "(lambda: open('{mark}', 'w'))()", "f'{{em_age}}'", "em_age if (y := 1) else 2",
    "getattr(em_age, 'x')", "globals()", "breakpoint()", "coalesce(em_age.__init__, 1)", "'%s' % em_age",
)  # fmt: skip
"""Expressions that would be Python, and are no rule."""
NEVER = {
    "eval", "exec", "compile", "__import__", "execfile", "os.system", "os.popen", "os.execv", "os.execve", "os.execvp",
    "os.spawnl", "os.spawnv", "os.startfile", "pickle.load", "pickle.loads", "pickle.Unpickler", "marshal.load",
    "marshal.loads", "shelve.open", "dill.loads", "joblib.load", "cloudpickle.loads", "runpy.run_path",
    "runpy.run_module", "pandas.read_pickle", "pandas.eval", "code.interact", "numpy.fromfile", "ctypes.CDLL",
    "importlib.import_module", "importlib.util.spec_from_file_location", "?.exec_module", "?.from_string", "?.eval",
}  # fmt: skip
"""Calls that run text or bytes, or take a module by its name."""
WHY = {
    ("frames.spark", "pickle.loads"): "results that Spark's tasks made by pickle.dumps a moment before; no file",
    ("__init__", "importlib.import_module"): "the package's own modules, by a constant table",
    ("estimate.margins", "importlib.import_module"): "formulaic, by a constant",
    ("publish.papers.word", "importlib.import_module"): "python-docx, by a constant",
    ("publish.papers.chart_files", "importlib.import_module"): "vl-convert, by a constant",
    ("readers.packages.child", "importlib.util.spec_from_file_location"): "a module of its own folder, by a constant",
    ("readers.packages.child", "?.exec_module"): "the same",
}
"""Those that there are, and what they run."""
SAFE = {
    "publish/templates/report.html.j2": 2,  # the marks between two expressions of a quality profile, a constant
    "forms/templates/questionnaire.html.j2": 4,  # texts in a style sheet, which `in_css` writes as numbers
}
"""How often a template takes text for markup."""


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("read", [catalog.load_country, catalog.load_accepted, catalog.load_project, load])
def test_a_tag_of_yaml_is_refused_with_file_and_line(tag, read, tmp_path):
    mark = tmp_path / "mark"
    path = tmp_path / "atlantis-2020.project.yaml"
    path.write_text("country: ATL\nname: " + tag.format(mark=mark) + "\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"atlantis-2020\.project\.yaml:2: (Tag|.*not allowed|Not valid YAML)"):
        read(path)
    assert not mark.exists()


@pytest.mark.parametrize("text", HOSTILE)
def test_an_expression_of_python_is_refused_where_it_stands(text, tmp_path):
    mark = tmp_path / "mark"
    made = small(tmp_path / "survey")
    path = Path(made.yaml)
    told = text.format(mark=mark, mode="w").replace("'", "''")
    lines = path.read_text(encoding="utf-8").replace("{compute: None}", f"{{compute: '{told}'}}", 1)
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(LfsMigrationError, match=r"atlantis-2020\.yaml:\d+"):
        sound(path, None)
    assert not mark.exists()


@pytest.mark.parametrize("text", ["open('x')", "__import__('os').system('x')", "y.__class__", "eval('1')"])
def test_a_formula_of_a_model_calls_nothing(text):
    pytest.importorskip("formulaic", reason="the extra models is not installed")
    rows = pd.DataFrame({"y": [1.0, 2.0, 3.0, 5.0], "x": [1.0, 2.0, 2.0, 1.0], "w": 1.0, "h": 1, "c": [1, 2, 3, 4]})
    survey = lfm.dataset(rows, lfm.Design(weight="w", stratum="h", psu="c"))
    assert lfm.glm(survey, "y ~ x", family="gaussian").summary() is not None
    with pytest.raises(LfsMigrationError, match=r"is not for a formula|No function|Cannot read|No variable"):
        lfm.glm(survey, f"y ~ {text}", family="gaussian")


def wrong(name: str, tree: ast.AST) -> list[str]:
    """What a module calls that runs text, but for what has a reason."""
    found = [f"{call.lineno}: {what}" for call, what in calls(tree) if what in NEVER and (name, what) not in WHY]
    for call, what in calls(tree):
        shell, pickled, escape = (given(call, key) for key in ("shell", "allow_pickle", "autoescape"))
        if shell is not None and ast.unparse(shell) != "False":
            found.append(f"{call.lineno}: {what} with a shell")
        if pickled is not None and ast.unparse(pickled) != "False":
            found.append(f"{call.lineno}: {what} with pickles")
        if what.endswith("jinja2.Environment") and (escape is None or ast.unparse(escape) != "True"):
            found.append(f"{call.lineno}: templates without escapes")
        if what.startswith("yaml.") or (what.endswith("ruamel.yaml.YAML") and _kind(call) != "safe"):
            found.append(f"{call.lineno}: {what} makes objects")
    return found


def _kind(call: ast.Call) -> str:
    kind = given(call, "typ")
    return kind.value if isinstance(kind, ast.Constant) else ""


def test_no_module_runs_text():
    assert [(name, one) for name, tree in modules().items() for one in wrong(name, tree)] == []


@pytest.mark.parametrize(
    "text",
    [
        "eval('1')", "exec(x)", "import os\nos.system('x')", "from os import system\nsystem('x')",
        "import pickle as p\np.loads(b'')", "frame.eval('a')", "import numpy as np\nnp.load(f, allow_pickle=True)",
        "import subprocess\nsubprocess.run('x', shell=True)", "import yaml\nyaml.load(x)",
        "from jinja2 import Environment\nEnvironment()", "from ruamel.yaml import YAML\nYAML()",
        "from importlib import import_module\nimport_module(name)", "import jinja2\njinja2.Environment(autoescape=0)",
    ],
)  # fmt: skip
def test_a_call_that_runs_text_is_seen(text):
    assert wrong("other", ast.parse(text)) != []


def test_every_exception_is_still_there():
    found = {(name, what) for name, tree in modules().items() for _, what in calls(tree)}
    assert {one for one in WHY if one not in found} == set()


def test_templates_take_no_text_of_data_for_markup():
    found = {}
    for path in sorted(PACKAGE.rglob("*.j2")):
        text = path.read_text(encoding="utf-8")
        count = len(re.findall(r"\|\s*safe\b", text))
        assert not re.search(r"autoescape\s+false|\{%-?\s*include\s+[^'\"]", text), path
        if count:
            found[path.relative_to(PACKAGE).as_posix()] = count
    assert set(found) <= set(SAFE)
    assert all(count <= SAFE[name] for name, count in found.items()), found


def test_text_in_a_template_is_escaped():
    text = template("lfs_migration.forms", "questionnaire.html.j2").environment.from_string("{{ x }}").render(x="<b>")
    assert text == "&lt;b&gt;"
