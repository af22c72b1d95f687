"""What is wrong in a questionnaire, without asking anybody.

Items that no route reaches, routes that lead nowhere or back, and routes that lead others to an item than the codebook
says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lfs_migration.catalog.checks.expressions import coded, read
from lfs_migration.catalog.checks.possible_values import TRUTHS, May, Possible
from lfs_migration.catalog.checks.questionnaire_places import Form, Place, places_of
from lfs_migration.catalog.checks.reach import Reach, Witness
from lfs_migration.errors import CatalogError, near
from lfs_migration.expr import Expression, parse
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.country import Edition
from lfs_migration.model.questionnaire import END, NEXT, Questionnaire
from lfs_migration.model.remark import Remark


def questionnaire_remarks(
    questionnaire: Questionnaire, codebook: Codebook, edition: Edition | None = None
) -> tuple[Remark, ...]:
    """Return what is wrong in a questionnaire, and what to look at.

    Checked: sections are about records of the codebook; items name its variables, or columns of the edition's files;
    wordings exist in every language that the questionnaire says it has; routes lead further down, and depend on what
    was asked before; every item can be reached; whom the routes of a module's own questionnaire lead to an item are
    whom the codebook's universe says.

    Parameters
    ----------
    questionnaire : Questionnaire
    codebook : Codebook
        Of the module; for an edition's own questionnaire, loaded with the edition.
    edition : Edition, optional
        For an edition's own questionnaire, whose items name native columns.
    """
    places = tuple(places_of(questionnaire))
    form = Form(questionnaire, codebook, edition, places)
    for section in questionnaire.sections:
        form.targets[section.id] = next(p.number for p in places if p.section is section)
    form.targets.update({place.item.id: place.number for place in places})
    unknown = [section for section in questionnaire.sections if section.record not in codebook.records]
    out = [form.error(section.id, f"No record {section.record!r}", near(section.record, codebook.records).rstrip("."))
           for section in unknown]  # fmt: skip
    out += [*_languages(form), *_led(form)]
    if not unknown:
        out += [*_named(form), *_conditions(form)]
    if not any(remark.severity == "error" for remark in out):
        out += [*_unreached(form), *(_disagreeing(form) if edition is None else ())]
    return tuple(out)


def _languages(form: Form) -> Iterator[Remark]:
    """Find wordings that are not there in a language of the questionnaire."""
    wanted = form.questionnaire.languages
    texts = [(section.id, "title", section.title) for section in form.questionnaire.sections]
    texts += [(s.id, "introduction", s.introduction) for s in form.questionnaire.sections if s.introduction]
    for place in form.places:
        item = place.item
        texts += [
            (item.id, "wording", item.wording),
            *(((item.id, "instruction", item.instruction),) if item.instruction else ()),
        ]
        texts += [(item.id, f"answer {code}", text) for code, text in item.answers.items()]
    for about, what, text in texts:
        absent = [language for language in wanted if not text.get(language)]
        if absent:
            yield form.error(
                about, f"{about} has no {what} in {', '.join(absent)}", "Write it, or take the language out"
            )


def _named(form: Form) -> Iterator[Remark]:
    """Find items whose variable is not in the codebook, or whose column is not in the edition's maps."""
    book = form.codebook
    columns = _columns(form.edition) if form.edition else set()
    for place in form.places:
        name, record = place.item.name, place.record
        if not name:
            continue
        if form.edition is not None:
            if name not in columns:
                yield Remark(severity="note", about=place.item.id, where=form.questionnaire.where(place.item.id),
                             message=f"The column {name} of {place.item.id} is mapped to nothing",
                             remedy=f"Map it, or leave it unused. {near(name, columns)}".rstrip("."))  # fmt: skip
            continue
        known = {n for n, v in book.variables.items() if v.record == record} | set(book.records[record].key)
        known |= {n for n, m in book.multiples.items() if m.record == record}
        if name not in known:
            yield form.error(place, f"{name!r} is not a variable of {record}", near(name, known).rstrip("."))
        elif name in book.variables and book.variables[name].derived:
            yield form.error(place, f"{name} is derived and cannot be asked", "Ask what it is derived from")


