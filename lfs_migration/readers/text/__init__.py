"""Text: its encodings, and files whose columns are delimited or stand at fixed places."""
