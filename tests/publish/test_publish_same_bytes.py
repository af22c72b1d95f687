"""The same survey gives the same bytes, whatever the hash seed, the locale and the time zone of the machine."""

from __future__ import annotations

import json

import pytest
from machines import on_another_machine

ROADS = {
    "one": {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"},
    "another": {"PYTHONHASHSEED": "4021", "TZ": "Asia/Bangkok", "LC_ALL": "ar_EG.UTF-8", "LANG": "tr_TR.UTF-8"},
}


def published(survey, out, settings):
    words = ["run", survey / "atlantis-2020.yaml", "--data", survey, "--out", out, "--sdmx-ml"]
    words += ["--language", "en", "--language", "ar", "--language", "hy"]
    on_another_machine("-m", "lfs_migration", *words, **settings)
    return {path.relative_to(out): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@pytest.mark.slow
def test_a_publication_is_the_same_on_every_machine(survey, tmp_path):
    one, another = (published(survey, tmp_path / name, settings) for name, settings in ROADS.items())
    assert set(one) == set(another)
    names = {path.name for path in one}
    assert {"report.html", "report.ar.html", "tables.hy.xlsx", "data.xml", "datapackage.json", "findings.html"} <= names
    differ = {path.name for path, content in one.items() if content != another[path]}
    assert differ <= {"manifest.json"}
    manifests = [json.loads(made[path]) for made in (one, another) for path in made if path.name == "manifest.json"]
    for manifest in manifests:
        manifest.pop("created")
    assert manifests[0] == manifests[1]
