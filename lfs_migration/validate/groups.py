"""Rules about groups of rows, as those of one interviewer: what they leave out, how much, and what they find."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DataError
from lfs_migration.expr import parse
from lfs_migration.model.rules import Effect, Nonresponse, Share, Workload
from lfs_migration.validate.chance import at_least, at_most, compared, compared_counts, holm
from lfs_migration.validate.grouping import NONE, Groups, Shown, grouped, percent
from lfs_migration.validate.judged import Context, Judged, Pattern
from lfs_migration.validate.shown import Told

Mask = NDArray[np.bool_]


def nonresponse(rule: Nonresponse, context: Context) -> Judged:
    """Judge groups by the share of those asked who gave no answer, for each question by itself.

    No answer is a blank where the question is asked, and a code of an absent answer; a blank where it is not asked is
    none, nor is one where that is not known. A group is set against all others by Fisher's exact test (1935),
    one-sided; Holm's method (1979) holds the probability of accusing any group by chance, over all groups and questions
    of the rule, at ``chance``: it finds all that Bonferroni's would, and needs as little. From ten groups on they may
    differ by nature: see :func:`~lfs_migration.validate.chance.compared`.

    Raises
    ------
    DataError
        When a question is not of the rule's record.
    """
    groups = grouped(rule, rule.by, context.records)
    asked = _Asked(rule, context)
    shown = [_unanswered(rule, context, groups, name, asked.rows(name)) for name in rule.of]
    large = np.concatenate([one.large for one in shown])
    failed = np.concatenate([one.outside for one in shown]) & large
    if rule.chance and large.any():
        chance = np.concatenate([one.chance for one in shown if one.chance is not None])
        failed[large] |= holm(chance[large]) <= rule.chance
    patterns = tuple(
        Pattern(shown[at].words[group], groups.labels[group], rule.of[at])
        for at, group in (divmod(int(one), len(groups)) for one in np.flatnonzero(failed))
    )
    return Judged(NONE, int((large & ~failed).sum()), int((~large).sum()), patterns=patterns)


class _Asked:
    """Who is asked the questions of a rule."""

    def __init__(self, rule: Nonresponse, context: Context) -> None:
        self._context, self._record = context, rule.record
        self._routes = context.routes
        scope = context.codebook.records[rule.record].scope
        self._scope = "" if self._routes.computable.expression(scope, rule.record) else scope

    def rows(self, name: str) -> Mask:
        """Return the rows where it is known that a question is asked; the module is about them."""
        variable, records = self._context.codebook.variable(name), self._context.records
        if variable.record != self._record:
            raise DataError(
                f"{name} is a question of the {variable.record} record", where=self._context.codebook.where(name),
                hint=f"Give it a rule with `record: {variable.record}`",
            )  # fmt: skip
        if not self._routes.known(name):
            return np.zeros(len(records.frames[self._record]), dtype=np.bool_)
        scope = "" if name in parse(self._scope or "True").names else self._scope
        out: Mask = self._routes.asked(name) == 1
        return out & (records.truth(scope, self._record) == 1) if scope else out


def _unanswered(rule: Nonresponse, context: Context, groups: Groups, name: str, asked: Mask) -> Shown:
    """Return what share of those asked a question each group leaves without an answer."""
    empty = context.records.truth(f"answered({name})", rule.record) == 0
    size = groups.count(asked)
    count = groups.count(asked & empty)
    share = count / np.maximum(size, 1)
    beside = size.sum() - size
    others = (count.sum() - count) / np.maximum(beside, 1)

    def words(group: int) -> str:
        rest = f"; {percent(others[group])} of the {beside[group]} others" if beside[group] else ""
        return f"{percent(share[group])} of {size[group]} asked gave no answer{rest}"

    chance = compared_counts(size, count, larger=True).chance if rule.chance else np.ones(len(groups))
    told = Told(np.arange(len(groups)), words)
    return Shown(groups, told, size >= max(rule.least, 1), share > rule.limit, chance)


def effect(rule: Effect, context: Context) -> Judged:
    """Judge groups by how far their share of an answer is from that of the others beside them.

    Interviewers who invent interviews, or lead respondents to the short way through a questionnaire, show in shares
    that differ from their colleagues' (Bredl, Winker and Kötschau 2012; Winker 2016). The test is the exact one of
    Mantel and Haenszel over the groups of ``among``, two-sided, with Holm's method (1979) over all groups: the
    probability of accusing any of a set of interviewers who all measure alike is at most ``chance``. From ten groups on
    they may differ by nature, as their areas do; see :func:`~lfs_migration.validate.chance.compared`.

    A group without others beside it is unknown. That a group differs proves nothing against it: an interviewer who
    works where nobody else does measures a place and not only herself (West and Blom 2017).
    """
    records = context.records
    groups, strata = grouped(rule, rule.by, records), grouped(rule, rule.among, records)
    answer = records.truth(rule.share, rule.record)
    rows = (groups.number >= 0) & (strata.number >= 0) & (answer >= 0)
    found = compared(groups.number[rows], strata.number[rows], answer[rows] == 1, len(groups))
    words = [
        f"{percent(share)} of {size}; {percent(others)} of the others beside them"
        for share, size, others in zip(found.share, found.size, found.others, strict=True)
    ]
    large = found.size >= max(rule.least, 1)
    failed = np.zeros(len(groups), dtype=np.bool_)
    failed[large] = holm(found.chance[large]) <= rule.chance
    return Shown(groups, words, large, failed).judged()


def workload(rule: Workload, context: Context) -> Judged:
    """Judge groups, as an interviewer's days, by their number of rows."""
    groups = grouped(rule, rule.by, context.records)
    size = groups.count(groups.number >= 0)
    words = [f"{n} rows, where at most {rule.most} are possible" for n in size]
    return Shown(groups, words, size >= rule.least, size > rule.most).judged()


def share(rule: Share, context: Context) -> Judged:
    """Judge groups by an unweighted share that must lie between limits.

    With ``chance`` a share outside the limits fails only where a binomial count at the limit (Clopper and Pearson 1934)
    would be as far outside with at most this probability, for any group (Holm 1979).
    """
    groups = grouped(rule, rule.by, context.records)
    answer = context.records.truth(rule.share, rule.record)
    size, count = groups.count(answer >= 0), groups.count(answer == 1)
    found = count / np.maximum(size, 1)
    words = [f"{percent(one)} of {n}; known are {_limits(rule)}" for one, n in zip(found, size, strict=True)]
    chance = np.where(found < rule.low, at_most(count, size, rule.low), at_least(count, size, rule.high))
    outside = (found < rule.low) | (found > rule.high)
    chance = np.where(outside, chance, 1.0)
    return Shown(groups, words, size >= max(rule.least, 1), outside, chance).judged(rule.chance)


def _limits(rule: Share) -> str:
    if rule.low <= 0:
        return f"at most {percent(rule.high)}"
    return f"{percent(rule.low)} to {percent(rule.high)}" if rule.high < 1 else f"at least {percent(rule.low)}"
