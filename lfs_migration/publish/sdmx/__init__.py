"""SDMX 3.0: the figures as a cube, its structure, and both as CSV, JSON and XML."""