def _columns(edition: Edition) -> set[str]:
    """Return the native columns that an edition's maps name."""
    out: set[str] = set()
    for record in edition.records.values():
        texts = [record.where, *(getattr(mapping, "compute", "") for mapping in record.variables.values())]
        for text in filter(None, texts):
            expression = read(text, "")
            out |= expression.names if isinstance(expression, Expression) else set()
        for mapping in record.variables.values():
            out |= {*getattr(mapping, "columns", ()), *([mapping.column] if hasattr(mapping, "column") else [])}
    return out


def _led(form: Form) -> Iterator[Remark]:
    """Find routes to nowhere and backwards."""
    for place in form.places:
        for route in place.item.routes:
            target = form.target(place, route)
            known = [NEXT, END, *form.targets]
            if target is None:
                yield form.error(place, f"{place.item.id} leads to {route.to}, which is not there",
                                 near(route.to, known).rstrip("."))  # fmt: skip
            elif target <= place.number:
                yield form.error(place, f"{place.item.id} leads back to {route.to}", "Lead further down only")


def _conditions(form: Form) -> Iterator[Remark]:
    """Find conditions that cannot be read, or depend on what is not known where they stand."""
    before: dict[str, int] = {}
    for place in form.places:
        if place.item.name:
            multiple = form.codebook.multiples.get(place.item.name)
            names = (place.item.name, *(multiple.parts.values() if multiple else ()))
            before |= dict.fromkeys(names, place.number)
        for route in place.item.routes:
            expression = read(route.condition, form.questionnaire.where(place.item.id))
            if isinstance(expression, CatalogError):
                message = ". ".join(filter(None, [expression.title, expression.detail]))
                yield form.error(place, message, expression.hint.rstrip("."))
                continue
            yield from _known(form, place, expression, before)


def _known(form: Form, place: Place, expression: Expression, before: dict[str, int]) -> Iterator[Remark]:
    book = form.codebook
    for name in sorted(expression.names):
        if form.edition is None and not book.visible(name, place.record):
            own = [variable for variable in book.variables if book.visible(variable, place.record)]
            yield form.error(place, f"{name!r} is not a variable of {place.record}", near(name, own).rstrip("."))
            continue
        needed = [name] if form.edition is not None else Reach(book).leading(name)
        later = [one for one in needed if one not in before]
        if later and not (form.edition is None and _never_asked(form, later)):
            yield form.error(place, f"A route of {place.item.id} depends on {later[0]}, which was not asked before it",
                             "Ask it first, or lead by another answer")  # fmt: skip
    for _, error in coded(book, expression) if form.edition is None else ():
        yield form.error(place, f"{error.title}. {error.detail}", error.hint.rstrip("."))


def _never_asked(form: Form, names: list[str]) -> bool:
    """Return whether variables are in no item: what the office knows beforehand is not asked."""
    asked = {place.item.name for place in form.places}
    return all(name not in asked and form.codebook.variables[name].part_of not in asked for name in names)


def _unreached(form: Form) -> Iterator[Remark]:
    """Find items to which no route leads, whatever is answered."""
    reached = {place.number for place in form.places if place.number == 0}
    blocks = {place.block: place.number for place in reversed(form.places)}
    for place in form.places:
        if place.number not in reached and place.number != blocks[place.block]:
            yield form.error(place, f"No route reaches {place.item.id}", "Mend the routes before it, or take it out")
            continue
        conditions = [(route.when, route.unless) for route in place.item.routes]
        reached |= {target for route in place.item.routes if (target := form.target(place, route)) is not None}
        always = any(when.strip() == "True" or (bool(when) and ("", when) in conditions) for when, _ in conditions)
        if not always:
            reached.add(place.number + 1)


