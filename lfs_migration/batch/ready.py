"""What every survey of a batch needs, made ready in the process that theirs are copies of: importing this does it."""

from __future__ import annotations

from lfs_migration import catalog, collector, pipeline  # noqa: F401
from lfs_migration.pages import template
from lfs_migration.validate.schema import schema

TEMPLATES = ("findings.html.j2", "profile.html.j2", "report.html.j2")

collector.rest()
book = catalog.load_codebook()
for record in book.records:
    schema(record, book)
catalog.load_indicators()
for name in TEMPLATES:
    template("lfs_migration.publish", name)
