"""The documentation site builds without a network, its links lead somewhere, and its examples do what they say."""

from __future__ import annotations

import csv
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from math import isclose
from pathlib import Path
from types import ModuleType
from typing import ClassVar
from urllib.parse import unquote, urlsplit

import pytest

import lfs_migration as lfm
from lfs_migration.expr import ABOUT, AGGREGATES, FUNCTIONS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
pytestmark = pytest.mark.slow


def _loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


pages = _loaded(Path(__file__).parent / "page_runner.py")
EXAMPLES = sorted(
    path.relative_to(DOCS).as_posix()
    for path in [*DOCS.glob("*.md"), *DOCS.glob("howto/*.md"), *DOCS.glob("reference/*.md")]
    if path.name not in ("comparison.md", "benchmarks.md")
    and any(block.runs for block in pages.blocks(path.read_text(encoding="utf-8")))
)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built with warnings as errors in a process that is refused the network."""
    pytest.importorskip("sphinx", reason="the extra docs is not installed")
    out = tmp_path_factory.mktemp("site")
    code = (
        "import socket, sys\n"
        "def refused(*a, **k): raise OSError('the site needs no network')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused\n"
        "from sphinx.cmd.build import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    words = ["-b", "html", "-W", "--keep-going", "-q", "-d", str(out / "trees"), str(DOCS), str(out / "html")]
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out / "html"


class Page(HTMLParser):
    """What a page loads, where it leads, and which anchors it has."""

    LOADS: ClassVar = {
        "img": "src",
        "script": "src",
        "iframe": "src",
        "source": "src",
        "embed": "src",
        "object": "data",
    }
    RELATIONS = ("stylesheet", "icon", "preload", "prefetch", "preconnect", "modulepreload", "dns-prefetch")

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.formulas = 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        self.formulas += tag == "math"
        if tag in self.LOADS and self.LOADS[tag] in given:
            self.loaded.append(given[self.LOADS[tag]])
        if tag == "link" and set(given.get("rel", "").split()) & set(self.RELATIONS):
            self.loaded.append(given.get("href", ""))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])


@pytest.fixture(scope="session")
def parsed(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


@pytest.mark.site
def test_no_page_loads_anything_from_elsewhere(site: Path, parsed: dict[Path, Page]) -> None:
    assert len(parsed) > 35
    for path, page in parsed.items():
        assert page.loaded, f"{path} has no style"
        for address in page.loaded:
            parts = urlsplit(address)
            assert not parts.scheme or parts.scheme == "data", f"{path.name} loads {address}"
            assert parts.scheme or (path.parent / unquote(parts.path)).exists(), f"{path.name} loads {address}"
    elsewhere = re.compile(r"(?:@import\s+|url\(\s*)[\"']?(?:https?:)?//")
    for style in site.rglob("*.css"):
        assert not elsewhere.search(style.read_text(encoding="utf-8")), f"{style.name} loads something from elsewhere"


@pytest.mark.site
def test_every_internal_link_and_anchor_resolves(parsed: dict[Path, Page]) -> None:
    checked, broken = 0, []
    for path, page in parsed.items():
        for address in page.links:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            checked += 1
            if not target.exists():
                broken.append(f"{path.name}: {address}")
            elif parts.fragment and target in parsed and unquote(parts.fragment) not in parsed[target].anchors:
                broken.append(f"{path.name}: {address}, no such place")
    assert checked > 1000
    assert not broken, "\n".join(broken)


@pytest.mark.site
def test_formulas_are_mathml(site: Path, parsed: dict[Path, Page]) -> None:
    assert parsed[site / "explanation" / "variance.html"].formulas > 20
    for path, page in parsed.items():
        assert not any("mathjax" in address.lower() for address in page.loaded), path.name
        assert not re.search(r"\\(?:frac|sum|bar|hat)\b", path.read_text(encoding="utf-8")), path.name


@pytest.mark.site
def test_search_is_local(site: Path) -> None:
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert "woodruff" in index


@pytest.mark.site
def test_every_public_name_is_in_the_reference(parsed: dict[Path, Page]) -> None:
    anchors = set().union(*(page.anchors for path, page in parsed.items() if path.parent.name == "reference"))
    absent = [name for name in lfm.__all__ if f"lfs_migration.{name}" not in anchors]
    assert not absent, f"Add these to a page of docs/reference: {', '.join(absent)}"


@pytest.mark.site
def test_every_command_is_in_the_reference(site: Path, parsed: dict[Path, Page]) -> None:
    sys.path.insert(0, str(DOCS / "_ext"))
    try:
        known = _loaded(DOCS / "_ext" / "commands.py").commands()
    finally:
        sys.path.remove(str(DOCS / "_ext"))
    page = site / "reference" / "commands.html"
    text = page.read_text(encoding="utf-8")
    assert {"run", "validate", "codebook show", "questionnaire print"} <= set(known)
    for name, command in known.items():
        assert f"command-{name.replace(' ', '-')}" in parsed[page].anchors, name
        for parameter in command.params:
            for word in (word for word in parameter.opts if word.startswith("--") and word != "--help"):
                assert word in text, f"{name} {word}"


@pytest.mark.site
def test_every_indicator_is_in_the_reference(site: Path, parsed: dict[Path, Page]) -> None:
    anchors = parsed[site / "reference" / "indicators.html"].anchors
    for module in ("emigration", "worker"):
        for code in lfm.load_indicators(module):
            assert f"indicator-{code.lower()}" in anchors, code


def test_every_function_of_the_rule_language_is_described() -> None:
    text = (DOCS / "reference" / "expressions.md").read_text(encoding="utf-8")
    for name in (*FUNCTIONS, *ABOUT, *AGGREGATES):
        assert f"`{name}(" in text, name


@pytest.mark.parametrize("page", EXAMPLES)
def test_the_examples_of_a_page_run(page: str, tmp_path: Path) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    pages.Runner(pages.furnished(tmp_path)).run(text)


def test_every_shell_and_python_block_runs_or_says_why_not() -> None:
    found = list(_all_blocks())
    assert sum(block.runs for _, block in found) > 45
    for page, block in found:
        assert block.runs or block.skipped or block.language not in pages.RUNS, f"{page}, line {block.line}"


def _all_blocks() -> Iterator[tuple[str, object]]:
    for page in EXAMPLES:
        for block in pages.blocks((DOCS / page).read_text(encoding="utf-8")):
            yield page, block


def test_a_wrong_example_is_refused(tmp_path: Path) -> None:
    runner = pages.Runner(pages.furnished(tmp_path))
    with pytest.raises(pages.PageError, match="it prints\n2"):
        runner.run("```pycon\n>>> 1 + 1\n3\n```\n")
    with pytest.raises(pages.PageError, match="exit code"):
        runner.run("```console\n$ lfs-migration check atlantis\nfine\n```\n")
    with pytest.raises(pages.PageError, match="exit code"):
        runner.run("```sh\nfalse\n```\n")
    runner.run("<!-- not run: it is wrong -->\n```sh\nfalse\n```\n")


SECTION = re.compile(r"^### (\S+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
COLUMNS = {"tables.csv", "findings.csv", "weights.csv", "protection.csv"}


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a short run with everything that a run can be given."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "tables.yaml").write_text("- indicator: E10\n  by: [[sex]]\n- indicator: E03\n", encoding="utf-8")
    (folder / "corrections.csv").write_text(
        "household,line,variable,old,new,reason\n10-0346,4,per_age,130,30,Typed wrong\n", encoding="utf-8"
    )
    from lfs_migration.pipeline import run

    run(
        "armenia",
        ROOT / "examples" / "pilots" / "armenia-2007",
        folder / "out",
        tables_file=folder / "tables.yaml",
        corrections=folder / "corrections.csv",
    )
    return folder / "out"


def test_every_file_that_comes_out_is_described(published: Path) -> None:
    described = {name for name, _ in SECTION.findall((DOCS / "reference" / "files.md").read_text(encoding="utf-8"))}
    for path in sorted(path for path in published.rglob("*") if path.is_file()):
        known = path.name in described or any(path.match(pattern.replace("NAME", "*")) for pattern in described)
        assert known, f"Describe {path.name} in docs/reference/files.md"


def test_every_column_that_comes_out_is_described(published: Path) -> None:
    sections = dict(SECTION.findall((DOCS / "reference" / "files.md").read_text(encoding="utf-8")))
    dimensions = {name for book in ("emigration",) for name in lfm.load_codebook(book).dimensions}
    for name in sorted(COLUMNS):
        (path,) = published.rglob(name)
        with path.open(encoding="utf-8", newline="") as file:
            columns = next(csv.reader(file))
        first = [line.split("|")[1] for line in sections[name].splitlines() if line.startswith("| `")]
        told = [word for cell in first for word in re.findall(r"`(\w+)`", cell)]
        extra = dimensions if name == "tables.csv" else set()
        assert [column for column in columns if column not in extra] == told, name


def test_every_entry_of_the_manifest_is_described(published: Path) -> None:
    import json

    text = dict(SECTION.findall((DOCS / "reference" / "files.md").read_text(encoding="utf-8")))["manifest.json"]
    (path,) = published.rglob("manifest.json")
    for key in json.loads(path.read_text(encoding="utf-8")):
        assert f"`{key}`" in text, key


compare = _loaded(ROOT / "scripts" / "comparison" / "compare.py")


def test_the_figures_of_the_comparison_are_of_the_code_on_the_page() -> None:
    _, marks, *lines = compare.FIGURES.read_text(encoding="utf-8").splitlines()
    said = "Run scripts/comparison/compare.py again: the code on the page is another one"
    assert marks == f"# {'; '.join(f'{program} {compare.mark(program)}' for program in compare.PROGRAMS)}", said
    rows = list(csv.DictReader(lines))
    assert [(int(row["task"]), row["figure"]) for row in rows] == [(p["task"], p["name"]) for p in compare.probes()]
    found = {program: [float(row[program]) if row[program] else None for row in rows] for program in compare.PROGRAMS}
    assert not compare.differing(found)
    assert sum(number is not None for number in found["R survey"]) >= 19


def test_the_comparison_is_refused_where_figures_differ() -> None:
    rows = len(compare.probes())
    found = {program: [1.0] * rows for program in compare.PROGRAMS}
    found["R survey"][3] = 1.00001
    apart = compare.differing(found)
    assert any("R survey differs" in line for line in apart)
    assert any("said to be apart" in line for line in apart)


def test_our_code_of_the_comparison_still_gives_its_figures() -> None:
    rows = list(csv.DictReader(compare.FIGURES.read_text(encoding="utf-8").splitlines()[2:]))
    now = compare.values("lfs_migration", [sys.executable])
    for row, number in zip(rows, now, strict=True):
        assert number is not None and isclose(number, float(row["lfs_migration"]), rel_tol=1e-9), row["figure"]
