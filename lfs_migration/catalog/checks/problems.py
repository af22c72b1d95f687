"""Everything that is wrong in a codebook with an edition, found without reading data.

Each problem is an error with the file and line, the reason and the remedy.
"""

from __future__ import annotations

from collections.abc import Iterator

from lfs_migration.catalog.checks.computable import derivation_order
from lfs_migration.catalog.checks.expressions import coded, elsewhere, named, parameter_line, read
from lfs_migration.catalog.checks.indicator_fields import indicator_problems
from lfs_migration.catalog.checks.maps import map_problems, readable
from lfs_migration.catalog.checks.recipes import recipe_problems
from lfs_migration.catalog.checks.rule_fields import fieldwork_problems, rule_problems
from lfs_migration.catalog.codebooks import load_profile, load_profiles, load_standards
from lfs_migration.catalog.documents import Document, load
from lfs_migration.catalog.export_plans import export_problems
from lfs_migration.catalog.places import folder, modules
from lfs_migration.catalog.profiles import profile_problems
from lfs_migration.catalog.report_plans import report_problems
from lfs_migration.errors import CatalogError, LfsMigrationError, near
from lfs_migration.expr import parse
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.indicator import FACTS, Rules


def problems(codebook: Codebook, edition: Edition | None = None) -> list[LfsMigrationError]:
    """Return everything that is wrong in a codebook, alone or with an edition, without reading data.

    Checked: every expression is in the rule language, names known variables of its record and sets them against codes
    of their lists; derived variables do not need each other; rules, breakdowns and indicators name what there is, and
    rules what their kind can compare; every map names a variable of its record and codes of its list; keys and design
    variables are mapped, and their units are not merged; files are declared; parameters are of the type of their
    default; the quality profile is known.
    """
    out: list[LfsMigrationError] = [*_expression_problems(codebook), *_code_problems(codebook, edition)]
    out += [problem for rule in codebook.rules.values() for problem in rule_problems(codebook, rule)]
    out += [*fieldwork_problems(codebook), *_list_problems(codebook), *_standard_problems(codebook)]
    out += [*indicator_problems(codebook, edition), *profile_problems(codebook), *report_problems(codebook)]
    out += export_problems(codebook)
    if edition is not None:
        out += [*_edition_problems(codebook, edition), *recipe_problems(codebook, edition)]
    if not out:
        try:
            derivation_order(codebook)
        except CatalogError as circle:
            out.append(circle)
    return out


def _texts(codebook: Codebook) -> Iterator[tuple[str, str, str]]:
    """Yield every expression of a codebook but those of rules, its record, and the name of what it belongs to."""
    for name, record in codebook.records.items():
        yield from ((text, name, f"records/{name}") for text in (record.scope,) if text)
    for variable in codebook.variables.values():
        yield from ((text, variable.record, variable.name) for text in (variable.universe, variable.value) if text)


def _expression_problems(codebook: Codebook) -> Iterator[CatalogError]:
    for text, record, name in _texts(codebook):
        yield from named(codebook, text, record, codebook.where(name))
    for rule in codebook.rules.values():
        for field in rule.expressions:
            if text := getattr(rule, field):
                beside = rule.beside if field == "check" else {}
                yield from named(codebook, text, rule.record, codebook.where(rule.id), beside)
        for name in (*rule.variables, *rule.needed):
            if rule.record in codebook.records and not codebook.visible(name, rule.record):
                hint = elsewhere(codebook, name, rule.record)
                yield CatalogError(f"{name!r} is not a variable of {rule.record}", where=codebook.where(rule.id),
                                   detail=f"Named by the rule {rule.id}", hint=hint)  # fmt: skip


def _code_problems(codebook: Codebook, edition: Edition | None) -> Iterator[CatalogError]:
    ruled = ((text, rule.id) for rule in codebook.rules.values() for text in rule.texts)
    for text, name in (*((text, name) for text, _, name in _texts(codebook)), *ruled):
        try:
            expression = parse(text)
        except LfsMigrationError:
            continue
        for setting, error in coded(codebook, expression):
            where = parameter_line(edition, setting.value) or codebook.where(name)
            yield CatalogError(
                error.title, where=where, detail=f"Used in {name.removeprefix('records/')}", hint=error.hint
            )


