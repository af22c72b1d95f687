"""Files that were read once, kept as they were read."""
