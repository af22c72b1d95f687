"""No Python knows a survey module by name: what its records, variables, rules and indicators are called is in YAML."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import lfs_migration
from lfs_migration import catalog

PACKAGE = Path(lfs_migration.__file__).parent
GENERATOR = "the generator of households with emigrants, which an edition's synthetic entry names"
EXCEPTIONS = {
    "synth/population.py": GENERATOR,
    "synth/emigrants.py": GENERATOR,
    "synth/generate.py": GENERATOR,
    "synth/projections.py": GENERATOR,
    "synth/pages.py": GENERATOR,
    "synth/files.py": "a column of the list of planted errors",
    "matching/keys.py": "a word of what columns are about, and not the record",
    "matching/records.py": "identifiers that a file of one country and round need not have",
    "weights/persons.py": "default of an argument",
    "weights/shared.py": "default of an argument",
}
"""Files in which names may stand, and why."""
DEFAULTS = {"emigration"}
"""The module that is taken where nobody names one: a default argument, and nothing else."""


def names() -> dict[str, str]:
    """What modules call their things. A plain word, such as `country`, is taken for a name only as a whole text."""
    out = dict.fromkeys(catalog.modules(), "module")
    for module in catalog.modules():
        book = catalog.load_codebook(module)
        out |= dict.fromkeys(book.records, f"record of {module}")
        out |= dict.fromkeys(catalog.load_indicators(module), f"indicator of {module}")
        made = {rule.id for rule in book.rules.values()} | set(book.variables) | set(book.multiples)
        out |= dict.fromkeys((name for name in made if "_" in name), f"name of {module}")
    return out


def texts(tree: ast.AST) -> Iterator[ast.Constant]:
    """The texts of a file, without its docstrings."""
    bodies = [body for node in ast.walk(tree) if isinstance(body := getattr(node, "body", None), list)]
    docs = {id(s.value) for body in bodies for s in body if isinstance(s, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node


def defaults(tree: ast.AST) -> set[int]:
    """The constants that are defaults of arguments."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {id(d) for f in functions for d in (*f.args.defaults, *f.args.kw_defaults) if d is not None}


def found(text: str, known: dict[str, str]) -> list[str]:
    """`line: name` of every name in a file's text."""
    tree = ast.parse(text)
    given = defaults(tree)
    out = []
    for node in texts(tree):
        words = [w for w in re.findall(r"\w+", node.value) if "_" in w or re.fullmatch(r"[EG]\d\d\w?", w)]
        whole = [] if node.value in DEFAULTS and id(node) in given else [node.value]
        out += [f"{node.lineno}: {name} ({known[name]})" for name in dict.fromkeys([*whole, *words]) if name in known]
    return out


KNOWN = names()
FILES = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}


def test_no_name_of_a_module_stands_in_the_code():
    others = {file: path for file, path in FILES.items() if file not in EXCEPTIONS}
    assert len(others) > 400
    assert [(file, one) for file, path in others.items() for one in found(path.read_text("utf-8"), KNOWN)] == []


@pytest.mark.parametrize("file", EXCEPTIONS)
def test_an_exception_is_still_one(file):
    assert found(FILES[file].read_text(encoding="utf-8"), KNOWN), "take it out of the exceptions"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('x = "em_sex"', 1),
        ('x = "any(emigrant, gcc_delay == 1)"', 1),
        ('x = f"{y} of E02"', 1),
        ('if record == "emigrant": pass', 1),
        ('x = "the country of the household"', 0),
        ('def f(module="emigration"): pass', 0),
        ('module = "emigration"', 1),
        ('def f():\n    """Such as em_sex."""', 0),
    ],
)
def test_what_is_taken_for_a_name(text, wrong):
    assert len(found(text, KNOWN)) == wrong
