"""The command that tells how a figure was made: what it prints, as text and as JSON, and what it refuses."""

from __future__ import annotations

import json
from functools import partial

import pytest

from lfs_migration import cli


@pytest.fixture
def ask(asked):
    """Run the command on the small survey."""
    return partial(asked, "explain")


def test_a_figure_is_told_on_standard_output(ask):
    code, out, err = ask("E11a", "--unprotected")
    assert code == 0
    assert out.splitlines()[1].startswith("CONFIDENTIAL")
    assert "6. Validation" in out
    assert "harmonise" in err and "harmonise" not in out
    assert max(map(len, out.splitlines()[2:])) <= 120


def test_the_same_as_json(ask):
    code, out, _ = ask("E11a", "--unprotected", "--json", "--language", "fr")
    told = json.loads(out)
    assert code == 0
    assert told["value"]["agrees"] and told["figure"]["confidential"]
    assert told["definition"]["parts"][0]["words"] == "em_abroad est vrai et em_sex vaut 2 (Femmes)"


def test_a_hidden_figure_is_not_told(ask):
    code, out, _ = ask("E03", "sex=1")
    assert code == 0
    assert "hidden" in out and "--unprotected" in out
    assert "estimate" not in out.split("2. What it is")[0]


def test_quality_rules_can_be_chosen(ask):
    _, out, _ = ask("E03", "--quality", "statcan", "--unprotected", "--weights", "office", "--engine", "memory")
    assert "statcan: Statistics Canada release guidelines" in out
    assert "the office's own: weight of households.csv" in out


@pytest.mark.parametrize(
    ("words", "options", "why"),
    [
        (["E03"], {"country": False}, "--country"),
        (["E03"], {"data": False}, "--data"),
        (["E3"], {}, "No indicator 'E3'"),
        (["E03", "sexx=1"], {}, "Did you mean 'sex'"),
        (["E03", "--quality", "statcn", "--unprotected"], {}, "statcan"),
        (["E03", "--protection", "strct"], {}, "strct"),
        (["E03", "--weights", "final"], {}, "No weights 'final'"),
    ],
)
def test_what_cannot_be_told_is_refused(ask, words, options, why):
    code, out, err = ask(*words, **options)
    assert code == 2
    assert why in err
    assert not out


def test_records_beyond_memory_say_the_same(ask):
    texts = [ask("E13b", "--unprotected", "--json", "--engine", engine)[1] for engine in ("memory", "duckdb")]
    one, other = (json.loads(text) for text in texts)
    for held in (one, other):
        assert held["value"]["agrees"]
    assert one["funnels"] == other["funnels"]
    assert one["value"]["value"] == other["value"]["value"]
    assert one["checked"] == other["checked"]


def test_help_names_an_example(capsys):
    with pytest.raises(SystemExit):
        cli.main(["explain", "--help"])
    assert "lfs-migration explain E11a" in capsys.readouterr().out
