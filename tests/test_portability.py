"""What runs here runs on Windows and macOS: text has an encoding, lines end alike, no call is of one system."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from machines import on_another_machine

sys.path.insert(0, str(Path(__file__).parent / "security"))
from syntax import calls, given, imported, modules

UNIX = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "crypt", "posix"}
"""Modules that Windows does not have."""
OF_UNIX = {
    "os.fork", "os.killpg", "os.getuid", "os.geteuid", "os.getgid", "os.setsid", "os.chown", "os.mkfifo", "os.wait",
    "os.sysconf", "os.getpgid", "os.sched_getaffinity", "os.fchmod", "os.posix_fadvise", "os.statvfs",
    "signal.SIGKILL", "signal.SIGXCPU", "signal.SIGHUP", "signal.SIGUSR1", "signal.alarm", "signal.setitimer",
    "signal.pthread_kill", "signal.SIGALRM", "signal.SIGQUIT",
}  # fmt: skip
"""Names that Windows does not have, or macOS."""
ALLOWED = {
    ("readers.packages.child", "resource"): "inside `try`, and left out where it is not",
    ("readers.packages.child", "os.fork"): "of `--serve`, which Forks alone asks for",
    ("readers.process", "os.killpg"): "of Forks, which says that it needs fork; no command uses it",
    ("readers.process", "signal.SIGKILL"): "the same",
}
"""Those that there are, and why they harm nobody."""
ANY_LINES = {"batch.journal": "JSON lines, which are read with either end"}
"""Modules whose text may end its lines as the system does."""
OTHER_OPEN = {"protect.audit": "cells that are not closed yet", "protect.secondary": "the same"}
"""Modules in which ``open`` is no opening of a file."""
TEXT_MODES = {"r", "w", "a", "x", "rt", "wt", "r+", "w+"}
SEPARATORS = ("/", "\\")


def mode_of(call: ast.Call, place: int) -> str | None:
    """The mode that a file is opened in; nothing where it is not written there."""
    node = given(call, "mode") or (call.args[place] if len(call.args) > place else None)
    return (
        "r" if node is None else node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
    )


def opened(tree: ast.AST) -> Iterator[tuple[ast.Call, str, str]]:
    """Yield each opening of a text file, as (call, name, mode)."""
    for call, name in calls(tree):
        word = name.rpartition(".")[2]
        if word in ("read_text", "write_text") and name != "lfs_migration.files.write_text" and "." in name:
            yield call, word, "r" if word == "read_text" else "w"
        elif name == "open" or (word == "open" and name.startswith("?.")):
            mode = mode_of(call, 1 if name == "open" else 0)
            if mode is not None and mode in TEXT_MODES:
                yield call, word, mode


def without_encoding(tree: ast.AST) -> list[str]:
    """Openings of text whose encoding would be that of the system."""
    found = []
    for call, word, _ in opened(tree):
        place = {"read_text": 0, "write_text": 1}.get(word, 99)
        if given(call, "encoding") is None and len(call.args) <= place and not _unpacked(call):
            found.append(f"{call.lineno}: {word} without encoding=")
    return found


def without_newline(tree: ast.AST) -> list[str]:
    """Openings to write whose lines would end otherwise on Windows."""
    return [f"{call.lineno}: open without newline=" for call, word, mode in opened(tree)
            if word == "open" and mode != "r" and given(call, "newline") is None]  # fmt: skip


def _unpacked(call: ast.Call) -> bool:
    return any(one.arg is None for one in call.keywords)


def of_unix(tree: ast.AST) -> set[str]:
    """What a module uses that other systems do not have, but for what is asked for by ``getattr``."""
    found = {name.partition(".")[0] for _, name in imported(tree)} & UNIX
    names = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found | (names & OF_UNIX)


def joined(tree: ast.AST) -> list[str]:
    """Paths that are put together as text: ``str(path) + "/"``, ``f"{folder}/{name}"`` given to Path or open."""
    found = []
    for call, name in calls(tree):
        if name not in ("open", "pathlib.Path", "os.open"):
            continue
        for part in call.args:
            text = ast.unparse(part)
            glued = isinstance(part, ast.JoinedStr | ast.BinOp) and any(f"{one}" in text for one in SEPARATORS)
            if glued and not (isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div)):
                found.append(f"{call.lineno}: {text}")
    return found


def test_a_module_is_of_every_system():
    for name, tree in modules().items():
        assert name in OTHER_OPEN or without_encoding(tree) == [], name
        assert name in ANY_LINES or without_newline(tree) == [], name
        assert {one for one in of_unix(tree) if (name, one) not in ALLOWED} == set(), name
        assert joined(tree) == [], name


def test_every_exception_is_still_there():
    found = modules()
    assert {(name, one) for name, tree in found.items() for one in of_unix(tree)} >= set(ALLOWED)
    assert all(without_newline(found[name]) for name in ANY_LINES)
    assert all(without_encoding(found[name]) for name in OTHER_OPEN)


@pytest.mark.parametrize(
    ("look", "text"),
    [
        (without_encoding, "open('x')"), (without_encoding, "path.open('w')"), (without_encoding, "path.read_text()"),
        (without_encoding, "path.write_text('a')"), (without_newline, "path.open('w', encoding='utf-8')"),
        (without_newline, "open('x', 'a', encoding='utf-8')"), (of_unix, "import fcntl"), (of_unix, "os.fork()"),
        (of_unix, "process.send_signal(signal.SIGKILL)"), (joined, "from pathlib import Path\nPath(f'{a}/{b}')"),
        (joined, "open(a + '/' + b)"),
    ],
)  # fmt: skip
def test_what_is_of_one_system_is_seen(look, text):
    assert look(ast.parse(text))


@pytest.mark.parametrize(
    ("look", "text"),
    [
        (without_encoding, "open('x', 'rb')"), (without_encoding, "path.read_text('utf-8')"),
        (without_encoding, "path.open('rb')"),
        (without_encoding, "path.write_text('a', encoding='ascii')"), (of_unix, "getattr(signal, 'SIGXCPU', 0)"),
        (joined, "from pathlib import Path\nPath(folder / name)"), (joined, "from pathlib import Path\nPath('a', 'b')"),
    ],
)  # fmt: skip
def test_what_is_of_every_system_is_left_alone(look, text):
    assert not look(ast.parse(text))


def test_what_the_output_cannot_show_is_written_as_its_number():
    """On Windows a file that takes what is printed has the code page of the system."""
    path = Path(__file__).parents[1] / "examples" / "pilots" / "armenia-2007" / "armenia_persons.sav"
    told = on_another_machine("-m", "lfs_migration", "inspect", path, PYTHONIOENCODING="cp1252").decode("cp1252")
    assert "\\u0540\\u0561\\u0580" in told
    assert "20,227 rows" in told
