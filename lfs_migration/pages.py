"""The one door to Jinja2: templates of HTML pages in which text of a codebook or a survey cannot become markup."""

from __future__ import annotations

from typing import Any

from lfs_migration.text import clean, closed

_COMPILED: dict[str, bytes] = {}
"""The templates of this process, by their name and file."""


def template(package: str, name: str, /, **known: object) -> Any:
    """Return a template of a package's folder ``templates``.

    Text is escaped, a name that is not known is an error, what HTML cannot carry is replaced, and a text that turns the
    direction of what follows ends with its end.

    Parameters
    ----------
    package : str
        Its full name, ``lfs_migration.publish``.
    name : str
        The file.
    known : mapping of name to value or function
        What the template may use besides what it is rendered with.
    """
    from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
    from jinja2.bccache import Bucket

    class Compiled(BytecodeCache):
        """What a template was compiled to; another text of it is compiled anew."""

        def load_bytecode(self, bucket: Bucket) -> None:
            if bucket.key in _COMPILED:
                bucket.bytecode_from_string(_COMPILED[bucket.key])

        def dump_bytecode(self, bucket: Bucket) -> None:
            _COMPILED[bucket.key] = bucket.bytecode_to_string()

    environment = Environment(
        bytecode_cache=Compiled(),
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # Markup that the template itself made stays; every plain text loses what HTML cannot carry.
        finalize=lambda value: closed(clean(value)) if type(value) is str else value,
    )
    environment.globals.update(known)
    return environment.get_template(name)
