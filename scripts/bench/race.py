"""Holds a contest: all contestants take their first turn, then their second, and so on.

Turns are interleaved so that a busy machine slows all of them alike. Each contestant has a process of its own, and only
one of them works at a time.
"""

from __future__ import annotations

from contest import Contest, Outcome, Rules
from runners import Command, Failed, Worker


def hold(contest: Contest, rules: Rules) -> list[Outcome]:
    """Run a contest.

    Returns
    -------
    list of Outcome
        One for each contestant, in their order; those that are missing or failed say why.
    """
    outcomes = [Outcome(contestant, failure=contestant.missing) for contestant in contest.contestants]
    runners: list[tuple[Outcome, Worker | Command]] = []
    try:
        for outcome in outcomes:
            runner = None if outcome.failure else _started(outcome, contest, rules)
            if runner is not None:
                runners.append((outcome, runner))
        for _ in range(1 + rules.turns):
            for outcome, runner in runners:
                if outcome.another(rules):
                    _turn(outcome, runner)
        for outcome, runner in runners:
            _finish(outcome, runner)
    finally:
        for _, runner in runners:
            runner.close()
    return outcomes


def _started(outcome: Outcome, contest: Contest, rules: Rules) -> Worker | Command | None:
    try:
        return (Worker if contest.workers else Command)(outcome.contestant, rules)
    except (Failed, OSError) as error:
        outcome.failure = str(error)
        return None


def _turn(outcome: Outcome, runner: Worker | Command) -> None:
    try:
        outcome.add(runner.turn())
    except Failed as error:
        outcome.failure = str(error)


def _finish(outcome: Outcome, runner: Worker | Command) -> None:
    if outcome.failure:
        return
    outcome.peak = runner.peak()
    try:
        outcome.rows = runner.rows()
    except Failed as error:
        outcome.failure = str(error)
