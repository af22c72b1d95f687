"""The reference of commands, from the command line itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import typer.main
from markdown import code, plain, table

PROGRAM = "lfs-migration"


def commands() -> dict[str, Any]:
    """Return every command by its full name, groups left out, in the order of the help."""
    from lfs_migration.cli import app

    return dict(_leaves(typer.main.get_command(app), ()))


def _leaves(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    inside = getattr(command, "commands", None)
    if inside is None:
        yield " ".join(path), command
        return
    for name, one in inside.items():
        yield from _leaves(one, (*path, name))


def command_pages() -> str:
    """Return a section a command: what it does, an example, and its arguments and options."""
    return "\n\n".join(_section(name, command) for name, command in commands().items())


def _section(name: str, command: Any) -> str:
    about, _, example = inspect.cleandoc(command.help or "").partition("Example: ")
    kinds = _kinds(command)
    parameters = [one for one in command.params if one.name in kinds]
    parts = [f"(command-{name.replace(' ', '-')})=\n## {name}", plain(about)]
    parts.append(f"```text\n{_usage(name, parameters, kinds)}\n```")
    if example:
        parts.append(f"For example:\n\n```text\n{example.strip()}\n```")
    rows = [_row(one, kinds[one.name]) for one in parameters]
    parts.append(table(["Argument or option", "Meaning", "Without it"], rows))
    return "\n\n".join(parts)


def _kinds(command: Any) -> dict[str, str]:
    """Return what each parameter of a command takes: a PATH or TEXT, nothing of a switch."""
    hints = get_type_hints(inspect.unwrap(command.callback))
    words = {Path: "PATH", bool: ""}
    return {name: words.get(_inner(hint), "TEXT") for name, hint in hints.items() if name != "return"}


def _inner(hint: Any) -> Any:
    """Return the type inside ``X | None`` and ``list[X]``."""
    inside = [one for one in get_args(hint) if one is not type(None)]
    return _inner(inside[0]) if inside else hint


def _usage(name: str, parameters: list[Any], kinds: dict[str, str]) -> str:
    words = [PROGRAM, name]
    options = [one for one in parameters if one.param_type_name == "option"]
    words += [f"{one.opts[0]} {kinds[one.name]}" for one in options if one.required]
    words += ["[OPTIONS]"] if any(not one.required for one in options) else []
    for one in parameters:
        if one.param_type_name == "argument":
            word = one.name.upper() + ("..." if one.nargs == -1 else "")
            words.append(word if one.required else f"[{word}]")
    return " ".join(words)


def _row(parameter: Any, kind: str) -> tuple[str, str, str]:
    if parameter.param_type_name == "argument":
        called = code(parameter.name.upper())
    else:
        called = ", ".join(code(f"{word} {kind}".strip()) for word in sorted(parameter.opts, key=len, reverse=True))
    meaning = plain(parameter.help or "")
    if parameter.envvar:
        meaning += f" The environment variable {code(str(parameter.envvar))} says the same."
    return called, meaning, "must be given" if parameter.required else _default(parameter.default)


def _default(value: Any) -> str:
    if callable(value) or value in (None, "", False, ()):
        return ""
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return "the present folder" if text == "." else code(text)
