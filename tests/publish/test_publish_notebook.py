"""Nouns in notebooks: what stands in them, that it is escaped, small, and has no colours of its own."""

import re
from xml.etree import ElementTree

import pandas as pd
import pytest
from publish_nouns import cell, destinations, indicator, reasons_by_sex, stock_by_sex, table

import lfs_migration as lfm
from lfs_migration.errors import DataError
from lfs_migration.model.findings import Findings, Outcome
from lfs_migration.model.protection import Protected, ProtectionRules


def page(html):
    """The fragment as a tree; it is well-formed XML once its entities are known."""
    return ElementTree.fromstring(re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))


def rows(html):
    return [["".join(one.itertext()) for one in row] for row in page(html).iter("tr")]


def words(html):
    return " ".join(" ".join(page(html).itertext()).split())


def test_a_table_shows_its_figures_flags_and_notes():
    html = destinations()._repr_html_()
    assert html == lfm.to_html(destinations())
    found = rows(html)
    assert found[0] == ["Country of destination", "Statistic", "Estimate", "Standard error", "Lower limit 95%",
                        "Upper limit 95%", "Sample n", "Flag"]  # fmt: skip
    assert ["Namibia", "Share, per cent", "", "", "", "", "8", "not publisheda"] in found
    assert ["Norway", "Share, per cent", "3.4", "0.8", "1.8", "5.0", "41", ""] in found
    assert "Shares are of the emigrants whose destination is known." in words(html)
    assert "Labour Migration Survey 2007, Armenia (synthetic data)" in words(html)


def test_a_suppressed_figure_is_nowhere():
    assert not re.search(r"(?<![\d.,])0\.9\b|\b918\b|\b459\b", words(destinations()._repr_html_()))


def test_rows_are_limited_and_the_rest_is_counted():
    html = lfm.to_html(reasons_by_sex(), rows=4)
    assert len(rows(html)) == 5 and "Figures not shown here: 5." in words(html)
    assert "not shown" not in words(lfm.to_html(reasons_by_sex()))


def test_labels_are_escaped_and_cut():
    traps = ("<script>alert(1)</script>", "a\x00b", "\u202egnp.exe", "L" * 10_000, "<img src=x onerror=alert(1)>")
    labels = {"sex": {str(n): {"en": trap} for n, trap in enumerate(traps)}}
    cells = [cell({"sex": str(n)}, "total", "persons", 50.0, 2.0, 60) for n in range(len(traps))]
    ind = indicator("<b>", {"en": "<i>" + "T" * 9000}, "total", "persons")
    made = table(ind, ("sex",), cells, labels=labels, names={"sex": {"en": "{{ 7 * 7 }}"}}, notes=("<p>" * 900,))
    html = made._repr_html_()
    tags = {node.tag for node in page(html).iter()}
    assert tags <= {"div", "table", "caption", "strong", "span", "thead", "tbody", "tr", "th", "td", "p", "sup"}
    shown = [row[0] for row in rows(html)]
    assert shown == ["{{ 7 * 7 }}", traps[0], "a\ufffdb", "\ufffdgnp.exe", "L" * 199 + "…", traps[4]]
    assert len(html) < 8000
    assert "49" not in shown[0] and "<script" not in lfm.to_html([made]) and "<b>" not in lfm.to_html([made])


def test_it_has_no_script_and_no_colour():
    for html in (stock_by_sex()._repr_html_(), lfm.to_html([stock_by_sex()])):
        style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
        assert not re.search(r"#[0-9a-fA-F]{3}|rgb|hsl|url|@import|: *(white|black|gr[ae]y)\b", style)
        assert re.findall(r"(?<![-\w])color: (\w+)", style) == ["inherit"] * style.count(" color: ")
        assert all(rule.strip().startswith((".lfs-shown", "}")) or not rule.strip() for rule in style.splitlines())
        assert "<script" not in html and " on" not in re.sub(r">[^<]*<", "><", html.split("</style>")[1])


def test_arabic_runs_from_the_right():
    root = page(lfm.to_html(stock_by_sex(), language="ar"))
    assert (root.get("dir"), root.get("lang")) == ("rtl", "ar")


def test_estimates_show_their_codes_and_say_that_they_are_not_protected():
    frame = pd.DataFrame({"w": 1.0, "g": ["<b>", "c"] * 20, "y": range(40)})
    found = lfm.estimate(lfm.dataset(frame, lfm.Design(weight="w")), [lfm.Mean("y"), lfm.Total("y")], by=["g"])
    html = found._repr_html_()
    assert rows(html)[0] == [
        "g",
        "Statistic",
        "Estimate",
        "Standard error",
        "Lower limit 95%",
        "Upper limit 95%",
        "Sample n",
    ]
    assert [row[:3] for row in rows(html)[1:3]] == [["<b>", "mean of y", "19.0"], ["c", "mean of y", "20.0"]]
    assert "not protected against disclosure" in words(html)


def test_protected_tables_are_a_list_of_contents():
    rules = ProtectionRules(title={"en": "R"}, persons=0, households=0, contributors=0, valid_from="2026-01-01",
                            status="draft", reference="ours")  # fmt: skip
    made = Protected((stock_by_sex(), destinations()), "default", rules, (), {})
    html = made._repr_html_()
    assert rows(html)[1:] == [
        ["[0]", "E03", "Emigrants abroad reported by households, by sex", "3", "0"],
        ["[1]", "E14", "Emigrants by destination", "10", "2"],
    ]
    assert html == lfm.to_html(list(made)) and "Rows not shown here: 1." in words(lfm.to_html(made, rows=1))


def test_findings_are_a_summary_worst_first(findings):
    html = findings._repr_html_()
    assert rows(html)[1:] == [["R2", "Two", "error", "1", "1,204"], ["R1", "One", "warning", "2", "1,204"]]
    clean = Findings((), (Outcome("R1", "error", "emigrant", {"en": "One"}, {"en": ""}, passed=3),))
    assert "No rule found anything." in words(clean._repr_html_())
    accepted = Findings((), (Outcome("R1", "error", "e", {"en": "One"}, {"en": ""}, failed=2, accepted=2),))
    assert len(rows(accepted._repr_html_())) == 1


def test_no_household_is_named(findings):
    assert "017" not in findings._repr_html_() and "=1+1" not in findings._repr_html_()


def test_something_else_is_refused():
    with pytest.raises(DataError, match="Not all of a list are tables"):
        lfm.to_html(["x"])


def test_what_a_notebook_keeps_beside_the_table_has_no_figure_and_no_household(findings):
    assert repr(destinations()) == "<Table E14 by destination of armenia-2007: 10 figures>"
    assert repr(findings) == "<Findings: 3, of which 1 errors, by 2 rules>"
