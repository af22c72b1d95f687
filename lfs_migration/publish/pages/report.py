"""The report: one HTML file that opens anywhere, without scripts and without the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from lfs_migration import catalog
from lfs_migration.files import write_text
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.dataset import Dataset, Source
from lfs_migration.model.design import Design
from lfs_migration.model.findings import Findings
from lfs_migration.model.report_plan import ReportPlan
from lfs_migration.model.results import Table
from lfs_migration.model.rules import Rule
from lfs_migration.pages import template
from lfs_migration.publish.about import About, survey_of
from lfs_migration.publish.figures import show
from lfs_migration.publish.manifest import version
from lfs_migration.publish.maps.flow_map import flow_map
from lfs_migration.publish.maps.nouns import FlowMap
from lfs_migration.publish.pages.definitions import standards
from lfs_migration.publish.pages.profile_view import Chart, pyramid
from lfs_migration.publish.pages.summary import summary
from lfs_migration.publish.pages.view import Section, facts, rows_of, sections
from lfs_migration.publish.titles import by_name
from lfs_migration.publish.weights import weighting_of
from lfs_migration.publish.words import CHECKS, joined, page_language, phrase
from lfs_migration.text import RIGHT_TO_LEFT, pick, texts
from lfs_migration.weights.diagnose import Diagnostic


@dataclass(frozen=True)
class Check:
    """What one rule found."""

    rule: str
    label: str
    severity: str
    found: str
    checked: str


def write_report(
    tables: Sequence[Table],
    path: Path | str,
    *,
    about: About | None = None,
    findings: Findings | None = None,
    data: Dataset | None = None,
    weights: Sequence[Diagnostic] = (),
) -> Path:
    """Write the report.

    The same tables give the same bytes. Text from the data cannot become markup: everything is escaped, and the
    page's own policy forbids scripts and the network.

    Parameters
    ----------
    tables : sequence of Table
    path : path
    about : About, optional
        Language, notes and quality rules.
    findings : Findings, optional
        Shown as counts by rule, never as rows: the report is for publication.
    data : Dataset, optional
        Its files, records and design are named.
    weights : sequence of Diagnostic
        What was done to the weights.

    Returns
    -------
    Path
    """
    about = (about or About()).of(data)
    codebook = None if data is None else data.codebook
    shown, plan = sections(tables, about), _plan(codebook)
    content = {
        "survey": survey_of(tables, data),
        "sentences": summary(plan, tables, about),
        "map": _map(plan, tables, about, data),
        "pyramid": _pyramid(plan, tables, about),
        "topics": _topics(shown),
        "standards": standards(tables, about),
        "facts": facts(tables, about.language),
        "flags": {_flag(row.flag, row.estimate) for row in rows_of(shown)},
        "about": about,
        "checks": None if findings is None else checks(findings, codebook, about.language),
        "weights": weighting_of(weights, about.language) if weights else None,
        "version": version("lfs-migration"),
        **_made(data, about.language),
    }
    return write_text(path, _template(about).render(content))


def _plan(codebook: Codebook | None) -> ReportPlan | None:
    """Return what the report of the tables' module starts with."""
    named = codebook is not None and codebook.name in catalog.modules()
    return catalog.load_report_plan(codebook.name) if codebook is not None and named else None


def _map(plan: ReportPlan | None, tables: Sequence[Table], about: About, data: Dataset | None) -> FlowMap | None:
    """Return the map of the first table of a plan that has a place on it; a country whose survey it is has one."""
    known, country = by_name(tables), None if data is None else data.country
    for one in plan.map if plan is not None and country is not None else ():
        table = known.get((one.indicator, one.by))
        assert country is not None
        drawn = None if table is None else flow_map(table, country.country, catalog.load_shapes(), about.language)
        if drawn is not None:
            return drawn
    return None


def _pyramid(plan: ReportPlan | None, tables: Sequence[Table], about: About) -> Chart | None:
    """Return the first pyramid of a plan that the tables give and that shows anything."""
    known = by_name(tables)
    for one in plan.pyramid if plan is not None else ():
        table = known.get((one.indicator, one.by))
        chart = None if table is None else pyramid(one, table, about.language)
        if chart is not None and chart.rows:
            return chart
    return None


def _topics(shown: Sequence[Section]) -> list[tuple[str, list[Section]]]:
    """Return sections under the names of their topics, in order."""
    out: dict[str, list[Section]] = {}
    for section in shown:
        out.setdefault(section.topic, []).append(section)
    return list(out.items())


def checks(findings: Findings, codebook: Codebook | None, language: str = "en") -> tuple[Check, ...]:
    """Return the rules that found something, the worst first."""
    rules: Mapping[str, Rule] = codebook.rules if codebook is not None else {}
    severity = {finding.rule: finding.severity for finding in findings}
    counts = sorted(findings.counts().items(), key=lambda item: (severity[item[0]], -item[1], item[0]))
    return tuple(
        Check(
            rule=rule,
            label=_explained(rule, rules, language),
            severity=phrase(severity[rule], language),
            found=show(count, 0, language),
            checked=show(findings.checked[rule], 0, language) if rule in findings.checked else "",
        )
        for rule, count in counts
    )


def _explained(rule: str, rules: Mapping[str, Rule], language: str) -> str:
    """Return what a rule checks: one of the codebook, or one made from its variables and keys."""
    if rule in rules:
        return pick(rules[rule].label, language)
    return pick(CHECKS[f"{rule}.label"], language) if f"{rule}.label" in CHECKS else ""


def _flag(flag: str, estimate: str) -> str:
    return "none" if flag != "suppress" and not estimate else flag


def _made(data: Dataset | None, language: str) -> dict[str, Any]:
    if data is None:
        return {"files": (), "records": (), "design": ""}
    return {
        "files": [_file(source, language) for source in data.sources],
        "records": [
            (_record(name, data.codebook, language), show(size, 0, language)) for name, size in data.sizes.items()
        ],
        "design": "" if data.design is None else _design(data.design, data.codebook, language),
    }


def _file(source: Source, language: str) -> tuple[str, str, str]:
    return PurePath(source.path).name, show(source.rows, 0, language), source.sha256


def _record(name: str, codebook: Codebook | None, language: str) -> str:
    known = codebook is not None and name in codebook.records
    return pick(codebook.records[name].label, language) if codebook is not None and known else name


def _design(design: Design, codebook: Codebook | None, language: str) -> str:
    known = {} if codebook is None else codebook.variables
    drawn = phrase(
        "design",
        language,
        weight=design.weight,
        stratum=design.stratum or "–",
        psu=joined(design.units, language) or "–",
        singletons=design.singletons,
    )
    of = [v.removesuffix("_or_unknown") for c in design.calibrations for margin in c.margins for v in margin.variables]
    labels = [pick(known[v].label, language).lower() if v in known else v.replace("_", " ") for v in dict.fromkeys(of)]
    return f"{drawn} {phrase('calibrated_to', language, margins=joined(labels, language))}" if labels else drawn


def _template(about: About) -> Any:
    language, words = about.language, texts("profile")
    return template(
        "lfs_migration.publish",
        "report.html.j2",
        language=language,
        page_language=page_language(language),
        rtl=page_language(language) in RIGHT_TO_LEFT,
        own=lambda name: pick(words[name], language),
        say=about.say,
        pick=lambda text: pick(text, language),
    )
