"""Reference of what the codebooks hold: indicators, coverage statements, and rules of every kind."""

from __future__ import annotations

from markdown import code, facts, plain

from lfs_migration import catalog
from lfs_migration.catalog.codebooks import load_profiles
from lfs_migration.catalog.documents import load
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.indicator import Indicator, Part
from lfs_migration.model.protection import ProtectionRules


def indicators(module: str) -> str:
    """Return a section a topic of a module, and in it an entry an indicator."""
    codebook, known = catalog.load_codebook(module), catalog.load_indicators(module)
    topics = {one.topic: codebook.topics.get(one.topic, {}).get("en", "Other") for one in known.values()}
    parts = []
    for topic in [*filter(topics.__contains__, codebook.topics), *(t for t in topics if t not in codebook.topics)]:
        parts.append(f"## {plain(topics[topic])}")
        parts += [_indicator(one, codebook) for one in known.values() if one.topic == topic]
    return "\n\n".join(parts)


def _indicator(one: Indicator, codebook: Codebook) -> str:
    by = ", ".join(" by ".join(map(code, names)) for names in one.breakdowns)
    coverage = ", ".join(f"[{plain(name)}](#coverage-{codebook.name}-{_anchor(name)})" for name in one.coverage)
    head = f"(indicator-{one.code.lower()})=\n### {one.code} {plain(one.title['en'])}"
    return f"{head}\n\n" + facts(
        [
            ("Kind", plain(one.kind)),
            ("Formula", in_words(one)),
            ("Unit", plain(one.unit)),
            ("Broken down by", by),
            (
                "Folded",
                ", ".join(f"{code(name)} into {', then '.join(map(code, to))}" for name, to in one.fold.items()),
            ),
            ("Weights", "" if one.weights == "final" else plain(one.weights)),
            ("Quality rules", code(one.quality) if one.quality else ""),
            ("Coverage", coverage),
            ("Note", plain(one.note["en"]) if one.note else ""),
            ("Reference", plain(one.reference)),
        ]
    )


def in_words(one: Indicator) -> str:
    """Return how an indicator is computed, as a sentence of Markdown."""
    sentence = _sentence(one)
    per = f"; times {one.per:,}" if one.per > 1 else ""
    also = f"; also the number in each category, in {plain(one.count_unit)}" if one.totals else ""
    return f"{sentence[0].upper()}{sentence[1:]}{per}{also}."


def _sentence(one: Indicator) -> str:
    of, rows, amount = " by ".join(map(code, one.of)), _rows(one.numerator), _amount(one.numerator)
    match one.kind:
        case "total":
            return f"the sum of {amount} {rows}"
        case "mean" | "median":
            return f"the {one.kind} of {code(one.numerator.value)} {rows}"
        case "quantile":
            return f"the quantile {one.probability:g} of {code(one.numerator.value)} {rows}"
        case "distribution":
            return f"shares of the categories of {of}{_amounts(one)} {rows}, {_over(one)}"
        case "options":
            return f"shares of {_options(one)}{_amounts(one)} {rows}"
        case "index":
            return f"{_index(one)} of the shares of {of} {rows}"
        case "difference":
            return _difference(one)
        case "relative":
            return f"{_ratio(one)}, over the same of {code(one.relative_to)}"
    return _ratio(one)


def _rows(part: Part) -> str:
    where = f" where {code(part.where)}" if part.where else ""
    return f"over the rows of {code(part.record)}{where}"


def _amount(part: Part) -> str:
    return f"{code(part.value)} times the weight" if part.value else "the weights"


def _amounts(one: Indicator) -> str:
    base = one.denominator if one.kind == "options" and one.denominator else one.numerator
    return f" in the total of {code(base.value)}" if base.value else ""


def _over(one: Indicator) -> str:
    return "of those whose category is known" if one.over == "known" else "of all, the unknown among them"


def _options(one: Indicator) -> str:
    shown = [f"{plain(option.label['en'])} ({code(option.where or option.value)})" for option in one.options.values()]
    return f"each of {len(shown)} options: {'; '.join(shown)},"


def _index(one: Indicator) -> str:
    return f"the sum of the {one.largest} largest" if one.largest else "the sum of the squares"