def _list_problems(codebook: Codebook) -> Iterator[CatalogError]:
    """Find keys, code lists and breakdowns that name what there is not."""
    for name, record in codebook.records.items():
        for key in record.key:
            if not codebook.visible(key, name):
                where = codebook.where(f"records/{name}")
                yield CatalogError(f"The key {key!r} is not a variable of {name}", where=where,
                                   hint=elsewhere(codebook, key, name))  # fmt: skip
        yield from _coverage_problems(codebook, name)
    for variable in codebook.variables.values():
        if variable.codelist and variable.codelist not in (*codebook.codelists, *codebook.national):
            yield CatalogError(f"No code list {variable.codelist!r}", where=codebook.where(variable.name),
                               hint=near(variable.codelist, codebook.codelists))  # fmt: skip
        if variable.type == "code" and not variable.codelist:
            yield CatalogError(f"{variable.name} has codes and no code list", where=codebook.where(variable.name),
                               hint="Name it under codelist")  # fmt: skip
    for name, dimension in codebook.dimensions.items():
        for kind, own in dimension.variables.items():
            if kind not in codebook.records:
                yield CatalogError(f"No record {kind!r}", where=codebook.where(f"dimensions/{name}"),
                                   detail=f"Breakdown {name}", hint=near(kind, codebook.records))  # fmt: skip
            elif not codebook.visible(own, kind):
                yield CatalogError(f"Breakdown {name} needs {own}", where=codebook.where(f"dimensions/{name}"),
                                   detail=f"It is not a variable of {kind}",
                                   hint=elsewhere(codebook, own, kind))  # fmt: skip


def _coverage_problems(codebook: Codebook, record: str) -> Iterator[CatalogError]:
    """Find statements of a record that nobody wrote, and conditions on what no country chooses."""
    where = codebook.where(f"records/{record}")
    for name, when in codebook.records[record].coverage.items():
        if name not in codebook.coverage:
            yield CatalogError(f"No coverage statement {name!r}", where=where, hint=near(name, codebook.coverage))
        condition = read(when or "True", where)
        if isinstance(condition, CatalogError):
            yield condition
            continue
        for unknown in sorted(condition.names - set(codebook.parameters)):
            yield CatalogError(f"No parameter {unknown!r}", where=where, detail=f"Coverage statement {name}",
                               hint=near(unknown, codebook.parameters))  # fmt: skip


def _standard_problems(codebook: Codebook) -> Iterator[CatalogError]:
    """Find definitions and sections that a variable names and nobody wrote down, and choices that no module offers."""
    document, standards = load(folder() / "standards.yaml"), load_standards()
    for variable in codebook.variables.values():
        for name in variable.standards:
            if name not in standards:
                yield CatalogError(f"No standard {name!r}", where=codebook.where(variable.name),
                                   hint=near(name, standards))  # fmt: skip
        if variable.section and variable.section not in codebook.sections:
            yield CatalogError(f"No section {variable.section!r}", where=codebook.where(variable.name),
                               hint=near(variable.section, codebook.sections))  # fmt: skip
    offered = {
        name for module in modules() for name in load(folder() / module / "module.yaml").data.get("parameters", {})
    }
    for name, standard in standards.items():
        for choice in standard.choices:
            if choice not in offered:
                yield CatalogError(f"No parameter {choice!r}", where=document.where(name, "choices"),
                                   hint=near(choice, offered))  # fmt: skip


