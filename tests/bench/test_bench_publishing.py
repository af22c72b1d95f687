"""The benchmark of publications asks for as many indicators as it says, and its peer has the same tables."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from lfs_migration.model.indicator import Indicator, Part
from lfs_migration.model.results import Cell, Table

SCRIPT = Path(__file__).parents[2] / "scripts" / "bench" / "publishing.py"


@pytest.fixture(scope="module")
def publishing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("publishing", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def tables() -> list[Table]:
    """Return three indicators, the first of them without a breakdown and with one."""
    part = Part(record="emigrant")
    found = []
    for code, dimensions in (("A", ()), ("A", ("sex",)), ("B", ("sex",)), ("C", ("sex",))):
        own = Indicator(code=code, title={"en": f"<b>{code}"}, kind="total", unit="persons", numerator=part,
                        reference="made for tests")  # fmt: skip
        keys = [{"sex": sex} for sex in ("1", "2")] if dimensions else [{}]
        cells = tuple(
            Cell(key, "number", "persons", 5.0, 1.0, 0.2, 3.0, 7.0, 9.0, 60, 50, 0.0, "publish") for key in keys
        )
        found.append(Table(own, "atlantis-2020", {"en": "Atlantis"}, dimensions, {d: {} for d in dimensions},
                           {d: {"en": d} for d in dimensions}, cells, synthetic=True))  # fmt: skip
    return found


def test_variants_make_up_the_number_of_indicators(publishing: ModuleType) -> None:
    more = publishing.variants(tables(), 5)
    assert [table.indicator.code for table in more] == ["Ax", "Ax", "Bx"]
    assert [table.cells for table in more] == [table.cells for table in tables()[:3]]
    assert publishing.variants(tables(), 3) == []
    with pytest.raises(SystemExit, match="1 to 6"):
        publishing.variants(tables(), 7)


def test_the_peer_has_every_table_and_a_picture_for_each_indicator(publishing: ModuleType, tmp_path: Path) -> None:
    html = pytest.importorskip("lxml.html")
    pytest.importorskip("altair")
    pytest.importorskip("vl_convert")
    for pictures, count in ((False, 0), (True, 3)):
        page = html.parse(str(publishing.peer(tables(), tmp_path / "page.html", pictures=pictures)))
        assert [len(page.findall(f".//{tag}")) for tag in ("table", "svg")] == [4, count]
