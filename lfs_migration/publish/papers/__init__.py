"""Tables and estimates in researchers' own work: charts, notebooks, LaTeX and Word."""
