"""Data of CSPro, as text and as a database."""