def _ratio(one: Indicator) -> str:
    top = f"{_amount(one.numerator)} {_rows(one.numerator)}"
    if one.denominator is None:
        return top
    base = f"{_amount(one.denominator)} {_rows(one.denominator)}"
    beside = f" and {_amount(one.plus)} {_rows(one.plus)}, together" if one.plus else ""
    kind = "; rows of which it is not known whether they are in the first are in neither" if one.kind == "share" else ""
    return f"the sum of {top}, divided by the sum of {base}{beside}{kind}"


def _difference(one: Indicator) -> str:
    assert one.between is not None
    sides = f"{code(str(one.between.first))} less {code(str(one.between.second))}"
    return f"{_ratio(one)}: the figure of {code(one.between.dimension)} {sides}"


def _anchor(name: str) -> str:
    return name.replace("_", "-").lower()


def coverage_statements(module: str) -> str:
    """Return the coverage statements of a module, each with an anchor."""
    known = catalog.load_codebook(module).coverage
    return "\n\n".join(
        f"(coverage-{module}-{_anchor(name)})=\n{plain(name)}\n: {plain(text['en'])}" for name, text in known.items()
    )


def quality_profiles() -> str:
    """Return a section a profile of quality rules."""
    parts = []
    for name, profile in load_profiles().items():
        parts.append(f"(quality-{_anchor(name)})=\n### {name}: {plain(profile.title['en'])}")
        for rules in (profile, *profile.earlier):
            parts.append(
                facts(
                    [
                        ("In force from", plain(rules.valid_from)),
                        ("Suppressed when any of", ", ".join(map(code, rules.suppress)) or "(no rule)"),
                        ("Else with caution when any of", ", ".join(map(code, rules.caution)) or "(no rule)"),
                        ("Status", plain(rules.status)),
                        ("Reference", plain(rules.reference)),
                    ]
                )
            )
    return "\n\n".join(parts)


def protection_profiles() -> str:
    """Return a section a profile of disclosure control."""
    names = load(catalog.folder() / "protection.yaml").data
    return "\n\n".join(_protection(name, catalog.load_protection(name)) for name in names)


def _protection(name: str, rules: ProtectionRules) -> str:
    dominance, noise, rounding = rules.dominance, rules.perturbation, rules.rounding
    return f"(protection-{_anchor(name)})=\n### {name}: {plain(rules.title['en'])}\n\n" + facts(
        [
            ("`persons`", f"fewer than {rules.persons} rows in the sample"),
            ("`households`", f"rows of fewer than {rules.households} households"),
            ("`contributors`", f"an amount of fewer than {rules.contributors} rows"),
            ("`dominance`", f"the {dominance.n} largest are more than {dominance.k:g} per cent" if dominance else ""),
            ("`p_percent`", f"{rules.p_percent:g} per cent" if rules.p_percent is not None else ""),
            ("`complement`", "yes" if rules.complement else "no"),
            ("`full`", "yes" if rules.full else "no"),
            ("`range`", f"{rules.range:g} average contribution on either side"),
            ("`rounding`", f"to multiples of {rounding.base:g}, {rounding.method}" if rounding else ""),
            (
                "`perturbation`",
                f"noise up to {noise.deviation} with variance {noise.variance:g}; no number from 1 to {noise.threshold}"
                if noise
                else "",
            ),
            ("Waived", "; ".join(plain(waiver.reason["en"]) for waiver in rules.waived)),
            ("Reference", plain(rules.reference)),
        ]
    )


def validation_rules(module: str) -> str:
    """Return the rules that a module's records are validated by, as a list by record."""
    codebook = catalog.load_codebook(module)
    parts = []
    for record in dict.fromkeys(rule.record for rule in codebook.rules.values()):
        parts.append(f"### {plain(codebook.records[record].label['en']) if record in codebook.records else record}")
        for name, rule in codebook.rules.items():
            if rule.record == record:
                when = f" About the rows where {code(rule.when)}." if rule.when else ""
                expression = str(getattr(rule, "check", ""))
                check = f" {code(expression)} must hold." if expression else ""
                parts.append(
                    f"{code(name)} ({rule.kind}, {rule.severity})\n: {plain(rule.label['en'])}.{when}{check} "
                    f"{plain(rule.remedy['en'])}. *{plain(rule.reference)}*"
                )
    return "\n\n".join(parts)
