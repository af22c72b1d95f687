"""What happens in a batch, and what came of each survey."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["published", "unchanged", "failed", "stopped"]
Happened = Literal["start", "step", "end"]


@dataclass(frozen=True)
class Outcome:
    """What came of one survey.

    Parameters
    ----------
    name : str
        Of its project.
    kind : str
        ``published``; ``unchanged``, where what is there was made from the same; ``failed``; ``stopped``, where the
        batch ended before it.
    survey : str
        The edition's id; empty where it could not be told.
    folder : str
        Of its publication.
    why : str
        In one line, why it failed, with the place to look; or from what it had to be made again.
    tables, errors : int
        Tables published, and findings of severity error.
    seconds : float
    size : int
        Bytes of its files.
    key : str
        Of all that it was made from; the same key gives the same result. Empty where it could not be told.
    """

    name: str
    kind: Kind
    survey: str = ""
    folder: str = ""
    why: str = ""
    tables: int = 0
    errors: int = 0
    seconds: float = 0.0
    size: int = 0
    key: str = ""

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


@dataclass(frozen=True)
class Event:
    """Something that happened to a survey.

    Parameters
    ----------
    name : str
        Of its project.
    what : str
    words : str
        What it does now, or what came of it.
    share : float
        Of the work on this survey, from 0 to 1, what is done.
    done : float
        Of the work on all.
    left : float, optional
        Seconds until all are done, where that can be told.
    outcome : Outcome, optional
        At its end.
    """

    name: str
    what: Happened
    words: str
    share: float = 0.0
    done: float = 0.0
    left: float | None = None
    outcome: Outcome | None = None


def one_line(words: str) -> str:
    r"""Return words in one line, without signs that a terminal takes for commands.

    Examples
    --------
    >>> one_line("armenia.yaml:3: No such key.\n  Did you mean 'sex'?\x1b[2J")
    "armenia.yaml:3: No such key. Did you mean 'sex'?[2J"
    """
    return "".join(sign for sign in " ".join(words.split()) if sign.isprintable())
