"""``python -m lfs_migration``: the command where its script is not on the path."""

from lfs_migration.cli import main

main()
