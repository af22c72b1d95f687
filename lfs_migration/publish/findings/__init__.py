"""Findings of validation as files: CSV, JSON, Excel, and a page with a picture of where they gather."""