def _edition_problems(codebook: Codebook, edition: Edition) -> Iterator[LfsMigrationError]:
    for name in codebook.national:
        if name not in edition.codelists:
            yield CatalogError(f"Code list {name} is missing", where=edition.line("codelists"), hint="Add it")
    for record, mapped in edition.records.items():
        if record not in codebook.records:
            yield CatalogError(f"No record {record!r} in the codebook", where=edition.line("records", record),
                               hint=near(record, codebook.records))  # fmt: skip
            continue
        if mapped.file not in edition.files:
            yield CatalogError(f"No file {mapped.file!r} under files", where=edition.line("records", record, "file"),
                               hint=near(mapped.file, edition.files))  # fmt: skip
        if mapped.where:
            yield from readable(mapped.where, edition.line("records", record, "where"))
        for key in codebook.records[record].key:
            if key not in mapped.variables:
                yield CatalogError(f"The key {key} of {record} is not mapped", where=edition.line("records", record),
                                   hint="Map it under variables")  # fmt: skip
        for name in mapped.variables:
            yield from map_problems(codebook, edition, record, name)
    yield from _design_problems(edition)
    yield from _profile_problems(codebook, edition)
    yield from _choice_problems(codebook, edition)


def _design_problems(edition: Edition) -> Iterator[CatalogError]:
    roles = {role: getattr(edition.design, role) for role in ("weight", "stratum", "psu")}
    known = [name for mapped in edition.records.values() for name in mapped.variables]
    for role, name in {**roles, **edition.design.record_weights}.items():
        if name not in known:
            where = edition.line("design", *(() if role in roles else ("record_weights",)), role)
            hint = f"Map it, or name another variable. {near(name, known)}"
            yield CatalogError(f"The design's {role} {name!r} is not mapped", where=where, hint=hint)


def _profile_problems(codebook: Codebook, edition: Edition) -> Iterator[LfsMigrationError]:
    """Find what is wrong in the edition's quality profile, in every version of it."""
    document, profiles = load(folder() / "quality.yaml"), load_profiles()
    profile = profiles.get(edition.quality)
    if profile is None:
        yield CatalogError(f"No quality profile {edition.quality!r}", where=edition.line("quality"),
                           hint=near(edition.quality, profiles))  # fmt: skip
        return
    versions: list[tuple[Rules, tuple[object, ...]]] = [(profile, ())]
    versions += [(rules, ("earlier", number)) for number, rules in enumerate(profile.earlier)]
    wrong = []
    for rules, keys in versions:
        wrong += list(_fact_problems(codebook, rules, document, (edition.quality, *keys)))
    yield from wrong
    if not wrong:
        try:
            load_profile(edition.quality, edition)
        except CatalogError as unset:
            yield unset


def _fact_problems(
    codebook: Codebook, rules: Rules, document: Document, keys: tuple[object, ...]
) -> Iterator[CatalogError]:
    """Find expressions that cannot be read, or name what is neither known of a figure nor set by a country."""
    known = (*FACTS, *codebook.parameters)
    for key in ("suppress", "caution"):
        for number, text in enumerate(getattr(rules, key)):
            where = document.where(*keys, key, number)
            expression = read(text, where)
            if isinstance(expression, CatalogError):
                yield expression
                continue
            for name in sorted(expression.names - set(known)):
                yield CatalogError(f"{name!r} is not known of a figure", where=where, hint=near(name, known))


def _choice_problems(codebook: Codebook, edition: Edition) -> Iterator[CatalogError]:
    for name, value in edition.parameters.items():
        default, allowed = codebook.parameters[name].default, codebook.parameters[name].allowed
        where = edition.line("parameters", name)
        if allowed and value not in allowed:
            yield CatalogError(f"{name} cannot be {value!r}", where=where, hint=near(str(value), map(str, allowed)))
        if default is None:
            if value is not None and not isinstance(value, int | float):
                yield CatalogError(f"{name} must be a number", where=where, detail=f"It is {value!r}",
                                   hint=f"Write it in {codebook.parameters[name].unit}")  # fmt: skip
        elif type(value) is not type(default):
            yield CatalogError(f"{name} must be of the type of {default!r}", where=where, detail=f"It is {value!r}",
                               hint="Write it as the default of the module is written")  # fmt: skip
