"""The Excel workbook: cover, contents, notes, and one sheet a table, by the accessibility checklist."""
