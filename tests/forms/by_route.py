"""Interviews held on paper: item after item as the routes say, with answers that are given beforehand."""

from __future__ import annotations

from lfs_migration.expr import parse
from lfs_migration.expr.values import _Truth, _Values
from lfs_migration.model.questionnaire import END, NEXT


class Row(_Values):
    """One row of a record, as the scope of expressions: absent answers are unknown, derived variables computed."""

    def __init__(self, codebook, answers, parent=None):
        self.codebook, self.answers, self.parent, self.children = codebook, answers, parent, {}

    def raw(self, name):
        variable = self.codebook.variable(name)
        if self.parent is not None and self.parent.owns(variable):
            return self.parent.raw(name)
        if variable.value is not None:
            return self.value(variable.value)
        return self.answers.get(name)

    def owns(self, variable):
        return self.codebook.records[variable.record].parent is None

    def column(self, name):
        found = self.raw(name)
        return _Truth(None if found in self.codebook.variable(name).missing else found)

    def value(self, text):
        return parse(text).build(self).value

    def about(self, function, name, arguments):
        found, missing = self.raw(name), self.codebook.variable(name).missing
        if function in ("group", "lookup"):
            codelist = self.codebook.codelist_of(name)
            mapping = codelist.group_of() if function == "group" else codelist.attribute(arguments[0])
            return _Truth(mapping.get(found))
        if function in ("blank", "answered"):
            return _Truth(found is None if function == "blank" else found is not None and found not in missing)
        return _Truth(missing.get(found) is not None if function == "missing" else missing.get(found) == function)

    def aggregate(self, function, record, argument):
        values = [True if argument is None else argument.build(row).value for row in self.children.get(record, [])]
        if function == "any":
            return _Truth(True if True in values else None if None in values else False)
        return _Truth(None if None in values else sum(values))


def interview(questionnaire, codebook, answers, counts):
    """Hold one interview; return the questions asked, each with its row, and the household with its rows.

    ``answers`` has for each question a list, one answer a row; ``counts`` the rows of each child record.
    """
    root = Row(codebook, {})
    asked, target = [], None
    for record, sections in questionnaire.blocks():
        items = [item for section in sections for item in section.items]
        places = {item.id: n for n, item in enumerate(items)}
        places |= {section.id: places[section.items[0].id] for section in sections}
        if target is not None and target not in places:
            continue
        start, target = places.get(target, 0), None
        if codebook.records[record].parent is None:
            target = block(items, places, root, 0, start, answers, asked)
        else:
            rows = root.children.setdefault(record, [])
            while len(rows) < counts(record, root):
                key = codebook.records[record].key[-1]
                rows.append(Row(codebook, {key: len(rows) + 1} | in_scope(questionnaire, codebook, record), root))
            for number, row in enumerate(rows):
                target = block(items, places, row, number, 0, answers, asked) or target
        if target == END:
            break
    return asked, root


def in_scope(questionnaire, codebook, record):
    """What holds of every row that is listed at all, where no item asks for it."""
    scope, asked = codebook.records[record].scope, {item.name for item in questionnaire.items}
    settled = dict(parse(scope).compared) if scope.count("==") == 1 else {}
    return {name: value for name, value in settled.items() if name not in asked}


def block(items, places, row, number, at, answers, asked):
    """Ask one row the items of a block; return where the interview goes after it, outside the block."""
    while at < len(items):
        item = items[at]
        if item.name:
            asked.append((item.name, number))
            put(row, item.name, answers, number)
        target = route(item, row)
        if target == NEXT:
            return None
        if target is not None and target not in places:
            return target
        at = at + 1 if target is None else places[target]
    return None


def put(row, name, answers, number):
    """Write down an answer: of a multiple-response question, yes or no to each, or why there is none."""
    multiple = row.codebook.multiples.get(name)
    if name in row.answers:
        return
    given = answers[name][number]
    if multiple is None:
        row.answers[name] = given
        return
    missing = row.codebook.variables[next(iter(multiple.parts.values()))].missing
    for code, part in multiple.parts.items():
        absent = [one for one in given if one in missing]
        row.answers[part] = absent[0] if absent else 1 if code in given else 2


def route(item, row):
    for one in item.routes:
        truth = row.value(one.condition)
        if (truth is True) if one.when else (truth is not True):
            return one.to
    return None