def _disagreeing(form: Form) -> Iterator[Remark]:
    """Find items that the routes lead others to than the codebook says."""
    reach = Reach(form.codebook, strict=True)
    for place in form.places:
        variable = form.variable(place)
        if variable is None or variable.name in form.codebook.records[place.record].key:
            continue
        for asked in (True, False):
            found = _Disagreement(form, place, variable, asked).search(reach)
            if found is not None:
                said = variable.universe or "everyone"
                how = "leads to" if asked else "passes over"
                shown = ", ".join(f"{n} {_shown(s.kind, s.value)}" for n, s in found.items()) or "any answers"
                message = f"The form {how} {place.item.id} against the universe of {variable.name} ({said})"
                yield form.error(place, f"{message}: with {shown}", "Change the routes before it, or the universe")
                break


def _shown(kind: str, value: object) -> str:
    return f"= {value!r}" if kind == "answered" else f"is {kind}"


@dataclass(frozen=True)
class _Disagreement:
    """Interviews in which the routes lead to an item that is not for them, or pass over one that is.

    Parameters
    ----------
    form : Form
    place : Place
    variable : Variable
    asked : bool
        Whether the routes lead to it.
    """

    form: Form
    place: Place
    variable: Variable
    asked: bool

    def search(self, reach: Reach) -> Witness | None:
        """Return the answers of such an interview, if there is one."""
        record = self.form.codebook.records[self.place.record]
        universe = self.variable.universe or "True"
        leading = reach.leading(universe)
        scope = record.scope if record.scope and not reach.before(record.scope, self.variable.name) else "True"
        settled = [f"answered({name}) or blank({name})" for name in leading]
        texts = [universe, scope, *settled, *self._past(self.place.number)]
        found = reach.search(texts, lambda possible: self._goal(possible, universe, scope, settled))
        if not found.can:
            return None
        named = {name for text in texts for name in reach.leading(text)}
        return {name: state for name, state in found.witness.items() if name in named}

    def _goal(self, possible: Possible, universe: str, scope: str, settled: list[str]) -> May:
        wanted = parse(universe).build(possible)
        for_them = _true(wanted)
        if self.asked:  # not for them: it is false, or unknown only for want of questions that were rightly not asked
            against = ~for_them
            unknown = May(None if v is None else v is None for v in (wanted.values or TRUTHS))
            if unknown.values != frozenset({False}):
                for text in settled:
                    against = against & parse(text).build(possible)
            return _true(parse(scope).build(possible)) & against & self._reached(possible, self.place.number)
        return _true(parse(scope).build(possible)) & for_them & ~self._reached(possible, self.place.number)

    def _past(self, number: int) -> Iterator[str]:
        """Yield the conditions on which an item depends."""
        for place, _ in self.form.passing(number):
            yield from (route.condition for route in place.item.routes)
            yield from self._past(place.number)

    def _reached(self, possible: Possible, number: int, known: dict[int, May] | None = None) -> May:
        """Return whether the routes lead to an item."""
        known = {} if known is None else known
        if number not in known:
            out = May([True])
            for place, past in self.form.passing(number):
                out = out & ~(self._reached(possible, place.number, known) & _passing(possible, place, past))
            known[number] = out
        return known[number]


def _passing(possible: Possible, place: Place, past: tuple[bool, ...]) -> May:
    """Return whether the first route of an item that applies is one of those that pass over another."""
    out, still = May([False]), May([True])
    for route, over in zip(place.item.routes, past, strict=True):
        applies = _true(parse(route.condition).build(possible))
        applies = applies if route.when else ~applies
        out = out | (still & applies) if over else out
        still = still & ~applies
    return out


def _true(value: May) -> May:
    """Return whether something is known to be true."""
    return May([True, False] if value.values is None else {one is True for one in value.values})
