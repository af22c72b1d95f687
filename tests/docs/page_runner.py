"""Runs the examples of a page of the documentation, and writes what they print back into the page when asked to.

What runs, from the top of the page to its end, in one folder that holds ``examples`` and ``codebooks``:

- ``console``: lines that begin with ``$`` are commands, those below what they print (``...`` is anything);
- ``sh`` and ``bash``: commands of which only success is asked;
- ``pycon``: statements and what they give, as in a doctest; ``python``: statements alone; both share their names;
- a block with ``:caption:`` is written to the file of that name.

A block after ``<!-- not run: reason -->`` is left alone. ``python tests/docs/page_runner.py PAGE...`` runs pages and
writes into them what their ``console`` and ``pycon`` blocks print now.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
SKIP = re.compile(r"<!-- not run: (.+?) -->\s*$", re.DOTALL)
CAPTION = re.compile(r"^:caption: (.+)$", re.MULTILINE)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
RUNS = ("console", "sh", "bash", "pycon", "python")
NEEDS_A_SHELL = set("|&;<>$*?`(){}")
LONG = 20
"""Lines of output from which on only the first and the last are written into a page."""


class PageError(AssertionError):
    """An example that does not do what its page says."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language, text, first line, and why it is not run, if it is not."""

    language: str
    text: str
    line: int
    start: int
    end: int
    skipped: str = ""
    file: str = ""

    @property
    def runs(self) -> bool:
        """Whether something is done with it."""
        return not self.skipped and (bool(self.file) or self.language in RUNS)


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    for match in FENCE.finditer(page):
        info, text = match[2].strip(), match[3]
        skip = SKIP.search(page, 0, match.start())
        caption = CAPTION.search(text) if info.startswith("{code-block}") else None
        language = info.removeprefix("{code-block}").strip()
        if caption:
            text = text[caption.end() :].lstrip("\n")
        yield Block(language, text, page.count("\n", 0, match.start()) + 1, match.start(3), match.end(3),
                    skip[1] if skip else "", caption[1].strip() if caption else "")  # fmt: skip


@dataclass
class Runner:
    """A folder and the names of a page, in which its blocks run.

    Parameters
    ----------
    folder : path
    write : bool
        Return what blocks print now, instead of refusing what differs.
    """

    folder: Path
    write: bool = False
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__page__"})

    def run(self, page: str) -> str:
        """Run all blocks of a page, and return it, with what they print where ``write`` says so."""
        out, end = [], 0
        for block in blocks(page):
            text = self._ran(block) if block.runs else None
            if text is not None:
                out += [page[end : block.start], text]
                end = block.end
        return "".join([*out, page[end:]])

    def _ran(self, block: Block) -> str | None:
        """Run a block; return its text with what it prints, of the languages that show it."""
        if block.file:
            place = self.folder / block.file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(block.text, encoding="utf-8")
            return None
        with contextlib.chdir(self.folder):
            if block.language == "console":
                return self._console(block)
            if block.language == "pycon":
                return self._session(block)
            if block.language == "python":
                exec(compile(block.text, f"line {block.line}", "exec"), self.names)
            else:
                self._shell(block.text, block)
        return None

    def _console(self, block: Block) -> str:
        parts = []
        for command, expected in _commands(block.text):
            printed, data = self._command(command, block)
            # A page may show the data alone, as a command gives them to another one.
            told = expected if _alike(expected, data) else self._checked(expected, printed, block, command)
            parts.append(f"$ {command}\n{told}")
        return "".join(parts)

    def _session(self, block: Block) -> str:
        parts = []
        for example in doctest.DocTestParser().get_examples(block.text):
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(example.source, f"line {block.line}", "single"), self.names)
            first, *others = example.source.splitlines()
            source = "".join([f">>> {first}\n", *(f"... {line}\n" for line in others)])
            parts.append(source + self._checked(example.want, printed.getvalue(), block, first))
        return "".join(parts)

    def _checked(self, expected: str, printed: str, block: Block, what: str) -> str:
        if _alike(expected, printed):
            return expected
        if self.write:
            return _shortened(printed)
        raise PageError(f"line {block.line}: {what}\n--- the page says\n{expected}--- it prints\n{printed}")

    def _command(self, command: str, block: Block) -> tuple[str, str]:
        """Return what a terminal shows of a command, and its standard output; one of ours runs in this process."""
        words = shlex.split(command.replace("\\\n", " "))
        if words[0] == "lfs-migration" and not NEEDS_A_SHELL & set(re.sub(r"'[^']*'|\"[^\"]*\"", "", command)):
            printed, data, code = _ours(words[1:])
            if code not in (0, 1):  # 1 says that there are findings, which a page may want to show
                raise PageError(f"line {block.line}: exit code {code}\n{command}\n{printed}")
            return printed, data
        return (self._shell(command, block),) * 2

    def _shell(self, text: str, block: Block) -> str:
        env = {**os.environ, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(["bash", "-euc", text], env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PageError(f"line {block.line}: exit code {done.returncode}\n{text}\n{done.stderr}")
        return done.stdout + done.stderr


def _alike(expected: str, printed: str) -> bool:
    return doctest.OutputChecker().check_output(expected, printed, OPTIONS)


class Both(io.StringIO):
    """Standard output, which a terminal shows between the messages of standard error."""

    def __init__(self, terminal: io.StringIO) -> None:
        super().__init__()
        self._terminal = terminal

    def write(self, text: str) -> int:
        self._terminal.write(text)
        return super().write(text)


def _ours(words: Sequence[str]) -> tuple[str, str, int]:
    """Return what a terminal shows of a command of ours, what its standard output alone is, and its exit code."""
    from lfs_migration.cli import main

    shown, code = io.StringIO(), 0
    out = Both(shown)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(shown), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of libraries that only some environments have
        try:
            main(list(words))
        except SystemExit as end:
            code = int(end.code or 0)
    return shown.getvalue(), out.getvalue(), code


def _commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield the commands of a console block, each with what it is to print."""
    command, printed = "", ""
    for line in text.splitlines(keepends=True):
        if command.endswith("\\\n"):
            command += line
        elif line.startswith("$ "):
            if command:
                yield command.rstrip("\n"), printed
            command, printed = line[2:], ""
        else:
            printed += line
    if command:
        yield command.rstrip("\n"), printed


def _shortened(printed: str) -> str:
    lines = printed.splitlines(keepends=True)
    return "".join([*lines[: LONG - 5], "...\n", *lines[-3:]]) if len(lines) > LONG else printed


def furnished(folder: Path) -> Path:
    """Return a folder with what the pages read, and the command ``lfs-migration``."""
    for name in ("examples", "codebooks"):
        (folder / name).symlink_to(ROOT / name)
    command = folder / "bin" / "lfs-migration"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lfs_migration "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return folder


def main(pages: Sequence[str]) -> None:
    """Run pages, and write what they print into them."""
    for name in pages:
        path = Path(name).resolve()
        with tempfile.TemporaryDirectory() as folder:
            text = path.read_text(encoding="utf-8")
            path.write_text(Runner(furnished(Path(folder)), write=True).run(text), encoding="utf-8")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(sys.argv[1:])
