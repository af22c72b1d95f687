"""Dictionaries: what stands where in a file of text, and what it means."""
