"""Text files of the figures for programs: tidy CSV, what describes it, and the exports of other databases."""
