"""The nouns: frozen values that every floor above speaks of.

They hold no method that reads a file, changes a value or computes a statistic; that is what the verbs do.
"""
